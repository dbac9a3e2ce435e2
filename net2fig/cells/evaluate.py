"""Computes what a cell computes: node by node, with the weights of its layer, in numpy.

Ensures: nothing is used but the graph that is drawn and the weights, cut as the topology says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from net2fig.cells.cell import Cell
from net2fig.cells.equations import order_nodes
from net2fig.cells.topology import JOIN, CellNode
from net2fig.errors import ModelError

BIAS = "bias"

Array = Any
Values = Mapping[str, Array]


def cut_weights(cell: Cell, variables: Values) -> dict[str, Array]:
    """Return the weights by the names of the topology; `variables` are those of the layer."""
    import numpy as np

    weights: dict[str, Array] = {}
    for each in cell.topology.weight:
        if each.name not in variables:
            message = f"missing weight: {each.name!r} of the layer {cell.layer.name!r}"
            raise ModelError(message)
        found = np.asarray(variables[each.name])
        if len(each.parts) == 1:
            weights[each.parts[0]] = found
            continue
        # Two biases of a layer stand in two rows.
        flat = found.reshape(-1) if each.name == BIAS else found
        pieces = np.split(flat, len(each.parts), axis=-1)
        weights.update(zip(each.parts, pieces, strict=True))
    return weights


def run_step(cell: Cell, inputs: Values, weights: Values, ops: Ops | None = None) -> dict[str, Any]:
    """Return the values of all nodes and ports, from those of the ports that go in.

    `ops` are further operations.
    """
    step = Step(cell, dict(inputs), weights)
    known = {**OPS, **(ops or {})}
    for node in order_nodes(cell):
        if node.op != JOIN:
            step.values[node.id] = known[node.op](step, node)
    for port in cell.topology.port:
        if port.is_output:
            (source,) = cell.read_by(port.id)
            step.values[port.id] = step.values[source]
    return step.values


class Step(Struct, frozen=True):
    """One evaluation: the values so far, and the weights."""

    cell: Cell
    values: dict[str, Any]
    weights: Values

    def read(self, node: CellNode) -> list[Array]:
        """Return the values that a node reads."""
        return [self.values[id] for id in self.cell.read_by(node.id)]

    def join(self, node: CellNode) -> Iterable[str]:
        """Yield the names of the values that a node reads, those of a join one by one."""
        for id in self.cell.read_by(node.id):
            read = self.cell.node(id)
            if read is not None and read.op == JOIN:
                yield from self.join(read)
            else:
                yield id

    def bias(self, node: CellNode) -> Array:
        """Return the sum of the biases of a node; 0 if the layer has none."""
        return sum(self.weights[name] for name in node.bias if name in self.weights)

    def weigh(self, node: CellNode) -> Array:
        """Return the sum of products with weights, and the bias."""
        products = (self.values[id] @ self.weights[node.weights[id]] for id in self.join(node))
        return sum(products) + self.bias(node)

    def curve(self, node: CellNode, value: Array) -> Array:
        """Return the function of a node."""
        return find_function(self.cell.acts[node.id])(value)


Operation = Callable[[Step, CellNode], Array]
Ops = Mapping[str, Operation]


def multiply(step: Step, node: CellNode) -> Array:
    """Return the product of two values."""
    one, two = step.read(node)
    return one * two


OPS: Ops = {
    "gate": lambda step, node: step.curve(node, step.weigh(node)),
    "linear": Step.weigh,
    "activation": lambda step, node: step.curve(node, step.read(node)[0]),
    "multiply": multiply,
    "add": lambda step, node: sum(step.read(node)),
    "complement": lambda step, node: 1 - step.read(node)[0],
}
"""What operations compute."""


def find_function(name: str) -> Callable[[Array], Array]:
    """Return a function of activations by its name."""
    import numpy as np

    functions: dict[str, Callable[[Array], Array]] = {
        "linear": lambda x: x,
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
        "tanh": np.tanh,
        "relu": lambda x: np.maximum(x, 0),
        "softsign": lambda x: x / (1 + np.abs(x)),
        "softplus": lambda x: np.logaddexp(x, 0),
        "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
        "silu": lambda x: x / (1 + np.exp(-x)),
    }
    if name not in functions:
        known = ", ".join(functions)
        raise ModelError(f"unsupported activation: {name!r} (computed are {known})")
    return functions[name]
