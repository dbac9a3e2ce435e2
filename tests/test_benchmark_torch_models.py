"""The measurement of PyTorch's libraries chooses, compares and counts correctly."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from tests.conftest import ROOT


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return import_module("torch_models")


def test_a_sample_depends_on_names_and_seed_alone(models: Any) -> None:
    names = [f"net{number}" for number in range(20)]
    assert models.choose(names, 3, "a") == models.choose(names[::-1], 3, "a")
    assert models.choose(names, 3, "a") != models.choose(names, 3, "b")


@pytest.mark.parametrize(
    ("shape", "other", "same"),
    [
        ((None, 8, 4), (2, 8, 4), True),
        ((None, 8, 4), (2, 8, 5), False),
        ((None, 64, 49), (128, 49), True),
        ((None, 7, 7), (7, 7), True),
        ((None, 7, 7), (7, 8), False),
        ((None, 7, 7), (1, 7, 7), True),
        (None, (2, 8), True),
    ],
)
def test_shapes_are_compared(models: Any, shape: Any, other: Any, same: bool) -> None:
    assert models.is_same(shape, other) == same


def test_the_table_counts_results(models: Any) -> None:
    results = [{"family": "a", "result": each} for each in ("drawn", "drawn", "wrong")]
    assert list(models.write_table(results))[-1] == "| a | 3 | 2 | 0 | 0 | 1 |"
