"""The shapes after a change of the axes: joined, parted, exchanged, added, taken away, repeated."""

from __future__ import annotations

from collections.abc import Mapping

from net2fig.read.onnx.shapes_common import multiply
from net2fig.read.torchscript.shapes_common import (
    Arguments,
    Rule,
    Shapes,
    UnknownError,
    axis_of,
    first,
    ints,
    known,
)
from net2fig.read.torchscript.values import Tensor


def view(arguments: Arguments) -> Shapes:
    """Return the shape that is asked for: -1 takes the rest."""
    before = first(arguments)
    sizes = ints(arguments.get("size", arguments.get("shape")))
    if -1 not in sizes:
        if None not in (*before, *sizes) and multiply(before) != multiply(sizes):
            raise ValueError("another number of numbers")
        return [tuple(sizes)]
    rest = [size for size in sizes if size != -1]
    total, part = multiply(before), multiply(rest)
    if before and before[0] is None and rest and rest[0] is None:
        total, part = multiply(before[1:]), multiply(rest[1:])
    if total is None or not part:
        raise UnknownError
    free, over = divmod(total, part)
    if over:
        raise ValueError("another number of numbers")
    return [tuple(free if size == -1 else size for size in sizes)]


def flatten(arguments: Arguments) -> Shapes:
    """Return the shape with some axes as one."""
    before = first(arguments) or (1,)
    start = axis_of(arguments, len(before), "start_dim")
    end = axis_of(arguments, len(before), "end_dim", -1)
    return [(*before[:start], multiply(before[start : end + 1]), *before[end + 1 :])]


def unflatten(arguments: Arguments) -> Shapes:
    """Return the shape with several axes for one."""
    before = first(arguments)
    axis = axis_of(arguments, len(before))
    inner = view({"self": Tensor((before[axis],)), "size": arguments["sizes"]})[0] or ()
    return [(*before[:axis], *inner, *before[axis + 1 :])]


def permute(arguments: Arguments) -> Shapes:
    """Return the axes in another order."""
    before = first(arguments)
    order = [axis % len(before) for axis in known(arguments["dims"])]
    return [tuple(before[axis] for axis in order)] if len(order) == len(before) else [None]


def transpose(arguments: Arguments) -> Shapes:
    """Return the shape with two axes exchanged."""
    found = list(first(arguments))
    pairs = [each for word, each in arguments.items() if word != "self"][:2] or [0, 1]
    one, two = (axis % len(found) for axis in known(pairs))
    found[one], found[two] = found[two], found[one]
    return [tuple(found)]


def turn(arguments: Arguments) -> Shapes:
    """Return the axes from the last to the first."""
    return [first(arguments)[::-1]]


def move_axes(arguments: Arguments) -> Shapes:
    """Return the shape with axes at other places."""
    before = first(arguments)
    ins = [axis % len(before) for axis in known(arguments["source"])]
    outs = [axis % len(before) for axis in known(arguments["destination"])]
    rest = iter([axis for axis in range(len(before)) if axis not in ins])
    order = [
        ins[outs.index(place)] if place in outs else next(rest) for place in range(len(before))
    ]
    return [tuple(before[axis] for axis in order)]


def squeeze(arguments: Arguments) -> Shapes:
    """Return the shape without axes of length 1."""
    before, dim = first(arguments), arguments.get("dim")
    every = range(len(before)) if dim is None else [axis % len(before) for axis in known(dim)]
    gone = {axis for axis in every if before[axis] == 1}
    return [tuple(size for axis, size in enumerate(before) if axis not in gone)]


def unsqueeze(arguments: Arguments) -> Shapes:
    """Return the shape with an axis of length 1."""
    before = first(arguments)
    axis = axis_of(arguments, len(before) + 1)
    return [(*before[:axis], 1, *before[axis:])]


def expand(arguments: Arguments) -> Shapes:
    """Return the shape that a tensor is spread to; -1 keeps an axis."""
    before, sizes = first(arguments), ints(arguments["size"])
    padded = (1,) * (len(sizes) - len(before)) + before
    return [tuple(old if size == -1 else size for size, old in zip(sizes, padded, strict=True))]


def repeat(arguments: Arguments) -> Shapes:
    """Return the shape of repetitions along each axis."""
    before, times = first(arguments), ints(arguments["repeats"])
    padded = (1,) * (len(times) - len(before)) + before
    return [tuple(multiply(pair) for pair in zip(padded, times, strict=True))]


AXES_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("view", "reshape"), view),
    **dict.fromkeys(("transpose", "swapaxes", "t"), transpose),
    **dict.fromkeys(("numpy_T", "T"), turn),
    "flatten": flatten,
    "unflatten": unflatten,
    "permute": permute,
    "movedim": move_axes,
    "squeeze": squeeze,
    "unsqueeze": unsqueeze,
    "expand": expand,
    "repeat": repeat,
}
