"""A dense layer: as high as it has units, with a border in the colour of the body."""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.glyphs.base import Look, Margins, Shape, draw_body, draw_tie, measure_tie
from net2fig.scene import Item


def measure(look: Look) -> Margins:
    """Return the room for the tie mark, if there is one."""
    return measure_tie(look)


def draw(shape: Shape, look: Look) -> tuple[Item, ...]:
    """Return the body without a visible border; a texture keeps its border, else it has no edge."""
    plain = replace(look, stroke=look.fill) if isinstance(look.fill, str) else look
    return (draw_body(shape, plain), *draw_tie(shape, look))
