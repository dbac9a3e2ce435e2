"""A chip that goes down the page: to the right becomes down, up becomes to the right.

     ┌┐ ×3               ×3 ┌ ▭▭▭▭▭
    ┌┘│┌┐        →          └ ▭▭▭▭▭▭▭
    └─┘└┘                     ▭▭▭

Requires: a chip placed with room for its numbers beside it (`ChipSpacing.vertical`).
Ensures: the same cells, lines and numbers, the numbers upright; it begins at y = 0 and x = 0.
"""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.chips.drawing.placed import PlacedCell, PlacedLine, PlacedStrip, PlacedText, map_points
from net2fig.geometry import Box, Point


def turn_down(placed: PlacedStrip, digits: float) -> PlacedStrip:
    """Return a chip turned; `digits` is the height of its numbers."""
    left = placed.below

    def at(point: Point) -> Point:
        return Point(left - point.y, point.x)

    def text(item: PlacedText) -> PlacedText:
        below = digits if item.anchor == "start" else digits / 2
        return replace(item, x=left - item.y, y=item.x + below, anchor="start")

    def cell(item: PlacedCell) -> PlacedCell:
        box = item.box
        turned_box = Box(left - box.bottom, box.x, box.height, box.width)
        return replace(item, box=turned_box, upright=not item.upright)

    return PlacedStrip(
        placed.above + placed.below,
        0.0,
        placed.width,
        at(placed.entry),
        at(placed.exit),
        tuple(map(cell, placed.cells)),
        tuple(
            PlacedLine(line.role, tuple(map_points(p, at) for p in line.points))
            for line in placed.lines
        ),
        tuple(map(text, placed.texts)),
        tuple(replace(each, middle=at(each.middle)) for each in placed.badges),
    )
