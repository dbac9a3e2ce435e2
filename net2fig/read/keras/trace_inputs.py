"""The inputs with which a subclassed model, or a custom layer, is called symbolically.

They are as the model was built or called, or have the given shapes.
"""

from __future__ import annotations

import dis
import inspect
import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from net2fig.errors import MissingShapeError, ModelError
from net2fig.read.given_shapes import match_shapes
from net2fig.read.keras.symbolic import get_shape
from net2fig.read.script.unknown.values import UnknownValue, holds_unknown
from net2fig.rules.shapes_common import shape_of

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

SWITCHES = frozenset({"training", "mask"})
"""Parameters of `call` that are not inputs."""

OPEN_SIZE, OPEN_BATCH = 211, 7
"""The lengths of open axes and of the batch where a layer asks for them: unlike other lengths."""

LAST_CALL = "_net2fig_called"
"""The attribute of a model that holds the arguments of its last call."""

HINT = "give the input shape without the batch: --input-shape 224x224x3"


def make_inputs(model: Any, shapes: Sequence[InputShape]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the positional and keyword arguments to call the model with."""
    if shapes:
        return make_inputs_from_shapes(model, shapes)
    if hasattr(model, LAST_CALL) and not holds_unknown(getattr(model, LAST_CALL)):
        args, kwargs = make_symbolic(getattr(model, LAST_CALL))
        return args, kwargs
    parameters = find_input_parameters(model)
    build = model.get_build_config() or {}
    stated = build.get("shapes_dict") or {}
    tensors_by_name = {
        key.removesuffix("_shape"): make_tensors(value) for key, value in stated.items()
    }
    if tensors_by_name and None not in tensors_by_name.values():
        return (), tensors_by_name
    single = make_tensors(build.get("input_shape"), parameters[0] if parameters else None)
    kind = type(model).__name__
    if single is None:
        raise MissingShapeError(
            f"missing input shape: the model of class {kind!r} was never called on data",
            hint=f"call it once before drawing, or {HINT}",
        )
    required = find_input_parameters(model, required=True)
    if len(required) > 1:
        each = " ".join(f"--input-shape {name}=…" for name in parameters)
        raise ModelError(
            f"missing input shape: the model of class {kind!r} takes {', '.join(required)}",
            hint=f"give the shape of each, without the batch: {each}",
        )
    return (single,), {}


def open_inputs(model: Any, *, is_first: bool = True) -> Any:
    """Return a model of the recorder as if it had been called on tensors of no known shape.

    If all inputs have a default, the first is a tensor, or all are.
    """
    names = find_input_parameters(model, required=True)
    names = names or find_input_parameters(model)[: 1 if is_first else None]
    tensors = tuple(make_open(name, count_parts(model, name)) for name in names)
    object.__setattr__(model, LAST_CALL, (tensors, {}))
    return model


def make_open(name: str, count: int) -> Any:
    """Return a tensor of no known shape; a list of them if `count` is positive."""
    import keras

    if count:
        return [keras.Input(UnknownValue("shape"), name=f"{name}_{at + 1}") for at in range(count)]
    return keras.Input(UnknownValue("shape"), name=name)


def count_parts(model: Any, name: str) -> int:
    """Return into how many names `call` unpacks an argument; 0 if it does not."""
    steps = [*dis.get_instructions(inspect.unwrap(type(model).call))]
    for one, other in itertools.pairwise(steps):
        if one.opname == "LOAD_FAST" and one.argval == name and other.opname == "UNPACK_SEQUENCE":
            return int(other.arg or 0)
    return 0


def remember_calls(model_class: Any) -> None:
    """Make the models of a class remember the arguments of their last call."""
    original = model_class.__call__

    def call(model: Any, *args: Any, **kwargs: Any) -> Any:
        object.__setattr__(model, LAST_CALL, (args, kwargs))
        return original(model, *args, **kwargs)

    model_class.__call__ = call


def make_symbolic(value: Any, *, is_sized: bool = False) -> Any:
    """Return a value with symbolic tensors in place of tensors.

    Open axes are `OPEN_SIZE` long, and the batch `OPEN_BATCH`, if `is_sized` is true.
    """
    import keras

    def convert(item: Any) -> Any:
        shape = getattr(item, "shape", None)
        if shape is None:
            return item
        # Keras converts numbers of any precision without drawing a cast.
        dtype = keras.backend.standardize_dtype(item.dtype)
        dtype = keras.config.floatx() if keras.backend.is_float_dtype(dtype) else dtype
        if get_shape(item) is None:
            # The recorder does not know it.
            return keras.Input(batch_shape=shape, dtype=dtype)
        if is_sized:
            shape = [OPEN_BATCH, *(OPEN_SIZE if axis is None else axis for axis in shape[1:])]
        return keras.Input(batch_shape=tuple(shape), dtype=dtype)

    return keras.tree.map_structure(convert, value)


def make_tensors(shape: Any, name: str | None = None) -> Any:
    """Return symbolic tensors for a shape, or a list or dictionary of shapes; else None.

    Fixed axes, except the batch, stay fixed: the model may need them.
    """
    import keras

    single_shape = shape_of(shape)
    if single_shape is not None:
        return keras.Input(batch_shape=single_shape, name=name)
    if isinstance(shape, Mapping):
        tensors: Any = {key: make_tensors(value, str(key)) for key, value in shape.items()}
        return tensors if tensors and None not in tensors.values() else None
    if isinstance(shape, list | tuple) and shape:
        tensors = [make_tensors(value) for value in shape]
        return None if None in tensors else tensors
    return None


def make_inputs_from_shapes(
    model: Any, shapes: Sequence[InputShape]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments to call the model with, for the given shapes."""
    import keras

    parameters = find_input_parameters(model)
    names = [shape.name for shape in shapes]
    if len(parameters) != 1 or (len(names) == 1 and names[0] in parameters):
        named = match_shapes(shapes, parameters)
        return (), {
            name: keras.Input(named[name].axes, name=name) for name in parameters if name in named
        }
    tensors = [keras.Input(shape.axes, name=shape.name) for shape in shapes]
    if None not in names:
        return (dict(zip(names, tensors, strict=True)),), {}
    return (tensors[0] if len(tensors) == 1 else tensors,), {}


def find_input_parameters(model: Any, *, required: bool = False) -> list[str]:
    """Return the names of the parameters of `call` that take tensors; only those without default
    where `required` is true.
    """
    if type(model).call.__module__.partition(".")[0] in ("keras", "tf_keras"):
        raise ModelError(
            f"unsupported model: the class {type(model).__name__!r} has no call()",
            hint="name one of the models inside it",
        )
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(model.call).parameters.values()
    return [
        each.name
        for each in parameters
        if each.kind in kinds
        and each.name not in SWITCHES
        and (each.default is each.empty or not required)
    ]
