"""L5: no more crossings than needed, and no line on top of another.

A graph with one source and one sink that shrinks to a single edge by merging parallel edges and by
bridging vertices with one edge in and one out is series-parallel (Valdes, Tarjan and Lawler 1982);
such a graph can be drawn from left to right without a crossing. Of any other graph, no more
crossings are allowed than a limit that the caller knows: those of `dot`, see
`net2fig.laws.dot_crossings`, which is asked only where lines cross at all. Where each resolution
has a line of its own, what goes up or down must cross what passes between: twice as many are
allowed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from math import hypot
from typing import Final

from net2fig.geometry import Point
from net2fig.laws.breach import Breach
from net2fig.laws.nearby import Nearby
from net2fig.laws.reader_view import ReaderView, SeenDrawing, SeenLine
from net2fig.laws.shapes import find_crossing, find_overlap, list_segments, make_area

SOURCE, SINK = "@source", "@sink"

FindLimit = Callable[[SeenDrawing], int | None]
"""Returns how many crossings a drawing may have, if that is known."""

TIERED: Final = 2
"""How many times as often lines may cross where each resolution has a line of its own."""

Piece = tuple[int, Point, Point]
"""A straight piece of a line: the number of the line, and its ends."""

COVERED: Final = 1.0
"""The length in points from which two lines on top of each other are seen as one."""


def check_crossings(view: ReaderView, limit: FindLimit | None = None) -> list[Breach]:
    """Return a breach for each drawing whose lines cross more often than they must (L5)."""
    breaches = []
    for drawing in view.drawings:
        places = find_crossings(drawing)
        allowed = _find_limit(drawing, limit) if places else None
        if allowed is not None and len(places) > allowed:
            enough = "none is needed" if allowed == 0 else f"{allowed} are enough"
            breaches.append(Breach("L5", f"lines cross {len(places)} times, {enough}", places[0]))
        breaches += _find_covered(drawing)
    return breaches


def _find_limit(
    drawing: SeenDrawing, limit: Callable[[SeenDrawing], int | None] | None
) -> int | None:
    if is_series_parallel((wire.source, wire.target) for wire in drawing.lines):
        return 0
    most = limit(drawing) if limit else None
    return most * TIERED if most is not None and drawing.tiered else most


def find_crossings(drawing: SeenDrawing) -> list[Point]:
    """Return where lines cross; lines that meet at a common end do not.

    Most pieces are level or upright: those are found by their heights.
    """
    level: list[Piece] = []
    upright: list[Piece] = []
    slanted: list[Piece] = []
    for number, line in enumerate(drawing.lines):
        for a, b in _list_pieces(line):
            kind = level if a.y == b.y else upright if a.x == b.x else slanted
            kind.append((number, a, b))
    pairs = chain(_pair_upright(level, upright), _pair_slanted(slanted, level + upright))
    return [
        point
        for (one, a, b), (two, c, d) in pairs
        if one != two and (point := find_crossing(a, b, c, d)) is not None
    ]


def _pair_upright(level: list[Piece], upright: list[Piece]) -> Iterator[tuple[Piece, Piece]]:
    """Yield each upright piece with the level ones that it may cross."""
    level = sorted(level, key=lambda piece: piece[1].y)
    heights = [a.y for _, a, _ in level]
    for one in upright:
        _, a, b = one
        top, bottom = min(a.y, b.y), max(a.y, b.y)
        for two in level[bisect_left(heights, top) : bisect_right(heights, bottom)]:
            if min(two[1].x, two[2].x) < a.x < max(two[1].x, two[2].x):
                yield one, two


def _pair_slanted(slanted: list[Piece], others: list[Piece]) -> Iterator[tuple[Piece, Piece]]:
    """Yield each slanted piece with all pieces that are near it."""
    pieces = slanted + others
    areas = [make_area([(a, b)], filled=False, half=0.0) for _, a, b in pieces] if slanted else []
    nearby = Nearby(areas)
    for number, one in enumerate(slanted):
        for other in nearby.find(areas[number], 0.0):
            if other > number:
                yield one, pieces[other]


def _find_covered(drawing: SeenDrawing) -> Iterator[Breach]:
    """Yield each two lines without a common end that run on top of each other."""
    for one, two in _list_near_strangers(drawing):
        for a, b in _list_pieces(one):
            for c, d in _list_pieces(two):
                common = find_overlap(a, b, c, d)
                if common and hypot(common[1].x - common[0].x, common[1].y - common[0].y) > COVERED:
                    message = (
                        f"the lines {one.source!r} to {one.target!r} and "
                        f"{two.source!r} to {two.target!r} run on top of each other"
                    )
                    yield Breach("L5", message, common[0])


def _list_near_strangers(drawing: SeenDrawing) -> Iterator[tuple[SeenLine, SeenLine]]:
    """Yield each two lines that are near each other and have no common end."""
    nearby = Nearby([line.paint for line in drawing.lines])
    for number, one in enumerate(drawing.lines):
        for other in nearby.find(one.paint, 0.0):
            two = drawing.lines[other]
            if other <= number or one.source == two.source or one.target == two.target:
                continue
            if one.paint.box.overlaps(two.paint.box):
                yield one, two


def _list_pieces(wire: SeenLine) -> list[tuple[Point, Point]]:
    return [piece for route in wire.routes for piece in list_segments(route)]


def is_series_parallel(arcs: Iterable[tuple[str, str]]) -> bool:
    """Tell whether a graph, its ends joined at either side, is two-terminal series-parallel."""
    edges = set(arcs)
    sources = {source for source, _ in edges}
    targets = {target for _, target in edges}
    edges |= {(SOURCE, vertex) for vertex in sources - targets}
    edges |= {(vertex, SINK) for vertex in targets - sources}
    return not edges or _reduce(edges) == {(SOURCE, SINK)}


def _reduce(arcs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Bridge vertices with one arc in and one out until there are none; arcs are merged as sets."""
    into: dict[str, set[str]] = {}
    out_of: dict[str, set[str]] = {}
    for source, target in arcs:
        out_of.setdefault(source, set()).add(target)
        into.setdefault(target, set()).add(source)
    waiting = [v for v in into if v != SINK]
    while waiting:
        v = waiting.pop()
        if len(into.get(v, ())) != 1 or len(out_of.get(v, ())) != 1:
            continue
        (before,), (after,) = into.pop(v), out_of.pop(v)
        out_of[before].discard(v)
        into[after].discard(v)
        out_of[before].add(after)
        into[after].add(before)
        waiting += [u for u in (before, after) if u not in (SOURCE, SINK)]
    return {(source, target) for source, targets in out_of.items() for target in targets}
