"""The contents of grammar/chips.toml: sizes of chips, scale of cells, marks on cells."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from net2fig.attributes import Attributes
from net2fig.data.grammar import Entry, load_toml
from net2fig.data.resources import data_dir
from net2fig.data.template import Range
from net2fig.errors import UsageError, one_of, suggestion

ACTIVATION = "activation"
"""The kind whose marks are curves."""

Stroke = tuple[tuple[float, float], ...]


class CellMark(Struct, frozen=True):
    """The mark on a cell, in a square from (0, 0) to (1, 1)."""

    fit: str = "square"
    strokes: tuple[Stroke, ...] = ()
    dashed: tuple[Stroke, ...] = ()
    dots: tuple[tuple[float, float, float], ...] = ()
    border: str = ""


class ChipSizes(Struct, frozen=True):
    """The lengths of one size of chip, in points."""

    id: str
    cell: float
    gap: float
    length: Range
    radius: float
    mark: float
    stroke: float
    arcs: bool
    numbers: bool
    badge: str
    expand: int
    tie: float


class SparkSizes(Struct, frozen=True):
    """The lengths of a training curve in a table, in points."""

    width: float
    height: float
    stroke: float
    dot: float


class ChipGrammar(Struct, frozen=True):
    """The sizes, the marks by kind or entry, and the curves by the name of an activation."""

    decades: tuple[int, int]
    unit: str
    open: int
    sizes: Mapping[str, ChipSizes]
    marks: Mapping[str, CellMark]
    curves: Mapping[str, CellMark]
    curve_of: Mapping[str, str]
    curve_labels: Mapping[str, str]
    words: Mapping[str, str]
    deep: tuple[str, ...]
    spark: SparkSizes

    def get_size(self, name: str) -> ChipSizes:
        """Return a size by its name."""
        if name not in self.sizes:
            message = f"unknown size: {name!r} in --size {one_of(self.sizes)}"
            raise UsageError(message, hint=suggestion(name, self.sizes))
        return self.sizes[name]

    def get_mark(self, entry: Entry, curve: str = "") -> CellMark:
        """Return the mark of an entry of the catalogue; of an activation, its curve."""
        if curve:
            return self.curves[curve]
        return self.marks.get(entry.id) or self.marks[entry.kind]

    def get_curve_label(self, curve: str) -> str:
        """Return the words for a curve."""
        return self.curve_labels[curve]

    def find_curve(self, entry: Entry, op: str, at: Attributes) -> str:
        """Return the name of the curve of an activation, "" for all other layers."""
        if entry.kind != ACTIVATION:
            return ""
        named = at.get("activation")
        return self.curve_of.get(named if isinstance(named, str) else op, "")


@cache
def load_chip_grammar() -> ChipGrammar:
    """Return the grammar of chips that ships with net2fig."""
    data = load_toml(data_dir("grammar") / "chips.toml", "chips")
    least, most = data["scale"]["decades"]
    sizes = {
        id: ChipSizes(id=id, **{**fields, "length": Range(*fields["length"])})
        for id, fields in data["size"].items()
    }
    marks = {id: _parse_mark(fields) for id, fields in data["mark"].items()}
    curves = {id: _parse_mark(fields) for id, fields in data["curve"].items()}
    return ChipGrammar(
        decades=(least, most),
        unit=data["scale"]["unit"],
        open=data["scale"]["open"],
        sizes=sizes,
        marks=marks,
        curves=curves,
        curve_of={name: id for id, fields in data["curve"].items() for name in fields["names"]},
        curve_labels={id: fields["label"] for id, fields in data["curve"].items()},
        words=data["words"],
        deep=tuple(data["depth"]["kinds"]),
        spark=SparkSizes(**data["spark"]),
    )


def _parse_mark(fields: Mapping[str, Any]) -> CellMark:
    return CellMark(
        fit=fields.get("fit", "square"),
        strokes=_parse_strokes(fields.get("strokes", ())),
        dashed=_parse_strokes(fields.get("dashed", ())),
        dots=tuple((x, y, radius) for x, y, radius in fields.get("dots", ())),
        border=fields.get("border", ""),
    )


def _parse_strokes(lines: Any) -> tuple[Stroke, ...]:
    return tuple(tuple((x, y) for x, y in line) for line in lines)
