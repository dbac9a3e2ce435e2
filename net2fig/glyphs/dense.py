"""A dense layer: as high as it has units."""

from __future__ import annotations

from net2fig.glyphs.base import Look, Margins, Shape, draw_body, draw_marks, measure_marks
from net2fig.scene import Item


def measure(look: Look) -> Margins:
    """Return the room for the marks, if there are any."""
    return measure_marks(look)


def draw(shape: Shape, look: Look) -> tuple[Item, ...]:
    """Return the body with its border."""
    return (draw_body(shape, look), *draw_marks(shape, look))
