"""keras.applications where Keras is not installed, against Keras' own sources."""

from __future__ import annotations

import pytest

from tests.applications import NAMES
from tests.read.record.readers import differences, recorded, told

SAMPLE = ("VGG16", "MobileNetV2", "MobileNetV3Small")
EACH = [name if name in SAMPLE else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]

OPTIONS = ("", "include_top=False, input_shape=(97, 130, 3), pooling='avg', ", "classes=7, ")
TOO_SMALL = {"NASNetLarge": ("", "classes=7, ")}
"""Models that Keras does not build for that shape as it stands."""

SHOWN = ("name", "class_name", "outputs", "params", "module")


def describe(network):
    """Return what a figure shows of a network: no initializers, and no nested models."""
    places = {layer["id"]: place for place, layer in enumerate(network["layers"])}
    layers = [
        {
            **{key: layer.get(key) for key in SHOWN},
            "name": layer["id"].rpartition("/")[2],
            "strides": layer["config"].get("strides"),
            "padding": layer["config"].get("padding"),
            "activation": layer["config"].get("activation"),
        }
        for layer in network["layers"]
    ]
    edges = [[places[edge[0]], places[edge[1]]] for edge in network["edges"]]
    return {"name": network["name"], "layers": layers, "edges": edges}


@pytest.mark.keras
@pytest.mark.parametrize("name", EACH)
def test_an_application_is_built_as_keras_builds_it(name):
    targets = [
        f"keras.applications:{name}({each}weights=None)" for each in TOO_SMALL.get(name, OPTIONS)
    ]
    exact, stand_in = recorded(targets), told("stand-in", targets)
    for target in targets:
        one, other = (describe(each[target]["network"]) for each in (exact, stand_in))
        assert differences(one, other) == []
