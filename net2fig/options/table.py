"""The options: one row each. Everything that names an option is made from these rows.

The command's options, the JSON schema of the grouping file, completion, `explain --config`, `init`
and the page of the docs are made from the table; the signatures of `draw`, `chip` and `compare` and
the structs that hold the values are compared with it by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from net2fig.options.option import (
    ALL,
    BOOLEAN,
    CHIP,
    FLAG,
    GROUPS,
    LABELS,
    MODEL,
    NOT_EMPTY,
    PAGE,
    PAIRS,
    PATH,
    REPEATED,
    SWITCH,
    WORDS,
    Option,
    enum_schema,
    reference_schema,
    table_schema,
    text_schema,
)  # fmt: skip
from net2fig.options.parts import GROUP, LABEL_PARTS, STYLE
from net2fig.options.types import LEVELS, STRICTNESS, TIMEOUT

OPTIONS = (
    Option(
        "template",
        "The page that the figure is for: the name of a template, or a file that ends in .toml.",
        text_schema(),
        f"{PATH} | None",
        default="base",
        help="The page that the figure is for.",
        flags=("-t", "--template"),
        metavar="NAME|FILE",
        scopes=ALL,
        role=PAGE,
        values=("template", "file"),
    ),
    Option(
        "width",
        "The greatest width, in place of the template's.",
        reference_schema("length"),
        "float | str | None",
        help="The greatest width: 3.25in, 84mm, 234pt.",
        flags=("--width",),
        metavar="LENGTH",
        scopes=ALL,
        role=PAGE,
        template="page.width",
    ),
    Option(
        "height",
        "The height to aim at, in place of the template's.",
        reference_schema("length"),
        "float | str | None",
        help="The height to aim at.",
        flags=("--height",),
        metavar="LENGTH",
        template="page.height",
    ),
    Option(
        "detail",
        "How much is drawn; auto takes the first level that fits the page.",
        enum_schema("auto", *LEVELS),
        "str | None",
        default="auto",
        help="auto, everything, layers, blocks or stages.",
        flags=("--detail",),
        metavar="LEVEL",
        values=("detail",),
    ),
    Option(
        "hide",
        'Kinds (":norm"), classes ("Dropout") and names of layers to leave out; their data passes'
        " through.",
        reference_schema("selectors"),
        "Sequence[str] | None",
        help="Leave out a :kind, Class or name.",
        flags=("--hide",),
        metavar="WHAT",
        form=WORDS,
        scopes=ALL,
        role=MODEL,
        values=("kind",),
    ),
    Option(
        "show",
        "Kinds, classes and names that are drawn although the level would hide them.",
        reference_schema("selectors"),
        "Sequence[str] | None",
        help="Draw what would be left out.",
        flags=("--show",),
        metavar="WHAT",
        form=WORDS,
        scopes=ALL,
        role=MODEL,
        values=("kind",),
    ),
    Option(
        "repeats",
        "Whether repeated pieces become groups by themselves.",
        BOOLEAN,
        "bool | None",
        default=True,
        scopes=ALL,
        role=MODEL,
    ),
    Option(
        "match",
        "What must agree for pieces to count as repeated: type (the layers and how they are"
        " joined), config (also kernels, dilation, heads and activations), shape (also the sizes of"
        " all that flows).",
        enum_schema(*STRICTNESS),
        "str | None",
        default="type",
        help="What repeats share: type, config or shape.",
        flags=("--match",),
        metavar="WHAT",
        values=("match",),
    ),
    Option(
        "split",
        "Whether a split is a glyph of its own, so that a block begins where readers expect it.",
        BOOLEAN,
        "bool | None",
        default=False,
        scopes=ALL,
        role=MODEL,
    ),
    Option(
        "palette",
        "A palette: its name, or a file that ends in .toml.",
        text_schema(),
        f"{PATH} | None",
        help="The colours; see `net2fig themes`.",
        flags=("--palette",),
        metavar="NAME",
        scopes=ALL,
        role=PAGE,
        template="show.palette",
        values=("palette",),
    ),
    Option(
        "font",
        "The letters of the figure: sans, serif, a family that is installed, or a .ttf or .otf"
        " file.",
        text_schema(**NOT_EMPTY),
        f"{PATH} | None",
        help="The letters: a family, a .ttf or .otf file.",
        flags=("--font",),
        metavar="NAME|FILE",
        template="text.family",
        values=("file",),
    ),
    Option(
        "mono",
        "Textures in place of colours, for print.",
        BOOLEAN,
        "bool | None",
        help="Textures in place of colours.",
        flags=("--mono",),
        form=FLAG,
        scopes=ALL,
        role=PAGE,
        template="show.mono",
    ),
    Option(
        "legend",
        "Whether there is a legend.",
        BOOLEAN,
        "bool | None",
        help="With or without the legend.",
        flags=("--legend/--no-legend",),
        form=SWITCH,
        scopes=ALL,
        role=PAGE,
        template="show.legend",
    ),
    Option(
        "background",
        'What lies under the figure: "white", "#rrggbb" or "none"; where not set, white in PNG and'
        " nothing elsewhere.",
        text_schema(
            pattern="^(none|white|#[0-9a-fA-F]{6})$",
            patternErrorMessage="'none', 'white' or a colour such as '#f4f4f1'",
        ),
        "str | None",
        help="What lies under it: none, white or #rrggbb.",
        flags=("--background",),
        metavar="COLOR",
        scopes=ALL,
        role=PAGE,
        values=("background",),
    ),
    Option(
        "placeholders",
        "Dashed frames for the samples that go in and come out.",
        enum_schema("auto", "always", "never"),
        "str | None",
        template="show.placeholders",
    ),
    Option(
        "reader",
        "What reads a Python file.",
        enum_schema("auto", "record", "keras"),
        "str | None",
        default="auto",
        help="What reads code: auto, record or keras.",
        flags=("--reader",),
        metavar="NAME",
        scopes=ALL,
        role=MODEL,
        values=("reader",),
    ),
    Option(
        "input_shape",
        'The shape of what goes in, without the batch, where the model leaves it open: "224x224x3",'
        " several in a list, or by the names of the inputs in a table.",
        {"type": ["string", "integer", "array", "object"]},
        "str | int | Sequence[Any] | Mapping[str, Any] | None",
        help="What goes in, where the model leaves it open.",
        flags=("--input-shape",),
        metavar="[NAME=]224x224x3",
        form=REPEATED,
        scopes=ALL,
        role=MODEL,
    ),
    Option(
        "timeout",
        'How long code may run: seconds, or "90s", "5min".',
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0},
                text_schema(
                    pattern=r"^\s*(\d+(\.\d*)?|\.\d+)\s*(s|min)?\s*$",
                    patternErrorMessage="a time such as '60', '90s' or '5min'",
                ),
            ]
        },
        "float | str | None",
        default=int(TIMEOUT),
        help=f"How long code may run ({TIMEOUT:g}).",
        flags=("--timeout",),
        metavar="SECONDS",
        scopes=ALL,
        role=MODEL,
    ),
    Option(
        "title",
        "The title of the figure, for readers who cannot see it.",
        text_schema(),
        "str | None",
        scopes=ALL,
        role=PAGE,
    ),
    Option(
        "labels",
        "What is printed beside the glyphs.",
        table_schema(LABEL_PARTS),
        "Mapping[str, bool | str] | None",
        help="name, kernel, no-features, …",
        flags=("--labels",),
        metavar="WHAT",
        form=LABELS,
        values=("label",),
        parts=LABEL_PARTS,
    ),
    Option(
        "page",
        "The page in detail: keys of the template (`glyph.height`, `space.gap`, `line.width`, …)"
        " that differ in this figure.",
        reference_schema("page"),
        "Mapping[str, Any] | None",
        scopes=ALL,
        role=PAGE,
    ),
    Option(
        "style",
        'How a class of layer, a kind (":conv") or a group looks.',
        STYLE,
        "Mapping[str, Mapping[str, str]] | None",
        scopes=ALL,
        role=MODEL,
        field="styles",
    ),
    Option(
        "group",
        "Named groups, drawn as one glyph each.",
        {"type": "array", "items": GROUP},
        "Sequence[Mapping[str, Any]] | None",
        help="Name a group.",
        flags=("--group",),
        metavar='"NAME = PATTERN"',
        form=GROUPS,
        scopes=ALL,
        role=MODEL,
        field="groups",
    ),
    Option(
        "sample",
        "Pictures in place of placeholders, by the name of the input or output.",
        {"type": "object", "additionalProperties": text_schema()},
        f"Mapping[str, {PATH}] | None",
        help="Show a sample.",
        flags=("--sample",),
        metavar="PORT=IMAGE",
        form=PAIRS,
    ),
)
"""The options of figures and comparisons, some of them of chips too: the keys of a grouping file,
in its order."""


def list_options(scope: str) -> tuple[Option, ...]:
    """Return the options of figures, of chips or of comparisons, in their order."""
    if scope != CHIP:
        return tuple(option for option in OPTIONS if scope in option.scopes)
    from net2fig.options.chip_table import CHIP_OPTIONS

    chip_options = {option.name: option for option in CHIP_OPTIONS}
    shared = [
        chip_options.pop(option.name, option)
        for option in OPTIONS
        if CHIP in option.scopes or option.name in chip_options
    ]
    return (*shared, *chip_options.values())


def list_names(role: str) -> tuple[str, ...]:
    """Return the options of chips that belong to each model, to the page, or to a table."""
    return tuple(option.name for option in list_options(CHIP) if option.role == role)


@cache
def index_options() -> Mapping[str, Option]:
    """Return the options of a grouping file by their names."""
    return {option.name: option for option in OPTIONS}
