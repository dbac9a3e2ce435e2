"""The state of a recorded session: name counters, defaults of the backend, facts about Keras."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

from msgspec import Struct, field

from net2fig.data.resources import data_dir
from net2fig.read.decline import decline
from net2fig.read.script.unknown.values import UnknownData, is_unknown

FLOATS = ("float16", "bfloat16", "float32", "float64")

DTYPES = frozenset(
    {*FLOATS, "bool", "string", "complex64", "complex128"}
    | {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
)


class KerasState(Struct):
    """The state that Keras keeps for the whole process.

    `policy` is the name of the global dtype policy. `tracing` is positive inside a layer's call.
    `remember_model` is called with each model on which a method that does nothing is called.
    """

    names: Counter[str] = field(default_factory=Counter)
    policy: str | None = None
    floatx: str = "float32"
    tracing: int = 0
    data_format: str = "channels_last"
    remember_model: Callable[[Any], None] = lambda _model: None
    ignore_weights: Callable[[Any], Any] = lambda function: function
    make_data_stub: Callable[[str, str], Any] | None = None
    get_file: Callable[..., str] | None = None


SESSION = KerasState()


def reset_session() -> None:
    """Begin a new session, with the defaults of Keras."""
    SESSION.names.clear()
    SESSION.policy, SESSION.floatx, SESSION.data_format = None, "float32", "channels_last"


@cache
def load_facts() -> dict[str, Any]:
    """Return the facts about Keras in grammar/keras.json."""
    text = (data_dir("grammar") / "keras.json").read_text("utf-8")
    facts: dict[str, Any] = json.loads(text)
    return facts


@cache
def snake_case(name: str) -> str:
    """Return the name under which Keras counts the objects of a class.


    >>> snake_case("Conv2DTranspose"), snake_case("ReLU"), snake_case("MaxPooling2D")
    ('conv2d_transpose', 're_lu', 'max_pooling2d')
    """
    # A capital begins a word if a small letter is before or after it.
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def make_unique_name(name: str) -> str:
    """Return the name of the next object of this kind: conv2d, then conv2d_1."""
    count = SESSION.names[name]
    SESSION.names[name] += 1
    return f"{name}_{count}" if count else name


def choose_name(class_name: str, name: Any) -> str:
    """Return the name of a new layer or operation: the given one, or the next one."""
    if SESSION.tracing and not UnknownData.loose:
        decline(f"a {class_name} made inside of the call of a layer")
    if name is None:
        return make_unique_name(snake_case(class_name))
    if UnknownData.loose and not is_unknown(name):
        return str(name).replace("/", "_")
    if not isinstance(name, str) or "/" in name:
        decline(f"name {name!r} of a {class_name}")
    return name


def get_policy(dtype: Any) -> str:
    """Return the name of the dtype policy for an argument `dtype`."""
    if dtype is None:
        return SESSION.policy or SESSION.floatx
    name = getattr(dtype, "name", dtype)
    if isinstance(name, str) and (name in DTYPES or name in ("mixed_float16", "mixed_bfloat16")):
        return name
    if is_unknown(dtype) and UnknownData.loose:
        return SESSION.floatx
    return decline(f"dtype {dtype!r}")


def get_dtype(dtype: Any) -> str:
    """Return the name of a dtype."""
    if dtype is None:
        return SESSION.floatx
    name = {bool: "bool", int: "int32", float: "float32"}.get(dtype, getattr(dtype, "name", dtype))
    if isinstance(name, str) and name in DTYPES:
        return name
    if is_unknown(dtype) and UnknownData.loose:
        return SESSION.floatx
    return decline(f"dtype {dtype!r}")


def get_compute_dtype(policy: str) -> str:
    """Return the dtype that a layer with a policy computes in."""
    return policy.removeprefix("mixed_")
