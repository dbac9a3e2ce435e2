"""The measurement of other people's scripts finds its targets and counts what came out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.reading import agrees, choose, find_cause, find_targets, write_tables
from benchmarks.reading_table import write_page
from tests.conftest import ROOT

KERAS = "from keras import Sequential\nmodel = Sequential([])\n"


def test_targets_import_a_framework_and_name_a_model(tmp_path: Path) -> None:
    texts = {
        "net.py": KERAS,
        "sub/torch_net.py": "import torch\nclass Net(torch.nn.Module): pass\n",
        "data.py": "import keras\nx = keras.datasets.mnist\n",
        "plain.py": "model = Sequential([])\n",
        "tests/net.py": KERAS,
        "test_net.py": KERAS,
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    cell = {"cell_type": "code", "source": ["import keras\n", "m = keras.Model(x, y)"]}
    (tmp_path / "net.ipynb").write_text(json.dumps({"cells": [cell]}, indent=1))
    found = [path.relative_to(tmp_path).as_posix() for path in find_targets(tmp_path)]
    assert found == ["net.ipynb", "net.py", "sub/torch_net.py"]


def test_a_sample_depends_on_names_and_seed_alone() -> None:
    paths = [Path(f"{number}.py") for number in range(20)]
    assert choose(paths, 3, "a") == choose(paths[::-1], 3, "a")
    assert choose(paths, 3, "a") != choose(paths, 3, "b")
    assert choose(paths, 0, "a") == paths


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("ambiguous model: 9 models in a.py", "several models"),
        ("missing model: no model in a.py", "no model built"),
        ("missing module: TensorFlow: the recorder does not know x", "the recorder declined"),
        ("missing module: 'pandas' in a.py", "missing module"),
        ("missing file: 'a.csv', on which", "missing data"),
        ("unsupported code: a.py ran longer than 60 s", "time limit"),
        ("something else", "other"),
    ],
)
def test_causes(message: str, cause: str) -> None:
    assert find_cause(message) == cause


def test_tables_count_and_compare() -> None:
    plain = [{"name": "m", "class": "Model", "params": 12}]
    same = {"target": "a", "drawn": True, "params": 12, "parts": [], "plain": plain}
    other = {**same, "target": "b", "params": 13}
    refused = {"target": "c", "drawn": False, "cause": "missing data", "plain": plain}
    assert agrees(same)
    assert not agrees(other)
    assert list(write_tables([same, other, refused])) == [
        "\n2 of 3 drawn",
        "a plain run builds a model: 3, of these drawn: 2",
        "parameters compared: 2, other than in the plain run: 1",
        "  b",
        "| missing data | 1 |",
    ]


@pytest.mark.keras
def test_a_plain_run_skips_what_fails(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        "import keras, no_such_module\nfrom keras import layers\nx = 1 // 0\n"
        "import keras\nmodel = keras.Sequential([keras.Input((3,)), layers.Dense(4)])\n"
        "model.fit(x)\n"
    )
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "plain_run.py"), str(path)],
        capture_output=True,
        check=True,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )
    models = [each for each in json.loads(done.stdout) if each["name"]]
    assert models == [{"name": "model", "class": "Sequential", "params": 16}]


def test_the_page_has_a_row_for_each_repository_and_a_reason_for_each_failure() -> None:
    drawn = {"drawn": True, "seconds": 1.0, "warnings": ["told"]}
    lost = {"drawn": False, "seconds": 3.0, "cause": "other", "message": "invalid a|b\nhint: c"}
    base: Any = {"you+net/a.py": drawn, "you+net/b.py": lost, "me+x/c_d.py": lost}
    full: Any = {"you+net/a.py": drawn, "you+net/b.py": drawn, "me+x/c_d.py": lost}
    page = list(write_page({"base": base, "full": full}))
    assert "3 targets of 2 repositories.\n" in page
    assert "| base | 1 of 3 | 3.0 | 3 |" in page
    assert "| other | 2 | 1 |" in page
    assert r"| me/x | 1 | 0 | 0 | `c_d.py`: invalid a\|b |" in page
    assert r"| you/net | 2 | 1 | 2 | `b.py` (base): invalid a\|b |" in page
