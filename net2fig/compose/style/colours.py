"""Colours by their names; darker tones for borders, lighter ones for related classes."""

from __future__ import annotations

from colorsys import hls_to_rgb, rgb_to_hls

from net2fig.data.grammar import Palette


def resolve_colour(palette: Palette, name: str) -> str:
    """Return a colour by its role, by "accent-N", or as it is."""
    if name.startswith("#"):
        return name.lower()
    if name.startswith("accent-"):
        return palette.groups[(int(name[7:]) - 1) % len(palette.groups)]
    if name == "group":
        return palette.groups[0]
    return palette.roles[name]


def split_colour(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, other: str, share: float) -> str:
    """Return the colour with `share` of the other mixed in.

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(split_colour(colour), split_colour(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def darken(colour: str, share: float = 0.28) -> str:
    """Return a darker tone."""
    return mix(colour, "#000000", share)


def lighten(colour: str, share: float = 0.35) -> str:
    """Return a lighter tone."""
    return mix(colour, "#ffffff", share)


def tint(colour: str, tone: int) -> str:
    """Return the tone for a kind's further classes, lighter or, where it is negative, darker.

    The lightest keep more of their hue than white would leave them: they shall not look grey.
    """
    if tone < 0:
        return darken(colour, -0.24 * tone)
    if tone < 2:
        return lighten(colour, 0.34 * tone)
    return whiten(colour, 0.68 if tone == 2 else 0.84)


def whiten(colour: str, share: float) -> str:
    """Return a lighter tone that keeps more of its hue than white leaves it."""
    hue, light, saturation = rgb_to_hls(*(part / 255 for part in split_colour(colour)))
    saturation = min(0.75, max(saturation, min(0.62, 1.6 * saturation)))
    channels = hls_to_rgb(hue, light + (1 - light) * share, saturation)
    return "#" + "".join(f"{round(255 * part):02x}" for part in channels)
