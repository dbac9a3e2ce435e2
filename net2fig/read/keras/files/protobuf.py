"""Just enough of Protocol Buffers to find strings in a message: fields by number.

Requires: a message in the binary format.
Ensures: nothing is copied but what is asked for; a message that is none raises a ValueError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5
"""How a field is written: a number, 8 bytes, a length and so many bytes, 4 bytes."""


def fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield number and content of the fields that are strings, bytes or messages."""
    at = 0
    while at < len(message):
        key, at = varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            _, at = varint(message, at)
        elif kind in (EIGHT, FOUR):
            at += 8 if kind == EIGHT else 4
        elif kind == BYTES:
            size, at = varint(message, at)
            if at + size > len(message):
                raise ValueError("a field is longer than its message")
            yield number, message[at : at + size]
            at += size
        else:
            raise ValueError(f"no such kind of field: {kind}")


def varint(message: memoryview, at: int) -> tuple[int, int]:
    """Return a number, seven bits a byte, the lowest first, and where the next byte stands."""
    value = shift = 0
    while at < len(message) and shift < 70:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise ValueError("a number does not end")


def inside(message: memoryview, path: Sequence[int]) -> Iterator[memoryview]:
    """Yield the contents of the fields that a path of numbers leads to."""
    if not path:
        yield message
        return
    for number, content in fields(message):
        if number == path[0]:
            yield from inside(content, path[1:])
