"""Additions and the normalisations behind them, taken as one while repeats are looked for.

    post-norm:  x ─┬─ attention ─ (+) ─ norm ─    The block ends with the normalisation: the first
                   └──────────────┘               path around something leaves at x.

A block with the normalisation in front of what the path leads around needs nothing of this. There,
only the last addition of the network is followed by one.

Requires: a graph of layers.
Ensures: `split_post_norms` is the inverse of `join_post_norms`, in groups as well.
"""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.group.assemble import group_node, rewritten
from net2fig.group.graph import ADD, Graph, Node, contract
from net2fig.group.open import opened

NORM = "norm"
"""The kind of normalisations."""
POST_NORM = "@post-norm"
"""The repeat key of an addition with the normalisation behind it."""


def join_post_norms(graph: Graph) -> Graph:
    """Return the graph with each such pair as one node, if most additions have one behind them."""
    additions = [node for node in graph.nodes.values() if node.entry == ADD]
    pairs = [pair for node in additions if (pair := _pair(graph, node))]
    if 2 * len(pairs) <= len(additions):
        return graph
    return contract(graph, [group_node(graph, pair, POST_NORM) for pair in pairs])


def _pair(graph: Graph, node: Node) -> tuple[Node, Node] | None:
    """Return an addition with the normalisation that alone reads it."""
    readers = graph.readers(node.key)
    if len(readers) != 1 or node.key in graph.leaving():
        return None
    reader = graph.nodes[readers[0]]
    alone = {source for source, _ in reader.sources} == {node.key}
    return (node, reader) if reader.block.kind == NORM and alone else None


def split_post_norms(graph: Graph) -> Graph:
    """Return the graph with the pairs as two nodes again."""
    pairs = [node.key for node in graph.nodes.values() if node.repeat_key == POST_NORM]
    return opened(rewritten(graph, _split_members), pairs)


def _split_members(node: Node) -> Node:
    if not any(member.repeat_key == POST_NORM for member in node.members):
        return node
    members: list[Node] = []
    for member in node.members:
        members += member.members if member.repeat_key == POST_NORM else (member,)
    return replace(node, members=tuple(members))
