"""Files to read: tiny ones written from dictionaries, and some that Keras itself saves."""

from __future__ import annotations

import importlib.util
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

HAS_KERAS = all(importlib.util.find_spec(name) for name in ("keras", "tensorflow"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs TensorFlow where it is not installed."""
    for item in items:
        if item.get_closest_marker("keras") and not HAS_KERAS:
            item.add_marker(pytest.mark.skip(reason="TensorFlow is not installed"))


class Config:
    """Configurations as Keras 3 writes them, in few words."""

    @staticmethod
    def tensor(layer: str, shape: list[Any], call: int = 0, port: int = 0) -> dict[str, Any]:
        """A tensor among the arguments of a call."""
        config = {"shape": shape, "dtype": "float32", "keras_history": [layer, call, port]}
        return {"class_name": "__keras_tensor__", "config": config}

    @staticmethod
    def layer(class_name: str, name: str, *calls: Any, **config: Any) -> dict[str, Any]:
        """A layer, with the arguments of each of its calls."""
        nodes = [
            call if isinstance(call, dict) and "args" in call else {"args": [call], "kwargs": {}}
            for call in calls
        ]
        return {
            "module": config.pop("module", "keras.layers"),
            "class_name": class_name,
            "config": {"name": name, **config},
            "name": name,
            "inbound_nodes": nodes,
        }

    @classmethod
    def input(cls, name: str, shape: list[Any]) -> dict[str, Any]:
        """An input."""
        return cls.layer("InputLayer", name, batch_shape=shape)

    @staticmethod
    def model(layers: list[Any], inputs: Any, outputs: Any, name: str = "net") -> dict[str, Any]:
        """A functional model."""
        config = {"name": name, "layers": layers, "input_layers": inputs, "output_layers": outputs}
        return {"module": "keras", "class_name": "Functional", "config": config}

    @staticmethod
    def sequential(layers: list[Any], name: str = "net") -> dict[str, Any]:
        """A Sequential model."""
        for layer in layers:
            layer.pop("inbound_nodes", None)
            layer.pop("name", None)
        return {
            "module": "keras",
            "class_name": "Sequential",
            "config": {"name": name, "layers": layers},
        }

    @staticmethod
    def save(path: Path, data: Any) -> Path:
        """Write a `.keras` file without weights."""
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("metadata.json", json.dumps({"keras_version": "3.0.0"}))
            archive.writestr("config.json", json.dumps(data))
        return path


@pytest.fixture(scope="session")
def config() -> type[Config]:
    return Config


@pytest.fixture
def chain(config: type[Config]) -> dict[str, Any]:
    """An input, a convolution, a dense layer."""
    return config.model(
        [
            config.input("x", [None, 32, 32, 3]),
            config.layer(
                "Conv2D", "c", config.tensor("x", [None, 32, 32, 3]), filters=4, kernel_size=[3, 3]
            ),
            config.layer("Dense", "d", config.tensor("c", [None, 30, 30, 4]), units=7),
        ],
        ["x", 0, 0],
        ["d", 0, 0],
    )
