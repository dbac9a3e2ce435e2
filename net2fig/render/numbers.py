"""The notation of numbers in drawings, the same in all formats."""

from __future__ import annotations

import math
from functools import lru_cache


@lru_cache(maxsize=8192)
def format_number(value: float) -> str:
    """Return the value with at most two decimals, without trailing zeros, never "-0".

    >>> format_number(3.0), format_number(0.125), format_number(-0.001)
    ('3', '0.12', '0')
    """
    if not math.isfinite(value):
        message = f"invalid number in a drawing: {value!r}"
        raise ValueError(message)
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
