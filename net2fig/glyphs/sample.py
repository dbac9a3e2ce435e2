"""A placeholder for an input or output sample: a dashed frame, to be filled by the author."""

from __future__ import annotations

from net2fig.geometry import Box, Point
from net2fig.glyphs.base import Look, Margins, Shape
from net2fig.scene import Item, Path, polygon

DASH = (2.4, 2.0)


def measure(look: Look) -> Margins:
    """Return no margins: a frame stands by itself."""
    del look
    return Margins()


def frame(shape: Shape, border: float) -> Box:
    """Return the frame's box, its border inside the shape."""
    inset = border / 2
    return Box(
        shape.x + inset,
        shape.top + inset,
        max(shape.width - border, 0.2),
        max(shape.bottom - shape.top - border, 0.2),
    )


def draw(shape: Shape, look: Look) -> tuple[Item, ...]:
    """Return the frame: dashed where it is empty, plain (`small`) around a picture."""
    box = frame(shape, look.border)
    corners = [
        Point(box.x, box.y),
        Point(box.right, box.y),
        Point(box.right, box.bottom),
        Point(box.x, box.bottom),
    ]
    return (
        Path(
            polygon(corners),
            stroke=look.stroke,
            width=look.border,
            dash=() if look.small else DASH,
            classes=("frame",),
        ),
    )
