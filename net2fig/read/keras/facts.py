"""What Keras says of a layer: class, module, configuration, parameters."""

from __future__ import annotations

from typing import Any

from net2fig.read.keras.custom.attention import ATTENTION, count_heads, is_attention
from net2fig.read.keras.tf_functions import get_function_call
from net2fig.read.plain_json import to_plain_json


def find_facts(cache: dict[int, dict[str, Any]], operation: Any) -> dict[str, Any]:
    """Return class, module, configuration and parameters of a layer, from a cache."""
    if id(operation) in cache:
        return cache[id(operation)]
    data = describe_layer(operation)
    module = data.get("module")
    config = data.get("config")
    is_whole = is_attention(operation)
    if is_whole:
        config = {**(config if isinstance(config, dict) else {}), **count_heads(operation)}
    facts = {
        "op": ATTENTION if is_whole else "",
        "class_name": data.get("class_name", type(operation).__name__),
        "module": module,
        "config": to_plain_json(config) if isinstance(config, dict) else {},
        "operation": not hasattr(operation, "count_params"),
        "params": count_params(operation),
    }
    cache[id(operation)] = facts
    return facts


def describe_layer(operation: Any) -> dict[str, Any]:
    """Return a layer as Keras saves it; only its class if it cannot be saved."""
    function_call = get_function_call(operation)
    if function_call is not None:
        return {
            **function_call.description,
            "config": {**function_call.description["config"], "name": operation.name},
        }
    import keras

    try:
        data = keras.saving.serialize_keras_object(operation)
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        # A custom layer that cannot be saved can still be drawn.
        return {"class_name": type(operation).__name__, "config": {"name": operation.name}}
    return data if isinstance(data, dict) else {}


def count_params(operation: Any) -> int | None:
    """Return the number of parameters of a layer; None if it is not built."""
    if not hasattr(operation, "count_params"):
        return 0
    count = operation.count_params() if operation.built else None
    # What stands in for a layer of a module that is not installed does not know.
    return None if count is None else int(count)
