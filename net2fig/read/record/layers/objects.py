"""Initializers, regularizers, constraints and activations, as Keras saves them."""

from __future__ import annotations

import struct
from functools import cache
from typing import Any

from net2fig.read.decline import Declined, clear_reasons, decline
from net2fig.read.record.session import load_facts
from net2fig.read.script.unknown.values import (
    NOT_RECORDED,
    UnknownData,
    UnknownValue,
)

REQUIRED = "required"


class SavedObject:
    """An object that a model keeps only as a configuration."""

    saved: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if UnknownData.loose:
            return self.saved["config"].get(name, UnknownValue(f"{type(self).__name__}.{name}"))
        return decline(f"attribute {name!r} of a {type(self).__name__}")

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        """Decline: the result would be a value."""
        name = type(self).__name__
        return UnknownValue(f"{name}(…)") if UnknownData.loose else decline(f"a call of a {name}")


class Activation:
    """A function of keras.activations, by the name that Keras saves."""

    def __init__(self, name: str) -> None:
        self.saved: Any = name
        self.__name__ = name
        self.inside: Any = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the result for a tensor."""
        if self.inside is None:
            decline(f"keras.activations.{self.saved} called by itself")
        return self.inside(*args, **kwargs)


@cache
def get_activation_function(name: str) -> Activation:
    """Return the activation function for one of its names."""
    return Activation(load_facts()["activations"][name])


def save_activation(value: Any) -> Any:
    """Return an argument `activation` as Keras saves it."""
    if value is None:
        return "linear"
    if isinstance(value, str) and value in load_facts()["activations"]:
        return load_facts()["activations"][value]
    if isinstance(value, Activation):
        return value.saved
    serializer = getattr(type(value), "_serialized", None)
    if serializer is not None and not getattr(type(value), "holds_graph", True):
        return serializer(value)
    if is_function(value) and UnknownData.loose:
        return save_function(value)
    return decline(f"activation {value!r:.80}")


def is_function(value: Any) -> bool:
    """Tell whether a value is a function of the user's."""
    return callable(value) and hasattr(value, "__name__")


def save_function(value: Any) -> dict[str, Any]:
    """Return a function of the user's as Keras saves it."""
    name = {"module": "builtins", "class_name": "function", "registered_name": "function"}
    return {**name, "config": value.__name__}


@cache
def get_class(section: str, name: str) -> type[SavedObject]:
    """Return the stand-in for a class of initializers, regularizers or constraints."""
    known = load_facts()["objects"][section]
    class_name = known["names"][name]
    if class_name != name and class_name in known["names"]:
        return get_class(section, class_name)
    entry = known["classes"][class_name]

    def init(self: SavedObject, *args: Any, **kwargs: Any) -> None:
        kept = keep_known(class_name, entry["parameters"], kwargs)
        values = bind_arguments(class_name, entry["parameters"], args, kept)
        self.saved = {
            "module": entry["module"],
            "class_name": class_name,
            "config": {
                key: keep_argument(f"{class_name}.{key}", values.get(key, default))
                for key, default in entry["config"].items()
            },
            "registered_name": None,
        }

    return type(class_name, (SavedObject,), {"__init__": init})


def bind_arguments(
    owner: str, parameters: dict[str, Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Return the value of every parameter; decline a call that Python would refuse."""
    names = list(parameters)
    if len(args) > len(names):
        decline(f"{len(args)} arguments for {owner}")
    values = dict(zip(names, args, strict=False))
    for key, value in kwargs.items():
        if key in values or key not in parameters:
            decline(f"argument {key!r} of {owner}")
        values[key] = value
    for key, default in parameters.items():
        if key not in values:
            if default == REQUIRED:
                decline(f"{owner} without {key}")
            values[key] = default[0]
    return values


def keep_known(owner: str, parameters: dict[str, Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments that are known, where the recorder may go on without the others."""
    if not UnknownData.loose:
        return kwargs
    for key in kwargs.keys() - parameters.keys():
        text = f"the recorder does not know argument {key!r} of {owner}"
        UnknownData.tell(NOT_RECORDED, text)
    return {key: value for key, value in kwargs.items() if key in parameters}


def keep_argument(name: str, value: Any) -> Any:
    """Return an argument of such an object as it is saved; None for what is not known, if it may.

    A figure does not show it.
    """
    try:
        return check_argument(name, value)
    except Declined:
        if not UnknownData.loose:
            raise
        clear_reasons()
        return None


def check_argument(name: str, value: Any) -> Any:
    """Return an argument of such an object as it is saved."""
    kind = load_facts()["kinds"].get(name)
    if kind == "single":
        value = value if type(value) in (int, float) and 0 <= value < 1e30 else decline(name)
        return struct.unpack("f", struct.pack("f", value))[0]
    if kind == "float":
        return float(value) if type(value) in (int, float) and value >= 0 else decline(name)
    if kind == "choice" and isinstance(value, str):
        return value
    if name.endswith(".seed") and (value is None or type(value) is int):
        return value
    if name.endswith(("input_axes", "output_axes")) and value is None:
        return value
    if kind == "number" and type(value) in (int, float) and value - value == 0:
        return value
    if kind == "axis" and type(value) is int:
        return value
    return decline(f"{name}={value!r:.80}")


def serialize_object(section: str, value: Any) -> Any:
    """Return an argument that is an object, its name or None, as Keras saves it."""
    if value is None:
        return None
    known = load_facts()["objects"][section]
    if isinstance(value, str):
        if value not in known["by_text"]:
            decline(f"{section} {value!r}")
        value = get_class(section, value)()
    elif isinstance(value, type) and issubclass(value, SavedObject):
        value = value()
    elif isinstance(value, dict) and set(value) == {"class_name", "config"}:
        name = value["class_name"]
        known_name = name if name in known["names"] else decline(f"{section} {name!r}")
        value = get_class(section, known_name)(**value["config"])
    saved = getattr(value, "saved", None)
    if is_function(value) and UnknownData.loose:
        return save_function(value)
    if not isinstance(saved, dict) or saved["class_name"] not in known["classes"]:
        decline(f"{section} {describe(value):.80}")
    return saved


def describe(value: Any) -> str:
    """Return a plain value as it is written, of an object the class: its address tells nothing."""
    plain = isinstance(value, (str, int, float, list, tuple, dict, type)) or is_function(value)
    return repr(value) if plain else f"of class {type(value).__name__!r}"
