"""What the axes of each tensor are, in one network as in another."""

from __future__ import annotations

from typing import Any

from net2fig.data.grammar import load_grammar
from net2fig.group import outline
from net2fig.network import Extent, Network
from net2fig.options.table import Options
from net2fig.read import dump
from net2fig.read.keras.architecture import read_architecture
from net2fig.read.native import load
from net2fig.rules.receptive import receptive_field
from tests.conftest import keras_layer, keras_model

CONV: dict[str, Any] = {"filters": 8, "kernel_size": [3, 3], "padding": "same"}


def read(*layers: dict[str, Any]) -> Network:
    config = keras_model([*layers], layers[0]["name"], layers[-1]["name"])
    return read_architecture(config, source="x.json", reader="saved", name=None)


def mixed() -> Network:
    """Return a network of features first, then features last, then tokens, then a vector."""
    return read(
        keras_layer("InputLayer", "in", batch_shape=[None, 3, 32, 48]),
        keras_layer("Conv2D", "first", "in", **CONV, data_format="channels_first"),
        keras_layer("ReLU", "relu", "first"),
        keras_layer("Permute", "turn", "relu", dims=[2, 3, 1]),
        keras_layer("Conv2D", "last", "turn", **CONV, data_format="channels_last"),
        keras_layer("Reshape", "tokens", "last", target_shape=[1536, 8]),
        keras_layer("LayerNormalization", "norm", "tokens", axis=-1),
        keras_layer("GlobalAveragePooling1D", "pool", "norm", data_format="channels_last"),
    )


def test_one_network_may_mix_orders_of_axes() -> None:
    network = mixed()
    axes = {layer.id: layer.axes for layer in network.layers}
    assert axes["in"] == axes["first"] == axes["relu"] == ("NCSS",)
    assert axes["turn"] == axes["last"] == axes["tokens"] == axes["pool"] == ()
    assert [layer.extent() for layer in network.layers] == [
        Extent((32, 48), 3),
        *[Extent((32, 48), 8)] * 4,
        *[Extent((1536,), 8)] * 2,
        Extent((), 8),
    ]
    assert load(dump(network)) == network


def test_the_figure_shows_the_resolution_of_each() -> None:
    grouped = outline(mixed(), load_grammar(), Options(), "layers")
    convs = [block.output for block in grouped.blocks if block.op == "Conv2D"]
    assert convs == [Extent((32, 48), 8)] * len(convs)


def test_a_network_with_channels_last_has_no_axes() -> None:
    network = read(
        keras_layer("InputLayer", "in", batch_shape=[None, 32, 48, 3]),
        keras_layer("Conv2D", "conv", "in", **CONV, data_format="channels_last"),
    )
    assert {layer.axes for layer in network.layers} == {()}
    assert '"axes"' not in dump(network)


def test_a_concatenation_with_channels_first_keeps_the_field() -> None:
    conv = {**CONV, "data_format": "channels_first"}
    network = read(
        keras_layer("InputLayer", "in", batch_shape=[None, 3, 32, 32]),
        keras_layer("Conv2D", "a", "in", **conv),
        keras_layer("Conv2D", "b", "in", **conv),
        keras_layer("Concatenate", "both", "a", "b", axis=1),
    )
    assert receptive_field(network) == (3, 3)
