"""The type of a row in the tables of options.

The rows of figures and comparisons stand in `table`, those of chips alone in `chip_table`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec import field as default_field

FIGURE, CHIP = "figure", "chip"
"""The scopes of options. Comparisons have the options of figures."""

MODEL, PAGE, TABLE = "model", "page", "table"
"""The role of an option of chips: for each model, for the page, or for the table."""

VALUE, FLAG, SWITCH, REPEATED, WORDS, LABELS, PAIRS, GROUPS, PIN_LIST = (
    "value", "flag", "switch", "repeated", "words", "labels", "pairs", "groups", "pins",
)  # fmt: skip
"""How the command takes an option: one value; a flag; a flag with its opposite; several values;
several words with commas between; words for labels; NAME=VALUE; NAME = PATTERN; one value, which is
a list of pins in Python."""

Schema = dict[str, Any]


class Option(Struct, frozen=True):
    """One option.

    `schema` describes its values in the grouping file, with the text `description`; `parse` makes
    the typed value. With a text `help` it is an option of the command, under its `flags`; the
    default flag is its name. `template` is the key of the template that decides if the option is
    not set. An option of figures with a `role` is one of chips too. `values` lists what a shell
    completes besides the choices of the schema: keys of `commands.completion.VALUES`; "file" stands
    for files.

    Of a table (`is_table`), an argument wins key by key. Of a tolerant option, valid parts are
    checked even if others are invalid. `name` is the key in the grouping file and the keyword in
    Python, unless it is the name of the `field`. `default` holds if the option is not set, unless
    it is the default of the field.
    """

    description: str
    schema: Schema
    parse: Callable[[Any, Any], Any] | None = None
    default: Any = None
    help: str = ""
    flags: tuple[str, ...] = ()
    metavar: str | None = None
    form: str = VALUE
    role: str = ""
    template: str = ""
    values: tuple[str, ...] = ()
    parts: Mapping[str, Any] = default_field(default_factory=dict)
    is_table: bool = False
    is_tolerant: bool = False
    name: str = ""
    field: str = ""

    @property
    def full_schema(self) -> Schema:
        """Return the schema with its description and its default, as editors show them."""
        shown = {} if self.default is None else {"default": self.default}
        return {**self.schema, "description": self.description, **shown}


def text_schema(**more: Any) -> Schema:
    """Return the schema of a text."""
    return {"type": "string", **more}


def enum_schema(*values: str) -> Schema:
    """Return the schema of one of some texts."""
    return text_schema(enum=list(values))


def reference_schema(name: str) -> Schema:
    """Return the schema that has a name in `options.schema.definitions`."""
    return {"$ref": f"#/$defs/{name}"}


def table_schema(parts: Mapping[str, Schema], **more: Any) -> Schema:
    """Return the schema of a table with these keys and no others."""
    return {"type": "object", "properties": dict(parts), **more, "additionalProperties": False}


NOT_EMPTY = {"pattern": r"\S", "patternErrorMessage": "a text that is not empty"}
BOOLEAN: Schema = {"type": "boolean"}
TEXTS: Schema = {"type": "array", "items": text_schema()}
NUMBERS: Schema = {"type": ["array", "object"], "items": text_schema()}
