"""The Lambda layer: a user's function as a layer."""

from __future__ import annotations

import inspect
import types
from collections.abc import Sequence
from typing import Any

from net2fig.network import Shape
from net2fig.read.decline import decline
from net2fig.read.record.layers.custom_layers import OWN_FACTS, CustomLayer
from net2fig.read.record.layers.wrappers import parse_shape
from net2fig.read.record.loose import is_loose
from net2fig.read.record.tensors.graph import iterate_tensors, map_leaves
from net2fig.read.record.tensors.serial import serialize
from net2fig.read.record.tensors.tracing import TracedTensor


class Lambda(CustomLayer):
    """A function as a layer: it is run on tensors without values."""

    _facts = OWN_FACTS

    def __init__(
        self,
        function: Any,
        output_shape: Any = None,
        mask: Any = None,
        arguments: Any = None,
        **kwargs: Any,
    ) -> None:
        """Keep the function."""
        super().__init__(**kwargs)
        known = isinstance(function, types.FunctionType)
        if not (known and mask is None) and not is_loose():
            decline("a Lambda with a mask, or of anything but a function")
        if known and function.__module__.startswith(("net2fig.", "keras.")) and not is_loose():
            decline(f"a Lambda of {function.__name__}")
        self.supports_masking = False
        self._function, self._shape = function, output_shape
        self._arguments = arguments or {}
        words = inspect.getfullargspec(function).args if known else ()
        self._words = {"training", "mask"} & set(words)

    def call(self, inputs: Any, mask: Any = None, training: Any = None) -> Any:
        """Return the result of the function."""
        options = {"mask": mask, "training": training}
        return self._function(
            inputs, **self._arguments, **{key: options[key] for key in self._words}
        )

    def inner_layers(self) -> list[Any]:
        """Return nothing: a Lambda does not own the layers that its function calls."""
        return []

    def returned(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Return the output, with the stated shape or that of the result of the function."""
        if self._shape is None:
            typed = map_leaves(args[0], lambda leaf: TracedTensor(leaf.shape, self.compute_dtype))
            output = self.run([typed], {})
            return map_leaves(output, lambda leaf: TracedTensor(leaf.shape, self.compute_dtype))
        if callable(self._shape):
            stated = self._shape(map_leaves(args[0], lambda leaf: tuple(leaf.shape)))
            return TracedTensor(self.checked(stated), self.compute_dtype)
        stated = (
            self._shape if isinstance(self._shape, (list, tuple)) else decline("a Lambda's shape")
        )
        batch = next(iterate_tensors(args[0])).shape[0]
        return TracedTensor((batch, *self.checked(tuple(stated))), self.compute_dtype)

    def checked(self, shape: Any) -> Shape:
        """Return a valid shape, or decline."""
        return (
            parse_shape(shape) if isinstance(shape, tuple) else decline(f"the shape {shape!r:.60}")
        )

    def get_config(self) -> dict[str, Any]:
        """Return the configuration, with the names of functions."""
        base: dict[str, Any] = {"name": self.name, "trainable": self._trainable}
        base["dtype"] = self._policy
        if self._regularizer is not None:
            base["activity_regularizer"] = self._regularizer
        base["function"] = serialize_function(self._function)
        if self._shape is not None:
            shape = self._shape
            base["output_shape"] = serialize_function(shape) if callable(shape) else list(shape)
        return {**base, "arguments": serialize(self._arguments)}

    def _serialized(self) -> dict[str, Any]:
        return {
            "module": "keras.layers",
            "class_name": "Lambda",
            "config": self.get_config(),
            "registered_name": None,
        }


Lambda.__module__ = "keras.src.layers.core.lambda_layer"


def serialize_function(function: Any) -> dict[str, Any]:
    """Return a function as Keras saves it."""
    if not isinstance(function, types.FunctionType) and is_loose():
        return {"class_name": "__lambda__"}
    if not isinstance(function, types.FunctionType):
        decline("a Lambda's shape by anything but a function")
    if function.__name__ == "<lambda>":
        return {"class_name": "__lambda__"}
    name = {"module": "builtins", "class_name": "function", "registered_name": "function"}
    return {**name, "config": function.__name__}
