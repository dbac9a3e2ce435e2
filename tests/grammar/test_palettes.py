"""Every palette has every role, and roles can be told apart."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from net2fig.compose.style.colours import lighten, tint
from net2fig.compose.style.contrast import (
    measure_difference,
    measure_lightness,
    measure_seen_difference,
    to_deuteranope,
    to_linear,
)
from net2fig.compose.style.style_book import UNKNOWN_TONES
from net2fig.data.grammar import load_grammar, load_palette, palette_names
from net2fig.errors import UsageError

NAMES = palette_names()


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
        seen = measure_seen_difference(first, second)
        if seen < least:
            near.append((one, other, round(seen, 1)))
    assert near == []


@pytest.mark.parametrize("name", ["default", "okabe-ito"])
def test_the_lightest_tone_of_a_hue_is_no_grey(name: str) -> None:
    roles = load_palette(name).roles
    for role in ("conv", "merge", "sequence", "up"):
        assert measure_seen_difference(tint(roles[role], 2), roles["neutral"]) > 8
        assert measure_seen_difference(tint(roles[role], 2), tint(roles[role], 1)) > 8
        assert tint(roles[role], 0) == roles[role]


def test_a_tone_with_as_much_white_would_be_grey() -> None:
    roles = load_palette("default").roles
    assert measure_seen_difference(lighten(roles["conv"], 0.68), roles["neutral"]) < 8


def test_roles_differ_in_grey() -> None:
    """Tones that are nearer where a figure uses both get textures."""
    lightness = sorted(map(measure_lightness, load_palette("grey").roles.values()))
    assert min(b - a for a, b in pairwise(lightness)) >= 4


@pytest.mark.parametrize("name", NAMES)
def test_ink_is_read_on_paper(name: str) -> None:
    ink = load_palette(name).ink
    red, green, blue = to_linear(ink["text"])
    dark = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    assert 1.05 / (dark + 0.05) > 7
    assert ink["paper"] == "#ffffff"


def test_a_palette_that_does_not_exist_is_told() -> None:
    with pytest.raises(UsageError, match="^unknown palette: 'gray' ") as caught:
        load_palette("gray")
    assert caught.value.hint == "did you mean 'grey'?"


def test_colours_that_look_alike_would_be_seen() -> None:
    red, green = to_linear("#b3402e"), to_linear("#6e6a2a")
    assert measure_difference(red, green) > 30
    assert (
        measure_difference(to_deuteranope(red), to_deuteranope(green))
        < measure_difference(red, green) / 2
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_two_tones_are_one_colour(name: str) -> None:
    """What the catalogue knows, and classes that it does not: see `looks.STRANGERS`."""
    grammar, palette = load_grammar(), load_palette(name)
    worn = {(grammar.kinds[entry.kind].role, entry.tone) for entry in grammar.entries.values()}
    worn |= {("extra", tone) for tone in UNKNOWN_TONES}
    found: dict[str, list[tuple[str, int]]] = {}
    for role, tone in sorted(worn):
        found.setdefault(tint(palette.roles[role], tone), []).append((role, tone))
    assert [same for same in found.values() if len(same) > 1] == []
