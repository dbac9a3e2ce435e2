"""Functions of TensorFlow on symbolic tensors of Keras 3, which refuses them: `tf.nn.relu(x)`.

Keras 2 took them, and much code was written for it. They become operations, named as
tensorflow_ops.py names them, so that a model drawn from its code and one drawn from a file of
Keras 2 are the same.

Requires: TensorFlow, whose functions ask a dispatcher about arguments that they do not know.
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

from net2fig.read.keras.tensorflow_ops import operation_of
from net2fig.read.plain_json import tidy

SAID = "_net2fig_said"
"""The attribute of an operation that tells what it is called with and how it is to be described."""

SHAPES = frozenset({"shape", "compat.v1.shape"})
SILENT = ("debugging.", "print", "compat.v1.debugging.", "Assert", "summary.")


class Said(Struct, frozen=True):
    """How an operation is described, and the call as a file of Keras would hold it.

    `sizes` are tensors that only say how large something is: no edge is drawn for them.
    """

    described: Mapping[str, Any]
    args: list[Any]
    kwargs: dict[str, Any]
    sizes: list[Any]


def said_of(operation: Any) -> Said | None:
    """Return how a function of TensorFlow is described; None for what Keras describes itself."""
    found: Said | None = getattr(operation, SAID, None)
    return found


class Switch(threading.local):
    """Whether functions are taken at the moment in a thread; they are while this is positive."""

    on = 0


SWITCH = Switch()


def take() -> None:
    """Take functions of TensorFlow from now on, if TensorFlow is there, and no stand-in for it."""
    if hasattr(sys.modules.get("tensorflow"), "__file__"):
        register()
        SWITCH.on += 1


@contextmanager
def taken() -> Iterator[None]:
    """Take functions of TensorFlow until the end of the block, if TensorFlow is there."""
    before = SWITCH.on
    take()
    try:
        yield
    finally:
        SWITCH.on = before


@cache
def register() -> None:
    """Tell TensorFlow, once, whom to ask."""
    from tensorflow.python.util import dispatch

    class Dispatcher(dispatch.GlobalOpDispatcher):  # type: ignore[misc]  # it has no types
        """Answers for functions that are given a symbolic tensor."""

        def handle(self, op: Any, args: Any, kwargs: Any) -> Any:
            """Return the operation's result, or leave it to TensorFlow."""
            if not SWITCH.on or not any(symbolic([args, kwargs])):
                return self.NOT_SUPPORTED
            return result(op, args, kwargs)

    Dispatcher().register()


def symbolic(value: Any) -> Iterator[bool]:
    """Yield whether each value inside a value is a symbolic tensor."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from symbolic(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from symbolic(item)
    else:
        # Keras 2 takes functions of TensorFlow by itself.
        own = type(value).__module__.startswith("keras.")
        yield own and hasattr(value, "_keras_history")


def result(function: Any, args: Any, kwargs: Any) -> Any:
    """Return what a function returns for symbolic tensors: symbolic tensors."""
    name = called(function)
    if name.startswith(SILENT):
        return None
    first, words = bound(function, args, kwargs)
    if name in SHAPES and None not in (shape := tuple(first[0].shape)[1:]) and shape:
        # All but the batch is known: numbers serve better than a tensor of them.
        return (batch_of(function, first[0]), *shape)
    class_name, config, passed, rest = operation_of(name, first, words)
    sizes: list[Any] = []
    config = tidy({key: without_tensors(value, sizes) for key, value in config.items()})
    described = {"class_name": class_name, "module": "keras.ops", "config": config}
    said = Said(described, passed, rest, sizes)
    operation = operation_class(class_name)()
    operation.call = function
    setattr(operation, SAID, said)
    return operation(*args, **kwargs)


def batch_of(function: Any, tensor: Any) -> Any:
    """Return the size of a batch, which only a run knows, as a symbolic number."""
    operation = operation_class("Shape")()
    operation.call = lambda value: function(value)[0]
    described = {"class_name": "Shape", "module": "keras.ops", "config": {}}
    setattr(operation, SAID, Said(described, [tensor], {}, []))
    return operation(tensor)


def without_tensors(value: Any, found: list[Any]) -> Any:
    """Return a value with None in place of symbolic tensors, which are added to `found`."""
    if isinstance(value, list | tuple):
        return [without_tensors(item, found) for item in value]
    if hasattr(value, "_keras_history"):
        found.append(value)
        return None
    return value


def called(function: Any) -> str:
    """Return the public name of a function of TensorFlow, without "tf."."""
    from tensorflow.python.util import tf_export

    name = tf_export.get_canonical_name_for_symbol(function, add_prefix_to_v1_names=True)
    return str(name or getattr(function, "__name__", "operation"))


def bound(function: Any, args: Any, kwargs: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return the first argument, and all others by their names, without those that say nothing."""
    try:
        found = inspect.signature(function).bind(*args, **kwargs).arguments
    except (TypeError, ValueError):
        return list(args), dict(kwargs)
    (_, first), *rest = found.items()
    return [first], {key: value for key, value in rest if value is not None}


@cache
def operation_class(name: str) -> Any:
    """Return a class of operations; its name is what Keras makes the names of operations from."""
    import keras

    def dense(value: Any) -> Any:
        # Keras takes `x * 2.0` for a sparse tensor, which few functions of TensorFlow know.
        sparse = getattr(value, "sparse", False) and hasattr(value, "_keras_history")
        return keras.KerasTensor(value.shape, value.dtype) if sparse else value

    def compute_output_spec(operation: Any, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = keras.tree.map_structure(dense, (args, kwargs))
        return keras.Operation.compute_output_spec(operation, *args, **kwargs)

    return type(
        name, (keras.Operation,), {"call": None, "compute_output_spec": compute_output_spec}
    )
