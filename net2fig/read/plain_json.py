"""Configurations as every reader hands them on: plain JSON values, the same on every machine.

What differs from one saving to the next goes: `shared_object_id` is a memory address. What is not
for reading goes too: the bytecode of a Lambda, the values of a constant array.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

TENSOR = "__keras_tensor__"
"""The class that Keras writes where a tensor is passed to a layer."""

NAME_LIMIT = 10_000
"""Longer names are cut."""

_OPAQUE = frozenset({"__lambda__", "__numpy__", "__tensor__", "__bytes__"})
_POLICY = frozenset({"DTypePolicy", "Policy"})


def tidy(value: Any) -> Any:
    """Return a configuration as plain JSON values, without what changes between two savings."""
    if isinstance(value, dict):
        class_name = str(value.get("class_name"))
        if class_name in _OPAQUE:
            return {"class_name": class_name}
        if class_name in _POLICY and isinstance(value.get("config"), dict):
            return value["config"].get("name")
        return {
            str(key): tidy(item) if isinstance(item, (dict, list, tuple)) else scalar(item)
            for key, item in value.items()
            if key != "shared_object_id"
        }
    if isinstance(value, (list, tuple)):
        return [tidy(item) for item in value]
    return scalar(value)


def scalar(value: Any) -> Any:
    """Return a value that JSON knows; anything else becomes the text that Python shows for it.

    >>> scalar(3), scalar(None), scalar(range(2))
    (3, None, 'range(0, 2)')
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        # JSON has no infinities; Keras writes them as numbers that only Python reads.
        return value if value - value == 0 else str(value)
    return repr(value)


def name_of(value: Any, otherwise: str) -> str:
    """Return a name as text, cut where it is absurdly long."""
    return value[:NAME_LIMIT] if isinstance(value, str) and value else otherwise


def is_tensor(value: Any) -> bool:
    """Tell whether a value of a saved call stands for a tensor."""
    return isinstance(value, dict) and value.get("class_name") == TENSOR


def tensors_in(value: Any, *, by_key: bool = False) -> Iterator[Any]:
    """Yield the saved tensors inside a value, in the order of the call.

    With `by_key`, dictionaries are walked in the order of their keys, which is how Keras numbers
    the inputs and outputs of a model.
    """
    if is_tensor(value):
        yield value
    elif isinstance(value, dict):
        keys = sorted(value) if by_key else value
        for key in keys:
            yield from tensors_in(value[key], by_key=by_key)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from tensors_in(item, by_key=by_key)


def constants_in(values: list[Any]) -> list[Any] | None:
    """Return what was passed to an operation with every tensor as "@"; None where all are tensors.

    >>> constants_in([{"class_name": "__keras_tensor__"}, 2.0])
    ['@', 2.0]
    """

    def blank(value: Any) -> Any:
        if is_tensor(value):
            return "@"
        return [blank(item) for item in value] if isinstance(value, (list, tuple)) else tidy(value)

    def only_tensors(value: Any) -> bool:
        if isinstance(value, (list, tuple)):
            return all(only_tensors(item) for item in value)
        return is_tensor(value)

    return None if only_tensors(values) else [blank(value) for value in values]
