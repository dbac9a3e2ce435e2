"""What stands beneath glyphs, and the room that it takes."""

from __future__ import annotations

from net2fig.compose.diagram.context import DrawContext
from net2fig.compose.labels import Caption, make_captions
from net2fig.compose.placeholders import name_ports
from net2fig.compose.settings import find_names, find_settings
from net2fig.compose.wording.inside import tell_numbers_inside
from net2fig.geometry import Size
from net2fig.options.page import Page
from net2fig.outline import Outline

LINE_GAP = 1.5
"""Between two lines beneath a glyph."""
PILL = 8.6
"""The height of a badge."""
PILL_PAD = 2.4
PILL_GAP = 2.0


def caption_blocks(outline: Outline, context: DrawContext) -> dict[str, Caption]:
    """Return what stands beneath each block, by its id."""
    kinds = context.style_book.grammar.kinds
    inner = {
        block.id: text
        for block in outline.blocks
        if block.is_group and (text := tell_numbers_inside(block, outline.groups))
    }
    return make_captions(
        outline,
        context.options.labels,
        {id: kind.features for id, kind in kinds.items()},
        name_blocks(outline, context),
        inner | find_settings(outline, lambda block: context.style_book.of(block).key),
        _list_told(outline, context),
    )


def name_blocks(outline: Outline, context: DrawContext) -> dict[str, str]:
    """Return the names that stand beneath ports, and beneath equal layers side by side."""
    alike = find_names(outline, lambda block: context.style_book.of(block).key)
    return alike | name_ports(outline)


def _list_told(outline: Outline, context: DrawContext) -> dict[str, str]:
    """Return what the legend calls each block, where there is one."""
    blocks = [block for block in outline.blocks if block.kind != "sample"]
    book = context.style_book
    return {block.id: book.of(block).label for block in blocks} if context.page.legend else {}


def measure_pill(badge: str, context: DrawContext) -> float:
    """Return the width of a badge."""
    return context.width(badge, context.page.small, bold=True) + 2 * PILL_PAD


def measure_first_line(caption: Caption, page: Page) -> float:
    """Return the height of the first line; what stands beneath a badge keeps clear of its frame."""
    if not caption.badge:
        return caption.size(page)
    return PILL + (0.9 if caption.more else 0.3)


def measure_caption(caption: Caption | None, context: DrawContext) -> Size:
    """Return the room of what stands beneath a glyph, the gap above it included."""
    if not caption:
        return Size(0.0, 0.0)
    page = context.page
    first = context.width(caption.text, caption.size(page)) if caption.text else 0.0
    if caption.badge:
        first += measure_pill(caption.badge, context) + (PILL_GAP if caption.text else 0.0)
    lines = [context.width(line, page.small) for line in caption.more]
    height = page.label_gap
    if caption.text or caption.badge:
        height += measure_first_line(caption, page)
    height += len(lines) * (page.small + LINE_GAP)
    return Size(max([first, *lines]), height + 0.6)
