"""A word at the end of a line: an output without a glyph of its own.

Its frame is not to be seen; it says where lines end and what the word takes up.
"""

from __future__ import annotations

from net2fig.glyphs.base import Look, Margins, Shape, trace_outline
from net2fig.scene import Item, Path, polygon


def measure(look: Look) -> Margins:
    """Return no margins: the word is all there is."""
    del look
    return Margins()


def draw(shape: Shape, look: Look) -> tuple[Item, ...]:
    """Return the frame; the word is drawn with the words of the figure."""
    del look
    return (Path(polygon(trace_outline(shape)), classes=("frame",)),)
