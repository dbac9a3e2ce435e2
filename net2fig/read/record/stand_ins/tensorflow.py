"""The part of the stand-in for TensorFlow that is not Keras."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any

from net2fig.read.decline import decline
from net2fig.read.record.layers.objects import Activation
from net2fig.read.record.loose import call_unknown_function, loosely
from net2fig.read.record.session import DTYPES, SESSION, get_dtype, load_facts
from net2fig.read.record.stand_ins.modules import Lookup, lookup_in_table
from net2fig.read.record.stand_ins.no_ops import NoOp
from net2fig.read.record.stand_ins.tensorflow_functions import get_tensorflow_function, tf_shape
from net2fig.read.record.tensors.graph import Constant, Tensor, operate
from net2fig.read.record.tensors.tracing import TracedTensor, make_filled, make_range
from net2fig.read.script.unknown.values import UnknownData


def do_nothing(*_args: Any, **_kwargs: Any) -> None:
    """Do nothing: a figure does not depend on it."""


def tf_range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None) -> Any:
    """Return tf.range."""
    return make_range(start, limit, delta, dtype)


@loosely(lambda *args, **kwargs: call_unknown_function("constant", args, kwargs))
def convert_to_tensor(value: Any, dtype: Any = None, *args: Any, **options: Any) -> Any:
    """Return tf.constant of numbers or an array."""
    if isinstance(value, TracedTensor) and dtype is None and not (args or options):
        return value
    if isinstance(value, Tensor) or args or set(options) - {"name"}:
        decline("tf.constant of anything but numbers")
    sizes = []
    inner = value
    while isinstance(inner, (list, tuple)) and inner:
        sizes.append(len(inner))
        inner = inner[0]
    plain = type(inner) in (int, float, bool) and has_even_depth(value, len(sizes))
    shape = tuple(sizes) if plain else getattr(value, "shape", None)
    if not isinstance(shape, tuple):
        decline("tf.constant of anything but numbers")
    kind = None if dtype is None else get_dtype(dtype)
    return (TracedTensor if SESSION.tracing else Constant)(shape, kind)


def has_even_depth(value: Any, depth: int) -> bool:
    """Tell whether all lists in lists are of one length, and hold numbers at the same depth."""
    if not depth:
        return type(value) in (int, float, bool)
    if not isinstance(value, (list, tuple)) or not value:
        return False
    lengths = {len(item) for item in value if isinstance(item, (list, tuple))}
    return len(lengths) < 2 and all(has_even_depth(item, depth - 1) for item in value)


def function_decorator(function: Any = None, **_options: Any) -> Any:
    """Return tf.function: decorating needs no TensorFlow, calling does."""
    if function is None:
        return function_decorator
    name = getattr(function, "__name__", "")

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if UnknownData.loose:
            return function(*args, **kwargs)
        return decline(f"the tf.function {name!r} called")

    return call


class DType:
    """A dtype, by its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"tf.{self.name}"


def make_top() -> Lookup:
    """Return tensorflow."""
    types = {name: DType(name) for name in DTYPES}
    own = {
        **types,
        "shape": tf_shape,
        "range": tf_range,
        "zeros": make_filled,
        "ones": make_filled,
    }
    own |= {
        "constant": convert_to_tensor,
        "convert_to_tensor": convert_to_tensor,
        "function": function_decorator,
        "newaxis": None,
    }

    def find(name: str) -> Any:
        return own[name] if name in own else get_tensorflow_function(name)

    return find


OUTER_MODULES = tuple(
    f"tensorflow.{name}"
    for name in ("compat", "contrib", "python", "python.ops", "python.framework", "_api")
)
"""Modules that hold modules."""

INNER_MODULES = tuple(
    f"tensorflow.python.ops.{name}"
    for name in (
        *("math_ops", "array_ops", "nn_ops", "nn", "nn_impl", "image_ops", "linalg_ops"),
        *("standard_ops", "gen_math_ops", "gen_array_ops", "gen_nn_ops", "clip_ops"),
    )
)
"""Modules of TensorFlow's sources with the functions that it makes public."""


def make_inner() -> Lookup:
    """Return a module of TensorFlow's sources: each name is that of the public one."""
    places = (make_nn(), make_top(), make_section("math"), make_section("image"))

    def find(name: str) -> Any:
        for place in places:
            with suppress(LookupError):
                return place(name)
        raise LookupError(name)

    return find


OLD_NAMES = {
    **{name: name for name in ("exp", "sqrt", "square", "sum", "mean", "max", "min", "maximum")},
    **{name: name for name in ("minimum", "softmax", "sigmoid", "tanh", "log")},
    "abs": "absolute",
}
"""Functions of keras.backend in earlier Keras with equal functions in keras.ops."""


OLD_VALUES = ("shape", "random_normal", "random_uniform")
"""Other functions of it."""


def get_old_name(name: str) -> Any:
    """Return a function of keras.backend in earlier Keras, for a layer's call."""
    if name == "shape":
        return tf_shape
    if name in OLD_VALUES:
        return require_call(name, make_filled)
    return require_call(name, partial(call_operation, OLD_NAMES[name]))


def call_operation(name: str, *args: Any, **kwargs: Any) -> Any:
    """Return the result of a function of keras.ops."""
    return operate(name, args, kwargs)


def require_call(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that declines outside a layer's call."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if SESSION.tracing or UnknownData.loose:
            return function(*args, **kwargs)
        return decline(f"keras.backend.{name}")

    return call


class Strategy:
    """A distribution strategy without effect."""

    num_replicas_in_sync = 1

    def scope(self) -> Any:
        """Return a scope without effect."""
        return nullcontext()


def make_distribute() -> Lookup:
    """Return tensorflow.distribute."""
    return lookup_in_table({"get_strategy": Strategy, "MirroredStrategy": Strategy})


def list_devices(kind: Any = None) -> list[Any]:
    """Return an empty list: code runs without a GPU."""
    return [] if kind == "GPU" else decline(f"the devices {kind!r}")


def make_tensorflow_config() -> Lookup:
    """Return tensorflow.config."""
    return lookup_in_table(
        {"list_physical_devices": list_devices, "list_logical_devices": list_devices}
    )


def make_random(name: str) -> Lookup:
    """Return keras.random or tensorflow.random: values of a shape, inside a layer's call."""
    generator = type("SeedGenerator", (NoOp,), {"_known": ("seed", "name")})
    drawn = {"normal": make_filled, "uniform": make_filled}
    other = {"SeedGenerator": generator} if name == "keras" else {"set_seed": do_nothing}
    return lookup_in_table({**drawn, **other})


def make_section(section: str) -> Lookup:
    """Return tensorflow.math or a similar module."""
    return lambda name: get_tensorflow_function(f"{section}.{name}")


def make_nn() -> Lookup:
    """Return tensorflow.nn: its functions may be activations of layers."""
    saved = load_facts()["tensorflow"]

    def find(name: str) -> Any:
        if name not in saved:
            return get_tensorflow_function(f"nn.{name}")
        activation = Activation(name)
        activation.saved = saved[name]
        activation.inside = get_tensorflow_function(f"nn.{name}")
        return activation

    return find
