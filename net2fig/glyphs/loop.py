"""A recurrent layer: a slab, or a cuboid, with a loop from its end back to its beginning."""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.geometry import Point
from net2fig.glyphs import cuboid
from net2fig.glyphs.base import Look, Margins, Shape, draw_marks, measure_marks
from net2fig.scene import Curve, Item, Move, Path

RISE = 5.0
STROKE = 0.9


def measure(look: Look) -> Margins:
    """Return the room for the loop, and for the marks over it."""
    return Margins(above=RISE + 1.0 + measure_marks(look).above)


def draw(shape: Shape, look: Look) -> tuple[Item, ...]:
    """Return the body, the loop that stands on its upper edge, and the marks over it."""
    back = shape.solid.back.x if shape.solid else 0.0
    middle = shape.x + (shape.width + back) / 2
    reach = min(max((shape.width - back) / 2 - 1.2, 1.8), 5.0)
    left, right = middle - reach, middle + reach
    start, end = Point(right, shape.upper(right)), Point(left, shape.upper(left))
    high = shape.top - RISE * 1.3
    loop = Path(
        commands=(
            Move(start),
            Curve(Point(right + reach * 0.7, high), Point(left - reach * 0.7, high), end),
        ),
        stroke=look.stroke,
        width=STROKE,
        classes=("loop",),
    )
    body = cuboid.draw(shape, replace(look, shared=False))
    return (*body, loop, *draw_marks(shape, look, RISE))
