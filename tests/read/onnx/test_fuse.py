"""Operations that exporters write as several nodes, and that are one again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from net2fig.network import Network
from net2fig.read import read
from tests.read.onnx import writer as w

C = [
    w.tensor("half", 0.5),
    w.tensor("one", 1.0),
    w.tensor("two", 2.0),
    w.tensor("three", 3.0),
    w.tensor("six", 6.0),
    w.tensor("zero", 0.0),
    w.tensor("root", 1.4142135),
    w.tensor("eps", 1e-5),
    w.tensor("last", [-1]),
    w.weight("gamma", 8),
    w.weight("beta", 8),
]


def layers(folder: Path, nodes: list[bytes], shape: tuple[int, ...] = (1, 5, 8)) -> list[str]:
    """Return the operations of the network that nodes from "x" to "y" make up."""
    return [layer.op for layer in network(folder, nodes, shape).layers[1:]]


def network(folder: Path, nodes: list[bytes], shape: tuple[int, ...] = (1, 5, 8)) -> Network:
    used = b"".join(nodes)
    tensors = [each for each in C if any(name in used for name in names_of(each))]
    return read(w.save(folder, nodes, {"x": shape}, "y", tensors))


def names_of(tensor: bytes) -> list[bytes]:
    return [tensor[tensor.rindex(b"B") + 2 :]]


def gelu() -> list[bytes]:
    return [
        w.node("Div", "x root", "a"),
        w.node("Erf", "a", "b"),
        w.node("Add", "b one", "c"),
        w.node("Mul", "x c", "d"),
        w.node("Mul", "d half", "y"),
    ]


def gelu_in_other_order() -> list[bytes]:
    return [
        w.node("Mul", "x half", "h"),
        w.node("Div", "x root", "a"),
        w.node("Erf", "a", "b"),
        w.node("Add", "one b", "c"),
        w.node("Mul", "c h", "y"),
    ]


def gelu_by_tanh() -> list[bytes]:
    return [
        w.node("Pow", "x three", "p"),
        w.node("Mul", "p half", "q"),
        w.node("Add", "x q", "r"),
        w.node("Mul", "r two", "s"),
        w.node("Tanh", "s", "t"),
        w.node("Add", "t one", "u"),
        w.node("Mul", "x half", "h"),
        w.node("Mul", "h u", "y"),
    ]


def silu() -> list[bytes]:
    return [w.node("Sigmoid", "x", "s"), w.node("Mul", "s x", "y")]


def hard_swish() -> list[bytes]:
    return [
        w.node("Add", "x three", "a"),
        w.node("Clip", "a zero six", "b"),
        w.node("Div", "b six", "c"),
        w.node("Mul", "x c", "y"),
    ]


def mish() -> list[bytes]:
    return [w.node("Softplus", "x", "a"), w.node("Tanh", "a", "b"), w.node("Mul", "x b", "y")]


def layer_norm() -> list[bytes]:
    return [
        w.node("ReduceMean", "x last", "m"),
        w.node("Sub", "x m", "d"),
        w.node("Pow", "d two", "p"),
        w.node("ReduceMean", "p last", "v"),
        w.node("Add", "v eps", "e"),
        w.node("Sqrt", "e", "s"),
        w.node("Div", "d s", "n"),
        w.node("Mul", "n gamma", "g"),
        w.node("Add", "g beta", "y"),
    ]


def rms_norm() -> list[bytes]:
    return [
        w.node("Pow", "x two", "p"),
        w.node("ReduceMean", "p last", "v"),
        w.node("Add", "v eps", "e"),
        w.node("Sqrt", "e", "s"),
        w.node("Reciprocal", "s", "r"),
        w.node("Mul", "x r", "n"),
        w.node("Mul", "n gamma", "y"),
    ]


def gelu_by_erfc() -> list[bytes]:
    return [
        w.node("Neg", "x", "n"),
        w.node("Div", "n root", "a"),
        w.node("Erfc", "a", "b"),
        w.node("Mul", "b half", "c"),
        w.node("Mul", "x c", "y"),
    ]


def layer_norm_by_moments() -> list[bytes]:
    return [
        w.node("ReduceMean", "x last", "m"),
        w.node("Sub", "x m", "d"),
        w.node("Mul", "d d", "q"),
        w.node("ReduceMean", "q last", "v"),
        w.node("Add", "v eps", "e"),
        w.node("Sqrt", "e", "s"),
        w.node("Reciprocal", "s", "r"),
        w.node("Mul", "r gamma", "g"),
        w.node("Mul", "x g", "p"),
        w.node("Neg", "m", "n"),
        w.node("Mul", "n g", "t"),
        w.node("Add", "t beta", "u"),
        w.node("Add", "p u", "y"),
    ]


def relu6() -> list[bytes]:
    return [w.node("Clip", "x zero six", "y")]


@pytest.mark.parametrize(
    ("make", "op", "params"),
    [
        (gelu, "Gelu", 0),
        (gelu_in_other_order, "Gelu", 0),
        (gelu_by_tanh, "Gelu", 0),
        (gelu_by_erfc, "Gelu", 0),
        (layer_norm_by_moments, "LayerNormalization", 16),
        (relu6, "Relu6", 0),
        (silu, "Silu", 0),
        (hard_swish, "HardSwish", 0),
        (mish, "Mish", 0),
        (layer_norm, "LayerNormalization", 16),
        (rms_norm, "RMSNormalization", 8),
    ],
)
def test_patterns(tmp_path: Path, make: Callable[[], list[bytes]], op: str, params: int) -> None:
    found = network(tmp_path, make())
    assert [layer.op for layer in found.layers[1:]] == [op]
    assert found.params == params


@pytest.mark.parametrize("make", [gelu, silu, hard_swish, mish, layer_norm, rms_norm])
def test_what_is_read_elsewhere_stays(tmp_path: Path, make: Callable[[], list[bytes]]) -> None:
    # The last node but one is read twice, so nothing may stand for it.
    nodes = make()
    inner = {"gelu": "c", "silu": "s", "hard_swish": "b", "mish": "a"}.get(make.__name__, "s")
    renamed = [each.replace(b"\x12\x01y", b"\x12\x01z") for each in nodes]
    assert renamed != nodes
    found = layers(tmp_path, [*renamed, w.node("Add", f"z {inner}", "y")])
    assert len(found) > 2


def test_a_gate_of_another_tensor_is_none(tmp_path: Path) -> None:
    nodes = [
        w.node("Relu", "x", "a"),
        w.node("Sigmoid", "a", "s"),
        w.node("Mul", "x s", "y"),
    ]
    assert layers(tmp_path, nodes) == ["ReLU", "Sigmoid", "Multiply"]


def test_group_norm(tmp_path: Path) -> None:
    nodes = [
        w.node("Reshape", "x split", "a"),
        w.node("InstanceNormalization", "a ones zeros", "b"),
        w.node("Shape", "x", "s"),
        w.node("Reshape", "b s", "c"),
        w.node("Mul", "c g", "d"),
        w.node("Add", "d h", "y"),
    ]
    tensors = [
        w.tensor("split", [0, 4, -1]),
        w.tensor("ones", [1.0] * 4),
        w.tensor("zeros", [0.0] * 4),
        w.weight("g", 8, 1, 1),
        w.weight("h", 8, 1, 1),
    ]
    found = read(w.save(tmp_path, nodes, {"x": (1, 8, 5, 5)}, "y", tensors))
    (layer,) = found.layers[1:]
    assert (layer.op, layer.config["num_groups"], layer.params) == ("GroupNormalization", 4, 16)
    assert (layer.output, layer.axes) == ((None, 8, 5, 5), ("NCSS",))


def test_a_product_and_a_vector_are_a_dense_layer(tmp_path: Path) -> None:
    nodes = [w.node("MatMul", "x k", "m"), w.node("Add", "b m", "y")]
    tensors = [w.weight("k", 8, 3), w.weight("b", 3)]
    (layer,) = read(w.save(tmp_path, nodes, {"x": (1, 5, 8)}, "y", tensors)).layers[1:]
    assert (layer.op, layer.params, layer.output) == ("Dense", 27, (None, 5, 3))
    assert layer.config == {"in_features": 8, "out_features": 3}
    # What is as large as the whole result is no bias.
    tensors = [w.weight("k", 8, 3), w.weight("b", 5, 3)]
    found = read(w.save(tmp_path, nodes, {"x": (1, 5, 8)}, "y", tensors)).layers[1:]
    assert [layer.op for layer in found] == ["Dense", "Add"]


def test_a_scale_behind_a_convolution_normalizes_in_other_frameworks(tmp_path: Path) -> None:
    nodes = [
        w.node("Conv", "x k", "c"),
        w.node("Mul", "c g", "m"),
        w.node("Add", "m b", "y"),
    ]
    tensors = [w.weight("k", 4, 3, 3, 3), w.weight("g", 1, 4, 1, 1), w.weight("b", 4, 1, 1)]
    arguments = (nodes, {"x": (1, 3, 8, 8)}, "y", tensors)
    found = read(w.save(tmp_path, *arguments))
    assert [layer.op for layer in found.layers[1:]] == ["Conv2D", "BatchNormalization"]
    assert found.params == 108 + 8
    own = read(w.save(tmp_path, *arguments, producer="pytorch"))
    assert [layer.op for layer in own.layers[1:]] == ["Conv2D", "Multiply", "Add"]


def test_directions_of_a_recurrent_layer(tmp_path: Path) -> None:
    nodes = [w.node("LSTM", "x w r", "l")]
    for number, name in enumerate("ab"):
        nodes.append(w.node("Slice", f"l s{number} e{number} one", f"t{name}"))
        nodes.append(w.node("Squeeze", f"t{name} one", name))
    nodes.append(w.node("Concat", "a b", "y", axis=2))
    tensors = [
        *(w.weight("w", 2, 16, 5), w.weight("r", 2, 16, 4), w.tensor("one", [1])),
        *(w.tensor("s0", [0]), w.tensor("e0", [1]), w.tensor("s1", [1]), w.tensor("e1", [2])),
    ]
    (layer,) = read(w.save(tmp_path, nodes, {"x": (7, 1, 5)}, "y", tensors)).layers[1:]
    assert (layer.op, layer.config["bidirectional"], layer.params) == ("LSTM", True, 288)


def test_places_of_an_embedding(tmp_path: Path) -> None:
    nodes = [
        w.node("Less", "x zero", "l"),
        w.node("Add", "x many", "a"),
        w.node("Where", "l a x", "i"),
        w.node("Gather", "table i", "y"),
    ]
    tensors = [w.weight("table", 50, 6), w.tensor("zero", 0), w.tensor("many", 50)]
    (layer,) = read(w.save(tmp_path, nodes, {"x": (1, 7)}, "y", tensors)).layers[1:]
    assert (layer.op, layer.output, layer.params) == ("Embedding", (None, 7, 6), 300)


def test_attention_is_one_layer(tmp_path: Path) -> None:
    heads = [w.tensor("heads", [0, 0, 2, 4]), w.tensor("joined", [0, 0, 8])]
    nodes = [
        *(w.node("MatMul", f"x k{each}", f"m{each}") for each in "qkv"),
        *(w.node("Reshape", f"m{each} heads", f"r{each}") for each in "qkv"),
        *(w.node("Transpose", f"r{each}", f"t{each}", perm=[0, 2, 1, 3]) for each in "qv"),
        w.node("Transpose", "rk", "tk", perm=[0, 2, 3, 1]),
        w.node("MatMul", "tq tk", "s"),
        w.node("Div", "s root", "u"),
        w.node("Add", "u mask", "w"),
        w.node("Softmax", "w", "p"),
        w.node("MatMul", "p tv", "a"),
        w.node("Transpose", "a", "b", perm=[0, 2, 1, 3]),
        w.node("Reshape", "b joined", "y"),
    ]
    tensors = [*(w.weight(f"k{each}", 8, 8) for each in "qkv"), *heads, w.tensor("root", 2.0)]
    inputs = {"x": (1, 5, 8), "mask": (1, 1, 5, 5)}
    found = read(w.save(tmp_path, nodes, inputs, "y", tensors))
    ops = [layer.op for layer in found.layers]
    assert (ops.count("Attention"), ops.count("Dense"), ops.count("Softmax")) == (1, 3, 0)
    core = next(layer for layer in found.layers if layer.op == "Attention")
    assert len([edge for edge in found.edges if edge.target == core.id]) == 3


def test_quantization_is_transparent(tmp_path: Path) -> None:
    nodes = [
        w.node("QuantizeLinear", "x s z", "q"),
        w.node("DequantizeLinear", "q s z", "d"),
        w.node("DequantizeLinear", "k s z", "kd"),
        w.node("Conv", "d kd", "c"),
        w.node("QuantizeLinear", "c s z", "e"),
        w.node("DequantizeLinear", "e s z", "f"),
        w.node("Relu", "f", "y"),
    ]
    tensors = [w.tensor("s", 0.1), w.tensor("z", 0), w.weight("k", 4, 3, 3, 3)]
    found = read(w.save(tmp_path, nodes, {"x": (1, 3, 8, 8)}, "y", tensors))
    assert [layer.op for layer in found.layers] == ["InputLayer", "Conv2D", "ReLU"]
    assert found.params == 108
