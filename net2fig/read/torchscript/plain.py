"""What the functions of TorchScript return for numbers, texts and lists, and for shapes.

Ensures: what is not known, or makes no sense, is open; no error is raised, no value grows large.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from net2fig.read.torchscript.values import OPEN, Tensor, is_open

LARGEST = 2**62
"""No whole number is greater."""

LONGEST = 100_000
"""The maximum length of a list or a text."""

FLOAT = 6
"""The number of the type that tensors are taken to have."""

FAILURES = (ArithmeticError, IndexError, TypeError, ValueError, AttributeError, KeyError)

Function = Callable[..., Any]


def compute(function: str, args: list[Any], kwargs: Mapping[str, Any]) -> Any:
    """Return the result of a function on values without tensors; open if it is not known."""
    rule = PLAIN.get(function)
    if rule is None or (is_open(args) and function not in LISTS):
        return OPEN
    try:
        return bound(rule(*args, **kwargs))
    except FAILURES:
        return OPEN


def bound(value: Any) -> Any:
    """Return a value; open if it is too large."""
    if isinstance(value, int) and not -LARGEST < value < LARGEST:
        return OPEN
    if isinstance(value, (list, tuple, str)) and len(value) > LONGEST:
        return OPEN
    return value


def power(base: Any, exponent: Any) -> Any:
    """Return a power of numbers that are not too large."""
    if abs(exponent) > 64 or abs(base) > 2**32:
        return OPEN
    return base**exponent


def multiply(one: Any, two: Any) -> Any:
    """Return a product; that of a list repeats it, as far as it stays short."""
    for value, times in ((one, two), (two, one)):
        if isinstance(value, (list, str)) and len(value) * max(times, 1) > LONGEST:
            return OPEN
    return one * two


def add(one: Any, two: Any, alpha: Any = 1) -> Any:
    """Return a sum."""
    return one + two if alpha == 1 else one + alpha * two


def append(items: list[Any], value: Any) -> Any:
    """Add a value to a list."""
    if len(items) < LONGEST:
        items.append(value)
    return items


def insert(items: list[Any], place: int, value: Any) -> None:
    """Insert a value into a list."""
    if len(items) < LONGEST:
        items.insert(place, value)


def extend(items: list[Any], values: list[Any]) -> None:
    """Add values to a list."""
    if len(items) + len(values) < LONGEST:
        items.extend(values)


def set_item(items: Any, key: Any, value: Any) -> Any:
    """Set an item of a list or a dictionary."""
    items[key] = value
    return items


def get_slice(items: Any, start: Any = None, end: Any = None, step: Any = 1) -> Any:
    """Return a part of a list."""
    return items[start:end:step]


def measure(value: Any) -> Any:
    """Return the length of a value."""
    if isinstance(value, Tensor):
        return value.shape[0] if value.shape else OPEN
    return len(value)


def count_turns(start: int, end: int, step: int) -> int:
    """Return how many turns a loop over numbers takes."""
    return len(range(start, end, step))


def derive_number(turn: int, start: int, step: int) -> int:
    """Return the number of a turn of a loop."""
    return start + turn * step


LISTS: Mapping[str, Function] = {
    "append": append,
    "insert": insert,
    "extend": extend,
    "_set_item": set_item,
    "__getitem__": operator.getitem,
    "len": measure,
    "list": list,
    "slice": get_slice,
    "keys": lambda each: list(each.keys()),
    "values": lambda each: list(each.values()),
    "items": lambda each: list(each.items()),
    "get": lambda each, *args: each.get(*args),
    "__is__": operator.is_,
    "__isnot__": operator.is_not,
    "pop": lambda each, *at: each.pop(*at),
    "__contains__": lambda each, key: key in each,
    "clear": lambda each: each.clear(),
    "copy": lambda each: each.copy(),
    "reverse": lambda each: each.reverse(),
    "dict": lambda each=(): dict(each),
    "mul": multiply,
    "add": add,
}
"""Functions that work on lists whatever these hold."""

PLAIN: Mapping[str, Function] = {
    **LISTS,
    "add": add,
    "add_": add,
    "sub": operator.sub,
    "mul": multiply,
    "pow": power,
    "div": operator.truediv,
    "truediv": operator.truediv,
    "floordiv": operator.floordiv,
    "floor_divide": operator.floordiv,
    "remainder": operator.mod,
    "fmod": math.fmod,
    "true_divide": operator.truediv,
    "rsub": lambda one, two: two - one,
    "neg": operator.neg,
    "abs": abs,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "max": max,
    "min": min,
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "__not__": operator.not_,
    "sum": sum,
    "__and__": operator.and_,
    "__or__": operator.or_,
    "__xor__": operator.xor,
    "Int": int,
    "Float": float,
    "Bool": bool,
    "str": str,
    "log2": math.log2,
    "format": lambda text, *_: text,
    "percentFormat": lambda text, *_: text,
    "IntImplicit": int,
    "FloatImplicit": float,
    "ScalarImplicit": lambda each: each,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "join": str.join,
    "log10": math.log10,
    "sorted": sorted,
    "sin": math.sin,
    "cos": math.cos,
    "isnan": math.isnan,
    "lower": str.lower,
    "__range_length": count_turns,
    "__derive_index": derive_number,
    "any": any,
    "all": all,
    "reciprocal": lambda each: 1 / each,
    "to": lambda each, *_: each,
    "prod": math.prod,
    "type": lambda each: each,
    "is_grad_enabled": lambda: True,
    "is_autocast_enabled": lambda *_: False,
    "is_scripting": lambda: True,
    "is_tracing": lambda: False,
    "device": lambda *_: "cpu",
    "warn": lambda *_, **_words: None,
}
"""Functions on values without tensors."""


# Shapes and types of tensors.


def get_size(tensor: Tensor, axis: Any = None) -> Any:
    """Return the sizes of a tensor, or that of an axis."""
    if tensor.shape is None:
        return OPEN
    sizes = [OPEN if size is None else size for size in tensor.shape]
    return sizes if axis is None else sizes[axis]


def count_axes(tensor: Tensor) -> Any:
    """Return the number of axes."""
    return OPEN if tensor.shape is None else len(tensor.shape)


def count_numbers(tensor: Tensor) -> Any:
    """Return how many numbers a tensor holds."""
    if tensor.shape is None or None in tensor.shape:
        return OPEN
    return bound(math.prod(size for size in tensor.shape if size is not None))


def get_number(tensor: Tensor) -> Any:
    """Return the number that a tensor holds."""
    return OPEN if tensor.number is None else tensor.number


QUERIES: Mapping[str, Function] = {
    **dict.fromkeys(("size", "shape", "sym_size"), get_size),
    **dict.fromkeys(("dim", "ndimension", "ndim"), count_axes),
    **dict.fromkeys(("numel", "sym_numel", "nelement"), count_numbers),
    **dict.fromkeys(("item", "Int", "Float", "Bool", "IntImplicit", "FloatImplicit"), get_number),
    **dict.fromkeys(("ScalarImplicit", "is_nonzero"), get_number),
    **dict.fromkeys(("layout", "get_device"), lambda *_: OPEN),
    "device": lambda *_: "cpu",
    **dict.fromkeys(("dtype", "scalar_type"), lambda *_: FLOAT),
    **dict.fromkeys(("is_nested", "is_mkldnn", "is_quantized", "is_sparse"), lambda *_: False),
    **dict.fromkeys(("is_cuda", "is_mps", "is_xpu", "is_complex", "is_meta"), lambda *_: False),
    **dict.fromkeys(("is_floating_point", "is_contiguous", "requires_grad"), lambda *_: True),
    "__is__": lambda one, two: one is two,
    "__isnot__": lambda one, two: one is not two,
    "len": measure,
    "stride": lambda *_: OPEN,
    "equal": lambda *_: OPEN,
    "allclose": lambda *_: OPEN,
    "tolist": lambda *_: OPEN,
    "is_same_size": lambda *_: OPEN,
}
"""Functions on a tensor that return no tensor."""
