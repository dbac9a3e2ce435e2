"""A scene whose texts all begin where they are put, in fonts that ship.

A PDF places letters from the left. Here the advances are known, so nothing is left to be aligned.
"""

from __future__ import annotations

import math

from msgspec.structs import replace

from net2fig.fonts.metrics import FAMILIES, is_font_path, text_width
from net2fig.geometry import Point
from net2fig.scene import Group, Item, Scene, Text

SHARES = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""How much of a text's width lies before the place it is put at, by anchor."""


def anchor_texts(scene: Scene) -> Scene:
    """Return the same drawing with every text anchored at its start."""
    return replace(scene, items=tuple(map(_anchor_item, scene.items)))


def _anchor_item(item: Item) -> Item:
    if isinstance(item, Group):
        return replace(item, items=tuple(map(_anchor_item, item.items)))
    if not isinstance(item, Text):
        return item
    family = item.family if item.family in FAMILIES or is_font_path(item.family) else "sans"
    width = text_width(item.string, item.size, family=family, bold=item.bold, italic=item.italic)
    back, angle = SHARES[item.anchor] * width, math.radians(item.angle)
    at = Point(item.at.x - back * math.cos(angle), item.at.y - back * math.sin(angle))
    return replace(item, at=at, anchor="start", family=family)
