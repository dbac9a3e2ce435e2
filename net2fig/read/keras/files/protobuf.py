"""A minimal reader of Protocol Buffers that finds strings by field number.

Requires: a message in the binary format.
Ensures: only the wanted fields are copied; an invalid message raises ValueError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from net2fig.read.limits import ValueCounter

VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5
"""Wire types: a number, 8 bytes, a length and as many bytes, 4 bytes."""


def iterate_fields(message: memoryview, counter: ValueCounter) -> Iterator[tuple[int, memoryview]]:
    """Yield number and content of the fields that are strings, bytes or messages.

    `counter` counts all fields of the file.
    """
    at = 0
    while at < len(message):
        counter.add()
        key, at = read_varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            _, at = read_varint(message, at)
        elif kind in (EIGHT, FOUR):
            at += 8 if kind == EIGHT else 4
        elif kind == BYTES:
            size, at = read_varint(message, at)
            if at + size > len(message):
                raise ValueError("a field is longer than its message")
            yield number, message[at : at + size]
            at += size
        else:
            raise ValueError(f"no such kind of field: {kind}")


def read_varint(message: memoryview, at: int) -> tuple[int, int]:
    """Return a number of seven bits per byte, lowest first, and the position after it."""
    value = shift = 0
    while at < len(message) and shift < 70:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise ValueError("a number does not end")


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
