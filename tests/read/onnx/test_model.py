"""What is taken from the bytes of a file: sizes and small values, never weights."""

from __future__ import annotations

import math

import pytest

from net2fig.errors import ModelError
from net2fig.read import limits
from net2fig.read.onnx import model
from net2fig.read.onnx.model import Graph, Parser, Reference
from tests.read.onnx import writer as w


def parse(data: bytes) -> model.Model:
    return Parser("a.onnx").model(memoryview(data))


def test_a_file_has_nodes_tensors_and_ports() -> None:
    nodes = [w.node("Conv", "x k", "y", name="/conv/Conv", strides=[2, 2], group=1)]
    found = parse(w.model(nodes, {"x": ("batch", 3, None, 8)}, "y", [w.weight("k", 4, 3, 3, 3)]))
    assert (found.producer, found.opset, found.graph.name) == ("tests", 20, "net")
    (node,) = found.graph.nodes
    assert (node.op, node.name, node.inputs, node.outputs) == (
        "Conv",
        "/conv/Conv",
        ("x", "k"),
        ("y",),
    )
    assert node.attributes == {"strides": [2, 2], "group": 1}
    assert found.graph.inputs[0].shape == ("batch", 3, None, 8)
    (tensor,) = found.graph.tensors
    assert (tensor.name, tensor.shape, tensor.size, tensor.values) == ("k", (4, 3, 3, 3), 108, None)


def test_small_tensors_keep_their_values() -> None:
    nodes = [
        w.node("Constant", "", "a", value=w.tensor("", [1, -2, 3])),
        w.node("Constant", "", "b", value=w.tensor("", 0.5)),
        w.node("Constant", "", "c", value_float=2.5, value_string="text", value_int=-7),
    ]
    one, two, three = (node.attributes for node in parse(w.model(nodes, {}, "a")).graph.nodes)
    assert one["value"].values == (1, -2, 3)
    assert (two["value"].values, two["value"].shape) == ((0.5,), ())
    assert three == {"value_float": 2.5, "value_string": "text", "value_int": -7}


@pytest.mark.parametrize(
    ("dtype", "fields", "values"),
    [
        (7, w.data(7, w.varint(5) + w.varint(-1)), (5, -1)),
        (6, w.number(5, 3), (3,)),
        (10, w.data(9, b"\x00\x3c\x00\xc0"), (1.0, -2.0)),
        (11, w.data(10, b"\x00" * 8), (0.0,)),
        (9, w.data(9, b"\x01\x00"), (True, False)),
        (16, w.data(9, b"\x00\x00"), None),
        (7, b"", None),
    ],
)
def test_values_are_stored_in_many_ways(
    dtype: int, fields: bytes, values: tuple[float, ...] | None
) -> None:
    size = len(values) if values else 1
    data = w.data(1, w.varint(size)) + w.number(2, dtype) + fields + w.data(8, "t")
    found = Parser("a").tensor(memoryview(data))
    assert (found.shape, found.values) == ((size,), values)


def test_a_node_holds_graphs_and_references() -> None:
    inner = w.Graph([w.node("Relu", "x", "y")], {}, "y")
    nodes = [w.node("If", "c", "y", then_branch=inner, axis=w.Ref("dim"))]
    (node,) = parse(w.model(nodes, {}, "y")).graph.nodes
    assert isinstance(node.attributes["then_branch"], Graph)
    assert node.attributes["then_branch"].nodes[0].op == "Relu"
    assert node.attributes["axis"] == Reference("dim")


def test_only_notes_about_the_code_are_kept() -> None:
    scopes = [("", "net.Net"), ("conv", "torch.nn.modules.conv.Conv2d"), ("c", "aten.conv2d")]
    data = w.node("Relu", "x", "y", scopes=scopes) + w.data(9, w.data(1, "a") + w.data(2, "b"))
    (node,) = parse(w.model([data], {}, "y")).graph.nodes
    assert set(node.notes) == {"name_scopes", "class_hierarchy"}


@pytest.mark.parametrize(
    "data",
    [
        b"\x08\x07",
        b"\x3a\x05\x0a",
        b"\x3a\xff\xff\xff\xff\x0f",
        b"\x3b",
        w.data(7, w.number(1, 3)),
        w.data(7, w.data(5, w.number(1, -3))),
        w.data(7, w.data(5, w.number(1, 2) * 40)),
    ],
)
def test_damage_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(data)


def test_counts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ITEMS_LIMIT", 100)
    with pytest.raises(ModelError, match=r"^unsupported ONNX: a\.onnx \(more than 100 values\)"):
        parse(w.model([w.node("Relu", "x", "y")] * 50, {}, "y"))


def test_nodes_connections_and_names_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = w.model([w.node("Sum", "x x x", "y", name="n" * 50)] * 20, {}, "y")
    parse(data)
    for limit, value, words in (
        ("MAX_NODES", 10, "10 nodes"),
        ("MAX_CONNECTIONS", 50, "50 connections"),
        ("MAX_TEXTS", 500, "0 MiB of names"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(model, limit, value)
            with pytest.raises(
                ModelError, match=rf"^unsupported ONNX: a\.onnx \(more than {words}"
            ):
                parse(data)


def test_graphs_in_graphs_are_bounded() -> None:
    graph = w.Graph([], {}, "y")
    for _ in range(model.MAX_DEPTH + 2):
        graph = w.Graph([w.node("If", "c", "y", then_branch=graph)], {}, "y")
    with pytest.raises(ModelError, match="graphs in graphs"):
        parse(w.number(1, 8) + w.data(7, graph.bytes))


def test_sizes_are_multiplied_and_nothing_is_allocated() -> None:
    data = w.model([w.node("Relu", "x", "y")], {}, "y", [w.weight("w", 2**40, 2**40)])
    assert parse(data).graph.tensors[0].size == math.prod((2**40, 2**40))
