"""Runs: series and tints of a record."""

from __future__ import annotations

import math

from net2fig.pins import Place, Tint
from net2fig.runs.run import Row, Run

RUN = Run(
    "a",
    (
        Row(0.0, {"loss": 2.0, "val_loss": None}, {"dense": {"zeros": 0.1}}),
        Row(1.0, {"loss": math.nan}, {"dense": {"zeros": 0.5}, "head": {"norm": 3.0}}),
    ),
)


def test_names_are_in_the_order_in_which_they_occur() -> None:
    assert RUN.names == ("loss", "val_loss")
    assert RUN.layer_names == ("zeros", "norm")


def test_a_series_leaves_out_what_is_no_number_alone() -> None:
    (first, second) = RUN.series("loss")
    assert first == (0.0, 2.0)
    assert math.isnan(second[1])
    assert RUN.series("val_loss") == ()


def test_a_tint_is_the_last_value_of_each_layer() -> None:
    assert RUN.tint("zeros") == Tint("zeros", {"dense": 0.5})
    assert RUN.layer_series("dense", "zeros") == ((0.0, 0.1), (1.0, 0.5))


def test_the_range_of_a_tint_is_finite() -> None:
    assert Tint("a", {"x": math.inf, "y": 1.0, "z": 2.0}).range == (1.0, 2.0)
    assert Tint("a", {"x": math.nan}).range == (0.0, 0.0)


def test_a_place_is_written_as_it_is_typed() -> None:
    assert [str(Place("a")), str(Place("a", 1)), str(Place("a", 0, "b"))] == ["a", "a:1", "a:0>b"]
