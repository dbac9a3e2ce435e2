"""The lines of code that made layers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from net2fig.checks.pipeline import check
from net2fig.read import dump, freeze, load, read
from net2fig.read.native import get_frozen_digest

BLOCK = """
from keras import layers


def block(x, filters):
    x = layers.Conv2D(filters, 3, activation="relu")(x)
    return layers.MaxPooling2D()(x)
"""

MODEL = """
import keras
from keras import layers
from blocks import block

inputs = keras.Input((32, 32, 3))
x = block(inputs, 8)
x = block(x, 16)
x = layers.Flatten()(x)
x = x + 1
outputs = layers.Dense(
    1,
    activation="softmax",
)(x)
model = keras.Model(inputs, outputs)
"""

READERS = ["record", pytest.param("keras", marks=pytest.mark.keras)]


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "blocks.py").write_text(BLOCK, "utf-8")
    path = tmp_path / "net.py"
    path.write_text(MODEL, "utf-8")
    return path


@pytest.mark.parametrize("reader", READERS)
def test_each_layer_has_its_line(code: Path, reader: str) -> None:
    network = read(code, reader=reader)
    assert network.lines == {
        "conv2d": "blocks.py:6",
        "max_pooling2d": "blocks.py:7",
        "conv2d_1": "blocks.py:6",
        "max_pooling2d_1": "blocks.py:7",
        "flatten": "net.py:9",
        "dense": "net.py:11",
    }
    assert load(dump(network)) == network


@pytest.mark.parametrize("reader", READERS)
def test_cells_of_a_notebook_are_told(tmp_path: Path, reader: str) -> None:
    cells = [
        "import keras\nfrom keras import layers",
        "model = keras.Sequential([\n    layers.Input((4,)),\n    layers.Dense(3),\n])",
    ]
    data = {"cells": [{"cell_type": "code", "source": text} for text in cells]}
    path = tmp_path / "net.ipynb"
    path.write_text(json.dumps(data), "utf-8")
    assert read(path, reader=reader).lines == {"dense": "net.ipynb, cell 2:3"}


def test_a_finding_has_its_line(code: Path) -> None:
    (found,) = check(code, reader="record")
    assert (found.code, found.line) == ("softmax-of-one", "net.py:11")


@pytest.mark.keras
def test_a_frozen_network_has_no_lines(code: Path) -> None:
    path = freeze(code)
    assert load(path.read_text("utf-8")).lines == {}
    assert get_frozen_digest(path.read_text("utf-8"), "a")
