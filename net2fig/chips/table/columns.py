"""The columns of a table: the value of each model, and how it is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from net2fig.chips.strip.model import ChipModel
from net2fig.chips.table.curves import TrainingCurves
from net2fig.chips.table.numbers import DASH, MINUS, UNKNOWN, format_change, format_count
from net2fig.errors import UsageError, one_of, suggestion
from net2fig.rules.facts import Facts
from net2fig.rules.receptive import receptive_field

NAME, CHIP = "Model", "Architecture"
"""The headings of the first two columns."""

DEFAULT = ("params", "delta")
FIELD = "Field: the pixels that one place of the last feature maps sees; a dash where it sees all."
STAGES = "Stages of one resolution stand beneath each other."
PALE = "Pale: as in the model that others are compared with."
BEST = "Bold: no model with as few parameters has a better {}."
"""The note about bold names, with the metric."""

CURVE = "curve"
"""The name of the column of training curves."""


class TableRow(Struct, frozen=True):
    """One model of a table: its chip, its numbers, and its metrics."""

    model: ChipModel
    facts: Facts
    metrics: Mapping[str, str] = field(default_factory=dict)
    best: bool = False
    best_in: str = ""


class FieldText(Struct, frozen=True):
    """The text of one field; a muted one is grey.

    `curve` holds the points of a training curve, as shares of its box: it is drawn, and `text`
    describes it.
    """

    text: str
    muted: bool = False
    curve: tuple[tuple[float, float], ...] = ()


class Column(Struct, frozen=True):
    """A column: its heading, its field for a row and the reference, and its number.

    `note` explains it in the small print.
    """

    title: str
    format_field: Callable[[TableRow, TableRow], FieldText]
    number: Callable[[TableRow, TableRow], float | None]
    note: str = ""


def _make_count_column(title: str, value: Callable[[Facts], float | None]) -> Column:
    return Column(
        title,
        lambda row, _: FieldText(format_count(value(row.facts))),
        lambda row, _: value(row.facts),
    )


def _format_delta(row: TableRow, reference: TableRow) -> FieldText:
    if row is reference:
        return FieldText(DASH, muted=True)
    return FieldText(format_change(row.facts.params, reference.facts.params), muted=True)


def _compute_difference(row: TableRow, reference: TableRow) -> float | None:
    if row.facts.params is None or reference.facts.params is None:
        return None
    return row.facts.params - reference.facts.params


def _format_receptive(row: TableRow, _: TableRow) -> FieldText:
    """Return the receptive field: "483", "7×150×150", a dash where everything is seen."""
    field = receptive_field(row.model.network)
    if not isinstance(field, tuple):
        return FieldText(DASH, muted=True) if field else FieldText(UNKNOWN)
    return FieldText("×".join(map(str, field[:1] if len(set(field)) == 1 else field)))


def _find_greatest(row: TableRow, _: TableRow) -> float | None:
    field = receptive_field(row.model.network)
    return max(field) if isinstance(field, tuple) else None


COLUMNS: Mapping[str, Column] = {
    "params": _make_count_column("Params", lambda facts: facts.params),
    "delta": Column("Δ", _format_delta, _compute_difference),
    "trainable": _make_count_column("Trainable", lambda facts: facts.trainable),
    "layers": _make_count_column("Layers", lambda facts: facts.layers),
    "depth": _make_count_column("Depth", lambda facts: facts.depth),
    "macs": _make_count_column("Mult–adds", lambda facts: facts.macs),
    "receptive": Column("Field", _format_receptive, _find_greatest, FIELD),
    "output": Column("Output", lambda row, _: FieldText(row.facts.output), lambda _row, _: None),
}
"""By the name that they have as an option."""


def choose_columns(
    names: Sequence[str] | None, metrics: Sequence[str], curves: TrainingCurves | None = None
) -> list[Column]:
    """Return the columns right of the chips: the named ones, or the usual ones and metrics.

    By default, curves are before the numbers; else at the place of "curve".
    """
    curve_columns = [make_curve_column(curves)] if curves and curves.rows else []
    if names is None:
        return [
            *curve_columns,
            *(COLUMNS[name] for name in DEFAULT),
            *map(make_metric_column, metrics),
        ]
    chosen = []
    for name in names:
        chosen += (
            curve_columns
            if curve_columns and name == CURVE
            else [find_column(name, metrics, "--columns")]
        )
    return chosen if CURVE in names else [*curve_columns, *chosen]


def make_curve_column(curves: TrainingCurves) -> Column:
    """Return the column of training curves, all on one scale; its number is the last value."""
    (first, last), (low, high) = curves.epochs, curves.values

    def find_end(row: TableRow, _: TableRow) -> float | None:
        curve = (curves.rows or {}).get(row.model.name)
        return curve.points[-1][1] if curve else None

    def format_curve(row: TableRow, _: TableRow) -> FieldText:
        points = curves.scale_points(row.model.name)
        if not points:
            return FieldText(DASH, muted=True)
        curve = (curves.rows or {})[row.model.name].points
        return FieldText(f"{curves.name}: {curve[0][1]:.3g} to {curve[-1][1]:.3g}", curve=points)

    note = f"Curves: {curves.name} from {low:.3g} to {high:.3g}, epochs {first:g} to {last:g}"
    return Column(curves.name, format_curve, find_end, f"{note}, one scale for all.")


def find_column(name: str, metrics: Sequence[str], place: str) -> Column:
    """Return a column by its name, or that of a metric."""
    if name in metrics:
        return make_metric_column(name)
    if name in COLUMNS:
        return COLUMNS[name]
    choices = [*COLUMNS, *metrics]
    message = f"unknown column: {name!r} in {place} {one_of(choices)}"
    raise UsageError(message, hint=suggestion(name, choices))


def make_metric_column(name: str) -> Column:
    """Return the column of a metric, printed as its file has it."""

    def format_metric(row: TableRow, _: TableRow) -> FieldText:
        text = row.metrics.get(name, "").replace("-", MINUS, 1)
        return FieldText(text) if text else FieldText(DASH, muted=True)

    return Column(name, format_metric, lambda row, _: parse_number(row.metrics.get(name, "")))


def parse_number(text: str) -> float | None:
    """Return the number in a text; None if there is none.

    >>> parse_number("78.3 %"), parse_number("12M"), parse_number("n/a")
    (78.3, 12000000.0, None)
    """
    text = text.strip().replace(MINUS, "-").removesuffix("%").strip()
    factors = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
    factor = factors.get(text[-1:], 1.0)
    try:
        return float(text[:-1] if text[-1:] in factors else text) * factor
    except ValueError:
        return None


def list_notes(rows: Sequence[TableRow], columns: Sequence[Column]) -> list[str]:
    """Return the notes on some rows and columns."""
    notes = [column.note for column in columns if column.note]
    strips = [row.model.strip for row in rows]
    if any(strip.pads for strip in strips):
        notes.append(STAGES)
    if any(cell.pale for strip in strips for cell in strip.cells()):
        notes.append(PALE)
    metrics = dict.fromkeys(row.best_in for row in rows if row.best)
    return [*notes, *map(BEST.format, metrics)]
