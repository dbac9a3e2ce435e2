"""Small networks, and runs, each with one fault or with none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from net2fig.network import Feed, Loss, Network, Sample, Training
from net2fig.read.keras.architecture import read_architecture
from net2fig.runs.run import Row, Run
from tests.conftest import keras_layer, keras_model

Spec = tuple[str, dict[str, Any]]
"""The class and the configuration of a layer."""


def chain(*specs: Spec, shape: tuple[int, ...] = (8,), training: Training | None = None) -> Network:
    """Return a network of layers in a row, which are called by class and number."""
    layers = [keras_layer("InputLayer", "input", batch_shape=[None, *shape])]
    before = "input"
    for number, (class_name, config) in enumerate(specs):
        name = f"{class_name.lower()}_{number}"
        layers.append(keras_layer(class_name, name, before, **config))
        before = name
    network = read_architecture(keras_model(layers, "input", before), source="a", reader="saved")
    return replace(network, training=training)


def dense(units: int, activation: str = "linear", **config: Any) -> Spec:
    return "Dense", {"units": units, "activation": activation, "use_bias": True, **config}


def conv(filters: int, activation: str = "linear", kernel: int = 3, **config: Any) -> Spec:
    values = {"filters": filters, "kernel_size": [kernel, kernel], "activation": activation}
    return "Conv2D", {"strides": [1, 1], "padding": "valid", "use_bias": True, **values, **config}


def classes(*, from_logits: bool | None = False, **more: Any) -> Training:
    return Training("adam", losses=(Loss("categorical_crossentropy", "", from_logits),), **more)


def loss(name: str, *, from_logits: bool | None = False, **more: Any) -> Training:
    return Training("adam", losses=(Loss(name, "", from_logits),), **more)


def head(spec: Spec, training: Training) -> Network:
    """Return a network of two dense layers, trained with a loss."""
    return chain(dense(16, "relu"), spec, training=training)


def fed(name: str, sample: Sample | None = None, target: Sample | None = None) -> Training:
    """Return the training of code that gives samples to a model."""
    return loss(name, feeds=(Feed((sample,), (target,), "net.py:9"),))


SPARSE, MSE = "sparse_categorical_crossentropy", "mean_squared_error"

ZEROS = {"kernel_initializer": "zeros", "bias_initializer": "zeros"}
LSTM: Spec = ("LSTM", {"units": 4, "activation": "tanh", "recurrent_activation": "sigmoid"})
FLATTEN: Spec = ("Flatten", {})
NORM: Spec = ("BatchNormalization", {"axis": -1, "scale": True, "center": True})


def dropout(rate: float) -> Spec:
    return "Dropout", {"rate": rate}


def activation(name: str) -> Spec:
    return "Activation", {"activation": name}


FAULTY: Mapping[tuple[str, str], Network] = {
    ("head-loss", "no-softmax"): head(dense(10), classes()),
    ("head-loss", "no-sigmoid"): head(dense(1, "tanh"), loss("binary_crossentropy")),
    ("head-loss", "one-unit"): head(dense(1, "sigmoid"), classes()),
    ("head-loss", "no-log"): head(dense(3, "softmax"), loss("negative_log_likelihood")),
    ("head-loss", "outside"): head(dense(3), loss("negative_log_likelihood")),
    ("head-loss", "twice"): head(dense(3, "softmax"), classes(from_logits=True)),
    ("head-loss", "softmax-binary"): head(dense(2, "softmax"), loss("binary_crossentropy")),
    ("head-loss", "sigmoid-classes"): head(dense(5, "sigmoid"), classes()),
    ("head-loss", "softmax-squared"): head(dense(5, "softmax"), loss("mean_squared_error")),
    ("head-loss", "sigmoid-squared"): head(dense(2, "sigmoid"), loss("mean_squared_error")),
    ("softmax-of-one", ""): chain(dense(4, "relu"), dense(1, "softmax")),
    ("double-activation", ""): chain(dense(4, "relu"), activation("softmax")),
    ("relu-at-end", "probability"): head(dense(5, "relu"), classes()),
    ("relu-at-end", "logits"): head(dense(5, "relu"), classes(from_logits=True)),
    ("relu-at-end", "number"): head(dense(1, "relu"), loss("mean_squared_error")),
    ("accuracy-of-numbers", ""): head(dense(1), loss("mean_squared_error", metrics=("accuracy",))),
    ("constant-init", "stack"): chain(dense(8, "tanh", **ZEROS), dense(3, "softmax", **ZEROS)),
    ("constant-init", "dead"): chain(dense(8, "relu", **ZEROS), dense(3, "softmax")),
    ("window-too-big", ""): chain(conv(4, kernel=7), shape=(5, 5, 1)),
    ("not-trainable", ""): chain(
        dense(16, "relu", trainable=False), dense(3, "softmax", trainable=False), training=classes()
    ),
    ("softmax-inside", ""): chain(dense(8, "softmax"), dense(3, "softmax")),
    ("channels-axis", ""): chain(conv(4, "relu", 1), shape=(3, 32, 32)),
    ("big-flatten", ""): chain(FLATTEN, dense(10), shape=(300, 300, 1)),
    ("memory", ""): chain(conv(64, "relu"), shape=(224, 224, 3)),
    ("high-dropout", ""): chain(dense(8, "relu"), dropout(0.8), dense(2)),
    ("rate", "high"): head(dense(3, "softmax"), classes(rate=5.0)),
    ("rate", "low"): head(dense(3, "softmax"), classes(rate=1e-8)),
    ("deep-sigmoid", ""): chain(*[dense(8, "sigmoid")] * 4),
    ("linear-stack", "dense"): chain(dense(8), dense(8, "relu")),
    ("linear-stack", "conv"): chain(conv(8), conv(8, "relu"), shape=(32, 32, 3)),
    ("no-nonlinearity", ""): chain(dense(8), dense(8), dense(3, "softmax")),
    ("bias-before-norm", ""): chain(conv(8), NORM, shape=(32, 32, 3)),
    ("dropout-before-norm", ""): chain(dense(8, "relu"), dropout(0.3), NORM),
    ("stride-over-kernel", ""): chain(conv(8, kernel=1, strides=[2, 2]), shape=(32, 32, 3)),
    ("dense-on-map", "last"): chain(
        conv(8, "relu"), dense(10, "softmax"), shape=(32, 32, 3), training=classes()
    ),
    ("dense-on-map", "inside"): chain(dense(10, "relu"), conv(8), shape=(32, 32, 3)),
    ("input-range", "pixels"): head(dense(3, "softmax"), classes(pixels="mnist")),
    ("input-range", "code"): head(dense(1), fed(MSE, Sample((8,), 0, 400))),
    ("data-shape", "input"): head(dense(1), fed(MSE, Sample((100, 8)))),
    ("data-shape", "one-hot"): head(dense(3, "softmax"), fed(SPARSE, target=Sample((3,)))),
    ("data-shape", "numbers"): head(
        dense(3, "softmax"), fed("categorical_crossentropy", target=Sample(()))
    ),
    ("data-shape", "target"): head(dense(3), fed(MSE, target=Sample((4,)))),
    ("data-shape", "broadcast"): head(dense(3), fed(MSE, target=Sample((1,)))),
    ("input-axes", ""): chain(LSTM, LSTM, shape=(10, 3)),
    ("labels-range", ""): head(dense(9, "softmax"), fed(SPARSE, target=Sample((), 0, 9, True))),
    ("labels-range", "binary"): head(
        dense(1, "sigmoid"), fed("binary_crossentropy", target=Sample((), 0, 9, True))
    ),
    ("labels-range", "function"): head(dense(1, "tanh"), fed(MSE, target=Sample((1,), 0, 40))),
    ("few-epochs", ""): head(dense(3, "softmax"), classes(epochs=1)),
}
"""A network for each condition; a check finds it there."""

HEALTHY: tuple[Network, ...] = (
    head(dense(10, "softmax"), classes(rate=1e-3, epochs=20)),
    head(dense(10), classes(from_logits=True)),
    head(dense(10), classes(from_logits=None)),
    head(dense(1, "sigmoid"), loss("binary_crossentropy", metrics=("accuracy",))),
    head(dense(4, "sigmoid"), loss("binary_crossentropy")),
    head(dense(1), loss("mean_squared_error", metrics=("mae",))),
    head(dense(10), loss("custom")),
    chain(dense(8, "relu"), dense(10), activation("softmax"), training=classes()),
    chain(dense(8, "relu", kernel_initializer="glorot_uniform"), dense(3, "softmax", **ZEROS)),
    chain(
        conv(8, use_bias=False), NORM, activation("relu"), conv(8, "relu", strides=[2, 2]),
        FLATTEN, dropout(0.5), dense(10, "softmax"),
        shape=(32, 32, 3), training=classes(rate=1e-3),
    ),
    chain(dense(8, "tanh"), dense(8, "tanh"), dense(3, "softmax")),
    chain(("LSTM", {**LSTM[1], "return_sequences": True}), LSTM, shape=(10, 3)),
    head(dense(3, "softmax"), fed(SPARSE, Sample((8,), 0, 1), Sample((), 0, 2, True))),
    head(dense(3, "softmax"), fed(SPARSE, Sample((None,)), Sample((1,), 0, 2, True))),
    head(dense(3, "softmax"), fed("categorical_crossentropy", Sample((8, 1)), Sample((3,), 0, 1))),
    head(dense(1, "sigmoid"), fed("binary_crossentropy", Sample((8,)), Sample((), 0, 1, True))),
    head(dense(1), fed(MSE, Sample((8,)), Sample((), -40, 40))),
    head(dense(3), fed(MSE, Sample((8,)), Sample((None,)))),
    chain(dense(4), dense(16, "relu"), shape=(16,)),
)  # fmt: skip


def run(header: Mapping[str, Any] | None = None, **series: Any) -> Run:
    """Return a run of series of equal length; names with a colon are those of layers."""
    count = len(next(iter(series.values())))
    rows = []
    for epoch in range(count):
        values = {k: float(v[epoch]) for k, v in series.items() if "__" not in k}
        layers: dict[str, dict[str, float]] = {}
        for key, points in series.items():
            if "__" in key:
                layer, name = key.split("__")
                layers.setdefault(layer, {})[name] = float(points[epoch])
        rows.append(Row(float(epoch), values, layers))
    return Run("run", tuple(rows), header or {})


DATA = {"low": 0.0, "high": 255.0, "mean": 70.0, "std": 40.0}
FALL = [2.3, 1.5, 1.0, 0.7, 0.5, 0.4, 0.3, 0.2]
RISE = [0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.88]

RUNS: Mapping[tuple[str, str], Run] = {
    ("not-finite", "loss"): run(loss=[1.0, math.nan]),
    ("not-finite", "layer"): run(
        loss=[1.0, 1.0], dense_1__not_finite=[0, 3], dense_0__not_finite=[0, 2]
    ),
    ("input-range", "range"): run({"inputs": {"input": DATA}}, loss=FALL),
    ("input-type", ""): run({"inputs": {"input": {**DATA, "not_finite": 4}}}, loss=FALL),
    ("labels-range", ""): run({"labels": {"sparse": True, "high": 10}, "units": 10}, loss=FALL),
    ("imbalance", ""): run({"labels": {"ratio": 40.0}}, loss=FALL),
    ("first-loss", ""): run({"classes": 10, "crossentropy": True}, loss=[100.0, 3.0]),
    ("no-learning", ""): run(loss=[2.3, 2.3, 2.31, 2.3, 2.3]),
    ("one-class", ""): run(loss=FALL[:3], class_share=[1.0, 1.0, 1.0]),
    ("overfit", "accuracy"): run(
        loss=FALL[:4], accuracy=RISE[:4], val_accuracy=[0.4, 0.5, 0.45, 0.4]
    ),
    ("overfit", "loss"): run(loss=FALL, val_loss=[2.3, 1.6, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0]),
    ("gap", ""): run(
        loss=FALL, accuracy=RISE, val_accuracy=[0.3, 0.5, 0.55, 0.6, 0.62, 0.64, 0.64, 0.65]
    ),
    ("dead", ""): run(loss=FALL[:2], dense_0__zeros=[0.1, 0.6]),
    ("saturated", ""): run(loss=FALL[:2], dense_0__ends=[0.1, 0.9]),
    ("frozen-start", ""): run(
        loss=[2.3, 2.3, 2.3], dense_0__update_ratio=[1e-5] * 3, dense_1__update_ratio=[1e-3] * 3,
        dense_2__update_ratio=[1e-1] * 3,
    ),
    ("no-update", ""): run(loss=FALL[:2], dense_0__update_ratio=[1e-9, 0]),
    ("too-large", ""): run(loss=FALL[:2], dense_0__update_ratio=[5.0, 4.0]),
    ("oscillating", ""): run(loss=FALL, accuracy=[0.5, 0.7, 0.5, 0.7, 0.5, 0.7, 0.5, 0.7]),
    ("too-good", ""): run(loss=FALL, accuracy=RISE, val_accuracy=[1.0] * 8),
}  # fmt: skip
"""A run for each condition of a run."""

HEALTHY_RUNS: tuple[Run, ...] = (
    run(loss=FALL, val_loss=[1.01 * value for value in FALL], accuracy=RISE, val_accuracy=RISE),
    run(
        {
            "classes": 10, "crossentropy": True, "units": 10,
            "inputs": {"input": {"low": -2.5, "high": 4.0, "mean": 0.0, "std": 1.0}},
            "labels": {"sparse": True, "high": 9, "ratio": 1.2, "share": 0.11},
        },
        loss=FALL, class_share=[0.5, 0.2, 0.15, 0.12, 0.12, 0.12, 0.12, 0.12],
        dense_0__update_ratio=[0.5, *[0.05] * 7], dense_0__zeros=[0.05] * 8,
        dense_1__update_ratio=[0.4, *[0.04] * 7],
    ),
)  # fmt: skip
