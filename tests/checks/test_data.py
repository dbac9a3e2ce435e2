"""Checks of a sample of the data."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from net2fig.checks.data import read_sample
from net2fig.checks.pipeline import check
from net2fig.errors import UsageError
from net2fig.read import dump
from tests.checks.nets import NORM, chain, dense

NETWORK = chain(dense(8, "relu"), dense(3, "softmax"), shape=(4,))

numpy: Any = pytest.importorskip("numpy")


def codes(**arrays: Any) -> list[str]:
    return [each.code for each in check(NETWORK, data=arrays)]


def test_a_scaled_sample_has_no_fault() -> None:
    values = numpy.linspace(-1, 1, 40).reshape(10, 4)
    assert codes(x=values, y=numpy.arange(10) % 3) == []
    assert codes(x=values, y=numpy.eye(3)[numpy.arange(10) % 3]) == []
    # Standardized values reach further.
    assert codes(x=numpy.concatenate([values * 1.5, values * 0.9 + 0.1])) == []


def test_pixels_are_told_unless_the_network_scales_them() -> None:
    pixels = numpy.linspace(0, 255, 40).reshape(10, 4)
    assert codes(x=pixels) == ["input-range"]
    scaled = chain(NORM, dense(3, "softmax"), shape=(4,))
    assert check(scaled, data={"x": pixels}) == ()


def test_missing_values_and_labels_are_told() -> None:
    values = numpy.zeros((10, 4))
    values[0, 0] = numpy.nan
    (found,) = check(NETWORK, data={"x": values})
    assert (found.code, found.numbers["count"]) == ("input-type", 1)
    assert codes(y=numpy.array([1, 2, 3])) == ["labels-range"]
    assert codes(y=numpy.array([0] * 50 + [1])) == ["imbalance"]


def test_the_command_reads_a_file(run, tmp_path: Path) -> None:
    model, batch = tmp_path / "a.network.json", tmp_path / "batch.npz"
    model.write_text(dump(NETWORK), "utf-8")
    numpy.savez(batch, x=numpy.full((3, 4), 200.0), y=numpy.array([0, 1, 5]))
    result = run("check", model, "--data", batch)
    assert result.code == 1
    assert "error[labels-range]" in result.out
    assert "warning[input-range]" in result.out


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "batch.npz"
    path.write_bytes(b"nothing")
    with pytest.raises(UsageError, match=r"invalid file: 'batch\.npz' in --data"):
        read_sample(path)
    pickled = importlib.import_module("numpy")
    pickled.savez(path, x=pickled.array([{}], dtype=object))
    with pytest.raises(UsageError, match="invalid file"):
        read_sample(path)
    with pytest.raises(UsageError, match="missing file"):
        read_sample(tmp_path / "none.npz")
