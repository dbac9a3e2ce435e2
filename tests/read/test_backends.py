"""Keras 3 on other backends, and Keras 2: the same network, wherever they are installed."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from net2fig.read.native import load
from net2fig.read.script import code

ROOT = Path(__file__).resolve().parents[2]

NET = """
import {keras} as keras
from {keras} import layers

class Block(layers.Layer):
    def __init__(self, filters):
        super().__init__()
        self.conv = layers.Conv2D(filters, 3, padding="same")
        self.norm = layers.BatchNormalization()

    def call(self, x, training=False):
        return self.norm(self.conv(x), training=training)

class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [Block(4), Block(8)]
        self.head = keras.Sequential([layers.GlobalAveragePooling2D(), layers.Dense(3)])

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)

def graph():
    x = inputs = keras.Input((8, 8, 3))
    for filters in (4, 8):
        x = layers.Conv2D(filters, 3, activation="relu")(x)
        x = layers.BatchNormalization()(x)
    base = keras.Sequential([keras.Input((8,)), layers.Dense(5)], name="base")
    x = base(layers.GlobalMaxPooling2D()(x))
    return keras.Model(inputs, [x, layers.Dense(2, name="out")(x)], name="graph")
"""

H5PY_SCRIPT = "import sys, json; from net2fig.read import read, dump; json.dump([dump(read(t, \
reader='keras', input_shape=s)) for t, s in json.loads(sys.argv[1])], open(sys.argv[2], 'w'))"


def networks(tmp_path, backend, keras="keras"):
    """Return what is read under a backend: a class, and what a function builds."""
    path = tmp_path / "net.py"
    path.write_text(NET.format(keras=keras))
    request = json.dumps([[f"{path}:Net()", "8x8x3"], [f"{path}:graph()", None]])
    subprocess.run(
        [sys.executable, "-c", H5PY_SCRIPT, request, str(tmp_path / "out.json")],
        check=True,
        env={**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT)},
    )
    return [load(text, "out.json") for text in json.loads((tmp_path / "out.json").read_text())]


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_the_same_network_on_every_backend(tmp_path, backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    assert networks(tmp_path, backend) == networks(tmp_path, "tensorflow")


@pytest.mark.keras
@pytest.mark.slow
def test_keras_2(tmp_path):
    if importlib.util.find_spec("tf_keras") is None:
        pytest.skip("tf_keras is not installed")
    net, graph = networks(tmp_path, "tensorflow", keras="tf_keras")
    assert [layer.class_name for layer in net.layers] == [
        *("InputLayer", "Block", "Block", "GlobalAveragePooling2D", "Dense"),
    ]
    assert [layer.params for layer in net.layers] == [0, 128, 328, 0, 27]
    assert [layer.output for layer in graph.layers[-3:]] == [(None, 8), (None, 5), (None, 2)]
    assert [port.layer for port in graph.outputs] == ["base/dense", "out"]


def test_the_backend_is_an_installed_one(monkeypatch):
    """What the user says stands; TensorFlow comes before JAX and torch."""
    there: set[str] = set()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name in there or None)
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert not code.is_keras_available()
    for names, chosen in (
        ({"keras"}, None),
        ({"keras", "torch"}, "torch"),
        ({"keras", "torch", "jax"}, "jax"),
        ({"keras", "torch", "jax", "tensorflow"}, None),
    ):
        there.clear()
        there.update(names)
        assert code.is_keras_available() == (len(names) > 1)
        assert code.make_environment().get("KERAS_BACKEND") == chosen
    monkeypatch.setenv("KERAS_BACKEND", "openvino")
    assert code.make_environment()["KERAS_BACKEND"] == "openvino"
