"""A training curve in the space of a word."""

from __future__ import annotations

from collections.abc import Sequence

from net2fig.chips.drawing.page import ChipStyle
from net2fig.geometry import Box, Point
from net2fig.scene import Group, Path, polyline, rounded

Share = tuple[float, float]
"""A place in a box: from the left, and from the bottom, each from 0 to 1."""


def draw_spark(curve: Sequence[Share], box: Box, style: ChipStyle) -> Group:
    """Return a curve in a box, its last point marked; its scale is for the small print to say."""
    look, ink = style.chips.spark, style.palette.ink
    inner = box.grown(-look.dot)
    points = [Point(inner.x + x * inner.width, inner.bottom - y * inner.height) for x, y in curve]
    last = points[-1]
    spot = Box(last.x - look.dot, last.y - look.dot, 2 * look.dot, 2 * look.dot)
    floor = polyline([Point(box.x, box.bottom), Point(box.right, box.bottom)])
    items = [
        Path(floor, stroke=ink["line"], width=look.stroke * 0.5, classes=("axis",)),
        Path(rounded(spot, look.dot), ink["text"], classes=("last",)),
    ]
    if len(points) > 1:
        line = Path(polyline(points), stroke=ink["text"], width=look.stroke, classes=("curve",))
        items.insert(1, line)
    return Group(tuple(items), classes=("spark",))
