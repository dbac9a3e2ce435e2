"""A sheet in a parallel projection: a placeholder for a sample, seen as the maps beside it are.

Ensures: without a solid in the shape, or around a picture, it is an upright frame.
"""

from __future__ import annotations

from net2fig.geometry import Point
from net2fig.glyphs import sample
from net2fig.glyphs.base import Look, Margins, Shape
from net2fig.scene import Item, Path, polygon


def measure(look: Look) -> Margins:
    """Return no margins: a sheet stands by itself."""
    return sample.measure(look)


def draw(shape: Shape, look: Look) -> tuple[Item, ...]:
    """Return the dashed sheet; around a picture, which stands upright, its plain frame."""
    if look.small or shape.solid is None:
        return sample.draw(shape, look)
    back, inset = shape.solid.back, look.border / 2
    left, right = shape.x + inset, shape.x + shape.width - inset
    top, bottom = shape.top + inset, shape.bottom - inset
    corners = [Point(left, top + back.y), Point(right, top)]
    corners += [Point(right, bottom - back.y), Point(left, bottom)]
    return (
        Path(
            polygon(corners),
            stroke=look.stroke,
            width=look.border,
            dash=sample.DASH,
            classes=("frame",),
        ),
    )
