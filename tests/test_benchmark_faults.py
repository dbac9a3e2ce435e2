"""The benchmark of faulty programs: which pairs count, and what is called flagged."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

import faults  # type: ignore[import-not-found]

PROGRAM = """
import numpy as np
from keras import Sequential, layers
x, y = np.random.rand(20, 16), np.random.randint(0, 10, 20)
model = Sequential([layers.Input((16,)), layers.Dense({units}, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y)
"""


def write_pair(folder: Path, name: str, faulty: str, fixed: str) -> None:
    for side, text in (("faulty", faulty), ("fixed", fixed)):
        place = folder / name / side
        place.mkdir(parents=True)
        (place / "MAIN").write_text("train.py")
        (place / "train.py").write_text(text)


@pytest.fixture
def results(tmp_path: Path) -> dict[str, dict[str, object]]:
    good, bad = PROGRAM.format(units=10), PROGRAM.format(units=9)
    write_pair(tmp_path, "found", bad, good)
    write_pair(tmp_path, "kept", bad, bad)
    write_pair(tmp_path, "unseen", good, good)
    write_pair(tmp_path, "broken", "from keras import Sequential\nSequential(\n", good)
    write_pair(tmp_path, "no model", "import keras\n", "import keras\n")
    pairs = faults.find_pairs(tmp_path)
    return {pair.name: faults.measure(pair, sys.executable, 30) for pair in pairs}


def test_a_fault_is_flagged_if_the_twin_does_not_have_it(
    results: dict[str, dict[str, object]],
) -> None:
    read = {name for name, each in results.items() if each["read"]}
    assert read == {"found", "kept", "unseen"}
    assert [name for name, each in results.items() if each["flagged"]] == ["found"]
    assert results["found"]["told"] == ["labels-range//dense"]
    assert results["kept"]["errors of the twin"] == ["labels-range"]
    assert results["unseen"]["told"] == []


def test_the_table_ends_with_sums(results: dict[str, dict[str, object]]) -> None:
    *_, read, told, flagged, warned, errors = faults.write_table([*results.values()])
    assert read == "pairs: 4, read: 3"
    assert (told, flagged) == ("told: 2 of 3", "flagged: 1 of 3")
    assert errors == "errors of the twin: 1 of 3"
    assert warned.startswith("warnings of the twin: 1")
