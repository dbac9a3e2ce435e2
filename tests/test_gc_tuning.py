"""What the collector of garbage is told, and that it is told so only meanwhile."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator

import pytest

from net2fig import draw
from net2fig.data.grammar import load_grammar
from net2fig.gc_tuning import RARE_THRESHOLDS, rare_collection
from tests.conftest import tiny_model


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.parametrize(
    ("said", "meanwhile"),
    [
        ((700, 10, 10), RARE_THRESHOLDS),
        ((0, 10, 10), (0, 10, 10)),
        ((900_000, 1, 1), (900_000, 1, 1)),
    ],
)
def test_thresholds_are_raised_and_restored(
    said: tuple[int, int, int], meanwhile: tuple[int, int, int]
) -> None:
    gc.set_threshold(*said)
    found = rare_collection()(gc.get_threshold)()
    assert found == meanwhile
    assert gc.get_threshold() == said


def test_thresholds_are_restored_after_an_error() -> None:
    gc.set_threshold(700, 10, 10)
    with pytest.raises(ZeroDivisionError):
        rare_collection()(lambda: 1 / 0)()
    assert gc.get_threshold() == (700, 10, 10)


def test_drawing_collects_garbage_rarely(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("models") / "tiny.json"
    path.write_text(json.dumps(tiny_model()))
    seen = set()

    def looked() -> object:
        seen.add(gc.get_threshold())
        return load_grammar()

    monkeypatch.setattr("net2fig.figure.load_grammar", looked)
    before = gc.get_threshold()
    draw(path).to_bytes("svg")
    assert seen == {RARE_THRESHOLDS}
    assert gc.get_threshold() == before
