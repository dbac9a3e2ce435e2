"""The automatic groups, from their search to their names."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from net2fig.data.grammar import Grammar
from net2fig.group.assemble import Spec, rewritten
from net2fig.group.graph import Graph, Node
from net2fig.group.naming.names import propose
from net2fig.group.search.inline import inline
from net2fig.group.search.post_norm import join_post_norms, split_post_norms
from net2fig.group.search.repeats import repeats
from net2fig.group.search.same_bodies import unite
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
    `network` name the groups that they make.
    """
    graph, repeat_keys, cells = repeats(join_post_norms(strict(graph, match)))
    graph, repeat_keys = inline(graph, repeat_keys)
    graph = split_post_norms(graph)
    graph, united = unite(graph, repeat_keys)
    repeat_keys = tuple(dict.fromkeys(united[repeat_key] for repeat_key in repeat_keys))
    cells = frozenset(united.get(repeat_key, repeat_key) for repeat_key in cells)
    single: tuple[str, ...] = ()
    if level == LEVELS[-1]:
        graph, single = collapse_unique(graph, cells)
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


def strict(graph: Graph, match: str) -> Graph:
    """Return the graph with the repeat keys of layers as fine as is asked; groups keep theirs."""
    if match == STRICTNESS[0]:
        return graph

    def fine(node: Node) -> Node:
        sizes = f" {graph.output(node.key)}" if match == STRICTNESS[-1] else ""
        return node if node.members else replace(node, repeat_key=node.fold_key + sizes)

    nodes = {key: fine(node) for key, node in graph.nodes.items()}
    return Graph(nodes, graph.inputs, graph.outputs, graph.extents)
