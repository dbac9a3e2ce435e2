"""The laws of what an author adds: brackets, arrows, leaders and panels.

    L4 a line passes through no glyph and lies on no other line; an arrow meets its ends; a panel
       holds its own glyphs whole and no part of another
    L8 a bracket is as long as what it is over

Texts are held by L1 and L2, as all texts are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from math import hypot
from typing import Final

from net2fig.geometry import Box, Point
from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import ReaderView, SeenAnnotation, SeenGlyph, measure_paint
from net2fig.laws.shapes import Area, find_overlap, is_enclosed, make_area, measure_distance
from net2fig.laws.text_ink import measure_ink
from net2fig.scene import Group, Path, Text

MEET: Final = 5.0
"""How far the end of an arrow may be from what it is about."""
ENDS: Final = 3.0
"""How far a bracket may end from its outermost glyphs."""
LENGTH: Final = 2.0
"""How far two lines may lie on one another."""


def check_annotations(view: ReaderView, zoom: float) -> list[Breach]:
    """Return the breaches of what an author added."""
    glyphs = {part.id: part for part in view.network.glyphs}
    for drawing in view.drawings[1:]:
        if drawing.frame in glyphs:
            glyphs |= {part.id: part for part in drawing.glyphs}
    breaches: list[Breach] = []
    for mark in view.annotations:
        about = [glyphs[id] for id in mark.about if id in glyphs]
        breaches += _check_passing(mark, about, glyphs)
        breaches += _check_ends(mark, about, MEET * zoom)
        breaches += _check_ground(mark, about, glyphs)
        breaches += _check_length(mark, about, view, ENDS * zoom)
    return breaches + list(_check_overlaps(view))


def _is_around(part: SeenGlyph, about: list[SeenGlyph]) -> bool:
    """Tell whether a glyph is an opened frame around what an annotation is about, or that."""
    return any(part.id == each.id or part.box.contains(each.box, 0.5) for each in about)


def _check_passing(
    mark: SeenAnnotation, about: list[SeenGlyph], glyphs: dict[str, SeenGlyph]
) -> Iterator[Breach]:
    """Yield the glyphs that a line of an annotation passes."""
    if not mark.lines:
        return
    paint = make_area(mark.lines, filled=False, half=0.2)
    own = {each.id for each in about}
    for part in glyphs.values():
        inner = any(each.box.contains(part.box, 0.5) for each in about)
        if part.id in own or inner or _is_around(part, about):
            continue
        if measure_distance(paint, part.body, 0.1) < 0:
            text = f"the {mark.sort} of {' '.join(mark.about)!r} passes {part.id!r}"
            yield Breach("L4", text, part.box.centre)


def _check_ends(mark: SeenAnnotation, about: list[SeenGlyph], most: float) -> Iterator[Breach]:
    """Yield the ends of an arrow or a leader that do not meet what it is about."""
    if mark.sort not in ("arrow", "note") or not mark.lines or len(about) != len(mark.about):
        return
    line = mark.lines[-1]
    places = (line[0], line[-1])
    if len(about) == 2:
        gaps = [_measure_gap(place, each) for place, each in zip(places, about, strict=True)]
    else:
        gaps = (
            [min(_measure_gap(place, each) for place in places for each in about)] if about else []
        )
    for gap in gaps:
        if gap > most:
            text = f"the {mark.sort} of {' '.join(mark.about)!r} ends {gap:.1f} pt from it"
            yield Breach("L4", text, places[0])


def _measure_gap(place: Point, part: SeenGlyph) -> float:
    """Return how far a place is from a glyph with its texts."""
    return min(
        hypot(
            max(box.x - place.x, place.x - box.right, 0.0),
            max(box.y - place.y, place.y - box.bottom, 0.0),
        )
        for box in (part.box, *_list_boxes(part.group))
    )


def _list_boxes(group: Group) -> Iterator[Box]:
    """Yield the boxes of all that a glyph paints, its texts and badges included."""
    for item in group.items:
        if isinstance(item, Group):
            yield from _list_boxes(item)
        elif isinstance(item, Text):
            yield measure_ink(item).box
        elif isinstance(item, Path):
            yield measure_paint(item).box
        else:
            yield item.box


def _check_ground(
    mark: SeenAnnotation, about: list[SeenGlyph], glyphs: dict[str, SeenGlyph]
) -> Iterator[Breach]:
    """Yield the glyphs that a panel holds though they are not its own, or does not hold whole."""
    ground = mark.ground
    if ground is None:
        return
    own = {each.id for each in about}
    for part in glyphs.values():
        inside = [is_enclosed(ground, corner) for corner in _list_corners(part.box)]
        name = f"the panel of {' '.join(mark.about)!r}"
        if part.id in own and not all(inside):
            yield Breach("L4", f"{name} does not hold {part.id!r}", part.box.centre)
        if part.id not in own and not _is_around(part, about) and _touches(ground, part):
            yield Breach("L4", f"{name} holds {part.id!r}, which is not its own", part.box.centre)


def _touches(ground: Area, part: SeenGlyph) -> bool:
    return measure_distance(ground, part.body, 0.1) < 0


def _list_corners(box: Box) -> list[Point]:
    return [Point(x, y) for x in (box.x, box.right) for y in (box.y, box.bottom)]


def _check_length(
    mark: SeenAnnotation, about: list[SeenGlyph], view: ReaderView, most: float
) -> Iterator[Breach]:
    """Yield the bracket that is longer or shorter than what it is over."""
    if mark.sort != "bracket" or not about or not mark.lines:
        return

    def along(x: float, y: float) -> float:
        return y if view.is_up else x

    spans = [
        (along(each.box.x, each.box.y), along(each.box.right, each.box.bottom)) for each in about
    ]
    wanted = min(first for first, _ in spans), max(last for _, last in spans)
    places = [along(point.x, point.y) for line in mark.lines for point in line]
    if abs(min(places) - wanted[0]) > most or abs(max(places) - wanted[1]) > most:
        yield Breach("L8", f"the bracket over {about[0].id!r} has another length", mark.lines[0][0])


def _check_overlaps(view: ReaderView) -> Iterator[Breach]:
    """Yield the lines of annotations that lie on one another or on a line of the network."""
    own = [(mark, pairwise_list(line)) for mark in view.annotations for line in mark.lines]
    others = [
        (f"the line {line.source!r} to {line.target!r}", pairwise_list(route))
        for drawing in view.drawings
        for line in drawing.lines
        for route in line.routes
    ]
    pairs = [(one, f"the {two[0].sort}", two[1]) for one, two in combinations(own, 2)]
    pairs += [(one, name, pieces) for one in own for name, pieces in others]
    for (mark, pieces), name, other in pairs:
        for a, b in pieces:
            for c, d in other:
                shared = find_overlap(a, b, c, d)
                if shared and hypot(shared[0].x - shared[1].x, shared[0].y - shared[1].y) > LENGTH:
                    text = f"the {mark.sort} of {' '.join(mark.about)!r} lies on {name}"
                    yield Breach("L4", text, shared[0])


def pairwise_list(line: tuple[Point, ...]) -> list[tuple[Point, Point]]:
    """Return the pieces of a line."""
    return list(pairwise(line))
