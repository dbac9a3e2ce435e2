"""The callback: the run that it keeps, what it tells, and that training is the same with it."""

from __future__ import annotations

import importlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from net2fig.runs.files import read_run
from net2fig.watch import callback
from net2fig.watch.callback import Watch
from tests.conftest import ROOT

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore::UserWarning")]

PROGRAM = """
import sys
import numpy as np
import net2fig

keras = __import__(sys.argv[1])
rng = np.random.RandomState(0)
x, y = rng.rand(64, 12, 1).astype("float32"), rng.randint(0, 3, 64)

def train(callbacks):
    keras.utils.set_random_seed(3)
    model = keras.Sequential([
        keras.layers.Input((12, 1)), keras.layers.Conv1D(4, 3, activation="relu"),
        keras.layers.Flatten(), keras.layers.Dropout(0.5), keras.layers.BatchNormalization(),
        keras.layers.Dense(3, activation="softmax"),
    ])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, validation_split=0.25, epochs=3, verbose=0, callbacks=callbacks)
    return model.get_weights()

watch = net2fig.Watch(sys.argv[2], probe=x[:16], labels=y, quiet=True)
plain, watched = train([]), train([watch])
assert all(np.array_equal(one, two) for one, two in zip(plain, watched))
assert any(row.layers for row in watch.rows), "layers were measured"
assert watch.network is not None
"""


@pytest.mark.parametrize(
    ("module", "backend", "needed"),
    [
        ("keras", "tensorflow", "tensorflow"),
        pytest.param("keras", "torch", "torch", marks=[pytest.mark.torch, pytest.mark.slow]),
        pytest.param("keras", "jax", "jax", marks=pytest.mark.slow),
        pytest.param("tf_keras", "tensorflow", "tf_keras", marks=pytest.mark.slow),
    ],
)
def test_the_weights_are_the_same_with_it(
    module: str, backend: str, needed: str, tmp_path: Path
) -> None:
    if importlib.util.find_spec(needed) is None:
        pytest.skip(f"needs {needed}")
    path = tmp_path / "run.jsonl"
    environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, module, str(path)],
        env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    run = read_run(path)
    assert {"accuracy", "loss", "val_loss"} <= set(run.names)
    assert len(run.rows) == 3
    assert {"update_ratio", "zeros", "norm"} <= set(run.layer_names)
    assert run.header["units"] == 3
    assert run.header["labels"]["sparse"] is True


@pytest.fixture(scope="module")
def data() -> Any:
    numpy: Any = importlib.import_module("numpy")
    rng = numpy.random.RandomState(0)
    x = rng.rand(96, 8).astype("float32")
    return x, (x.sum(axis=1) > 4).astype(int) + 2 * (x[:, 0] > 0.5).astype(int)


def fit(watch: Watch, data: Any, optimizer: Any, last: str = "softmax", epochs: int = 5) -> None:
    keras: Any = importlib.import_module("keras")
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.layers.Input((8,)),
            keras.layers.Dense(16, activation="relu", name="first"),
            keras.layers.Dense(4, activation=last, name="last"),
        ]
    )
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(*data, epochs=epochs, verbose=0, callbacks=[watch])


def test_a_healthy_training_is_silent(data, tmp_path: Path, capsys) -> None:
    keras: Any = importlib.import_module("keras")
    watch = Watch(tmp_path / "run.jsonl", probe=data[0], labels=data[1])
    fit(watch, data, keras.optimizers.Adam(0.01))
    assert capsys.readouterr().out == ""
    assert read_run(watch.path).observations == ()


def test_a_fault_is_told_once_and_kept(data, tmp_path: Path, capsys) -> None:
    watch = Watch(tmp_path / "run.jsonl", probe=data[0])
    fit(watch, (data[0] * 1e30, data[1]), "sgd")
    told = capsys.readouterr().out
    assert told.count("error[not-finite]") == 2
    run = read_run(watch.path)
    assert {seen.code for seen in run.observations} >= {"not-finite"}
    assert len({(seen.code, seen.layer, seen.text) for seen in run.observations}) == len(
        run.observations
    )


def test_faults_of_the_model_are_told_at_the_start(data, tmp_path: Path, capsys) -> None:
    watch = Watch(tmp_path / "run.jsonl")
    fit(watch, data, "adam", last="linear", epochs=1)
    assert "net2fig: error[head-loss] 'last' ends with linear" in capsys.readouterr().out
    quiet = Watch(tmp_path / "quiet.jsonl", quiet=True, ignore=("head-loss", "first-loss"))
    fit(quiet, data, "adam", last="linear", epochs=1)
    assert capsys.readouterr().out == ""
    assert read_run(quiet.path).observations == ()


def test_a_model_that_its_first_step_builds_is_measured(data, tmp_path: Path) -> None:
    keras: Any = importlib.import_module("keras")
    model = keras.Sequential([keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    watch = Watch(tmp_path / "run.jsonl", probe=data[0][:8], quiet=True)
    model.fit(*data, epochs=3, verbose=0, callbacks=[watch])
    run = read_run(watch.path)
    # Later rows may be left out where the machine is slow.
    assert [len(row.layers) for row in run.rows][:2] == [0, 2]
    assert run.header["optimizer"] == "sgd"


def test_what_takes_long_is_done_more_seldom(data, tmp_path: Path, monkeypatch) -> None:
    clock = iter(range(10**6))
    monkeypatch.setattr(callback.time, "perf_counter", lambda: float(next(clock)))
    watch = Watch(tmp_path / "run.jsonl")
    fit(watch, data, "adam", epochs=4)
    # An epoch takes one tick, and so does the callback: 50 times as long as it may.
    assert watch.every == 50
    run = read_run(watch.path)
    assert [bool(row.layers) for row in run.rows] == [True, True, False, False]
    assert [(each.name, each.old, each.new) for each in run.interventions] == [("sampling", 1, 50)]
