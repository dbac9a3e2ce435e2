"""A chip that goes down the page: what went to the right goes down, what stood up points right.

     ┌┐ ×3               ×3 ┌ ▭▭▭▭▭
    ┌┘│┌┐        →          └ ▭▭▭▭▭▭▭
    └─┘└┘                     ▭▭▭

Requires: a chip whose numbers were given the room that they need beside it (`Spacing.vertical`).
Ensures: the same cells, lines and numbers, the numbers upright; it begins at y = 0 and x = 0.
"""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.chips.drawing.placed import Placed, PlacedCell, PlacedLine, PlacedText, mapped
from net2fig.geometry import Box, Point


def turned(made: Placed, digits: float) -> Placed:
    """Return a chip turned; `digits` is the height of its numbers."""
    left = made.below

    def at(point: Point) -> Point:
        return Point(left - point.y, point.x)

    def text(item: PlacedText) -> PlacedText:
        below = digits if item.anchor == "start" else digits / 2
        return replace(item, x=left - item.y, y=item.x + below, anchor="start")

    def cell(item: PlacedCell) -> PlacedCell:
        box = item.box
        turned_box = Box(left - box.bottom, box.x, box.height, box.width)
        return replace(item, box=turned_box, upright=not item.upright)

    return Placed(
        made.above + made.below,
        0.0,
        made.width,
        at(made.entry),
        at(made.exit),
        tuple(map(cell, made.cells)),
        tuple(
            PlacedLine(line.role, tuple(mapped(p, at) for p in line.points)) for line in made.lines
        ),
        tuple(map(text, made.texts)),
    )
