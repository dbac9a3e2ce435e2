"""The JSON schema of a grouping file, made from the table of options.

`grammar/schema/grouping.json` is its text, for editors; `docs/build.py` writes it.
"""

from __future__ import annotations

import json
from functools import cache

from net2fig.data.schema import load_schema
from net2fig.options.option import Schema, table_schema, text_schema
from net2fig.options.rows import OPTIONS

SECTIONS = ("text", "glyph", "space", "line")
"""The tables of a template that stand in the table `page` of a grouping file, beside the keys of
the template's own table `page`."""


@cache
def build_grouping_schema() -> Schema:
    """Return the JSON schema of a grouping file: the text of `grammar/schema/grouping.json`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "net2fig/grouping.json",
        "title": "A grouping file of net2fig",
        "type": "object",
        "properties": {option.name: option.full_schema for option in OPTIONS},
        "additionalProperties": False,
        "$defs": build_definitions(),
    }


def write_schema() -> str:
    """Return the text of `grammar/schema/grouping.json`."""
    return json.dumps(build_grouping_schema(), indent=2, ensure_ascii=False) + "\n"


@cache
def build_definitions() -> dict[str, Schema]:
    """Return the shared definitions of the schemas; lengths and page come from the template."""
    template = load_schema("template")
    sections = template["properties"]
    page = {**sections["page"]["properties"], **{name: sections[name] for name in SECTIONS}}
    return {
        "length": template["$defs"]["length"],
        "page": table_schema(page),
        "selectors": {
            "type": "array",
            "items": text_schema(
                pattern=r"^:?[^\s:]",
                patternErrorMessage="a kind such as ':norm', a class or the name of a layer",
            ),
        },
        "color": text_schema(
            description=(
                'A role of the palette such as "conv", a colour of its groups such as "accent-2",'
                ' or "#rrggbb".'
            )
        ),
        "texture": text_schema(description="A texture that ships with net2fig."),
        "pattern": text_schema(
            pattern=r"\S", patternErrorMessage="a pattern such as 'Conv2D > ReLU'"
        ),
    }
