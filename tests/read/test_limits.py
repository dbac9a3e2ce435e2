"""One limit of size, of values and of depth, whatever the format."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import subprocess
import sys
import threading

import pytest

from net2fig.attributes import LARGEST
from net2fig.errors import ModelError
from net2fig.read import dump, load, read
from net2fig.read import limits as limits_module
from net2fig.read.keras.files import hdf5, saved_model
from net2fig.read.keras.files.containers import YAML_LIMIT, find_architecture, read_yaml
from net2fig.read.limits import DEPTH_LIMIT, ValueCounter, check_depth, parse_json
from net2fig.rules.shapes import shape_of
from tests.conftest import ROOT, keras_layer, keras_model

needs_yaml = pytest.mark.skipif(
    importlib.util.find_spec("yaml") is None, reason="PyYAML is not installed"
)


def message(function, *arguments) -> str:
    with pytest.raises(ModelError) as caught:
        function(*arguments)
    return caught.value.message


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def test_depth_is_limited() -> None:
    assert parse_json(nested(DEPTH_LIMIT), "a")
    text = nested(DEPTH_LIMIT + 1)
    assert message(parse_json, text, "a") == "unsupported JSON: a is nested too deeply"
    ring: list = []
    ring.append(ring)
    assert message(check_depth, ring, "a") == "unsupported JSON: a is nested too deeply"


def test_the_texts_of_one_source_are_counted_together(monkeypatch) -> None:
    monkeypatch.setattr(limits_module, "ITEMS_LIMIT", 10)
    counter = ValueCounter("a")
    parse_json("[1,2,3,4,5]", "a", counter)
    line = message(parse_json, "[1,2,3,4,5,6]", "a", counter)
    assert line == "unsupported JSON: a (more than 10 values)"


def test_json_in_json_is_counted_with_the_rest(monkeypatch) -> None:
    inner = json.dumps({"class_name": "Dense", "config": {"a": [1] * 8}})
    data = {"a": inner, "b": inner, "c": inner}
    assert find_architecture(data, "a") is None
    monkeypatch.setattr(limits_module, "ITEMS_LIMIT", 25)
    line = message(find_architecture, data, "a")
    assert line == "unsupported JSON: a (more than 25 values)"


@needs_yaml
@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "[" + "[]," * YAML_LIMIT + "]",
            f"unsupported YAML: m.yml (more than {YAML_LIMIT:,} values)",
        ),
        ("a: &a {x: 1}\nb: {<<: *a}", "invalid YAML: m.yml: a mapping is merged into another"),
        ("a: 1" + ":59" * 1000, "invalid YAML: m.yml: a number of 3001 digits"),
        ("[" * 300 + "]" * 300, "unsupported YAML: m.yml is nested too deeply"),
    ],
)
def test_yaml_is_bounded_before_it_is_built(tmp_path, text, line) -> None:
    path = tmp_path / "m.yml"
    path.write_text(text)
    assert message(read_yaml, path) == line


@needs_yaml
def test_keys_of_yaml_are_texts(tmp_path) -> None:
    path = tmp_path / "m.yml"
    path.write_text("{null: 1, 2: 3, a: {true: 4}}")
    assert read_yaml(path) == {"None": 1, "2": 3, "a": {"True": 4}}


def test_fields_of_a_saved_model_are_counted(tmp_path, monkeypatch) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\0" * 101)
    monkeypatch.setattr(saved_model, "FIELDS_LIMIT", 100)
    line = message(read, tmp_path)
    name = tmp_path.name
    assert line == f"unsupported SavedModel: {name}, saved_model.pb (more than 100 values)"


def test_a_saved_model_has_a_limit(tmp_path, monkeypatch) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\0" * 2**20)
    monkeypatch.setattr(saved_model, "MESSAGE_LIMIT", 2**20)
    assert message(read, tmp_path).endswith(", saved_model.pb (more than 1 MiB)")


HEAD = b"\x89HDF\r\n\x1a\n"
CONFIG = keras_model(
    [
        keras_layer("InputLayer", "x", batch_shape=[None, 8]),
        keras_layer("Dense", "d", "x", units=3),
    ],
    "x",
    "d",
)


@pytest.mark.parametrize("place", [0, 990, 1023, 1024, 1025, 5000])
def test_an_architecture_is_found_wherever_blocks_meet(tmp_path, monkeypatch, place) -> None:
    monkeypatch.setattr(hdf5, "BLOCK", 1024)
    path = tmp_path / "m.h5"
    other = b'{"class_name": "Adam", "config": {}}\0'
    path.write_bytes(HEAD + other + b"x" * place + json.dumps(CONFIG).encode() + b"\0rest")
    assert [layer.id for layer in read(path).layers] == ["x", "d"]


@pytest.mark.skipif(sys.platform == "win32", reason="files that are open cannot be replaced")
def test_a_file_that_becomes_shorter_ends_no_process(tmp_path) -> None:
    path = tmp_path / "m.h5"
    data = HEAD + b"x" * 2**22 + json.dumps(CONFIG).encode() + b"\0"
    code = (
        "import sys\nfrom net2fig.errors import ModelError\nfrom net2fig.read import read\n"
        "for _ in range(40):\n    try:\n        read(sys.argv[1])\n"
        "    except ModelError:\n        pass\n"
    )
    path.write_bytes(data)
    done = threading.Event()

    def rewrite() -> None:
        while not done.is_set():
            os.truncate(path, 16)
            path.write_bytes(data)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        process = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=False)
    finally:
        done.set()
        writer.join()
    assert process.returncode == 0


@pytest.mark.parametrize("axis", [LARGEST + 1, 10**400])
def test_sizes_are_bounded(axis) -> None:
    assert shape_of([None, axis]) is None
    assert shape_of([None, LARGEST]) == (None, LARGEST)


def test_a_dense_layer_of_any_size_has_a_count_or_none(tmp_path) -> None:
    for units in (10**400, LARGEST):
        layers = [
            keras_layer("InputLayer", "x", batch_shape=[None, LARGEST]),
            keras_layer("Dense", "d", "x", units=units),
        ]
        path = tmp_path / "m.json"
        path.write_text(json.dumps(keras_model(layers, "x", "d")))
        assert read(path).layers[-1].params is None


def test_half_a_character_is_written_as_an_escape(tmp_path) -> None:
    path = tmp_path / "m.json"
    path.write_text(json.dumps(keras_model(CONFIG["config"]["layers"], "x", "d")))
    network = read(path, name="a\ud800")
    text = dump(network)
    assert load(text) == network
    assert b"\\ud800" in text.encode()


def test_gzip_has_the_limit_of_json(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(limits_module, "ITEMS_LIMIT", 10)
    path = tmp_path / "m.json.gz"
    path.write_bytes(gzip.compress(b"[" + b"1," * 20 + b"1]"))
    assert message(read, path) == "unsupported JSON: m.json.gz (more than 10 values)"
