"""Draw equal neighbours once, with the number of times that they occur.

Requires: a graph of which nothing is folded yet.
Ensures: neighbours are folded only where the second reads nothing but the first and nobody else
reads the first, where both are the same thing of the same size (`grain`), and where the same leaves
both. The resolution may change in the first only. The features may grow where a group ends in a
concatenation: freely if its input is among what is joined, else a little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from net2fig.group.graph import CONCATENATE, Graph, Node, contract
from net2fig.network import Extent

WIDENING = 1.25
"""By how much a module may be wider than the one before it and still count as the same."""


def fold(graph: Graph) -> Graph:
    """Return the graph with every run of equal neighbours contracted into one node."""
    return contract(graph, [run_node(run) for run in runs(graph)])


def runs(graph: Graph) -> list[list[Node]]:
    """Return the runs of two or more equal neighbours, in order."""
    leaving = graph.leaving()
    run_of: dict[str, list[Node]] = {}
    for node in graph.nodes.values():
        run = [node]
        if len(node.sources) == 1 and node.sources[0][0] in graph.nodes:
            before = graph.nodes[node.sources[0][0]]
            alone = graph.readers(before.key) == (node.key,) and before.key not in leaving
            if alone and foldable(graph, before, node):
                run = run_of.pop(before.key)
                run.append(node)
        run_of[node.key] = run
    return [run for run in run_of.values() if len(run) > 1]


def foldable(graph: Graph, first: Node, second: Node) -> bool:
    """Tell whether two neighbours look the same, so that one glyph may stand for both."""
    if first.token != second.token or first.grain != second.grain or second.variant:
        return False
    if first.block.shared != second.block.shared or second.moves:
        return False
    # The first of a run of groups may lead it, with a stride of its own; a layer may not: its
    # stride is part of what is drawn.
    if first.moves and not first.members:
        return False
    return same_extent(graph.output(first.key), graph.output(second.key), growth(second))


def same_extent(first: Extent | None, second: Extent | None, most: float = 1.0) -> bool:
    """Tell whether two tensors look the same, or but for features that grow by a factor at most."""
    if first == second:
        return first is not None
    if first is None or second is None or first.spatial != second.spatial:
        return False
    if first.features is None or second.features is None:
        return False
    return first.features <= second.features <= first.features * most


def growth(node: Node) -> float:
    """Return by which factor the features may grow from one neighbour to the next."""
    if not node.members or node.members[-1].entry != CONCATENATE:
        return 1.0
    inside = {member.key for member in node.members}
    dense = any(source not in inside for source, _ in node.members[-1].sources)
    return inf if dense else WIDENING


def run_node(run: Sequence[Node]) -> Node:
    """Return the node that stands for a run."""
    last = run[-1]
    block = replace(
        run[0].block,
        id=last.key,
        layers=tuple(id for node in run for id in node.block.layers),
        output=last.block.output,
        count=sum(node.block.count for node in run),
    )
    return replace(run[0], key=last.key, block=block, sources=run[0].sources, members=tuple(run))
