"""The shapes that stand for blocks: one file per glyph, each with the same three functions.

`measure(look)` says what a glyph needs beside its body; `draw(shape, look)` returns its items. The
handles are those of the layout: a glyph meets every one of its edges where it comes.
"""

from __future__ import annotations

from typing import Protocol

from net2fig.glyphs import cuboid, dense, loop, merge, sample, sheet, slab, word
from net2fig.glyphs.base import Look, Margins, Shape, Solid, trace_outline
from net2fig.scene import Item


class GlyphModule(Protocol):
    """What every glyph's file offers."""

    def measure(self, look: Look) -> Margins:
        """Return the room that the glyph needs above and below its body."""

    def draw(self, shape: Shape, look: Look) -> tuple[Item, ...]:
        """Return its items."""


GLYPHS: dict[str, GlyphModule] = {
    "slab": slab,
    "dense": dense,
    "merge": merge,
    "loop": loop,
    "sample": sample,
    "cuboid": cuboid,
    "sheet": sheet,
    "word": word,
}

__all__ = [
    "GLYPHS",
    "GlyphModule",
    "Look",
    "Margins",
    "Shape",
    "Solid",
    "draw",
    "measure",
    "trace_outline",
]


def measure(glyph: str, look: Look) -> Margins:
    """Return the room that a glyph needs above and below its body."""
    return GLYPHS[glyph].measure(look)


def draw(glyph: str, shape: Shape, look: Look) -> tuple[Item, ...]:
    """Return the items of a glyph."""
    return GLYPHS[glyph].draw(shape, look)
