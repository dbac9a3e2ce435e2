"""Repeats inside of a large group that its author named: a backbone is explained by its blocks.

Requires: a graph with the author's groups contracted.
Ensures: a group that stands once and is made of many nodes holds its repeats as groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec.structs import replace

from net2fig.data.grammar import Grammar
from net2fig.group.assemble import Spec, body_graph, rewritten
from net2fig.group.graph import Graph, Node, Tensor
from net2fig.group.search.search import found_groups
from net2fig.network import Network
from net2fig.options.types import LEVELS
from net2fig.outline import ENTRY

LEAST = 12
"""How many nodes a group must hold, so that its body is searched."""

LEVEL = LEVELS[-2]
"""The level of bodies: what is met once in them is not collapsed."""


def search_bodies(
    graph: Graph, grammar: Grammar, specs: Mapping[str, Spec], match: str, network: Network
) -> tuple[Graph, dict[str, Spec]]:
    """Return the graph with the repeats in bodies as groups, and what is known of these."""
    found: dict[str, Spec] = {}
    counts = Counter(node.repeat_key for node in graph.nodes.values())
    nodes = dict(graph.nodes)
    for key, node in graph.nodes.items():
        if node.repeat_key not in specs or counts[node.repeat_key] > 1 or len(node.members) < LEAST:
            continue
        body, inner = found_groups(
            body_graph(graph, node), grammar, {**specs, **found}, LEVEL, match, network
        )
        members = _restore(body, node, inner)
        found |= {_name_key(node, repeat_key): spec for repeat_key, spec in inner.items()}
        nodes[key] = replace(node, members=members)
    return Graph(nodes, graph.inputs, graph.outputs, graph.extents), found


def _name_key(group: Node, repeat_key: str) -> str:
    """Return the repeat key of a group in the body of another, which no other body has."""
    return f"in {group.repeat_key}: {repeat_key}"


def _restore(body: Graph, group: Node, inner: Mapping[str, Spec]) -> tuple[Node, ...]:
    """Return the members of a body with what they read from outside of it."""

    def outside(tensor: Tensor) -> Tensor:
        return group.sources[tensor[1]] if tensor[0] == ENTRY else tensor

    def restore(node: Node) -> Node:
        key = node.repeat_key
        key = _name_key(group, key) if key in inner else key
        return replace(node, sources=tuple(map(outside, node.sources)), repeat_key=key)

    return tuple(rewritten(body, restore).nodes.values())
