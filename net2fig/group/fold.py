"""Draw equal neighbours once, with the number of times that they occur.

A node follows another if it reads that one and, beside it, what the other read: in a chain nothing
else, in a network whose cells look two steps back also the cell before, in a dense network all, in
a decoder what the encoder gives.

    chain:  a → b → c         cells:  x → a → b → c     each reads the two before it
                                      └───↗ └───↗

Requires: a graph of which nothing is folded yet.
Ensures: neighbours are folded only where they are the same thing of the same size (`fold_key`),
where the same leaves both, and where nobody else reads what the next ones no longer read. Groups
may differ in the dilation of their kernels, which a note tells; layers may not. The resolution may
change in the first only. The features may grow where a group ends in a concatenation: freely if its
input is among what is joined, else a little.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import inf

from msgspec.structs import replace

from net2fig.group.graph import CONCATENATE, SIDE, Graph, Node, Tensor, contract
from net2fig.network import Extent

WIDENING = 1.25
"""By how much a module may be wider than the one before it and still count as the same."""


LASTING = ("narrow",)
"""Marks of variants that a whole run may bear; others are those of its first."""


def fold(graph: Graph) -> Graph:
    """Return the graph with every run of equal neighbours contracted into one node."""
    found = [run for run in runs(graph, graph.nodes.values()) if len(run) > 1]
    # The last but one of a run may be read from outside: whoever read it now reads the run.
    moved = {node.key: run[-1].key for run in found for node in run[:-1]}
    folded = contract(graph, [run_node(run) for run in found])
    nodes = [_reading(node, moved) for node in folded.nodes.values()]
    outputs = tuple((name, (moved.get(key, key), port)) for name, (key, port) in graph.outputs)
    inputs = tuple((name, moved.get(key, key)) for name, key in graph.inputs)
    return Graph(sort_nodes(nodes), inputs, outputs, graph.extents)


def sort_nodes(nodes: Sequence[Node]) -> dict[str, Node]:
    """Return nodes in a topological order, as near to the given order as can be.

    Whoever reads the last but one of a run may stand before the last.
    """
    place = {node.key: number for number, node in enumerate(nodes)}
    waiting: list[tuple[Node, bool]] = [(node, False) for node in reversed(nodes)]
    done: dict[str, Node] = {}
    while waiting:
        node, ready = waiting.pop()
        if node.key in done:
            continue
        before = [source for source, _ in node.sources if source in place and source not in done]
        if ready or not before:
            done[node.key] = node
        else:
            waiting.append((node, True))
            before.sort(key=place.__getitem__, reverse=True)
            waiting.extend((nodes[place[source]], False) for source in before)
    return done


def _reading(node: Node, moved: Mapping[str, str]) -> Node:
    if not any(source in moved for source, _ in node.sources):
        return node
    sources = [(moved.get(source, source), port) for source, port in node.sources]
    return replace(node, sources=tuple(dict.fromkeys(sources)))


def runs(
    graph: Graph, nodes: Iterable[Node], holder: Mapping[str, str] | None = None
) -> list[list[Node]]:
    """Return nodes, in topological order, as runs of equal neighbours, a run of one included.

    `holder` maps keys of the graph to that of the node which holds them, for nodes that the graph
    does not hold yet.
    """
    place = {key: number for number, key in enumerate(graph.nodes)}
    run_of: dict[str, list[Node]] = {}
    for node in nodes:
        history = _history(node, place)
        run = run_of.get(history[0][0]) if history else None
        if run and run[-1].key == history[0][0] and _follows(graph, run, node, place, holder or {}):
            del run_of[run[-1].key]
            run.append(node)
        else:
            run = [node]
        run_of[node.key] = run
    found = []
    for run in run_of.values():
        found += [run] if _sealed(graph, run, holder or {}) else [[node] for node in run]
    return sorted(found, key=lambda run: place[run[-1].key])


def _sealed(graph: Graph, run: Sequence[Node], holder: Mapping[str, str]) -> bool:
    """Tell whether a dense run, of which all is read by what follows, is read as one."""
    if len(run) < 2 or _wider(run[0], run[1]) == 0:
        return True
    mine = {node.key for node in run}
    readers = [
        frozenset(holder.get(reader, reader) for reader in graph.readers(node.key)) - mine
        for node in run
    ]
    return len(set(readers)) == 1 and not graph.leaving().intersection(mine - {run[-1].key})


def _gathers(node: Node) -> bool:
    """Tell whether a group concatenates all that it reads: one tensor more makes no difference."""
    inside = {member.key for member in node.members}
    fed = [m for m in node.members if any(source not in inside for source, _ in m.sources)]
    return all(member.entry == CONCATENATE for member in fed)


def _wider(first: Node, second: Node) -> int:
    """Return how many more tensors the second of two neighbours reads."""
    return len(set(second.sources)) - len(set(first.sources))


def _history(node: Node, place: Mapping[str, int]) -> list[Tensor]:
    """Return what a node reads, the latest first."""
    return sorted(dict.fromkeys(node.sources), key=lambda tensor: -place.get(tensor[0], -1))


def _follows(
    graph: Graph,
    run: Sequence[Node],
    node: Node,
    place: Mapping[str, int],
    holder: Mapping[str, str],
) -> bool:
    """Tell whether a node, which reads the last of a run, is one more of it."""
    last = run[-1]
    before, after = _history(last, place), _history(node, place)
    wider = _wider(last, node)
    # Two layers that happen to read alike are no cells.
    if len(after) > 1 and not node.members:
        return False
    if len(run) > 1 and wider != _wider(run[0], run[1]):
        return False
    if wider == 1:
        rest = [tensor for tensor in node.sources if tensor[0] != last.key]
        return rest == list(last.sources) and _gathers(node) and foldable(graph, last, node)
    if wider:
        return False
    pairs = [pair for pair in zip(last.sources, node.sources, strict=False) if len(set(pair)) > 1]
    if len(after) > 1 and [new[0] for _, new in pairs] == [last.key]:
        # All but one of what is read stays: a context, of whatever size.
        return foldable(graph, last, node, among=True) and _left(graph, [last], node, holder)
    if after[1:] != before[:-1]:
        return False
    turns = [before.index(tensor) for tensor in last.sources]
    if turns != [after.index(tensor) for tensor in node.sources]:
        return False
    if not foldable(graph, last, node):
        return False
    return len(run) < len(after) or _left(graph, run[-len(after) :], node, holder)


def _left(graph: Graph, run: Sequence[Node], node: Node, holder: Mapping[str, str]) -> bool:
    """Tell whether nobody reads what the next one will no longer read: the first of a run."""
    mine = {node.key, *(other.key for other in run)}
    first = run[0].key
    readers = {
        holder.get(reader, reader)
        for reader in graph.readers(first)
        if not _combs(graph.nodes[reader], first, node.key)
    }
    return readers <= mine and first not in graph.leaving()


def _combs(reader: Node, first: str, second: str) -> bool:
    """Tell whether a merge reads nothing of two neighbours but the side output of each."""
    ports = {port for source, port in reader.sources if source == first}
    return ports == {SIDE} and (second, SIDE) in reader.sources


def foldable(graph: Graph, first: Node, second: Node, *, among: bool = False) -> bool:
    """Tell whether two neighbours look the same, so that one glyph may stand for both.

    `among` tells that the second reads other things as well, which may have any size.
    """
    if first.repeat_key != second.repeat_key or first.fold_key != second.fold_key:
        return False
    # A layer has no body that a note could speak of.
    if first.dilations != second.dilations and not first.members:
        return False
    # A variant may lead a run; what follows is the body, or differs from it like the leader.
    if second.variant and (second.variant not in LASTING or second.variant not in first.variant):
        return False
    if first.block.shared != second.block.shared or (second.changes_resolution and not among):
        return False
    # The first of a run of groups may lead it, with a stride of its own; a layer may not: its
    # stride is part of what is drawn.
    if first.changes_resolution and not first.members:
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
