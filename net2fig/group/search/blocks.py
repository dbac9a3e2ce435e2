"""Repeated blocks: parallel paths and the layer that joins them.

A residual block comes as a family: with the identity for a shortcut, with a projection or a pooling
in its place, or, at the head of a stage, without any; and, in the first stage of many networks,
without the pointwise convolution that widens or narrows it. They are one group with variants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from net2fig.group.graph import CONCATENATE, GATE, Graph
from net2fig.group.search.score import KNOWN, Body, Candidate, Occurrence, gain
from net2fig.group.search.signatures import Classes, Line, Part

PROJECTED, POOLED, NO_SHORTCUT = "projected", "pooled", "no-shortcut"
"""The variants of a residual block, by what they have for a shortcut."""

NARROW = "narrow"
"""The variant without the pointwise convolution at one of the ends of its branch."""

BOTH = "+"
"""What stands between the marks of a variant that has several."""

LONGEST_SHORTCUT = 2
"""How many layers a shortcut may have and still be no branch of its own."""

DEPTHWISE = "depthwise"
"""The entry of the catalogue whose layers filter each feature by itself."""


def blocks(graph: Graph, whole: Line, most: int) -> list[Candidate]:
    """Return the repeated blocks of at most so many glyphs that pay, the smallest first.

    Ensures: they do not overlap; one that holds another is left for the next round.
    """
    candidates = sorted(_candidates(graph, whole), key=lambda candidate: candidate.size)
    chosen: list[Candidate] = []
    taken: set[str] = set()
    for candidate in candidates:
        if candidate.size > most:
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
    families = {
        (_body(parts[0]), graph.nodes[parts[0].join].repeat_key): parts
        for parts in by_class.values()
        if residual(graph, parts[0])
    }
    place = {key: number for number, key in enumerate(graph.nodes)}
    narrower = {
        (body, join)
        for (wide, join), parts in families.items()
        for body in _narrowed(graph, parts[0])
        if (body, join) in families and len(parts) + len(families[body, join]) > 2
    }
    for parts in by_class.values():
        first = parts[0]
        join = graph.nodes[first.join].repeat_key
        if not residual(graph, first):
            tails = _tails(graph, parts) if _is_partial(graph, first) else [()] * len(parts)
            alike = [
                Occurrence((*part.keys, *tail), part.size + len(tail))
                for part, tail in zip(parts, tails, strict=True)
            ]
            yield Candidate(_in_order(alike, place), first.size + len(tails[0]))
            continue
        body = _body(first)
        if (body, join) in narrower:
            continue
        narrow = _narrowed(graph, first)
        found = [*_cored(parts, ""), *shortcuts.get((first.branches[0].cls, join), [])]
        for less in narrow:
            found += _cored(families.get((less, join), []), NARROW)
        later = _bare_of(graph, whole, body, first.cls) if len(body) > 1 else ()
        yield Candidate(
            _in_order(found, place), first.size, body, tuple(later), narrow, overhead=KNOWN
        )


def _is_partial(graph: Graph, part: Part) -> bool:
    """Tell whether a 1×1 convolution leads a part of the features past a block (CSP)."""
    if part.skips or len(part.branches) != 2 or graph.nodes[part.join].entry != CONCATENATE:
        return False
    short, long = sorted(part.branches, key=lambda branch: len(branch.parts))
    ends = (short.parts[0], long.parts[0])
    alone = len(short.parts) == 1 < len(long.parts)
    return alone and all(_pointwise(graph, end) for end in ends)


def _tails(graph: Graph, parts: Sequence[Part]) -> list[tuple[str, ...]]:
    """Return the 1×1 convolution behind each block, where one alone reads each of them."""
    found: list[tuple[str, ...]] = []
    for part in parts:
        readers = graph.readers(part.exit)
        if len(readers) != 1 or part.exit in graph.leaving():
            return [()] * len(parts)
        if not graph.nodes[readers[0]].is_pointwise:
            return [()] * len(parts)
        found.append(readers)
    return found


def _in_order(found: Iterable[Occurrence], place: Mapping[str, int]) -> tuple[Occurrence, ...]:
    return tuple(sorted(found, key=lambda occurrence: place[occurrence.keys[-1]]))


def _cored(parts: Iterable[Part], variant: str) -> list[Occurrence]:
    return [
        Occurrence(part.keys, part.size, variant, frozenset(part.branches[0].held()))
        for part in parts
    ]


def _body(part: Part) -> Body:
    """Return what the one branch of a residual block is made of."""
    return tuple(inner.cls for inner in part.branches[0].parts)


def _narrowed(graph: Graph, part: Part) -> tuple[Body, ...]:
    """Return the branch of a residual block without a pointwise convolution at either end."""
    parts, body = part.branches[0].parts, _body(part)
    if len(parts) < 2:
        return ()
    ends = ((parts[0], body[1:]), (parts[-1], body[:-1]))
    return tuple(rest for end, rest in ends if _pointwise(graph, end))


def _pointwise(graph: Graph, part: Part) -> bool:
    return len(part.keys) == 1 and graph.nodes[part.exit].is_pointwise


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
            family = found.setdefault((body.cls, graph.nodes[first.join].repeat_key), [])
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
    graph: Graph, whole: Line, families: Mapping[str, Candidate], classes: Classes
) -> list[tuple[str, Occurrence]]:
    """Return the chains that are the bare body of a residual block beside them, by its repeat key.

    Requires: `families` maps the repeat key of a group to what it was made of.
    Ensures: longer bodies come first, so that none loses its tail to a shorter one; a chain changes
    the size of what passes (else it would have kept its shortcut), and neighbours its group or is
    made as nothing else is.
    """
    bodies = [
        (body, repeat_key, variant)
        for repeat_key, family in families.items()
        for body, variant in (
            (family.body, NO_SHORTCUT),
            *((less, f"{NO_SHORTCUT}{BOTH}{NARROW}") for less in family.narrow),
        )
        if len(body) > 1
    ]
    taken: set[str] = set()
    found = []
    for body, repeat_key, variant in sorted(bodies, key=lambda entry: -len(entry[0])):
        for occurrence in _bare_of(graph, whole, body, classes.number(repeat_key), variant):
            if not taken.intersection(occurrence.keys):
                taken.update(occurrence.keys)
                found.append((repeat_key, occurrence))
    return found


def _bare_of(
    graph: Graph, whole: Line, body: Body, cls: int, variant: str = NO_SHORTCUT
) -> Iterator[Occurrence]:
    """Yield the chains that are a body, beside a part of the class of its block."""
    length = len(body)
    for line in whole.lines():
        kinds = tuple(part.cls for part in line.parts)
        start = 0
        while start + length <= len(kinds):
            stop = start + length
            if kinds[start:stop] != body or not _leads(
                graph, line, start, stop, cls, narrow=NARROW in variant
            ):
                start += 1
                continue
            parts = line.parts[start:stop]
            keys = tuple(key for part in parts for key in part.keys)
            yield Occurrence(keys, sum(part.size for part in parts), variant)
            start = stop


def _leads(graph: Graph, line: Line, start: int, stop: int, cls: int, *, narrow: bool) -> bool:
    """Tell whether a chain is the body of a block of a class beside it.

    What lacks a convolution as well is one only where such a block follows: behind the last block
    it is the head of the network.
    """
    beside = line.parts[stop : stop + 1]
    beside += line.parts[max(0, start - 1) : start] if not narrow else ()
    parts = line.parts[start:stop]
    near = any(part.cls == cls for part in beside) or _inverted(graph, parts)
    # A block halves the resolution once; two strides in a row are a stem or an encoder.
    strided = sum(graph.nodes[key].changes_resolution for part in parts for key in part.keys)
    return near and strided <= 1 and _resizes(graph, parts)


def _inverted(graph: Graph, parts: tuple[Part, ...]) -> bool:
    """Tell whether a chain widens, filters each feature and narrows: nothing else is made so."""
    entries = [graph.nodes[part.exit].entry for part in parts]
    pointwise = _pointwise(graph, parts[0]) and _pointwise(graph, parts[-1])
    return pointwise and DEPTHWISE in entries[1:-1]


def _resizes(graph: Graph, parts: tuple[Part, ...]) -> bool:
    """Tell whether a chain changes the size, but not the number of axes, of what passes."""
    sources = graph.nodes[parts[0].keys[0]].sources
    before = graph.extents.get(sources[0]) if sources else None
    after = graph.output(parts[-1].exit)
    if before is None or after is None:
        return False
    return before != after and len(before.spatial) == len(after.spatial)
