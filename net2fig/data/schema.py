"""Checks data against the schemas of `grammar/schema/`, and reports all that is wrong with it.

The schemas are JSON Schema (2020-12), so that editors complete and check the same files. Here the
part of it is interpreted that they use, because the messages are ours: every problem at once, each
with its key path, the value, the choices and a "did you mean".
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

from msgspec import Struct

from net2fig.data.resources import data_dir
from net2fig.errors import UsageError, UsageProblemsError, one_of, suggestion
from net2fig.toml import Place

Schema = Mapping[str, Any] | bool

TYPES = {
    "object": "a table",
    "array": "a list",
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "null": "null",
}
"""The types of JSON, in the words of a message."""

SHOWN = 60
"""A value longer than this is cut in a message."""


def validate(data: dict[str, Any], schema_name: str, place: str) -> dict[str, Any]:
    """Return `data` if it agrees with the schema `grammar/schema/<schema_name>.json`.

    Requires: values as `tomllib` or `json` give them.
    Ensures: otherwise a `UsageProblemsError` with every problem, in the order of the file; `place`
    begins the place of each ("net2fig.toml").
    """
    problems = list(find_problems(data, load_schema(schema_name), place))
    if problems:
        raise UsageProblemsError(problems)
    return data


@cache
def load_schema(name: str) -> dict[str, Any]:
    """Return a schema that ships with net2fig."""
    text = (data_dir("grammar") / "schema" / f"{name}.json").read_text(encoding="utf-8")
    return cast("dict[str, Any]", json.loads(text))


def find_problems(data: object, schema: Schema, place: str, path: str = "") -> Iterator[UsageError]:
    """Yield every disagreement of `data`, at `path` in `place`, with the schema."""
    definitions = schema.get("$defs", {}) if isinstance(schema, Mapping) else {}
    yield from _Spot(place, path, definitions).problems(data, schema)


class _Spot(Struct, frozen=True):
    """The position of the check: a file, a key path, and the definitions of `$ref`."""

    file: str
    path: str
    definitions: Mapping[str, Schema]

    @property
    def place(self) -> Place:
        """The same as the place of an error."""
        return Place(self.file, self.path)

    def __str__(self) -> str:
        return str(self.place)

    def key(self, name: str) -> _Spot:
        """Return the spot of a key in the table here."""
        bare = bare_or_quoted(name)
        path = f"{self.path}.{bare}" if self.path else bare
        return _Spot(self.file, path, self.definitions)

    def item(self, index: int) -> _Spot:
        """Return the spot of an item in the list here."""
        return _Spot(self.file, f"{self.path}[{index}]", self.definitions)

    def invalid(self, value: object, must: str, hint: str | None = None) -> UsageError:
        """Return the error about a value here."""
        return UsageError(
            f"invalid value: {format_value(value)} in {self} {must}", hint=hint, place=self.place
        )

    def doubled(self, value: object, schema: Mapping[str, Any]) -> str | None:
        """Return a hint to write a list of tables, for a single table."""
        if schema["type"] != "array" or not isinstance(value, dict):
            return None
        return f"a list of tables is written in double brackets: [[{self.path}]]"

    def problems(self, value: object, schema: Schema) -> Iterator[UsageError]:
        """Yield every disagreement of the value here, nothing about the inside of a wrong type."""
        if isinstance(schema, bool):
            if not schema:
                yield self.invalid(value, "(must be absent)")
            return
        if "$ref" in schema:
            yield from self.problems(value, self.definitions[schema["$ref"].split("/")[-1]])
        if "type" in schema and not _is(value, schema["type"]):
            yield self.invalid(value, f"(must be {_words(schema)})", self.doubled(value, schema))
            return
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                yield from self._branches(value, schema[keyword], exactly=keyword == "oneOf")
        yield from self._scalar(value, schema)
        if isinstance(value, dict):
            yield from self._table(value, schema)
        elif isinstance(value, list):
            yield from self._list(value, schema)

    def _branches(
        self, value: object, schemas: list[Schema], *, exactly: bool
    ) -> Iterator[UsageError]:
        """Yield the problems of the likely branch, or the list of possible values."""
        problems_of_branches = [list(self.problems(value, schema)) for schema in schemas]
        fitting = problems_of_branches.count([])
        if fitting == 1 or (fitting and not exactly):
            return
        meant = [
            errors
            for errors, schema in zip(problems_of_branches, schemas, strict=True)
            if errors and _is_type_of(value, schema, self.definitions)
        ]
        if not fitting and len(meant) == 1:
            yield from meant[0]
            return
        words = dict.fromkeys(_words(schema, self.definitions) for schema in schemas)
        yield self.invalid(value, f"(must be {' or '.join(words)})")

    def _scalar(self, value: object, schema: Mapping[str, Any]) -> Iterator[UsageError]:
        """Yield the problems of a scalar."""
        if "enum" in schema and not any(_equal(value, choice) for choice in schema["enum"]):
            choices = schema["enum"]
            texts = [choice for choice in choices if isinstance(choice, str)]
            near = suggestion(value, texts) if isinstance(value, str) else None
            yield self.invalid(value, one_of(choices), near)
        if isinstance(value, str):
            if "pattern" in schema and not re.search(schema["pattern"], value):
                yield self.invalid(value, f"(must be {_pattern_words(schema)})")
        elif _is(value, "number"):
            number = cast("float", value)
            if "minimum" in schema and number < schema["minimum"]:
                yield self.invalid(value, f"(must be at least {schema['minimum']})")
            if "maximum" in schema and number > schema["maximum"]:
                yield self.invalid(value, f"(must be at most {schema['maximum']})")
            if "exclusiveMinimum" in schema and number <= schema["exclusiveMinimum"]:
                yield self.invalid(value, f"(must be greater than {schema['exclusiveMinimum']})")

    def _table(self, value: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[UsageError]:
        """Yield the problems of a table: its keys and their values."""
        known = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        for key, inside in value.items():
            if key in known:
                yield from self.key(key).problems(inside, known[key])
            elif others is False:
                message = f"unknown key: {key!r} in {self} {one_of(sorted(known))}"
                place = Place(self.file, self.path, self.key(key).path)
                yield UsageError(message, hint=suggestion(key, known), place=place)
            else:
                yield from self.key(key).problems(inside, others)
        for key in schema.get("required", ()):
            if key not in value:
                yield UsageError(f"missing key: {key!r} in {self}", place=self.place)

    def _list(self, value: list[Any], schema: Mapping[str, Any]) -> Iterator[UsageError]:
        """Yield the problems of a list: its length and its items."""
        least, most = schema.get("minItems", 0), schema.get("maxItems", math.inf)
        if not least <= len(value) <= most:
            if least == most:
                wanted = f"exactly {least}"
            else:
                wanted = f"at least {least}" if len(value) < least else f"at most {most}"
            yield self.invalid(value, f"(must have {wanted} items, has {len(value)})")
        for index, inside in enumerate(value):
            yield from self.item(index).problems(inside, schema.get("items", True))


def bare_or_quoted(name: str) -> str:
    """Return a key as TOML writes it.

    >>> bare_or_quoted(":conv")
    '":conv"'
    """
    return name if re.fullmatch(r"[\w-]+", name) else json.dumps(name, ensure_ascii=False)


def format_value(value: object) -> str:
    """Return a value for a message: as in TOML, and not too long.

    >>> format_value(True)
    'true'
    """
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, dict):
        pairs = [
            f"{bare_or_quoted(str(key))} = {format_value(each)}" for key, each in value.items()
        ]
        text = f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    elif isinstance(value, list):
        text = f"[{', '.join(map(format_value, value))}]"
    else:
        text = repr(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def is_finite(value: float) -> bool:
    """Tell whether a number is one that can be computed with."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _is(value: object, types: str | list[str]) -> bool:
    """Tell whether a value is of a type of JSON; a bool is no number, and 2.0 is whole."""
    if isinstance(types, list):
        return any(_is(value, each) for each in types)
    match types:
        case "integer" | "number":
            if isinstance(value, bool) or not isinstance(value, int | float):
                return False
            # Infinity and nan are floats of TOML that no figure can use.
            return is_finite(value) and (types == "number" or value == int(value))
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case _:
            return value is None


def _equal(value: object, choice: object) -> bool:
    """Tell whether values are equal in JSON, where true is not 1."""
    return isinstance(value, bool) == isinstance(choice, bool) and value == choice


def _is_type_of(value: object, schema: Schema, definitions: Mapping[str, Schema]) -> bool:
    """Tell whether a branch is about values of this type."""
    if isinstance(schema, bool):
        return schema
    if "$ref" in schema:
        return _is_type_of(value, definitions[schema["$ref"].split("/")[-1]], definitions)
    if "type" in schema:
        return _is(value, schema["type"])
    return any(type(value) is type(choice) for choice in schema.get("enum", ()))


def _words(schema: Schema, definitions: Mapping[str, Schema] | None = None) -> str:
    """Return the requirements of a schema in words."""
    if isinstance(schema, bool):
        return "anything"
    if "$ref" in schema:
        return _words((definitions or {})[schema["$ref"].split("/")[-1]], definitions)
    if "pattern" in schema:
        return _pattern_words(schema)
    if "enum" in schema:
        return one_of(schema["enum"]).strip("()")
    types = schema.get("type", [])
    return " or ".join(TYPES[each] for each in ([types] if isinstance(types, str) else types))


def _pattern_words(schema: Mapping[str, Any]) -> str:
    """Return a pattern in words: editors show the same annotation."""
    return str(schema.get("patternErrorMessage", f"a text like /{schema['pattern']}/"))
