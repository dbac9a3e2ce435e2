"""The scale of cells: the number of values, logarithmic and clamped, one scale for all."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from msgspec import Struct

from net2fig.chips.strip.strip import Strip
from net2fig.errors import UsageError

UNKNOWN_SHARE = 0.5
"""The share of a cell of unknown size, between the least and the greatest length."""


class ValueScale(Struct, frozen=True):
    """From 10^low to 10^high values."""

    low: int
    high: int

    def share(self, values: int | None) -> float:
        """Return the place of a number on the scale, from 0 to 1.

        >>> ValueScale(3, 7).share(100_000)
        0.5
        """
        if values is None:
            return UNKNOWN_SHARE
        if values < 1:
            return 0.0
        return min(1.0, max(0.0, (math.log10(values) - self.low) / (self.high - self.low)))


def choose_scale(strips: Iterable[Strip], decades: tuple[int, int]) -> ValueScale:
    """Return the scale for the cells of some strips, between whole powers of ten.

    `decades` are the least and the greatest length of a scale. Ensures: the greatest number is
    below its upper end; smaller numbers may be below its lower end.
    """
    values = [cell.values or 1 for strip in strips for cell in strip.cells() if cell.values]
    high = max(1, math.ceil(math.log10(max(values, default=10))))
    low = math.floor(math.log10(min(values, default=1)))
    least, most = decades
    low = max(low, high - most)
    return ValueScale(low, max(high, low + least))


def parse_scale(text: str) -> ValueScale:
    """Return a scale that is written as two powers of ten: "1e3:1e7"."""
    match = re.fullmatch(r"\s*1e(\d{1,2})\s*:\s*1e(\d{1,2})\s*", text)
    if not match or int(match[1]) >= int(match[2]):
        message = f"invalid scale: {text!r} in --scale (two rising powers of ten)"
        raise UsageError(message, hint="write a scale such as '1e3:1e7'")
    return ValueScale(int(match[1]), int(match[2]))
