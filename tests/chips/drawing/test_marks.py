"""The marks: one for every kind, no two alike, by colour and without."""

from __future__ import annotations

from itertools import combinations

import pytest

from net2fig.chips.drawing.marks import load_chip_grammar
from net2fig.chips.drawing.paint import Brush, measure_contrast
from net2fig.chips.drawing.scale import ValueScale, choose_scale
from net2fig.chips.strip.strip import Cell, Strip
from net2fig.data.grammar import load_grammar, load_palette, palette_names
from net2fig.network import Extent

CHIPS, GRAMMAR = load_chip_grammar(), load_grammar()
ENTRIES = [entry for entry in GRAMMAR.entries.values() if entry.kind != "input"]


def test_every_kind_has_a_mark() -> None:
    assert set(GRAMMAR.kinds) - {"group"} <= set(CHIPS.marks)


def test_every_mark_is_of_a_kind_or_an_entry() -> None:
    assert set(CHIPS.marks) <= {*GRAMMAR.kinds, *GRAMMAR.entries}


def test_every_word_is_of_a_kind_or_an_entry() -> None:
    assert set(CHIPS.words) <= {*GRAMMAR.kinds, *GRAMMAR.entries}


def test_kinds_differ_without_colour() -> None:
    for one, two in combinations(sorted(GRAMMAR.kinds), 2):
        if "group" not in (one, two):
            assert CHIPS.marks[one] != CHIPS.marks[two], (one, two)


def test_every_merge_has_another_mark() -> None:
    merges = [CHIPS.get_mark(entry) for entry in ENTRIES if entry.kind == "merge"]
    assert len(set(merges)) == len(merges)


def test_curves_differ_and_each_has_a_function() -> None:
    assert len({curve.strokes for curve in CHIPS.curves.values()}) == len(CHIPS.curves)
    assert set(CHIPS.curve_of.values()) == set(CHIPS.curves)


@pytest.mark.parametrize(
    ("class_name", "config", "curve"),
    [
        ("ReLU", {}, "relu"),
        ("Activation", {"activation": "relu6"}, "relu"),
        ("LeakyReLU", {}, "leaky-relu"),
        ("Activation", {"activation": "gelu"}, "silu"),
        ("Activation", {"activation": "tanh"}, "tanh"),
        ("Activation", {"activation": "sigmoid"}, "sigmoid"),
        ("Softmax", {}, "softmax"),
        ("Activation", {"activation": "linear"}, "linear"),
        ("Activation", {"activation": "mine"}, ""),
        ("Conv2D", {"activation": "relu"}, ""),
    ],
)
def test_an_activation_shows_its_curve(class_name: str, config: dict[str, str], curve: str) -> None:
    assert CHIPS.find_curve(GRAMMAR.entry(class_name), class_name, config) == curve


@pytest.mark.parametrize("palette", palette_names())
def test_marks_can_be_seen_on_every_cell(palette: str) -> None:
    brush = Brush(GRAMMAR, CHIPS, load_palette(palette), CHIPS.get_size("m"), 6.2, "sans")
    for entry in ENTRIES:
        colour = brush.entry_colour(entry)
        assert measure_contrast(colour, brush.choose_ink(colour)) >= 2.5, entry.id


@pytest.mark.parametrize("name", list(CHIPS.sizes))
def test_sizes_are_bounded(name: str) -> None:
    size = CHIPS.get_size(name)
    assert size.length.least < size.length.greatest
    assert size.mark < size.cell


def strip(*values: int | None) -> Strip:
    entry = GRAMMAR.entry("Dense")
    return Strip(tuple(Cell(str(n), "Dense", entry, Extent((), v)) for n, v in enumerate(values)))


def test_the_scale_is_between_powers_of_ten() -> None:
    assert choose_scale([strip(1000, 3_200_000)], (2, 4)) == ValueScale(3, 7)
    assert choose_scale([strip(10, 4704)], (2, 4)) == ValueScale(1, 4)
    assert choose_scale([strip(10)], (2, 4)) == ValueScale(1, 3)
    assert choose_scale([strip(1, 10**9)], (2, 4)) == ValueScale(5, 9)


def test_shares_are_clamped_and_rise() -> None:
    scale = ValueScale(3, 7)
    shares = [scale.share(10**power) for power in range(10)]
    assert shares == sorted(shares)
    assert (shares[0], shares[5], shares[9]) == (0.0, 0.5, 1.0)
    assert scale.share(None) == 0.5
