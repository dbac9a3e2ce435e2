"""A recurrent layer: a slab that carries a loop from its end back to its beginning."""

from __future__ import annotations

from net2fig.geometry import Point
from net2fig.glyphs.base import Look, Margins, Shape, body, tie, tie_margins
from net2fig.scene import Close, Curve, Item, Line, Move, Path

RISE = 5.0
HEAD = 1.5


def measure(look: Look) -> Margins:
    """Return the room for the loop, and for the tie mark over it."""
    return Margins(above=RISE + 1.0 + tie_margins(look).above)


def draw(shape: Shape, look: Look) -> tuple[Item, ...]:
    """Return the body, the loop above it and the tie mark.

    The loop leaves the upper right corner and comes down on the upper left, with a small head:
    the one arrow of the grammar, for the one thing that flows backwards.
    """
    x, top = shape.x + shape.width / 2, shape.top
    reach = min(max(shape.width / 2 - 1.0, 2.5), 6.0)
    left, right, up = x - reach, x + reach, top - RISE
    loop = Path(
        commands=(
            Move(Point(right, top - 0.4)),
            Curve(Point(right, up - 0.6), Point(left, up - 0.6), Point(left, top - HEAD)),
        ),
        stroke=look.stroke,
        width=0.8,
        classes=("loop",),
    )
    head = Path(
        commands=(
            Move(Point(left, top)),
            Line(Point(left - HEAD * 0.8, top - HEAD * 1.5)),
            Line(Point(left + HEAD * 0.8, top - HEAD * 1.5)),
            Close(),
        ),
        fill=look.stroke,
        classes=("loop",),
    )
    raised = Shape(
        shape.x,
        shape.width,
        tuple(type(end)(end.top - RISE, end.bottom) for end in shape.left),
        shape.right,
    )
    return (body(shape, look), loop, head, *tie(raised, look))
