"""Mixing colours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.compose.style.colours import darken, lighten, mix, split_colour

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
shares = st.floats(0.0, 1.0)


def test_a_colour_is_red_green_and_blue() -> None:
    assert split_colour("#0080ff") == (0, 128, 255)


@pytest.mark.parametrize(
    ("share", "result"), [(0.0, "#112233"), (1.0, "#ddeeff"), (0.5, "#778899")]
)
def test_colours_are_mixed_by_share(share: float, result: str) -> None:
    assert mix("#112233", "#ddeeff", share) == result


@given(colours, shares)
def test_darker_and_lighter_are_colours_and_what_they_say(colour: str, share: float) -> None:
    dark, light = darken(colour, share), lighten(colour, share)
    assert re.fullmatch("#[0-9a-f]{6}", dark)
    assert re.fullmatch("#[0-9a-f]{6}", light)
    for low, here, high in zip(
        split_colour(dark), split_colour(colour), split_colour(light), strict=True
    ):
        assert low <= here <= high
