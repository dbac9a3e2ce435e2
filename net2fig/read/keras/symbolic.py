"""Symbolic tensors of Keras inside values: arguments of a call, what a model returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def inputs_of(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return the inputs of the graph: one, a list, or by their names."""
    inputs = [item for item in (only_tensors(arg) for arg in args) if item is not None]
    words = only_tensors(kwargs)
    if not inputs:
        return words
    return inputs[0] if len(inputs) == 1 and not words else [*inputs, *words.values()]


def only_tensors(value: Any) -> Any:
    """Return what a model returns, without what is no tensor."""
    if isinstance(value, Mapping):
        kept: Any = {str(key): only_tensors(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None}
    if isinstance(value, list | tuple):
        return [item for item in map(only_tensors, value) if item is not None] or None
    return value if hasattr(value, "_keras_history") else None


def is_tensor(value: Any) -> bool:
    """Tell whether a value is a symbolic tensor of Keras."""
    return hasattr(value, "_keras_history")


def flat(value: Any) -> Iterator[Any]:
    """Yield the symbolic tensors inside a value, in the order of the call."""
    if is_tensor(value):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from flat(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from flat(item)
