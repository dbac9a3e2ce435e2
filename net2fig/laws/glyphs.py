"""L4: glyphs keep apart, lines keep off the glyphs of others and meet their own.

A line ends on the side of its glyph, where the glyph has a handle: no further than `NEAR` from the
paint of that side. A line to a point of a group's body meets the others there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import hypot
from typing import Final

from net2fig.geometry import Point
from net2fig.laws.breach import Breach
from net2fig.laws.nearby import Nearby
from net2fig.laws.reader_view import ReaderView, SeenDrawing, SeenGlyph, SeenLine
from net2fig.laws.shapes import (
    find_crossing,
    is_enclosed,
    list_segments,
    make_area,
    measure_distance,
    measure_to_line,
)

NEAR: Final = 0.6
"""How far the end of a line may be from the side that it meets."""
SLACK: Final = 0.05
"""Overlaps smaller than this are rounding, which nobody sees."""


def check_apart(view: ReaderView) -> list[Breach]:
    """Return the glyphs that overlap, those of the legend included (L4)."""
    parts = [part for drawing in view.drawings for part in drawing.glyphs]
    parts.sort(key=lambda part: part.box.x)
    nearby = Nearby([part.body for part in parts])
    return [
        Breach("L4", f"{one.id!r} and {two.id!r} overlap", two.box.centre)
        for number, one in enumerate(parts)
        for other, two in ((n, parts[n]) for n in nearby.find(one.body, 1.0))
        if other > number and measure_distance(one.body, two.body, 1.0) < -SLACK
    ]


def check_passing(view: ReaderView) -> list[Breach]:
    """Return the lines that run through a glyph (L4)."""
    breaches: list[Breach] = []
    for drawing in view.drawings:
        nearby = Nearby([part.body for part in drawing.glyphs])
        for line in drawing.lines:
            for number in nearby.find(line.paint, 1.0):
                breaches += _check_passing(line, drawing.glyphs[number])
    return breaches


def _check_passing(line: SeenLine, part: SeenGlyph) -> Iterator[Breach]:
    name = f"the line {line.source!r} to {line.target!r}"
    if part.id not in (line.source, line.target):
        if measure_distance(line.paint, part.body, 1.0) < -SLACK:
            yield Breach("L4", f"{name} passes through {part.id!r}", part.box.centre)
        return
    inner = _find_longest_inside(line, part)
    if inner and inner[0] > 2 * NEAR:
        yield Breach("L4", f"{name} runs {inner[0]:.1f} pt inside its own {part.id!r}", inner[1])


def _find_longest_inside(line: SeenLine, part: SeenGlyph) -> tuple[float, Point] | None:
    """Return the longest piece of a line that its own glyph encloses, and its middle."""
    if not line.paint.box.overlaps(part.box):
        return None
    shape = make_area(part.body.chains, filled=True, half=0.0)
    pieces = []
    for route in line.routes:
        for a, b in list_segments(route):
            crossings = [
                point
                for chain in shape.chains
                for c, d in list_segments(chain)
                if (point := find_crossing(a, b, c, d)) is not None
            ]
            cuts = sorted([a, *crossings, b], key=lambda p: hypot(p.x - a.x, p.y - a.y))
            for one, two in pairwise(cuts):
                middle = Point((one.x + two.x) / 2, (one.y + two.y) / 2)
                if is_enclosed(shape, middle):
                    pieces.append((hypot(two.x - one.x, two.y - one.y), middle))
    return max(pieces, key=lambda piece: piece[0], default=None)


def check_ends(view: ReaderView) -> list[Breach]:
    """Return the lines that do not meet what they belong to (L4)."""
    return [breach for drawing in view.drawings for breach in _find_loose_ends(drawing)]


def _find_loose_ends(drawing: SeenDrawing) -> Iterator[Breach]:
    parts = {part.id: part for part in drawing.glyphs}
    points: dict[str, Point] = {}
    for line in drawing.lines:
        if not line.routes:
            yield Breach("L4", f"the line {line.source!r} to {line.target!r} is not drawn")
            continue
        ends = ((line.source, line.routes[0][0], True), (line.target, line.routes[-1][-1], False))
        for id, end, leaves in ends:
            if id in parts:
                off = _measure_gap(parts[id], end, leaves)
            else:
                meeting = points.setdefault(id, end)
                off = hypot(end.x - meeting.x, end.y - meeting.y)
            if off > NEAR:
                verb = "leave" if leaves else "reach"
                message = (
                    f"the line {line.source!r} to {line.target!r} does not {verb} {id!r}: "
                    f"it ends {off:.1f} pt away"
                )
                yield Breach("L4", message, end)


def _measure_gap(part: SeenGlyph, end: Point, leaves: bool) -> float:
    """Return how far the end of a line is from the side of a glyph that it should meet.

    A circle has no sides: there the whole border counts.
    """
    handles = part.side(leaves)
    if not handles or len(part.body.chains[0]) > 4 * len(handles) + 12:
        return max(
            min(measure_to_line(end, chain) for chain in part.body.chains) - part.body.half, 0.0
        )
    x = part.box.right if leaves else part.box.x
    return min(hypot(end.x - x, max(top - end.y, end.y - low, 0.0)) for top, low in handles)
