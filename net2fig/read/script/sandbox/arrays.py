"""Arrays without values, and the part of numpy that sizes are computed with, where it is missing.

Requires: numpy is not installed.
Ensures: shapes are those of numpy; values are unknown, except for numbers computed from numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from net2fig.read.script.unknown.modules import UnknownModule
from net2fig.read.script.unknown.values import UnknownValue, holds_unknown, is_unknown

Shape = tuple[int, ...]


class ShapedValue(UnknownValue):
    """An array of which the shape is known."""

    def __init__(self, name: str, shape: Shape, classes: int = 0) -> None:
        super().__init__(name)
        self.__dict__["classes"] = classes
        self.__dict__["shape"] = shape
        self.__dict__["ndim"] = len(shape)
        self.__dict__["size"] = math.prod(shape)

    def _net2fig_rename(self, name: str) -> UnknownValue:
        """Return the same array under the name that the code gives it."""
        return ShapedValue(name, self.__dict__["shape"], self.__dict__["classes"])

    def __len__(self) -> int:
        return int(self.__dict__["shape"][0])

    def max(self, *_args: Any, **_options: Any) -> Any:
        """Return the greatest number: the last of its classes."""
        return find_greatest(self)

    def astype(self, *_args: Any, **_options: Any) -> Any:
        """Return the array with other numbers."""
        return self

    def copy(self) -> Any:
        """Return the array."""
        return self

    def reshape(self, *sizes: Any, **_options: Any) -> Any:
        """Return the array in another shape."""
        wanted = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)) else sizes
        return reshape(self, tuple(wanted))

    def flatten(self) -> Any:
        """Return the array as a vector."""
        return reshape(self, (-1,))

    def __getitem__(self, key: Any) -> Any:
        shape = index_shape(self.__dict__["shape"], key)
        return super().__getitem__(key) if shape is None else ShapedValue("array", shape)


def same(self: ShapedValue, _other: Any = None) -> Any:
    """Return an array of the same shape: the other is a number."""
    return ShapedValue("array", self.__dict__["shape"])


for _name in ("add", "sub", "mul", "truediv", "floordiv", "pow", "mod"):
    setattr(ShapedValue, f"__{_name}__", same)
    setattr(ShapedValue, f"__r{_name}__", same)


def reshape(array: Any, wanted: tuple[Any, ...]) -> Any:
    """Return an array in another shape; unknown if a size is."""
    if not isinstance(array, ShapedValue) or not all(type(each) is int for each in wanted):
        return UnknownValue("reshape(…)")
    size, rest = array.__dict__["size"], math.prod(each for each in wanted if each != -1)
    if -1 in wanted:
        wanted = tuple(size // max(rest, 1) if each == -1 else each for each in wanted)
    return ShapedValue("array", wanted)


def index_shape(shape: Shape, key: Any) -> Shape | None:
    """Return the shape of a part of an array; None if it is not known."""
    keys = list(key) if isinstance(key, tuple) else [key]
    if any(isinstance(each, UnknownValue) for each in keys):
        return None
    used = sum(each is not None and each is not Ellipsis for each in keys)
    if Ellipsis not in keys:
        keys.append(Ellipsis)
    result: list[int] = []
    at = 0
    for each in keys:
        if each is None:
            result.append(1)
        elif each is Ellipsis:
            count = len(shape) - used
            result += shape[at : at + count]
            at += count
        elif isinstance(each, slice):
            try:
                result.append(len(range(*each.indices(shape[at]))))
            except TypeError:
                return None
            at += 1
        elif isinstance(each, int):
            at += 1
        else:
            return None
    return tuple(result)


def make_array(value: Any, *_args: Any, **_options: Any) -> Any:
    """Return an array of nested lists."""
    if isinstance(value, UnknownValue):
        return value
    shape: list[int] = []
    while isinstance(value, (list, tuple, range)) and len(value):
        shape.append(len(value))
        value = value[0]
    return UnknownValue("array(…)") if is_unknown(value) else ShapedValue("array", tuple(shape))


def make_filled(shape: Any, *_args: Any, **_options: Any) -> Any:
    """Return an array of a shape."""
    sizes = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    known = all(type(each) is int for each in sizes)
    return ShapedValue("array", sizes) if known else UnknownValue("array(…)")


def make_random(*args: Any, **options: Any) -> Any:
    """Return random numbers of a shape."""
    size = options.get("size") or (args[-1] if args and isinstance(args[-1], tuple) else args)
    return make_filled(size) if size else UnknownValue("random(…)")


def expand_dims(array: Any, axis: int = 0) -> Any:
    """Return an array with one more axis."""
    if not isinstance(array, ShapedValue):
        return UnknownValue("expand_dims(…)")
    shape = list(array.__dict__["shape"])
    shape.insert(axis % (len(shape) + 1), 1)
    return ShapedValue("array", tuple(shape))


def find_greatest(value: Any, *_args: Any, **_options: Any) -> Any:
    """Return the greatest number of an array of classes, or of a list."""
    if isinstance(value, ShapedValue) and value.__dict__["classes"]:
        return value.__dict__["classes"] - 1
    return UnknownValue("max(…)") if holds_unknown(value) else max(value)


def find_unique(value: Any, *_args: Any, **_options: Any) -> Any:
    """Return the classes of an array."""
    classes = value.__dict__["classes"] if isinstance(value, ShapedValue) else 0
    return ShapedValue("classes", (classes,)) if classes else UnknownValue("unique(…)")


def make_one_hot(value: Any, num_classes: Any = None) -> Any:
    """Return class numbers as one-hot rows."""
    if not isinstance(value, ShapedValue):
        return UnknownValue("to_categorical(…)")
    count = num_classes or value.__dict__["classes"]
    known = isinstance(count, int) and count
    rows = (len(value), count)
    return ShapedValue("rows", rows) if known else UnknownValue("to_categorical(…)")


def pad_lists(sequences: Any, maxlen: Any = None, **_options: Any) -> Any:
    """Return sequences of one length as an array."""
    if holds_unknown(sequences):
        return UnknownValue("pad_sequences(…)")
    longest = maxlen or max(map(len, sequences), default=0)
    return ShapedValue("sequences", (len(sequences), longest))


def compute(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return a function that computes with numbers, and knows nothing of arrays."""

    def call(*args: Any, **options: Any) -> Any:
        if holds_unknown(args) or options:
            return UnknownValue(f"{name}(…)")
        return function(*args)

    return call


def total(values: Any) -> Any:
    """Return the sum of a list."""
    return sum(values)


def space(start: float, stop: float, count: int = 50) -> list[float]:
    """Return numbers at equal distances."""
    step = (stop - start) / max(count - 1, 1)
    return [start + step * place for place in range(count)]


FUNCTIONS: dict[str, Any] = {
    "array": make_array,
    "asarray": make_array,
    "zeros": make_filled,
    "ones": make_filled,
    "empty": make_filled,
    "full": make_filled,
    "expand_dims": expand_dims,
    "reshape": lambda array, shape, **_options: reshape(array, tuple(shape)),
    "prod": compute(math.prod, "prod"),
    "sqrt": compute(math.sqrt, "sqrt"),
    "log": compute(math.log, "log"),
    "log2": compute(math.log2, "log2"),
    "exp": compute(math.exp, "exp"),
    "ceil": compute(math.ceil, "ceil"),
    "floor": compute(math.floor, "floor"),
    "power": compute(pow, "power"),
    "sum": compute(total, "sum"),
    "max": find_greatest,
    "amax": find_greatest,
    "unique": find_unique,
    "min": compute(min, "min"),
    "arange": compute(lambda *args: list(range(*args)), "arange"),
    "linspace": compute(space, "linspace"),
    "pi": math.pi,
    "newaxis": None,
    **{name: name for name in ("float16", "float32", "float64", "int32", "int64", "uint8")},
}
"""The names of numpy that sizes are computed with."""


def make_numpy() -> UnknownModule:
    """Return the stand-in for numpy."""
    module = UnknownModule("numpy")
    vars(module).update(FUNCTIONS)
    names = ("normal", "uniform", "rand", "randn", "random", "random_sample", "randint")
    random = UnknownModule("numpy.random")
    vars(random).update(dict.fromkeys(names, make_random))
    module.random = random  # type: ignore[attr-defined]
    return module
