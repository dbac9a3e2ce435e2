"""What is folded, inlined and left of the nodes of a file."""

from __future__ import annotations

from typing import Any

import pytest

from net2fig.errors import ModelError
from net2fig.read.onnx import evaluate
from net2fig.read.onnx.evaluate import Evaluation, Walk
from net2fig.read.onnx.model import Parser
from tests.read.onnx import writer as w


def run(*args: Any, size: int = 2, **kwargs: Any) -> Evaluation:
    found = Parser("a.onnx").model(memoryview(w.model(*args, **kwargs)))
    return Walk(found, "a.onnx", lambda *axis: axis[2] if isinstance(axis[2], int) else size).run()


def ops(found: Evaluation) -> list[str]:
    return [operation.op for operation in found.operations[len(found.inputs) :]]


def test_shape_arithmetic_is_folded() -> None:
    nodes = [
        w.node("Shape", "x", "s"),
        w.node("Gather", "s zero", "n", axis=0),
        w.node("Unsqueeze", "n axes", "n1"),
        w.node("Concat", "n1 rest", "to", axis=0),
        w.node("Reshape", "x to", "y"),
    ]
    tensors = [w.tensor("zero", 0), w.tensor("axes", [0]), w.tensor("rest", [-1])]
    found = run(nodes, {"x": ("n", 4, 5)}, "y", tensors)
    assert ops(found) == ["Reshape"]
    assert found.outputs[0][1].shape == (2, 20)


def test_a_constant_is_made_of_weights() -> None:
    nodes = [w.node("Transpose", "k", "t", perm=[1, 0]), w.node("MatMul", "x t", "y")]
    found = run(nodes, {"x": (1, 4)}, "y", [w.weight("k", 3, 4)])
    assert ops(found) == ["MatMul"]
    weight = found.operations[-1].inputs[1]
    assert weight is not None
    assert (weight.shape, weight.weights, found.sizes) == ((4, 3), {"k"}, {"k": 12})


def test_equal_weights_that_the_exporter_writes_once_count_each() -> None:
    nodes = [w.node("Identity", "a", "b"), w.node("Add", "x b", "y")]
    tensors = [w.weight("a", 7)]
    assert run(nodes, {"x": (1, 7)}, "y", tensors, producer="pytorch").sizes == {"a": 7, "b": 7}
    assert run(nodes, {"x": (1, 7)}, "y", tensors).sizes == {"a": 7}


@pytest.mark.parametrize(("flag", "op"), [(1, "Relu"), (0, "Tanh")])
def test_the_branch_of_a_known_condition_is_inlined(flag: int, op: str) -> None:
    branches = {
        "then_branch": w.Graph([w.node("Relu", "x", "a")], {}, "a"),
        "else_branch": w.Graph([w.node("Tanh", "x", "b")], {}, "b"),
    }
    nodes = [w.node("If", "flag", "y", **branches)]
    found = run(nodes, {"x": (1, 7)}, "y", [w.tensor("flag", flag)])
    assert ops(found) == [op]
    assert found.outputs[0][1].shape == (1, 7)


def test_a_loop_is_one_operation_that_reads_what_its_body_reads() -> None:
    body = w.Graph([w.node("Add", "x i", "a")], {"i": (1,)}, "a", [w.weight("k", 3)])
    found = run(
        [w.node("Loop", "n c i", "y", name="loop", body=body)],
        {"x": (1, 7), "i": (1,), "n": (), "c": ()},
        "y",
    )
    assert ops(found) == ["Loop"]
    origins = [value.origin[0] for value in found.operations[-1].inputs if value and value.origin]
    assert origins == [2, 3, 1, 0]
    assert found.outputs[0][1].shape is None


def test_functions_are_inlined_with_their_attributes() -> None:
    inner = [w.node("Softmax", "a", "b", axis=w.Ref("dim")), w.node("Relu", "b", "c")]
    functions = [w.function("Block", "nets", "a", "c", inner)]
    nodes = [
        w.node("Block", "x", "m", name="one", domain="nets", dim=1),
        w.node("Block", "m", "y", name="two", domain="nets", dim=2),
    ]
    found = run(nodes, {"x": (1, 7, 8)}, "y", functions=functions)
    assert ops(found) == ["Softmax", "Relu"] * 2
    assert [each.attributes.get("axis") for each in found.operations[1:]] == [1, None, 2, None]
    assert found.operations[1].path == (("one", "Block"),)


def test_a_function_that_calls_itself_ends() -> None:
    functions = [w.function("F", "d", "a", "b", [w.node("F", "a", "b", domain="d")])]
    with pytest.raises(ModelError, match="functions in functions"):
        run([w.node("F", "x", "y", domain="d")], {"x": (1,)}, "y", functions=functions)


def test_functions_cannot_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "MAX_NODES", 500)
    functions = [
        w.function(f"F{n}", "d", "a", "b", [w.node(f"F{n + 1}", "a", "b", domain="d")] * 4)
        for n in range(10)
    ]
    functions.append(w.function("F10", "d", "a", "b", [w.node("Relu", "a", "b")]))
    with pytest.raises(ModelError, match="more than 500 nodes"):
        run([w.node("F0", "x", "y", domain="d")], {"x": (1,)}, "y", functions=functions)


def test_nodes_in_any_order_are_sorted() -> None:
    nodes = [w.node("Tanh", "m", "y"), w.node("Relu", "x", "m")]
    assert ops(run(nodes, {"x": (1, 7)}, "y")) == ["Relu", "Tanh"]


def test_a_missing_tensor_is_named() -> None:
    message = "^missing tensor: 'nothing', which 'act' reads, in a.onnx(?m:$)"
    with pytest.raises(ModelError, match=message):
        run([w.node("Relu", "nothing", "y", name="act")], {"x": (1,)}, "y")


def test_inputs_with_values_are_no_inputs() -> None:
    nodes = [w.node("MatMul", "x k", "y")]
    found = run(nodes, {"x": (1, 4), "k": (4, 3)}, "y", [w.weight("k", 4, 3)])
    assert [name for name, _ in found.inputs] == ["x"]


def test_position_embeddings_are_a_source() -> None:
    tensors = [w.weight("wpe.weight", 9, 6), w.tensor("ids", [0, 1, 2])]
    nodes = [w.node("Gather", "wpe.weight ids", "p", name="/wpe/Gather"), w.node("Add", "x p", "y")]
    found = run(nodes, {"x": (1, 3, 6)}, "y", tensors, producer="pytorch")
    assert ops(found) == ["Gather", "Add"]
    nodes[0] = w.node("Gather", "wpe.weight ids", "p", name="/attn/Gather")
    assert ops(run(nodes, {"x": (1, 3, 6)}, "y", tensors)) == ["Add"]
