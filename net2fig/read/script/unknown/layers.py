"""Layers of Keras and modules of PyTorch that accept sizes which only data know.

Requires: Keras or PyTorch in a separate process, which is changed permanently, or the recorder.
Ensures: a size stands in for each unknown argument of a layer, and is told. Layers that learn from
data learn nothing.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from net2fig.read.script.unknown.values import (
    UnknownData,
    holds_unknown,
    is_unknown,
    name_of,
    replace_unknown,
)

CONSTRUCTOR, ADAPT = "__init__", "adapt"

MARK = "_net2fig_accepts_unknown"
"""The attribute of what accepts unknown sizes already."""

TRAINED = ("_initializer", "_regularizer", "_constraint", "weights")
"""The endings of arguments that a figure does not show: unknown ones are left out."""


WORDS = ("activation", "padding", "dtype", "data_format")
"""The endings of arguments that are words: no size stands in for them."""


def accept_unknown_sizes(keras: ModuleType, replace: Callable[[dict[int, Any]], None]) -> None:
    """Change the layers of Keras, and `Input`; `replace` replaces values in all of its modules."""
    layers: list[Any] = [*vars(keras.layers).values()]
    for value in layers:
        if inspect.isclass(value) and CONSTRUCTOR in vars(value):
            setattr(value, CONSTRUCTOR, accept_in_call(vars(value)[CONSTRUCTOR]))
        if inspect.isclass(value) and ADAPT in vars(value):
            setattr(value, ADAPT, skip_unknown(vars(value)[ADAPT]))
    known = keras.Input
    if not hasattr(known, MARK):
        replace({id(known): accept_in_call(known)})


def accept_unknown_modules(torch: ModuleType) -> None:
    """Change the modules of PyTorch."""
    modules: list[Any] = [*vars(torch.nn).values()]
    for value in modules:
        if inspect.isclass(value) and CONSTRUCTOR in vars(value):
            setattr(value, CONSTRUCTOR, accept_in_call(vars(value)[CONSTRUCTOR]))


def accept_in_call(function: Any) -> Any:
    """Return a function that replaces the unknown values among its arguments."""
    if hasattr(function, MARK):
        return function

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*replace_arguments(args), **replace_keywords(kwargs))

    setattr(call, MARK, True)
    # Keras asks for the parameters, and does not follow the wrapper.
    call.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return call


def replace_arguments(args: Any) -> tuple[Any, ...]:
    """Return positional arguments with sizes in place of unknown values."""
    return tuple(replace_unknown(arg) for arg in args)


def replace_keywords(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return named arguments with sizes in place of unknown values."""
    return {
        key: replace_unknown(value) for key, value in kwargs.items() if is_known_or_size(key, value)
    }


def is_known_or_size(key: str, value: Any) -> bool:
    """Tell whether a named argument is known, or a size may stand in; tell what is left out."""
    if not (key.endswith((*TRAINED, *WORDS)) and holds_unknown(value)):
        return True
    if key.endswith(WORDS) and is_unknown(value):
        text = f"only data know {key}={name_of(value)}: left out"
        UnknownData.tell("unknown-size", text)
    return False


def skip_unknown(method: Any) -> Any:
    """Return a method that does nothing with unknown data."""
    if hasattr(method, MARK):
        return method

    @functools.wraps(method)
    def call(self: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        return None if is_unknown(data) else method(self, data, *args, **kwargs)

    setattr(call, MARK, True)
    return call
