"""The graphs that calls make up, in the order of Keras.

Keras orders the calls of a model by their depth: how far an operation is from the outputs. The
order decides nothing about a figure but which layer is `model.layers[3]`, so it is the same here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from net2fig.read.record.tensors.graph import Node, Tensor, node_of
from net2fig.read.record.unknown import decline


class Graph(NamedTuple):
    """The calls between some tensors by their depth, and their operations in order."""

    by_depth: dict[int, list[Node]]
    operations: list[Any]


def graph_between(inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> Graph:
    """Return the graph that leads from inputs to outputs; decline where Keras would refuse it."""
    nodes, first_seen = between(inputs, outputs)
    depths, of_operation = depths_of(nodes)
    for tensor in inputs:
        node = node_of(tensor)
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
    return Graph(by_depth, order)


def between(
    inputs: Sequence[Tensor], outputs: Sequence[Tensor]
) -> tuple[list[Node], dict[Any, int]]:
    """Return the calls that outputs need, each after what it needs, and operations as met."""
    given = {id(tensor) for tensor in inputs}
    order: list[Node] = []
    done: set[Node] = set()
    first_seen: dict[Any, int] = {}
    stack: list[tuple[Tensor | None, Node]] = [(item, node_of(item)) for item in reversed(outputs)]
    while stack:
        tensor, node = stack.pop()
        if tensor is None:
            if node not in done:
                done.add(node)
                order.append(node)
            continue
        if node in done:
            continue
        if not node.is_input and id(tensor) in given:
            done.add(node)
            continue
        first_seen.setdefault(node.operation, len(first_seen))
        stack.append((None, node))
        stack.extend((item, node_of(item)) for item in reversed(node.input_tensors))
    return order, first_seen


def depths_of(nodes: Sequence[Node]) -> tuple[dict[Node, int], dict[Any, int]]:
    """Return how far from the outputs each call is, and each operation: its farthest call."""
    inside = set(nodes)
    depths: dict[Node, int] = {}
    of_operation: dict[Any, int] = {}
    for node in reversed(nodes):
        depth = max(depths.setdefault(node, 0), of_operation.get(node.operation, 0))
        of_operation[node.operation] = depths[node] = depth
        for tensor in node.input_tensors:
            parent = node_of(tensor)
            if parent in inside:
                depths[parent] = max(depth + 1, depths.get(parent, 0))
    return depths, of_operation


def check_connected(inputs: Sequence[Tensor], by_depth: dict[int, list[Node]]) -> None:
    """Decline where a call needs a tensor that the inputs do not lead to."""
    known = {id(tensor) for tensor in inputs}
    for depth in sorted(by_depth, reverse=True):
        for node in by_depth[depth]:
            if node.is_input:
                continue
            if any(id(tensor) not in known for tensor in node.input_tensors):
                decline(f"a model whose layer {node.operation.name!r} is not led to by its inputs")
            known.update(id(tensor) for tensor in node.outputs)
