"""Networks with one layer that has a cell, from files of Keras, and the graphs of their cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from net2fig.cells.cell import Cell
from net2fig.cells.pipeline import draw_layer
from net2fig.cells.result import CellFigure
from net2fig.cells.sheet import list_inner
from net2fig.laws.cells.graph import Wiring
from net2fig.network import Network
from net2fig.options.resolve import load_options
from net2fig.read import read
from tests.conftest import keras_layer, keras_model, save_keras

GATED = {"activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True}
RECURRENT = {**GATED, "units": 32, "return_sequences": True}
HEADS = {"num_heads": 8, "key_dim": 64, "value_dim": 64, "use_bias": True}


def inner_layer(class_name: str, **config: Any) -> dict[str, Any]:
    """Return a layer as a wrapper holds it."""
    return {"module": "keras.layers", "class_name": class_name, "config": config}


def both_ways(merge: str | None = "concat", **config: Any) -> dict[str, Any]:
    """Return the configuration of a bidirectional LSTM."""
    one = inner_layer("LSTM", name="one", **{**RECURRENT, **config})
    two = inner_layer("LSTM", name="two", go_backwards=True, **{**RECURRENT, **config})
    return {"layer": one, "backward_layer": two, "merge_mode": merge}


CONV = {**GATED, "filters": 16, "kernel_size": [3, 3], "padding": "same", "strides": [1, 1]}
CONV |= {"return_sequences": True, "data_format": "channels_last", "dilation_rate": [1, 1]}

CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "lstm": ("LSTM", "x", RECURRENT),
    "lstm without bias": ("LSTM", "x", {**RECURRENT, "use_bias": False}),
    "lstm with other functions": (
        "LSTM",
        "x",
        {**RECURRENT, "activation": "leaky_relu", "recurrent_activation": "hard_sigmoid"},
    ),
    "gru": ("GRU", "x", {**RECURRENT, "reset_after": True}),
    "gru that resets before": ("GRU", "x", {**RECURRENT, "reset_after": False}),
    "simple rnn": ("SimpleRNN", "x", RECURRENT),
    "large lstm": ("LSTM", "x", {**RECURRENT, "units": 4096}),
    "cell": ("RNN", "x", {"cell": inner_layer("GRUCell", **RECURRENT, reset_after=True)}),
    "bidirectional": ("Bidirectional", "x", both_ways()),
    "bidirectional sum": ("Bidirectional", "x", both_ways("sum", return_sequences=False)),
    "conv lstm": ("ConvLSTM2D", "film", CONV),
    "attention heads": ("MultiHeadAttention", "x x", HEADS),
    "causal heads": ("MultiHeadAttention", "x x", {**HEADS, "use_causal_mask": True}),
    "cross heads": ("MultiHeadAttention", "x y", {**HEADS, "use_bias": False}),
    "three inputs": ("MultiHeadAttention", "x y z", HEADS),
    "one head": ("MultiHeadAttention", "x y", {**HEADS, "num_heads": 1}),
    "groups": (
        "GroupQueryAttention",
        "x y",
        {"head_dim": 64, "num_query_heads": 8, "num_key_value_heads": 2, "use_bias": True},
    ),
    "additive": ("AdditiveAttention", "x y", {"use_scale": True}),
    "additive without weights": ("AdditiveAttention", "x x", {"use_scale": False}),
    "dot products": ("Attention", "x y z", {"use_scale": True, "score_mode": "dot"}),
}
"""Layers by a name: their class, their inputs, their configuration."""

SHAPES = {
    "x": [None, 50, 128],
    "y": [None, 70, 128],
    "z": [None, 70, 128],
    "film": [None, 20, 64, 64, 3],
}


def save_case(folder: Path, case: str) -> Path:
    """Write a model with one layer."""
    class_name, inputs, config = CASES[case]
    return save_layer(folder, class_name, inputs, **config)


def save_layer(folder: Path, class_name: str, inputs: str, **config: Any) -> Path:
    """Write a model with one layer that reads inputs."""
    names = inputs.split()
    frames = [
        keras_layer("InputLayer", name, batch_shape=SHAPES[name]) for name in dict.fromkeys(names)
    ]
    layer = keras_layer(class_name, "it", *names, **config)
    if "MultiHead" in class_name or "GroupQuery" in class_name:
        kwargs = {key: config.pop(key) for key in ("use_causal_mask",) if key in config}
        layer = keras_layer(class_name, "it", *names, **config)
        (tensors,) = layer["inbound_nodes"][0]["args"]
        layer["inbound_nodes"] = [{"args": tensors, "kwargs": kwargs}]
    model = keras_model([*frames, layer], names[0], "it")
    model["config"]["input_layers"] = [[name, 0, 0] for name in dict.fromkeys(names)]
    return save_keras(folder / "net.keras", model)


def read_case(folder: Path, case: str) -> Network:
    """Return the network of a model with one layer."""
    return read(save_case(folder, case))


def draw_case(folder: Path, case: str, **options: Any) -> CellFigure:
    """Return the figure of the cell of a case."""
    return draw_layer(read_case(folder, case), "it", load_options("net.keras", None, options))


def list_wirings(cell: Cell, start: str = "") -> tuple[Wiring, ...]:
    """Return the graphs of a cell and of what it wraps; ids begin with `start`."""
    found = []
    for number, each in enumerate(list_inner(cell)):
        prefix = start + "inner/" * number
        topology = each.topology
        found.append(
            Wiring(
                {prefix + node.id: "" if node.is_point else node.op for node in topology.node},
                tuple((prefix + edge.source, prefix + edge.target) for edge in topology.edge),
                topology.crossings,
            )
        )
    return tuple(found)
