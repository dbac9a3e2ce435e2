"""Trainings on the digits of scikit-learn: faulty ones raise what they should, others nothing.

Three of them are the scenarios of SCRAM: overfitting, a learning rate of 1e10, raw pixels.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from net2fig.watch.callback import Watch

pytestmark = [
    pytest.mark.keras,
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("sklearn") is None, reason="needs scikit-learn, for its digits"
    ),
    # Two of the trainings compute with numbers that are not finite.
    pytest.mark.filterwarnings("ignore"),
]

SAMPLES = 1400


class Case:
    """How one model is trained, and the codes that it must raise, among others."""

    def __init__(self, model: Callable[[Any], Any], *codes: str, **words: Any) -> None:
        self.model, self.codes = model, set(codes)
        self.optimizer = words.get("optimizer", ("Adam", 1e-3))
        self.scale = words.get("scale", "unit")
        self.count, self.epochs = words.get("count", SAMPLES), words.get("epochs", 8)
        self.shuffled = words.get("shuffled", False)


def conv(keras: Any) -> Any:
    layers = keras.layers
    return [
        layers.Input((8, 8, 1)), layers.Conv2D(16, 3, activation="relu"), layers.MaxPooling2D(),
        layers.Flatten(), layers.Dense(32, activation="relu"), layers.Dense(10, "softmax"),
    ]  # fmt: skip


def normed(keras: Any) -> Any:
    layers = keras.layers
    return [
        layers.Input((8, 8, 1)), layers.Conv2D(16, 3), layers.BatchNormalization(), layers.ReLU(),
        layers.Flatten(), layers.Dropout(0.3), layers.Dense(10, "softmax"),
    ]  # fmt: skip


def mlp(function: str = "relu", depth: int = 2, last: str = "softmax", **words: Any) -> Any:
    units, init = words.get("units", 64), words.get("init", "glorot_uniform")

    def build(keras: Any) -> Any:
        dense = keras.layers.Dense
        inner = [dense(units, function, kernel_initializer=init) for _ in range(depth)]
        return [keras.layers.Input((64,)), *inner, dense(10, last, kernel_initializer=init)]

    return build


CASES: Mapping[str, Case] = {
    "conv": Case(conv),
    "conv-norm-dropout": Case(normed),
    "mlp-sgd": Case(mlp(), optimizer=("SGD", 0.1)),
    "tanh-4": Case(mlp("tanh", 4)),
    "standardized": Case(mlp(), scale="standard"),
    "sigmoid-1": Case(mlp("sigmoid", 1), optimizer=("Adam", 1e-2)),
    "rate-1e10": Case(conv, "not-finite", "rate", optimizer=("SGD", 1e10)),
    "adam-1": Case(conv, "first-loss", "dead", "rate", optimizer=("Adam", 1.0)),
    "rate-1e-7": Case(mlp(), "no-learning", "rate", optimizer=("Adam", 1e-7)),
    "raw": Case(mlp(), "input-range", optimizer=("SGD", 0.01), scale="raw"),
    "sigmoid-10": Case(mlp("sigmoid", 10), "deep-sigmoid", "no-learning", optimizer=("SGD", 0.01)),
    "zeros": Case(mlp(init="zeros"), "constant-init", "dead"),
    "shuffled": Case(mlp(), "no-learning", optimizer=("SGD", 0.01), shuffled=True),
    "relu-output": Case(mlp(last="relu"), "relu-at-end"),
    "sgd-3": Case(conv, "dead", "rate", optimizer=("SGD", 3.0)),
    "overfit": Case(mlp(units=256), "gap", optimizer=("Adam", 1e-2), count=150, epochs=40),
    "linear-output": Case(mlp(last="linear"), "head-loss"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_training_raises_what_it_should(name: str, tmp_path: Path) -> None:
    keras, np = importlib.import_module("keras"), importlib.import_module("numpy")
    case = CASES[name]
    images, labels = importlib.import_module("sklearn.datasets").load_digits(return_X_y=True)
    order = np.random.RandomState(0).permutation(len(images))
    images, labels = images[order].astype("float32") / 16, labels[order]
    if case.scale == "standard":
        images = (images - images.mean()) / images.std()
    elif case.scale == "raw":
        images = images * 255
    keras.utils.set_random_seed(1)
    model = keras.Sequential(case.model(keras))
    if len(model.input_shape) == 4:
        images = images.reshape(-1, 8, 8, 1)
    trained = labels[: case.count]
    if case.shuffled:
        trained = np.random.RandomState(1).permutation(trained)
    kind, rate = case.optimizer
    model.compile(
        getattr(keras.optimizers, kind)(rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    watch = Watch(tmp_path / "run.jsonl", probe=images[:64], labels=trained, quiet=True)
    model.fit(
        images[: case.count], trained, epochs=case.epochs, verbose=0, callbacks=[watch],
        validation_data=(images[SAMPLES:], labels[SAMPLES:]),
    )  # fmt: skip
    codes = {code for code, _, _ in watch.seen}
    assert codes >= case.codes
    if not case.codes:
        assert codes == set()
