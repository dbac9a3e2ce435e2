"""A table of chips in parts, for formats that set its texts themselves: TeX, HTML, Markdown.

Requires: the rows, the columns and the style of the drawn table.
Ensures: every text of the drawn table is a text here; every chip, sparkline and cell of the legend
is a picture with its baseline.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.drawing.fit import AUTO
from net2fig.chips.drawing.legend import ChipEntry, draw_swatch, find_entries, measure_swatch
from net2fig.chips.drawing.page import (
    ChipStyle,
    describe_chip,
    describe_pins,
    describe_tint,
    draw_chip,
    place_chip,
    write_small_print,
)
from net2fig.chips.drawing.place import place_strip
from net2fig.chips.drawing.placed import PlacedStrip
from net2fig.chips.table.columns import Column, FieldText, TableRow, list_notes
from net2fig.chips.table.spark import draw_spark
from net2fig.errors import Notice
from net2fig.geometry import Box, Size
from net2fig.scene import Item, Scene

EDGE = 0.5
"""Around a picture, in points: half of the widest stroke."""

INLINE = "xs"
"""The size of chips that stand in a line of text."""


class ChipPicture(Struct, frozen=True):
    """A small drawing, and the y of its baseline."""

    scene: Scene
    base: float

    @property
    def alt(self) -> str:
        """The drawing in words."""
        return self.scene.description


class SheetRow(Struct, frozen=True):
    """One model: its name, its chip, and the fields of the other columns."""

    name: str
    best: bool
    chip: ChipPicture
    fields: tuple[FieldText | ChipPicture, ...] = ()


class Sheet(Struct, frozen=True):
    """A table in parts: headings, rows, the legend of the cells, and the lines below."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    legend: tuple[tuple[ChipPicture, str], ...]
    notes: tuple[str, ...]


class InlineChip(Struct, frozen=True):
    """A chip for running text: the name of its row, the other words that mean it, its picture."""

    name: str
    aliases: tuple[str, ...]
    chip: ChipPicture


class Material(Struct, frozen=True):
    """The input of a table: rows, columns and style.

    `room` is the width of the column of chips, `size` the requested size. One chip without a table
    has no columns. With `align`, equal stages stand below each other. `notices` are the warnings
    about the columns.
    """

    rows: Sequence[TableRow]
    columns: Sequence[Column]
    reference: TableRow
    style: ChipStyle
    room: float
    size: str = AUTO
    with_legend: bool = True
    title: str = ""
    align: bool = False
    notices: tuple[Notice, ...] = ()


def make_sheet(material: Material) -> Sheet:
    """Return the parts of a table."""
    style, rows = material.style, material.rows
    entries: list[ChipEntry] = []
    notes: list[str] = []
    if material.with_legend:
        entries = find_entries([row.model.strip for row in rows], style.brush)
        notes = write_small_print([row.model for row in rows], style)
        notes += list_notes(rows, material.columns)
    notes += [*describe_tint(style), *describe_pins([row.model for row in rows])]
    return Sheet(
        material.title,
        tuple(column.title for column in material.columns),
        tuple(_make_row(row, material) for row in rows),
        tuple((_draw_swatch(sign, style), sign.label) for sign in entries),
        tuple(notes),
    )


def draw_inline_chips(material: Material) -> list[InlineChip]:
    """Return the chip of each model under its name, in one piece, all equally high."""
    size = INLINE if material.size == AUTO else material.size
    style = replace(material.style, sizes=material.style.chips.get_size(size))
    placed = [place_strip(row.model.strip, style.spacing) for row in material.rows]
    above = max([style.sizes.length.greatest, *(strip_placed.above for strip_placed in placed)])
    return [
        InlineChip(
            row.model.name,
            row.model.aliases,
            _draw_chip(replace(strip_placed, above=above), row, style),
        )
        for row, strip_placed in zip(material.rows, placed, strict=True)
    ]


def _make_row(row: TableRow, material: Material) -> SheetRow:
    style = material.style
    chip = _draw_chip(place_chip(row.model.strip, style, material.room), row, style)
    fields = [
        _make_field(column.format_field(row, material.reference), style)
        for column in material.columns
    ]
    return SheetRow(row.model.name, row.best, chip, tuple(fields))


def _draw_chip(placed: PlacedStrip, row: TableRow, style: ChipStyle) -> ChipPicture:
    """Return a chip with its baseline at y = 0 as a picture."""
    base = placed.above + EDGE
    size = Size(placed.width + 2 * EDGE, base + placed.below + EDGE)
    items = draw_chip(placed.moved(EDGE, base), row.model.name, style)
    return _make_picture([items], size, base, row.model.name, describe_chip(row.model, style))


def _make_field(field: FieldText, style: ChipStyle) -> FieldText | ChipPicture:
    """Return a field; a training curve is a picture."""
    if not field.curve:
        return field
    wide, tall = style.chips.spark.width, style.chips.spark.height
    box = Box(EDGE, EDGE, wide, tall)
    items = [draw_spark(field.curve, box, style)]
    return _make_picture(items, Size(wide + 2 * EDGE, tall + 2 * EDGE), EDGE + tall, "", field.text)


def _draw_swatch(sign: ChipEntry, style: ChipStyle) -> ChipPicture:
    """Return the cell of an entry of the legend."""
    wide, tall = measure_swatch(style.brush)
    shape = draw_swatch(sign, Box(0.0, 0.0, wide, tall), style.brush)
    return _make_picture([shape], Size(wide, tall), tall, "", sign.label)


def _make_picture(
    items: Iterable[Item], size: Size, base: float, title: str, alt: str
) -> ChipPicture:
    return ChipPicture(Scene(size, tuple(items), title, alt), base)
