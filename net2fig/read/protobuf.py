"""A minimal reader of Protocol Buffers that finds fields by their numbers.

Requires: a message in the binary format.
Ensures: nothing is copied, and all fields are counted; an invalid message raises ValueError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from net2fig.read.limits import ValueCounter

VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5
"""Wire types: a number, 8 bytes, a length and as many bytes, 4 bytes."""

Value = int | memoryview
"""The value of a field: a number without a sign, or bytes."""


def iterate_values(message: memoryview, counter: ValueCounter) -> Iterator[tuple[int, int, Value]]:
    """Yield number, wire type and value of all fields; values of 4 or 8 bytes are bytes.

    `counter` counts all fields of the file.
    """
    at, end = 0, len(message)
    while at < end:
        counter.add()
        key, at = read_varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, at = read_varint(message, at)
            yield number, kind, value
            continue
        if kind == BYTES:
            size, at = read_varint(message, at)
        elif kind in (EIGHT, FOUR):
            size = 8 if kind == EIGHT else 4
        else:
            raise ValueError(f"no such kind of field: {kind}")
        if at + size > end:
            raise ValueError("a field is longer than its message")
        yield number, kind, message[at : at + size]
        at += size


def iterate_fields(message: memoryview, counter: ValueCounter) -> Iterator[tuple[int, memoryview]]:
    """Yield number and content of the fields that are strings, bytes or messages."""
    for number, kind, value in iterate_values(message, counter):
        if kind == BYTES and isinstance(value, memoryview):
            yield number, value


def read_varint(message: memoryview, at: int) -> tuple[int, int]:
    """Return a number of seven bits per byte, lowest first, and the position after it."""
    end = len(message)
    if at < end and (byte := message[at]) < 128:
        return byte, at + 1
    value = shift = 0
    while at < end and shift < 70:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise ValueError("a number does not end")


def iterate_varints(message: memoryview) -> Iterator[int]:
    """Yield the numbers of a packed field."""
    at = 0
    while at < len(message):
        value, at = read_varint(message, at)
        yield value


def find_fields(
    message: memoryview, path: Sequence[int], counter: ValueCounter
) -> Iterator[memoryview]:
    """Yield the contents of the fields at a path of numbers."""
    if not path:
        yield message
        return
    for number, content in iterate_fields(message, counter):
        if number == path[0]:
            yield from find_fields(content, path[1:], counter)
