"""Bad input: each kind has a message of its own, and none ends in a traceback."""

from __future__ import annotations

import json
import zipfile

import pytest

from net2fig.errors import WORDS, ModelError, Net2figError, UsageError
from net2fig.read import read
from net2fig.read.assemble import Call, order_calls
from net2fig.read.keras import architecture
from net2fig.read.script.pick_model import NoModelError
from net2fig.read.script.sources import load_code
from net2fig.read.script.user_errors import choose_error, detect_other_framework


def message(source, **options) -> str:
    """Return what the user would see."""
    with pytest.raises(Net2figError) as caught:
        read(source, **options)
    lines = caught.value.lines()
    assert lines[0].split()[0] in WORDS
    return "\n".join(lines)


def test_missing_file(tmp_path, config, chain):
    config.save(tmp_path / "unet.keras", chain)
    text = message(tmp_path / "unt.keras")
    assert text.startswith("missing file: ")
    assert text.endswith(f"hint: did you mean {str(tmp_path / 'unet.keras')!r}?")
    assert message("no/such/folder/net.keras").startswith("missing file: ")


@pytest.mark.parametrize("name", ["a.keras", "a.json", "a.py"])
def test_empty_file(tmp_path, name):
    path = tmp_path / name
    path.touch()
    assert message(path) == f"invalid file: {name} is empty"


def test_not_a_zip(tmp_path):
    path = tmp_path / "a.keras"
    path.write_text("hello, this is no archive")
    assert message(path).startswith("invalid Keras file: a.keras is not a zip archive\nhint: ")


def test_a_zip_archive_without_a_model(tmp_path):
    path = tmp_path / "a.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    text = "invalid Keras file: a.keras (a zip archive without config.json)"
    assert message(path).startswith(text)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated(tmp_path, config, chain, share):
    path = config.save(tmp_path / "a.keras", chain)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert message(path).startswith("invalid Keras file: a.keras is truncated or damaged")


def test_damaged_in_the_middle(tmp_path, chain):
    path = tmp_path / "a.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps(chain))
    data = bytearray(path.read_bytes())
    data[60:90] = b"\x00" * 30
    path.write_bytes(bytes(data))
    assert message(path).startswith("invalid Keras file: a.keras is truncated or damaged")


def test_hdf5_under_another_name(tmp_path):
    path = tmp_path / "a.keras"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 64)
    assert message(path).startswith("missing architecture: a.keras has no model_config")


@pytest.mark.parametrize("text", ["{", "[1, 2", "\x00", '{"class_name": '])
def test_broken_json(tmp_path, text):
    path = tmp_path / "a.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", text)
    assert message(path).startswith("invalid JSON: a.keras, config.json: ")


@pytest.mark.parametrize("depth", [500, 5_000, 100_000])
def test_json_nested_too_deeply(tmp_path, depth):
    path = tmp_path / "a.keras"
    deep = '{"class_name": "M", "config": ' * depth + "1" + "}" * depth
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", deep)
    text = message(path)
    assert text.startswith(("unsupported JSON: ", "unsupported model: "))


@pytest.mark.parametrize("depth", [10, 2_000])
def test_models_nested_too_deeply(tmp_path, depth):
    path = tmp_path / "a.keras"
    start = '{"class_name": "Sequential", "config": {"name": "m", "layers": ['
    layer = '{"class_name": "Dense", "config": {"name": "d", "units": 3}}'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", start * depth + layer + "]}}" * depth)
    if depth == 10:
        assert read(path)["m/" * 9 + "d"].models == ("m",) * 9
    else:
        assert message(path).startswith(("unsupported JSON: ", "invalid model: nested too"))


@pytest.mark.parametrize("text", ["1", "null", "[]", "{}", '"text"', '{"class_name": "Dense"}'])
def test_json_without_a_model(tmp_path, text):
    path = tmp_path / "a.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", text)
    assert message(path) == "invalid Keras file: a.keras, config.json describes no model"
    path = tmp_path / "a.json"
    path.write_text(text)
    assert message(path).startswith("invalid JSON: a.json is neither")


def test_a_subclassed_model(tmp_path, config):
    data = {"class_name": "MyNet", "module": "__main__", "config": {"depth": 3}}
    text = message(config.save(tmp_path / "a.keras", data))
    assert text.startswith("unsupported model: 'MyNet' in a.keras (its file lists no layers)")


def test_a_missing_inbound_layer(tmp_path, config, chain):
    node = config.tensor("conv", [None, 30, 30, 4])
    chain["config"]["layers"][2]["inbound_nodes"] = [{"args": [node], "kwargs": {}}]
    text = message(config.save(tmp_path / "a.keras", chain))
    assert text.startswith("missing layer: 'conv' in a.keras\nhint: ")


def test_a_missing_call(tmp_path, config, chain):
    node = config.tensor("c", [None, 30, 30, 4], 3)
    chain["config"]["layers"][2]["inbound_nodes"] = [{"args": [node], "kwargs": {}}]
    text = message(config.save(tmp_path / "a.keras", chain))
    assert text.startswith("missing call: number 3 of layer 'c' in a.keras (it has 1)")


def test_a_cycle(tmp_path, config):
    shape = [None, 4]
    layers = [config.input("x", shape)]
    feeds = {"a": "c", "b": "a", "c": "b"}
    for name, source in feeds.items():
        pair = [config.tensor("x", shape), config.tensor(source, shape)]
        layers.append(config.layer("Add", name, pair))
    data = config.model(layers, ["x", 0, 0], ["c", 0, 0])
    text = message(config.save(tmp_path / "a.keras", data))
    line = "invalid model: its layers form a cycle, 'a' → 'b' → 'c' → 'a', in a.keras"
    assert text.splitlines()[0] == line


def test_a_cycle_of_one(tmp_path, config):
    own = config.tensor("a", [None, 4])
    layers = [config.input("x", [None, 4]), config.layer("ReLU", "a", own)]
    data = config.model(layers, ["x", 0, 0], ["a", 0, 0])
    text = message(config.save(tmp_path / "a.keras", data))
    assert "its layers form a cycle, 'a' → 'a', in a.keras" in text


def test_nested_models_that_feed_each_other(tmp_path, config):
    shape = [None, 4]

    def identity(name, source):
        call = {"args": [config.tensor(source, shape)], "kwargs": {}}
        model = config.model([config.input("i", shape)], ["i", 0, 0], ["i", 0, 0], name)
        return {**model, "name": name, "inbound_nodes": [call]}

    layers = [config.input("x", shape), identity("m", "n"), identity("n", "m")]
    data = config.model(layers, ["x", 0, 0], ["n", 1, 0])
    text = message(config.save(tmp_path / "a.keras", data))
    assert text.startswith("invalid model: nested too deeply, or in a cycle, in a.keras")


def test_the_same_name_twice(tmp_path, config):
    layers = [config.layer("Dense", "d", units=2), config.layer("Dense", "d", units=2)]
    text = message(config.save(tmp_path / "a.keras", config.sequential(layers)))
    assert text == "duplicate layer: 'd' in a.keras"


@pytest.mark.parametrize(
    "change",
    [
        lambda layer: layer.pop("class_name"),
        lambda layer: layer.update(inbound_nodes=[{"args": 1}]),
        lambda layer: layer.update(inbound_nodes=[7]),
        lambda layer: layer.update(inbound_nodes="x"),
        lambda layer: layer["inbound_nodes"][0]["args"][0]["config"].pop("keras_history"),
        lambda layer: layer["inbound_nodes"][0]["args"][0].update(config=3),
        lambda layer: layer["inbound_nodes"][0]["args"][0]["config"].update(
            keras_history=["x", -1, 0]
        ),
        lambda layer: layer["inbound_nodes"][0]["args"][0]["config"].update(
            keras_history=["x", 0, 10**9]
        ),
    ],
)
def test_invalid_layers(tmp_path, config, chain, change):
    change(chain["config"]["layers"][1])
    message(config.save(tmp_path / "a.keras", chain))


@pytest.mark.parametrize("value", [None, 3, "x", [], {}, [3], ["x", 0], ["x", "0", 0]])
def test_invalid_outputs(tmp_path, config, chain, value):
    chain["config"]["output_layers"] = value
    message(config.save(tmp_path / "a.keras", chain))


@pytest.mark.parametrize(
    "config_of_layer",
    [None, 3, [], {"filters": "many", "kernel_size": {}}, {"filters": 4, "kernel_size": [0, -1]}],
)
def test_invalid_configurations_lose_only_the_shape(tmp_path, config, chain, config_of_layer):
    layer = chain["config"]["layers"][1]
    layer["config"] = config_of_layer
    chain["config"]["output_layers"] = ["c", 0, 0]
    net = read(config.save(tmp_path / "a.keras", chain))
    assert len(net.layers) == 2


def test_more_layers_than_can_be_drawn(tmp_path, config, monkeypatch, chain):
    monkeypatch.setattr(architecture, "LAYER_LIMIT", 2)
    text = message(config.save(tmp_path / "a.keras", chain))
    assert text == "unsupported model: more than 2 layers in a.keras"


def test_unsupported_suffixes(tmp_path):
    for name, start in [
        ("a.h5", "invalid HDF5 file: a.h5\nhint: "),
        ("a.hdf5", "invalid HDF5 file: a.hdf5\nhint: "),
        ("a.ipynb", "invalid notebook: a.ipynb is not JSON: "),
        (
            "a.tflite",
            "unsupported suffix: '.tflite' of a.tflite (one of '.keras', '.h5', '.hdf5', '.py'",
        ),
        (
            "a.kears",
            "unsupported suffix: '.kears' of a.kears (one of '.keras', '.h5', '.hdf5', '.py'",
        ),
        ("a", "unsupported suffix: '' of a (one of"),
    ]:
        path = tmp_path / name
        path.write_text("something")
        assert message(path).startswith(start)


def test_folders(tmp_path):
    assert message(tmp_path).startswith("invalid model: ")
    (tmp_path / "saved_model.pb").touch()
    assert "is a SavedModel without the architecture of Keras\nhint: " in message(tmp_path)


def test_unknown_reader(tmp_path):
    with pytest.raises(UsageError, match=r"^unknown reader: 'kears' "):
        read(tmp_path, reader="kears")


def test_unsupported_objects():
    assert message(3).startswith("unsupported source: a builtins.int ")


def test_a_network_of_another_version(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"format": "net2fig-network", "version": 99}')
    assert message(path).startswith("unsupported network: version 99 in a.json (must be 1)")
    path.write_text('{"format": "net2fig-network", "version": 1}')
    assert message(path) == "missing key: 'name' in a.json"


def test_the_check_for_cycles_follows_inputs_only():
    calls = {
        "a": Call("a", "a", "a", "InputLayer", None, {}),
        "b": Call("b", "b", "b", "Add", None, {}, (("a", 0), ("a", 0))),
        "c": Call("c", "c", "c", "Add", None, {}, (("b", 0), ("a", 0))),
    }
    assert order_calls(calls, ["c", "b"], "here") == ["a", "b", "c"]
    assert ModelError.exit_code == 1


def test_a_model_without_layers(config, tmp_path):
    hint = "its inputs are its outputs"
    for data in (
        config.sequential([], "bare"),
        config.model([config.input("x", [None, 8])], ["x", 0, 0], ["x", 0, 0], "bare"),
    ):
        with pytest.raises(ModelError) as caught:
            read(config.save(tmp_path / "net.keras", data))
        expected = "missing layers: the model 'bare' in net.keras has none"
        assert caught.value.lines() == [expected, f"hint: {hint}"]


@pytest.mark.parametrize(
    ("text", "library"),
    [
        ("import mxnet as mx", "MXNet"),
        ("from flax import linen", "JAX"),
        ("import torch\nimport keras", ""),
        ("def f():\n    from tensorflow.keras import layers\nimport torch", ""),
        ("import torch\nimport nets", ""),
        ("import numpy", ""),
    ],
)
def test_code_for_another_library(tmp_path, text, library):
    (tmp_path / "nets.py").touch()
    path = tmp_path / "net.py"
    path.write_text(text)
    code = load_code(path)
    assert detect_other_framework(code) == library
    error = choose_error([NoModelError("missing model: none")], code)
    start = f"unsupported model: net.py is written for {library}" if library else str(error)
    assert str(error) == start


@pytest.mark.parametrize(
    "text",
    [
        "import haiku as hk\n\ndef net(x):\n    return hk.nets.MLP([30, 10])(x)\n",
        "from flax import linen as nn\n\nclass Net(nn.Module):\n    width: int = 8\n",
        "from flax import nnx\n\nclass Net(nnx.Module):\n    pass\n",
        "import equinox as eqx\n\nclass Net(eqx.Module):\n    layers: list\n",
        "import jax\n\ndef net(params, x):\n    return jax.nn.relu(x @ params)\n",
    ],
)
def test_code_for_jax_is_refused_at_once(tmp_path, text):
    path = tmp_path / "net.py"
    path.write_text(text)
    with pytest.raises(ModelError) as caught:
        read(path)
    assert caught.value.lines() == [
        "unsupported model: net.py is written for JAX",
        "hint: net2fig reads models of Keras and PyTorch, and files: export the model to ONNX",
    ]
