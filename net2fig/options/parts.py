"""The schemas of options that are longer than a line: labels, styles, groups, checks, durations."""

from __future__ import annotations

from net2fig.options import values
from net2fig.options.option import (
    BOOLEAN,
    FLAG,
    MODEL,
    NOT_EMPTY,
    PIN_LIST,
    REPEATED,
    TEXTS,
    Option,
    Schema,
    enum_schema,
    reference_schema,
    table_schema,
    text_schema,
)


def _label_schema(what: str, default: bool = False) -> Schema:
    description = f"Whether {what} is printed."
    return {"type": "boolean", "description": description, "default": default}


LABEL_PARTS: dict[str, Schema] = {
    "resolution": {
        "type": "string",
        "description": (
            "Where a resolution is printed; relative prints its changes as shares of the input,"
            " H/4×W/4."
        ),
        "enum": ["all", "change", "relative", "none"],
        "default": "change",
    },
    "features": _label_schema("the number of features", default=True),
    "name": _label_schema("the name of the layer"),
    "type": _label_schema("the class of the layer"),
    "kernel": _label_schema("the kernel"),
    "stride": _label_schema("a stride"),
    "activation": _label_schema("the activation"),
    "params": _label_schema("the number of parameters"),
    "title": _label_schema("the title of the figure, above it,"),
    "stage": {
        "type": "string",
        "description": (
            "What stages are called, above their spans: by the names of modules and layers, by the"
            " stride from the input, or by the first of these that there is."
        ),
        "enum": ["auto", "names", "stride", "none"],
        "default": "none",
    },
    "letters": _label_schema("a letter such as (a) before the title of each panel"),
}

BACKGROUND = text_schema(
    pattern="^(none|white|#[0-9a-fA-F]{6})$",
    patternErrorMessage="'none', 'white' or a colour such as '#f4f4f1'",
)

DIGITS: Schema = text_schema(
    pattern=r"^\s*(1[89]|[2-9]\d|[1-9]\d\d|[1-4]\d\d\d)\s*$",
    patternErrorMessage="a number from 18 to 4999",
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

# Rows whose values are long.

CHECKS = Option(
    "What `net2fig check` leaves out, and the thresholds that differ from its own.",
    {
        "type": "object",
        "properties": {
            "ignore": {
                "type": "array",
                "items": text_schema(),
                "description": "Codes of checks to leave out.",
            }
        },
        "additionalProperties": {"type": "number", "description": "A threshold, by its name."},
    },
    parse=values.parse_checks,
    is_table=True,
)

PINS = Option(
    "Pins on layers: a file that `net2fig check --json` wrote, or a list of them.",
    {
        "type": ["string", "array"],
        "items": {
            "type": "object",
            "properties": {
                "layer": text_schema(description="The layer of the pin."),
                "text": text_schema(description="Its text, beneath the figure."),
                "tier": text_schema(description="error, warning or note."),
                "code": text_schema(description="What sort of pin it is."),
            },
            "required": ["layer", "text"],
        },
    },
    parse=values.parse_mark,
    help="Pins on layers, with a list beneath.",
    form=PIN_LIST,
    metavar="FILE",
    values=("file",),
    role=MODEL,
)

TINT = Option(
    'A number for each layer: "run.jsonl:update_ratio", or a table by the names of layers.',
    {"type": ["string", "object"], "additionalProperties": {"type": "number"}},
    parse=values.parse_mark,
    help="A number for each layer, by colour.",
    metavar="RUN:VALUE",
    role=MODEL,
)

SIDE: Schema = {
    **enum_schema("auto", "above", "below", "left", "right"),
    "description": "The side; where data flow upwards, right is above and left is below.",
    "default": "auto",
}


def _thing_schema(what: str) -> Schema:
    return text_schema(description=what, **NOT_EMPTY)


def _list_schema(parts: dict[str, Schema], *required: str) -> Schema:
    """Return the schema of a list of annotations."""
    item = table_schema({**parts, "color": reference_schema("color")}, required=list(required))
    return {"type": "array", "items": item}


SPAN = {
    "over": _thing_schema("What it is over: a layer, a group, a nested model, a scope."),
    "from": _thing_schema("The first thing that it is over, in place of `over`."),
    "to": _thing_schema("The last thing that it is over."),
}

NOTE: Schema = _list_schema(
    {
        "text": _thing_schema("The words."),
        "at": _thing_schema('What it is about: a layer, a group, an output, a line "a -> b".'),
        "side": SIDE,
        "line": {
            **BOOLEAN,
            "description": "Whether a line leads to it; where not set, if it stands apart.",
        },
    },
    "text",
    "at",
)

BRACKET: Schema = _list_schema({"text": _thing_schema("The words."), **SPAN, "side": SIDE}, "text")

ARROW: Schema = _list_schema(
    {
        "from": _thing_schema("Where it begins; where not set, at its label."),
        "to": _thing_schema("Where it ends; where not set, at its label."),
        "label": text_schema(description="The words beside it."),
        "dashed": {**BOOLEAN, "description": "Whether it is dashed.", "default": False},
        "side": SIDE,
    }
)

PANEL: Schema = _list_schema({"title": text_schema(description="The words in it."), **SPAN})

PART: Schema = {
    "type": "array",
    "items": {
        "anyOf": [
            _thing_schema('A nested model, or the first and the last layer as "FROM -> TO".'),
            table_schema(
                {
                    "model": _thing_schema("A nested model or a module."),
                    "from": _thing_schema("The first layer, in place of `model`."),
                    "to": _thing_schema("The last layer."),
                    "name": text_schema(description="What the part is called."),
                }
            ),
        ]
    },
}

PART_ROW = Option(
    'Parts of the network to draw: a nested model, or layers as "FROM -> TO".',
    PART,
    parse=values.parse_parts,
    help="Draw a part: a nested model, or FROM->TO.",
    metavar="WHAT",
    form=REPEATED,
    name="part",
)
CALLOUTS_ROW = Option(
    "Whether the bodies of groups stand beneath their first glyphs, with rays, instead of in the"
    " legend, where there is room; or the names of these groups.",
    {"type": ["boolean", "array"], "items": text_schema()},
    help="Draw bodies of groups beneath their first glyphs.",
    form=FLAG,
)
LEGEND_SIDE_ROW = Option(
    "Where the legend stands: beneath the figure, beside it, or in a corner that is free; where it"
    " has no room there, beneath.",
    enum_schema("below", "left", "right", "corner"),
    help="Where the legend stands: below, left, right or corner.",
    metavar="SIDE",
)
LEGEND_COLUMNS_ROW = Option(
    "In how many columns the legend lists kinds of layers; where not set, as many as have room.",
    {"type": "integer", "minimum": 1, "maximum": 24},
)
LEGEND_ORDER_ROW = Option(
    "What the legend lists first, in this order: its words, classes, kinds or groups.",
    TEXTS,
)
START_ROW = Option(
    "The layer, or nested model, at which the drawn part of the network begins.",
    text_schema(**NOT_EMPTY),
    help="Draw what comes after this layer, and it.",
    flags=("--from",),
    metavar="NAME",
)
UNTIL_ROW = Option(
    "The layer, or nested model, at which the drawn part of the network ends.",
    text_schema(**NOT_EMPTY),
    help="Draw what comes before this layer, and it.",
    metavar="NAME",
)
DPI_ROW = Option(
    "The pixels per inch of PNG.",
    {"anyOf": [{"type": "integer", "minimum": 18, "maximum": 4800}, DIGITS]},
    parse=lambda _, value: int(value),
    help="The pixels per inch of PNG (300).",
    metavar="NUMBER",
)
OPEN_ROW = Option(
    "Recurrent layers and attentions whose inside is drawn beneath the legend.",
    {
        "type": "array",
        "items": table_schema(
            {"layer": _thing_schema("The name of the layer, or its class.")}, required=["layer"]
        ),
    },
    name="open",
)
NOTE_ROW = Option("Texts at things of the figure.", NOTE, values.parse_notes, name="note")
BRACKET_ROW = Option("Brackets over spans.", BRACKET, values.parse_brackets, name="bracket")
ARROW_ROW = Option("Arrows that no model contains.", ARROW, values.parse_arrows, name="arrow")
PANEL_ROW = Option("Tinted grounds with titles.", PANEL, values.parse_panels, name="panel")
