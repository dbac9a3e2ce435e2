"""Rows → scenes for vertical chips: a column for each model, its numbers below its chip.

    ─────────────────────────
    Model    VGG16   ResNet50
    ─────────────────────────
             ▭▭▭▭    ▭▭
             ▭▭      ▭▭▭
    Params   138 M       26 M
    ─────────────────────────

Requires: a style whose chips go down.
Ensures: columns that do not fit the page are in another band below; pages hold whole bands, and
each page has a legend of its own chips.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.drawing.page import MARGIN, describe_chips, draw_chip, place_chip
from net2fig.chips.drawing.placed import PlacedStrip
from net2fig.chips.formats.sheet import Material
from net2fig.chips.table.columns import NAME, FieldText, TableRow
from net2fig.chips.table.typeset import (
    PAD,
    RULES,
    draw_field,
    draw_rule,
    draw_table_legend,
    draw_text,
)
from net2fig.fonts.metrics import metrics, text_width
from net2fig.geometry import Point, Size
from net2fig.scene import Group, Item, Scene, Text


class ModelColumn(Struct, frozen=True):
    """One model: its chip, its fields, and the width of its column."""

    row: TableRow
    fields: tuple[FieldText, ...]
    chip: PlacedStrip
    width: float


def draw_columns(material: Material) -> tuple[Scene, tuple[Scene, ...]]:
    """Return the table on one page, and its pages of the template's height."""
    return _ColumnsDrawing(material).draw_pages()


class _ColumnsDrawing:
    """Draws bands of columns."""

    def __init__(self, material: Material) -> None:
        # The names of groups, which many models have in common, would keep columns apart.
        self.material, self.style = material, replace(material.style, names=False)
        self.type = material.style.page
        self.gap = self.type.size * 1.4
        self.heads = max(self.measure_text(head, bold=True) for head in (NAME, *self.list_titles()))
        measured = metrics(self.type.size, family=self.type.family)
        self.cap, self.pitch = measured.cap_height, self.type.size * 1.45

    def list_titles(self) -> list[str]:
        """Return the headings of the lines beneath the chips."""
        return [column.title for column in self.material.columns]

    def measure_text(self, string: str, *, bold: bool = False) -> float:
        """Return the width of a text of the table."""
        return text_width(string, self.type.size, family=self.type.family, bold=bold)

    def draw_pages(self) -> tuple[Scene, tuple[Scene, ...]]:
        """Return the whole and the pages."""
        bands = self.make_bands([self.make_column(row) for row in self.material.rows])
        one_page = self.draw_page(bands)
        if one_page.size.height <= self.type.height or len(bands) == 1:
            return one_page, (one_page,)
        pages: list[list[list[ModelColumn]]] = [[]]
        for band in bands:
            tried = [*pages[-1], band]
            if pages[-1] and self.draw_page(tried).size.height > self.type.height:
                pages.append([band])
            else:
                pages[-1] = tried
        return one_page, tuple(map(self.draw_page, pages))

    def make_column(self, row: TableRow) -> ModelColumn:
        """Return the column of a model."""
        columns, reference = self.material.columns, self.material.reference
        fields = tuple(column.format_field(row, reference) for column in columns)
        chip = place_chip(row.model.strip, self.style, float("inf"))
        spark_width = self.style.chips.spark.width
        wide = [
            spark_width if field_text.curve else self.measure_text(field_text.text)
            for field_text in fields
        ]
        name = self.measure_text(row.model.name, bold=row.best)
        return ModelColumn(row, fields, chip, max([chip.width, name, *wide]))

    def make_bands(self, stands: Sequence[ModelColumn]) -> list[list[ModelColumn]]:
        """Return the columns in bands that are no wider than the page, if possible."""
        room = self.type.width - 2 * MARGIN - self.heads
        bands: list[list[ModelColumn]] = []
        left = 0.0
        for model_column in stands:
            need = model_column.width + self.gap
            if not bands or need > left:
                bands.append([])
                left = room
            bands[-1].append(model_column)
            left -= need
        return bands

    def draw_page(self, bands: Sequence[Sequence[ModelColumn]]) -> Scene:
        """Return a page with some bands and their legend."""
        width = max(self.type.width, *(self.measure_reach(band) + MARGIN for band in bands))
        items: list[Item] = []
        y = MARGIN
        for number, band in enumerate(bands):
            y += self.type.row if number else 0.0
            items += self.draw_band(band, y, width)
            y += self.measure_band(band)
        rows = [model_column.row for band in bands for model_column in band]
        if self.material.with_legend:
            y += self.type.legend_gap * 0.45
            drawn_legend = draw_table_legend(rows, self.material.columns, self.style, y, width)
            items += drawn_legend.items
            y += drawn_legend.height
        title, text = self.material.title, describe_chips([row.model for row in rows], self.style)
        return Scene(Size(width, y + MARGIN), tuple(items), title, text, self.style.page.background)

    def measure_reach(self, band: Sequence[ModelColumn]) -> float:
        """Return the x at which the columns of a band end."""
        return MARGIN + self.heads + sum(model_column.width + self.gap for model_column in band)

    @property
    def head(self) -> float:
        """The height of the head of a band with its rules."""
        return RULES[0] + RULES[1] + self.cap + 2 * PAD * self.type.size

    def measure_tallest(self, band: Sequence[ModelColumn]) -> float:
        """Return the height of the highest chip."""
        return max(model_column.chip.below for model_column in band)

    def measure_band(self, band: Sequence[ModelColumn]) -> float:
        """Return the height of a band."""
        lines = self.pitch * len(self.material.columns)
        return self.head + self.measure_tallest(band) + lines + 1.5 * self.gap + RULES[0]

    def draw_band(self, band: Sequence[ModelColumn], y: float, width: float) -> list[Item]:
        """Return the items of a band that begins at `y`."""
        pad = self.type.size * PAD
        base = y + RULES[0] + pad + self.cap
        top = y + self.head + self.gap * 0.6
        first = top + self.measure_tallest(band) + self.gap * 0.6 + self.cap
        items: list[Item] = [
            draw_rule(y, RULES[0], width, self.style),
            self.draw_heading(base, NAME),
        ]
        items.append(draw_rule(base + pad, RULES[1], width, self.style))
        for number, title in enumerate(self.list_titles()):
            items.append(self.draw_heading(first + number * self.pitch, title))
        x = MARGIN + self.heads
        for model_column in band:
            x += self.gap
            items.append(self.draw_column(model_column, x, (base, top, first)))
            x += model_column.width
        items.append(draw_rule(y + self.measure_band(band) - RULES[0], RULES[0], width, self.style))
        return items

    def draw_heading(self, y: float, string: str) -> Text:
        """Return a heading at the left of a band."""
        return draw_text(Point(MARGIN, y), string, self.style, bold=True)

    def draw_column(
        self, model_column: ModelColumn, x: float, ys: tuple[float, float, float]
    ) -> Group:
        """Return the column of a model: its name, its chip, its fields."""
        base, top, first = ys
        name = model_column.row.model.name
        items: list[Item] = [
            draw_text(Point(x, base), name, self.style, bold=model_column.row.best)
        ]
        items.append(draw_chip(model_column.chip.moved(x, top), name, self.style))
        for number, field_text in enumerate(model_column.fields):
            items.append(draw_field(field_text, Point(x, first + number * self.pitch), self.style))
        return Group(tuple(items), classes=("row",), data=(("model", name),))
