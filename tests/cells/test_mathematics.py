"""Formulas as letters of the fonts that ship, and as TeX."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.cells.mathematics import list_pieces, measure_formula, write_tex
from net2fig.fonts.metrics import missing_glyphs
from tests.cells.nets import CASES, draw_case


def looks(formula: str) -> list[tuple[str, bool]]:
    return [(piece.string, piece.italic) for piece in list_pieces(formula, 6.2)]


def test_letters_are_italic_and_words_upright() -> None:
    assert looks("f_t = tanh(c_{t−1})") == [
        ("f", True),
        ("t", True),
        ("=", False),
        ("tanh", False),
        ("(", False),
        ("c", True),
        ("t", True),
        ("−", False),
        ("1", False),
        (")", False),
    ]


def test_what_is_lowered_and_raised_stands_one_above_the_other() -> None:
    _, low, high = list_pieces("W_i^Q", 6.2)
    assert low.x == high.x
    assert low.y > 0 > high.y
    assert low.size == high.size == 6.2


@pytest.mark.parametrize(
    ("formula", "tex"),
    [
        ("c_t = f_t ◦ c_{t−1}", r"c_{t} = f_{t} \circ  c_{t-1}"),
        ("ĥ_t", r"\hat{h}_{t}"),
        ("softmax(Q_i K_i^ᵀ / √64)", r"\mathrm{softmax}(Q_{i} K_{i}^{\top} / \surd 64)"),
        ("W_i^Q", "W_{i}^{Q}"),
        ("50%(x)", r"50\mbox{\%}(x)"),
    ],
)
def test_tex(formula: str, tex: str) -> None:
    assert write_tex(formula) == tex


@given(
    st.lists(st.sampled_from(["f_t", "σ(", ")", " ", "+", "◦", "W_i^Q", "tanh", "12"]), min_size=1)
)
def test_no_two_pieces_on_a_line_overlap(tokens: list[str]) -> None:
    pieces = list_pieces("".join(tokens), 6.2)
    on_line = [piece for piece in pieces if piece.size > 6.2]
    for one, two in pairwise(on_line):
        assert one.x + one.width <= two.x + 1e-9
    assert measure_formula("".join(tokens), 6.2) >= 0


@pytest.mark.parametrize("case", CASES)
def test_the_fonts_have_every_sign(case: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    figure = draw_case(tmp_path_factory.mktemp("case"), case)
    shown = "".join(piece.string for text in figure.equations for piece in list_pieces(text, 6.2))
    assert missing_glyphs(shown, "serif") == ()
