"""The box that the ink of a text fills: its advance wide, as high as its own letters reach.

"H×W" has the height of a capital and no descent, "xy" that of an x and a descent, "(a)" both ends.
"""

from __future__ import annotations

from math import cos, radians, sin
from typing import Final

from net2fig.fonts.metrics import metrics, printable, text_width
from net2fig.geometry import Point
from net2fig.laws.shapes import Area, make_area
from net2fig.scene import Text

SMALL: Final = frozenset("acemnorsuvwxzpqyµ.,;:_-−=~·…–—")
"""What reaches no higher than x."""
CAPITAL: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789gt+×?!%&#*\"'<>^°²³")
"""What reaches no higher than a capital."""
DEEP: Final = frozenset("gjpqyµQ,;_$@()[]{}|")
"""What goes below the baseline, of the letters that are known here."""
TALL: Final = 1.08
"""How high an ascender or a bracket reaches, in heights of a capital."""
ROUND: Final = 0.015
"""How far round letters go beyond their line, in sizes of the font."""
ANCHORS: Final = {"start": 0.0, "middle": 0.5, "end": 1.0}


def measure_extent(text: Text) -> tuple[float, float]:
    """Return how far the ink of a text reaches above and below its baseline."""
    heights = metrics(text.size, family=text.family, bold=text.bold, italic=text.italic)
    letters = set(printable(text.string).replace("\u2009", "").replace(" ", ""))
    is_known = all(letter.isascii() for letter in letters - SMALL - CAPITAL)
    over = ROUND * text.size
    if letters <= SMALL:
        above = heights.x_height + over
    elif letters <= SMALL | CAPITAL:
        above = heights.cap_height + over
    elif is_known:
        above = heights.cap_height * TALL + over
    else:
        above = heights.ascent
    return above, over if is_known and not letters & DEEP else heights.descent + over


def measure_ink(text: Text) -> Area:
    """Return the box of a text, turned by its angle."""
    width = text_width(
        text.string, text.size, family=text.family, bold=text.bold, italic=text.italic
    )
    above, below = measure_extent(text)
    left = -ANCHORS[text.anchor] * width
    turn = radians(text.angle)
    corners = [(left, -above), (left + width, -above), (left + width, below), (left, below)]
    points = [
        text.at.moved(x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn))
        for x, y in (*corners, corners[0])
    ]
    return make_area([tuple(Point(point.x, point.y) for point in points)], filled=True, half=0.0)
