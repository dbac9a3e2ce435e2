"""A table of chips in parts, for formats that set its texts themselves: TeX, HTML, Markdown.

Requires: rows and columns as the drawn table has them, and the style that was found for it.
Ensures: every text of the drawn table is a text here, and every chip, sparkline and cell of the
legend a picture with the line that it stands on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.drawing.fit import AUTO
from net2fig.chips.drawing.legend import Sign, shape_of, sign_size, signs
from net2fig.chips.drawing.page import Style, broken, items_of, said, small_print
from net2fig.chips.drawing.place import place
from net2fig.chips.drawing.placed import Placed
from net2fig.chips.table.columns import Column, Row, Said, notes_of
from net2fig.chips.table.spark import spark
from net2fig.errors import Notice
from net2fig.geometry import Box, Size
from net2fig.scene import Item, Scene

EDGE = 0.5
"""Around a picture, in points: half of the widest stroke."""

INLINE = "xs"
"""The size of chips that stand in a line of text."""


class Picture(Struct, frozen=True):
    """A small drawing, and the y at which it stands on the line of a text."""

    scene: Scene
    base: float

    @property
    def alt(self) -> str:
        """The drawing in words."""
        return self.scene.description


class SheetRow(Struct, frozen=True):
    """One model: its name, its chip, and what stands in the other columns."""

    name: str
    best: bool
    chip: Picture
    fields: tuple[Said | Picture, ...] = ()


class Sheet(Struct, frozen=True):
    """A table in parts: headings, rows, what the cells mean, and the lines beneath."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    legend: tuple[tuple[Picture, str], ...]
    notes: tuple[str, ...]


class Inline(Struct, frozen=True):
    """A chip for running text: the name of its row, the other words that mean it, its picture."""

    name: str
    also: tuple[str, ...]
    chip: Picture


class Material(Struct, frozen=True):
    """What a sheet is made of.

    `room` is the width of the column of chips, `size` what was asked for. One chip that is no table
    has no columns. Chips that `align` have the same stage under the same stage. `notices` is
    what was found while the columns were filled.
    """

    rows: Sequence[Row]
    columns: Sequence[Column]
    reference: Row
    style: Style
    room: float
    size: str = AUTO
    with_legend: bool = True
    title: str = ""
    align: bool = False
    notices: tuple[Notice, ...] = ()


def sheet_of(material: Material) -> Sheet:
    """Return the parts of a table."""
    style, rows = material.style, material.rows
    entries: list[Sign] = []
    notes: list[str] = []
    if material.with_legend:
        entries = signs([row.model.strip for row in rows], style.brush)
        notes = small_print([row.model for row in rows], style)
        notes += notes_of(rows, material.columns)
    return Sheet(
        material.title,
        tuple(column.title for column in material.columns),
        tuple(_row(row, material) for row in rows),
        tuple((_key(sign, style), sign.label) for sign in entries),
        tuple(notes),
    )


def inline_chips(material: Material) -> list[Inline]:
    """Return the chip of each model under its name, in one piece, all equally high."""
    size = INLINE if material.size == AUTO else material.size
    style = replace(material.style, sizes=material.style.chips.size(size))
    placed = [place(row.model.strip, style.spacing) for row in material.rows]
    above = max([style.sizes.length.greatest, *(made.above for made in placed)])
    return [
        Inline(row.model.name, row.model.also, _chip(replace(made, above=above), row, style))
        for row, made in zip(material.rows, placed, strict=True)
    ]


def _row(row: Row, material: Material) -> SheetRow:
    style = material.style
    chip = _chip(broken(row.model.strip, style, material.room), row, style)
    fields = [_field(column.say(row, material.reference), style) for column in material.columns]
    return SheetRow(row.model.name, row.best, chip, tuple(fields))


def _chip(made: Placed, row: Row, style: Style) -> Picture:
    """Return a chip that stands on y = 0 as a picture."""
    base = made.above + EDGE
    size = Size(made.width + 2 * EDGE, base + made.below + EDGE)
    items = items_of(made.moved(EDGE, base), row.model.name, style)
    return _picture([items], size, base, row.model.name, said(row.model, style))


def _field(said: Said, style: Style) -> Said | Picture:
    """Return a field, which is a picture where a curve is to be drawn."""
    if not said.curve:
        return said
    wide, tall = style.chips.spark.width, style.chips.spark.height
    box = Box(EDGE, EDGE, wide, tall)
    items = [spark(said.curve, box, style)]
    return _picture(items, Size(wide + 2 * EDGE, tall + 2 * EDGE), EDGE + tall, "", said.text)


def _key(sign: Sign, style: Style) -> Picture:
    """Return the cell of an entry of the legend."""
    wide, tall = sign_size(style.brush)
    shape = shape_of(sign, Box(0.0, 0.0, wide, tall), style.brush)
    return _picture([shape], Size(wide, tall), tall, "", sign.label)


def _picture(items: Iterable[Item], size: Size, base: float, title: str, alt: str) -> Picture:
    return Picture(Scene(size, tuple(items), title, alt), base)
