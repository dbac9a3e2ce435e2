"""Finds symbolic tensors of Keras inside values, such as arguments and results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def collect_inputs(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return the inputs of the graph: one tensor, a list, or a dictionary."""
    inputs = [item for item in (drop_non_tensors(arg) for arg in args) if item is not None]
    words = drop_non_tensors(kwargs)
    if not inputs:
        return words
    return inputs[0] if len(inputs) == 1 and not words else [*inputs, *words.values()]


def drop_non_tensors(value: Any) -> Any:
    """Return a value without everything that is not a tensor; None if nothing is left."""
    if isinstance(value, Mapping):
        kept: Any = {str(key): drop_non_tensors(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None}
    if isinstance(value, list | tuple):
        return [item for item in map(drop_non_tensors, value) if item is not None] or None
    return value if hasattr(value, "_keras_history") else None


def is_tensor(value: Any) -> bool:
    """Tell whether a value is a symbolic tensor of Keras."""
    return hasattr(value, "_keras_history")


def get_shape(tensor: Any) -> tuple[int | None, ...] | None:
    """Return the shape of a tensor; None if the recorder does not know it."""
    shape = tensor.known_shape if hasattr(tensor, "known_shape") else tensor.shape
    return None if shape is None else tuple(shape)


def iterate_tensors(value: Any) -> Iterator[Any]:
    """Yield the symbolic tensors inside a value, in order."""
    if is_tensor(value):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from iterate_tensors(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from iterate_tensors(item)
