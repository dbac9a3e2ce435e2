"""The operations of a model that compute with data, with the shapes of what they return.

Constants are folded, and so is all that only computes shapes. Functions are inlined, and so are the
branches of conditions that are known. What is left are operations on data, in order.

Requires: a parsed model; sizes for the axes that it leaves open.
Ensures: each operation reads only operations before it. At most `MAX_NODES` nodes are looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from net2fig.errors import ModelError
from net2fig.network import Shape
from net2fig.read.onnx.model import (
    MAX_DEPTH,
    MAX_NODES,
    Dim,
    Graph,
    Model,
    Node,
    Port,
    Reference,
    Tensor,
)
from net2fig.read.onnx.numbers import WEIGHT_TYPES
from net2fig.read.onnx.shapes import OUTPUTS, infer_shapes, values_of_shape
from net2fig.read.onnx.values import Value, evaluate

MAX_EVALUATED = 4_000_000
"""How many values are computed at most."""

FIRST_ONLY = frozenset(
    {
        *("DequantizeLinear", "Reshape", "Expand", "Slice", "Tile", "Squeeze", "Unsqueeze", "Pad"),
        *("Gather", "Split", "GatherElements", "GatherND", "Resize", "Cast", "CastLike"),
    }
)
"""Operators whose other inputs are no weights."""

NO_WEIGHTS = frozenset({"Shape", "Size", "ConstantOfShape", "NonZero", "Range", "EyeLike"})
"""Operators that return nothing of the values of their inputs."""

WEIGHTED = frozenset({"MatMul", "Gemm", "Conv", "LayerNormalization"})
"""Operators of layers with weights."""

RANDOM = frozenset({"RandomNormal", "RandomUniform", "Multinomial"})

BLOCKS = frozenset({"Loop", "Scan", "If", "SequenceMap"})
"""Operators with graphs inside."""

GetSize = Callable[[str, int, Dim], int | None]
"""Returns the length of an axis of an input: by its name, its number, and what the file states."""


class Operation(Struct):
    """A node that computes with data; `path` are the functions around it, each name and class."""

    op: str
    domain: str
    name: str
    inputs: list[Value | None]
    outputs: list[Value]
    attributes: Mapping[str, Any]
    notes: Mapping[str, str] = field(default_factory=dict)
    path: tuple[tuple[str, str], ...] = ()
    weights: list[str] = field(default_factory=list)


class Evaluation(Struct):
    """The operations on data, what goes in and out, and the sizes of the weights.

    `constants` are the names of tensors that stand in nodes.
    """

    inputs: list[tuple[str, Value]]
    outputs: list[tuple[str, Value]]
    operations: list[Operation]
    sizes: dict[str, int]
    constants: set[str]


Names = dict[str, Value]


class Walk:
    """One walk through the nodes of a model."""

    def __init__(self, model: Model, where: str, get_size: GetSize) -> None:
        self.model = model
        self.where = where
        self.get_size = get_size
        self.operations: list[Operation] = []
        self.sizes: dict[str, int] = {}
        self.constants: set[str] = set()
        self.nodes = 0
        self.evaluated = 0
        self.stated: Mapping[str, Port] = model.graph.stated
        self.torch = model.producer == "pytorch"

    def run(self) -> Evaluation:
        """Return what is left of the model."""
        graph = self.model.graph
        names: Names = {}
        self.add_tensors(graph.tensors, names)
        inputs: list[tuple[str, Value]] = []
        for port in graph.inputs:
            if port.name not in names:
                names[port.name] = self.add_input(port)
                inputs.append((port.name, names[port.name]))
        self.walk(graph.nodes, names, {}, (), 0)
        outputs = [(port.name, names[port.name]) for port in graph.outputs if port.name in names]
        return Evaluation(inputs, outputs, self.operations, self.sizes, self.constants)

    def add_input(self, port: Port) -> Value:
        """Return the tensor of an input."""
        shape: Shape | None = None
        if port.shape is not None:
            sizes = enumerate(port.shape)
            shape = tuple(self.get_size(port.name, axis, size) for axis, size in sizes)
        value = Value(shape, port.dtype, origin=(len(self.operations), 0))
        self.operations.append(Operation("Input", "", port.name, [], [value], {}))
        return value

    def add_tensors(self, tensors: Sequence[Tensor], names: Names) -> None:
        """Add the tensors that a graph holds."""
        for tensor in tensors:
            names[tensor.name] = self.hold(tensor, tensor.name)

    def hold(self, tensor: Tensor, name: str) -> Value:
        """Return a tensor that the file holds."""
        is_weight = tensor.dtype in WEIGHT_TYPES and name
        if is_weight:
            self.sizes[name] = tensor.size
        weights = frozenset([name] if is_weight else [])
        return Value(tensor.shape, tensor.dtype, tensor.values, weights=weights)

    # Nodes.

    def walk(
        self,
        nodes: Sequence[Node],
        names: Names,
        bound: Mapping[str, Any],
        path: tuple[tuple[str, str], ...],
        depth: int,
    ) -> None:
        """Go through nodes; `names` are the tensors so far, `bound` the attributes around."""
        for node in sort_nodes(nodes, names):
            self.nodes += 1
            if self.nodes > MAX_NODES or depth > MAX_DEPTH:
                raise ModelError(
                    f"unsupported model: {self.where} (more than {MAX_NODES:,} nodes, or"
                    f" {MAX_DEPTH} functions in functions)"
                )
            missing = next((name for name in node.inputs if name and name not in names), None)
            if missing is not None:
                what = node.name or node.op
                text = f"missing tensor: {missing!r}, which {what!r} reads, in {self.where}"
                raise ModelError(text, hint="export the model again, or copy the file again")
            attributes = node.attributes
            if any(isinstance(value, Reference) for value in attributes.values()):
                attributes = resolve(attributes, bound)
            inputs = [names[name] if name else None for name in node.inputs]
            self.visit(node, attributes, inputs, names, path, depth)

    def visit(
        self,
        node: Node,
        attributes: Mapping[str, Any],
        inputs: list[Value | None],
        names: Names,
        path: tuple[tuple[str, str], ...],
        depth: int,
    ) -> None:
        """Add what one node returns to the names."""
        function = self.model.functions.get((node.domain, node.op))
        if function is not None:
            inner = {
                name: value
                for name, value in zip(function.inputs, inputs, strict=False)
                if value is not None
            }
            step = (node.name or node.op, "" if "onnx" in node.domain else node.op)
            bound = {**function.defaults, **attributes}
            self.walk(function.nodes, inner, bound, (*path, step), depth + 1)
            for name, result in zip(node.outputs, function.outputs, strict=False):
                names[name] = inner.get(result, Value())
            return
        branch = choose_branch(node, attributes, inputs)
        if branch is not None:
            self.add_tensors(branch.tensors, names)
            self.walk(branch.nodes, names, {}, path, depth + 1)
            for name, port in zip(node.outputs, branch.outputs, strict=False):
                names[name] = names.get(port.name, Value())
            return
        if not node.outputs:
            return
        values = self.compute(node, attributes, inputs, names, path)
        for name, value in zip(node.outputs, values, strict=True):
            if name:
                names[name] = value

    def compute(
        self,
        node: Node,
        attributes: Mapping[str, Any],
        inputs: list[Value | None],
        names: Names,
        path: tuple[tuple[str, str], ...],
    ) -> list[Value]:
        """Return the tensors that a node returns, and add its operation unless it is folded."""
        if node.op == "Constant":
            return [self.read_constant(node, attributes)]
        if node.op in BLOCKS:
            inputs = [*inputs, *self.capture(attributes, names)]
        if node.op == "Split":
            attributes = {**attributes, OUTPUTS: len(node.outputs)}
        shapes = infer_shapes(node.op, attributes, inputs, len(node.outputs))
        shapes = [
            shape if shape is not None else self.state(name)
            for shape, name in zip(shapes, node.outputs, strict=True)
        ]
        dtype = next((each.dtype for each in inputs if each is not None), 0)
        if node.op in ("Shape", "Size") and inputs and inputs[0] is not None:
            return [self.read_shape(node.op, attributes, inputs[0])]
        is_source = self.is_embedding(node, inputs) or is_computed(node, inputs)
        constant = all(each is None or each.is_constant for each in inputs)
        if constant and node.op not in RANDOM and not is_source:
            return self.fold(node, attributes, inputs, shapes, dtype)
        number = len(self.operations)
        values = [Value(shape, dtype, origin=(number, port)) for port, shape in enumerate(shapes)]
        self.operations.append(
            Operation(
                *(node.op, node.domain, node.name, inputs, values, attributes, node.notes, path)
            )
        )
        return values

    def fold(
        self,
        node: Node,
        attributes: Mapping[str, Any],
        inputs: Sequence[Value | None],
        shapes: Sequence[Shape | None],
        dtype: int,
    ) -> list[Value]:
        """Return the constants that a node computes from constants."""
        if node.op == "Identity" and self.torch and inputs and inputs[0] is not None:
            # The exporter writes equal weights once.
            first = inputs[0]
            if first.weights:
                self.sizes[node.outputs[0]] = sum(self.sizes[name] for name in first.weights)
            weights = frozenset(node.outputs[:1]) if first.weights else first.weights
            return [Value(first.shape, first.dtype, first.data, weights=weights)]
        used = inputs[:1] if node.op in FIRST_ONLY else inputs
        weights = (
            frozenset(name for each in used if each is not None for name in each.weights)
            if node.op not in NO_WEIGHTS
            else frozenset()
        )
        data = None
        if len(shapes) == 1 and self.evaluated < MAX_EVALUATED:
            data = evaluate(node.op, attributes, inputs, shapes[0])
            self.evaluated += len(data or ())
        if node.op == "Cast" and isinstance(attributes.get("to"), int):
            dtype = attributes["to"]
        shapes = [(len(data),) if shape is None and data else shape for shape in shapes]
        return [Value(shape, dtype, data, weights=weights) for shape in shapes]

    def read_constant(self, node: Node, attributes: Mapping[str, Any]) -> Value:
        """Return the tensor of a node `Constant`."""
        name = node.outputs[0] if node.outputs else ""
        for key in ("value", "sparse_value"):
            if isinstance(attributes.get(key), Tensor):
                # Constants of the code are no parameters, unless a layer uses them as such.
                self.constants.add(name)
                return self.hold(attributes[key], name)
        for key, dtype in (("value_int", 7), ("value_float", 1)):
            if isinstance(attributes.get(key), (int, float)):
                return Value((), dtype, (attributes[key],))
        for key, dtype in (("value_ints", 7), ("value_floats", 1)):
            if isinstance(attributes.get(key), list):
                return Value((len(attributes[key]),), dtype, tuple(attributes[key]))
        return Value()

    @staticmethod
    def read_shape(op: str, attributes: Mapping[str, Any], value: Value) -> Value:
        """Return the shape of a tensor as a constant."""
        sizes = values_of_shape(value, attributes)
        if op == "Size":
            return Value((), 7, None if sizes is None else (math.prod(sizes),))
        return Value((len(sizes) if sizes is not None else None,), 7, sizes)

    def state(self, name: str) -> Shape | None:
        """Return the shape that the file states for a tensor; None if it states none."""
        port = self.stated.get(name)
        if port is None or port.shape is None:
            return None
        return tuple(self.get_size("", axis, size) for axis, size in enumerate(port.shape))

    def is_embedding(self, node: Node, inputs: Sequence[Value | None]) -> bool:
        """Tell whether a node looks up constant places in a table of its own module."""
        if node.op != "Gather" or len(inputs) != 2 or inputs[0] is None or inputs[0].rank != 2:
            return False
        if "Embedding" in node.notes.get("class_hierarchy", ""):
            return True
        weight = next(iter(inputs[0].weights), "")
        place = node.name.rpartition("/")[0].rpartition("/")[2]
        return bool(place) and weight.endswith(f"{place}.weight")

    # Graphs inside of nodes.

    def capture(self, attributes: Mapping[str, Any], names: Names) -> list[Value]:
        """Return the tensors that the graphs inside of a node read from around it."""
        found: dict[str, None] = {}
        for graph in inner_graphs(attributes):
            tensors = {tensor.name: tensor for tensor in graph.tensors}
            for tensor in tensors.values():
                self.hold(tensor, tensor.name)
            own = tensors.keys() | {port.name for port in graph.inputs}
            for node in graph.nodes:
                found |= dict.fromkeys(name for name in node.inputs if name not in own)
                own |= set(node.outputs)
        return [names[name] for name in found if name in names]


def is_computed(node: Node, inputs: Sequence[Value | None]) -> bool:
    """Tell whether a layer with weights works on what is a parameter itself."""
    both = [each for each in inputs[:2] if each is not None and each.weights]
    return node.op in WEIGHTED and len(both) == 2 and both[0].rank > 1


def inner_graphs(attributes: Mapping[str, Any], depth: int = 0) -> Iterator[Graph]:
    """Yield the graphs among attributes, and those in their nodes."""
    for value in attributes.values():
        if isinstance(value, Graph) and depth <= MAX_DEPTH:
            yield value
            for node in value.nodes:
                yield from inner_graphs(node.attributes, depth + 1)


def choose_branch(
    node: Node, attributes: Mapping[str, Any], inputs: Sequence[Value | None]
) -> Graph | None:
    """Return the branch that a condition takes; None if only data tell, or it is no condition."""
    if node.op != "If" or not inputs or inputs[0] is None or inputs[0].number is None:
        return None
    branch = attributes.get("then_branch" if inputs[0].number else "else_branch")
    return branch if isinstance(branch, Graph) else None


def resolve(attributes: Mapping[str, Any], bound: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes of a node in a function with the values that the call gives."""
    found: dict[str, Any] = {}
    for key, value in attributes.items():
        if not isinstance(value, Reference):
            found[key] = value
        elif value.name in bound:
            found[key] = bound[value.name]
    return found


def sort_nodes(nodes: Sequence[Node], names: Names) -> Sequence[Node]:
    """Return nodes so that each comes after those that it reads; a cycle stays as it is."""
    known = set(names)
    makers = {name: node for node in nodes for name in node.outputs if name}
    for node in nodes:
        if any(name not in known and name in makers for name in node.inputs):
            break
        known.update(node.outputs)
    else:
        return nodes
    order: list[Node] = []
    done: set[int] = set()
    for first in nodes:
        stack = [(first, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                order.append(node)
                continue
            if id(node) in done:
                continue
            done.add(id(node))
            stack.append((node, True))
            before = [makers[name] for name in node.inputs if name in makers and name not in names]
            stack += [(each, False) for each in reversed(before)]
    return order
