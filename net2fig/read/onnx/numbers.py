"""Numbers and tensors as ONNX packs them into bytes.

Ensures: at most `MAX_VALUES` numbers are unpacked; what makes no sense raises ValueError.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from net2fig.read.protobuf import Value, iterate_varints

MAX_VALUES = 4096
"""The maximum number of values of a tensor or an attribute that are kept."""

FLOAT, INT32, INT64 = 1, 6, 7
DOUBLE, UINT8, INT8, BOOL, FLOAT16 = 11, 2, 3, 9, 10

CODES = {FLOAT: "f", INT32: "i", INT64: "q", DOUBLE: "d", UINT8: "B", INT8: "b", FLOAT16: "e"}
CODES |= {BOOL: "?", 4: "H", 5: "h", 12: "I", 13: "Q"}
"""How numbers of a type are packed, as for `struct`."""

WEIGHT_TYPES = frozenset({FLOAT, DOUBLE, FLOAT16, UINT8, INT8, 16, *range(17, 28)})
"""The types of weights: floating point, and integers of quantized models."""


def take_bytes(value: Value) -> memoryview:
    """Return bytes; a number in their place raises a ValueError."""
    if isinstance(value, int):
        raise ValueError("a number stands where bytes should be")  # noqa: TRY004
    return value


def read_int(value: Value) -> int:
    """Return a whole number with its sign."""
    if not isinstance(value, int):
        raise ValueError("bytes stand where a number should be")  # noqa: TRY004
    value &= 2**64 - 1
    return value - 2**64 if value >= 2**63 else value


def read_ints(value: Value) -> list[int]:
    """Return whole numbers that are packed, as many as are kept."""
    found = []
    for number in iterate_varints(take_bytes(value)):
        found.append(read_int(number))
        if len(found) > MAX_VALUES:
            break
    return found


def read_numbers(value: Value, code: str) -> list[Any]:
    """Return packed numbers of one type, as many as are kept."""
    data = take_bytes(value)
    size = struct.calcsize(code)
    count = min(len(data) // size, MAX_VALUES)
    return list(struct.unpack(f"<{count}{code}", data[: count * size]))


def read_values(dtype: int, size: int, held: Mapping[int, Value]) -> tuple[Any, ...] | None:
    """Return the values of a tensor; None if they are elsewhere, or not as many as it says."""
    code = CODES.get(dtype)
    found: list[Any] = []
    if 9 in held and code:
        found = read_numbers(held[9], code)
    elif 4 in held and dtype == FLOAT:
        found = read_numbers(held[4], "f")
    elif 10 in held and dtype == DOUBLE:
        found = read_numbers(held[10], "d")
    else:
        packed = next((held[key] for key in (7, 5, 11) if key in held), None)
        if packed is not None and code and code not in "fde":
            found = [read_int(packed)] if isinstance(packed, int) else read_ints(packed)
    return tuple(found) if len(found) == size else None
