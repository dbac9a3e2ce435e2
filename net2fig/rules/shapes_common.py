"""What the shape rules share: shapes from JSON, axes, and how a rule looks."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from net2fig.network import Shape

Config = Mapping[str, Any]
Inputs = Sequence[Shape]

Rule = Callable[[Config, Inputs], Shape | None]
"""From a configuration and the shapes that come in (at least one) to the shape that goes out."""

Axis = int | None


def shape_of(value: Any) -> Shape | None:
    """Return a shape from what JSON holds, None unless it is a list of numbers and nulls.

    >>> shape_of([None, 8]), shape_of("8"), shape_of([[None, 8]])
    ((None, 8), None, None)
    """
    if not isinstance(value, (list, tuple)):
        return None
    if all(axis is None or (type(axis) is int and axis >= 0) for axis in value):
        return tuple(value)
    return None


def merged(stated: Shape | None, found: Shape | None) -> Shape | None:
    """Return the stated shape, its unknown axes filled in with what was found.

    >>> merged((None, None, 3), (None, 64, 5))
    (None, 64, 3)
    """
    if stated is None or found is None or len(stated) != len(found):
        return found if stated is None else stated
    return tuple(b if a is None else a for a, b in zip(stated, found, strict=True))


def channels_first(config: Config) -> bool:
    """Tell whether a layer expects the channels before the spatial axes."""
    return config.get("data_format") == "channels_first"


def parts(shape: Shape, config: Config) -> tuple[list[Axis], Axis]:
    """Return the spatial axes and the channels of a shape."""
    if channels_first(config):
        return list(shape[2:]), shape[1]
    return list(shape[1:-1]), shape[-1]


def joined(batch: Axis, spatial: Sequence[Axis], channels: Axis, config: Config) -> Shape:
    """Return the shape of a batch with these spatial axes and channels."""
    if channels_first(config):
        return (batch, channels, *spatial)
    return (batch, *spatial, channels)


def per_axis(value: Any, rank: int) -> list[int]:
    """Return one number per axis from a number or a list of them.

    >>> per_axis(2, 3), per_axis([1, 2], 2)
    ([2, 2, 2], [1, 2])
    """
    values = [value] * rank if isinstance(value, int) else [int(item) for item in value]
    if len(values) != rank:
        raise ValueError(f"{rank} numbers expected, not {values}")
    return values


def windows(size: Axis, window: int, stride: int, padding: str) -> Axis:
    """Return how many windows fit on an axis.

    >>> windows(224, 7, 2, "same"), windows(5, 2, 2, "valid"), windows(None, 3, 1, "valid")
    (112, 2, None)
    """
    if size is None:
        return None
    return (size - 1 if padding != "valid" else size - window) // stride + 1


def product(axes: Sequence[Axis]) -> Axis:
    """Return the product of axes, unknown where one of them is."""
    known = [axis for axis in axes if axis is not None]
    return math.prod(known) if len(known) == len(axes) else None


def normal_axes(axis: Any, rank: int) -> list[int]:
    """Return axes counted from 0; None means all."""
    if axis is None:
        return list(range(rank))
    values = [axis] if isinstance(axis, int) else list(axis)
    if any(not -rank <= value < rank for value in values):
        raise IndexError(f"no axis {values} of {rank}")
    return [value % rank for value in values]


def reshaped(shape: Shape, target: Sequence[Axis]) -> Shape:
    """Return the target with its one -1 replaced by what is left of the shape.

    >>> reshaped((4, 6), (8, -1)), reshaped((None, 6), (-1, 3))
    ((8, 3), (None, 3))
    """
    sizes = [None if axis == -1 else axis for axis in target]
    if -1 not in target:
        return tuple(sizes)
    rest = product([axis for axis in target if axis != -1])
    total = product(shape)
    left = total // rest if total is not None and rest else None
    return tuple(left if axis == -1 else axis for axis in target)


def broadcast(shapes: Inputs) -> Shape:
    """Return the shape of an elementwise result.

    >>> broadcast([(None, 8, 1), (5,)])
    (None, 8, 5)
    """
    rank = max(len(shape) for shape in shapes)
    result: list[Axis] = []
    for axes in zip(*[(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes], strict=True):
        sizes = {axis for axis in axes if axis != 1}
        known = sizes - {None}
        if len(known) > 1:
            raise ValueError(f"shapes do not match: {shapes}")
        result.append(next(iter(known), None if sizes else 1))
    return tuple(result)


def concatenated(shapes: Inputs, axis: int) -> Shape:
    """Return the shape of tensors put together along an axis."""
    first = list(shapes[0])
    at = normal_axes(axis, len(first))[0]
    sizes = [shape[at] for shape in shapes]
    known = [size for size in sizes if size is not None]
    first[at] = sum(known) if len(known) == len(sizes) else None
    for index in range(len(first)):
        if index != at and first[index] is None:
            first[index] = next((s[index] for s in shapes if s[index] is not None), None)
    return tuple(first)
