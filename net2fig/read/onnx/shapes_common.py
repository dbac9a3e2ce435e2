"""What the rules for shapes have in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from net2fig.network import Shape
from net2fig.read.onnx.values import Attributes, Inputs, attribute_ints

Shapes = Sequence[Shape | None]
Rule = Callable[[Attributes, Inputs], Shapes]


def shape_at(inputs: Inputs, place: int = 0) -> Shape:
    """Return the shape of an input, or raise a ValueError."""
    value = inputs[place] if place < len(inputs) else None
    if value is None or value.shape is None:
        raise ValueError("an input has no shape")
    return value.shape


def ints_at(inputs: Inputs, place: int, attributes: Attributes, name: str) -> list[int] | None:
    """Return whole numbers that are an input in new files, and an attribute in old ones."""
    value = inputs[place] if place < len(inputs) else None
    if value is None:
        return attribute_ints(attributes, name)
    if value.data is None:
        raise ValueError("an input is not known")
    return value.ints


def same(_attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of the first input."""
    return [shape_at(inputs)]


def broadcast(_attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of a computation number by number."""
    shapes = [shape_at(inputs, place) for place in range(len(inputs)) if inputs[place] is not None]
    return [broadcast_shapes(shapes)]


def broadcast_shapes(shapes: Sequence[Shape]) -> Shape:
    """Return the shape that shapes are spread to.


    >>> broadcast_shapes([(2, 1, 5), (3, 1)])
    (2, 3, 5)
    """
    rank = max(map(len, shapes), default=0)
    found: list[int | None] = []
    for axis in range(-rank, 0):
        sizes = {shape[axis] for shape in shapes if len(shape) >= -axis} - {1}
        known = sizes - {None}
        if len(known) > 1:
            raise ValueError("sizes do not agree")
        found.append(known.pop() if known else None if sizes else 1)
    return tuple(found)


def multiply(sizes: Sequence[int | None]) -> int | None:
    """Return a product; None if a size is not known."""
    known = [size for size in sizes if size is not None]
    return math.prod(known) if len(known) == len(sizes) else None


def drop_axes(before: Shape, axes: Sequence[int], keep: bool) -> Shape:
    """Return a shape with axes of length 1, or without them."""
    gone = {axis % len(before) for axis in axes}
    pairs = enumerate(before)
    return tuple(1 if axis in gone else size for axis, size in pairs if keep or axis not in gone)
