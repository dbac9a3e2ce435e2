"""The traits of a layer that are compared: its class, configuration and shared weights.

Requires: layers as they were read; grammar/compare.toml says which keys make no difference.
Ensures: two layers with the same traits compute the same results; names do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from net2fig.attributes import attributes_of
from net2fig.data.grammar import load_toml
from net2fig.data.resources import data_dir
from net2fig.network import FEATURES, Layer, Shape

SHAPE = "shape"
"""The key by which inputs are compared, in place of their configuration."""

SEPARATOR = "."


class DifferenceMark(Struct, frozen=True):
    """The mark of blocks that are added, removed or changed."""

    sign: tuple[tuple[tuple[float, float], ...], ...]
    label: str
    ink: str
    tint: str
    dash: tuple[float, ...]


class ComparisonRules(Struct, frozen=True):
    """The contents of grammar/compare.toml."""

    ignored: frozenset[str]
    ignored_ends: tuple[str, ...]
    commutative: frozenset[str]
    words: Mapping[str, str]
    values: Mapping[str, str]
    marks: Mapping[str, DifferenceMark]

    def is_ignored(self, key: str) -> bool:
        """Tell whether a key makes no other architecture."""
        return key in self.ignored or key.endswith(self.ignored_ends)


@cache
def load_rules() -> ComparisonRules:
    """Load the rules of comparison."""
    data = load_toml(data_dir("grammar") / "compare.toml", "compare")
    return ComparisonRules(
        frozenset(data["ignored"]),
        tuple(data["ignored_ends"]),
        frozenset(data["commutative"]),
        data["words"],
        data["values"],
        {
            name: DifferenceMark(
                **{**fields, "sign": _strokes(fields), "dash": tuple(fields["dash"])}
            )
            for name, fields in data["mark"].items()
        },
    )


def _strokes(fields: Mapping[str, Any]) -> tuple[tuple[tuple[float, float], ...], ...]:
    return tuple(tuple((x, y) for x, y in stroke) for stroke in fields["sign"])


Traits = dict[str, Any]
"""Values by the path of their key: {"filters": 64, "layer.units": 8}."""


def read_traits(layer: Layer, *, is_input: bool) -> Traits:
    """Return the compared part of a layer's configuration."""
    values = dict(_flatten(attributes_of(layer).stated, "", load_rules()))
    if is_input:
        values[SHAPE] = _shape_of(layer)
    return values


def _shape_of(layer: Layer) -> Shape | None:
    """Return the shape of an input without the batch, the features last."""
    extent = layer.extent()
    if layer.output is None or extent is None or not layer.axes_of():
        return None if layer.output is None else layer.output[1:]
    return (*extent.spatial, *(() if FEATURES not in layer.axes_of() else (extent.features,)))


NEUTRAL = ("filters", "units", "kernel", "pool", "stride", "dilation", "groups", "factor", "heads")
"""The attributes by which layers of two frameworks are compared."""


def are_of_one_framework(one: Layer, two: Layer) -> bool:
    """Tell whether two layers are written in the words of one framework."""
    return attributes_of(one).adapter is attributes_of(two).adapter


def read_neutral_traits(layer: Layer) -> Traits:
    """Return the attributes of a layer in the words of no framework."""
    at = attributes_of(layer)
    return {word: normalize(at[word]) for word in NEUTRAL if at.get(word) is not None}


def _flatten(
    stated: Mapping[str, Any], path: str, rules: ComparisonRules
) -> Iterator[tuple[str, Any]]:
    """Yield the values of a configuration; a layer or a regulariser inside is a name and more."""
    for key, value in stated.items():
        if rules.is_ignored(key):
            continue
        here = f"{path}{SEPARATOR}{key}" if path else str(key)
        if isinstance(value, Mapping) and "class_name" in value:
            inner = value.get("config")
            if isinstance(inner, str):  # a function that was registered under its name
                yield here, inner
                continue
            yield here, str(value["class_name"])
            if isinstance(inner, Mapping):
                yield from _flatten(inner, here, rules)
        elif isinstance(value, Mapping):
            yield from _flatten(value, here, rules)
        else:
            yield here, normalize(value)


def normalize(value: Any) -> Any:
    """Return a value that can be compared and hashed; one number for equal numbers in a row.

    >>> normalize([3, 3]), normalize([1, 2]), normalize(2.0)
    (3, (1, 2), 2)
    """
    if isinstance(value, list | tuple):
        items = tuple(normalize(item) for item in value)
        same = len(set(map(repr, items))) == 1 and isinstance(items[0], int)
        return items[0] if same else items
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def find_differing(class_name: str, one: Traits, two: Traits) -> Iterator[tuple[str, Any, Any]]:
    """Yield the keys whose values differ; a key that is not there has the default of the class."""
    for key in dict.fromkeys((*one, *two)):
        before, after = (
            each[key] if key in each else _find_default(class_name, key, each)
            for each in (one, two)
        )
        if repr(before) != repr(after):
            yield key, before, after


@cache
def _load_defaults() -> Mapping[str, Any]:
    return load_toml(data_dir("grammar") / "defaults.toml", "defaults")


def _find_default(class_name: str, key: str, known_traits: Traits) -> Any:
    """Return the default of Keras for a key."""
    defaults = _load_defaults()
    twin = defaults["same"].get(key)
    if twin in known_traits:
        return known_traits[twin]
    class_defaults = defaults["class"].get(class_name, {})
    return normalize(class_defaults.get(key, defaults["common"].get(key)))


def freeze_traits(values: Traits) -> str:
    """Return traits as a string, equal for equal traits."""
    return repr(sorted((key, repr(value)) for key, value in values.items() if value))


def is_named_by_author(layer: Layer) -> bool:
    """Tell whether a layer's name is more than its class and a number."""
    plain_name = re.sub(r"(_\d+)?$", "", layer.name).replace("_", "")
    return plain_name not in (layer.class_name.lower(), layer.op.lower())
