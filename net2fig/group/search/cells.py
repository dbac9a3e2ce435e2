"""The whole family of a repeated cell: cones that differ in how they fit what they read.

A cell reads tensors of other sizes where a stage begins, and the first cells of all have fewer of
them to read; so a few layers stand before some of its inputs, others than elsewhere or none at all.
What all have in common is the *core*. Like a projection in the shortcut of a residual block, the
rest makes a variant, not another cell.

    read ─ conv ─┐                read ─ pool ─ conv ─┐               read ──┐
    read ─ conv ─┴ core           read ─ conv ────────┴ core          read ──┴ core

Requires: the occurrences of a cone, all of one form.
Ensures: every occurrence has one way out; those of the form are no variants; the cores are equal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from net2fig.group.graph import Graph
from net2fig.group.search.cones import OUTSIDE, Form, cone, form, ordered, regions
from net2fig.group.search.score import Candidate, Occurrence
from net2fig.group.search.signatures import Line

FITTED = "fitted"
"""The mark of an occurrence that fits what it reads in a way of its own."""

FEWEST = 8
"""How many layers a core has at least: of less, what differs would be half."""

SHARE = 0.7
"""How much of a cell must be its core."""


def family(graph: Graph, whole: Line, candidate: Candidate, stops: Collection[str]) -> Candidate:
    """Return a repeated cone with all occurrences that have its core."""
    base = candidate.occurrences[0]
    shape, order = form(graph, base.keys), ordered(graph, base.keys)
    taken = {key for occurrence in candidate.occurrences for key in occurrence.keys}
    core = set(range(len(order)))
    others: list[tuple[tuple[str, ...], Mapping[int, str]]] = []
    for region in regions(whole):
        place = {key: number for number, key in enumerate(region.keys)}
        for exit in region.keys:
            if exit in taken or graph.nodes[exit].repeat_key != shape[0][0]:
                continue
            found = cone(graph, place, exit, stops)
            same = _core(graph, shape, found) if found and taken.isdisjoint(found) else {}
            if len(core.intersection(same)) >= max(FEWEST, SHARE * len(order)):
                core.intersection_update(same)
                taken.update(found)
                others.append((found, same))
    if not others:
        return candidate
    held = [
        replace(o, core=frozenset(_chosen(ordered(graph, o.keys), core)))
        for o in candidate.occurrences
    ]
    held += [
        Occurrence(keys, base.size, FITTED, frozenset(same[number] for number in core))
        for keys, same in others
    ]
    place = {key: number for number, key in enumerate(graph.nodes)}
    held.sort(key=lambda occurrence: place[occurrence.keys[-1]])
    return replace(candidate, occurrences=tuple(held))


def _chosen(order: Sequence[str], numbers: Collection[int]) -> list[str]:
    return [order[number] for number in numbers]


def _core(graph: Graph, shape: Form, keys: Sequence[str]) -> dict[int, str]:
    """Return which nodes of a cone stand for which of a form, where both are the same.

    Both are walked backwards side by side. Where they part, what lies behind fits an input; it
    must lie behind the same tensor wherever that is read.
    """
    inside = set(keys)
    at: dict[int, str] = {0: keys[-1]}
    parted: dict[int, str] = {}
    waiting = [0]
    while waiting:
        number = waiting.pop()
        sources = [source for source, _ in graph.nodes[at[number]].sources]
        read = shape[number][1]
        if len(sources) != len(read):
            return {}
        for source, wanted in zip(sources, read, strict=True):
            if wanted == OUTSIDE:
                continue
            if wanted in at or wanted in parted:
                if at.get(wanted, parted.get(wanted)) != source:
                    return {}
            elif source in inside and graph.nodes[source].repeat_key == shape[wanted][0]:
                at[wanted] = source
                waiting.append(wanted)
            else:
                parted[wanted] = source
    return at if len(set(at.values())) == len(at) else {}
