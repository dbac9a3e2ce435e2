"""Collapse what is met once: large blocks in the main line, so that a figure shows stages.

Requires: the repeats are found.
Ensures: only parts with one way out and at most two ways in, of 4 to 60 glyphs, and at most two
fifths of the network each: what holds more, such as a U-Net, is the network, not a part of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from net2fig.group.assemble import occurrences
from net2fig.group.graph import Graph, contract, entering
from net2fig.group.search.cones import single
from net2fig.group.search.score import Occurrence, node_of
from net2fig.group.search.signatures import Classes, Line, labelled_tree

LEAST, MOST = 4, 60
"""How many glyphs a part may have to be worth collapsing, and to be explained in a legend."""

CELL = 10
"""How many layers that are drawn a cone must hold: a cell, not any two paths that meet."""

GLYPHS = 3
"""How many different glyphs a part must have: of two, nothing is saved."""

COMMON = 3
"""How often a group is met that a cone stops at: it is a landmark, not a detail."""

ENTRIES = 2
"""How many tensors a part may read: with more it is a knot of the network, not a stage."""

SHARE = 0.4
"""How much of the layers of a network may be one part."""


def collapse_unique(graph: Graph, repeats: Collection[str]) -> tuple[Graph, tuple[str, ...]]:
    """Return the graph with its large parts contracted, and the repeat keys of these groups.

    In rigid parts, cones are collapsed first; `repeats` are the repeat keys of the groups.
    """
    total = sum(len(node.block.layers) for node in graph.nodes.values())
    met = occurrences(graph, repeats)
    stops = {repeat_key for repeat_key in met if len(met[repeat_key]) >= COMMON}
    repeat_keys: list[str] = []
    for cones in (True, False):
        whole = labelled_tree(graph, Classes())
        found = [
            occurrence
            for occurrence in (_cones(graph, whole, stops) if cones else _parts(graph, whole))
            if occurrence.size <= MOST
            and _layers(graph, occurrence) <= SHARE * total
            and len(entering([graph.nodes[key] for key in occurrence.keys])) <= ENTRIES
        ]
        names = [f"@once {len(repeat_keys) + number}" for number in range(len(found))]
        graph = contract(graph, [node_of(graph, *pair) for pair in zip(found, names, strict=True)])
        repeat_keys += names
    return graph, tuple(repeat_keys)


def _layers(graph: Graph, occurrence: Occurrence) -> int:
    return sum(len(graph.nodes[key].block.layers) for key in occurrence.keys)


def _cones(graph: Graph, whole: Line, stops: Collection[str]) -> list[Occurrence]:
    found = single(graph, whole, stops)
    return [
        cone
        for cone in found
        if _glyphs(graph, cone.keys) >= GLYPHS and _layers(graph, cone) >= CELL
    ]


def _parts(graph: Graph, whole: Line) -> list[Occurrence]:
    parts = [part for part in whole.parts if not part.open and part.size >= LEAST]
    return [
        Occurrence(part.keys, part.size) for part in parts if _glyphs(graph, part.keys) >= GLYPHS
    ]


def _glyphs(graph: Graph, keys: Iterable[str]) -> int:
    """Return how many glyphs differ: equal neighbours are one, with their number."""
    return len({graph.nodes[key].repeat_key for key in keys})
