"""Contrast of colours, also for readers with deuteranopia.

Two colours are as different as they look: CIELAB distances of what every reader sees, and of what
is left of it without the receptors for middle wavelengths (Viénot, Brettel and Mollon, 1999).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import combinations

from net2fig.compose.style.style_book import make_style_book
from net2fig.data.grammar import Grammar, load_palette
from net2fig.errors import Notice
from net2fig.options.page import Page
from net2fig.options.table import Options
from net2fig.outline import Outline

Colour = tuple[float, float, float]

DEUTERANOPIA = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))
"""How light of long, middle and short wavelengths is seen without the middle receptors."""

LEAST = 8.0
"""Colours that differ less are hard to tell apart where they do not touch."""


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


def to_deuteranope(light: Colour) -> Colour:
    """Return the light that looks the same to a reader with deuteranopia."""
    red, green, blue = (
        min(max(sum(a * b for a, b in zip(row, light, strict=True)), 0.0), 1.0)
        for row in DEUTERANOPIA
    )
    return red, green, blue


def measure_difference(one: Colour, other: Colour) -> float:
    """Return how different two colours look (CIE 1976)."""
    return math.dist(to_lab(one), to_lab(other))


def measure_seen_difference(one: str, other: str) -> float:
    """Return how different two colours look to the reader who sees least of it."""
    lights = to_linear(one), to_linear(other)
    first, second = map(to_deuteranope, lights)
    return min(measure_difference(*lights), measure_difference(first, second))


def find_alike(colours: Mapping[str, str], least: float = LEAST) -> Iterator[tuple[str, str]]:
    """Yield the names of colours that look alike."""
    for (one, first), (other, second) in combinations(colours.items(), 2):
        if measure_seen_difference(first, second) < least:
            yield one, other


def find_palette_notices(
    outline: Outline, grammar: Grammar, page: Page, options: Options
) -> Iterator[Notice]:
    """Tell of colours in a palette of the author's own that a figure uses and that look alike."""
    name = page.palette
    if not name.endswith(".toml"):
        return
    palette = load_palette(name)
    entries = make_style_book(outline, grammar, page, options).entries
    groups = sum(entry.kind == "group" for entry in entries)
    used = {grammar.kinds[entry.kind].role for entry in entries if entry.kind != "group"}
    colours = {role: colour for role, colour in palette.roles.items() if role in used}
    accents = enumerate(palette.groups[:groups], 1)
    for part in (colours, {f"accent-{number}": colour for number, colour in accents}):
        for one, other in find_alike(part):
            text = f"the colours {one!r} and {other!r} of {name!r} look alike to some readers"
            yield Notice("alike-colours", f"{text} ({part[one]} and {part[other]})")
