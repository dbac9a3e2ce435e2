"""What Keras saves of `compile`."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from net2fig.network import Loss, Network, Training
from net2fig.read import dump, load, read
from net2fig.read.keras.architecture import read_architecture
from net2fig.read.training.saved import find_training
from tests.conftest import keras_layer, keras_model


def test_schedules_and_losses_by_output() -> None:
    decay = {"class_name": "ExponentialDecay", "config": {"initial_learning_rate": 0.1}}
    saved = {
        "optimizer": {"class_name": "Custom>SGD", "config": {"learning_rate": decay}},
        "loss": {"p": "mse", "q": {"class_name": "function", "config": "own"}},
        "metrics": ["accuracy", {"class_name": "AUC"}],
    }
    assert find_training({"compile_config": saved}) == Training(
        "sgd", 0.1, (Loss("mean_squared_error", "p"), Loss("own", "q")), ("accuracy",)
    )


@pytest.mark.parametrize(
    "saved",
    [None, {}, [], "a", {"loss": 3}, {"optimizer": {"config": []}}, {"loss": {"a": {"b": "c"}}}],
)
def test_anything_else_states_nothing(saved: Any) -> None:
    assert find_training({"compile_config": saved}) is None


def test_a_rate_has_the_digits_that_four_bytes_hold() -> None:
    saved = {"class_name": "Adam", "config": {"learning_rate": 0.009999999776482582}}
    training = find_training({"training_config": {"optimizer_config": saved}})
    assert training == Training("adam", 0.01)


def small() -> Network:
    layers = [
        keras_layer("InputLayer", "input", batch_shape=[None, 4]),
        keras_layer("Dense", "dense", "input", units=2),
    ]
    data = keras_model(layers, "input", "dense")
    saved = {"optimizer": "adam", "loss": "mse"}
    return read_architecture({**data, "compile_config": saved}, source="a", reader="saved")


def test_a_network_is_written_with_its_training() -> None:
    network = small()
    assert network.training == Training("adam", None, (Loss("mean_squared_error"),))
    assert load(dump(network)) == network


@pytest.mark.keras
@pytest.mark.filterwarnings("ignore")
def test_files_of_keras(tmp_path: Path) -> None:
    keras: Any = importlib.import_module("keras")
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(3)])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    assert read(model).training is None
    model.compile(keras.optimizers.Adam(0.01), loss, metrics=["accuracy"])
    expected = Training("adam", 0.01, (Loss("categorical_crossentropy", "", True),), ("accuracy",))
    assert read(model).training == expected
    for suffix in ("keras", "h5"):
        path = tmp_path / f"a.{suffix}"
        model.save(path)
        assert read(path).training == expected
