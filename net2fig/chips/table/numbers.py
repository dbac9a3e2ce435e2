"""Numbers as a table prints them: 138.4 M, +440 %, 10³."""

from __future__ import annotations

MINUS = "−"
DASH = "—"
UNKNOWN = "?"
RAISED = str.maketrans("123456789", "¹²³⁴⁵⁶⁷⁸⁹")

STEPS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
"""From how many on a number is counted in what."""


def format_count(value: float | None) -> str:
    """Return a count with three or four digits: "138.4 M".

    >>> format_count(138_357_544), format_count(61_706), format_count(431), format_count(None)
    ('138.4 M', '61.7 k', '431', '?')
    """
    if value is None:
        return UNKNOWN
    for step, letter in STEPS:
        if value >= step * 0.99995:
            return f"{value / step:.1f} {letter}"
    return f"{value:g}"


def format_short(value: int) -> str:
    """Return a count in at most four characters: 1024, 25k.

    >>> format_short(1024), format_short(25_088), format_short(8000)
    ('1024', '25k', '8000')
    """
    if value < 10_000:
        return str(value)
    return f"{value / 1e3:.0f}k" if value < 999_500 else f"{value / 1e6:.0f}M"


def format_change(value: float | None, base: float | None) -> str:
    """Return by how much a value differs from another: "+440 %".

    >>> format_change(138_357_544, 25_636_712), format_change(3, 4)
    ('+440 %', '−25 %')
    >>> format_change(5, 5), format_change(None, 5)
    ('0 %', '?')
    """
    if value is None or not base:
        return UNKNOWN
    share = 100 * (value - base) / base
    places = 1 if 0 < abs(share) < 9.95 else 0
    digits = f"{abs(share):.{places}f}"
    sign = "" if float(digits) == 0 else ("+" if share > 0 else MINUS)
    return f"{sign}{digits} %" if sign else "0 %"


def format_power(exponent: int) -> str:
    """Return a power of ten; with words for the digits that have no raised form in the fonts.

    >>> format_power(3), format_power(0), format_power(10)
    ('10³', '1', '10 G')
    """
    if exponent < 1 or "0" in str(exponent):
        return format_count(10**exponent).replace(".0", "")
    return f"10{str(exponent).translate(RAISED)}"
