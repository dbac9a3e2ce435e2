"""Detectors in files end with their heads, as they do in code."""

from __future__ import annotations

from pathlib import Path

from net2fig.network import Network
from net2fig.read import read
from tests.read.exported.test_pt2 import CONV, ROOT, graph, node, save, sizes, tensor
from tests.read.onnx import writer as w

HEADS = (
    w.node("Conv", "x k", "c", name="body/Conv", pads=[1, 1, 1, 1]),
    w.node("Conv", "c s", "a", name="scores/Conv"),
    w.node("Conv", "c b", "d", name="boxes/Conv"),
)
WEIGHTS = (w.weight("k", 8, 3, 3, 3), w.weight("s", 5, 8, 1, 1), w.weight("b", 4, 8, 1, 1))
SELECT = (
    w.node("Reshape", "a five", "e"),
    w.node("Reshape", "d four", "f"),
    w.node("Transpose", "f", "g", perm=[0, 2, 1]),
    w.node("Sigmoid", "e", "h"),
)
SHAPES = (w.tensor("five", [1, 5, -1]), w.tensor("four", [1, 4, -1]))


def classes(network: Network) -> list[str]:
    return [layer.class_name for layer in network.layers]


def codes(network: Network) -> set[str]:
    return {notice.code for notice in network.notices}


def test_a_detector_ends_with_its_heads(tmp_path: Path) -> None:
    nodes = [
        *(*HEADS, *SELECT),
        w.node("NonMaxSuppression", "g h", "n"),
        w.node("GatherND", "g n", "y"),
        w.node("Relu", "h", "unused"),
    ]
    network = read(w.save(tmp_path, nodes, {"x": (1, 3, 16, 16)}, "y n", [*WEIGHTS, *SHAPES]))
    assert classes(network) == ["InputLayer", "Conv", "Conv", "Conv"]
    assert [port.layer for port in network.outputs] == ["scores", "boxes"]
    assert "post-processing" in codes(network)


def test_the_operators_of_a_runtime_select_too(tmp_path: Path) -> None:
    end = w.node("EfficientNMS_TRT", "g h", "n m", domain="TRT")
    nodes = [*HEADS, *SELECT, end]
    network = read(w.save(tmp_path, nodes, {"x": (1, 3, 16, 16)}, "n m", [*WEIGHTS, *SHAPES]))
    assert classes(network) == ["InputLayer", "Conv", "Conv", "Conv"]
    assert "unknown-shape" not in codes(network)


def test_graphs_that_are_not_drawn_are_not_told(tmp_path: Path) -> None:
    branch = w.Graph([w.node("Identity", "n", "o")], {}, "o")
    nodes = [
        *(*HEADS, *SELECT),
        w.node("NonMaxSuppression", "g h", "n"),
        w.node("ReduceMax", "h", "q", keepdims=0),
        w.node("Greater", "q q", "flag"),
        w.node("If", "flag", "y", then_branch=branch, else_branch=branch),
    ]
    network = read(w.save(tmp_path, nodes, {"x": (1, 3, 16, 16)}, "y", [*WEIGHTS, *SHAPES]))
    assert classes(network) == ["InputLayer", "Conv", "Conv", "Conv"]
    assert "inner-graph" not in codes(network)


def test_regions_are_selected_by_one_call(tmp_path: Path) -> None:
    nodes = [
        *(*HEADS, *SELECT),
        w.node("NonMaxSuppression", "g h", "n"),
        w.node("GatherND", "g n", "r"),
        w.node("RoiAlign", "c r zero", "p", name="pool/RoiAlign", output_height=2, output_width=2),
        w.node("Conv", "p m", "y", name="mask/Conv"),
    ]
    tensors = [*WEIGHTS, *SHAPES, w.weight("m", 6, 8, 1, 1), w.tensor("zero", [0])]
    network = read(w.save(tmp_path, nodes, {"x": (1, 3, 16, 16)}, "y", tensors))
    assert classes(network)[4:] == ["Selection", "RoiAlign", "Conv"]
    assert network["mask"].output == (None, 6, 2, 2)
    assert "selections" in codes(network)


def test_anchors_are_no_embedding(tmp_path: Path) -> None:
    nodes = [
        *(*HEADS, *SELECT),
        w.node("TopK", "h count", "v i", axis=2),
        *(w.node("Constant", "", name, value=w.weight(name, 128, 4)) for name in ("one", "two")),
        w.node("Concat", "one two", "anchors", axis=0),
        w.node("Gather", "anchors i", "y", axis=0),
    ]
    tensors = [*WEIGHTS, *SHAPES, w.tensor("count", [9])]
    network = read(w.save(tmp_path, nodes, {"x": (1, 3, 16, 16)}, "y v", tensors))
    assert classes(network) == ["InputLayer", "Conv", "Conv"]
    assert [port.layer for port in network.outputs] == ["scores"]


def test_programs(tmp_path: Path) -> None:
    nodes = [
        node("conv2d.default", "c", CONV, input=tensor("x"), weight=tensor("p_w")),
        node("view.default", "v", ROOT, self=tensor("c"), size={"as_ints": [1, 128]}),
        node("topk.default", "t", ROOT, self=tensor("v"), k={"as_int": 5}),
        node("index.Tensor", "y", ROOT, self=tensor("v"), indices={"as_tensors": [{"name": "t"}]}),
    ]
    suppress = node("index.Tensor", "y", ROOT, self=tensor("v"))
    suppress["target"] = "torch.ops.torchvision.nms.default"
    shapes = {
        "x": sizes(1, 3, 6, 6),
        "p_w": sizes(8, 3, 3, 3),
        "c": sizes(1, 8, 4, 4),
        "v": sizes(1, 128),
        "t": sizes(1, 5),
        "y": sizes(1, 5),
    }
    for end in (nodes, [*nodes[:2], suppress]):
        network = read(save(tmp_path, graph(end, shapes, {"p_w": "conv.weight"})))
        assert classes(network) == ["InputLayer", "Conv2d"]
        assert "post-processing" in codes(network)
