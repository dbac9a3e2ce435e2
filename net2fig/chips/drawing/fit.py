"""The size of the cells: the largest at which all chips fit their column."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from net2fig.chips.drawing.lines import measure_widest
from net2fig.chips.drawing.marks import ChipSizes
from net2fig.chips.drawing.page import ChipStyle
from net2fig.chips.drawing.place import place_strip
from net2fig.chips.strip.strip import Strip

AUTO = "auto"
SIZES_TRIED = ("m", "s", "xs")
"""The sizes that are tried automatically, from large to small."""

SHARES_TRIED = (1.0, 0.94, 0.88, 0.82, 0.76)
"""Factors by which cells may be narrowed so that chips fit on one line."""


SHARES_WIDER = (1.5, 1.4, 1.3, 1.2, 1.1)
"""Factors by which cells may be widened so that chips fill a column."""


def fit_style(
    style: ChipStyle, strips: Sequence[Strip], room: float, size: str, *, fill: bool = False
) -> ChipStyle:
    """Return the style at the requested size, or at a size that fits the room.

    Without a requested size, the result is the largest size with every chip on one line, if its
    cells need not be squeezed much; else the largest size at which every piece fits. With `fill`,
    cells are wider where the room would be left empty.
    """
    if size != AUTO or style.vertical:
        return style
    for share in (*(SHARES_WIDER if fill else ()), *SHARES_TRIED):
        tried = replace(style, sizes=squeeze(style.sizes, share))
        if all(place_strip(strip, tried.spacing).width <= room for strip in strips):
            return tried
    for name in SIZES_TRIED:
        tried = replace(style, sizes=style.chips.get_size(name))
        if all(measure_widest(strip, tried.spacing) <= room for strip in strips):
            return tried
    return tried


def squeeze(sizes: ChipSizes, share: float) -> ChipSizes:
    """Return a size of chip with narrower cells."""
    narrow = min(sizes.mark, sizes.mark * share * 1.08)
    return replace(sizes, cell=sizes.cell * share, gap=sizes.gap * share, mark=narrow)
