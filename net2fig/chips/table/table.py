"""Rows → scenes: a table of chips with rules above and below, a legend beneath, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.drawing.fit import AUTO, SHARES_TRIED, SIZES_TRIED, fit_style, squeeze
from net2fig.chips.drawing.legend import DrawnLegend
from net2fig.chips.drawing.page import MARGIN, ChipStyle, describe_chips, draw_chip, place_chip
from net2fig.chips.drawing.place import place_strip
from net2fig.chips.drawing.placed import PlacedStrip
from net2fig.chips.formats.sheet import Material
from net2fig.chips.strip.stages import align_stages, find_input_resolution
from net2fig.chips.table.columnar import draw_columns
from net2fig.chips.table.columns import CHIP, NAME, Column, FieldText, TableRow
from net2fig.chips.table.typeset import (
    PAD,
    RULES,
    draw_field,
    draw_rule,
    draw_table_legend,
    draw_text,
)
from net2fig.errors import UsageError
from net2fig.fonts.metrics import metrics, text_width
from net2fig.geometry import Point, Size
from net2fig.read import fill_open_axes
from net2fig.scene import Group, Item, Path, Scene

NARROWEST = 30.0
"""The least width of a column of chips, in points."""


class Grid(Struct, frozen=True):
    """Positions of columns: chips from `chip` to `chip + room`, numbers end at `ends`."""

    chip: float
    room: float
    ends: tuple[float, ...]
    width: float


class TableLine(Struct, frozen=True):
    """One row with its chip, and the distances above and below its baseline."""

    row: TableRow
    fields: tuple[FieldText, ...]
    chip: PlacedStrip
    above: float
    below: float


def make_grid(
    rows: Sequence[TableRow],
    fields: Sequence[Sequence[FieldText]],
    columns: Sequence[Column],
    style: ChipStyle,
) -> Grid:
    """Return the positions of the columns on a page of the template's width."""
    type_ = style.page
    gap = type_.size * 1.1

    def measure_text(string: str, bold: bool = False) -> float:
        return text_width(string, type_.size, family=type_.family, bold=bold)

    name = max(
        [
            measure_text(NAME, bold=True),
            *(measure_text(row.model.name, bold=row.best) for row in rows),
        ]
    )
    right = type_.width - MARGIN
    ends: list[float] = []
    for number in reversed(range(len(columns))):
        ends.append(right)
        texts = [
            style.chips.spark.width if line[number].curve else measure_text(line[number].text)
            for line in fields
        ]
        right -= max([measure_text(columns[number].title, bold=True), *texts]) + gap
    start = MARGIN + name + gap
    room = right - start
    if room < NARROWEST:
        enough = ceil((type_.width + NARROWEST - room) * type_.zoom)
        message = f"invalid width: {type_.width:g}pt is too narrow for the names and the columns"
        raise UsageError(message, hint=f"ask for fewer --columns, or for --width {enough}pt")
    return Grid(start, room, tuple(reversed(ends)), type_.width)


def draw_tables(material: Material) -> tuple[Scene, tuple[Scene, ...], Material]:
    """Return the table on one page, and its pages of the template's height.

    The third is the material with its style and its room.
    """
    rows, columns, style = material.rows, material.columns, material.style
    if style.vertical:
        return *draw_columns(material), replace(material, room=style.page.height)
    fields = [
        tuple(column.format_field(row, material.reference) for column in columns) for row in rows
    ]
    grid = make_grid(rows, fields, columns, style)
    if material.align:
        rows, style, fits = align_rows(material, grid.room)
        material = replace(material, align=fits)
    else:
        strips = [row.model.strip for row in rows]
        style = fit_style(style, strips, grid.room, material.size, fill=True)
    lines = [
        _make_line(row, field_texts, grid, style)
        for row, field_texts in zip(rows, fields, strict=True)
    ]
    sheet = _TableDrawing(grid, columns, style, material.title, with_legend=material.with_legend)
    one_page = sheet.draw_page(lines)
    reference_name = material.reference.model.name
    reference = next((row for row in rows if row.model.name == reference_name), material.reference)
    resolved = replace(material, rows=rows, reference=reference, style=style, room=grid.room)
    if one_page.size.height <= style.page.height:
        return one_page, (one_page,), resolved
    return (
        one_page,
        tuple(sheet.draw_page(part) for part in sheet.split_into_pages(lines)),
        resolved,
    )


def align_rows(material: Material, room: float) -> tuple[list[TableRow], ChipStyle, bool]:
    """Return the rows with their stages aligned, at the largest size that the room allows.

    If no size allows it, the rows are unchanged and the last value is false: a chip in several
    lines has no columns.
    """
    rows, style = list(material.rows), material.style
    strips = [row.model.strip for row in rows]
    resolutions = [
        find_input_resolution(fill_open_axes(row.model.network, style.chips.open)) for row in rows
    ]
    names = (style.sizes.id,) if material.size != AUTO else SIZES_TRIED
    lead = next((n for n, row in enumerate(rows) if row is material.reference), 0)
    for name in names:
        sizes = style.chips.get_size(name)
        for share in SHARES_TRIED if material.size == AUTO else SHARES_TRIED[:1]:
            tried = replace(style, sizes=squeeze(sizes, share))
            aligned = align_stages(strips, resolutions, lead, tried.spacing)
            if all(place_strip(strip, tried.spacing).width <= room for strip in aligned):
                rows = [
                    replace(row, model=replace(row.model, strip=strip))
                    for row, strip in zip(rows, aligned, strict=True)
                ]
                return rows, tried, True
    return rows, fit_style(style, strips, room, material.size), False


def _make_line(
    row: TableRow, field_texts: tuple[FieldText, ...], grid: Grid, style: ChipStyle
) -> TableLine:
    """Return a row with its chip, whose first line is on the baseline."""
    chip = place_chip(row.model.strip, style, grid.room)
    type_ = metrics(style.page.size, family=style.page.family)
    height = (
        style.chips.spark.height if any(field.curve for field in field_texts) else type_.cap_height
    )
    above, below = max(chip.above, height), max(chip.below, type_.descent)
    return TableLine(row, field_texts, chip, above, below)


class _TableDrawing:
    """Draws pages of one table."""

    def __init__(
        self,
        grid: Grid,
        columns: Sequence[Column],
        style: ChipStyle,
        title: str,
        *,
        with_legend: bool,
    ) -> None:
        self.grid, self.columns, self.style = grid, columns, style
        self.title, self.with_legend = title, with_legend
        self.type = style.page
        self.gap = self.type.row * 0.55
        self.cap = metrics(self.type.size, family=self.type.family).cap_height

    @property
    def head(self) -> float:
        """The y of the first row, below the head."""
        return MARGIN + 2 * self.pad + self.cap + RULES[0] + RULES[1]

    @property
    def pad(self) -> float:
        """Between the head and the rules."""
        return self.type.size * PAD

    def draw_page(self, lines: Sequence[TableLine]) -> Scene:
        """Return a page with some rows."""
        items: list[Item] = [*self.draw_header()]
        y = self.head + self.gap * 0.7
        for number, line in enumerate(lines):
            y += self.gap if number else 0.0
            items.append(self.draw_row(line, y + line.above))
            y += line.above + line.below
        y += self.gap * 0.7
        items.append(self.draw_rule(y, RULES[0]))
        y += RULES[0]
        models = [line.row.model for line in lines]
        if self.with_legend:
            drawn_legend = self.draw_legend(lines, y + self.type.legend_gap * 0.45)
            items.extend(drawn_legend.items)
            y += self.type.legend_gap * 0.45 + drawn_legend.height
        size = Size(self.grid.width, y + MARGIN)
        text = describe_chips(models, self.style)
        return Scene(size, tuple(items), self.title, text, self.style.page.background)

    def draw_legend(self, rows: Sequence[TableLine], y: float) -> DrawnLegend:
        """Return the legend of the chips on a page."""
        shown = [line.row for line in rows]
        return draw_table_legend(shown, self.columns, self.style, y, self.grid.width)

    def measure_legend(self, lines: Sequence[TableLine]) -> float:
        """Return the height of the legend of all rows: no page's is higher."""
        if not self.with_legend:
            return 0.0
        drawn_legend = self.draw_legend(lines, 0.0)
        return self.type.legend_gap * 0.45 + drawn_legend.height

    def split_into_pages(self, lines: Sequence[TableLine]) -> list[list[TableLine]]:
        """Return the rows of each page: as many as its height holds."""
        empty = self.head + self.gap * 1.4 + RULES[0] + MARGIN + self.measure_legend(lines)
        pages: list[list[TableLine]] = [[]]
        used = empty
        for line in lines:
            need = line.above + line.below + (self.gap if pages[-1] else 0.0)
            if pages[-1] and used + need > self.type.height:
                pages.append([])
                used, need = empty, line.above + line.below
            pages[-1].append(line)
            used += need
        return pages

    def draw_header(self) -> list[Item]:
        """Return the headings between two rules."""
        y = MARGIN + RULES[0] + self.pad + self.cap
        heads = [(MARGIN, NAME, "start"), (self.grid.chip, CHIP, "start")]
        heads += [
            (x, column.title, "end") for x, column in zip(self.grid.ends, self.columns, strict=True)
        ]
        texts = [
            draw_text(Point(x, y), text, self.style, anchor=anchor, bold=True)
            for x, text, anchor in heads
        ]
        middle = y + self.pad
        return [self.draw_rule(MARGIN, RULES[0]), *texts, self.draw_rule(middle, RULES[1])]

    def draw_row(self, line: TableLine, y: float) -> Group:
        """Return a row whose baseline is at `y`."""
        name = line.row.model.name
        items: list[Item] = [draw_text(Point(MARGIN, y), name, self.style, bold=line.row.best)]
        items.append(draw_chip(line.chip.moved(self.grid.chip, y), name, self.style))
        for x, field_text in zip(self.grid.ends, line.fields, strict=True):
            items.append(draw_field(field_text, Point(x, y), self.style, "end"))
        return Group(tuple(items), classes=("row",), data=(("model", name),))

    def draw_rule(self, y: float, weight: float) -> Path:
        """Return a line across the page whose upper side is at `y`."""
        return draw_rule(y, weight, self.grid.width, self.style)
