"""L5: no more crossings than needed, and no line on top of another.

A graph with one source and one sink that shrinks to a single edge by merging parallel edges and by
bridging vertices with one edge in and one out is series-parallel (Valdes, Tarjan and Lawler 1982);
such a graph can be drawn from left to right without a crossing. Of any other graph, no more
crossings are allowed than a limit that the caller knows: those of `dot`, see
`net2fig.laws.dot_crossings`, which is asked only where lines cross at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from math import hypot
from typing import Final

from net2fig.geometry import Point
from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import ReaderView, SeenDrawing, SeenLine
from net2fig.laws.shapes import find_crossing, find_overlap, list_segments

SOURCE, SINK = "@source", "@sink"

COVERED: Final = 1.0
"""The length in points from which two lines on top of each other are seen as one."""


def check_crossings(
    view: ReaderView, limit: Callable[[SeenDrawing], int] | None = None
) -> list[Breach]:
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


def _find_limit(drawing: SeenDrawing, limit: Callable[[SeenDrawing], int] | None) -> int | None:
    if is_series_parallel((wire.source, wire.target) for wire in drawing.lines):
        return 0
    return limit(drawing) if limit else None


def find_crossings(drawing: SeenDrawing) -> list[Point]:
    """Return where lines cross; lines that meet at a common end do not."""
    return [
        point
        for one, two in _list_near_pairs(drawing)
        for a, b in _list_pieces(one)
        for c, d in _list_pieces(two)
        if (point := find_crossing(a, b, c, d)) is not None
    ]


def _find_covered(drawing: SeenDrawing) -> Iterator[Breach]:
    """Yield each two lines without a common end that run on top of each other."""
    for one, two in _list_near_pairs(drawing):
        if one.source == two.source or one.target == two.target:
            continue
        for a, b in _list_pieces(one):
            for c, d in _list_pieces(two):
                common = find_overlap(a, b, c, d)
                if common and hypot(common[1].x - common[0].x, common[1].y - common[0].y) > COVERED:
                    message = (
                        f"the lines {one.source!r} to {one.target!r} and "
                        f"{two.source!r} to {two.target!r} run on top of each other"
                    )
                    yield Breach("L5", message, common[0])


def _list_near_pairs(drawing: SeenDrawing) -> Iterator[tuple[SeenLine, SeenLine]]:
    for one, two in combinations(drawing.lines, 2):
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
