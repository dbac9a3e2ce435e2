"""The table of the options that chips have alone, and what differs in those that they share."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from msgspec import Struct

from net2fig.options.arguments import Path, SharedArguments
from net2fig.options.option import (
    BOOLEAN,
    FLAG,
    REPEATED,
    SWITCH,
    TABLE,
    TEXTS,
    WORDS,
    Option,
    text_schema,
)  # fmt: skip

NAMED: dict[str, object] = {"type": ["array", "object"]}


class OwnChipOptions(Struct, frozen=True, kw_only=True):
    """The options that chips have alone; one with the name of an option of figures replaces it."""

    detail: Annotated[
        str,
        Option(
            "How much is drawn of each model.",
            text_schema(),
            help="everything, layers, blocks or stages.",
            metavar="LEVEL",
            values=("level",),
        ),
    ] = "blocks"
    size: Annotated[
        str,
        Option(
            "The size of the cells; auto takes the largest that fits.",
            text_schema(),
            help="Of the cells: xs, s, m, l or auto.",
            metavar="SIZE",
            values=("size",),
        ),
    ] = "auto"
    scale: Annotated[
        str | None,
        Option(
            "The numbers of least and greatest height, two powers of ten.",
            text_schema(),
            help="The numbers of least and greatest height.",
            metavar="1e3:1e7",
        ),
    ] = None
    vertical: Annotated[
        bool,
        Option(
            "Whether chips go down the page.",
            BOOLEAN,
            help="Chips go down the page.",
            form=FLAG,
        ),
    ] = False
    align: Annotated[
        bool,
        Option(
            "Whether the same stage stands under the same stage; what is as in the reference is"
            " pale.",
            BOOLEAN,
            help="The same stage under the same stage.",
            form=FLAG,
        ),
    ] = False
    emphasis: Annotated[
        bool | None,
        Option(
            "Whether what is as in the reference is pale; where not set, as `align` is.",
            BOOLEAN,
            help="Pale what the reference has too.",
            form=SWITCH,
        ),
    ] = None
    table: Annotated[
        bool | None,
        Option(
            "Whether a table is made, also of one model, or none of many.",
            BOOLEAN,
        ),
    ] = None
    columns: Annotated[
        Sequence[str] | None,
        Option(
            "The columns of the table, in their order.",
            TEXTS,
            help="params, delta, macs, depth, receptive, …",
            metavar="NAME,…",
            form=WORDS,
            role=TABLE,
            values=("column",),
        ),
    ] = None
    metrics: Annotated[
        Path | Mapping[str, Sequence[Any]] | None,
        Option(
            "More columns: a CSV file whose first column names the model, or lists by name in the"
            " order of the models.",
            {"type": ["string", "object"]},
            help="More columns; the first names the model.",
            metavar="FILE.csv",
            role=TABLE,
            values=("file",),
        ),
    ] = None
    reference: Annotated[
        str | None,
        Option(
            "The model that others are compared with; the first, where not set.",
            text_schema(),
            help="The model that others are compared with.",
            metavar="NAME",
            role=TABLE,
        ),
    ] = None
    sort: Annotated[
        str | None,
        Option(
            'The column by which rows are sorted; "-params": greatest first.',
            text_schema(),
            help="Rows by a column; -COLUMN: greatest first.",
            metavar="COLUMN",
            role=TABLE,
            values=("column",),
        ),
    ] = None
    keep: Annotated[
        Sequence[str],
        Option(
            'Conditions on rows, such as "params<10M": only rows of which they are true.',
            TEXTS,
            help="Only rows of which it is true.",
            metavar='"params<10M"',
            form=REPEATED,
            role=TABLE,
        ),
    ] = ()
    pareto: Annotated[
        str | None,
        Option(
            'A metric: the models that no smaller one beats in it are bold; "-loss" where less is'
            " better.",
            text_schema(),
            help="Bold: no smaller model is better in it; -LOSS.",
            metavar="METRIC",
            role=TABLE,
        ),
    ] = None
    curve: Annotated[
        Sequence[str] | Mapping[str, Any],
        Option(
            'Training curves of rows: "NAME=FILE.csv", or a table of names and files.',
            NAMED,
            help="A training curve of a row.",
            metavar="NAME=LOG.csv",
            form=REPEATED,
            role=TABLE,
        ),
    ] = ()
    curves: Annotated[
        Path | None,
        Option(
            "A folder of training curves called as the rows are, or a pattern of such files.",
            text_schema(),
            help="Training curves, called as the rows are.",
            metavar="FOLDER|GLOB",
            role=TABLE,
            values=("file",),
        ),
    ] = None
    curve_column: Annotated[
        str | None,
        Option(
            "The quantity that curves show: `val_loss` or `loss`, where not set.",
            text_schema(),
            help="What curves show: val_loss, or another.",
            metavar="NAME",
            role=TABLE,
        ),
    ] = None


class ChipArguments(SharedArguments, total=False):
    """What Python may pass for the options of chips."""

    detail: str | None
    size: str | None
    scale: str | None
    vertical: bool | None
    align: bool | None
    emphasis: bool | None
    table: bool | None
    columns: Sequence[str] | None
    metrics: Path | Mapping[str, Sequence[Any]] | None
    reference: str | None
    sort: str | None
    keep: Sequence[str] | None
    pareto: str | None
    curve: Sequence[str] | Mapping[str, Any] | None
    curves: Path | None
    curve_column: str | None


SHARED_AS: Mapping[str, Mapping[str, Any]] = {
    "template": {
        "description": "The page that the chips are for.",
        "default": "snac",
        "help": "The page that the chips are for.",
    },
    "mono": {
        "description": "Greys in place of colours, for print.",
        "help": "Greys in place of colours.",
    },
    "title": {
        "description": "The title of the file; it is not drawn.",
        "help": "Of the file; not drawn.",
        "flags": ("--title",),
        "metavar": "TEXT",
    },
}
"""What differs in the rows of options that figures have too."""
