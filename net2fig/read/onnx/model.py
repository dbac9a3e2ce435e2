"""The contents of an ONNX file: nodes, attributes, the sizes of tensors, and small values.

Requires: the bytes of a file, perhaps damaged or made to harm.
Ensures: weights are skipped; values are kept only of tensors with few numbers, and files for
external data are never opened. Counts and depths are bounded: more raises `ModelError`, and a
damaged message raises `ValueError`.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from net2fig.errors import ModelError
from net2fig.read.limits import ValueCounter
from net2fig.read.onnx.numbers import (
    MAX_VALUES,
    read_int,
    read_ints,
    read_numbers,
    read_values,
    take_bytes,
)
from net2fig.read.protobuf import BYTES, VARINT, Value, iterate_values

MAX_TEXT = 2**16
"""The maximum length of a text; more of it is cut off."""

MAX_TEXTS = 2**27
"""The maximum length of all texts."""

MAX_NODES = 60_000
"""The maximum number of nodes, those in functions included once."""

MAX_CONNECTIONS = 400_000
"""The maximum number of inputs of all nodes."""

MAX_RANK = 12
"""The maximum number of axes."""

MAX_DEPTH = 24
"""The maximum depth of graphs in graphs."""

Dim = int | str | None
"""The length of an axis, its name, or None if neither is known."""


class Tensor(Struct, frozen=True):
    """A tensor that the file holds: its type, its sizes, and its values if they are few."""

    name: str = ""
    dtype: int = 0
    shape: tuple[int, ...] = ()
    values: tuple[Any, ...] | None = None

    @property
    def size(self) -> int:
        """The number of values."""
        return math.prod(self.shape)


class Port(Struct, frozen=True):
    """A tensor by its name, with its type and the axes that the file states."""

    name: str
    dtype: int = 0
    shape: tuple[Dim, ...] | None = None


class Node(Struct, frozen=True):
    """A node of a graph. `notes` are what the exporter adds: scopes and classes of modules."""

    op: str
    name: str = ""
    domain: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


class Graph(Struct, frozen=True):
    """Nodes with the tensors that go in and out, and the shapes that the file states."""

    name: str
    nodes: tuple[Node, ...]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    tensors: tuple[Tensor, ...]
    stated: Mapping[str, Port]


class Function(Struct, frozen=True):
    """A function of the model: nodes by the names of its own inputs and outputs."""

    name: str
    domain: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: tuple[Node, ...]
    defaults: Mapping[str, Any]


class Model(Struct, frozen=True):
    """The contents of a file. `opset` is the version of the standard operators."""

    producer: str
    opset: int
    graph: Graph
    functions: Mapping[tuple[str, str], Function]


NOTES = ("name_scopes", "class_hierarchy", "namespace")
"""The ends of the keys that say where in the code a node comes from."""


class Parser:
    """Parses messages, and counts their fields."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.counter = ValueCounter(where, "ONNX")
        self.texts = 0
        self.nodes = 0
        self.connections = 0

    def fields(self, message: Value) -> Iterator[tuple[int, int, Value]]:
        """Yield the fields of a message, as long as there are not too many in all."""
        yield from iterate_values(take_bytes(message), self.counter)

    def read_text(self, value: Value) -> str:
        """Return a text, as long as all texts are not too long."""
        text = bytes(take_bytes(value)[:MAX_TEXT]).decode("utf-8", "replace")
        self.texts += len(text)
        if self.texts > MAX_TEXTS:
            size = MAX_TEXTS // 2**20
            raise ModelError(f"unsupported ONNX: {self.where} (more than {size} MiB of names)")
        return text

    def model(self, message: memoryview) -> Model:
        """Parse a whole file."""
        producer, opset, graph = "", 0, None
        functions: dict[tuple[str, str], Function] = {}
        for number, _, value in self.fields(message):
            if number == 2:
                producer = self.read_text(value)
            elif number == 7:
                graph = self.graph(value)
            elif number == 8:
                domain, version = self.opset(value)
                opset = version if domain in ("", "ai.onnx") else opset
            elif number == 25:
                function = self.function(value)
                functions[function.domain, function.name] = function
        if graph is None:
            raise ValueError("it holds no graph")
        return Model(producer, opset, graph, functions)

    def opset(self, message: Value) -> tuple[str, int]:
        """Parse the version of a set of operators."""
        domain, version = "", 0
        for number, kind, value in self.fields(message):
            if number == 1:
                domain = self.read_text(value)
            elif number == 2 and kind == VARINT:
                version = read_int(value)
        return domain, version

    def graph(self, message: Value, depth: int = 0) -> Graph:
        """Parse a graph, also one inside a node."""
        if depth > MAX_DEPTH:
            text = f"unsupported model: {self.where} (more than {MAX_DEPTH} graphs in graphs)"
            raise ModelError(text)
        name = ""
        nodes: list[Node] = []
        tensors: list[Tensor] = []
        ports: dict[int, list[Port]] = {11: [], 12: [], 13: []}
        for number, _, value in self.fields(message):
            if number == 1:
                nodes.append(self.node(value, depth))
            elif number == 2:
                name = self.read_text(value)
            elif number == 5:
                tensors.append(self.tensor(value))
            elif number == 15:
                tensors += self.sparse(value)
            elif number in ports:
                ports[number].append(self.port(value))
        stated = {port.name: port for group in ports.values() for port in group}
        inputs, outputs = tuple(ports[11]), tuple(ports[12])
        return Graph(name, tuple(nodes), inputs, outputs, tuple(tensors), stated)

    def function(self, message: Value) -> Function:
        """Parse a function."""
        name = domain = ""
        inputs, outputs, nodes = [], [], []
        defaults: dict[str, Any] = {}
        for number, _, value in self.fields(message):
            if number == 1:
                name = self.read_text(value)
            elif number == 4:
                inputs.append(self.read_text(value))
            elif number == 5:
                outputs.append(self.read_text(value))
            elif number == 7:
                nodes.append(self.node(value, 0))
            elif number == 10:
                domain = self.read_text(value)
            elif number == 11:
                key, default = self.attribute(value, 0)
                defaults[key] = default
        return Function(name, domain, tuple(inputs), tuple(outputs), tuple(nodes), defaults)

    def node(self, message: Value, depth: int) -> Node:
        """Parse a node."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            text = f"unsupported ONNX: {self.where} (more than {MAX_NODES:,} nodes)"
            raise ModelError(text)
        texts = {3: "", 4: "", 7: ""}
        inputs, outputs = [], []
        attributes: dict[str, Any] = {}
        notes: dict[str, str] = {}
        for number, _, value in self.fields(message):
            if number == 1:
                inputs.append(self.read_text(value))
            elif number == 2:
                outputs.append(self.read_text(value))
            elif number in texts:
                texts[number] = self.read_text(value)
            elif number == 5:
                name, found = self.attribute(value, depth)
                attributes[name] = found
            elif number == 9:
                notes |= self.note(value)
        self.connections += len(inputs)
        if self.connections > MAX_CONNECTIONS:
            text = f"unsupported ONNX: {self.where} (more than {MAX_CONNECTIONS:,} connections)"
            raise ModelError(text)
        name, op, domain = texts[3], texts[4], texts[7]
        domain = "" if domain == "ai.onnx" else domain
        return Node(op, name, domain, tuple(inputs), tuple(outputs), attributes, notes)

    def note(self, message: Value) -> dict[str, str]:
        """Parse a note of the exporter; empty for one that says nothing about scopes."""
        key = text = ""
        for number, _, value in self.fields(message):
            if number == 1:
                key = self.read_text(value).rpartition(".")[2]
            elif number == 2 and key in NOTES:
                text = self.read_text(value)
        return {key: text} if text else {}

    def attribute(self, message: Value, depth: int) -> tuple[str, Any]:
        """Parse an attribute: a number, a text, a tensor, a graph, or a list.

        A reference to an attribute of the function around it is a `Reference`.
        """
        name, result = "", None
        items: list[Any] = []
        for number, kind, value in self.fields(message):
            if number == 1:
                name = self.read_text(value)
            elif number == 2 and isinstance(value, memoryview) and len(value) == 4:
                result = struct.unpack("<f", value)[0]
            elif number == 3 and kind == VARINT:
                result = read_int(value)
            elif number == 4:
                result = self.read_text(value)
            elif number == 5:
                result = self.tensor(value)
            elif number == 6:
                result = self.graph(value, depth + 1)
            elif number == 7:
                items += read_numbers(value, "f")
            elif number == 8:
                items += [read_int(value)] if kind == VARINT else read_ints(value)
            elif number == 9:
                items.append(self.read_text(value))
            elif number == 21:
                result = Reference(self.read_text(value))
            if len(items) > MAX_VALUES:
                items = items[:MAX_VALUES]
        return name, result if result is not None else items

    def tensor(self, message: Value) -> Tensor:
        """Parse a tensor: sizes and type, and the values if they are few."""
        name, dtype = "", 0
        shape: list[int] = []
        held: dict[int, Value] = {}
        for number, kind, value in self.fields(message):
            if number == 1:
                shape += [read_int(value)] if kind == VARINT else read_ints(value)
                if len(shape) > MAX_RANK or min(shape, default=0) < 0:
                    raise ValueError("a tensor has no valid sizes")
            elif number == 2 and kind == VARINT:
                dtype = read_int(value)
            elif number == 8:
                name = self.read_text(value)
            elif number in (4, 5, 7, 9, 10, 11):
                held[number] = value
        values = None
        if math.prod(shape) <= MAX_VALUES:
            values = read_values(dtype, math.prod(shape), held)
        return Tensor(name, dtype, tuple(shape), values)

    def sparse(self, message: Value) -> list[Tensor]:
        """Parse a sparse tensor: its name, and the sizes of what it stands for."""
        found: list[Tensor] = []
        shape: list[int] = []
        for number, kind, value in self.fields(message):
            if number == 1:
                found = [self.tensor(value)]
            elif number == 3:
                shape += [read_int(value)] if kind == VARINT else read_ints(value)
        if len(shape) > MAX_RANK or min(shape, default=0) < 0:
            raise ValueError("a tensor has no valid sizes")
        return [Tensor(each.name, each.dtype, tuple(shape)) for each in found]

    def port(self, message: Value) -> Port:
        """Parse an input, an output, or a tensor between nodes."""
        name, dtype, shape = "", 0, None
        for number, _, value in self.fields(message):
            if number == 1:
                name = self.read_text(value)
            elif number == 2:
                dtype, shape = self.tensor_type(value)
        return Port(name, dtype, shape)

    def tensor_type(self, message: Value) -> tuple[int, tuple[Dim, ...] | None]:
        """Parse the type and the axes of a tensor; anything else has none."""
        dtype, shape = 0, None
        for number, kind, value in self.fields(message):
            if number != 1 or kind != BYTES:
                continue
            for inner, inner_kind, content in self.fields(value):
                if inner == 1 and inner_kind == VARINT:
                    dtype = read_int(content)
                elif inner == 2:
                    axes = [self.dim(each) for n, _, each in self.fields(content) if n == 1]
                    shape = tuple(axes[:MAX_RANK])
        return dtype, shape

    def dim(self, message: Value) -> Dim:
        """Parse an axis."""
        for number, kind, value in self.fields(message):
            if number == 1 and kind == VARINT:
                size = read_int(value)
                return size if size >= 0 else None
            if number == 2:
                return self.read_text(value) or None
        return None


class Reference(Struct, frozen=True):
    """The name of an attribute of the function around a node."""

    name: str
