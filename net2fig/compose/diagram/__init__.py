"""From the outline to sized glyphs and lines: what the layout places.

`parts` are what it is made of, `captions` stand beneath glyphs, `frames` stand for inputs and
outputs.
"""

from net2fig.compose.diagram.captions import (
    LINE_GAP,
    PILL,
    PILL_GAP,
    caption_blocks,
    measure_caption,
    measure_first_line,
    measure_pill,
    name_blocks,
)
from net2fig.compose.diagram.context import DrawContext
from net2fig.compose.diagram.diagram import CIRCLE, DENSE_WIDTH, find_level, is_sign, make_diagram
from net2fig.compose.diagram.frames import FRAME
from net2fig.compose.diagram.parts import Diagram, Glyph, LabelledLink, find_reach

__all__ = [
    "CIRCLE",
    "DENSE_WIDTH",
    "FRAME",
    "LINE_GAP",
    "PILL",
    "PILL_GAP",
    "Diagram",
    "DrawContext",
    "Glyph",
    "LabelledLink",
    "caption_blocks",
    "find_level",
    "find_reach",
    "is_sign",
    "make_diagram",
    "measure_caption",
    "measure_first_line",
    "measure_pill",
    "name_blocks",
]
