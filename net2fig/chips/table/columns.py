"""The columns of a table: what each says of a model, and how it is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from net2fig.chips.strip.model import ChipModel
from net2fig.chips.table.curves import Curves
from net2fig.chips.table.numbers import DASH, MINUS, UNKNOWN, change, counted
from net2fig.errors import UsageError, one_of, suggestion
from net2fig.rules.facts import Facts
from net2fig.rules.receptive import receptive_field

NAME, CHIP = "Model", "Architecture"
"""The headings of the first two columns."""

DEFAULT = ("params", "delta")
FIELD = "Field: the pixels that one place of the last feature maps sees; a dash where it sees all."
STAGES = "Stages of one resolution stand beneath each other."
PALE = "Pale: as in the model that others are compared with."
BEST = "Bold: no model with as few parameters is better."
"""What the bold names of a table say."""

CURVE = "curve"
"""The name of the column of training curves."""


class Row(Struct, frozen=True):
    """One model of a table: its chip, its numbers, and what a file of metrics says of it."""

    model: ChipModel
    facts: Facts
    metrics: Mapping[str, str] = field(default_factory=dict)
    best: bool = False


class Said(Struct, frozen=True):
    """What stands in one field; a muted one is grey.

    `curve` holds the points of a training curve, as shares of its box: it is drawn, and `text` says
    it in words.
    """

    text: str
    muted: bool = False
    curve: tuple[tuple[float, float], ...] = ()


class Column(Struct, frozen=True):
    """A column: its heading, what it says of a row beside the reference, and its number.

    `note` is what the small print says of it.
    """

    title: str
    say: Callable[[Row, Row], Said]
    number: Callable[[Row, Row], float | None]
    note: str = ""


def _counted(title: str, value: Callable[[Facts], float | None]) -> Column:
    return Column(
        title,
        lambda row, _: Said(counted(value(row.facts))),
        lambda row, _: value(row.facts),
    )


def _delta(row: Row, reference: Row) -> Said:
    if row is reference:
        return Said(DASH, muted=True)
    return Said(change(row.facts.params, reference.facts.params), muted=True)


def _difference(row: Row, reference: Row) -> float | None:
    if row.facts.params is None or reference.facts.params is None:
        return None
    return row.facts.params - reference.facts.params


def _receptive(row: Row, _: Row) -> Said:
    """Return the receptive field: "483", "7×150×150", a dash where everything is seen."""
    found = receptive_field(row.model.network)
    if not isinstance(found, tuple):
        return Said(DASH, muted=True) if found else Said(UNKNOWN)
    return Said("×".join(map(str, found[:1] if len(set(found)) == 1 else found)))


def _greatest(row: Row, _: Row) -> float | None:
    found = receptive_field(row.model.network)
    return max(found) if isinstance(found, tuple) else None


COLUMNS: Mapping[str, Column] = {
    "params": _counted("Params", lambda facts: facts.params),
    "delta": Column("Δ", _delta, _difference),
    "trainable": _counted("Trainable", lambda facts: facts.trainable),
    "layers": _counted("Layers", lambda facts: facts.layers),
    "depth": _counted("Depth", lambda facts: facts.depth),
    "macs": _counted("Mult–adds", lambda facts: facts.macs),
    "receptive": Column("Field", _receptive, _greatest, FIELD),
    "output": Column("Output", lambda row, _: Said(row.facts.output), lambda _row, _: None),
}
"""By the name that they have as an option."""


def columns(
    names: Sequence[str] | None, metrics: Sequence[str], curves: Curves | None = None
) -> list[Column]:
    """Return the columns to the right of the chips: those asked for, or usual ones and metrics.

    Curves stand before the numbers where no columns are asked for, else where "curve" is.
    """
    drawn = [curve_column(curves)] if curves and curves.rows else []
    if names is None:
        return [*drawn, *(COLUMNS[name] for name in DEFAULT), *map(metric, metrics)]
    found = []
    for name in names:
        found += drawn if drawn and name == CURVE else [column(name, metrics, "--columns")]
    return found if CURVE in names else [*drawn, *found]


def curve_column(curves: Curves) -> Column:
    """Return the column of training curves, all on one scale; its number is the last value."""
    (first, last), (low, high) = curves.epochs, curves.values

    def end(row: Row, _: Row) -> float | None:
        curve = (curves.rows or {}).get(row.model.name)
        return curve.points[-1][1] if curve else None

    def say(row: Row, _: Row) -> Said:
        points = curves.of(row.model.name)
        if not points:
            return Said(DASH, muted=True)
        curve = (curves.rows or {})[row.model.name].points
        return Said(f"{curves.name}: {curve[0][1]:.3g} to {curve[-1][1]:.3g}", curve=points)

    note = f"Curves: {curves.name} from {low:.3g} to {high:.3g}, epochs {first:g} to {last:g}"
    return Column(curves.name, say, end, f"{note}, one scale for all.")


def column(name: str, metrics: Sequence[str], place: str) -> Column:
    """Return a column by its name, or that of a metric."""
    if name in metrics:
        return metric(name)
    if name in COLUMNS:
        return COLUMNS[name]
    choices = [*COLUMNS, *metrics]
    message = f"unknown column: {name!r} in {place} {one_of(choices)}"
    raise UsageError(message, hint=suggestion(name, choices))


def metric(name: str) -> Column:
    """Return the column of a metric, printed as its file has it."""

    def say(row: Row, _: Row) -> Said:
        text = row.metrics.get(name, "").replace("-", MINUS, 1)
        return Said(text) if text else Said(DASH, muted=True)

    return Column(name, say, lambda row, _: number(row.metrics.get(name, "")))


def number(text: str) -> float | None:
    """Return the number that a text says, None where it says none.

    >>> number("78.3 %"), number("12M"), number("n/a")
    (78.3, 12000000.0, None)
    """
    text = text.strip().replace(MINUS, "-").removesuffix("%").strip()
    factors = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
    factor = factors.get(text[-1:], 1.0)
    try:
        return float(text[:-1] if text[-1:] in factors else text) * factor
    except ValueError:
        return None


def notes_of(rows: Sequence[Row], columns: Sequence[Column]) -> list[str]:
    """Return what the small print says of some rows and columns."""
    notes = [column.note for column in columns if column.note]
    strips = [row.model.strip for row in rows]
    if any(strip.pads for strip in strips):
        notes.append(STAGES)
    if any(cell.pale for strip in strips for cell in strip.cells()):
        notes.append(PALE)
    return [*notes, BEST] if any(row.best for row in rows) else notes
