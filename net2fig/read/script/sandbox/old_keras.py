"""Adds to Keras 3 what code for earlier versions needs: richer shapes, old names and arguments.

Requires: Keras 3 in a separate process, which is changed permanently.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import sys
import types
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import ModuleType
from typing import Any

from net2fig.read.keras.keras1 import translate_arguments
from net2fig.read.script.sandbox.old_shapes import RankedShape

CONSTRUCTOR = "__init__"

SHAPE_ATTRIBUTES = ("_keras_shape", "_shape_val")
"""The attributes that held the shape of a tensor."""

TRAINING_SUFFIXES = ("_regularizer", "_constraint", "_initializer")
"""Suffixes of training arguments: Keras 2 ignored unknown ones."""

DROPPED_ARGUMENTS = frozenset(
    {"weights", "fused", "renorm", "virtual_batch_size", "implementation", "mode"}
)
"""Arguments that some layers had, and that do not change their results here."""

OLD_CONSTRAINTS = {"maxnorm": "MaxNorm", "nonneg": "NonNeg", "unitnorm": "UnitNorm"}
"""Names of constraints in Keras 1 and 2."""

OLD_LAYERS = {"CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU"}
"""Names of layers in Keras 2, which Keras 3 has under other names."""

ENGINE_NAMES = ("Layer", "Input", "InputSpec")
"""Names that `keras.engine` held besides models."""

OLD_FUNCTIONS = (
    *("space_to_depth", "depth_to_space", "log", "log1p", "ceil", "erf", "is_nan", "div", "mod"),
    *("to_float", "to_int32", "to_int64", "random_normal", "random_uniform", "truncated_normal"),
    *("image.resize_images", "image.resize_bilinear", "image.resize_nearest_neighbor"),
    *("extract_image_patches", "image.resize_bicubic", "image.resize_area", "batch_to_space"),
)
"""Functions of TensorFlow 1 that TensorFlow 2 has in `compat.v1` alone."""

FIRST_INPUT = re.compile(r"input_\d+")
"""The names of the inputs of Keras 2; Keras 3 calls them `input_layer`."""


class OldAxis(int):
    """An axis as in TensorFlow 1: a number with a value."""

    @property
    def value(self) -> int:
        """The number."""
        return int(self)


class OldShape(RankedShape):
    """A shape as in TensorFlow: a tuple with more attributes."""

    __slots__ = ()

    def __getitem__(self, place: Any) -> Any:
        """Return an axis, or a shape of several."""
        result = super().__getitem__(place)
        if isinstance(place, slice):
            return OldShape(result)
        return OldAxis(result) if isinstance(result, int) else result


def register_axis() -> None:
    """Tell Keras that an axis is a number, as functions such as `arange` ask for its type."""
    with suppress(ImportError, AttributeError):
        module = importlib.import_module("keras.src.backend.common.dtypes")
        module.PYTHON_DTYPES_MAP[OldAxis] = module.PYTHON_DTYPES_MAP[int]


def restore_old_functions(tensorflow: ModuleType) -> None:
    """Add the functions of TensorFlow 1 that a graph of layers may use."""
    older = getattr(getattr(tensorflow, "compat", None), "v1", None)
    for path in OLD_FUNCTIONS if older is not None else ():
        place, old = tensorflow, older
        *around, name = path.split(".")
        for step in around:
            place, old = getattr(place, step), getattr(old, step)
        with suppress(AttributeError):
            vars(place).setdefault(name, getattr(old, name))


def restore_old_names(keras: ModuleType) -> None:
    """Add old attributes and arguments to tensors, layers and `keras.backend` of Keras 3."""
    register_axis()
    tensor = keras.KerasTensor
    tensor.shape = property(lambda self: OldShape(self._shape))
    tensor.get_shape = lambda self: self.shape
    for name in SHAPE_ATTRIBUTES:
        setattr(tensor, name, property(lambda self: self.shape))
    keras.Variable.get_shape = lambda self: OldShape(self.shape)
    keras.Layer.add_weight = accept_old_weights(keras.Layer.add_weight)
    setattr(keras.Operation, CONSTRUCTOR, accept_slashes(keras.Operation.__init__))
    setattr(keras.Layer, CONSTRUCTOR, drop_unknown_arguments(keras.Layer.__init__))
    add_aliases(keras.constraints, OLD_CONSTRAINTS)
    add_aliases(keras.layers, OLD_LAYERS)
    # Some classes have several names.
    for value in {value for value in vars(keras.layers).values() if inspect.isclass(value)}:
        if CONSTRUCTOR in vars(value) and value is not keras.Layer:
            constructor = accept_old_arguments(value.__name__, vars(value)[CONSTRUCTOR])
            setattr(value, CONSTRUCTOR, constructor)
    for name, module in list(sys.modules.items()):
        if name.endswith("keras.models"):
            vars(module).update({key: getattr(keras.layers, key) for key in ENGINE_NAMES})
    for module in (keras.optimizers, keras.callbacks):
        for value in list(vars(module).values()):
            if inspect.isclass(value) and CONSTRUCTOR in vars(value):
                setattr(value, CONSTRUCTOR, ignore_errors(vars(value)[CONSTRUCTOR]))
    for name in ("trainable_weights", "non_trainable_weights"):
        known = getattr(keras.Layer, name)
        # Very old layers set their lists of weights themselves.
        setattr(keras.Layer, name, property(known.fget, lambda _layer, _weights: None))
    numpy: Any = importlib.import_module("numpy")
    numpy.prod = numpy.product = return_python_number(numpy.prod)
    numpy.max = numpy.amax = return_python_number(numpy.max)
    keras.Model.get_layer = accept_old_input_names(keras.Model.get_layer)
    first = keras.backend.image_data_format
    keras.backend.image_dim_ordering = lambda: "th" if first() == "channels_first" else "tf"
    last = {"th": "channels_first", "tf": "channels_last"}
    keras.backend.set_image_dim_ordering = lambda value: keras.backend.set_image_data_format(
        last.get(value, value)
    )
    for name, value in vars(import_with_tensorflow("keras.src.legacy.backend") or types).items():
        if inspect.isfunction(value) and not hasattr(keras.backend, name):
            setattr(keras.backend, name, value)


def add_aliases(module: ModuleType, aliases: Mapping[str, str]) -> None:
    """Add other names for what a module holds."""
    for name, new in aliases.items():
        vars(module).setdefault(name, getattr(module, new))


WEIGHT_ARGUMENTS = (
    "name",
    "shape",
    "dtype",
    "initializer",
    "regularizer",
    "trainable",
    "constraint",
)
"""The arguments of `add_weight` in Keras 2, in order."""


def accept_old_weights(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that takes the name of a weight first, as in Keras 2."""

    @functools.wraps(original)
    def add_weight(layer: Any, *args: Any, **options: Any) -> Any:
        if args and isinstance(args[0], str):
            options = {**dict(zip(WEIGHT_ARGUMENTS, args, strict=False)), **options}
            args = ()
        initializer = options.get("initializer")
        if inspect.isfunction(initializer) and not takes_dtype(initializer):
            options["initializer"] = lambda shape, **_options: initializer(shape)
        return original(layer, *args, **options)

    return add_weight


def takes_dtype(function: Any) -> bool:
    """Tell whether a function that initializes weights accepts their type."""
    parameters = inspect.signature(function).parameters.values()
    return any(each.name == "dtype" or each.kind is each.VAR_KEYWORD for each in parameters)


def accept_old_arguments(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a constructor of layers that accepts the arguments of Keras 1."""
    parameters = frozenset(inspect.signature(original).parameters)

    @functools.wraps(original)
    def constructor(self: Any, *args: Any, **kwargs: Any) -> None:
        args, kwargs = translate_arguments(name, args, kwargs, parameters)
        original(self, *args, **kwargs)

    # Keras looks at the names of the parameters.
    vars(constructor)["__signature__"] = inspect.signature(original)
    return constructor


def drop_unknown_arguments(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a constructor of layers that ignores unknown arguments for training."""
    parameters = frozenset(inspect.signature(original).parameters)

    @functools.wraps(original)
    # Keras saves the parameters of this constructor for classes without one: `name` comes last.
    def constructor(self: Any, *, name: Any = None, **kwargs: Any) -> None:
        kept = {
            key: value
            for key, value in kwargs.items()
            if key in parameters
            or not (key.endswith(TRAINING_SUFFIXES) or key in DROPPED_ARGUMENTS)
        }
        original(self, name=name, **kept)

    return constructor


def accept_slashes(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a constructor that accepts names with slashes, which Keras 3 does not."""

    @functools.wraps(original)
    # Keras looks at the names of the parameters.
    def constructor(self: Any, name: Any = None, **options: Any) -> None:
        original(self, name=modernize_name(name), **options)

    return constructor


def modernize_name(name: Any) -> Any:
    """Return the name of a layer in the form that Keras 3 allows.


    >>> modernize_name("fire2/squeeze")
    'fire2_squeeze'
    """
    return name.replace("/", "_") if isinstance(name, str) else name


def ignore_errors(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a constructor that ignores invalid arguments, since nothing is trained."""

    @functools.wraps(original)
    def constructor(self: Any, *args: Any, **options: Any) -> None:
        with suppress(TypeError, ValueError):
            original(self, *args, **options)

    return constructor


def return_python_number(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of numpy that returns an integer of Python: `Dense(np.max(y) + 1)`."""

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        whole = getattr(result, "shape", None) == () and result.dtype.kind in "iu"
        return int(result) if whole else result

    return wrapped


def import_with_tensorflow(name: str) -> ModuleType | None:
    """Return a module that needs TensorFlow; None if it cannot be imported."""
    if "tensorflow" not in sys.modules:
        return None
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def accept_old_input_names(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that also finds the input of a model by its name in Keras 2."""

    def get_layer(model: Any, name: str | None = None, index: int | None = None) -> Any:
        name = modernize_name(name)
        if name is not None and FIRST_INPUT.fullmatch(name):
            layers = model.layers
            if not any(layer.name == name for layer in layers):
                inputs = [layer for layer in layers if type(layer).__name__ == "InputLayer"]
                if len(inputs) == 1:
                    return inputs[0]
        return original(model, name=name, index=index)

    return get_layer
