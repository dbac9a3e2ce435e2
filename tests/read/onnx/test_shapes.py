"""The shapes that operators return."""

from __future__ import annotations

from typing import Any

import pytest

from net2fig.data.onnx_words import load_onnx_words
from net2fig.network import Shape
from net2fig.read.onnx.shapes import find_rule, infer_shapes
from net2fig.read.onnx.values import Value, evaluate

IMAGE = (1, 6, 9, 11)


def shape(op: str, *inputs: Any, count: int = 1, **attributes: Any) -> list[Shape | None]:
    values = [
        Value((len(each),), 7, tuple(each)) if isinstance(each, list) else Value(each)
        for each in inputs
    ]
    return infer_shapes(op, attributes, values, count)


@pytest.mark.parametrize(
    ("op", "inputs", "attributes", "expected"),
    [
        ("Relu", [IMAGE], {}, IMAGE),
        ("Add", [(2, 1, 5), (3, 1)], {}, (2, 3, 5)),
        ("Add", [(None, 1), (1, 4)], {}, (None, 4)),
        ("Add", [(2, 3), (4, 3)], {}, None),
        ("MatMul", [(7, 2, 3), (3, 4)], {}, (7, 2, 4)),
        ("MatMul", [(3,), (3, 4)], {}, (4,)),
        ("Gemm", [(2, 3), (4, 3)], {"transB": 1}, (2, 4)),
        ("Conv", [IMAGE, (8, 6, 3, 3)], {"strides": [2, 2], "pads": [1, 1, 1, 1]}, (1, 8, 5, 6)),
        (
            "Conv",
            [IMAGE, (8, 6, 3, 3)],
            {"auto_pad": "SAME_UPPER", "strides": [2, 2]},
            (1, 8, 5, 6),
        ),
        ("Conv", [IMAGE, (8, 6, 3, 3)], {"dilations": [2, 2]}, (1, 8, 5, 7)),
        ("Conv", [(1, 3, None, 9), (8, 3, 3, 3)], {}, (1, 8, None, 7)),
        ("Conv", [(1, 3, 9), (8, 3, 3)], {}, (1, 8, 7)),
        ("ConvTranspose", [IMAGE, (6, 4, 2, 2)], {"strides": [2, 2]}, (1, 4, 18, 22)),
        ("ConvTranspose", [IMAGE, (6, 2, 3, 3)], {"group": 2, "pads": [1] * 4}, (1, 4, 9, 11)),
        ("MaxPool", [IMAGE], {"kernel_shape": [2, 2], "strides": [2, 2]}, (1, 6, 4, 5)),
        (
            "MaxPool",
            [IMAGE],
            {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1},
            (1, 6, 5, 6),
        ),
        ("GlobalAveragePool", [IMAGE], {}, (1, 6, 1, 1)),
        ("Resize", [IMAGE, (), [1, 1, 2, 2]], {}, (1, 6, 18, 22)),
        ("Upsample", [IMAGE], {"scales": [1.0, 1.0, 2.0, 2.0]}, (1, 6, 18, 22)),
        ("Reshape", [IMAGE, [0, -1]], {}, (1, 594)),
        ("Reshape", [(None, 6, 4), [0, -1]], {}, (None, 24)),
        ("Reshape", [IMAGE, [5, 5]], {}, None),
        ("Flatten", [IMAGE], {"axis": 2}, (6, 99)),
        ("Compress", [(4, 5), (3,)], {"axis": 1}, (4, None)),
        ("Unique", [(4, 5)], {}, (None,)),
        ("Transpose", [IMAGE], {"perm": [0, 2, 3, 1]}, (1, 9, 11, 6)),
        ("Transpose", [(2, 3)], {}, (3, 2)),
        ("Squeeze", [(1, 3, 1), [2]], {}, (1, 3)),
        ("Squeeze", [(1, 3, 1)], {}, (3,)),
        ("Unsqueeze", [(3,), [0, 2]], {}, (1, 3, 1)),
        ("Unsqueeze", [(3,)], {"axes": [0]}, (1, 3)),
        ("Concat", [(1, 3), (1, 4)], {"axis": -1}, (1, 7)),
        ("Gather", [(5, 6), ()], {"axis": 1}, (5,)),
        ("Gather", [(50, 6), (2, 7)], {}, (2, 7, 6)),
        ("Slice", [IMAGE, [1], [-1], [2]], {}, (1, 6, 7, 11)),
        ("Slice", [IMAGE, [0], [2**63 - 1], [3], [2]], {}, (1, 6, 9, 6)),
        ("Slice", [(4,), [-1], [-(2**63)], [0], [-1]], {}, (4,)),
        ("Expand", [(1, 3), [4, 1]], {}, (4, 3)),
        ("Tile", [(2, 3), [1, 2]], {}, (2, 6)),
        ("Pad", [(2, 3), [0, 1, 0, 2]], {}, (2, 6)),
        ("ReduceMean", [IMAGE, [2, 3]], {"keepdims": 0}, (1, 6)),
        ("ReduceMean", [IMAGE], {"axes": [-1]}, (1, 6, 9, 1)),
        ("ArgMax", [IMAGE], {"axis": 1, "keepdims": 0}, (1, 9, 11)),
        ("TopK", [(1, 9), [4]], {}, (1, 4)),
        ("Shape", [IMAGE], {"start": 1}, (3,)),
        ("OneHot", [(2, 3), [5]], {}, (2, 3, 5)),
        ("NonZero", [(2, 3)], {}, (2, None)),
        ("Einsum", [(2, 3, 4), (2, 4, 5)], {"equation": "bij, bjk -> bik"}, (2, 3, 5)),
        ("LSTM", [(7, 2, 5), (2, 16, 5), (2, 16, 4)], {}, (7, 2, 2, 4)),
        ("DepthToSpace", [(1, 8, 3, 3)], {"blocksize": 2}, (1, 2, 6, 6)),
        ("SpaceToDepth", [(1, 2, 6, 6)], {"blocksize": 2}, (1, 8, 3, 3)),
        ("GridSample", [IMAGE, (1, 3, 4, 2)], {}, (1, 6, 3, 4)),
        ("RoiAlign", [IMAGE, (5, 4), (5,)], {"output_height": 7, "output_width": 7}, (5, 6, 7, 7)),
        ("LayerNormalization", [(1, 4, 6)], {}, (1, 4, 6)),
        ("Nothing", [IMAGE], {}, None),
    ],
)
def test_shapes(op: str, inputs: list[Any], attributes: dict[str, Any], expected: Shape) -> None:
    assert shape(op, *inputs, **attributes) == [expected]


def test_several_results() -> None:
    assert shape("Split", (1, 9), count=3, axis=1, **{" outputs": 3}) == [(1, 3)] * 3
    assert shape("Split", (1, 9), [4, 5], count=2, axis=1) == [(1, 4), (1, 5)]
    states = shape("GRU", (7, 2, 5), (1, 12, 5), (1, 12, 4), count=2)
    assert states == [(7, 1, 2, 4), (1, 2, 4)]


@pytest.mark.parametrize(
    ("op", "inputs", "attributes"),
    [
        ("Conv", [IMAGE, (8, 6, 3, 3)], {"strides": [0, 0]}),
        ("Conv", [IMAGE, (8, 6, 3, 3)], {"strides": [2]}),
        ("Transpose", [IMAGE], {"perm": [0, 0, 1, 9]}),
        ("Concat", [(), ()], {"axis": 3}),
        ("Squeeze", [(), [0]], {}),
        ("Flatten", [IMAGE], {"axis": "x"}),
        ("Expand", [(1,), [-5]], {}),
        ("Tile", [(1,), [2**60]], {}),
        ("Unsqueeze", [(1,), [0] * 40], {}),
        ("Einsum", [(1,)], {"equation": "a,b->c"}),
    ],
)
def test_what_makes_no_sense_is_unknown(
    op: str, inputs: list[Any], attributes: dict[str, Any]
) -> None:
    found = shape(op, *inputs, **attributes)
    assert found == [None] or op == "Flatten"


def test_every_operator_with_a_word_has_a_shape() -> None:
    words = load_onnx_words()
    made_by_us = {"Linear", "Normalize", "ScaledDotProductAttention", "Silu", "Relu6"}
    quantized = {word for word in words.functions if word.startswith("QLinear")}
    of_runtimes = {word for word in words.functions if "TRT" in word or "TFLite" in word}
    for op in words.functions.keys() - made_by_us - quantized - of_runtimes - {"MaxUnpool"}:
        assert find_rule(op) is not None, op


@pytest.mark.parametrize(
    ("op", "inputs", "attributes", "shape", "expected"),
    [
        ("Add", [[1, 2], [10]], {}, (2,), (11, 12)),
        ("Div", [[7, -7], [2]], {}, (2,), (3, -3)),
        ("Div", [[7], [0]], {}, (1,), None),
        ("Pow", [[10], [10**9]], {}, (1,), None),
        ("Mul", [[2**61], [2**61]], {}, (1,), None),
        ("Concat", [[1], [2, 3]], {"axis": 0}, (3,), (1, 2, 3)),
        ("Gather", [[5, 6, 7], [-1]], {}, (1,), (7,)),
        ("Slice", [[1, 2, 3, 4], [1], [-1]], {}, (2,), (2, 3)),
        ("Slice", [[1, 2, 3], [-1], [-(2**63)], [0], [-1]], {}, (3,), (3, 2, 1)),
        ("Where", [[1, 0], [5, 5], [6, 6]], {}, (2,), (5, 6)),
        ("Cast", [[1, 2]], {"to": 1}, (2,), (1.0, 2.0)),
        ("ReduceProd", [[2, 3]], {"keepdims": 0}, (), (6,)),
        ("ConstantOfShape", [[2, 2]], {}, (2, 2), (0.0,) * 4),
        ("Relu", [[1]], {}, (1,), None),
    ],
)
def test_values(
    op: str, inputs: list[list[int]], attributes: dict[str, Any], shape: Shape, expected: Any
) -> None:
    values = [Value((len(each),), 7, tuple(each)) for each in inputs]
    assert evaluate(op, attributes, values, shape) == expected


def test_a_transposition_of_values() -> None:
    value = Value((2, 3), 7, (1, 2, 3, 4, 5, 6))
    assert evaluate("Transpose", {"perm": [1, 0]}, [value], (3, 2)) == (1, 4, 2, 5, 3, 6)
