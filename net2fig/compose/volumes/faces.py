"""The faces of cuboids on the page: where lines begin."""

from __future__ import annotations

from net2fig.compose.diagram import Glyph
from net2fig.geometry import Point


def find_reach(glyph: Glyph | None) -> Point:
    """Return how far from the box of a cuboid the middles of its faces are."""
    if glyph is None or glyph.solid is None:
        return Point(0.0, 0.0)
    back, border = glyph.solid.back, glyph.look.border
    return Point((back.x + border) / 2, (back.y + border) / 2)
