"""Mixing colours: darker tones for borders, lighter ones for kin, dark centres for groups."""

from __future__ import annotations


def parts(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(colour: str, other: str, share: float) -> str:
    """Return the colour with `share` of the other mixed in.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(parts(colour), parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def darker(colour: str, share: float = 0.28) -> str:
    """Return a darker tone."""
    return mixed(colour, "#000000", share)


def lighter(colour: str, share: float = 0.35) -> str:
    """Return a lighter tone."""
    return mixed(colour, "#ffffff", share)
