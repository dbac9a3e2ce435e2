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
from contextlib import suppress
from types import ModuleType
from typing import Any

from net2fig.read.script.sandbox.old_shapes import Countable

BEGIN = "__init__"

SHAPES = ("_keras_shape", "_shape_val")
"""The attributes that held the shape of a tensor."""

DROPPED = ("_regularizer", "_constraint", "_initializer")
"""How arguments end that say how a layer is trained: Keras 2 passed over those it did not know."""

UNKNOWN = frozenset({"weights", "fused", "renorm", "virtual_batch_size", "implementation", "mode"})
"""Arguments that some layers had, and which do not change what they compute here."""

OF_ENGINE = ("Layer", "Input", "InputSpec")
"""What `keras.engine` held besides models."""

FIRST_INPUT = re.compile(r"input_\d+")
"""How Keras 2 named the inputs of its own models; Keras 3 calls them `input_layer`."""


class Axis(int):
    """An axis as TensorFlow 1 gave it: a number with a value."""

    @property
    def value(self) -> int:
        """The number."""
        return int(self)


class Axes(Countable):
    """A shape as TensorFlow gives it: a tuple that can be asked for more."""

    __slots__ = ()

    def __getitem__(self, place: Any) -> Any:
        """Return an axis, or a shape of several."""
        found = super().__getitem__(place)
        if isinstance(place, slice):
            return Axes(found)
        return Axis(found) if isinstance(found, int) else found


def complete(keras: ModuleType) -> None:
    """Give Keras 3 what code for earlier Keras asks tensors, layers and `keras.backend` for."""
    tensor = keras.KerasTensor
    tensor.shape = property(lambda self: Axes(self._shape))
    tensor.get_shape = lambda self: self.shape
    for name in SHAPES:
        setattr(tensor, name, property(lambda self: self.shape))
    keras.Variable.get_shape = lambda self: Axes(self.shape)
    keras.Layer.add_weight = weight_adder(keras.Layer.add_weight)
    setattr(keras.Operation, BEGIN, namer(keras.Operation.__init__))
    setattr(keras.Layer, BEGIN, known_only(keras.Layer.__init__))
    for name, module in list(sys.modules.items()):
        if name.endswith("keras.models"):
            vars(module).update({key: getattr(keras.layers, key) for key in OF_ENGINE})
    for module in (keras.optimizers, keras.callbacks):
        for value in list(vars(module).values()):
            if inspect.isclass(value) and BEGIN in vars(value):
                setattr(value, BEGIN, forgiving(vars(value)[BEGIN]))
    for name in ("trainable_weights", "non_trainable_weights"):
        known = getattr(keras.Layer, name)
        # Layers of long ago list their weights by hand.
        setattr(keras.Layer, name, property(known.fget, lambda _layer, _weights: None))
    numpy: Any = importlib.import_module("numpy")
    numpy.prod = numpy.product = plain_of(numpy.prod)
    numpy.max = numpy.amax = plain_of(numpy.max)
    keras.Model.get_layer = layer_getter(keras.Model.get_layer)
    first = keras.backend.image_data_format
    keras.backend.image_dim_ordering = lambda: "th" if first() == "channels_first" else "tf"
    for name, value in vars(module_of("keras.src.legacy.backend") or types).items():
        if inspect.isfunction(value) and not hasattr(keras.backend, name):
            setattr(keras.backend, name, value)


WEIGHT = ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint")
"""What Keras 2 called the arguments of `add_weight`, in their order."""


def weight_adder(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that takes the name of a weight first, as it was in Keras 2."""

    @functools.wraps(original)
    def add_weight(layer: Any, *args: Any, **options: Any) -> Any:
        if args and isinstance(args[0], str):
            options = {**dict(zip(WEIGHT, args, strict=False)), **options}
            args = ()
        given = options.get("initializer")
        if inspect.isfunction(given) and not takes_dtype(given):
            options["initializer"] = lambda shape, **_options: given(shape)
        return original(layer, *args, **options)

    return add_weight


def takes_dtype(function: Any) -> bool:
    """Tell whether a function that initializes weights can be told their type."""
    parameters = inspect.signature(function).parameters.values()
    return any(each.name == "dtype" or each.kind is each.VAR_KEYWORD for each in parameters)


def known_only(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a constructor of layers that passes over what only training needs."""
    own = frozenset(inspect.signature(original).parameters)

    @functools.wraps(original)
    # Keras saves of a class without a constructor what this one takes: the last has its name.
    def begin(self: Any, *, name: Any = None, **kwargs: Any) -> None:
        kept = {
            key: value
            for key, value in kwargs.items()
            if key in own or not (key.endswith(DROPPED) or key in UNKNOWN)
        }
        original(self, name=name, **kept)

    return begin


def namer(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a constructor that takes names with slashes, which are none of Keras 3."""

    @functools.wraps(original)
    # Keras looks at the names of the parameters.
    def begin(self: Any, name: Any = None, **options: Any) -> None:
        original(self, name=today(name), **options)

    return begin


def today(name: Any) -> Any:
    """Return the name of a layer as Keras 3 allows it.

    >>> today("fire2/squeeze")
    'fire2_squeeze'
    """
    return name.replace("/", "_") if isinstance(name, str) else name


def forgiving(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a constructor that goes on where arguments are of long ago: nothing is trained."""

    @functools.wraps(original)
    def begin(self: Any, *args: Any, **options: Any) -> None:
        with suppress(TypeError, ValueError):
            original(self, *args, **options)

    return begin


def plain_of(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of numpy with a number of Python for an answer: `Dense(np.max(y) + 1)`."""

    @functools.wraps(original)
    def plain(*args: Any, **kwargs: Any) -> Any:
        found = original(*args, **kwargs)
        whole = getattr(found, "shape", None) == () and found.dtype.kind in "iu"
        return int(found) if whole else found

    return plain


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
        name = today(name)
        if name is not None and FIRST_INPUT.fullmatch(name):
            layers = model.layers
            if not any(layer.name == name for layer in layers):
                inputs = [layer for layer in layers if type(layer).__name__ == "InputLayer"]
                if len(inputs) == 1:
                    return inputs[0]
        return original(model, name=name, index=index)

    return get_layer
