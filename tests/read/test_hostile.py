"""Files made to harm: one clear error each, or a correct network, in bounded memory and time."""

from __future__ import annotations

import json
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import net2fig
from net2fig.errors import ModelError
from net2fig.read import limits, read
from net2fig.read.keras import architecture
from net2fig.read.keras.files import hdf5, zip_file

NAMES = [
    "<script>alert(1)</script>",
    "a\"b'c&amp;",
    "two\nlines\r\tand a tab",
    "\u202eright to left\u2066",
    "emoji 🦊 é 名前",
    "\x00\x1b[31m",
    "../../etc/passwd",
    "\\input{/etc/passwd}%#_$",
    "\ud800",
    "",
]


measured = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured by /proc")


def message(path) -> str:
    with pytest.raises(ModelError) as caught:
        read(path)
    return "\n".join(caught.value.lines())


def archive(path, text) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", text)
    return path


def memory_of(path) -> tuple[str, float]:
    """Return what a process says that reads a file, and its greatest memory in MiB."""
    code = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "from net2fig.errors import ModelError\n"
        "from net2fig.read import read\n"
        "try:\n    print(len(read(sys.argv[1]).layers))\n"
        "except ModelError as error:\n    print(error.message)\n"
        # What the process has ever held, counted from its own start.
        "print(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1])"
    )
    root = Path(__file__).parents[2]

    def limit():
        # Whatever goes wrong, the machine survives.
        resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))

    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=limit,
    )
    answer, peak = done.stdout.strip().splitlines()
    return answer, int(peak) / 2**10


def bomb(path) -> Path:
    """Write a member that unpacks to 256 MiB, and announces 2 GiB, by hand: spaces, deflated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = b" " * 2**20
    data = b"".join(packer.compress(piece) for _ in range(256)) + packer.flush()
    name = b"config.json"
    sizes = struct.pack("<III", 0, len(data), 2**31 - 1)
    local = b"PK\3\4" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes
    local += struct.pack("<HH", len(name), 0) + name
    entry = b"PK\1\2" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
    entry += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local) + len(data), 0)
    path.write_bytes(local + data + entry + b"PK\5\6" + end)
    return path


@measured
def test_a_zip_bomb_is_refused(tmp_path):
    answer, peak = memory_of(bomb(tmp_path / "a.keras"))
    assert answer == "unsupported Keras file: a.keras, config.json (more than 64 MiB)"
    assert peak < 400


@measured
def test_ten_million_layers_are_refused_before_they_take_memory(tmp_path):
    text = '{"class_name": "Sequential", "config": {"name": "m", "layers": [' + "{}," * 13_000_000
    answer, peak = memory_of(archive(tmp_path / "a.keras", f"{text}{{}}]}}}}"))
    assert answer == "unsupported JSON: a.keras, config.json (more than 2,500,000 values)"
    assert peak < 400


@measured
def test_the_largest_accepted_file_fits_in_memory(tmp_path):
    text = '{"class_name": "M", "config": [' + "{}," * (limits.ITEMS_LIMIT // 2 - 9)
    answer, peak = memory_of(archive(tmp_path / "a.keras", f"{text}{{}}]}}"))
    assert answer.startswith("unsupported model: 'M' in a.keras")
    assert peak < 500


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"class_name": "M", "config": '])
@pytest.mark.parametrize("suffix", [".keras", ".json", ".h5"])
def test_json_100_000_levels_deep(tmp_path, opening, suffix):
    deep = opening * 100_000
    path = tmp_path / f"a{suffix}"
    if suffix == ".keras":
        archive(path, deep)
    elif suffix == ".json":
        path.write_text(deep)
    else:
        path.write_bytes(b'\x89HDF\r\n\x1a\n{"class_name": "M", "config": ' + deep.encode() + b"\0")
    words = (
        "unsupported JSON: ",
        "unsupported model: ",
        "missing architecture: ",
        "invalid JSON: ",
    )
    assert message(path).startswith(words)


def test_members_with_outside_paths(tmp_path, config, chain):
    folder = tmp_path / "in"
    folder.mkdir()
    path = config.save(folder / "a.keras", chain)
    with zipfile.ZipFile(path, "a") as file:
        for name in ("../escaped.txt", f"{tmp_path}/escaped.txt", "C:\\escaped.txt"):
            file.writestr(name, "out")
    assert len(read(path).layers) == 3
    assert [item.name for item in tmp_path.rglob("*")] == ["in", "a.keras"]


def test_archives_with_only_outside_paths(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as file:
        file.writestr("../config.json", "{}")
        file.writestr("/config.json", "{}")
    assert message(tmp_path / "a.keras").startswith("invalid Keras file: a.keras (a zip archive")


@measured
def test_a_directory_of_too_many_members(tmp_path):
    path = tmp_path / "a.keras"
    entry = b"PK\1\2" + b"\0" * 42
    count = zip_file.DIRECTORY_LIMIT // len(entry) + 2
    end = struct.pack("<HHHHIIH", 0, 0, 65535, 65535, count * len(entry), 0, 0)
    path.write_bytes(entry * count + b"PK\5\6" + end)
    answer, peak = memory_of(path)
    assert answer == "unsupported Keras file: a.keras (an archive of too many members)"
    assert peak < 150


def test_a_name_of_a_megabyte_is_cut(tmp_path, config, chain):
    long = "n" * 2**20
    chain["config"]["name"] = long
    net = read(config.save(tmp_path / "a.keras", chain))
    assert len(net.name) == 10_000
    layers = [
        config.input("x", [None, 4]),
        config.layer("Dense", long, config.tensor("x", [None, 4]), units=3),
    ]
    net = read(config.save(tmp_path / "b.keras", config.model(layers, ["x", 0, 0], [long, 0, 0])))
    assert len(net.layers[1].id) == 10_000
    assert net.outputs[0].layer == net.layers[1].id


@pytest.mark.parametrize("name", NAMES)
def test_names_of_any_kind_are_drawn_as_text(tmp_path, config, name):
    layers = [
        config.input("x", [None, 8, 8, 3]),
        config.layer("Conv2D", name, config.tensor("x", [None, 8, 8, 3]), filters=4, kernel_size=3),
        config.layer(name or "C", "y", config.tensor(name, [None, 6, 6, 4])),
    ]
    if not name:
        layers[1]["name"] = layers[1]["config"]["name"] = "conv"
        layers[2] = config.layer("ReLU", "y", config.tensor("conv", [None, 6, 6, 4]))
    data = config.model(layers, ["x", 0, 0], ["y", 0, 0], name=name)
    path = config.save(tmp_path / "a.keras", data)
    network = read(path)
    assert len(network.layers) == 3
    if name:
        assert network.layers[1].name == name
    figure = net2fig.draw(network, detail="everything", labels={"name": True})
    root = ET.fromstring(figure.to_bytes("svg"))  # noqa: S314  (we have written it)
    assert not [item for item in root.iter() if item.tag.endswith("script")]


def test_cycles_in_files_of_keras_2(tmp_path):
    def layer(name, source):
        node = [[[source, 0, 0, {}]]]
        return {"class_name": "ReLU", "name": name, "config": {}, "inbound_nodes": node}

    config = {"name": "m", "layers": [layer("a", "b"), layer("b", "a")]}
    config |= {"input_layers": [], "output_layers": [["a", 0, 0]]}
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"class_name": "Functional", "config": config}))
    assert message(path).startswith("invalid model: its layers form a cycle")


@pytest.mark.parametrize(
    "nodes",
    [[[["x", 0]]], [["x", "y", 0, {}]], [[]], [[None]], [{"a": 1}], [3], [[["x", -1, 0, {}]]]],
)
def test_calls_of_an_unknown_form(tmp_path, nodes):
    layers = [
        {"class_name": "InputLayer", "name": "x", "config": {"batch_input_shape": [None, 3]}},
        {"class_name": "ReLU", "name": "r", "config": {}, "inbound_nodes": nodes},
    ]
    config = {"name": "m", "layers": layers}
    config |= {"input_layers": [["x", 0, 0]], "output_layers": [["r", 0, 0]]}
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"class_name": "Functional", "config": config}))
    try:
        layer_count = len(read(path).layers)
    except ModelError as error:
        layer_count = error.message.split()[0]
    assert layer_count in {1, 2, "invalid", "missing"}


def nested(config, depth, calls):
    """A model in a model, each of which calls the one inside several times."""
    shape = [None, 4]
    model = config.model([config.input("x", shape)], ["x", 0, 0], ["x", 0, 0], "m0")
    for level in range(1, depth):
        inner = f"m{level - 1}"
        nodes = [{"args": [config.tensor("x", shape)], "kwargs": {}}] * calls
        layers = [config.input("x", shape), {**model, "name": inner, "inbound_nodes": nodes}]
        model = config.model(layers, ["x", 0, 0], [inner, 1, 0], f"m{level}")
    return model


def test_models_that_call_each_other_more_and_more_often(tmp_path, config, monkeypatch):
    monkeypatch.setattr(architecture, "MODEL_LIMIT", 500)
    path = config.save(tmp_path / "a.keras", nested(config, 40, 2))
    assert message(path) == "unsupported model: more than 500 models in a.keras"


def test_more_connections_than_can_be_drawn(tmp_path, config, monkeypatch):
    monkeypatch.setattr(architecture, "TENSOR_LIMIT", 20)
    layer = config.layer("Add", "a", [config.tensor("x", [None, 4])] * 21)
    data = config.model([config.input("x", [None, 4]), layer], ["x", 0, 0], ["a", 0, 0])
    text = message(config.save(tmp_path / "a.keras", data))
    assert text == "unsupported model: more than 20 connections in a.keras"


def test_wrappers_in_wrappers_take_no_longer_the_deeper_they_are(tmp_path, config):
    axes: list = [None, 4]
    model = config.model(
        [config.input("x", axes), config.layer("Dense", "d", config.tensor("x", axes), units=4)],
        *(["x", 0, 0], ["d", 0, 0]),
    )
    for _level in range(12):
        axes = [None, 3, *axes[1:]]
        name = f"t{len(axes)}"
        wrapper = config.layer("TimeDistributed", name, config.tensor("x", axes), layer=model)
        model = config.model([config.input("x", axes), wrapper], ["x", 0, 0], [name, 0, 0])
    began = time.process_time()
    assert read(config.save(tmp_path / "a.keras", model)).layers
    assert time.process_time() - began < 10


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_unsupported_compression_method(tmp_path, method):
    with zipfile.ZipFile(tmp_path / "a.keras", "w", method) as file:
        file.writestr("config.json", "{}")
    assert message(tmp_path / "a.keras").startswith("unsupported Keras file: a.keras, config.json")


def test_more_values_than_fit_into_memory(tmp_path, config):
    whole = config.tensor("x", [None, 8])
    layer = config.layer("Split", "s", whole, module="keras.ops", indices_or_sections=10**9, axis=1)
    data = config.model([config.input("x", [None, 8]), layer], ["x", 0, 0], ["s", 0, 0])
    assert read(config.save(tmp_path / "a.keras", data)).layers[1].output is None


def test_a_file_of_many_candidates(tmp_path, monkeypatch):
    monkeypatch.setattr(hdf5, "SEARCH_LIMIT", 2**20)
    monkeypatch.setattr(hdf5, "read_with_h5py", lambda _path: None)
    (tmp_path / "a.h5").write_bytes(hdf5.MAGIC + b'{"config": "' * 50_000)
    assert message(tmp_path / "a.h5").startswith("missing architecture: a.h5 has no model_config")
    folder = tmp_path / "net"
    folder.mkdir()
    pieces = b"\x0a\xff\xff\xff\x7f" + b'_tf_keras_model*aa{"a' * 50_000
    (folder / "keras_metadata.pb").write_bytes(pieces)
    assert message(folder).startswith("invalid SavedModel: net, keras_metadata.pb is damaged")
