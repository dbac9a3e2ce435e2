"""Normalizes configurations to plain JSON values that are the same on every machine.

It drops values that differ between two saves (`shared_object_id` is a memory address) and values
that are not readable (the bytecode of a Lambda, the values of a constant array).
"""

from __future__ import annotations

from typing import Any

TENSOR = "__keras_tensor__"
"""The class of a tensor among saved arguments."""

NAME_LIMIT = 10_000
"""The maximum length of names; longer ones are cut."""

_OPAQUE = frozenset({"__lambda__", "__numpy__", "__tensor__", "__bytes__"})
_POLICY = frozenset({"DTypePolicy", "Policy"})
_PLAIN = frozenset({str, int, bool, type(None)})


def to_plain_json(value: Any) -> Any:
    """Return a configuration as plain JSON values, without values that differ between two saves."""
    if isinstance(value, dict):
        class_name = str(value.get("class_name"))
        if class_name in _OPAQUE:
            return {"class_name": class_name}
        if class_name in _POLICY and isinstance(value.get("config"), dict):
            return value["config"].get("name")
        return {
            str(key): item if type(item) in _PLAIN else to_plain_json(item)
            for key, item in value.items()
            if key != "shared_object_id"
        }
    if isinstance(value, (list, tuple)):
        return [to_plain_json(item) for item in value]
    return to_plain_scalar(value)


def to_plain_scalar(value: Any) -> Any:
    """Return a scalar of JSON; any other value becomes its `repr`.


    >>> to_plain_scalar(3), to_plain_scalar(None), to_plain_scalar(range(2))
    (3, None, 'range(0, 2)')
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        # JSON has no infinities; Keras writes them as numbers that only Python reads.
        return value if value - value == 0 else str(value)
    return repr(value)


def parse_name(value: Any, otherwise: str) -> str:
    """Return a name as text, cut to the maximum length."""
    return value[:NAME_LIMIT] if isinstance(value, str) and value else otherwise


def is_tensor(value: Any) -> bool:
    """Tell whether a value of a saved call stands for a tensor."""
    return isinstance(value, dict) and value.get("class_name") == TENSOR


def find_tensors(value: Any, *, by_key: bool = False) -> list[Any]:
    """Return the saved tensors inside a value, in the order of the call.

    With `by_key`, dictionaries are walked in the order of their keys, which is how Keras numbers
    the inputs and outputs of a model.
    """
    if is_tensor(value):
        return [value]
    if isinstance(value, dict):
        items = [value[key] for key in (sorted(value) if by_key else value)]
    else:
        items = list(value) if isinstance(value, (list, tuple)) else []
    return [
        tensor
        for item in items
        if isinstance(item, (dict, list, tuple))
        for tensor in find_tensors(item, by_key=by_key)
    ]


def find_constants(values: list[Any]) -> list[Any] | None:
    """Return the arguments of an operation, each tensor as "@"; None if all are tensors.

    >>> find_constants([{"class_name": "__keras_tensor__"}, 2.0])
    ['@', 2.0]
    """

    def blank(value: Any) -> Any:
        if is_tensor(value):
            return "@"
        return (
            [blank(item) for item in value]
            if isinstance(value, (list, tuple))
            else to_plain_json(value)
        )

    def only_tensors(value: Any) -> bool:
        if isinstance(value, (list, tuple)):
            return all(only_tensors(item) for item in value)
        return is_tensor(value)

    return None if only_tensors(values) else [blank(value) for value in values]
