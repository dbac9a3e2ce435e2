"""Whole files: networks, axes, notices, and the same figure as the code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from net2fig.comparison import compare
from net2fig.errors import ModelError, UsageError
from net2fig.figure import draw
from net2fig.network import Network
from net2fig.read import read
from tests.read.onnx import writer as w
from tests.read.onnx.export import FILES, NETS, make

BOTH = ("script", "graph")

RESHAPES = ("flatten", "view", "reshape", "transpose")


def glyphs(source: Any) -> list[tuple[str, ...]]:
    """Return kind, number of layers, count and sizes of each glyph of a figure."""
    from xml.etree import ElementTree as ET

    root = ET.fromstring(draw(source).to_bytes("svg"))  # noqa: S314  (our own)
    names = ("class", "data-count", "data-in", "data-out")
    return [
        tuple(each.get(name, "") for name in names)
        for each in root.iter()
        if each.get("class", "").startswith("glyph")
    ]


@pytest.mark.torch
@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("name", NETS)
def test_the_figure_is_that_of_the_code(name: str, kind: str) -> None:
    if (name, kind) == ("fpn", "script"):
        pytest.skip("its blocks are found by their classes, which the file does not hold")
    module, inputs = make(name)
    code, saved = read(module, example=inputs), read(FILES / f"{name}.{kind}.onnx")
    assert glyphs(saved) == glyphs(code)
    gone = {sort for each in compare(code, saved).differences for sort in each.classes}
    assert gone <= {"BatchNorm1d", "BatchNorm2d", "Dropout", *RESHAPES}
    assert {each.sort for each in compare(code, saved).differences} <= {"removed", "replaced"}


@pytest.mark.torch
@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("name", NETS.keys() - {"fpn"})
def test_parameters_are_those_of_the_module(name: str, kind: str) -> None:
    import torch

    module, _ = make(name)
    norms = (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)
    folded = [each.weight.numel() for each in module.modules() if isinstance(each, norms)]
    total = sum(value.numel() for value in module.parameters())
    network = read(FILES / f"{name}.{kind}.onnx")
    is_folded = any(notice.code == "folded-normalisation" for notice in network.notices)
    kept = sum(layer.op == "BatchNormalization" for layer in network.layers)
    # What stands behind a convolution is folded, its shift into the bias if there is one; what
    # stands before one, as in DenseNet, is not.
    assert is_folded == (kept < len(folded))
    assert total - 2 * sum(folded) <= network.params <= total
    assert network.params == total or is_folded


@pytest.mark.parametrize("name", NETS.keys() - {"fpn"})
def test_both_exporters_give_the_same_figure(name: str) -> None:
    assert glyphs(FILES / f"{name}.script.onnx") == glyphs(FILES / f"{name}.graph.onnx")


def test_a_graph_has_the_classes_of_the_code() -> None:
    network = read(FILES / "resnet.graph.onnx")
    assert network.name == "ResNet"
    assert network["layer2.0.conv1"].class_name == "Conv2d"
    assert [step.class_name for step in network["layer2.0.conv1"].scope] == ["Bottleneck"]
    report = draw(network).report
    assert [group["name"] for group in report["groups"]] == ["Bottleneck"]


def test_folded_normalisation_is_told() -> None:
    (notice,) = read(FILES / "resnet.script.onnx").notices
    assert notice.text == "the exporter has folded batch normalisation into 20 convolutions"


def test_open_axes_stay_open() -> None:
    network = read(FILES / "unet.open.onnx")
    assert network["image"].output == (None, 3, None, None)
    assert network["down1.maxpool_conv.1.double_conv.0"].output == (None, 8, None, None)
    assert "H/16×W/16" in draw(network).to_bytes("svg").decode()
    given = read(FILES / "unet.open.onnx", input_shape="3x96x64")
    assert given["down1.maxpool_conv.1.double_conv.0"].output == (None, 8, 48, 32)
    with pytest.raises(UsageError, match="unknown input: 'nothing'"):
        read(FILES / "unet.open.onnx", input_shape="nothing=3x96x64")


def keras_like() -> tuple[Any, ...]:
    """Return a network as it is converted from Keras: the features last, but for convolutions."""
    nodes = [
        w.node("Transpose", "x", "t", name="net/conv1/Conv2D__5", perm=[0, 3, 1, 2]),
        w.node("Conv", "t k b", "c", name="net/conv1/Conv2D", pads=[1, 1, 1, 1]),
        w.node("Relu", "c", "r", name="net/act/Relu"),
        w.node("GlobalAveragePool", "r", "p", name="net/pool/Mean"),
        w.node("Squeeze", "p axes", "s", name="net/pool/Mean_Squeeze"),
        w.node("MatMul", "s d", "m", name="net/dense/MatMul"),
        w.node("Add", "m e", "a", name="net/dense/BiasAdd"),
        w.node("Softmax", "a", "y", name="net/dense/Softmax"),
    ]
    tensors = [
        *(w.weight("k", 8, 3, 3, 3), w.weight("b", 8), w.weight("d", 8, 5), w.weight("e", 5)),
        w.tensor("axes", [2, 3]),
    ]
    return nodes, {"x": ("n", 16, 24, 3)}, "y", tensors


def test_features_last(tmp_path: Path) -> None:
    network = read(w.save(tmp_path, *keras_like(), producer="tf2onnx"))
    assert [(layer.id, layer.op) for layer in network.layers] == [
        ("x", "InputLayer"),
        ("conv1.permute", "Reshape"),
        ("conv1", "Conv2D"),
        ("act", "ReLU"),
        ("pool", "GlobalAveragePooling2D"),
        ("dense", "Dense"),
        ("dense/Softmax", "Softmax"),
    ]
    before, after = network["x"].extent(), network["conv1"].extent()
    assert before is not None
    assert after is not None
    assert (before.spatial, before.features) == ((16, 24), 3)
    assert (after.spatial, after.features) == ((16, 24), 8)
    assert network["conv1"].class_name == "Conv"
    assert network.params == 8 * 27 + 8 + 45


def test_all_formats_and_commands_work_on_it(tmp_path: Path) -> None:
    from net2fig.chips import chip
    from net2fig.read import dump, load

    path = w.save(tmp_path, *keras_like())
    figure = draw(path, hide=["Relu"])
    for format in ("svg", "tex", "html"):
        assert figure.to_bytes(format)
    network = read(path)
    assert load(dump(network)) == network
    assert chip([path]).to_bytes("svg")
    grouped = draw(path, group=[{"name": "Block", "match": "Conv > Relu"}])
    assert [group["name"] for group in grouped.report["groups"]] == ["Block"]


def test_no_other_file_is_opened(tmp_path: Path) -> None:
    place = w.data(13, w.data(1, "location") + w.data(2, str(tmp_path / "secret")))
    tensor = w.weight("k", 4, 3, 3, 3) + place + w.number(14, 1)
    path = w.save(tmp_path, [w.node("Conv", "x k", "y")], {"x": (1, 3, 8, 8)}, "y", [tensor])
    (tmp_path / "secret").write_bytes(b"\0" * 432)
    opened: list[str] = []
    watching = [True]

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open":
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    network = read(path)
    watching.clear()
    assert network.params == 108
    assert [each for each in opened if each.startswith(str(tmp_path))] == [str(path)]


def test_a_file_is_known_by_its_contents(tmp_path: Path) -> None:
    path = w.save(tmp_path, *keras_like(), file="model.bin")
    assert len(read(path).layers) == 7
    assert len(read(path.rename(tmp_path / "model")).layers) == 7


def test_earlier_exporters_write_no_scopes(tmp_path: Path) -> None:
    nodes = [
        w.node("Conv", "x features.0.weight", "c", name="Conv_0", pads=[1] * 4),
        w.node("Relu", "c", "r", name="Relu_1"),
        w.node("Conv", "r features.2.weight", "y", name="Conv_2", pads=[1] * 4),
    ]
    tensors = [w.weight("features.0.weight", 4, 3, 3, 3), w.weight("features.2.weight", 4, 4, 3, 3)]
    path = w.save(tmp_path, nodes, {"x": (1, 3, 8, 8)}, "y", tensors, producer="pytorch")
    names = [(layer.id, layer.class_name) for layer in read(path).layers[1:]]
    assert names == [
        ("features.0", "Conv2d"),
        ("features.relu", "relu"),
        ("features.2", "Conv2d"),
    ]


def test_shared_layers(tmp_path: Path) -> None:
    nodes = [
        w.node("Gemm", "a k", "m", name="/enc/Gemm", transB=1),
        w.node("Gemm", "b k", "n", name="/enc_1/Gemm", transB=1),
        w.node("Concat", "m n", "y", name="/Concat", axis=1),
    ]
    inputs = {"a": (1, 8), "b": (1, 8)}
    tensors = [w.weight("enc.weight", 4, 8)]
    nodes = [each.replace(b"\x0a\x01k", b"\x0a\x0aenc.weight") for each in nodes]
    network = read(w.save(tmp_path, nodes, inputs, "y", tensors, producer="pytorch"))
    assert [layer.id for layer in network.layers if layer.shared] == ["enc", "enc@2"]
    assert network.params == 32


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x08\x07", r"invalid ONNX file: a\.onnx is damaged, or none \(it holds no graph\)"),
        (b"PK\x03\x04", r"invalid ONNX file: a\.onnx is damaged, or none"),
        (w.model([], {"x": (1,)}, "x"), "missing layers"),
        (w.model([w.node("Relu", "q", "y")], {}, "y"), "missing tensor: 'q'"),
        (
            w.model([w.node("Relu", "k", "y")], {}, "y", [w.weight("k", 3)]),
            r"unsupported model: what a\.onnx returns does not depend on its inputs",
        ),
    ],
)
def test_errors(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(data)
    with pytest.raises(ModelError, match=f"^{message}"):
        read(path)


def test_a_loop_is_one_layer_and_told(tmp_path: Path) -> None:
    body = w.Graph([w.node("Relu", "h", "o")], {"h": (1, 8)}, "o")
    nodes = [w.node("Scan", "x", "y", name="scan", body=body, num_scan_inputs=1)]
    network: Network = read(w.save(tmp_path, nodes, {"x": (1, 8)}, "y"))
    codes = {notice.code for notice in network.notices}
    assert "inner-graph" in codes
    assert [layer.class_name for layer in network.layers] == ["InputLayer", "Scan"]
