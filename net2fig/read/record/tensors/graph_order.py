"""Orders the calls of a graph as Keras does.

Keras orders the calls of a model by depth: the distance of an operation from the outputs. The order
decides which layer is `model.layers[3]`, so it must be the same here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from net2fig.read.decline import decline
from net2fig.read.record.tensors.graph import Node, Tensor, get_node


class CallGraph(NamedTuple):
    """The calls between some tensors by depth, and their operations in order."""

    by_depth: dict[int, list[Node]]
    operations: list[Any]


def build_graph(inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> CallGraph:
    """Return the graph from inputs to outputs; decline if Keras would refuse it."""
    nodes, first_seen = collect_calls(inputs, outputs)
    depths, of_operation = find_depths(nodes)
    for tensor in inputs:
        node = get_node(tensor)
        if node.operation not in of_operation and node.is_input:
            of_operation[node.operation] = 0
            first_seen[node.operation] = -1
            depths[node] = 0
    by_depth: dict[int, list[Node]] = {}
    for node, depth in depths.items():
        by_depth.setdefault(depth, []).append(node)
    order = sorted(of_operation, key=lambda item: (-of_operation[item], first_seen[item]))
    check_connected(inputs, by_depth)
    names = [operation.name for operation in order]
    if len(set(names)) < len(names):
        decline("a model with two layers of one name")
    return CallGraph(by_depth, order)


def collect_calls(
    inputs: Sequence[Tensor], outputs: Sequence[Tensor]
) -> tuple[list[Node], dict[Any, int]]:
    """Return the calls that outputs need in topological order, and the operations as found."""
    input_ids = {id(tensor) for tensor in inputs}
    order: list[Node] = []
    done: set[Node] = set()
    first_seen: dict[Any, int] = {}
    stack: list[tuple[Tensor | None, Node]] = [(item, get_node(item)) for item in reversed(outputs)]
    while stack:
        tensor, node = stack.pop()
        if tensor is None:
            if node not in done:
                done.add(node)
                order.append(node)
            continue
        if node in done:
            continue
        if not node.is_input and id(tensor) in input_ids:
            done.add(node)
            continue
        first_seen.setdefault(node.operation, len(first_seen))
        stack.append((None, node))
        stack.extend((item, get_node(item)) for item in reversed(node.input_tensors))
    return order, first_seen


def find_depths(nodes: Sequence[Node]) -> tuple[dict[Node, int], dict[Any, int]]:
    """Return the depth of each call and of each operation, which is that of its farthest call."""
    inside = set(nodes)
    depths: dict[Node, int] = {}
    of_operation: dict[Any, int] = {}
    for node in reversed(nodes):
        depth = max(depths.setdefault(node, 0), of_operation.get(node.operation, 0))
        of_operation[node.operation] = depths[node] = depth
        for tensor in node.input_tensors:
            parent = get_node(tensor)
            if parent in inside:
                depths[parent] = max(depth + 1, depths.get(parent, 0))
    return depths, of_operation


def check_connected(inputs: Sequence[Tensor], by_depth: dict[int, list[Node]]) -> None:
    """Decline if a call needs a tensor that does not depend on the inputs."""
    known = {id(tensor) for tensor in inputs}
    for depth in sorted(by_depth, reverse=True):
        for node in by_depth[depth]:
            if node.is_input:
                continue
            if any(id(tensor) not in known for tensor in node.input_tensors):
                decline(f"a model whose layer {node.operation.name!r} is not led to by its inputs")
            known.update(id(tensor) for tensor in node.outputs)
