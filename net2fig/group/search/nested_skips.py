"""What joins a skip on the way back, as a unit: a concatenation and what follows it.

    a → a → a → … → [≡ → b] → [≡ → b] → [≡ → b]        the first unit reads the last a, and so on
    │   │   └────────┘ │         │
    │   └──────────────┘         │
    └────────────────────────────┘

U-Nets of diffusion keep each block of the way down for one of the way up. A concatenation has two
sources of which neither is the whole, so no block holds it; with what follows, it repeats.

Requires: the blocks are groups; nothing is folded.
Ensures: a unit is met twice at least, and one of them follows another directly.
"""

from __future__ import annotations

from collections.abc import Mapping

from net2fig.group.assemble import group_node
from net2fig.group.graph import CONCATENATE, Graph, contract

MOST = 6
"""The most nodes of a unit."""

Unit = tuple[str, ...]
"""The keys of its nodes, the concatenation first."""


def nested_units(graph: Graph) -> tuple[Graph, tuple[str, ...]]:
    """Return the graph with the units of nested skips contracted, and the keys of the groups."""
    place = {key: number for number, key in enumerate(graph.nodes)}
    merges = [key for key in graph.nodes if _joins(graph, key, place)]
    units = {key: _follow(graph, key, frozenset(merges)) for key in merges}
    # A unit that another one follows tells how long it is.
    forms = {
        _form(graph, unit)
        for unit in units.values()
        if 1 < len(unit) <= MOST and set(graph.readers(unit[-1])) & units.keys()
    }
    found: dict[tuple[str, ...], list[Unit]] = {}
    for unit in units.values():
        keys = _form(graph, unit)
        fitting = [form for form in forms if keys[: len(form)] == form]
        if fitting:
            form = max(fitting, key=len)
            found.setdefault(form, []).append(unit[: len(form)])
    found = {form: each for form, each in found.items() if len(each) > 1}
    groups = [
        group_node(graph, [graph.nodes[key] for key in unit], _name(form))
        for form, each in found.items()
        for unit in each
    ]
    return contract(graph, groups) if groups else graph, tuple(map(_name, found))


def _name(form: tuple[str, ...]) -> str:
    return f"nested {' '.join(form)}"


def _form(graph: Graph, unit: Unit) -> tuple[str, ...]:
    return tuple(graph.nodes[key].repeat_key for key in unit)


def _joins(graph: Graph, key: str, place: Mapping[str, int]) -> bool:
    """Tell whether a node concatenates what comes to it with what goes on elsewhere as well."""
    node = graph.nodes[key]
    read = {source for source, _ in node.sources}
    if node.entry != CONCATENATE or len(read) != 2 or not read <= place.keys():
        return False
    tap = min(read, key=place.__getitem__)
    return len(graph.readers(tap)) > 1


def _follow(graph: Graph, key: str, merges: frozenset[str]) -> Unit:
    """Return a concatenation with what follows it in a chain at its resolution."""

    def resolution(key: str) -> object:
        extent = graph.output(key)
        return extent.spatial if extent else None

    unit, place = [key], resolution(key)
    leaving = graph.leaving()
    while len(readers := graph.readers(unit[-1])) == 1 and unit[-1] not in leaving:
        node = graph.nodes[readers[0]]
        if node.key in merges or node.block.kind == "merge" or resolution(node.key) != place:
            break
        unit.append(readers[0])
    return tuple(unit)
