"""The automatic groups, from their search to their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from net2fig.grammar import Grammar
from net2fig.group.assemble import Spec, rewritten
from net2fig.group.graph import Graph, Node
from net2fig.group.inline import inline
from net2fig.group.names import propose
from net2fig.group.once import once
from net2fig.group.repeats import repeats
from net2fig.options import LEVELS


def found_groups(
    graph: Graph, grammar: Grammar, given: Mapping[str, Spec], level: str
) -> tuple[Graph, dict[str, Spec]]:
    """Return the graph with its repeats as groups, and what is known of each by its token.

    Ensures: at the last level, what is met once is collapsed as well.
    """
    graph, tokens, cells = repeats(graph)
    graph, tokens = inline(graph, tokens)
    if level == LEVELS[-1]:
        graph, single = once(graph, cells)
        tokens += single
    names = propose(graph, tokens, grammar, [spec.name for spec in given.values()])

    def named(node: Node) -> Node:
        if node.token not in names:
            return node
        return replace(node, block=replace(node.block, type=names[node.token]))

    specs = {token: Spec(names[token]) for token in names}
    return rewritten(graph, named), specs
