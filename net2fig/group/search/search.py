"""The automatic groups, from their search to their names."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from net2fig.data.grammar import Grammar
from net2fig.group.assemble import Spec, occurrences, rewritten, shown
from net2fig.group.comb import attached, detached
from net2fig.group.fold import fold
from net2fig.group.graph import Graph, Node
from net2fig.group.naming.names import propose
from net2fig.group.search.class_blocks import ClassCalls, find_class_calls
from net2fig.group.search.decompose import decompose
from net2fig.group.search.inline import inline
from net2fig.group.search.post_norm import join_post_norms, split_post_norms
from net2fig.group.search.repeats import repeats
from net2fig.group.search.same_bodies import unite
from net2fig.group.search.score import OVERHEAD
from net2fig.group.search.unique_blocks import collapse_unique
from net2fig.network import Network
from net2fig.options.types import LEVELS, STRICTNESS
from net2fig.outline import Origin


def found_groups(
    graph: Graph,
    grammar: Grammar,
    given: Mapping[str, Spec],
    level: str,
    match: str,
    network: Network | None = None,
) -> tuple[Graph, dict[str, Spec]]:
    """Return the graph with its repeats as groups, and what is known of each by its repeat key.

    Ensures: at the last level, what is met once is collapsed as well. The classes in the scopes of
    `network` name the groups that they make, and no window cuts their calls.
    """
    graph, repeat_keys = _smallest(strict(graph, match), find_class_calls(graph, network))
    single: tuple[str, ...] = ()
    if level == LEVELS[-1]:
        graph, single = collapse_unique(graph, repeat_keys)
    repeat_keys += single
    names = propose(graph, repeat_keys, grammar, [spec.name for spec in given.values()], network)

    def named(node: Node) -> Node:
        if node.repeat_key not in names:
            return node
        return replace(node, block=replace(node.block, type=names[node.repeat_key]))

    specs = {
        repeat_key: Spec(name, origin=Origin("once" if repeat_key in single else "repeats"))
        for repeat_key, name in names.items()
    }
    return rewritten(graph, named), specs


Searched = tuple[Graph, tuple[str, ...]]
"""A graph with its groups, and the repeat keys of these."""


def _smallest(graph: Graph, calls: ClassCalls) -> Searched:
    """Return the repeats of a graph, with its combs as units where that makes it smaller."""
    plain = _search(graph, calls)
    comb_graph, combs = detached(graph)
    if not combs:
        return plain
    taken_off, repeat_keys = _search(comb_graph, calls)
    combed = attached(taken_off, graph, combs)
    return _smaller(plain, (combed, repeat_keys)) if combed else plain


def _search(graph: Graph, calls: ClassCalls) -> Searched:
    """Return the repeats of a graph, looked at wide where that makes it smaller."""
    graph = join_post_norms(graph)
    searched = repeats(graph, calls)
    found = _united(*searched)
    if any(map(_looks_wider, (graph, searched[0]))):
        found = _smaller(found, _united(*repeats(graph, calls, wide=True)))
    ends = _search_to_ends(graph, calls)
    return _smaller(found, ends) if ends else found


def _search_to_ends(graph: Graph, calls: ClassCalls) -> Searched | None:
    """Return the repeats of a graph of which nothing leaves that is read, if none hides an output.

    What leaves two towers before they meet would keep them from being taken apart.
    """
    ends = tuple(port for port in graph.outputs if not graph.readers(port[1][0]))
    if not ends or len(ends) == len(graph.outputs):
        return None
    found, repeat_keys = _united(*repeats(replace(graph, outputs=ends), calls))
    if any(tensor[0] not in found.nodes for _, tensor in graph.outputs):
        return None
    return replace(found, outputs=graph.outputs), repeat_keys


def _looks_wider(graph: Graph) -> bool:
    return decompose(graph) != decompose(graph, wide=True)


def _united(graph: Graph, repeat_keys: tuple[str, ...]) -> Searched:
    graph, repeat_keys = inline(graph, repeat_keys)
    graph = split_post_norms(graph)
    graph, united = unite(graph, repeat_keys)
    return graph, tuple(dict.fromkeys(united[repeat_key] for repeat_key in repeat_keys))


def _smaller(first: Searched, other: Searched) -> Searched:
    return other if _cost(*other) < _cost(*first) else first


def _cost(graph: Graph, repeat_keys: tuple[str, ...]) -> int:
    """Return how many glyphs the figure and its legend have."""
    met = occurrences(graph, repeat_keys)
    return len(fold(graph).nodes) + sum(
        len(shown(nodes).members) + OVERHEAD for nodes in met.values()
    )


def strict(graph: Graph, match: str) -> Graph:
    """Return the graph with the repeat keys of layers as fine as is asked; groups keep theirs."""
    if match == STRICTNESS[0]:
        return graph

    def fine(node: Node) -> Node:
        sizes = f" {graph.output(node.key)}" if match == STRICTNESS[-1] else ""
        return node if node.members else replace(node, repeat_key=node.fold_key + sizes)

    nodes = {key: fine(node) for key, node in graph.nodes.items()}
    return Graph(nodes, graph.inputs, graph.outputs, graph.extents)
