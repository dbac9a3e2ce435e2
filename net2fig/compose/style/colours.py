"""Mixing colours: darker tones for borders, lighter ones for kin, dark centres for groups."""

from __future__ import annotations

from colorsys import hls_to_rgb, rgb_to_hls


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


def tinted(colour: str, tone: int) -> str:
    """Return the tone for a kind's further classes, lighter or, where it is negative, darker.

    The lightest keep more of their hue than white would leave them: they shall not look grey.
    """
    if tone < 0:
        return darker(colour, -0.24 * tone)
    if tone < 2:
        return lighter(colour, 0.34 * tone)
    hue, light, full = rgb_to_hls(*(part / 255 for part in parts(colour)))
    full = min(0.75, max(full, min(0.62, 1.6 * full)))
    made = hls_to_rgb(hue, light + (1 - light) * (0.68 if tone == 2 else 0.84), full)
    return "#" + "".join(f"{round(255 * part):02x}" for part in made)
