"""Writes ONNX files by hand, as far as the tests need them: fields by their numbers."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FLOAT, INT64 = 1, 7


def varint(value: int) -> bytes:
    value &= 2**64 - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def data(field: int, value: bytes | str) -> bytes:
    content = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(content)) + content


def tensor(name: str, values: Any, shape: Sequence[int] | None = None) -> bytes:
    """Return a tensor: its values, or only its sizes if `values` is None."""
    items = [values] if isinstance(values, (int, float)) else values
    sizes = ([] if isinstance(values, (int, float)) else [len(items)]) if shape is None else shape
    whole = items is not None and all(isinstance(each, int) for each in items)
    out = b"".join(number(1, size) for size in sizes)
    out += number(2, INT64 if whole else FLOAT)
    if items is not None:
        out += data(9, struct.pack(f"<{len(items)}{'q' if whole else 'f'}", *items))
    return out + data(8, name)


def weight(name: str, *shape: int) -> bytes:
    """Return a tensor of sizes without values, as if these were elsewhere."""
    return tensor(name, None, shape)


def attribute(name: str, value: Any) -> bytes:
    out = data(1, name)
    if isinstance(value, float):
        return out + varint(2 << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, int):
        return out + number(3, value)
    if isinstance(value, str):
        return out + data(4, value)
    if isinstance(value, Ref):
        return out + data(21, value.name)
    if isinstance(value, Graph):
        return out + data(6, value.bytes)
    if isinstance(value, bytes):
        return out + data(5, value)
    return out + b"".join(number(8, each) for each in value)


class Ref:
    """The value of an attribute of the function around a node."""

    def __init__(self, name: str) -> None:
        self.name = name


def node(
    op: str,
    inputs: str = "",
    outputs: str = "",
    *,
    name: str = "",
    domain: str = "",
    scopes: Sequence[tuple[str, str]] = (),
    **attributes: Any,
) -> bytes:
    """Return a node; inputs and outputs are parted by spaces, "-" is none."""
    out = b"".join(data(1, "" if each == "-" else each) for each in inputs.split())
    out += b"".join(data(2, each) for each in outputs.split())
    out += data(3, name) + data(4, op) + data(7, domain)
    out += b"".join(data(5, attribute(key, value)) for key, value in attributes.items())
    if scopes:
        notes = {
            "pkg.torch.onnx.name_scopes": repr([path for path, _ in scopes]),
            "pkg.torch.onnx.class_hierarchy": repr([name for _, name in scopes]),
        }
        out += b"".join(data(9, data(1, key) + data(2, text)) for key, text in notes.items())
    return out


def port(name: str, shape: Sequence[int | str | None] | None) -> bytes:
    if shape is None:
        return data(1, name)
    axes = b"".join(
        data(1, number(1, size) if isinstance(size, int) else data(2, size) if size else b"")
        for size in shape
    )
    return data(1, name) + data(2, data(1, number(1, FLOAT) + data(2, axes)))


Ports = Mapping[str, Sequence[int | str | None] | None]


class Graph:
    """A graph: nodes, inputs and outputs with their shapes, tensors."""

    def __init__(
        self,
        nodes: Sequence[bytes],
        inputs: Ports,
        outputs: str,
        tensors: Sequence[bytes] = (),
        name: str = "net",
    ) -> None:
        out = b"".join(data(1, each) for each in nodes) + data(2, name)
        out += b"".join(data(5, each) for each in tensors)
        out += b"".join(data(11, port(key, shape)) for key, shape in inputs.items())
        out += b"".join(data(12, port(each, None)) for each in outputs.split())
        self.bytes = out


def function(name: str, domain: str, inputs: str, outputs: str, nodes: Sequence[bytes]) -> bytes:
    out = data(1, name)
    out += b"".join(data(4, each) for each in inputs.split())
    out += b"".join(data(5, each) for each in outputs.split())
    return out + b"".join(data(7, each) for each in nodes) + data(10, domain)


def model(
    nodes: Sequence[bytes],
    inputs: Ports,
    outputs: str,
    tensors: Sequence[bytes] = (),
    *,
    producer: str = "tests",
    functions: Sequence[bytes] = (),
    name: str = "net",
) -> bytes:
    """Return the bytes of a file."""
    graph = Graph(nodes, inputs, outputs, tensors, name)
    out = number(1, 8) + data(2, producer) + data(7, graph.bytes)
    out += data(8, data(1, "") + number(2, 20))
    return out + b"".join(data(25, each) for each in functions)


def save(folder: Path, *args: Any, file: str = "net.onnx", **kwargs: Any) -> Path:
    """Write a file and return its path."""
    path = folder / file
    path.write_bytes(model(*args, **kwargs))
    return path


def size_of(*shape: int) -> int:
    return math.prod(shape)
