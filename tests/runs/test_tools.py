"""The tools themselves are the judges: what they write and read, the readers read."""

from __future__ import annotations

import importlib
import importlib.util
import math
from pathlib import Path
from typing import Any

import pytest

from net2fig.runs.databases import widen
from net2fig.runs.files import read_run, read_runs


def needs(*modules: str) -> Any:
    """Skip a test where a tool is not installed."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"needs {', '.join(missing)}")


def same(left: float, right: float) -> bool:
    return left == right or (math.isnan(left) and math.isnan(right))


VALUES = [5 * math.sin(step) for step in range(20)] + [math.nan, math.inf]


@pytest.mark.keras
@needs("tensorboard")
def test_tensorboard(tmp_path: Path) -> None:
    tf: Any = importlib.import_module("tensorflow")
    for name in ("train", "validation"):
        with tf.summary.create_file_writer(str(tmp_path / name)).as_default():
            for step, value in enumerate(VALUES):
                tf.summary.scalar("epoch_loss", value + (name == "train"), step=step)
                tf.summary.text("note", "a text", step=step)
                tf.summary.histogram("weights", [value, 1.0, 2.0], step=step)
    run = read_run(tmp_path)
    assert run.names == ("loss", "val_loss")
    reader: Any = importlib.import_module(
        "tensorboard.backend.event_processing.event_accumulator"
    ).EventAccumulator
    for folder, name in (("train", "loss"), ("validation", "val_loss")):
        log = reader(str(tmp_path / folder), size_guidance={"tensors": 0})
        log.Reload()
        events = log.Tensors("epoch_loss")
        expected = [(event.step, float(tf.make_ndarray(event.tensor_proto))) for event in events]
        points = run.series(name)
        assert len(points) == len(expected) == len(VALUES)
        for (epoch, value), (step, other) in zip(points, expected, strict=True):
            assert epoch == step
            assert same(value, other)


@pytest.mark.keras
def test_the_csv_logger_of_keras(tmp_path: Path) -> None:
    keras: Any = importlib.import_module("keras")
    numpy: Any = importlib.import_module("numpy")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(loss="mse", optimizer="sgd")
    x, y = numpy.ones((8, 3)), numpy.zeros((8, 1))
    path = tmp_path / "log.csv"
    history = model.fit(
        x, y, validation_split=0.5, epochs=3, verbose=0, callbacks=[keras.callbacks.CSVLogger(path)]
    ).history
    run = read_run(path)
    for name in ("loss", "val_loss"):
        assert [value for _, value in run.series(name)] == history[name]


@needs("optuna")
def test_optuna(tmp_path: Path) -> None:
    optuna: Any = importlib.import_module("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        study_name="digits",
        storage=f"sqlite:///{tmp_path / 'o.db'}",
        sampler=optuna.samplers.RandomSampler(seed=1),
    )

    def train(trial: Any) -> float:
        rate = trial.suggest_float("rate", 1e-4, 1.0, log=True)
        units = trial.suggest_int("units", 8, 64, step=8)
        kind = trial.suggest_categorical("kind", ["a", None, 3, True])
        for step, value in enumerate(VALUES):
            trial.report(value * rate, step)
        return float(rate * units * (1 if kind is None else 2))

    study.optimize(train, n_trials=5)
    runs = read_runs(tmp_path / "o.db")
    assert len(runs) == len(study.trials)
    for run, trial in zip(runs, study.trials, strict=True):
        assert run.header["params"] == trial.params
        assert run.header["results"] == [trial.value]
        for epoch, value in run.series("value"):
            assert same(value, trial.intermediate_values[int(epoch)])


@needs("mlflow")
@pytest.mark.parametrize("store", ["sqlite", "file"])
@pytest.mark.filterwarnings("ignore")
def test_mlflow(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if store == "sqlite":
        pytest.importorskip("sqlalchemy")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow: Any = importlib.import_module("mlflow")
    place = tmp_path / ("m.db" if store == "sqlite" else "mlruns")
    mlflow.set_tracking_uri(f"sqlite:///{place}" if store == "sqlite" else place.as_uri())
    client = mlflow.MlflowClient()
    key = client.create_experiment("digits", artifact_location=str(tmp_path / "artifacts"))
    for name in ("first", "second"):
        id = client.create_run(key, run_name=name).info.run_id
        client.log_param(id, "rate", 0.1)
        for step, value in enumerate(VALUES):
            client.log_metric(id, "loss", value, step=step)
            client.log_metric(id, "val/acc", -value, step=step)
    runs = {run.name: run for run in read_runs(place)}
    for info in client.search_runs([key]):
        run = runs[info.info.run_name]
        assert run.header["params"] == info.data.params
        for name in ("loss", "val/acc"):
            history = client.get_metric_history(info.info.run_id, name)
            points = run.series(name)
            assert len(points) == len(history) == len(VALUES)
            for (epoch, value), metric in zip(points, history, strict=True):
                assert epoch == metric.step
                # MLflow reads an infinite number from its database as the largest finite one.
                assert same(value, widen(metric.value))
