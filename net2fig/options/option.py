"""The type of one row in the table of options.

The rows of figures and comparisons stand in `table`, those of chips alone in `chip_table`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec import field as default_field

FIGURE, CHIP, COMPARISON = "figure", "chip", "comparison"
"""The scopes of an option."""

FIGURES = (FIGURE, COMPARISON)
ALL = (FIGURE, COMPARISON, CHIP)

MODEL, PAGE, TABLE = "model", "page", "table"
"""The role of an option of chips: for each model, for the page, or for the table."""

VALUE, FLAG, SWITCH, REPEATED, WORDS, LABELS, PAIRS, GROUPS = (
    "value", "flag", "switch", "repeated", "words", "labels", "pairs", "groups",
)  # fmt: skip
"""How the command takes an option: one value; a flag; a flag with its opposite; several values;
several words with commas between; words for labels; NAME=VALUE; NAME = PATTERN."""

Schema = dict[str, Any]


class Option(Struct, frozen=True):
    """One option.

    `name` is its key in the grouping file and its keyword in Python, `schema` what may stand there,
    `type` the same in Python. `description` is for the file, `help` for the command, which takes
    the option by its `flags`. `template` is the key of the template that decides where nobody sets
    the option. `field` is the name in `Options`, where it is another. `values` names what a shell
    completes: a key of `commands.completion.VALUES`; "file" stands for files.
    """

    name: str
    description: str
    schema: Schema
    type: str
    default: Any = None
    help: str = ""
    flags: tuple[str, ...] = ()
    metavar: str | None = None
    form: str = VALUE
    scopes: tuple[str, ...] = FIGURES
    role: str = ""
    template: str = ""
    field: str = ""
    values: tuple[str, ...] = ()
    parts: Mapping[str, Any] = default_field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return the name of the field that holds it."""
        return self.field or self.name

    @property
    def place(self) -> str:
        """Return the option as the command calls it, without its dashes."""
        return self.flags[-1].split("/")[0].lstrip("-") if self.flags else self.name

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
PATH = "str | os.PathLike[str]"
"""The type of a path in Python."""
