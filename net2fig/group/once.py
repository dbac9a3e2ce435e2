"""Collapse what is met once: large blocks in the main line, so that a figure shows stages.

Requires: the repeats are found.
Ensures: only parts with one way in and one way out, of 4 to 60 glyphs, and at most two fifths of the
network each: what holds more, such as a U-Net, is the network, not a part of it.
"""

from __future__ import annotations

from net2fig.group.census import Classes, census
from net2fig.group.graph import Graph, Node, contract
from net2fig.group.score import Occurrence, node_of

LEAST, MOST = 4, 60
"""How many glyphs a part may have to be worth collapsing, and to be explained in a legend."""

SHARE = 0.4
"""How much of the layers of a network may be one part."""


def once(graph: Graph) -> tuple[Graph, tuple[str, ...]]:
    """Return the graph with its large parts contracted, and the tokens of these groups."""
    total = sum(len(node.block.layers) for node in graph.nodes.values())
    groups: list[Node] = []
    for part in census(graph, Classes()).parts:
        layers = sum(len(graph.nodes[key].block.layers) for key in part.keys)
        if part.open or not LEAST <= part.size <= MOST or layers > SHARE * total:
            continue
        token = f"@once {len(groups)}"
        groups.append(node_of(graph, Occurrence(part.keys, part.size), token))
    return contract(graph, groups), tuple(group.token for group in groups)
