"""What stands for inputs and outputs: dashed frames, and words at the ends of lines."""

from __future__ import annotations

from net2fig.compose.diagram.context import DrawContext
from net2fig.compose.diagram.parts import Glyph
from net2fig.compose.labels import Caption
from net2fig.compose.placeholders import WORD, is_output_frame
from net2fig.compose.samples import Sample
from net2fig.compose.style.scales import Scales
from net2fig.compose.wording import words
from net2fig.geometry import Size
from net2fig.glyphs import Look
from net2fig.outline import Block, Outline

FRAME = 44.0
"""The greatest width of a placeholder."""
LEAST_FRAME, STRETCH = 14.0, 2.0
"""The least height of one that has the room, and how far its proportions go."""
WORD_GAP, WORD_LINE = 2.0, 1.4
"""On both sides of a word at the end of a line, and its height in sizes of its text."""


def make_frame(
    block: Block,
    outline: Outline,
    context: DrawContext,
    scale: Scales,
    captions_by_id: dict[str, Caption],
) -> Glyph:
    """Return the frame of an input or output, or the word of an output that has none."""
    links_in = outline.into(block.id)
    extent_in = links_in[0].extent if links_in else None
    ink = context.style_book.palette.ink
    sample = context.samples.get(block.id)
    grey, paper = ink["placeholder"], ink["paper"]
    look = Look(None, grey, 0.7, grey, paper, small=sample is not None)
    role = "output" if is_output_frame(block) else "input"
    lines = captions_by_id[block.id].more
    if block.type == WORD:
        return Glyph(block, "word", look, None, role, extent_in, word=lines[0])
    is_inside = not sample and _is_word_inside(outline, captions_by_id, scale, context)
    word, beneath = (lines[0], lines[1:]) if is_inside else ("", lines)
    caption = Caption(text=words.format_features(block.output), more=beneath)
    return Glyph(block, "sample", look, caption, role, extent_in, sample, word=word)


def measure_frame(glyph: Glyph, scale: Scales, context: DrawContext) -> Size:
    """Return the size of a frame, or of a word."""
    if glyph.glyph == "word":
        width = context.width(glyph.word) + 2 * WORD_GAP
        return Size(width, WORD_LINE * context.page.size)
    return _measure_sample(glyph.block, scale, context, glyph.sample)


def _is_word_inside(
    outline: Outline, captions_by_id: dict[str, Caption], scale: Scales, context: DrawContext
) -> bool:
    """Tell whether the names fit into all frames: they stand inside all of them or beneath all."""
    frames = [block for block in outline.blocks if block.kind == "sample" and block.type != WORD]
    sizes = [_measure_sample(block, scale, context) for block in frames]
    room = min(side for size in sizes for side in (size.width, size.height))
    names = [captions_by_id[block.id].more[0] for block in frames]
    return room >= max(map(context.width, names)) + 8.0


def _measure_sample(
    block: Block, scale: Scales, context: DrawContext, sample: Sample | None = None
) -> Size:
    """Return the size of a frame: as high as its resolution, in its own proportions if they fit.

    A picture keeps its proportions, and is lower where it would be too wide.
    """
    axes = [axis for axis in (block.output.spatial if block.output else ()) if axis]
    aspect = axes[-1] / axes[-2] if len(axes) > 1 else 1.0
    aspect = sample.aspect if sample else min(max(aspect, 1 / STRETCH), STRETCH)
    highest, widest = scale.output_height(block), FRAME * context.wide
    if sample is None:
        return Size(min(highest * aspect, max(widest, LEAST_FRAME)), highest)
    height = max(min(highest, widest / aspect), min(highest, LEAST_FRAME))
    return Size(height * aspect, height)
