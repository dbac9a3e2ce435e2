"""Files of Keras 1: other words for the same layers, rows that begin with a merge of rows."""

from __future__ import annotations

import json

import pytest

from net2fig.data.schema import find_problems, load_schema
from net2fig.errors import ModelError
from net2fig.read import read
from net2fig.read.keras.keras1 import (
    load_words,
    translate_config,
    translate_layer,
    translate_layers,
)


def layer(class_name, name, sources=None, **config):
    entry = {"class_name": class_name, "config": {"name": name, **config}}
    if sources is None:
        return entry
    nodes = [[[source, 0, 0] for source in sources]] if sources else []
    return {**entry, "name": name, "inbound_nodes": nodes}


def conv(name, filters, **config):
    entry = {"nb_filter": filters, "nb_row": 3, "nb_col": 5, "subsample": [1, 1], "bias": True}
    entry |= {"init": "glorot_uniform", "border_mode": "same", "dim_ordering": "th"}
    return layer("Convolution2D", name, **entry, **config)


def dense(name, units, sources=None, **config):
    return layer("Dense", name, sources, output_dim=units, bias=True, init="uniform", **config)


@pytest.fixture
def saved(tmp_path):
    def save(config, class_name="Sequential"):
        path = tmp_path / "net.json"
        data = {"class_name": class_name, "keras_version": "1.2.2", "config": config}
        path.write_text(json.dumps(data))
        return read(path)

    return save


def facts(network):
    return [(layer.class_name, layer.output, layer.params) for layer in network.layers[1:]]


def test_keras1_toml_matches_its_schema():
    assert not list(find_problems(load_words(), load_schema("keras1"), "keras1.toml"))


def test_a_sequential_model_of_convolutions(saved):
    network = saved(
        [
            conv("c1", 4, batch_input_shape=[None, 3, 12, 16]),
            layer("ZeroPadding2D", "z", padding=[1, 2]),
            layer("MaxPooling2D", "m", pool_size=[2, 2], strides=[2, 2], border_mode="valid"),
            layer("Dropout", "d", p=0.25),
            layer("Flatten", "f"),
            dense("out", 10, input_dim=None),
        ]
    )
    # The padding does not say where its channels are: they are where the others have them.
    assert facts(network) == [
        ("Conv2D", (None, 4, 12, 16), 4 * (3 * 15 + 1)),
        ("ZeroPadding2D", (None, 4, 14, 20), 0),
        ("MaxPooling2D", (None, 4, 7, 10), 0),
        ("Dropout", (None, 4, 7, 10), 0),
        ("Flatten", (None, 280), 0),
        ("Dense", (None, 10), 2810),
    ]
    assert network.layers[4].config["rate"] == 0.25
    assert network.layers[1].config["padding"] == "same"


def test_keys_and_values_are_translated(saved):
    common = {"inner_activation": "hard_sigmoid", "inner_init": "orthogonal", "init": "uniform"}
    lstm = layer("LSTM", "l", output_dim=8, return_sequences=True, **common)
    network = saved(
        [
            layer("Embedding", "e", input_dim=50, output_dim=6, batch_input_shape=[None, 9]),
            layer("Convolution1D", "c", nb_filter=5, filter_length=3, border_mode="valid"),
            layer("MaxPooling1D", "m", pool_length=2, stride=2, border_mode="valid"),
            layer("GRU", "g", output_dim=4, return_sequences=True, **common),
            layer("Bidirectional", "b", merge_mode="concat", layer=lstm),
            layer("TimeDistributed", "t", layer=dense("inner", 3)),
            layer("TimeDistributedDense", "u", output_dim=2, bias=True, init="uniform"),
        ]
    )
    assert facts(network) == [
        ("Embedding", (None, 9, 6), 300),
        ("Conv1D", (None, 7, 5), 95),
        ("MaxPooling1D", (None, 3, 5), 0),
        ("GRU", (None, 3, 4), 3 * 4 * (5 + 4 + 1)),
        ("Bidirectional", (None, 3, 16), 2 * 4 * 8 * (4 + 8 + 1)),
        ("TimeDistributed", (None, 3, 3), 51),
        ("Dense", (None, 3, 2), 8),
    ]


@pytest.mark.parametrize(
    ("mode", "class_name", "shape"),
    [
        ("sum", "Add", (None, 4)),
        ("mul", "Multiply", (None, 4)),
        ("ave", "Average", (None, 4)),
        ("max", "Maximum", (None, 4)),
        ("concat", "Concatenate", (None, 8)),
        ("dot", "Dot", (None, 1)),
        ("function", "Merge", None),
    ],
)
def test_a_merge_in_a_graph(saved, mode, class_name, shape):
    layers = [
        layer("InputLayer", "x", [], batch_input_shape=[None, 4], input_dtype="float32"),
        dense("a", 4, ["x"]),
        layer("Merge", "m", ["x", "a"], mode=mode, concat_axis=-1, dot_axes=-1, arguments={}),
    ]
    ends = {"input_layers": [["x", 0, 0]], "output_layers": [["m", 0, 0]]}
    last = saved({"name": "net", "layers": layers, **ends}, "Model").layers[-1]
    assert (last.class_name, last.output) == (class_name, shape)


def test_a_sequential_model_that_begins_with_a_merge(saved):
    def row(*layers):
        return {"class_name": "Sequential", "config": list(layers)}

    left = row(dense("l1", 3, batch_input_shape=[None, 7]), layer("Dropout", "l2", p=0.5))
    right = row(dense("r1", 5, batch_input_shape=[None, 2]))
    merge = layer("Merge", "m", mode="concat", concat_axis=-1, layers=[left, right])
    network = saved([merge, dense("out", 1)])
    assert [port.layer for port in network.inputs] == ["l1_input", "r1_input"]
    assert network["m"].output == (None, 8)
    assert [edge.source for edge in network.edges if edge.target == "m"] == ["l2", "r1"]
    assert network.params == 24 + 15 + 9
    again = saved([layer("Merge", "n", mode="sum", layers=[row(merge), row(merge)]), dense("o", 1)])
    assert again["n"].output == (None, 8)


def test_a_model_that_is_the_first_layer_gives_the_input_shape(saved):
    inner = {"class_name": "Sequential", "config": [dense("d", 3, batch_input_shape=[None, 7])]}
    network = saved([inner, dense("e", 2)])
    assert network.layers[0].output == (None, 7)
    assert network.params == 24 + 8


def test_invalid_layers_are_left_to_the_reader():
    entry = {"class_name": {}, "config": {"nb_filter": 3}}
    nameless = {"config": {"border_mode": "same"}}
    assert translate_layers([entry, nameless, 3, None]) == [entry, nameless, 3, None]


def test_layers_of_later_versions_are_unchanged():
    entry = layer("MyLayer", "x", output_dim=3, init="zero", p=2)
    assert translate_layer(entry) == entry
    assert translate_config("Dense", {"units": 3, "use_bias": True}) == {
        "units": 3,
        "use_bias": True,
    }
    assert translate_layer({"class_name": "Merge", "config": {"mode": []}})["class_name"] == "Merge"


@pytest.mark.parametrize("broken", [[], [3], [None], [{"class_name": []}], "x", {}, [{"a": 1}]])
def test_invalid_merges(saved, broken):
    merge = layer("Merge", "m", mode="sum", layers=broken)
    try:
        layer_count = len(saved([merge, dense("o", 1)]).layers)
    except ModelError as error:
        layer_count = error.message.split()[0]
    assert layer_count in {2, 3, 4, "invalid", "missing"}
