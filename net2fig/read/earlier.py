"""What code for earlier Keras asks of Keras 3: shapes that are more than tuples, lost names.

Requires: Keras 3 in a process of its own, which is changed for good.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import sys
import types
from collections.abc import Callable
from types import ModuleType
from typing import Any

FIRST_INPUT = re.compile(r"input_\d+")
"""How Keras 2 named the inputs of its own models; Keras 3 calls them `input_layer`."""


class Axis(int):
    """An axis as TensorFlow 1 gave it: a number with a value."""

    @property
    def value(self) -> int:
        """The number."""
        return int(self)


class Axes(tuple[Any, ...]):
    """A shape as TensorFlow gives it: a tuple that can be asked for more."""

    __slots__ = ()

    def __getitem__(self, place: Any) -> Any:
        """Return an axis, or a shape of several."""
        found = super().__getitem__(place)
        if isinstance(place, slice):
            return Axes(found)
        return Axis(found) if isinstance(found, int) else found

    @property
    def ndims(self) -> int:
        """How many axes there are."""
        return len(self)

    rank = ndims

    def as_list(self) -> list[int | None]:
        """Return the axes."""
        return list(self)


def complete(keras: ModuleType) -> None:
    """Give Keras 3 what code for earlier Keras asks tensors, layers and `keras.backend` for."""
    tensor = keras.KerasTensor
    tensor.shape = property(lambda self: Axes(self._shape))
    tensor.get_shape = lambda self: self.shape
    for name in ("trainable_weights", "non_trainable_weights"):
        known = getattr(keras.Layer, name)
        # Layers of long ago list their weights by hand.
        setattr(keras.Layer, name, property(known.fget, lambda _layer, _weights: None))
    numpy: Any = importlib.import_module("numpy")
    numpy.prod = numpy.product = prod_of(numpy.prod)
    keras.Model.get_layer = layer_getter(keras.Model.get_layer)
    first = keras.backend.image_data_format
    keras.backend.image_dim_ordering = lambda: "th" if first() == "channels_first" else "tf"
    for name, value in vars(module_of("keras.src.legacy.backend") or types).items():
        if inspect.isfunction(value) and not hasattr(keras.backend, name):
            setattr(keras.backend, name, value)


def prod_of(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return numpy.prod with a number of Python for an answer: `Dense(np.prod(shape))`."""

    @functools.wraps(original)
    def prod(*args: Any, **kwargs: Any) -> Any:
        found = original(*args, **kwargs)
        whole = getattr(found, "shape", None) == () and found.dtype.kind in "iu"
        return int(found) if whole else found

    return prod


def module_of(name: str) -> ModuleType | None:
    """Return a module of Keras that only TensorFlow's users need; None where it cannot be had."""
    if "tensorflow" not in sys.modules:
        return None
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def layer_getter(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that finds the input of a model also under the name that Keras 2 gave it."""

    def get_layer(model: Any, name: str | None = None, index: int | None = None) -> Any:
        if name is not None and FIRST_INPUT.fullmatch(name):
            layers = model.layers
            if not any(layer.name == name for layer in layers):
                inputs = [layer for layer in layers if type(layer).__name__ == "InputLayer"]
                if len(inputs) == 1:
                    return inputs[0]
        return original(model, name=name, index=index)

    return get_layer
