"""Helpers of the shape rules: shapes from JSON, axes, and the type of a rule."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self, SupportsIndex, TypeVar, overload

from net2fig.attributes import LARGEST, Attributes, NoRule, integer
from net2fig.network import Shape

Axis = int | None


T_co = TypeVar("T_co", covariant=True)


class CheckedTuple(tuple[T_co, ...]):
    """A tuple that raises `NoRule` for an item that is not there."""

    __slots__ = ()

    @overload
    def __getitem__(self, key: SupportsIndex) -> T_co: ...
    @overload
    def __getitem__(self, key: slice) -> Self: ...
    def __getitem__(self, key: SupportsIndex | slice) -> T_co | Self:
        """Return an item, or some of them."""
        if isinstance(key, slice):
            return type(self)(super().__getitem__(key))
        try:
            return super().__getitem__(key)
        except IndexError:
            raise NoRule(f"no item {key} of {len(self)}") from None


class CheckedShape(CheckedTuple[Axis]):
    """The shape of a tensor that comes in."""

    __slots__ = ()


class Inputs(CheckedTuple[CheckedShape]):
    """The shapes of the inputs."""

    __slots__ = ()


def make_inputs(shapes: Iterable[Shape]) -> Inputs:
    """Return shapes as the rules take them."""
    return Inputs(CheckedShape(shape) for shape in shapes)


Rule = Callable[[Attributes, Inputs], Shape | None]
"""Computes the output shape from the attributes and the shapes of at least one input."""


def shape_of(value: Any) -> Shape | None:
    """Return a shape from a JSON value; None unless it is a list of numbers and nulls.


    >>> shape_of([None, 8]), shape_of("8"), shape_of([[None, 8]])
    ((None, 8), None, None)
    """
    if not isinstance(value, (list, tuple)):
        return None
    if all(axis is None or (type(axis) is int and 0 <= axis <= LARGEST) for axis in value):
        return tuple(value)
    return None


def fill_unknown_axes(stated: Shape | None, inferred: Shape | None) -> Shape | None:
    """Return the stated shape, with unknown axes from the inferred one.


    >>> fill_unknown_axes((None, None, 3), (None, 64, 5))
    (None, 64, 3)
    """
    if stated is None or inferred is None or len(stated) != len(inferred):
        return inferred if stated is None else stated
    return tuple(b if a is None else a for a, b in zip(stated, inferred, strict=True))


def require_axis(axis: Axis) -> int:
    """Return the size of an axis; a rule that needs one that is not known ends here."""
    if axis is None:
        raise NoRule("an axis is not known")
    return axis


def split_channels(shape: Shape, at: Attributes) -> tuple[list[Axis], Axis]:
    """Return the spatial axes and the channels of a shape."""
    if len(shape) < 2:
        raise NoRule(f"no channels in {len(shape)} axes")
    if at.channels_first:
        return list(shape[2:]), shape[1]
    return list(shape[1:-1]), shape[-1]


def join_channels(batch: Axis, spatial: Sequence[Axis], channels: Axis, at: Attributes) -> Shape:
    """Return the shape of a batch with these spatial axes and channels."""
    if at.channels_first:
        return (batch, channels, *spatial)
    return (batch, *spatial, channels)


def count_windows(size: Axis, window: int, stride: int, padding: str) -> Axis:
    """Return how many windows fit on an axis.

    >>> count_windows(224, 7, 2, "same"), count_windows(5, 2, 2, "valid")
    (112, 2)
    """
    if size is None:
        return None
    return (size - 1 if padding != "valid" else size - window) // stride + 1


def product(axes: Sequence[Axis]) -> Axis:
    """Return the product of axes; None if one of them is unknown."""
    known = [axis for axis in axes if axis is not None]
    return math.prod(known) if len(known) == len(axes) else None


def normalize_axes(axis: Any, rank: int) -> list[int]:
    """Return axes counted from 0; None means all."""
    if axis is None:
        return list(range(rank))
    values = [integer(each) for each in (axis if isinstance(axis, list | tuple) else [axis])]
    if any(not -rank <= value < rank for value in values):
        raise NoRule(f"no axis {values} of {rank}")
    return [value % rank for value in values]


def infer_reshape(shape: Shape, target: Sequence[Axis]) -> Shape:
    """Return the target with its -1 replaced by the rest of the shape.


    >>> infer_reshape((4, 6), (8, -1)), infer_reshape((None, 6), (-1, 3))
    ((8, 3), (None, 3))
    """
    sizes = [None if axis == -1 else axis for axis in target]
    if -1 not in target:
        return tuple(sizes)
    rest = product([axis for axis in target if axis != -1])
    total = product(shape)
    left = total // rest if total is not None and rest else None
    return tuple(left if axis == -1 else axis for axis in target)


def broadcast_shapes(shapes: Sequence[Shape]) -> Shape:
    """Return the shape of an elementwise result.

    >>> broadcast_shapes([(None, 8, 1), (5,)])
    (None, 8, 5)
    """
    rank = max((len(shape) for shape in shapes), default=0)
    result: list[Axis] = []
    for axes in zip(*[(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes], strict=True):
        sizes = {axis for axis in axes if axis != 1}
        known = sizes - {None}
        if len(known) > 1:
            raise NoRule(f"shapes do not match: {shapes}")
        result.append(next(iter(known), None if sizes else 1))
    return tuple(result)


def concatenate_shapes(shapes: Inputs, axis: int) -> Shape:
    """Return the shape of tensors put together along an axis."""
    first = list(shapes[0])
    at = normalize_axes(axis, len(first))[0]
    sizes = [shape[at] for shape in shapes]
    known = [size for size in sizes if size is not None]
    first[at] = sum(known) if len(known) == len(sizes) else None
    for index in range(len(first)):
        if index != at and first[index] is None:
            first[index] = next((s[index] for s in shapes if s[index] is not None), None)
    return tuple(first)
