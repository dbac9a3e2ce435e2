"""Models for the benchmarks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SHAPE = [None, 32, 32, 16]
SAVE = "import keras; keras.applications.ResNet50(weights=None).save({path!r})"
"""Code that saves ResNet50 with its weights."""


def chain(layers: int) -> str:
    """Return a chain of residual blocks in the format of `to_json()` of Keras.

    It has `layers` layers, or up to two more.
    """
    made = [_layer("InputLayer", "input", {"batch_shape": SHAPE}, ())]
    last = "input"
    conv = {"filters": 16, "kernel_size": [3, 3], "padding": "same"}
    while len(made) < layers:
        number = len(made)
        a, b, sum_ = (f"{word}_{number}" for word in ("conv_a", "conv_b", "add"))
        made.append(_layer("Conv2D", a, conv, (last,)))
        made.append(_layer("Conv2D", b, conv, (a,)))
        made.append(_layer("Add", sum_, {}, (b, last)))
        last = sum_
    config = {
        "name": "chain",
        "layers": made,
        "input_layers": [["input", 0, 0]],
        "output_layers": [[last, 0, 0]],
    }
    return json.dumps({"module": "keras", "class_name": "Functional", "config": config})


def _layer(class_name: str, name: str, config: dict[str, Any], reads: tuple[str, ...]) -> Any:
    """Return one layer, called once on the outputs of others."""
    tensors = [
        {
            "class_name": "__keras_tensor__",
            "config": {"shape": SHAPE, "dtype": "float32", "keras_history": [source, 0, 0]},
        }
        for source in reads
    ]
    args = tensors if len(tensors) == 1 else [tensors]
    return {
        "module": "keras.layers",
        "class_name": class_name,
        "config": {"name": name, **config},
        "name": name,
        "inbound_nodes": [{"args": args, "kwargs": {}}] if reads else [],
    }


def write_chain(folder: Path, layers: int) -> Path:
    """Write a chain to a file and return its path."""
    path = folder / f"chain-{layers}.json"
    path.write_text(chain(layers), encoding="utf-8")
    return path
