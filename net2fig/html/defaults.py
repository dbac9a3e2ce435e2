"""The settings of a layer that differ from the defaults of its class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from net2fig.data.grammar import load_toml
from net2fig.data.resources import data_dir

MAX_LENGTH = 80
"""A value of more characters is cut."""


class Defaults(Struct, frozen=True):
    """The defaults of Keras, from grammar/defaults.toml."""

    ignored: frozenset[str]
    same: Mapping[str, str]
    common: Mapping[str, Any]
    by_class: Mapping[str, Mapping[str, Any]]

    def find_changed(self, op: str, stated: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield each key that differs from its default, with its value in words."""
        class_defaults = self.by_class.get(op, {})
        for key, value in stated.items():
            if value is None or key in self.ignored:
                continue
            text = format_value(value)
            twin = self.same.get(key, "")
            if twin in stated and text == format_value(stated[twin]):
                continue
            default = class_defaults.get(key, self.common.get(key))
            if default is None or _normalize(text) != _normalize(format_value(default)):
                yield key.replace("_", " "), text


@cache
def load_defaults() -> Defaults:
    """Return the defaults that ship with net2fig."""
    data = load_toml(data_dir("grammar") / "defaults.toml", "defaults")
    return Defaults(frozenset(data["quiet"]), data["same"], data["common"], data["class"])


def format_value(value: Any) -> str:
    """Return a value of a configuration in words.

    >>> format_value([3, 3]), format_value({"class_name": "HeNormal", "config": {"seed": None}})
    ('3×3', 'HeNormal')
    """
    text = _format_any(value)
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"


def _format_any(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case Mapping():
            return _format_object(value)
        case list() | tuple():
            if value and all(isinstance(each, int) for each in value):
                return "×".join(str(each) for each in value)
            return ", ".join(_format_any(each) for each in value)
        case _:
            return str(value)


def _format_object(value: Mapping[str, Any]) -> str:
    """Return an object of Keras as its class and its settings; a policy as its name."""
    name, config = value.get("class_name"), value.get("config")
    if not isinstance(name, str):
        return ", ".join(f"{key} {_format_any(each)}" for key, each in value.items())
    if isinstance(config, str):
        return config
    inner = config if isinstance(config, Mapping) else {}
    if name.endswith("Policy") and isinstance(inner.get("name"), str):
        return str(inner["name"])
    settings = [
        f"{key} {_format_any(each)}"
        for key, each in inner.items()
        if each is not None and key != "name"
    ]
    return f"{name} ({', '.join(settings)})" if settings else name


def _normalize(text: str) -> str:
    """Return a text as it is compared: "GlorotUniform" as "glorot_uniform", 2×2 as 2."""
    axes = set(text.split("×"))
    return (axes.pop() if len(axes) == 1 else text).replace("_", "").lower()
