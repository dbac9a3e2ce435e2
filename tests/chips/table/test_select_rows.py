"""Rows that are kept, sorted and marked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import net2fig
from net2fig.chips.strip.model import ChipModel
from net2fig.chips.strip.strip import Strip
from net2fig.chips.table.columns import TableRow
from net2fig.chips.table.select_rows import select_rows
from net2fig.errors import UsageError
from net2fig.network import Network
from net2fig.outline import Outline
from net2fig.rules.facts import Facts
from net2fig.scene import Text


def row(name: str, params: int | None, **metrics: str) -> TableRow:
    """Return a row that has numbers alone."""
    model = ChipModel(name, Network(name, (), (), (), ()), Outline((), ()), Strip(()))
    return TableRow(model, Facts(params, params, 1, 1, None, ""), metrics)


ROWS = [
    row("a", 10, top="70"),
    row("b", 30, top="72"),
    row("c", 20, top="75"),
    row("d", 5, top="n/a"),
    row("e", None, top="90"),
]


def names(rows: list[TableRow]) -> str:
    return "".join(each.model.name for each in rows)


def test_sorted_by_a_column_with_the_unknown_last() -> None:
    assert names(select_rows(ROWS, ROWS[0], ("top",), sort="params")) == "dacbe"
    assert names(select_rows(ROWS, ROWS[0], ("top",), sort="-top")) == "ecbad"
    assert names(select_rows(ROWS, ROWS[0], (), sort="-name")) == "edcba"


def test_rows_that_meet_all_conditions_are_kept() -> None:
    assert names(select_rows(ROWS, ROWS[0], ("top",), keep=["params<=20", "top>70"])) == "c"


def test_the_best_for_their_size() -> None:
    marked = select_rows(ROWS, ROWS[0], ("top",), pareto="top")
    assert [each.model.name for each in marked if each.best] == ["a", "c"]
    marked = select_rows(ROWS, ROWS[0], ("top",), pareto="-top")
    assert [each.model.name for each in marked if each.best] == ["a"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8))
def test_each_row_that_is_not_best_is_beaten_by_one_that_is(pairs: list[tuple[int, int]]) -> None:
    rows = [row(str(n), params, top=str(top)) for n, (params, top) in enumerate(pairs)]
    marked = select_rows(rows, rows[0], ("top",), pareto="top")
    best = [pair for pair, each in zip(pairs, marked, strict=True) if each.best]
    for (params, top), each in zip(pairs, marked, strict=True):
        beaten = any(p <= params and t >= top and (p, t) != (params, top) for p, t in best)
        assert each.best != beaten


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"keep": ["params~3"]}, "invalid condition: 'params~3' in --keep"),
        ({"keep": ["params<many"]}, "invalid condition: 'params<many' in --keep"),
        ({"keep": ["parms<3"]}, "unknown column: 'parms' in --keep"),
        ({"keep": ["params>1G"]}, "invalid condition: no model is left by 'params>1G'"),
        ({"sort": "parms"}, "unknown column: 'parms' in --sort"),
        ({"pareto": "acc"}, "unknown metric: 'acc' in --pareto"),
    ],
)
def test_invalid_conditions_are_errors(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        select_rows(ROWS, ROWS[0], ("top",), **arguments)
    assert message in str(error.value)


def test_bold_names_are_explained(four: list[Path]) -> None:
    chips = net2fig.chip(four[:2], metrics={"top": [71.3, 74.9]}, pareto="top", sort="-top")
    texts = [item for item, _ in chips.scene.walk() if isinstance(item, Text)]
    assert [item.string for item in texts if item.bold and item.string == "resnet50"]
    assert any(item.string.startswith("Bold:") for item in texts)
