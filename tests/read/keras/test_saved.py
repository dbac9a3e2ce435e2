"""`.keras` files from dictionaries: what the reader makes of them, without Keras."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from net2fig.errors import ModelError
from net2fig.network import Edge, Port, Step
from net2fig.read import read
from net2fig.read.keras.architecture import read_architecture


def network(data):
    return read_architecture(data, source="net.keras", reader="saved", name=None)


def test_a_chain_is_read_with_shapes_and_parameters(tmp_path, config, chain):
    net = read(config.save(tmp_path / "net.keras", chain))
    assert [layer.id for layer in net.layers] == ["x", "c", "d"]
    assert [layer.output for layer in net.layers] == [
        (None, 32, 32, 3),
        (None, 30, 30, 4),
        (None, 30, 30, 7),
    ]
    assert [layer.params for layer in net.layers] == [0, 3 * 9 * 4 + 4, 4 * 7 + 7]
    assert net.edges == (Edge("x", "c"), Edge("c", "d"))
    assert net.inputs == (Port("x", "x"),)
    assert net.outputs == (Port("d", "d"),)
    assert (net.reader, net.source, net.name) == ("saved", "net.keras", "net")
    assert read(tmp_path / "net.keras", name="other").name == "other"


def test_no_heavy_module_is_imported(tmp_path, config, chain):
    path = config.save(tmp_path / "net.keras", chain)
    heavy = ["keras", "tensorflow", "h5py", "numpy", "networkx", "pypdfium2", "subprocess"]
    code = (
        f"import sys; from net2fig.read import read; read({str(path)!r});"
        f" print([name for name in {heavy!r} if name in sys.modules])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_shared_layer_is_several_calls(config):
    shape = [None, 4]
    a, b = config.tensor("a", shape), config.tensor("b", shape)
    net = network(
        config.model(
            [
                config.input("a", shape),
                config.input("b", shape),
                config.layer("Dense", "d", a, b, units=4),
                config.layer("Add", "s", [config.tensor("d", shape), config.tensor("d", shape, 1)]),
            ],
            [["a", 0, 0], ["b", 0, 0]],
            ["s", 0, 0],
        )
    )
    assert [(layer.id, layer.name, layer.shared) for layer in net.layers] == [
        ("a", "a", False),
        ("d", "d", True),
        ("b", "b", False),
        ("d@2", "d", True),
        ("s", "s", False),
    ]
    assert net.edges[-2:] == (Edge("d", "s", 0, 0), Edge("d@2", "s", 0, 1))


def nested(config, outer_shape):
    """A model inside a model, with two outputs, called once."""
    inner = config.model(
        [
            config.input("i", [None, None, None, 3]),
            config.layer(
                "Conv2D",
                "c",
                config.tensor("i", [None, None, None, 3]),
                filters=8,
                kernel_size=3,
                strides=2,
                padding="same",
            ),
            config.layer("ReLU", "r", config.tensor("c", [None, None, None, 8])),
        ],
        ["i", 0, 0],
        [["c", 0, 0], ["r", 0, 0]],
        "inner",
    )
    call = {"args": [config.tensor("x", outer_shape)], "kwargs": {}}
    inner = {**inner, "name": "inner", "inbound_nodes": [call]}
    small = [None, 32, 32, 8]
    pair = [config.tensor("inner", small, 0, 1), config.tensor("inner", small, 0, 0)]
    layers = [config.input("x", outer_shape), inner, config.layer("Add", "s", pair)]
    return config.model(layers, ["x", 0, 0], [["s", 0, 0], ["inner", 1, 0]])


def test_a_nested_model_is_replaced_by_its_layers(config):
    net = network(nested(config, [None, 64, 64, 3]))
    assert [layer.id for layer in net.layers] == ["x", "inner/c", "inner/r", "s"]
    assert [layer.models for layer in net.layers] == [(), ("inner",), ("inner",), ()]
    assert net.layers[1].scope == (Step("inner", "Functional"),)
    assert net.edges == (
        Edge("x", "inner/c"),
        Edge("inner/c", "inner/r"),
        Edge("inner/r", "s", 0, 0),
        Edge("inner/c", "s", 0, 1),
    )
    assert net.outputs == (Port("s", "s"), Port("inner", "inner/c"))


def test_a_nested_model_has_the_size_of_its_arguments(config):
    net = network(nested(config, [None, 64, 64, 3]))
    assert net["inner/c"].output == (None, 32, 32, 8)
    assert net["inner/r"].output == (None, 32, 32, 8)


def test_layers_that_only_compute_a_mask_are_left_out(config):
    ids = [None, 9]
    mask = config.tensor("not_equal", ids)
    call = {"args": [config.tensor("e", [None, 9, 4])], "kwargs": {"mask": mask}}
    net = network(
        config.model(
            [
                config.input("x", ids),
                config.layer("Embedding", "e", config.tensor("x", ids), input_dim=5, output_dim=4),
                config.layer(
                    "NotEqual",
                    "not_equal",
                    {"args": [config.tensor("x", ids), 0], "kwargs": {}},
                    module="keras.src.ops.numpy",
                ),
                config.layer("GRU", "g", call, units=3, return_state=True),
            ],
            ["x", 0, 0],
            ["g", 0, 1],
        )
    )
    assert [layer.id for layer in net.layers] == ["x", "e", "g"]
    assert net["g"].outputs == ((None, 3), (None, 3))
    assert net.outputs == (Port("g", "g", 1),)
    assert net.notices == ()


def test_layers_without_effect_on_outputs_are_dropped_and_reported(config, chain):
    layers = chain["config"]["layers"]
    layers.append(config.layer("Dense", "lost", config.tensor("c", [None, 30, 30, 4]), units=1))
    net = network(chain)
    assert "lost" not in net
    assert [notice.code for notice in net.notices] == ["dead-layer"]
    assert "'lost'" in net.notices[0].text


def test_dictionaries_of_tensors_keep_names_and_order(config):
    shape = [None, 4]
    both = {"one": config.tensor("b", shape), "two": config.tensor("a", shape)}
    net = network(
        config.model(
            [
                config.input("a", shape),
                config.input("b", shape),
                config.layer("Custom", "d", {"args": [], "kwargs": both}, module=None),
            ],
            {"left": ["a", 0, 0], "right": ["b", 0, 0]},
            {"second": ["d", 0, 1], "first": ["d", 0, 0]},
        )
    )
    assert net.edges == (Edge("b", "d", 0, 0), Edge("a", "d", 0, 1))
    assert net.inputs == (Port("left", "a"), Port("right", "b"))
    assert net.outputs == (Port("first", "d", 0), Port("second", "d", 1))
    assert net["d"].outputs == (None, None)
    assert (net["d"].module, net["d"].params) == (None, None)


def test_constants_of_operations_are_kept(config):
    key = [{"class_name": "__slice__", "config": {"start": None, "stop": None}}, -1]
    call = {"args": [config.tensor("x", [None, 5, 4]), key], "kwargs": {}}
    net = network(
        config.model(
            [
                config.input("x", [None, 5, 4]),
                config.layer("GetItem", "g", call, module="keras.src.ops.numpy"),
            ],
            ["x", 0, 0],
            ["g", 0, 0],
        )
    )
    assert net["g"].config["args"] == ["@", key]
    assert net["g"].output == (None, 4)
    assert net["g"].params == 0


def test_configurations_lose_keys_that_change_between_saves(chain):
    dtype = {"class_name": "DTypePolicy", "config": {"name": "float32"}, "shared_object_id": 7}
    chain["config"]["layers"][1]["config"] |= {
        "dtype": dtype,
        "kernel_initializer": {"class_name": "Zeros", "config": {}, "shared_object_id": 8},
        "function": {"class_name": "__lambda__", "config": {"code": "4wEA"}},
    }
    conv = network(chain)["c"]
    assert conv.config["dtype"] == "float32"
    assert conv.config["kernel_initializer"] == {"class_name": "Zeros", "config": {}}
    assert conv.config["function"] == {"class_name": "__lambda__"}


def test_a_sequential_model_is_a_chain_whose_gaps_are_inferred(config):
    layers = [
        config.input("x", [None, 28, 28, 1]),
        config.layer("Conv2D", "c", filters=6, kernel_size=[5, 5], padding="same"),
        config.layer("MaxPooling2D", "p", pool_size=[2, 2], strides=[2, 2]),
        config.layer("Flatten", "f"),
        config.layer("Dense", "d", units=10),
        config.layer("Activation", "a", activation="softmax"),
    ]
    net = network(config.sequential(layers))
    assert [layer.output for layer in net.layers] == [
        (None, 28, 28, 1),
        (None, 28, 28, 6),
        (None, 14, 14, 6),
        (None, 1176),
        (None, 10),
        (None, 10),
    ]
    assert net.inputs == (Port("x", "x"),)
    assert net.outputs == (Port("a", "a"),)


def test_a_model_never_built_is_read_without_shapes(config):
    net = network(config.sequential([config.layer("Dense", "d", units=10)]))
    assert [(layer.id, layer.output) for layer in net.layers] == [("input", None), ("d", None)]
    assert [notice.code for notice in net.notices] == ["unknown-shape"]


def test_a_layer_without_a_rule_is_read_without_a_shape(config):
    net = network(
        config.model(
            [
                config.input("x", [None, 4]),
                config.layer("Mystery", "m", config.tensor("x", [None, 4]), module=None),
            ],
            ["x", 0, 0],
            ["m", 0, 0],
        )
    )
    assert net["m"].outputs == (None,)


def test_long_names_are_cut(config):
    long = "n" * 100_000
    net = network(
        config.model(
            [
                config.input(long, [None, 4]),
                config.layer("ReLU", "<script>\n", config.tensor(long, [None, 4])),
            ],
            [long, 0, 0],
            ["<script>\n", 0, 0],
        )
    )
    assert len(net.layers[0].id) == 10_000
    assert net.layers[1].id == "<script>\n"


def test_a_long_chain_is_read(config):
    shape = [None, 4]
    layers = [config.input("l0", shape)]
    layers += [
        config.layer("ReLU", f"l{n}", config.tensor(f"l{n - 1}", shape)) for n in range(1, 5000)
    ]
    net = network(config.model(layers, ["l0", 0, 0], ["l4999", 0, 0]))
    assert len(net.layers) == 5000


@pytest.mark.parametrize("upper", ["MODEL.KERAS", "net.v2.keras"])
def test_the_suffix_selects_the_reader(tmp_path, config, chain, upper):
    assert len(read(str(config.save(tmp_path / upper, chain))).layers) == 3


def test_the_architecture_of_a_keras_model_in_json(tmp_path, chain):
    path = tmp_path / "net.json"
    path.write_text(json.dumps(chain))
    assert len(read(path).layers) == 3


def test_errors_name_the_source(config):
    bad = config.model([config.input("x", [None])], ["x", 0, 0], ["lost", 0, 0])
    with pytest.raises(ModelError, match=r"^missing layer: 'lost' in net\.keras(?m:$)"):
        network(bad)
