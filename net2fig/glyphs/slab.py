"""The trapezoid: left height what comes in, right height what goes out, width the features."""

from __future__ import annotations

from net2fig.glyphs.base import Look, Margins, Shape, body, tie, tie_margins
from net2fig.scene import Item


def measure(look: Look) -> Margins:
    """Return the room for the tie mark, if there is one."""
    return tie_margins(look)


def draw(shape: Shape, look: Look) -> tuple[Item, ...]:
    """Return the body and the tie mark."""
    return (body(shape, look), *tie(shape, look))
