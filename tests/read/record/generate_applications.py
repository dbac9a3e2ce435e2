"""Writes the architectures of `keras.applications` into grammar/applications.json.xz.

`python -m tests.read.record.generate_applications` records them from the sources of the Keras that
is installed; a test compares what they give with what these sources give.
"""

from __future__ import annotations

import inspect
import json
import lzma
from pathlib import Path
from typing import Any

from net2fig.network import Layer, Network
from net2fig.read import read
from net2fig.read.record.stand_ins.architectures import OPERATION
from tests.applications import NAMES

GRAMMAR = Path(__file__).resolve().parents[3] / "grammar"
FILE = GRAMMAR / "applications.json.xz"

FACTS = json.loads((GRAMMAR / "keras.json").read_text("utf-8"))


def describe(network: Network, bare: Network) -> dict[str, Any]:
    """Return an architecture: its layers, how many of them are no part of the top, and the others.

    `tail` are the layers that only the model without a top has, which come after these.
    """
    whole, own = list_layers(network), list_layers(bare)
    same = 0
    while same < min(len(whole), len(own)) and (same == 0 or whole[same] == own[same]):
        same += 1
    return {
        "name": network.name,
        "shape": list(network.layers[0].outputs[0] or ())[1:],
        "layers": whole,
        "bare": same,
        "tail": own[same:],
    }


def list_layers(network: Network) -> list[list[Any]]:
    """Return the layers of a network, each with the places of those that it reads."""
    places = {layer.id: place for place, layer in enumerate(network.layers)}
    sources: dict[str, list[int]] = {layer.id: [] for layer in network.layers}
    for edge in network.edges:
        sources[edge.target].append(places[edge.source])
    return [[*describe_layer(each), sources[each.id]] for each in network.layers]


def describe_layer(layer: Layer) -> tuple[str, dict[str, Any]]:
    """Return the class of a layer, and of its configuration what is not the default."""
    if ".ops." in f"{layer.module}.":
        function = next(
            name for name, each in FACTS["functions"].items() if each["class"] == layer.class_name
        )
        return f"{OPERATION}{function}", {"args": layer.config.get("args", []), "name": layer.name}
    known = FACTS["layers"].get(layer.class_name, {}).get("parameters", {})
    config = {
        key: value
        for key, value in layer.config.items()
        if key in ("name", "scale", "projection_dim", "init_values")
        or (key in known and known[key] != [value] and not key.endswith("_initializer"))
    }
    return layer.class_name, {**config, "name": layer.name}


def make_all() -> dict[str, Any]:
    """Return all architectures by name."""
    made = {}
    for name in NAMES:
        target = f"keras.applications:{name}(weights=None"
        whole = read(f"{target})", reader="record")
        made[name] = describe(whole, read(f"{target}, include_top=False)", reader="record"))
        made[name]["parameters"] = list_parameters(name)
        pooled = read(f"{target}, include_top=False, pooling='avg')", reader="record")
        # Keras names the layer of some models, and counts that of others.
        made[name]["named_pool"] = pooled.layers[-1].name == "avg_pool"
    return made


def list_parameters(name: str) -> list[list[Any]]:
    """Return the parameters of a function of `keras.applications`, with their defaults."""
    import keras

    parameters = inspect.signature(getattr(keras.applications, name)).parameters.values()
    return [[each.name, each.default] for each in parameters if each.kind != each.VAR_KEYWORD]


if __name__ == "__main__":
    text = json.dumps(make_all(), separators=(",", ":")).encode()
    FILE.write_bytes(lzma.compress(text, preset=9))
