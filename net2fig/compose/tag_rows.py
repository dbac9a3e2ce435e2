"""Where the tags of a glyph stand: in rows above it, each as wide as its letter needs.

Ensures: the tags of a row are as far apart as their frames need; no row is wider than `MOST` tags
of one letter, unless a single tag is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from net2fig.compose.tags import Tag

TAG, STEM = 8.4, 2.6
"""The height of a tag, and how far it stands above its glyph."""
ROOM = TAG + STEM + 1.0
"""The height of one row, with all that it keeps clear of."""
GAP = 1.2
"""Between two tags."""
MOST = 12
"""How many tags of one letter stand in one row."""
PAD = 1.9
"""Between the letters and the frame of a tag of several."""

Measure = Callable[[str], float]
"""Returns the width of letters."""


class PlacedTag(Struct, frozen=True):
    """A tag, the middle of it as seen from the middle of all, its width, and its row."""

    tag: Tag
    x: float
    width: float
    row: int


def measure_tag(tag: Tag, measure: Measure) -> float:
    """Return the width of a tag: a circle for one letter, a pill for more."""
    return TAG if len(tag.letter) < 2 else max(TAG, measure(tag.letter) + 2 * PAD)


def place_tags(tags: Sequence[Tag], measure: Measure) -> tuple[PlacedTag, ...]:
    """Return the tags in rows, the first row lowest."""
    rows: list[list[tuple[Tag, float]]] = []
    used = 0.0
    for tag in tags:
        width = measure_tag(tag, measure)
        if not rows or used + width > MOST * (TAG + GAP):
            rows.append([])
            used = 0.0
        rows[-1].append((tag, width))
        used += width + GAP
    placed = []
    for number, row in enumerate(rows):
        x = (GAP - sum(width + GAP for _, width in row)) / 2
        for tag, width in row:
            placed.append(PlacedTag(tag, x + width / 2, width, number))
            x += width + GAP
    return tuple(placed)


def measure_tags(tags: Sequence[Tag], measure: Measure) -> tuple[float, float]:
    """Return the width and the height of the room of all tags."""
    placed = place_tags(tags, measure)
    if not placed:
        return 0.0, 0.0
    width = 2 * max(each.x + each.width / 2 for each in placed)
    return width, ROOM + placed[-1].row * (TAG + GAP)
