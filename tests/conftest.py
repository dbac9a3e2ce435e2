"""What all tests share: which of them run, where things are, and a model to draw."""

from __future__ import annotations

import importlib.util
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Keras decides on a backend and TensorFlow on its logging when they are imported.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

ROOT = Path(__file__).resolve().parent.parent

# A deadline would measure the machine; on a server, chance would only disturb.
settings.register_profile("steady", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="take goldens as they are made now")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether goldens are to be replaced by what is made now."""
    return bool(request.config.getoption("--accept"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for marker, module, title in (
        ("keras", "tensorflow", "TensorFlow"),
        ("torch", "torch", "PyTorch"),
    ):
        if importlib.util.find_spec(module) is None:
            skipped = pytest.mark.skip(reason=f"needs {title}: pip install '.[{module}]'")
            for item in items:
                if item.get_closest_marker(marker):
                    item.add_marker(skipped)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


def keras_layer(class_name: str, name: str, *sources: str, **config: Any) -> dict[str, Any]:
    """Return a layer as Keras 3 saves it; tensors come from first calls and have no shape."""
    tensors = [
        {
            "class_name": "__keras_tensor__",
            "config": {"shape": None, "dtype": "float32", "keras_history": [source, 0, 0]},
        }
        for source in sources
    ]
    arguments = [tensors[0] if len(tensors) == 1 else tensors]
    return {
        "module": "keras.layers",
        "class_name": class_name,
        "config": {"name": name, **config},
        "name": name,
        "inbound_nodes": [{"args": arguments, "kwargs": {}}] if sources else [],
    }


def keras_model(layers: list[dict[str, Any]], start: str, end: str) -> dict[str, Any]:
    """Return a functional model as Keras 3 saves it."""
    config = {
        "name": "net",
        "layers": layers,
        "input_layers": [[start, 0, 0]],
        "output_layers": [[end, 0, 0]],
    }
    return {"module": "keras", "class_name": "Functional", "config": config}


def tiny_model() -> dict[str, Any]:
    """Return two convolutions, a pooling and a dense layer."""
    conv = {"filters": 8, "kernel_size": [3, 3], "padding": "same", "activation": "relu"}
    return keras_model(
        [
            keras_layer("InputLayer", "image", batch_shape=[None, 32, 32, 3]),
            keras_layer("Conv2D", "first", "image", **conv),
            keras_layer("Dropout", "drop", "first", rate=0.5),
            keras_layer("MaxPooling2D", "pool", "drop", pool_size=[2, 2]),
            keras_layer("Conv2D", "second", "pool", **{**conv, "filters": 16}),
            keras_layer("Flatten", "flat", "second"),
            keras_layer("Dense", "out", "flat", units=10),
        ],
        "image",
        "out",
    )


def save_keras(path: Path, model: object) -> Path:
    """Write a `.keras` file without weights."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.0.0"}))
        archive.writestr("config.json", json.dumps(model))
    return path


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A small saved model, alone in its folder."""
    folder = tmp_path / "models"
    folder.mkdir()
    return save_keras(folder / "tiny.keras", tiny_model())
