"""A model inside a wrapper whose configuration holds anything."""

from __future__ import annotations

from typing import Any

import pytest

from net2fig.errors import Net2figError
from net2fig.read.keras.architecture import read_architecture
from tests.conftest import keras_layer, keras_model


def make_wrapper(**changes: Any) -> dict[str, Any]:
    """Return a model in a wrapper that is not opened, since it returns two tensors."""
    model = keras_model(
        [
            keras_layer("InputLayer", "i", batch_shape=[None, 8, 3]),
            keras_layer("Dense", "d", "i", units=2),
        ],
        "i",
        "d",
    )
    model["config"] |= {"output_layers": [["d", 0, 0], ["i", 0, 0]], **changes}
    first = keras_layer("InputLayer", "x", batch_shape=[None, 5, 8, 3])
    layers = [first, keras_layer("TimeDistributed", "w", "x", layer=model)]
    return keras_model(layers, "x", "w")


def test_a_nested_model_is_read_with_its_input_shapes() -> None:
    network = read_architecture(make_wrapper(), source="x.json", reader="saved", name=None)
    assert (network["w"].output, network["w"].params) == ((None, 5, 8, 2), 8)


@pytest.mark.parametrize(
    "inputs", [3, True, None, "i", [], [[[[]]]], {"i": 3}, [["i", 0, 0]] * 3, [[["i"]], {}]]
)
def test_invalid_inputs_make_the_network_unknown(inputs: Any) -> None:
    data = make_wrapper(input_layers=inputs)
    assert read_architecture(data, source="x.json", reader="saved", name=None)["w"].name == "w"


@pytest.mark.parametrize(
    "layers", [None, 3, [None], [{"name": ["i"]}], [{"name": "i", "config": 3}]]
)
def test_invalid_layers_make_the_network_unknown_or_an_error(layers: Any) -> None:
    try:
        network = read_architecture(
            make_wrapper(layers=layers), source="x.json", reader="saved", name=None
        )
    except Net2figError:
        return
    assert network["w"].params is None
