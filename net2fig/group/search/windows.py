"""Repeated windows: several parts that follow one another in one line.

A window never cuts a run of equal layers, is never a repetition of a shorter window, and changes
the resolution at one of its ends at most, so that it does not join the tail of one stage to the
head of the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import prod

from msgspec import Struct

from net2fig.group.classes.class_calls import NO_CALLS, ClassCalls
from net2fig.group.graph import ATTENTION, Graph, Node
from net2fig.group.search.score import Candidate, Occurrence, gain
from net2fig.group.search.signatures import Line, Part, folds

LONGEST = 10
"""The most parts of a window: what is longer is a network, not a thing with a name."""

Key = tuple[tuple[int, int], ...]


class Run(Struct, frozen=True):
    """Equal neighbours in a line: an atom for windows."""

    cls: int
    keys: tuple[str, ...]
    count: int
    size: int
    open: bool
    resizes: bool


def windows(graph: Graph, whole: Line, calls: ClassCalls = NO_CALLS) -> list[Candidate]:
    """Return the repeated window that gains most, if one gains at all; it cuts none of `calls`."""
    found: dict[Key, list[tuple[Occurrence, bool]]] = {}
    taken: dict[Key, tuple[int, int]] = {}
    lines = list(whole.lines())
    met = Counter(part.cls for line in lines for part in line.parts)
    in_sight = set(map(id, _list_in_sight(whole, met)))
    for number, line in enumerate(lines):
        runs = runs_of(graph, line)
        for start in range(len(runs)):
            for stop in range(start + 2, min(start + LONGEST, len(runs)) + 1):
                window = runs[start:stop]
                if window[-1].open:
                    break
                key = tuple((run.cls, run.count) for run in window)
                # Occurrences must not overlap: the first from the left counts.
                where, end = taken.get(key, (-1, 0))
                if (where == number and start < end) or not _allowed(window, key):
                    continue
                keys = tuple(key for run in window for key in run.keys)
                if calls.are_cut(id for each in keys for id in graph.nodes[each].block.layers):
                    continue
                taken[key] = number, stop
                size = sum(run.size for run in window)
                found.setdefault(key, []).append((Occurrence(keys, size), id(line) in in_sight))
    candidates = []
    for key, places in found.items():
        if len(places) < 2:
            continue
        # Two glyphs are worth a name only where the reader meets them in the figure itself, or
        # where they follow one another: then they fold.
        is_met = 2 * sum(sight for _, sight in places) >= len(places)
        if len(key) == 2 and not is_met and not _in_a_row(graph, places):
            continue
        occurrences = tuple(occurrence for occurrence, _ in places)
        candidates.append(Candidate(occurrences, occurrences[0].size))
    while best := _best(graph, candidates):
        if gain(graph, best[0], brackets=True) > 0:
            return best
        # A bracket says it for less: what it would hold is no group, in other windows neither.
        held = frozenset(_held(best[0]))
        candidates = [other for other in candidates if held.isdisjoint(_held(other))]
    return []


def _list_in_sight(line: Line, met: Mapping[int, int]) -> Iterator[Line]:
    """Yield the lines of the figure: those that a long skip passes by, as in a U, are in sight.

    What is met twice, or has several branches, may be drawn in the legend.
    """
    yield line
    for part in line.parts:
        is_passed = part.skips and len(part.branches) == 1 and met[part.cls] == 1
        for branch in part.branches if is_passed or part.open else ():
            yield from _list_in_sight(branch, met)


def _in_a_row(graph: Graph, places: Sequence[tuple[Occurrence, bool]]) -> bool:
    """Tell whether most occurrences read the occurrence before them."""
    ends = {occurrence.keys[-1] for occurrence, _ in places}
    following = sum(
        any(source in ends for source, _ in graph.nodes[occurrence.keys[0]].sources)
        for occurrence, _ in places
    )
    return 2 * following >= len(places)


def _held(candidate: Candidate) -> Iterator[str]:
    for occurrence in candidate.occurrences:
        yield from occurrence.keys


def _best(graph: Graph, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidate with the greatest gain, the first of equals.

    Of equals, one that begins with attention comes first: readers know a block of attention and
    dense layers in that order, and the other way round it is off its phase.
    """
    best: list[Candidate] = []
    most = 0, False
    for candidate in sorted(candidates, key=lambda candidate: -candidate.most()):
        if candidate.most() < max(most[0], 1):
            break
        value = gain(graph, candidate), _attends(graph.nodes[candidate.occurrences[0].keys[0]])
        if value[0] > 0 and value > most:
            best, most = [candidate], value
    return best


def _attends(node: Node) -> bool:
    """Tell whether a layer is attention, or a group holds it."""
    return node.block.kind == ATTENTION or any(map(_attends, node.members))


def runs_of(graph: Graph, line: Line) -> list[Run]:
    """Return the parts of a line with equal neighbours joined."""
    runs: list[list[Part]] = []
    for part in line.parts:
        if runs and folds(graph, runs[-1][-1], part):
            runs[-1].append(part)
        else:
            runs.append([part])
    exits = ["", *(parts[-1].exit for parts in runs)]
    return [_run(graph, parts, before) for parts, before in zip(runs, exits, strict=False)]


def _run(graph: Graph, parts: Sequence[Part], before: str) -> Run:
    first = parts[0]
    keys = tuple(key for part in parts for key in part.keys)
    return Run(first.cls, keys, len(parts), first.size, first.open, _resizes(graph, first, before))


def _resizes(graph: Graph, part: Part, line: str) -> bool:
    """Tell whether the resolution changes from what comes along the line to the end of a part.

    What is attended to has a length of its own.
    """
    after = graph.output(part.exit)
    inside = set(part.keys)
    read = {source for key in part.keys for source, _ in graph.nodes[key].sources}
    for key in part.keys:
        for tensor in graph.nodes[key].sources:
            before = graph.extents.get(tensor)
            if tensor[0] not in inside and (tensor[0] == line or line not in read):
                if before is None or after is None or None in before.spatial:
                    return any(graph.nodes[key].changes_resolution for key in part.keys)
                # Tokens of a grid in a line are as many as in the grid.
                first, last = (prod(axis or 0 for axis in e.spatial) for e in (before, after))
                return first != last
    return False


def _allowed(window: Sequence[Run], key: Key) -> bool:
    if window[0].open or any(run.resizes for run in window[1:-1]):
        return False
    if window[0].resizes and window[-1].resizes:
        return False
    return not any(
        key[start : start + length] == key[start + length : start + 2 * length]
        for length in range(1, len(key) // 2 + 1)
        for start in range(len(key) - 2 * length + 1)
    )
