"""The schemas of options that are longer than a line: labels, styles, groups, checks, durations."""

from __future__ import annotations

from net2fig.options.option import NOT_EMPTY, Schema, reference_schema, table_schema, text_schema


def _label_schema(what: str, default: bool = False) -> Schema:
    description = f"Whether {what} is printed."
    return {"type": "boolean", "description": description, "default": default}


LABEL_PARTS: dict[str, Schema] = {
    "resolution": {
        "type": "string",
        "description": "Where a resolution is printed.",
        "enum": ["all", "change", "none"],
        "default": "change",
    },
    "features": _label_schema("the number of features", default=True),
    "name": _label_schema("the name of the layer"),
    "type": _label_schema("the class of the layer"),
    "kernel": _label_schema("the kernel"),
    "stride": _label_schema("a stride"),
    "activation": _label_schema("the activation"),
    "params": _label_schema("the number of parameters"),
}

BACKGROUND = text_schema(
    pattern="^(none|white|#[0-9a-fA-F]{6})$",
    patternErrorMessage="'none', 'white' or a colour such as '#f4f4f1'",
)

DURATION: Schema = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0},
        text_schema(
            pattern=r"^\s*(\d+(\.\d*)?|\.\d+)\s*(s|min)?\s*$",
            patternErrorMessage="a time such as '60', '90s' or '5min'",
        ),
    ]
}

LOOK = {"color": reference_schema("color"), "texture": reference_schema("texture")}

GROUP: Schema = table_schema(
    {
        "name": text_schema(description="What the group is called in the legend.", **NOT_EMPTY),
        "match": {
            "description": (
                'The pattern that finds it, such as "(Conv2D > Conv2D | .) > Add", or several for'
                " its variants; the body shown is that of the first."
            ),
            "anyOf": [
                reference_schema("pattern"),
                {"type": "array", "items": reference_schema("pattern"), "minItems": 1},
            ],
        },
        **LOOK,
        "active": {
            "type": "boolean",
            "description": "A group that is not active stays in the file and is not drawn.",
            "default": True,
        },
    },
    required=["name", "match"],
)

STYLE: Schema = {
    "type": "object",
    "additionalProperties": table_schema(
        {"label": text_schema(description="The words of the legend."), **LOOK}
    ),
}

CHECKS: Schema = {
    "type": "object",
    "properties": {
        "ignore": {
            "type": "array",
            "items": text_schema(),
            "description": "Codes of checks to leave out.",
        }
    },
    "additionalProperties": {"type": "number", "description": "A threshold, by its name."},
}
