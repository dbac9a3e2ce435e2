"""Files of earlier Keras: HDF5, JSON, `.keras` of Keras 2, SavedModel folders."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from net2fig.attributes import keras_attributes
from net2fig.errors import ModelError
from net2fig.read import read
from net2fig.read.keras.architecture import read_architecture
from net2fig.read.keras.files import hdf5
from net2fig.read.keras.legacy import modernize, remove_tuples
from net2fig.read.keras.tensorflow_ops import translate_call
from net2fig.read.limits import ValueCounter
from net2fig.read.protobuf import find_fields, iterate_fields
from net2fig.rules.params import count
from net2fig.rules.shapes import infer

FIXTURES = Path(__file__).parents[1] / "fixtures"

GRAPH = ["keras2_graph.h5", "keras2_graph.json", "keras2_graph.keras", "keras2_graph_saved"]
MODEL_KEYWORDS = ["keras2_words.h5", "keras2_words.keras", "keras2_words_saved"]


def facts(network):
    return [(layer.id, layer.class_name, layer.outputs, layer.params) for layer in network.layers]


@pytest.mark.parametrize("name", [*GRAPH, *MODEL_KEYWORDS])
def test_shapes_and_parameters_match_keras_2(name):
    network = read(FIXTURES / name)
    stem = name[: len("keras2_graph")]
    expected = json.loads((FIXTURES / f"{stem}.expected.json").read_text())
    layers = {id: layer for layer in network.layers for id in [layer.id] if "@" not in id}
    # A Sequential model need not list its input.
    assert set(expected) - set(layers) <= {"row/r1_input", "inner/input_1"}
    for id, (class_name, shape, params) in expected.items():
        if id in layers:
            assert layers[id].output == tuple(shape), id
            assert layers[id].params == params, id
            if not class_name.endswith("OpLambda"):
                assert layers[id].class_name == class_name
    again = any(layer.shared and layer.params for layer in network.layers)
    assert [notice.code for notice in network.notices] == ["shared-layer"] * again
    assert network.reader == "saved"


def test_operations_without_a_name_in_their_configuration():
    network = read(FIXTURES / "keras35_operations.json")
    # A layer and an operation of one name, neither with a module.
    assert [layer.name for layer in network.layers if ".ops" not in f".{layer.module}"] == [
        *("input_layer", "conv2d", "flatten"),
    ]
    assert network["squeeze"].output == (None, 4)
    assert network["mean"].config == {"axis": [1, 2], "keepdims": True}
    assert network.params == 148
    assert network.notices == ()


@pytest.mark.parametrize("names", [GRAPH, MODEL_KEYWORDS, ["keras3_graph.h5", "keras3_graph.json"]])
def test_one_model_is_the_same_in_every_format(names):
    first, *others = [read(FIXTURES / name) for name in names]
    for other in others:
        assert facts(other) == facts(first)
        assert other.edges == first.edges
        assert (other.inputs, other.outputs) == (first.inputs, first.outputs)


def test_shared_layers_and_nested_models_of_keras_2():
    network = read(FIXTURES / "keras2_graph.h5")
    sources = {
        id: [edge.source for edge in network.edges if edge.target == id]
        for id in ("inner/deep", "inner@2/deep", "row/r1", "row@2/r1", "shared@2", "mha")
    }
    assert sources == {
        "inner/deep": ["max_pooling2d"],
        "inner@2/deep": ["average_pooling2d"],
        "row/r1": ["inner/global_average_pooling2d"],
        "row@2/r1": ["inner@2/global_average_pooling2d"],
        "shared@2": ["shared"],
        "mha": ["tf.reshape", "tf.reshape"],
    }
    assert [port.name for port in network.outputs] == ["one", "two"]


def test_an_operation_without_a_module_is_recognized():
    network = read(FIXTURES / "keras3_graph.h5")
    operations = [layer.name for layer in network.layers if ".ops" in (layer.module or "")]
    assert operations == [
        *("add", "multiply", "relu", "get_item", "mean", "reshape_1", "concatenate"),
    ]
    assert read(FIXTURES / "keras3_row.h5").layers[-1].output == (None, 3)


def test_hdf5_is_read_without_h5py_and_heavy_imports():
    code = (
        "import sys; sys.modules['h5py'] = None\n"
        "from net2fig.read import read; read(sys.argv[1])\n"
        "print([name for name in ('keras', 'tensorflow', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(FIXTURES / "keras2_graph.h5")],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(importlib.util.find_spec("h5py") is None, reason="h5py is not installed")
def test_h5py_reads_files_that_the_scan_cannot(monkeypatch):
    path = FIXTURES / "keras2_words.h5"
    data = hdf5.read_with_h5py(path)
    assert facts(read_architecture(data, source="w", reader="saved", name=None)) == facts(
        read(path)
    )
    monkeypatch.setattr(hdf5, "find_configs", lambda _data, _where: iter(()))
    assert facts(read(path)) == facts(
        read_architecture(data, source="w", reader="saved", name=None)
    )


def test_a_file_of_weights_has_no_architecture(tmp_path, monkeypatch):
    monkeypatch.setattr(hdf5, "read_with_h5py", lambda _path: None)
    path = tmp_path / "w.h5"
    path.write_bytes(hdf5.MAGIC + b"\0" * 900 + b'{"class_name": "Adam", "config": {"lr": 1}}')
    with pytest.raises(ModelError, match=r"^missing architecture: w\.h5 has no model_config"):
        read(path)


def test_configurations_of_keras_3_are_unchanged(chain):
    assert modernize(chain) == chain
    assert modernize({"class_name": "M", "config": {}}) == {"class_name": "M", "config": {}}


def old(name, class_name, nodes, **config):
    return {
        "class_name": class_name,
        "name": name,
        "config": {"name": name, "trainable": True, **config},
        "inbound_nodes": nodes,
    }


def old_model(layers, outputs):
    first = old("x", "InputLayer", [], batch_input_shape=[None, 8, 6])
    config = {"name": "m", "layers": [first, *layers]}
    config |= {"input_layers": [["x", 0, 0]], "output_layers": outputs}
    return {"class_name": "Functional", "config": config}


def network(data):
    return read_architecture(data, source="m.h5", reader="saved", name=None)


@pytest.mark.parametrize("base", [0, 1])
def test_calls_of_a_nested_model_are_counted_from_0_or_from_1(base):
    inner = old_model([old("d", "Dense", [[["x", 0, 0, {}]]], units=6)], [["d", 0, 0]])
    inner = {**inner, "name": "m", "inbound_nodes": [[["x", 0, 0, {}]], [["m", base, 0, {}]]]}
    net = network(old_model([inner], [["m", base + 1, 0]]))
    assert [layer.id for layer in net.layers] == ["x", "m/d", "m@2/d"]
    assert net.outputs[0].layer == "m@2/d"


@pytest.mark.parametrize(
    ("function", "kwargs", "shape"),
    [
        ("math.reduce_sum", {"axis": -1, "keepdims": True}, (None, 8, 1)),
        ("math.reduce_max", {"axis": [1, 2]}, (None,)),
        ("reshape", {"shape": [-1, 4, 12]}, (None, 4, 12)),
        ("transpose", {"perm": [0, 2, 1]}, (None, 6, 8)),
        ("compat.v1.transpose", {"perm": [0, 2, 1]}, (None, 6, 8)),
        ("expand_dims", {"axis": 1}, (None, 1, 8, 6)),
        ("tile", {"multiples": [1, 2, 1]}, (None, 16, 6)),
        ("math.multiply", {"y": 3.0, "name": None}, (None, 8, 6)),
        ("math.add", {"y": ["x", 0, 0]}, (None, 8, 6)),
        ("nn.gelu", {"approximate": False}, (None, 8, 6)),
        ("cast", {"dtype": "float16"}, (None, 8, 6)),
        ("one_hot", {"depth": 4}, (None, 8, 6, 4)),
        ("pad", {"paddings": [[0, 0], [1, 1], [0, 0]]}, (None, 10, 6)),
        ("linalg.matmul", {"b": ["x", 0, 0], "transpose_b": True}, (None, 8, 8)),
        ("made.up", {}, None),
    ],
)
def test_functions_of_tensorflow(function, kwargs, shape):
    layer = old("f", "TFOpLambda", [["x", 0, 0, kwargs]], function=function)
    net = network(old_model([layer], [["f", 0, 0]]))
    assert net["f"].output == shape


@pytest.mark.parametrize(
    ("key", "shape"),
    [
        ([{"start": None, "stop": None, "step": None}, 0], (None, 6)),
        ([{"class_name": "__ellipsis__"}, {"start": 1, "stop": None, "step": 2}], (None, 8, 3)),
        ([{"start": None, "stop": None, "step": None}, None], (None, 1, 8, 6)),
    ],
)
def test_slices_of_keras_2(key, shape):
    nodes = [["x", 0, 0, {"slice_spec": key}]]
    layer = old("s", "SlicingOpLambda", nodes, function="__operators__.getitem")
    assert network(old_model([layer], [["s", 0, 0]]))["s"].output == shape


def test_constants_and_pieces():
    node = [[["_CONSTANT_VALUE", -1, 2.5, {}], ["x", 0, 0, {}]]]
    layer = old("c", "Add", node)
    assert [edge.source for edge in network(old_model([layer], [["c", 0, 0]])).edges] == ["x"]
    name, config, passed, rest = translate_call("split", ["x"], {"num_or_size_splits": [1, 2, 3]})
    assert (name, config, passed, rest) == ("Split", {"indices_or_sections": [1, 3]}, ["x"], {})


def test_an_early_sequential_model_is_a_list():
    layers = [
        {
            "class_name": "Dense",
            "config": {"units": 3, "batch_input_shape": [None, 5], "name": "a"},
        },
        {"class_name": "Dense", "config": {"units": 2, "name": "b"}},
    ]
    net = network({"class_name": "Sequential", "config": layers})
    assert [layer.output for layer in net.layers] == [(None, 5), (None, 3), (None, 2)]


def test_a_graph_node_of_the_first_version_2():
    layer = old("op", "TensorFlowOpLayer", [[["x", 0, 0, {}]]], node_def={"op": "Relu"})
    assert network(old_model([layer], [["op", 0, 0]]))["op"].class_name == "Relu"


def test_registered_names_lose_their_package():
    layer = old("d", "Custom>Mine", [[["x", 0, 0, {}]]])
    assert network(old_model([layer], [["d", 0, 0]]))["d"].class_name == "Mine"


# SavedModel folders.


def number(value):
    """Return a number as Protocol Buffers writes it."""
    rest = value >> 7
    return bytes([value & 127 | 128]) + number(rest) if rest else bytes([value])


def text(field, content):
    """Return a field that holds bytes."""
    return number(field << 3 | 2) + number(len(content)) + content


def test_fields_of_a_message():
    message = text(1, text(4, b"a") + number(2 << 3) + number(300) + text(4, b"b"))
    message += (
        number(7 << 3 | 5) + b"1234" + number(8 << 3 | 1) + b"12345678" + text(1, text(4, b"c"))
    )
    counter = ValueCounter("a")
    fields = find_fields(memoryview(message), (1, 4), counter)
    assert [bytes(part) for part in fields] == [b"a", b"b", b"c"]
    fields = iterate_fields(memoryview(message), counter)
    assert [field_number for field_number, _ in fields] == [1, 1]
    for broken in (message[:-1], b"\x0b", b"\xff" * 12):
        with pytest.raises(ValueError, match=r".+"):
            list(iterate_fields(memoryview(broken), counter))


def test_metadata_in_the_graph_of_tensorflow(tmp_path):
    data = json.loads((FIXTURES / "keras2_graph.json").read_text())
    model = text(1, b"_tf_keras_network") + text(3, json.dumps(data).encode())
    other = text(1, b"_tf_keras_layer") + text(3, b"{}")
    nodes = text(1, text(4, other)) + text(1, text(4, model))
    (tmp_path / "saved_model.pb").write_bytes(number(1 << 3) + b"\1" + text(2, text(7, nodes)))
    assert facts(read(tmp_path)) == facts(read(FIXTURES / "keras2_graph.json"))


def test_invalid_folders(tmp_path):
    def message():
        with pytest.raises(ModelError) as caught:
            read(tmp_path)
        return caught.value.message

    assert message().startswith(
        f"invalid model: {tmp_path.name} is a folder without saved_model.pb"
    )
    (tmp_path / "saved_model.pb").write_bytes(b"")
    assert message().startswith(f"unsupported format: {tmp_path.name} is a SavedModel without")
    (tmp_path / "saved_model.pb").write_bytes(b"\xff\xff")
    assert message().startswith(f"invalid SavedModel: {tmp_path.name}, saved_model.pb is damaged")
    node = text(4, b"_tf_keras_model") + text(5, b'{"class_name": "Net", "config": {}}')
    (tmp_path / "keras_metadata.pb").write_bytes(text(1, node))
    assert message().startswith("unsupported model: 'Net'")


def test_an_unpacked_keras_file_is_read(tmp_path, chain):
    (tmp_path / "config.json").write_text(json.dumps(chain))
    assert [layer.id for layer in read(tmp_path).layers] == ["x", "c", "d"]


def test_tuples_are_lists():
    shape = {"class_name": "TensorShape", "items": [None, 3]}
    assert remove_tuples([{"class_name": "__tuple__", "items": [1, shape]}]) == [[1, [None, 3]]]


def test_a_functional_model_inside_a_wrapper():
    frame = old("x", "InputLayer", [], batch_input_shape=[None, 6, 6, 2])
    conv = old("c", "Conv2D", [[["x", 0, 0, {}]], [["c", 0, 0, {}]]], filters=2, kernel_size=[3, 3])
    config = {"name": "frame", "layers": [frame, conv]}
    config |= {"input_layers": [["x", 0, 0]], "output_layers": [["c", 1, 0]]}
    wrapper = old("t", "TimeDistributed", [[["clip", 0, 0, {}]]])
    wrapper["config"]["layer"] = {"class_name": "Functional", "config": config}
    clip = old("clip", "InputLayer", [], batch_input_shape=[None, 9, 8, 8, 2])
    data = {"name": "m", "layers": [clip, wrapper]}
    data |= {"input_layers": [["clip", 0, 0]], "output_layers": [["t", 0, 0]]}
    net = network({"class_name": "Functional", "config": data})
    assert net["t"].output == (None, 9, 4, 4, 2)
    assert net["t"].params == 2 * 9 * 2 + 2


OPEN = (None, None, 3)


@pytest.mark.parametrize(
    ("class_name", "config", "shape", "expected", "params"),
    [
        ("CuDNNLSTM", {"units": 10, "return_sequences": True}, (None, 7, 8), (None, 7, 10), 800),
        ("CuDNNGRU", {"units": 10}, (None, 7, 8), (None, 10), 600),
        *(
            (
                "LocallyConnected2D",
                {"filters": 4, "strides": 2, **more},
                (None, 12, 10, 3),
                *expected,
            )
            for more, expected in (
                ({"kernel_size": [3, 2]}, ((None, 5, 5, 4), 1900)),
                ({"kernel_size": 1, "use_bias": False}, ((None, 6, 5, 4), 360)),
            )
        ),
        ("LocallyConnected1D", {"filters": 4, "kernel_size": 3}, (None, 9, 3), (None, 7, 4), 280),
        (
            "LocallyConnected1D",
            {"filters": 4, "kernel_size": 3},
            (None, None, 3),
            (None, None, 4),
            None,
        ),
        ("SyncBatchNormalization", {}, (None, 5, 5, 4), (None, 5, 5, 4), 16),
        ("RandomHeight", {}, (None, 12, 10, 3), (None, None, 10, 3), 0),
        ("RandomWidth", {}, (None, 12, 10, 3), (None, 12, None, 3), 0),
    ],
)
def test_layers_that_keras_3_has_removed(class_name, config, shape, expected, params):
    """The numbers are those of tf_keras 2.21 and, for CUDA, of Keras 2.3."""
    assert infer(keras_attributes(class_name, config), [shape]) == [expected]
    assert count(keras_attributes(class_name, config), [shape]) == params
