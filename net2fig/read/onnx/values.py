"""What is known of a tensor, and the arithmetic of small constant ones.

Exporters compute shapes by nodes: `Shape`, `Gather`, `Concat`, `Mul`. On small constant tensors
these are evaluated with the numbers of Python.

Ensures: `evaluate` returns None for what it cannot compute, whatever the values are.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

from msgspec import Struct

from net2fig.network import Shape
from net2fig.read.onnx.numbers import MAX_VALUES

LARGEST = 2**62
"""No whole number is greater."""

FLOATS = frozenset({1, 10, 11, 16})

Numbers = tuple[Any, ...]


class Value(Struct):
    """A tensor: its shape and type, where it comes from, or which weights it is made of.

    `data` are the values of a small constant. `origin` is the operation that returns it, and which
    of its tensors it is; None for a constant. `weights` are the names of the tensors of the file
    that a constant is made of.
    """

    shape: Shape | None = None
    dtype: int = 0
    data: Numbers | None = None
    origin: tuple[int, int] | None = None
    weights: frozenset[str] = frozenset()

    @property
    def rank(self) -> int:
        """The number of axes; 0 if it is not known."""
        return len(self.shape or ())

    @property
    def is_constant(self) -> bool:
        """Whether the tensor depends on no input."""
        return self.origin is None

    @property
    def number(self) -> Any:
        """The only value of a constant; None if there are several, or none is known."""
        return self.data[0] if self.data is not None and len(self.data) == 1 else None

    @property
    def ints(self) -> list[int] | None:
        """The values as whole numbers; None if they are not known."""
        return None if self.data is None else [int(each) for each in self.data]


Inputs = Sequence[Value | None]
Attributes = Mapping[str, Any]


def attribute_ints(attributes: Attributes, name: str) -> list[int] | None:
    """Return an attribute as a list of whole numbers; None if it is missing or something else."""
    value = attributes.get(name)
    items = [value] if isinstance(value, int) else value
    if not isinstance(items, list) or not all(isinstance(each, int) for each in items):
        return None
    return items


def attribute_int(attributes: Attributes, name: str, default: int = 0) -> int:
    """Return an attribute as a whole number."""
    value = attributes.get(name, default)
    return value if isinstance(value, int) else default


def divide(one: Any, two: Any) -> Any:
    """Return a quotient as ONNX does: of whole numbers, without the rest."""
    if isinstance(one, int) and isinstance(two, int):
        found = abs(one) // abs(two)
        return found if (one < 0) == (two < 0) else -found
    return one / two


def power(one: Any, two: Any) -> Any:
    """Return a power of numbers that are not large."""
    if abs(two) > 64:
        raise OverflowError
    return one**two


PAIRS: Mapping[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mul": operator.mul,
    "Div": divide,
    "Mod": lambda one, two: one % two,
    "Pow": power,
    "Equal": operator.eq,
    "Greater": operator.gt,
    "GreaterOrEqual": operator.ge,
    "Less": operator.lt,
    "LessOrEqual": operator.le,
    "And": lambda one, two: bool(one) and bool(two),
    "Or": lambda one, two: bool(one) or bool(two),
    "Max": max,
    "Min": min,
}

SINGLES: Mapping[str, Callable[[Any], Any]] = {
    "Identity": lambda value: value,
    "Neg": operator.neg,
    "Abs": abs,
    "Not": lambda value: not value,
    "Floor": lambda value: float(math.floor(value)),
    "Ceil": lambda value: float(math.ceil(value)),
    "Round": lambda value: float(round(value)),
    "Sqrt": math.sqrt,
    "Reciprocal": lambda value: 1 / value,
    "Sign": lambda value: (value > 0) - (value < 0),
    "Exp": math.exp,
    "Log": math.log,
}

REDUCTIONS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "ReduceProd": math.prod,
    "ReduceSum": sum,
    "ReduceMax": max,
    "ReduceMin": min,
}

RESHAPING = frozenset({"Reshape", "Squeeze", "Unsqueeze", "Flatten"})
"""Operators that keep the order of the values."""


def evaluate(
    op: str, attributes: Attributes, inputs: Inputs, shape: Shape | None
) -> Numbers | None:
    """Return the values that an operator computes from constants; None if they are not known."""
    if shape is None or None in shape or math.prod(map(int, shape)) > MAX_VALUES:  # type: ignore[arg-type]
        return None
    sizes = [int(size) for size in shape if size is not None]
    try:
        found = compute(op, attributes, inputs, sizes)
    except (ArithmeticError, ValueError, TypeError, IndexError):
        return None
    if found is None or len(found) != math.prod(sizes):
        return None
    whole = all(not isinstance(each, int) or abs(each) < LARGEST for each in found)
    return tuple(found) if whole else None


def compute(
    op: str, attributes: Attributes, inputs: Inputs, sizes: Sequence[int]
) -> Sequence[Any] | None:
    """Return the values; errors of arithmetic are raised."""
    first = inputs[0] if inputs else None
    if op == "ConstantOfShape":
        value = attributes.get("value")
        kept = getattr(value, "values", None)
        return [kept[0] if kept else 0.0] * math.prod(sizes)
    known = [each for each in inputs if each is not None]
    if first is None or any(each.data is None for each in known):
        return None
    data = first.data or ()
    if op in RESHAPING:
        return data
    if op == "Cast":
        target = attribute_int(attributes, "to")
        if target == 9:
            return [bool(each) for each in data]
        return [float(each) if target in FLOATS else int(each) for each in data]
    if op in SINGLES:
        return [SINGLES[op](each) for each in data]
    if op in PAIRS:
        values: Sequence[Any] = data
        result = first
        for other in known[1:]:
            values = [PAIRS[op](*pair) for pair in pairs_of(result, other, sizes)]
            result = Value(tuple(sizes), data=tuple(values))
        return values
    return compute_places(op, attributes, known, sizes)


def compute_places(
    op: str, attributes: Attributes, known: Sequence[Value], sizes: Sequence[int]
) -> Sequence[Any] | None:
    """Return the values of an operator that moves values to other places."""
    first = known[0]
    if op == "Where":
        flags = spread(first, sizes)
        one, two = spread(known[1], sizes), spread(known[2], sizes)
        return [a if flag else b for flag, a, b in zip(flags, one, two, strict=True)]
    if op == "Expand":
        return spread(first, sizes)
    if op == "Range":
        start, _, step = (each.number for each in known)
        return [start + step * place for place in range(math.prod(sizes))]
    if op == "Concat":
        axis = attribute_int(attributes, "axis") % len(sizes)
        return concatenate(known, axis)
    if op == "Gather":
        return gather(first, known[1], attribute_int(attributes, "axis") % first.rank)
    if op == "Slice":
        return take_slice(first, known, attributes)
    if op == "Transpose":
        order = attribute_ints(attributes, "perm") or list(range(first.rank))[::-1]
        steps = strides(first.shape or ())
        places = product(*(range(size) for size in sizes))
        data = first.data or ()
        return [
            data[sum(place[at] * steps[axis] for at, axis in enumerate(order))] for place in places
        ]
    if op in REDUCTIONS and len(sizes) <= 1 and math.prod(sizes) == 1:
        return [REDUCTIONS[op](first.data or ())]
    return None


def strides(shape: Shape) -> list[int]:
    """Return how far apart neighbours along each axis are."""
    found, step = [], 1
    for size in reversed(shape):
        found.append(step)
        step *= size or 0
    return found[::-1]


def spread(value: Value, sizes: Sequence[int]) -> list[Any]:
    """Return the values of a tensor at each place of a larger one."""
    data, shape = value.data or (), value.shape or ()
    if len(data) == 1:
        return [data[0]] * math.prod(sizes)
    if list(shape) == list(sizes):
        return list(data)
    steps = [0] * (len(sizes) - len(shape))
    pairs = zip(shape, strides(shape), strict=True)
    steps += [0 if size == 1 else step for size, step in pairs]
    places = product(*(range(size) for size in sizes))
    return [data[sum(map(operator.mul, place, steps))] for place in places]


def pairs_of(one: Value, two: Value, sizes: Sequence[int]) -> zip[tuple[Any, Any]]:
    """Return the pairs of values that an operator computes with."""
    return zip(spread(one, sizes), spread(two, sizes), strict=True)


def concatenate(parts: Sequence[Value], axis: int) -> list[Any]:
    """Return the values of tensors in a row along an axis."""
    outer = math.prod(size or 0 for size in (parts[0].shape or ())[:axis])
    found: list[Any] = []
    for place in range(outer):
        for part in parts:
            length = len(part.data or ()) // max(outer, 1)
            found += (part.data or ())[place * length : (place + 1) * length]
    return found


def gather(value: Value, indices: Value, axis: int) -> list[Any]:
    """Return the values at some places along an axis."""
    shape, data = value.shape or (), value.data or ()
    length = shape[axis] or 0
    inner = strides(shape)[axis]
    outer = len(data) // max(inner * length, 1)
    found: list[Any] = []
    for place in range(outer):
        for index in indices.data or ():
            at = (place * length + int(index) % length) * inner
            found += data[at : at + inner]
    return found


def take_slice(value: Value, known: Sequence[Value], attributes: Attributes) -> list[Any] | None:
    """Return the values in ranges of some axes."""
    bounds = slice_bounds(known, attributes, value.rank)
    if bounds is None:
        return None
    shape = list(value.shape or ())
    found = list(value.data or ())
    for start, end, axis, step in zip(*bounds, strict=True):
        length, inner = shape[axis] or 0, strides(tuple(shape))[axis]
        kept = range(length)[slice_of(start, end, step, length)]
        outer = len(found) // max(inner * length, 1)
        firsts = ((place * length + at) * inner for place in range(outer) for at in kept)
        found = [each for first in firsts for each in found[first : first + inner]]
        shape[axis] = len(kept)
    return found


Bounds = tuple[list[int], list[int], list[int], list[int]]


def slice_bounds(known: Sequence[Value | None], attributes: Attributes, rank: int) -> Bounds | None:
    """Return starts, ends, axes and steps of a slice; None if they are not known."""
    given = [None if each is None else each.ints for each in [*known[1:5], *[None] * 4][:4]]
    starts, ends = (
        given[place] if given[place] is not None else attribute_ints(attributes, name)
        for place, name in enumerate(("starts", "ends"))
    )
    if starts is None or ends is None or len(starts) != len(ends):
        return None
    axes = given[2] or attribute_ints(attributes, "axes") or list(range(len(starts)))
    steps = given[3] or [1] * len(starts)
    if len(axes) != len(starts) or len(steps) != len(starts) or 0 in steps or not rank:
        return None
    if len(known) > 3 and any(each is not None and each.data is None for each in known[3:5]):
        return None
    return starts, ends, [axis % rank for axis in axes], steps


def slice_of(start: int, end: int, step: int, length: int) -> slice:
    """Return a slice as Python has it: negative ends before the beginning are open."""
    low = 0 if step > 0 else -1
    start = start + length if start < 0 else start
    end = end + length if end < 0 else end
    start = min(max(start, low + (step < 0)), length - (step < 0))
    end = min(max(end, low), length)
    return slice(start, None if end < 0 else end, step)
