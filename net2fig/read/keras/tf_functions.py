"""Applies TensorFlow functions, as `tf.nn.relu(x)`, to symbolic tensors of Keras 3.

Keras 3 refuses them, but Keras 2 accepted them, and much code uses them. They become operations
under the names of tensorflow_ops.py, so that a model drawn from its code and from a file of Keras 2
are the same.

Requires: TensorFlow, whose functions ask a dispatcher about arguments of unknown types.
"""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from msgspec import Struct

from net2fig.read.keras.tensorflow_ops import translate_call
from net2fig.read.plain_json import to_plain_json

FUNCTION_CALL = "_net2fig_call"
"""The attribute of an operation that holds its `FunctionCall`."""

SHAPE_FUNCTIONS = frozenset({"shape", "compat.v1.shape"})
IGNORED_FUNCTIONS = ("debugging.", "print", "compat.v1.debugging.", "Assert", "summary.")


class FunctionCall(Struct, frozen=True):
    """A call of a function: its description and arguments, as in a file of Keras.

    `sizes` are tensors that only give sizes: no edge is drawn for them.
    """

    description: Mapping[str, Any]
    args: list[Any]
    kwargs: dict[str, Any]
    sizes: list[Any]


def get_function_call(operation: Any) -> FunctionCall | None:
    """Return the function call of an operation; None for an operation of Keras."""
    call: FunctionCall | None = getattr(operation, FUNCTION_CALL, None)
    return call


class EnabledState(threading.local):
    """Whether functions are accepted in this thread: while `on` is positive."""

    on = 0


ENABLED = EnabledState()


def enable_tensorflow_functions() -> None:
    """Accept functions of TensorFlow from now on, if the real TensorFlow is imported."""
    if hasattr(sys.modules.get("tensorflow"), "__file__"):
        register_dispatcher()
        ENABLED.on += 1


@contextmanager
def tensorflow_functions_enabled() -> Iterator[None]:
    """Accept functions of TensorFlow until the end of the block, if it is imported."""
    before = ENABLED.on
    enable_tensorflow_functions()
    try:
        yield
    finally:
        ENABLED.on = before


@cache
def register_dispatcher() -> None:
    """Register the dispatcher with TensorFlow, once."""
    from tensorflow.python.util import dispatch

    class Dispatcher(dispatch.GlobalOpDispatcher):  # type: ignore[misc]  # it has no types
        """Handles functions that are called on a symbolic tensor."""

        def handle(self, op: Any, args: Any, kwargs: Any) -> Any:
            """Return the operation's result, or leave it to TensorFlow."""
            if not ENABLED.on or not any(find_symbolic([args, kwargs])):
                return self.NOT_SUPPORTED
            return make_operation(op, args, kwargs)

    Dispatcher().register()


def find_symbolic(value: Any) -> Iterator[bool]:
    """Yield for each value inside a value whether it is a symbolic tensor."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from find_symbolic(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from find_symbolic(item)
    else:
        # Keras 2 accepts functions of TensorFlow without help.
        is_keras3 = type(value).__module__.startswith("keras.")
        yield is_keras3 and hasattr(value, "_keras_history")


def make_operation(function: Any, args: Any, kwargs: Any) -> Any:
    """Return the symbolic result of a function of symbolic tensors."""
    name = get_public_name(function)
    if name.startswith(IGNORED_FUNCTIONS):
        return None
    first, words = bind_arguments(function, args, kwargs)
    if name in SHAPE_FUNCTIONS and None not in (shape := tuple(first[0].shape)[1:]) and shape:
        # All sizes but the batch are known: numbers are better than a tensor.
        return (make_batch_size(function, first[0]), *shape)
    class_name, config, operands, rest = translate_call(name, first, words)
    sizes: list[Any] = []
    config = to_plain_json({key: replace_tensors(value, sizes) for key, value in config.items()})
    description = {"class_name": class_name, "module": "keras.ops", "config": config}
    call = FunctionCall(description, operands, rest, sizes)
    operation = make_operation_class(class_name)()
    operation.call = function
    setattr(operation, FUNCTION_CALL, call)
    return operation(*args, **kwargs)


def make_batch_size(function: Any, tensor: Any) -> Any:
    """Return the size of a batch as a symbolic number, since it is known only at run time."""
    operation = make_operation_class("Shape")()
    operation.call = lambda value: function(value)[0]
    description = {"class_name": "Shape", "module": "keras.ops", "config": {}}
    setattr(operation, FUNCTION_CALL, FunctionCall(description, [tensor], {}, []))
    return operation(tensor)


def replace_tensors(value: Any, tensors: list[Any]) -> Any:
    """Return a value with None in place of symbolic tensors, which are appended to `tensors`."""
    if isinstance(value, list | tuple):
        return [replace_tensors(item, tensors) for item in value]
    if hasattr(value, "_keras_history"):
        tensors.append(value)
        return None
    return value


def get_public_name(function: Any) -> str:
    """Return the public name of a function of TensorFlow, without "tf."."""
    from tensorflow.python.util import tf_export

    name = tf_export.get_canonical_name_for_symbol(function, add_prefix_to_v1_names=True)
    return str(name or getattr(function, "__name__", "operation"))


def bind_arguments(function: Any, args: Any, kwargs: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return the first argument, and the others by name, without those that are None."""
    try:
        arguments = inspect.signature(function).bind(*args, **kwargs).arguments
    except (TypeError, ValueError):
        return list(args), dict(kwargs)
    (_, first), *rest = arguments.items()
    return [first], {key: value for key, value in rest if value is not None}


@cache
def make_operation_class(name: str) -> Any:
    """Return a class of operations; Keras makes the names of operations from its name."""
    import keras

    def to_dense(value: Any) -> Any:
        # Keras takes `x * 2.0` for a sparse tensor, which few functions of TensorFlow accept.
        sparse = getattr(value, "sparse", False) and hasattr(value, "_keras_history")
        return keras.KerasTensor(value.shape, value.dtype) if sparse else value

    def compute_output_spec(operation: Any, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = keras.tree.map_structure(to_dense, (args, kwargs))
        return keras.Operation.compute_output_spec(operation, *args, **kwargs)

    return type(
        name, (keras.Operation,), {"call": None, "compute_output_spec": compute_output_spec}
    )
