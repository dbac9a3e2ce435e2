"""Shape rules of operations on tensors: x + y, x[:, 0], keras.ops.mean and their like."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from net2fig.network import Shape
from net2fig.rules.shapes_common import (
    Axis,
    Config,
    Inputs,
    Rule,
    broadcast,
    concatenated,
    joined,
    normal_axes,
    parts,
    product,
    reshaped,
)


def elementwise(config: Config, inputs: Inputs) -> Shape | None:
    """One value from the values at the same place; constants are numbers, or not known."""
    if any(isinstance(value, dict) for value in config.get("args", ())):
        return None
    return broadcast(inputs)


def reduced(config: Config, inputs: Inputs) -> Shape:
    """Axes summed up, kept as 1 or dropped."""
    shape = inputs[0]
    gone = normal_axes(config.get("axis"), len(shape))
    if config.get("keepdims"):
        return tuple(1 if index in gone else axis for index, axis in enumerate(shape))
    return tuple(axis for index, axis in enumerate(shape) if index not in gone)


def picked(config: Config, inputs: Inputs) -> Shape | None:
    """x[…]: numbers drop an axis, slices shorten it, None adds one, the dots skip."""
    shape = inputs[0]
    _, key = config["args"]
    keys = key if isinstance(key, list) else [key]
    dots = [index for index, item in enumerate(keys) if is_dots(item)]
    used = sum(1 for item in keys if item is not None and not is_dots(item))
    if dots:
        whole: list[Any] = [{"class_name": "__slice__", "config": {}}] * (len(shape) - used)
        keys = [*keys[: dots[0]], *whole, *keys[dots[0] + 1 :]]
    result: list[Axis] = []
    axes = iter(shape)
    for item in keys:
        if item is None:
            result.append(1)
        elif type(item) is int:
            next(axes)
        elif isinstance(item, dict) and item.get("class_name") == "__slice__":
            result.append(sliced(next(axes), item["config"]))
        else:
            return None
    return (*result, *axes)


def is_dots(item: Any) -> bool:
    """Tell whether an index is `...`."""
    return item == "Ellipsis" or (
        isinstance(item, dict) and item.get("class_name") == "__ellipsis__"
    )


def sliced(size: Axis, config: Config) -> Axis:
    """Return how many places a slice takes from an axis."""
    start, stop, step = (config.get(key) for key in ("start", "stop", "step"))
    if any(value is not None and type(value) is not int for value in (start, stop, step)):
        return None
    if start is None and stop is None and step in (None, 1):
        return size
    return None if size is None else len(range(*slice(start, stop, step).indices(size)))


def transposed(config: Config, inputs: Inputs) -> Shape:
    """Axes in another order, reversed where none is given."""
    axes = config.get("axes")
    shape = inputs[0]
    return tuple(reversed(shape)) if axes is None else tuple(shape[axis] for axis in axes)


def swapped(config: Config, inputs: Inputs) -> Shape:
    """Two axes change places."""
    shape = list(inputs[0])
    first, second = config["axis1"], config["axis2"]
    shape[first], shape[second] = shape[second], shape[first]
    return tuple(shape)


def moved(config: Config, inputs: Inputs) -> Shape:
    """Axes moved to other places, the others keep their order."""
    shape = inputs[0]
    sources = normal_axes(config["source"], len(shape))
    targets = normal_axes(config["destination"], len(shape))
    order = [axis for axis in range(len(shape)) if axis not in sources]
    for target, source in sorted(zip(targets, sources, strict=True)):
        order.insert(target, source)
    return tuple(shape[axis] for axis in order)


def reshape(config: Config, inputs: Inputs) -> Shape:
    """The new shape, batch and all."""
    return reshaped(inputs[0], [-1 if axis is None else axis for axis in config["newshape"]])


def expanded(config: Config, inputs: Inputs) -> Shape:
    """Axes of size 1 put in."""
    axis = config["axis"]
    count = 1 if isinstance(axis, int) else len(axis)
    at = normal_axes(axis, len(inputs[0]) + count)
    rest = iter(inputs[0])
    return tuple(1 if i in at else next(rest) for i in range(len(inputs[0]) + count))


def squeezed(config: Config, inputs: Inputs) -> Shape:
    """Axes of size 1 taken out."""
    shape, axis = inputs[0], config.get("axis")
    gone = (
        [index for index, size in enumerate(shape) if size == 1]
        if axis is None
        else normal_axes(axis, len(shape))
    )
    return tuple(size for index, size in enumerate(shape) if index not in gone)


def concatenate(config: Config, inputs: Inputs) -> Shape:
    """Put together along an axis."""
    return concatenated(inputs, config.get("axis") or 0)


def stacked(config: Config, inputs: Inputs) -> Shape:
    """Put together along a new axis."""
    shape = list(inputs[0])
    at = normal_axes(config.get("axis", 0), len(shape) + 1)[0]
    return (*shape[:at], len(inputs), *shape[at:])


def matmul(config: Config, inputs: Inputs) -> Shape:
    """Rows of the first, columns of the second, the axes before them stretched.

    TensorFlow may turn either of them around before.
    """
    first, second = inputs
    if config.get("transpose_a"):
        first = (*first[:-2], first[-1], first[-2])
    if config.get("transpose_b"):
        second = (*second[:-2], second[-1], second[-2])
    if len(first) == 1 or len(second) == 1:
        left = first[:-1]
        return (*left, *(second[:-2] if len(second) > 1 else ()), *second[1:][-1:])
    return (*broadcast([first[:-2], second[:-2]]), first[-2], second[-1])


def einsum(config: Config, inputs: Inputs) -> Shape:
    """The letters after the arrow."""
    left, right = config["subscripts"].replace(" ", "").split("->")
    if "." in left:
        raise ValueError("dots are not followed")
    sizes: dict[str, Axis] = {}
    for letters, shape in zip(left.split(","), inputs, strict=True):
        for letter, size in zip(letters, shape, strict=True):
            sizes[letter] = sizes.get(letter) if size is None else size
    return tuple(sizes[letter] for letter in right)


def repeated(config: Config, inputs: Inputs) -> Shape:
    """Every value several times along an axis."""
    shape, axis, times = list(inputs[0]), config.get("axis"), config["repeats"]
    if axis is None:
        total = product(shape)
        return (None if total is None else total * int(times),)
    size = shape[axis]
    count = sum(times) if isinstance(times, list) and len(times) > 1 else None
    single = times[0] if isinstance(times, list) else times
    shape[axis] = count if count is not None else None if size is None else size * single
    return tuple(shape)


def tiled(config: Config, inputs: Inputs) -> Shape:
    """The whole several times."""
    repeats = config["repeats"]
    repeats = [repeats] if isinstance(repeats, int) else list(repeats)
    rank = max(len(inputs[0]), len(repeats))
    shape = (1,) * (rank - len(inputs[0])) + inputs[0]
    repeats = [1] * (rank - len(repeats)) + repeats
    return tuple(None if a is None else a * r for a, r in zip(shape, repeats, strict=True))


def stretched(config: Config, _inputs: Inputs) -> Shape:
    """BroadcastTo."""
    return tuple(config["shape"])


def padded(config: Config, inputs: Inputs) -> Shape:
    """Pad."""
    widths = config["pad_width"]
    if isinstance(widths, int):
        widths = [[widths, widths]] * len(inputs[0])
    elif isinstance(widths[0], int):
        widths = [widths] * len(inputs[0])
    elif len(widths) == 1:
        widths = widths * len(inputs[0])
    return tuple(
        None if size is None else size + sum(pair)
        for size, pair in zip(inputs[0], widths, strict=True)
    )


def one_hot(config: Config, inputs: Inputs) -> Shape:
    """A new axis of classes."""
    shape = list(inputs[0])
    at = normal_axes(config.get("axis", -1), len(shape) + 1)[0]
    return (*shape[:at], config["num_classes"], *shape[at:])


def image_resized(config: Config, inputs: Inputs) -> Shape:
    """Images brought to a size."""
    size: Sequence[Axis] = config["size"]
    shape = inputs[0]
    if len(shape) != 4:
        raise ValueError("one image")
    return joined(shape[0], size, parts(shape, config)[1], config)


MOST_PIECES = 1000
"""More pieces of a tensor than this are none that a network uses."""


def split(config: Config, inputs: Inputs) -> list[Shape]:
    """Equal pieces of an axis, or cut at given places."""
    cuts, shape = config["indices_or_sections"], list(inputs[0])
    at = normal_axes(config.get("axis", 0), len(shape))[0]
    size = shape[at]
    if isinstance(cuts, int) and cuts > MOST_PIECES:
        raise ValueError(f"too many pieces: {cuts}")
    if isinstance(cuts, int):
        sizes: list[Axis] = [None if size is None else size // cuts] * cuts
    else:
        ends = [0, *cuts, size]
        sizes = [None if b is None or a is None else b - a for a, b in pairwise(ends)]
    return [(*shape[:at], piece, *shape[at + 1 :]) for piece in sizes]


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
}
"""By class; operations of kinds that work value by value need no rule of their own (shapes.py)."""

VALUE_KINDS = frozenset({"activation", "norm", "dropout", "op", "merge"})
"""Kinds of operations that work value by value."""

VALUE_CLASSES = frozenset({"Identity", "StopGradient", "Cast", "Copy", "Flip", "Roll", "NotEqual"})
"""Classes of other kinds that do so."""

UNRULED = frozenset({"TopK", "Vstack", "Hstack", "Append", "Where", "Dot"})
"""Classes of those kinds that do not."""
