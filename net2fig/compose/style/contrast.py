"""Contrast of colours, also for readers with deuteranopia or protanopia, and in grey.

Two colours are as different as they look: CIELAB distances of what every reader sees, and of what
is left of it without the receptors for middle or for long wavelengths (Viénot, Brettel and Mollon,
1999). Of greys only the lightness is left.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations

Colour = tuple[float, float, float]

DEUTERANOPIA = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))
"""How light of long, middle and short wavelengths is seen without the middle receptors."""

PROTANOPIA = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))
"""How it is seen without the long receptors."""

LEAST = 10.0
"""Colours that differ less are hard to tell apart where they do not touch."""

GREY = 3.0
"""Colours have a hue where they are as far from the grey axis."""


def to_linear(colour: str) -> Colour:
    """Return the light of "#rrggbb"."""
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue


def to_lab(light: Colour) -> Colour:
    """Return CIELAB coordinates: equal distances look equally different."""
    red, green, blue = light
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def to_dichromat(light: Colour, matrix: tuple[Colour, ...]) -> Colour:
    """Return the light that looks the same to a reader who lacks one kind of receptors."""
    red, green, blue = (
        min(max(sum(a * b for a, b in zip(row, light, strict=True)), 0.0), 1.0) for row in matrix
    )
    return red, green, blue


def to_deuteranope(light: Colour) -> Colour:
    """Return the light that looks the same to a reader with deuteranopia."""
    return to_dichromat(light, DEUTERANOPIA)


def measure_difference(one: Colour, other: Colour) -> float:
    """Return how different two colours look (CIE 1976)."""
    return math.dist(to_lab(one), to_lab(other))


@cache
def _see(colour: str) -> tuple[Colour, ...]:
    """Return how readers see a colour: all receptors, without the middle, without the long."""
    light = to_linear(colour)
    seen = (light, to_deuteranope(light), to_dichromat(light, PROTANOPIA))
    return tuple(map(to_lab, seen))


def measure_seen_difference(one: str, other: str) -> float:
    """Return how different two colours look to the reader who sees least of it."""
    return min(map(math.dist, _see(one), _see(other)))


def measure_lightness(colour: str) -> float:
    """Return the lightness of a colour, from 0 to 100."""
    return _see(colour)[0][0]


def is_grey(colour: str) -> bool:
    """Tell whether a colour has no hue."""
    _, a, b = _see(colour)[0]
    return math.hypot(a, b) < GREY


def find_alike(colours: Mapping[str, str], least: float = LEAST) -> Iterator[tuple[str, str]]:
    """Yield the names of colours that look alike."""
    for (one, first), (other, second) in combinations(colours.items(), 2):
        if measure_seen_difference(first, second) < least:
            yield one, other
