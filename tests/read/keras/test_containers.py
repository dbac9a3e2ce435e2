"""Architectures inside other data: TensorFlow.js, JSON in JSON, gzip, YAML."""

from __future__ import annotations

import gzip
import importlib.util
import json

import pytest

from net2fig.errors import ModelError
from net2fig.read import limits, read
from net2fig.read.keras.files import containers
from net2fig.read.native import dump

needs_yaml = pytest.mark.skipif(not importlib.util.find_spec("yaml"), reason="no PyYAML")

OLD = {
    "class_name": "Sequential",
    "config": [
        {
            "class_name": "Dense",
            "config": {"name": "d", "units": 16, "use_bias": True, "batch_input_shape": [None, 4]},
        }
    ],
}


def write(path, data):
    path.write_text(json.dumps(data))
    return path


def message(path):
    with pytest.raises(ModelError) as caught:
        read(path)
    return "\n".join(caught.value.lines())


@pytest.mark.parametrize(
    "wrap",
    [
        lambda model: {"modelTopology": model, "weightsManifest": []},
        lambda model: {"format": "layers-model", "modelTopology": {"model_config": model}},
        lambda model: {"config": {"architecture": model}, "version": 3},
        json.dumps,
        lambda model: {"model_json": json.dumps(model), "optimizer": {"class_name": "Adam"}},
        lambda model: [{"name": "a"}, model],
    ],
)
def test_an_architecture_inside_other_data(tmp_path, chain, wrap):
    for model, params in ((OLD, 80), (chain, 112 + 35)):
        network = read(write(tmp_path / "model.json", wrap(model)))
        assert network.params == params


def test_several_architectures(tmp_path, chain):
    text = message(write(tmp_path / "gan.json", {"generator": chain, "critic": [OLD]}))
    assert text.splitlines() == [
        "ambiguous model: gan.json holds 2 architectures, at 'generator', 'critic[0]'",
        "hint: write the one to draw into a separate file",
    ]


def test_a_graph_of_tensorflow_js(tmp_path):
    data = {"format": "graph-model", "modelTopology": {"node": []}, "weightsManifest": []}
    assert message(write(tmp_path / "model.json", data)).splitlines() == [
        "unsupported format: model.json is a graph of TensorFlow.js without layers of Keras",
        "hint: draw the Keras model that it was converted from",
    ]


@pytest.mark.parametrize("data", [{"model_type": "bert"}, [], 3, "text", {"config": {"layers": 3}}])
def test_json_without_an_architecture(tmp_path, data):
    assert message(write(tmp_path / "a.json", data)).startswith("invalid JSON: a.json is neither")


def test_json_in_gzip(tmp_path, chain, monkeypatch):
    path = tmp_path / "net.json.gz"
    packed = gzip.compress(json.dumps(chain).encode())
    path.write_bytes(packed)
    network = read(path)
    assert len(network.layers) == 3
    path.write_bytes(gzip.compress(dump(network).encode()))
    assert read(path) == network
    path.write_bytes(packed[:-9])
    assert message(path).startswith("invalid gzip: net.json.gz is truncated or damaged\nhint: ")
    monkeypatch.setattr(containers, "CONFIG_LIMIT", 2**20)
    monkeypatch.setattr(limits, "CONFIG_LIMIT", 2**20)
    path.write_bytes(gzip.compress(b" " * (2**20 + 1)))
    assert message(path) == "unsupported JSON: net.json.gz (more than 1 MiB)"


@needs_yaml
def test_yaml_of_earlier_keras(tmp_path):
    path = tmp_path / "model.yaml"
    path.write_text(
        "class_name: Sequential\nconfig:\n- class_name: Conv2D\n  config:\n"
        "    batch_input_shape: !!python/tuple [null, 28, 28, 1]\n    filters: 4\n    name: c\n"
        "    kernel_size: &id001 !!python/tuple [3, 3]\n    strides: [1, 1]\n"
        "    dilation_rate: [1, 1]\n    padding: valid\n    use_bias: true\n"
        "- class_name: Conv2D\n  config: {filters: 2, name: d, kernel_size: *id001,\n"
        "    strides: [1, 1], dilation_rate: [1, 1], padding: valid, use_bias: true}\n"
        "backend: tensorflow\nkeras_version: 2.1.5\n"
    )
    network = read(path)
    assert [layer.output for layer in network.layers[1:]] == [(None, 26, 26, 4), (None, 24, 24, 2)]


@needs_yaml
@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("a: [1, 2", "invalid YAML: m.yml: "),
        ("!!python/object/apply:os.system [touch out]", "invalid YAML: m.yml: "),
        ("a: &a [*a]", "unsupported YAML: m.yml (more than 2,500,000 values)"),
        ("[" * 5000, "invalid YAML: m.yml: "),
        (
            "a: &a [1,1,1,1,1,1,1,1,1]\n"
            + "".join(
                f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n"
                for a, b in zip("abcdefgh", "bcdefghi", strict=True)
            ),
            "unsupported YAML: m.yml (more than 2,500,000 values)",
        ),
    ],
)
def test_harmful_yaml(tmp_path, monkeypatch, text, start):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "m.yml"
    path.write_text(text)
    assert message(path).startswith(start)
    assert [item.name for item in tmp_path.iterdir()] == ["m.yml"]


def test_yaml_without_pyyaml(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    (tmp_path / "m.yaml").write_text("a: 1")
    assert message(tmp_path / "m.yaml").startswith("missing package: pyyaml, which reads m.yaml\n")
