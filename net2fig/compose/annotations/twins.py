"""Dashed links between twins: glyphs of the same weights that stand one above the other.

Requires: the items of a network. Ensures: a link touches nothing that is drawn; twins that do not
stand in one column, or have something between them, have their marks alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from net2fig.compose.annotations.canvas import measure_item
from net2fig.geometry import Box, Point
from net2fig.outline import Block, Outline
from net2fig.scene import Group, Item, Path, polyline

DASH = (0.8, 1.6)
"""The dashes of a link: dots, unlike those of lines that copy."""

GAP = 1.6
"""Between a link and what it joins."""

SLIGHT = 1.0
"""How far the middles of twins may stand apart."""

SHORTEST = 4.0
"""The least length of a link."""


def link_twins(outline: Outline, items: Sequence[Item], ink: str) -> list[Path]:
    """Return the links between glyphs that share their weights."""
    twins: dict[tuple[str, ...], list[Box]] = {}
    boxes = {item.id: measure_item(item) for item in items if _is_glyph(item)}  # type: ignore[union-attr]
    for block in outline.blocks:
        if block.shared and block.id in boxes:
            twins.setdefault(_find_weights(block), []).append(boxes[block.id])
    return [
        Path(polyline(link), stroke=ink, width=0.7, dash=DASH, classes=("twin",))
        for stacked in twins.values()
        for link in _find_links(sorted(stacked, key=lambda box: box.y), items)
    ]


def _is_glyph(item: Item) -> bool:
    return isinstance(item, Group) and "glyph" in item.classes


def _find_weights(block: Block) -> tuple[str, ...]:
    """Return the layers of a block without the numbers of their calls."""
    return tuple(sorted(re.sub(r"@\d+", "", id) for id in block.layers))


def _find_links(boxes: Sequence[Box], items: Sequence[Item]) -> Iterator[list[Point]]:
    """Yield the lines between neighbours in one column that nothing stands between."""
    for upper, lower in pairwise(boxes):
        if abs(upper.centre.x - lower.centre.x) > SLIGHT:
            continue
        link = Box(lower.centre.x - 1.0, upper.bottom + GAP, 2.0, lower.y - upper.bottom - 2 * GAP)
        if link.height < SHORTEST or any(link.overlaps(box) for box in _list_ink(items)):
            continue
        yield [Point(link.centre.x, link.y), Point(link.centre.x, link.bottom)]


def _list_ink(items: Sequence[Item]) -> Iterator[Box]:
    """Yield the boxes of what is drawn, of lines piece by piece."""
    from net2fig.compose.legend.callouts import measure_ink

    yield from measure_ink(items)
