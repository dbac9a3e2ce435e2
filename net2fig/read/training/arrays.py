"""Arrays of which only the shape and the range are known, and what functions of numpy make of them.

Requires: values that `reader.py` has evaluated: arrays, numbers, tuples, lists; None is unknown.
Ensures: None for what does not follow from the arguments alone; nothing is computed on data.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

MAX_ITEMS = 100_000
"""Longer lists of literals are not looked at."""

Words = Mapping[str, Any]
"""Arguments by keyword."""


class Array(Struct, frozen=True):
    """What is known of an array: its sizes, its range, and whether it holds whole numbers."""

    shape: tuple[int | None, ...]
    low: float | None = None
    high: float | None = None
    whole: bool = False


def make_shape(value: Any) -> tuple[int | None, ...] | None:
    """Return the shape that an argument states; sizes that are not known are None."""
    if type(value) is int:
        return (value,) if value >= 0 else None
    if isinstance(value, tuple | list):
        return tuple(each if type(each) is int and each >= 0 else None for each in value)
    return None


def argument(
    args: Sequence[Any], words: Words, place: int, *names: str, default: Any = None
) -> Any:
    """Return an argument by place or by one of its names."""
    if place < len(args):
        return args[place]
    return next((words[name] for name in names if name in words), default)


def filled(low: float | None, high: float | None, *, place: int = 0) -> Callable[..., Any]:
    """Return a function that makes arrays of a shape, which is the argument at a place."""

    def make(args: Sequence[Any], words: Words) -> Array | None:
        shape = make_shape(argument(args, words, place, "shape", "size"))
        return None if shape is None else Array(shape, low, high)

    return make


def make_of_sizes(args: Sequence[Any], words: Words) -> Array | None:
    """Return `rand(3, 4)` or `randn(3, 4)`; the range of both is left open."""
    shape = make_shape(tuple(args))
    return None if words or not shape else Array(shape)


def make_rand(args: Sequence[Any], words: Words) -> Array | None:
    """Return `rand(3, 4)`."""
    made = make_of_sizes(args, words)
    return None if made is None else replace(made, low=0.0, high=1.0)


def make_full(args: Sequence[Any], words: Words) -> Array | None:
    """Return `full(shape, value)`."""
    shape, value = (
        make_shape(argument(args, words, 0, "shape")),
        argument(args, words, 1, "fill_value"),
    )
    if shape is None:
        return None
    return Array(shape, value, value) if is_number(value) else Array(shape)


def make_uniform(args: Sequence[Any], words: Words) -> Array | None:
    """Return `numpy.random.uniform(low, high, size)`."""
    shape = make_shape(argument(args, words, 2, "size"))
    low, high = (
        argument(args, words, 0, "low", default=0),
        argument(args, words, 1, "high", default=1),
    )
    if shape is None:
        return None
    return (
        Array(shape, *sorted((low, high))) if is_number(low) and is_number(high) else Array(shape)
    )


def make_whole(args: Sequence[Any], words: Words) -> Array | None:
    """Return `randint(low, high, size)`; with one bound, it is the upper one."""
    shape = make_shape(argument(args, words, 2, "size"))
    low, high = argument(args, words, 0, "low"), argument(args, words, 1, "high")
    if shape is None:
        return None
    if high is None and len(args) < 2 and "high" not in words:
        low, high = 0, low
    if type(low) is not int or type(high) is not int:
        return Array(shape, whole=True)
    return Array(shape, low, high - 1, whole=True)


def make_permutation(args: Sequence[Any], _words: Words) -> Array | None:
    """Return `permutation(n)`, or an array whose rows change places."""
    value = args[0] if args else None
    if isinstance(value, Array):
        return value
    return Array((value,), 0, value - 1, whole=True) if type(value) is int else None


def make_arange(args: Sequence[Any], words: Words) -> Array | None:
    """Return `arange(stop)` or `arange(start, stop, step)`."""
    if not args or words.keys() - {"dtype"} or not all(is_number(each) for each in args):
        return None
    start, stop = (0, args[0]) if len(args) == 1 else args[:2]
    step = args[2] if len(args) > 2 else 1
    count = math.ceil((stop - start) / step) if step else 0
    if count <= 0:
        return None
    low, high = sorted((start, start + (count - 1) * step))
    return Array((count,), low, high, all(type(each) is int for each in args))


def make_linspace(args: Sequence[Any], words: Words) -> Array | None:
    """Return `linspace(start, stop, count)`."""
    count = argument(args, words, 2, "num", default=50)
    if len(args) < 2 or not all(is_number(each) for each in args[:2]):
        return None
    return Array((count if type(count) is int else None,), *sorted(args[:2]))


def make_eye(args: Sequence[Any], _words: Words) -> Array | None:
    """Return `eye(n)`."""
    size = args[0] if len(args) == 1 else None
    return Array((size, size), 0, 1) if type(size) is int else None


def convert_array(args: Sequence[Any], words: Words) -> Array | None:
    """Return `array(values)`: an array as it is, or lists of numbers."""
    value = argument(args, words, 0, "object", "value", "a", "data")
    return value if isinstance(value, Array) else read_literal(value)


def read_literal(value: Any) -> Array | None:
    """Return nested lists of numbers as an array; None if they are ragged or not known."""
    if not isinstance(value, list | tuple) or len(value) > MAX_ITEMS:
        return None
    if value and all(is_number(each) for each in value):
        whole = all(type(each) is int for each in value)
        return Array((len(value),), min(value), max(value), whole=whole)
    parts = [each if isinstance(each, Array) else read_literal(each) for each in value]
    return stack(parts)


def stack(parts: Sequence[Array | None]) -> Array | None:
    """Return arrays of one shape along a new first axis."""
    first = parts[0] if parts else None
    if first is None or any(each is None or each.shape != first.shape for each in parts):
        return None
    return join_ranges([each for each in parts if each is not None], (len(parts), *first.shape))


def join_ranges(parts: Sequence[Array], shape: tuple[int | None, ...]) -> Array:
    """Return an array of a shape with the range of all parts."""
    lows, highs = [each.low for each in parts], [each.high for each in parts]
    return Array(
        shape,
        None if None in lows else min(each for each in lows if each is not None),
        None if None in highs else max(each for each in highs if each is not None),
        all(each.whole for each in parts),
    )


def concatenate(args: Sequence[Any], words: Words) -> Array | None:
    """Return arrays joined along an axis."""
    parts, axis = (
        argument(args, words, 0, "arrays", "values"),
        argument(args, words, 1, "axis", default=0),
    )
    if not isinstance(parts, list | tuple) or not parts or type(axis) is not int:
        return None
    rank = len(parts[0].shape) if isinstance(parts[0], Array) else 0
    known = [each for each in parts if isinstance(each, Array) and len(each.shape) == rank]
    if len(known) < len(parts) or not -rank <= axis < rank:
        return None
    axis %= rank
    lengths = [each.shape[axis] for each in known]
    total = None if None in lengths else sum(each or 0 for each in lengths)
    shape = known[0].shape
    return join_ranges(known, (*shape[:axis], total, *shape[axis + 1 :]))


def reshape(args: Sequence[Any], words: Words) -> Array | None:
    """Return an array in another shape; one size may be -1."""
    array, rest = args[0], list(args[1:])
    value = rest[0] if len(rest) == 1 else rest or argument([], words, 0, "newshape", "shape")
    wanted = [value] if type(value) is int else value
    if not isinstance(array, Array) or not isinstance(wanted, list | tuple):
        return None
    if -1 not in wanted:
        return replace(array, shape=make_shape(tuple(wanted)) or array.shape) if wanted else None
    rest_size = math.prod(each for each in wanted if type(each) is int and each != -1)
    known = all(type(each) is int for each in wanted) and None not in array.shape and rest_size
    size = math.prod(each or 1 for each in array.shape) // rest_size if known else None
    return replace(
        array,
        shape=tuple(size if each == -1 else each if type(each) is int else None for each in wanted),
    )


def expand(args: Sequence[Any], words: Words) -> Array | None:
    """Return an array with a further axis of length 1."""
    array, axis = args[0], argument(args, words, 1, "axis")
    if not isinstance(array, Array) or type(axis) is not int:
        return None
    rank = len(array.shape) + 1
    if not -rank <= axis < rank:
        return None
    place = axis % rank
    return replace(array, shape=(*array.shape[:place], 1, *array.shape[place:]))


def transpose(args: Sequence[Any], words: Words) -> Array | None:
    """Return an array with its axes in another order."""
    array, rest = args[0], list(args[1:])
    if not isinstance(array, Array):
        return None
    order = rest[0] if len(rest) == 1 else rest or words.get("axes", words.get("perm"))
    if not order:
        return replace(array, shape=array.shape[::-1])
    if not isinstance(order, list | tuple) or sorted(order) != list(range(len(array.shape))):
        return None
    return replace(array, shape=tuple(array.shape[each] for each in order))


def flatten(args: Sequence[Any], _words: Words) -> Array | None:
    """Return an array with one axis."""
    array = args[0]
    if not isinstance(array, Array):
        return None
    known = None not in array.shape
    return replace(array, shape=(math.prod(each or 1 for each in array.shape) if known else None,))


def reduce_last(args: Sequence[Any], words: Words) -> Array | None:
    """Return `argmax(array, axis)`."""
    array, axis = args[0], argument(args, words, 1, "axis")
    if not isinstance(array, Array) or type(axis) is not int:
        return None
    rank = len(array.shape)
    if not -rank <= axis < rank:
        return None
    size = array.shape[axis]
    shape = tuple(each for place, each in enumerate(array.shape) if place != axis % rank)
    return Array(shape, 0, None if size is None else size - 1, whole=True)


def one_hot(args: Sequence[Any], words: Words) -> Array | None:
    """Return labels as rows of zeros with a one: `to_categorical(y, 10)`, `tf.one_hot(y, 10)`."""
    array = args[0] if args else None
    count = argument(args, words, 1, "num_classes", "depth", "nb_classes")
    if not isinstance(array, Array):
        return None
    if "num_classes" not in words and len(args) == 1 and array.whole and array.high is not None:
        count = int(array.high) + 1
    shape = array.shape[:-1] if len(array.shape) > 1 and array.shape[-1] == 1 else array.shape
    return Array((*shape, count if type(count) is int else None), 0, 1)


def make_padded(args: Sequence[Any], words: Words) -> Array | None:
    """Return `pad_sequences(lists, maxlen)`."""
    length = argument(args, words, 1, "maxlen")
    return Array((None, length), whole=True) if type(length) is int else None


def keep(args: Sequence[Any], _words: Words) -> Array | None:
    """Return the array as it is: `x.astype("float32")`, `numpy.copy(x)`."""
    return args[0] if isinstance(args[0], Array) else None


def keep_shape(args: Sequence[Any], _words: Words) -> Array | None:
    """Return an array of the same shape, of which nothing else is known."""
    return Array(args[0].shape) if args and isinstance(args[0], Array) else None


def keep_within_one(args: Sequence[Any], words: Words) -> Array | None:
    """Return the array of a sine."""
    made = keep_shape(args, words)
    return None if made is None else replace(made, low=-1.0, high=1.0)


def is_number(value: Any) -> bool:
    """Tell whether a value is a number."""
    return isinstance(value, int | float) and type(value) is not bool
