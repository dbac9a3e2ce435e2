"""What the stand-in for TensorFlow has beside Keras."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any

from net2fig.read.record.layers.objects import Activation
from net2fig.read.record.session import DTYPES, SESSION, dtype_of, facts
from net2fig.read.record.stand_ins.modules import Find, from_table
from net2fig.read.record.stand_ins.no_ops import Inert
from net2fig.read.record.stand_ins.tensorflow_functions import of_tensorflow, tf_shape
from net2fig.read.record.tensors.graph import Constant, Tensor, operate
from net2fig.read.record.tensors.tracing import Traced, counted, filled
from net2fig.read.record.unknown import decline


def nothing(*_args: Any, **_kwargs: Any) -> None:
    """Do nothing: a figure does not depend on it."""


def numbers(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None) -> Any:
    """Return tf.range."""
    return counted(start, limit, delta, dtype)


def given(value: Any, dtype: Any = None, *args: Any, **options: Any) -> Any:
    """Return tf.constant of numbers or an array."""
    if isinstance(value, Traced) and dtype is None and not (args or options):
        return value
    if isinstance(value, Tensor) or args or set(options) - {"name"}:
        decline("tf.constant of anything but numbers")
    sizes = []
    inner = value
    while isinstance(inner, (list, tuple)) and inner:
        sizes.append(len(inner))
        inner = inner[0]
    plain = type(inner) in (int, float, bool) and even(value, len(sizes))
    shape = tuple(sizes) if plain else getattr(value, "shape", None)
    if not isinstance(shape, tuple):
        decline("tf.constant of anything but numbers")
    kind = None if dtype is None else dtype_of(dtype)
    return (Traced if SESSION.tracing else Constant)(shape, kind)


def even(value: Any, depth: int) -> bool:
    """Tell whether all lists in lists are of one length, and hold numbers at the same depth."""
    if not depth:
        return type(value) in (int, float, bool)
    if not isinstance(value, (list, tuple)) or not value:
        return False
    lengths = {len(item) for item in value if isinstance(item, (list, tuple))}
    return len(lengths) < 2 and all(even(item, depth - 1) for item in value)


def decorated(function: Any = None, **_options: Any) -> Any:
    """Return tf.function: what is done with it needs no TensorFlow, until it is called."""
    if function is None:
        return decorated
    name = getattr(function, "__name__", "")

    def call(*_args: Any, **_kwargs: Any) -> Any:
        return decline(f"the tf.function {name!r} called")

    return call


class DType:
    """A type of values, by its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"tf.{self.name}"


def of_top() -> Find:
    """Return tensorflow."""
    types = {name: DType(name) for name in DTYPES}
    own = {**types, "shape": tf_shape, "range": numbers, "zeros": filled, "ones": filled}
    own |= {"constant": given, "convert_to_tensor": given, "function": decorated, "newaxis": None}

    def find(name: str) -> Any:
        return own[name] if name in own else of_tensorflow(name)

    return find


OLD = {
    **{name: name for name in ("exp", "sqrt", "square", "sum", "mean", "max", "min", "maximum")},
    **{name: name for name in ("minimum", "softmax", "sigmoid", "tanh", "log")},
    "abs": "absolute",
}
"""Functions of keras.backend in earlier Keras that are functions of keras.ops, word by word."""


OLD_VALUES = ("shape", "random_normal", "random_uniform")
"""Others of its functions."""


def of_earlier(name: str) -> Any:
    """Return a function of keras.backend in earlier Keras, for use inside of a layer's call."""
    if name == "shape":
        return tf_shape
    if name in OLD_VALUES:
        return inside_only(name, filled)
    return inside_only(name, partial(operate_named, OLD[name]))


def operate_named(name: str, *args: Any, **kwargs: Any) -> Any:
    """Return what a function of keras.ops returns."""
    return operate(name, args, kwargs)


def inside_only(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that declines outside of a layer's call."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs) if SESSION.tracing else decline(f"keras.backend.{name}")

    return call


class Strategy:
    """How training is spread over devices: there is one."""

    num_replicas_in_sync = 1

    def scope(self) -> Any:
        """Return a scope in which nothing is different."""
        return nullcontext()


def of_distribute() -> Find:
    """Return tensorflow.distribute."""
    return from_table({"get_strategy": Strategy, "MirroredStrategy": Strategy})


def devices(kind: Any = None) -> list[Any]:
    """Return no GPU: code is run without one."""
    return [] if kind == "GPU" else decline(f"the devices {kind!r}")


def of_tensorflow_config() -> Find:
    """Return tensorflow.config."""
    return from_table({"list_physical_devices": devices, "list_logical_devices": devices})


def of_random(name: str) -> Find:
    """Return keras.random or tensorflow.random: values of a shape, inside of a layer's call."""
    generator = type("SeedGenerator", (Inert,), {"_known": ("seed", "name")})
    drawn = {"normal": filled, "uniform": filled}
    other = {"SeedGenerator": generator} if name == "keras" else {"set_seed": nothing}
    return from_table({**drawn, **other})


def of_section(section: str) -> Find:
    """Return tensorflow.math and its like."""
    return lambda name: of_tensorflow(f"{section}.{name}")


def of_nn() -> Find:
    """Return tensorflow.nn: functions, which may be a layer's activation."""
    saved = facts()["tensorflow"]

    def find(name: str) -> Any:
        if name not in saved:
            return of_tensorflow(f"nn.{name}")
        made = Activation(name)
        made.saved = saved[name]
        made.inside = of_tensorflow(f"nn.{name}")
        return made

    return find
