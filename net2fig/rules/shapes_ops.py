"""Shape rules of operations on tensors: x + y, x[:, 0], keras.ops.mean and their like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from net2fig.attributes import Attributes, NoRule, integer, whole
from net2fig.network import Shape
from net2fig.rules.shapes_common import (
    Axis,
    CheckedShape,
    Inputs,
    Rule,
    broadcast_shapes,
    concatenate_shapes,
    infer_reshape,
    join_channels,
    normalize_axes,
    product,
    split_channels,
)
from net2fig.rules.shapes_layers import labelled, pool

T = TypeVar("T")


def constants(at: Attributes) -> Sequence[Any]:
    """Return what an operation is called with, besides tensors."""
    return at.items("args") if at.get("args") is not None else ()


def elementwise(at: Attributes, inputs: Inputs) -> Shape | None:
    """One value from the values at the same place; constants are numbers, or not known."""
    if any(isinstance(value, dict) for value in constants(at)):
        return None
    return broadcast_shapes(inputs)


def reduced(at: Attributes, inputs: Inputs) -> Shape:
    """Axes summed up, kept as 1 or dropped."""
    shape = inputs[0]
    gone = normalize_axes(at.get("axis"), len(shape))
    if at.flag("keepdims"):
        return tuple(1 if index in gone else axis for index, axis in enumerate(shape))
    return tuple(axis for index, axis in enumerate(shape) if index not in gone)


def picked(at: Attributes, inputs: Inputs) -> Shape | None:
    """x[…]: numbers drop an axis, slices shorten it, None adds one, the dots skip."""
    shape = inputs[0]
    _, key = exactly(2, at.items("args"))
    keys = key if isinstance(key, list) else [key]
    dots = [index for index, item in enumerate(keys) if is_dots(item)]
    used = sum(1 for item in keys if item is not None and not is_dots(item))
    if dots:
        every: list[Any] = [{"class_name": "__slice__", "config": {}}] * (len(shape) - used)
        keys = [*keys[: dots[0]], *every, *keys[dots[0] + 1 :]]
    if used > len(shape):
        raise NoRule(f"{used} indices of {len(shape)} axes")
    result: list[Axis] = []
    axes = iter(shape)
    for item in keys:
        if item is None:
            result.append(1)
        elif type(item) is int:
            next(axes)
        elif isinstance(item, dict) and item.get("class_name") == "__slice__":
            result.append(sliced(next(axes), item.get("config")))
        else:
            return None
    return (*result, *axes)


def exactly(count: int, items: Sequence[T]) -> Sequence[T]:
    """Return items; raise `NoRule` for another number of them."""
    if len(items) != count:
        raise NoRule(f"{count} are needed, not {len(items)}")
    return items


def is_dots(item: Any) -> bool:
    """Tell whether an index is `...`."""
    return item == "Ellipsis" or (
        isinstance(item, dict) and item.get("class_name") == "__ellipsis__"
    )


def sliced(size: Axis, ends: Any) -> Axis:
    """Return how many places a slice takes from an axis."""
    if not isinstance(ends, Mapping):
        return None
    start, stop, step = (ends.get(key) for key in ("start", "stop", "step"))
    if any(value is not None and type(value) is not int for value in (start, stop, step)):
        return None
    if step == 0:
        raise NoRule("a slice in steps of 0")
    if start is None and stop is None and step in (None, 1):
        return size
    return None if size is None else len(range(*slice(start, stop, step).indices(size)))


def transposed(at: Attributes, inputs: Inputs) -> Shape:
    """Axes in another order, reversed where none is given."""
    shape = inputs[0]
    if at.get("axes") is None:
        return tuple(reversed(shape))
    return tuple(shape[axis] for axis in at.numbers("axes"))


def swapped(at: Attributes, inputs: Inputs) -> Shape:
    """Two axes change places."""
    shape = list(inputs[0])
    first, second = normalize_axes([at["axis1"], at["axis2"]], len(shape))
    shape[first], shape[second] = shape[second], shape[first]
    return tuple(shape)


def moved(at: Attributes, inputs: Inputs) -> Shape:
    """Axes moved to other places, the others keep their order."""
    shape = inputs[0]
    sources = normalize_axes(at["source"], len(shape))
    targets = normalize_axes(at["destination"], len(shape))
    order = [axis for axis in range(len(shape)) if axis not in sources]
    if len(sources) != len(targets):
        raise NoRule(f"{len(sources)} axes moved to {len(targets)} places")
    for target, source in sorted(zip(targets, sources, strict=True)):
        order.insert(target, source)
    return tuple(shape[axis] for axis in order)


def reshape(at: Attributes, inputs: Inputs) -> Shape:
    """The new shape, batch and all."""
    return infer_reshape(
        inputs[0], [-1 if axis is None else integer(axis) for axis in at.items("newshape")]
    )


def expanded(at: Attributes, inputs: Inputs) -> Shape:
    """Axes of size 1 put in."""
    axis = at.numbers("axis")
    count = len(axis)
    places = normalize_axes(axis, len(inputs[0]) + count)
    if len(set(places)) < count:
        raise NoRule(f"an axis twice: {axis}")
    rest = iter(inputs[0])
    return tuple(1 if i in places else next(rest) for i in range(len(inputs[0]) + count))


def squeezed(at: Attributes, inputs: Inputs) -> Shape:
    """Axes of size 1 taken out."""
    shape, axis = inputs[0], at.get("axis")
    gone = (
        [index for index, size in enumerate(shape) if size == 1]
        if axis is None
        else normalize_axes(axis, len(shape))
    )
    return tuple(size for index, size in enumerate(shape) if index not in gone)


def concatenate(at: Attributes, inputs: Inputs) -> Shape:
    """Put together along an axis."""
    return concatenate_shapes(inputs, integer(at.get("axis") or 0))


def one_axis(axis: Any, rank: int) -> int:
    """Return an axis counted from 0."""
    return normalize_axes(integer(axis), rank)[0]


def stacked(at: Attributes, inputs: Inputs) -> Shape:
    """Put together along a new axis."""
    shape = list(inputs[0])
    place = one_axis(at.get("axis", 0), len(shape) + 1)
    return (*shape[:place], len(inputs), *shape[place:])


def matmul(at: Attributes, inputs: Inputs) -> Shape:
    """Rows of the first, columns of the second, the axes before them stretched.

    TensorFlow may turn either of them around before.
    """
    first, second = exactly(2, inputs)
    if at.flag("transpose_a"):
        first = CheckedShape((*first[:-2], first[-1], first[-2]))
    if at.flag("transpose_b"):
        second = CheckedShape((*second[:-2], second[-1], second[-2]))
    if len(first) == 1 or len(second) == 1:
        left = first[:-1]
        return (*left, *(second[:-2] if len(second) > 1 else ()), *second[1:][-1:])
    return (*broadcast_shapes([first[:-2], second[:-2]]), first[-2], second[-1])


def einsum(at: Attributes, inputs: Inputs) -> Shape:
    """The letters after the arrow."""
    left, arrow, right = at.text("subscripts").replace(" ", "").partition("->")
    parts_of = left.split(",")
    if not arrow or "." in left or list(map(len, parts_of)) != list(map(len, inputs)):
        raise NoRule("letters are not those of the axes, or not followed")
    sizes: dict[str, Axis] = {}
    for letters, shape in zip(parts_of, inputs, strict=True):
        for letter, size in zip(letters, shape, strict=True):
            sizes[letter] = sizes.get(letter) if size is None else size
    return tuple(labelled(sizes, letter) for letter in right)


def repeated(at: Attributes, inputs: Inputs) -> Shape:
    """Every value several times along an axis."""
    shape, axis, times = list(inputs[0]), at.get("axis"), at.numbers("repeats")
    if axis is None:
        total = product(shape)
        return (None if total is None else total * exactly(1, times)[0],)
    place = one_axis(axis, len(shape))
    size = shape[place]
    if len(times) == 1:
        shape[place] = None if size is None else size * times[0]
    else:
        shape[place] = sum(times)
    return tuple(shape)


def tiled(at: Attributes, inputs: Inputs) -> Shape:
    """The whole several times."""
    repeats = at.numbers("repeats")
    rank = max(len(inputs[0]), len(repeats))
    shape = (1,) * (rank - len(inputs[0])) + tuple(inputs[0])
    repeats = [1] * (rank - len(repeats)) + repeats
    return tuple(None if a is None else a * r for a, r in zip(shape, repeats, strict=True))


def stretched(at: Attributes, _inputs: Inputs) -> Shape:
    """BroadcastTo."""
    return tuple(None if each is None else whole(each) for each in at.items("shape"))


def padded(at: Attributes, inputs: Inputs) -> Shape:
    """Pad."""
    widths, rank = at["pad_width"], len(inputs[0])
    if not isinstance(widths, list | tuple):
        widths = [[widths, widths]]
    elif widths and isinstance(widths[0], int):
        widths = [widths]
    added = [sum(map(whole, pair)) for pair in widths if isinstance(pair, list | tuple)]
    added = added * rank if len(added) == 1 else added
    return tuple(
        None if size is None else size + more
        for size, more in zip(inputs[0], exactly(rank, added), strict=True)
    )


def one_hot(at: Attributes, inputs: Inputs) -> Shape:
    """A new axis of classes."""
    shape = list(inputs[0])
    place = one_axis(at.get("axis", -1), len(shape) + 1)
    return (*shape[:place], at.whole("num_classes"), *shape[place:])


def image_resized(at: Attributes, inputs: Inputs) -> Shape:
    """Images brought to a size."""
    size = [whole(each) for each in exactly(2, at.items("factor"))]
    shape = inputs[0]
    if len(shape) != 4:
        raise NoRule("one image")
    return join_channels(shape[0], size, split_channels(shape, at)[1], at)


MOST_PIECES = 1000
"""More pieces of a tensor than this are none that a network uses."""


def split(at: Attributes, inputs: Inputs) -> list[Shape]:
    """Equal pieces of an axis, or cut at given places."""
    cuts, shape = at["indices_or_sections"], list(inputs[0])
    place = one_axis(at.get("axis", 0), len(shape))
    size = shape[place]
    if isinstance(cuts, list | tuple):
        ends = [0, *map(integer, cuts), size]
        sizes = [None if b is None or a is None else b - a for a, b in pairwise(ends)]
    elif 0 < integer(cuts) <= MOST_PIECES:
        sizes = [None if size is None else size // cuts] * cuts
    else:
        raise NoRule(f"no number of pieces: {cuts}")
    return [(*shape[:place], piece, *shape[place + 1 :]) for piece in sizes]


RULES: dict[str, Rule] = {
    **dict.fromkeys(
        (
            "Mean",
            "Sum",
            "Max",
            "Min",
            "Std",
            "Var",
            "Prod",
            "All",
            "Any",
            "Logsumexp",
            "Amax",
            "Amin",
            "Median",
            "CountNonzero",
            "Argmax",
            "Argmin",
            "Norm",
        ),
        reduced,
    ),
    "GetItem": picked,
    "Transpose": transposed,
    "Swapaxes": swapped,
    "Moveaxis": moved,
    "Reshape": reshape,
    "ExpandDims": expanded,
    "Squeeze": squeezed,
    "Concatenate": concatenate,
    "Stack": stacked,
    "Matmul": matmul,
    "Einsum": einsum,
    "Repeat": repeated,
    "Tile": tiled,
    "BroadcastTo": stretched,
    "Pad": padded,
    "OneHot": one_hot,
    "Resize": image_resized,
    **dict.fromkeys(("AveragePool", "MaxPool"), pool),
}
"""By class; operations of kinds that work value by value need no rule of their own (shapes.py)."""

VALUE_KINDS = frozenset({"activation", "norm", "dropout", "op", "merge"})
"""Kinds of operations that work value by value."""

VALUE_CLASSES = frozenset({"Identity", "StopGradient", "Cast", "Copy", "Flip", "Roll", "NotEqual"})
"""Classes of other kinds that do so."""

UNRULED = frozenset({"TopK", "Vstack", "Hstack", "Append", "Where", "Dot"})
"""Classes of those kinds that do not."""
