"""The table of options: for each its value, its row, and what Python may pass for it.

The command, the schema of the grouping file, completion, `explain --config`, `init`, the page of
the docs and the signatures of `draw`, `chip` and `compare` are made from it. Precedence: argument,
then grouping file, then template, then grammar. `Options` holds what the first two set; `None`
means that the template or the grammar decides. `options.page` lays the options over the template.
"""

# Annotations are evaluated here, since the rows stand in them.

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, cast

from msgspec import Struct

from net2fig.options import parts as schemas
from net2fig.options import types, values

# isort: off
from net2fig.options.option import (
    BOOLEAN, FLAG, GROUPS, LABELS, MODEL, NOT_EMPTY, NUMBERS, PAGE, PAIRS, REPEATED, SWITCH, TEXTS,
    WORDS, Option, enum_schema, reference_schema, table_schema, text_schema,
)  # fmt: skip

# isort: on
from net2fig.options.arguments import ReadingArguments

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape


class Options(Struct, frozen=True):
    """The options of figures and comparisons, some of them of chips too, as typed values.

    They stand in the order of a grouping file. A field whose row has no name of its own has the
    name of the option.
    """

    template: Annotated[
        str | None,
        Option(
            "The page that the figure is for: the name of a template, or a file that ends in"
            " .toml.",
            text_schema(),
            parse=values.parse_theme,
            default="base",
            help="The page that the figure is for.",
            flags=("-t", "--template"),
            metavar="NAME|FILE",
            role=PAGE,
            values=("template", "file"),
        ),
    ] = None
    width: Annotated[
        float | None,
        Option(
            "The greatest width, in place of the template's.",
            reference_schema("length"),
            parse=values.parse_length,
            help="The greatest width: 3.25in, 84mm, 234pt.",
            metavar="LENGTH",
            role=PAGE,
            template="page.width",
        ),
    ] = None
    height: Annotated[
        float | None,
        Option(
            "The height to aim at, in place of the template's.",
            reference_schema("length"),
            parse=values.parse_length,
            help="The height to aim at.",
            metavar="LENGTH",
            template="page.height",
        ),
    ] = None
    detail: Annotated[
        str,
        Option(
            "How much is drawn; auto takes the first level that fits the page.",
            enum_schema("auto", *types.LEVELS),
            help="auto, everything, layers, blocks or stages.",
            metavar="LEVEL",
        ),
    ] = "auto"
    hide: Annotated[
        tuple[str, ...] | None,
        Option(
            'Kinds (":norm"), classes ("Dropout") and names of layers to leave out; their data'
            " passes through.",
            reference_schema("selectors"),
            parse=values.parse_selectors,
            help="Leave out a :kind, Class or name.",
            metavar="WHAT",
            form=WORDS,
            role=MODEL,
            values=("kind",),
            is_tolerant=True,
        ),
    ] = None
    show: Annotated[
        tuple[str, ...],
        Option(
            "Kinds, classes and names that are drawn although the level would hide them.",
            reference_schema("selectors"),
            parse=values.parse_selectors,
            help="Draw what would be left out.",
            metavar="WHAT",
            form=WORDS,
            role=MODEL,
            values=("kind",),
            is_tolerant=True,
        ),
    ] = ()
    repeats: Annotated[
        bool,
        Option("Whether repeated pieces become groups by themselves.", BOOLEAN, role=MODEL),
    ] = True
    match: Annotated[
        str,
        Option(
            "What must agree for pieces to count as repeated: type (the layers and how they are"
            " joined), config (also kernels, dilation, heads and activations), shape (also the"
            " sizes of all that flows).",
            enum_schema(*types.STRICTNESS),
            help="What repeats share: type, config or shape.",
            metavar="WHAT",
        ),
    ] = "type"
    split: Annotated[
        bool,
        Option(
            "Whether a split is a glyph of its own, so that a block begins where readers expect"
            " it.",
            BOOLEAN,
            role=MODEL,
        ),
    ] = False
    palette: Annotated[
        str | None,
        Option(
            "A palette: its name, or a file that ends in .toml.",
            text_schema(),
            parse=values.parse_theme,
            help="The colours; see `net2fig themes`.",
            metavar="NAME",
            role=PAGE,
            template="show.palette",
            values=("palette",),
        ),
    ] = None
    font: Annotated[
        str | None,
        Option(
            "The letters of the figure: sans, serif, a family that is installed, or a .ttf or .otf"
            " file.",
            text_schema(**NOT_EMPTY),
            parse=values.parse_font,
            help="The letters: a family, a .ttf or .otf file.",
            metavar="NAME|FILE",
            template="text.family",
            values=("file",),
        ),
    ] = None
    mono: Annotated[
        bool | None,
        Option(
            "Textures in place of colours, for print.",
            BOOLEAN,
            help="Textures in place of colours.",
            form=FLAG,
            role=PAGE,
            template="show.mono",
        ),
    ] = None
    legend: Annotated[
        bool | None,
        Option(
            "Whether there is a legend.",
            BOOLEAN,
            help="With or without the legend.",
            form=SWITCH,
            role=PAGE,
            template="show.legend",
        ),
    ] = None
    callouts: Annotated[bool | Sequence[str] | None, schemas.CALLOUTS_ROW] = None
    legend_side: Annotated[str, schemas.LEGEND_SIDE_ROW] = "below"
    legend_columns: Annotated[int | None, schemas.LEGEND_COLUMNS_ROW] = None
    legend_order: Annotated[Sequence[str], schemas.LEGEND_ORDER_ROW] = ()
    background: Annotated[
        str | None,
        Option(
            'What lies under the figure: "white", "#rrggbb" or "none"; where not set, white in PNG'
            " and nothing elsewhere.",
            schemas.BACKGROUND,
            parse=values.parse_background,
            help="What lies under it: none, white or #rrggbb.",
            metavar="COLOR",
            role=PAGE,
            values=("background",),
        ),
    ] = None
    placeholders: Annotated[
        str | None,
        Option(
            "Dashed frames for the samples that go in and come out.",
            enum_schema("auto", "always", "never"),
            template="show.placeholders",
        ),
    ] = None
    layout: Annotated[
        str,
        Option(
            "In rows as text is, or with a line or a row for each resolution.",
            enum_schema("auto", "rows", "levels"),
            help="How it is laid out: auto, rows or levels.",
            metavar="NAME",
        ),
    ] = "auto"
    glyphs: Annotated[
        str,
        Option(
            "Trapezoids whose sizes are those of the tensors, boxes with names in a stack, or"
            " volumes: maps as cuboids, for chains and encoders with decoders. Auto takes boxes for"
            ' what is made of attention, else trapezoids. `style = "boxes"` says the same.',
            enum_schema("auto", "trapezoids", "boxes", "volumes"),
            help="What layers are drawn as: auto, trapezoids, boxes or volumes.",
            flags=("--glyphs", "--style"),
            metavar="NAME",
        ),
    ] = "auto"
    direction: Annotated[
        str,
        Option(
            "The way of the data through boxes: up, or to the right; auto takes the first that fits"
            " the page.",
            enum_schema("auto", "up", "right"),
            help="The way of the data through boxes: auto, up or right.",
            metavar="NAME",
        ),
    ] = "auto"
    reader: Annotated[
        str,
        Option(
            "What reads a Python file.",
            enum_schema("auto", "record", "keras", "torch"),
            help="What reads code: auto, record, keras or torch.",
            metavar="NAME",
            role=MODEL,
        ),
    ] = "auto"
    input_shape: Annotated[
        "tuple[InputShape, ...]",
        Option(
            "The shape of what goes in, without the batch, where the model leaves it open:"
            ' "224x224x3", several in a list, or by the names of the inputs in a table.',
            {"type": ["string", "integer", "array", "object"]},
            parse=values.parse_input_shape,
            help="What goes in, where the model leaves it open.",
            metavar="[NAME=]224x224x3",
            form=REPEATED,
            role=MODEL,
        ),
    ] = ()
    timeout: Annotated[
        float,
        Option(
            'How long code may run: seconds, or "90s", "5min".',
            schemas.DURATION,
            parse=values.parse_timeout,
            help=f"How long code may run ({types.TIMEOUT:g}).",
            metavar="SECONDS",
            role=MODEL,
        ),
    ] = types.TIMEOUT
    argv: Annotated[
        tuple[str, ...],
        Option(
            'The command line that a script reads: "--depth 50 --wide", or its words in a list.',
            {**TEXTS, "type": ["string", "array"]},
            parse=values.parse_command_line,
            help="The command line that a script reads.",
            metavar='"--depth 50"',
            role=MODEL,
        ),
    ] = ()
    set: Annotated[
        tuple[tuple[str, int], ...],
        Option(
            "Numbers that only data know, by the names that a warning gives them.",
            NUMBERS,
            parse=values.parse_set,
            help="A number that only data know.",
            metavar="NAME=NUMBER",
            form=REPEATED,
            role=MODEL,
        ),
    ] = ()
    title: Annotated[
        str | None,
        Option(
            "The title of the figure, for readers who cannot see it; `labels.title` prints it.",
            text_schema(),
            role=PAGE,
        ),
    ] = None
    labels: Annotated[
        types.Labels,
        Option(
            "What is printed beside the glyphs.",
            table_schema(schemas.LABEL_PARTS),
            help="name, kernel, no-features, …",
            metavar="WHAT",
            form=LABELS,
            values=("label",),
            parts=schemas.LABEL_PARTS,
            is_table=True,
        ),
    ] = types.Labels()
    page: Annotated[
        Mapping[str, Any],
        Option(
            "The page in detail: keys of the template (`glyph.height`, `space.gap`, `line.width`,"
            " …) that differ in this figure.",
            reference_schema("page"),
            parse=values.parse_page,
            role=PAGE,
            is_table=True,
        ),
    ] = {}
    styles: Annotated[
        Mapping[str, types.Style],
        Option(
            'How a class of layer, a kind (":conv") or a group looks.',
            schemas.STYLE,
            parse=values.parse_styles,
            role=MODEL,
            is_table=True,
            is_tolerant=True,
            name="style",
        ),
    ] = {}
    groups: Annotated[
        tuple[types.GroupRule, ...],
        Option(
            "Named groups, drawn as one glyph each.",
            {"type": "array", "items": schemas.GROUP},
            parse=values.parse_groups,
            help="Name a group.",
            metavar='"NAME = PATTERN"',
            form=GROUPS,
            role=MODEL,
            is_table=True,
            is_tolerant=True,
            name="group",
        ),
    ] = ()
    parts: Annotated[tuple[types.PartRule, ...], schemas.PART_ROW] = ()
    start: Annotated[str | None, schemas.START_ROW] = None
    until: Annotated[str | None, schemas.UNTIL_ROW] = None
    dpi: Annotated[int | None, schemas.DPI_ROW] = None
    opened: Annotated[Sequence[Mapping[str, str]], schemas.OPEN_ROW] = ()
    notes: Annotated[tuple[types.NoteRule, ...], schemas.NOTE_ROW] = ()
    brackets: Annotated[tuple[types.BracketRule, ...], schemas.BRACKET_ROW] = ()
    arrows: Annotated[tuple[types.ArrowRule, ...], schemas.ARROW_ROW] = ()
    panels: Annotated[tuple[types.PanelRule, ...], schemas.PANEL_ROW] = ()
    sample: Annotated[
        Mapping[str, str],
        Option(
            "Pictures in place of placeholders, by the name of the input or output.",
            {"type": "object", "additionalProperties": text_schema()},
            parse=values.parse_samples,
            help="Show a sample.",
            metavar="PORT=IMAGE",
            form=PAIRS,
            is_table=True,
            is_tolerant=True,
        ),
    ] = {}

    pins: Annotated[Any, schemas.PINS] = None
    tint: Annotated[Any, schemas.TINT] = None
    checks: Annotated[Mapping[str, Any], schemas.CHECKS] = {}

    @property
    def excerpts(self) -> tuple[types.PartRule, ...]:
        """The parts of the network that are drawn; none where all of it is."""
        if not (self.start or self.until):
            return self.parts
        return (*self.parts, types.PartRule(start=self.start or "", end=self.until or ""))

    @property
    def reading(self) -> "ReadingArguments":
        """The arguments of `read`."""
        names = ReadingArguments.__annotations__
        return cast("ReadingArguments", {name: getattr(self, name) for name in names})
