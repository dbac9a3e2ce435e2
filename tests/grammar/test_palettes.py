"""Every palette has every role, and roles can be told apart."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from net2fig.errors import UsageError
from net2fig.grammar import load_palette, palette_names

NAMES = palette_names()

Colour = tuple[float, float, float]

# How light of long, middle and short wavelengths is seen without the middle receptors, in linear
# RGB (Viénot, Brettel and Mollon, 1999).
DEUTERANOPIA = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))


def linear(colour: str) -> Colour:
    """Return the light of "#rrggbb"."""
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue


def lab(light: Colour) -> Colour:
    """Return CIELAB coordinates: equal distances look equally different."""
    red, green, blue = light
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def as_deuteranope(light: Colour) -> Colour:
    """Return the light that looks the same to a reader with deuteranopia."""
    red, green, blue = (
        min(max(sum(a * b for a, b in zip(row, light, strict=True)), 0.0), 1.0)
        for row in DEUTERANOPIA
    )
    return red, green, blue


def difference(one: Colour, other: Colour) -> float:
    """Return how different two colours look (CIE 1976)."""
    pairs = zip(lab(one), lab(other), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) ** 0.5


def test_there_are_a_default_a_safe_and_a_grey_palette() -> None:
    assert {"default", "okabe-ito", "grey"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_palette_has_the_roles_of_the_default(name: str) -> None:
    palette, default = load_palette(name), load_palette("default")
    assert set(palette.roles) == set(default.roles)
    assert len(palette.groups) == len(default.groups)


@pytest.mark.parametrize("name", NAMES)
def test_roles_differ_for_every_reader(name: str) -> None:
    palette = load_palette(name)
    # Where there is no hue, lightness has to do, and nine roles divide it among them.
    least = 4 if name == "grey" else 8
    near = []
    for (one, first), (other, second) in combinations(palette.roles.items(), 2):
        lights = linear(first), linear(second)
        seen = min(difference(*lights), difference(*map(as_deuteranope, lights)))
        if seen < least:
            near.append((one, other, round(seen, 1)))
    assert near == []


@pytest.mark.parametrize("name", ["default", "grey"])
def test_roles_differ_in_grey(name: str) -> None:
    """The hues of Okabe and Ito are given, and not all apart in grey; textures are for that."""
    lightness = sorted(lab(linear(colour))[0] for colour in load_palette(name).roles.values())
    assert min(b - a for a, b in pairwise(lightness)) >= 4


@pytest.mark.parametrize("name", NAMES)
def test_ink_is_read_on_paper(name: str) -> None:
    ink = load_palette(name).ink
    red, green, blue = linear(ink["text"])
    dark = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    assert 1.05 / (dark + 0.05) > 7
    assert ink["paper"] == "#ffffff"


def test_a_palette_that_does_not_exist_is_told() -> None:
    with pytest.raises(UsageError, match="^unknown palette: 'gray' ") as caught:
        load_palette("gray")
    assert caught.value.hint == "did you mean 'grey'?"


def test_colours_that_look_alike_would_be_seen() -> None:
    red, green = linear("#b3402e"), linear("#6e6a2a")
    assert difference(red, green) > 30
    assert difference(as_deuteranope(red), as_deuteranope(green)) < difference(red, green) / 2
