from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.render.numbers import format_number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (-0.004, "0"),
        (-0.006, "-0.01"),
        (10, "10"),
        (100.0, "100"),
        (1.5, "1.5"),
        (2 / 3, "0.67"),
        (1e6, "1000000"),
    ],
)
def test_number(value: float, text: str) -> None:
    assert format_number(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_place_on_a_page_is_refused(value: float) -> None:
    with pytest.raises(ValueError) as caught:
        format_number(value)
    assert str(caught.value) == f"invalid number in a drawing: {value!r}"


@given(st.floats(-1e6, 1e6))
def test_number_is_near_and_short(value: float) -> None:
    text = format_number(value)
    assert abs(float(text) - value) <= 0.005 + 1e-9
    assert text != "-0"
    assert "e" not in text
    assert not ("." in text and text.endswith(("0", ".")))
