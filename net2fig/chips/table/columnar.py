"""Rows → scenes, where chips go down: a column for each model, its numbers beneath its chip.

    ─────────────────────────
    Model    VGG16   ResNet50
    ─────────────────────────
             ▭▭▭▭    ▭▭
             ▭▭      ▭▭▭
    Params   138 M       26 M
    ─────────────────────────

Requires: a style whose chips go down.
Ensures: columns that do not fit the page stand in another band beneath; no band is parted, pages
hold whole bands, and each page has the legend of what is on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.drawing.page import MARGIN, broken, described, items_of
from net2fig.chips.drawing.placed import Placed
from net2fig.chips.formats.sheet import Material
from net2fig.chips.table.columns import NAME, Row, Said
from net2fig.chips.table.typeset import PAD, RULES, field, meaning, rule, said_at
from net2fig.fonts.metrics import metrics, text_width
from net2fig.geometry import Point, Size
from net2fig.scene import Group, Item, Scene, Text


class Stand(Struct, frozen=True):
    """One model: its chip, its fields, and the width of its column."""

    row: Row
    fields: tuple[Said, ...]
    chip: Placed
    width: float


def columnar(material: Material) -> tuple[Scene, tuple[Scene, ...]]:
    """Return the table on one page, and its pages of the template's height."""
    return _Columns(material).scenes()


class _Columns:
    """Draws bands of columns."""

    def __init__(self, material: Material) -> None:
        # The names of groups, which many models have in common, would keep columns apart.
        self.material, self.style = material, replace(material.style, names=False)
        self.type = material.style.page
        self.gap = self.type.size * 1.4
        self.heads = max(self.wide(head, bold=True) for head in (NAME, *self.titles()))
        measured = metrics(self.type.size, family=self.type.family)
        self.cap, self.pitch = measured.cap_height, self.type.size * 1.45

    def titles(self) -> list[str]:
        """Return the headings of the lines beneath the chips."""
        return [column.title for column in self.material.columns]

    def wide(self, string: str, *, bold: bool = False) -> float:
        """Return the width of a text of the table."""
        return text_width(string, self.type.size, family=self.type.family, bold=bold)

    def scenes(self) -> tuple[Scene, tuple[Scene, ...]]:
        """Return the whole and the pages."""
        bands = self.bands([self.stand(row) for row in self.material.rows])
        whole = self.scene(bands)
        if whole.size.height <= self.type.height or len(bands) == 1:
            return whole, (whole,)
        pages: list[list[list[Stand]]] = [[]]
        for band in bands:
            tried = [*pages[-1], band]
            if pages[-1] and self.scene(tried).size.height > self.type.height:
                pages.append([band])
            else:
                pages[-1] = tried
        return whole, tuple(map(self.scene, pages))

    def stand(self, row: Row) -> Stand:
        """Return what stands in the column of a model."""
        columns, reference = self.material.columns, self.material.reference
        fields = tuple(column.say(row, reference) for column in columns)
        chip = broken(row.model.strip, self.style, float("inf"))
        spark_width = self.style.chips.spark.width
        wide = [spark_width if said.curve else self.wide(said.text) for said in fields]
        name = self.wide(row.model.name, bold=row.best)
        return Stand(row, fields, chip, max([chip.width, name, *wide]))

    def bands(self, stands: Sequence[Stand]) -> list[list[Stand]]:
        """Return the columns in bands that are no wider than the page, where they can be."""
        room = self.type.width - 2 * MARGIN - self.heads
        found: list[list[Stand]] = []
        left = 0.0
        for stand in stands:
            need = stand.width + self.gap
            if not found or need > left:
                found.append([])
                left = room
            found[-1].append(stand)
            left -= need
        return found

    def scene(self, bands: Sequence[Sequence[Stand]]) -> Scene:
        """Return a page with some bands and what they mean."""
        width = max(self.type.width, *(self.reach(band) + MARGIN for band in bands))
        items: list[Item] = []
        y = MARGIN
        for number, band in enumerate(bands):
            y += self.type.row if number else 0.0
            items += self.band(band, y, width)
            y += self.height(band)
        rows = [stand.row for band in bands for stand in band]
        if self.material.with_legend:
            y += self.type.legend_gap * 0.45
            drawn = meaning(rows, self.material.columns, self.style, y, width)
            items += drawn.items
            y += drawn.height
        title, said = self.material.title, described([row.model for row in rows], self.style)
        return Scene(Size(width, y + MARGIN), tuple(items), title, said, self.style.page.background)

    def reach(self, band: Sequence[Stand]) -> float:
        """Return the x at which the columns of a band end."""
        return MARGIN + self.heads + sum(stand.width + self.gap for stand in band)

    @property
    def head(self) -> float:
        """The height of the head of a band with its rules."""
        return RULES[0] + RULES[1] + self.cap + 2 * PAD * self.type.size

    def tallest(self, band: Sequence[Stand]) -> float:
        """Return the height of the highest chip."""
        return max(stand.chip.below for stand in band)

    def height(self, band: Sequence[Stand]) -> float:
        """Return the height of a band."""
        lines = self.pitch * len(self.material.columns)
        return self.head + self.tallest(band) + lines + 1.5 * self.gap + RULES[0]

    def band(self, band: Sequence[Stand], y: float, width: float) -> list[Item]:
        """Return the items of a band that begins at `y`."""
        pad = self.type.size * PAD
        base = y + RULES[0] + pad + self.cap
        top = y + self.head + self.gap * 0.6
        first = top + self.tallest(band) + self.gap * 0.6 + self.cap
        items: list[Item] = [rule(y, RULES[0], width, self.style), self.head_at(base, NAME)]
        items.append(rule(base + pad, RULES[1], width, self.style))
        for number, title in enumerate(self.titles()):
            items.append(self.head_at(first + number * self.pitch, title))
        x = MARGIN + self.heads
        for stand in band:
            x += self.gap
            items.append(self.column(stand, x, (base, top, first)))
            x += stand.width
        items.append(rule(y + self.height(band) - RULES[0], RULES[0], width, self.style))
        return items

    def head_at(self, y: float, string: str) -> Text:
        """Return a heading at the left of a band."""
        return field(Point(MARGIN, y), string, self.style, bold=True)

    def column(self, stand: Stand, x: float, ys: tuple[float, float, float]) -> Group:
        """Return the column of a model: its name, its chip, its fields."""
        base, top, first = ys
        name = stand.row.model.name
        items: list[Item] = [field(Point(x, base), name, self.style, bold=stand.row.best)]
        items.append(items_of(stand.chip.moved(x, top), name, self.style))
        for number, said in enumerate(stand.fields):
            items.append(said_at(said, Point(x, first + number * self.pitch), self.style))
        return Group(tuple(items), classes=("row",), data=(("model", name),))
