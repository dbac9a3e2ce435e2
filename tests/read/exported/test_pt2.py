"""`.pt2` files: the graph in the archive as data."""

from __future__ import annotations

import json
import random
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from net2fig.comparison import compare
from net2fig.errors import WORDS, ModelError
from net2fig.read import read
from net2fig.read.exported import pt2
from tests.read.onnx.export import NETS, make
from tests.read.onnx.test_damaged import NETWORK, try_to_read
from tests.read.onnx.test_reader import glyphs

Json = dict[str, Any]


def tensor(name: str) -> Json:
    return {"as_tensor": {"name": name}}


def node(target: str, out: str, stack: str = "", **arguments: Any) -> Json:
    return {
        "target": f"torch.ops.aten.{target}",
        "inputs": [{"name": word, "arg": value, "kind": 1} for word, value in arguments.items()],
        "outputs": [tensor(out)],
        "metadata": {"nn_module_stack": stack},
        "name": out,
    }


def sizes(*shape: int | Json) -> Json:
    return {"sizes": [{"as_int": each} if isinstance(each, int) else each for each in shape]}


def graph(
    nodes: list[Json], shapes: dict[str, Json], weights: dict[str, str], end: str = "y"
) -> Json:
    """Return a graph from "x" to `end`; `weights` are the names of parameters."""
    specs: list[Json] = [
        {"parameter": {"arg": {"name": name}, "parameter_name": path}}
        for name, path in weights.items()
    ]
    specs.append({"user_input": {"arg": tensor("x")}})
    return {
        "graph_module": {
            "graph": {"inputs": [], "outputs": [], "nodes": nodes, "tensor_values": shapes},
            "signature": {
                "input_specs": specs,
                "output_specs": [{"user_output": {"arg": tensor(end)}}],
            },
        }
    }


def save(
    folder: Path, data: Any, name: str = "net.pt2", member: str = "net/models/model.json"
) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, data if isinstance(data, str) else json.dumps(data))
        archive.writestr("net/data/weights/weight_0", b"\0" * 8)
    return path


ROOT = "L__self__,,nets.Net"
CONV = f"{ROOT};L__self__conv,conv,torch.nn.modules.conv.Conv2d"


def small() -> Json:
    nodes = [
        node(
            *("conv2d.default", "c", CONV),
            input=tensor("x"),
            weight=tensor("p_w"),
            bias=tensor("p_b"),
            stride={"as_ints": [2, 2]},
        ),
        node("relu.default", "y", ROOT, self=tensor("c")),
    ]
    shapes = {
        "x": sizes(1, 3, 9, 9),
        "p_w": sizes(8, 3, 3, 3),
        "p_b": sizes(8),
        "c": sizes(1, 8, 4, 4),
        "y": sizes(1, 8, 4, 4),
    }
    return graph(nodes, shapes, {"p_w": "conv.weight", "p_b": "conv.bias"})


def test_layers_functions_shapes_and_parameters(tmp_path: Path) -> None:
    network = read(save(tmp_path, small()))
    assert (network.name, network.params) == ("Net", 224)
    conv, relu = network.layers[1:]
    assert (conv.id, conv.class_name, conv.op) == ("conv", "Conv2d", "Conv2D")
    assert (conv.output, conv.axes) == ((None, 8, 4, 4), ("NCSS",))
    assert conv.config["stride"] == [2, 2]
    assert conv.config["dilation"] == [1, 1]
    assert (relu.id, relu.class_name) == ("relu", "relu")


def test_the_suffix_does_not_matter(tmp_path: Path) -> None:
    assert len(read(save(tmp_path, small(), "net.pt")).layers) == 3
    member = "serialized_exported_program.json"
    assert len(read(save(tmp_path, small(), "old.pt2", member)).layers) == 3


def test_a_second_call_of_a_module(tmp_path: Path) -> None:
    data = small()
    again = node(
        *("conv2d.default", "d", CONV.replace("conv,conv", "conv@1,conv")),
        input=tensor("y"),
        weight=tensor("p_w"),
        bias=tensor("p_b"),
    )
    content = data["graph_module"]["graph"]
    content["nodes"].append(again)
    content["tensor_values"]["d"] = sizes(1, 8, 2, 2)
    data["graph_module"]["signature"]["output_specs"][0]["user_output"]["arg"] = tensor("d")
    network = read(save(tmp_path, data))
    assert [layer.id for layer in network.layers] == ["x", "conv", "relu", "conv@2"]
    assert network.params == 224
    assert network["conv"].shared


def test_a_change_in_place_reaches_the_whole(tmp_path: Path) -> None:
    nodes = [
        node("relu.default", "a", ROOT, self=tensor("x")),
        node("slice.Tensor", "b", ROOT, self=tensor("a"), dim={"as_int": 1}),
        node("add_.Tensor", "c", ROOT, self=tensor("b"), other={"as_float": 1.0}),
        node("tanh.default", "y", ROOT, self=tensor("a")),
    ]
    shapes = {name: sizes(1, 4 if name in "bc" else 8) for name in "xabcy"}
    network = read(save(tmp_path, graph(nodes, shapes, {})))
    names = [layer.class_name for layer in network.layers]
    assert names == ["InputLayer", "relu", "getitem", "add", "copy", "tanh"]


def test_variable_axes_are_open(tmp_path: Path) -> None:
    data = small()
    size = {"as_expr": {"expr_str": "s0", "hint": {"as_int": 9}}}
    half = {"as_expr": {"expr_str": "s0//2", "hint": {"as_int": 4}}}
    values = data["graph_module"]["graph"]["tensor_values"]
    values |= {"x": sizes(1, 3, size, size), "c": sizes(1, 8, half, half)}
    network = read(save(tmp_path, data))
    assert network["x"].output == (None, 3, None, None)
    assert network["conv"].output == (None, 8, None, None)


def test_a_graph_in_a_node_is_inlined(tmp_path: Path) -> None:
    inner = {
        "nodes": [node("relu.default", "r", ROOT, self=tensor("i"))],
        "inputs": [tensor("i")],
        "outputs": [tensor("r")],
        "tensor_values": {"i": sizes(1, 8), "r": sizes(1, 8)},
    }
    wrapped = node("x", "y", ROOT, enabled={"as_bool": False})
    wrapped["target"] = "torch.ops.higher_order.wrap_with_set_grad_enabled"
    wrapped["inputs"] += [
        {"name": "", "arg": {"as_graph": {"name": "g", "graph": inner}}, "kind": 1},
        {"name": "", "arg": tensor("x"), "kind": 1},
    ]
    shapes = {"x": sizes(1, 8), "y": sizes(1, 8)}
    network = read(save(tmp_path, graph([wrapped], shapes, {})))
    assert [layer.class_name for layer in network.layers] == ["InputLayer", "relu"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("{", "invalid JSON: net.pt2"),
        ("[]", "invalid exported program: net.pt2 describes no graph"),
        ({"graph_module": {"graph": {}}}, "invalid exported program: net.pt2 is damaged"),
        (graph([], {"x": sizes(1)}, {}, "x"), "missing layers"),
        (graph([], {"x": sizes(1)}, {}, "q"), "unsupported model: what net.pt2 returns"),
    ],
)
def test_errors(tmp_path: Path, data: Any, message: str) -> None:
    with pytest.raises(ModelError, match=f"^{message}"):
        read(save(tmp_path, data))


def test_nodes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pt2, "MAX_NODES", 1)
    message = r"^unsupported exported program: net\.pt2 \(more than 1 nodes\)"
    with pytest.raises(ModelError, match=message):
        read(save(tmp_path, small()))


def test_several_programs(tmp_path: Path) -> None:
    path = save(tmp_path, small())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("net/models/other.json", "{}")
    with pytest.raises(ModelError, match=r"^ambiguous model: net\.pt2 holds 2 programs"):
        read(path)


def test_mutations(tmp_path: Path) -> None:
    rng = random.Random(0)  # noqa: S311  (not for secrets)
    text = json.dumps(small())
    words = ("-1", "null", "[]", "{}", '"x"', "9" * 25, "1e400", "true", '{"as_int": 3}', "[[")
    outcomes: Counter[str] = Counter()
    for _ in range(300):
        at = rng.randrange(len(text))
        length = rng.choice((0, 1, 1, 3, 12))
        path = save(tmp_path, text[:at] + rng.choice(words) + text[at + length :])
        outcomes[try_to_read(path)] += 1
    assert outcomes.keys() <= {NETWORK, *WORDS}
    assert 3 < outcomes[NETWORK] < 297


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:The tensor attributes")
@pytest.mark.parametrize("name", NETS)
def test_it_is_the_network_of_the_code(tmp_path: Path, name: str) -> None:
    import torch

    module, inputs = make(name)
    path = tmp_path / "net.pt2"
    torch.export.save(torch.export.export(module, inputs), str(path))
    code, saved = read(module, example=inputs), read(path)
    assert not compare(code, saved).differences
    assert saved.params == code.params
    assert glyphs(saved) == glyphs(code)
    assert [layer.id for layer in saved.layers] == [layer.id for layer in code.layers]
