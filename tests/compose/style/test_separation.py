"""Tones are told apart as they are used: every two looks of a figure, for every reader."""

from __future__ import annotations

from itertools import combinations

import pytest

from net2fig.compose.style.colours import darken
from net2fig.compose.style.contrast import LEAST, measure_lightness, measure_seen_difference
from net2fig.compose.style.entry import LegendEntry
from net2fig.compose.style.style_book import make_style_book
from net2fig.data.grammar import load_grammar, load_palette, palette_names
from net2fig.figure import make_outlines
from net2fig.options.page import resolve_page
from net2fig.options.table import Options
from net2fig.options.types import LEVELS, Style
from net2fig.outline import Outline
from net2fig.scene import Texture
from tests.applications import SAMPLE, application
from tests.compose.figures import linked, of_kind


def entries(outline: Outline, palette: str, **styles: Style) -> tuple[LegendEntry, ...]:
    options = Options(palette=palette, styles=styles)
    return make_style_book(outline, load_grammar(), resolve_page(options), options).entries


def is_alike(one: LegendEntry, other: LegendEntry, *, grey: bool) -> bool:
    """Tell whether two looks are hard to tell apart: a test of its own, by fill alone."""
    fills = one.look.fill, other.look.fill
    if any(isinstance(fill, Texture) for fill in fills):
        names = {fill.name if isinstance(fill, Texture) else "" for fill in fills}
        return len(names) == 1
    first, second = map(str, fills)
    if grey:
        return abs(measure_lightness(first) - measure_lightness(second)) < LEAST
    return measure_seen_difference(first, second) < LEAST


@pytest.mark.parametrize("palette", palette_names())
@pytest.mark.parametrize("name", SAMPLE)
def test_the_looks_of_a_figure_differ_for_every_reader(name: str, palette: str) -> None:
    outlines = make_outlines(application(name))
    for level in LEVELS[1:]:
        used = [e for e in entries(outlines.at(level, Options()), palette) if e.kind != "input"]
        pairs = combinations(used, 2)
        alike = [(a.label, b.label) for a, b in pairs if is_alike(a, b, grey=palette == "grey")]
        assert alike == []


def two(first: str, second: str, **styles: Style) -> list[LegendEntry]:
    made = linked(of_kind("a", "conv", 8, 8, 4), of_kind("b", "pool", 4, 4, 4))
    chosen = {"Conv2D": Style(color=first), "MaxPooling2D": Style(color=second), **styles}
    return list(entries(made, "default", **chosen))


def test_what_an_author_chose_has_no_texture() -> None:
    assert [entry.look.fill for entry in two("#446688", "#456789")] == ["#446688", "#456789"]


def test_a_tone_that_is_too_near_gets_a_texture() -> None:
    made = linked(of_kind("a", "conv", 8, 8, 4), of_kind("b", "pool", 4, 4, 4))
    near = load_palette("default").roles["pool"]
    conv, pool = entries(made, "default", Conv2D=Style(color=near))
    assert conv.look.fill == near
    assert isinstance(pool.look.fill, Texture)
    assert pool.look.fill.paper == near
    far, plain = entries(made, "default")
    assert not isinstance(plain.look.fill, Texture)
    assert not isinstance(far.look.fill, Texture)


@pytest.mark.parametrize("palette", palette_names())
def test_no_accent_is_the_colour_of_a_role(palette: str) -> None:
    colours = load_palette(palette)
    assert not set(colours.groups) & set(colours.roles.values())


@pytest.mark.parametrize("palette", ["default", "okabe-ito"])
def test_the_cores_of_groups_stand_on_three_levels_of_lightness(palette: str) -> None:
    accents = load_palette(palette).groups
    lights = [measure_lightness(darken(accent, 0.24)) for accent in accents]
    for light, aim in zip(lights, (30, 45, 60) * 2, strict=True):
        assert abs(light - aim) < 4
