"""Repeated blocks: parallel paths and the layer that joins them.

A residual block comes as a family: with the identity for a shortcut, with a projection or a pooling
in its place, or, at the head of a stage, without any. They are one group with variants.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from net2fig.group.census import Classes, Line, Part
from net2fig.group.graph import CONCATENATE, GATE, Graph
from net2fig.group.score import Candidate, Occurrence, gain

PROJECTED, POOLED, BARE = "projected", "pooled", "bare"
"""The variants of a residual block, by what they have for a shortcut."""

LONGEST_SHORTCUT = 2
"""How many layers a shortcut may have and still be no branch of its own."""


def blocks(graph: Graph, whole: Line) -> list[Candidate]:
    """Return the repeated blocks that pay, of the smallest size at which any does.

    Ensures: they do not overlap, since blocks of one size never hold one another.
    """
    candidates = sorted(_candidates(graph, whole), key=lambda candidate: candidate.size)
    chosen: list[Candidate] = []
    taken: set[str] = set()
    for candidate in candidates:
        if chosen and candidate.size > chosen[0].size:
            break
        keys = {key for occurrence in candidate.occurrences for key in occurrence.keys}
        if candidate.most() > 0 and not keys & taken and gain(graph, candidate) > 0:
            chosen.append(candidate)
            taken |= keys
    return chosen


def _candidates(graph: Graph, whole: Line) -> Iterator[Candidate]:
    by_class: dict[int, list[Part]] = {}
    for line in whole.lines():
        for part in line.parts:
            if part.branches and not part.open:
                by_class.setdefault(part.cls, []).append(part)
    shortcuts = _shortcuts(graph, by_class)
    place = {key: number for number, key in enumerate(graph.nodes)}
    for parts in by_class.values():
        first = parts[0]
        found = [Occurrence(part.keys, part.size) for part in parts]
        body: tuple[int, ...] = ()
        if residual(graph, first):
            found = [
                Occurrence(part.keys, part.size, core=frozenset(part.branches[0].held()))
                for part in parts
            ]
            body = tuple(part.cls for part in first.branches[0].parts)
            family = (first.branches[0].cls, graph.nodes[first.join].token)
            found += shortcuts.get(family, [])
        later = tuple(_bare_of(graph, whole, body, first.cls)) if len(body) > 1 else ()
        if len(found) + len(later) > 1:
            found.sort(key=lambda occurrence: place[occurrence.keys[-1]])
            yield Candidate(tuple(found), first.size, body, later)


def residual(graph: Graph, part: Part) -> bool:
    """Tell whether a block adds the identity to its one branch."""
    if part.skips != 1 or len(part.branches) != 1:
        return False
    return graph.nodes[part.join].entry not in (CONCATENATE, GATE)


def _shortcuts(
    graph: Graph, by_class: Mapping[int, list[Part]]
) -> dict[tuple[int, str], list[Occurrence]]:
    """Return the blocks with a layer in their shortcut, by the class of the other branch."""
    found: dict[tuple[int, str], list[Occurrence]] = {}
    for parts in by_class.values():
        first = parts[0]
        if first.skips or len(first.branches) != 2:
            continue
        for body, short in (first.branches, first.branches[::-1]):
            variant = _shortcut(graph, short)
            if not variant or body.cls == short.cls:
                continue
            family = found.setdefault((body.cls, graph.nodes[first.join].token), [])
            for part in parts:
                core = next(branch for branch in part.branches if branch.cls == body.cls)
                family.append(Occurrence(part.keys, part.size, variant, frozenset(core.held())))
    return found


def _shortcut(graph: Graph, line: Line) -> str:
    """Return what a branch makes of a shortcut; nothing where it is more than that."""
    kinds = [graph.nodes[key].block.kind for key in line.held()]
    if len(kinds) > LONGEST_SHORTCUT or any(graph.nodes[key].members for key in line.held()):
        return ""
    return POOLED if kinds == ["pool"] else PROJECTED


def leaders(
    graph: Graph, whole: Line, bodies: Mapping[str, tuple[int, ...]], classes: Classes
) -> list[tuple[str, Occurrence]]:
    """Return the chains that are the bare body of a residual block beside them, by its token.

    Requires: `bodies` maps the token of a group to the classes of its branch.
    Ensures: longer bodies come first, so that none loses its tail to a shorter one; a chain changes
    the size of what passes (else it would have kept its shortcut) and neighbours its group.
    """
    long = [token for token in bodies if len(bodies[token]) > 1]
    taken: set[str] = set()
    found = []
    for token in sorted(long, key=lambda token: -len(bodies[token])):
        for occurrence in _bare_of(graph, whole, bodies[token], classes.number(token)):
            if not taken.intersection(occurrence.keys):
                taken.update(occurrence.keys)
                found.append((token, occurrence))
    return found


def _bare_of(graph: Graph, whole: Line, body: tuple[int, ...], cls: int) -> Iterator[Occurrence]:
    """Yield the chains that are a body, beside a part of the class of its block."""
    length = len(body)
    for line in whole.lines():
        kinds = tuple(part.cls for part in line.parts)
        start = 0
        while start + length <= len(kinds):
            stop = start + length
            if kinds[start:stop] != body or not _leads(graph, line, start, stop, cls):
                start += 1
                continue
            parts = line.parts[start:stop]
            keys = tuple(key for part in parts for key in part.keys)
            yield Occurrence(keys, sum(part.size for part in parts), BARE)
            start = stop


def _leads(graph: Graph, line: Line, start: int, stop: int, cls: int) -> bool:
    beside = line.parts[max(0, start - 1) : start] + line.parts[stop : stop + 1]
    parts = line.parts[start:stop]
    near = any(part.cls == cls for part in beside)
    return near and not any(part.open for part in parts) and _resizes(graph, parts)


def _resizes(graph: Graph, parts: tuple[Part, ...]) -> bool:
    """Tell whether a chain changes the size, but not the number of axes, of what passes."""
    sources = graph.nodes[parts[0].keys[0]].sources
    before = graph.extents.get(sources[0]) if sources else None
    after = graph.output(parts[-1].exit)
    if before is None or after is None:
        return False
    return before != after and len(before.spatial) == len(after.spatial)
