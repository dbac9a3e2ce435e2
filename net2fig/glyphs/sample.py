"""A placeholder for an input or output sample: a dashed frame, to be filled by the author.

A sample that is used more than once opens into handles, as every glyph does.
"""

from __future__ import annotations

from net2fig.geometry import Box
from net2fig.glyphs.base import End, Look, Margins, Shape, inset_shape, trace_outline
from net2fig.scene import Item, Path, polygon

DASH = (2.4, 2.0)


def measure(look: Look) -> Margins:
    """Return no margins: a frame stands by itself."""
    del look
    return Margins()


def measure_frame(shape: Shape, border: float) -> Box:
    """Return the box of the sample, its border inside the shape."""
    inset = border / 2
    left, right = shape.left, shape.right
    if len(left) != len(right):
        left = right = min(left, right, key=len)
    top = min(left[0].top, right[0].top) + inset
    bottom = max(left[-1].bottom, right[-1].bottom) - inset
    width = max(shape.width - border, 0.2)
    return Box(shape.x + inset, top, width, max(bottom - top, 0.2))


def draw(shape: Shape, look: Look) -> tuple[Item, ...]:
    """Return the frame: dashed where it is empty, plain (`small`) around a picture."""
    if len(shape.left) == len(shape.right) == 1:
        box = measure_frame(shape, look.border)
        sides = (End(box.y, box.bottom),)
        inner = Shape(box.x, box.width, sides, sides)
    else:
        inner = inset_shape(shape, look.border / 2)
    return (
        Path(
            polygon(trace_outline(inner)),
            stroke=look.stroke,
            width=look.border,
            dash=() if look.small else DASH,
            classes=("frame",),
        ),
    )
