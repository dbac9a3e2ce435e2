"""Rows → scenes: a table of chips with rules above and below, a legend beneath, in pages."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.drawing.fit import AUTO, SQUEEZED, TRIED, fitting, squeezed
from net2fig.chips.drawing.legend import Drawn
from net2fig.chips.drawing.page import MARGIN, Style, broken, described, items_of
from net2fig.chips.drawing.place import place
from net2fig.chips.drawing.placed import Placed
from net2fig.chips.formats.sheet import Material
from net2fig.chips.strip.stages import staged, whole_of
from net2fig.chips.table.columnar import columnar
from net2fig.chips.table.columns import CHIP, NAME, Column, Row, Said
from net2fig.chips.table.typeset import PAD, RULES, field, meaning, rule, said_at
from net2fig.errors import UsageError
from net2fig.fonts.metrics import metrics, text_width
from net2fig.geometry import Point, Size
from net2fig.read import fill_open_axes
from net2fig.scene import Group, Item, Path, Scene

NARROWEST = 30.0
"""A column of chips is at least so wide, in points."""


class Grid(Struct, frozen=True):
    """Where the columns stand: the chips from `chip` to `chip + room`, numbers end at `ends`."""

    chip: float
    room: float
    ends: tuple[float, ...]
    width: float


class Line(Struct, frozen=True):
    """One row with its chip, and the distances above and below its baseline."""

    row: Row
    fields: tuple[Said, ...]
    chip: Placed
    above: float
    below: float


def grid_of(
    rows: Sequence[Row], fields: Sequence[Sequence[Said]], columns: Sequence[Column], style: Style
) -> Grid:
    """Return where the columns stand on a page of the template's width."""
    type_ = style.page
    gap = type_.size * 1.1

    def wide(string: str, bold: bool = False) -> float:
        return text_width(string, type_.size, family=type_.family, bold=bold)

    name = max([wide(NAME, bold=True), *(wide(row.model.name, bold=row.best) for row in rows)])
    right = type_.width - MARGIN
    ends: list[float] = []
    for number in reversed(range(len(columns))):
        ends.append(right)
        texts = [
            style.chips.spark.width if line[number].curve else wide(line[number].text)
            for line in fields
        ]
        right -= max([wide(columns[number].title, bold=True), *texts]) + gap
    start = MARGIN + name + gap
    room = right - start
    if room < NARROWEST:
        message = f"invalid width: {type_.width:g}pt is too narrow for the names and the columns"
        raise UsageError(message, hint="ask for fewer --columns, or for a greater --width")
    return Grid(start, room, tuple(reversed(ends)), type_.width)


def tables(material: Material) -> tuple[Scene, tuple[Scene, ...], Material]:
    """Return the table on one page, and its pages of the template's height.

    The third is the material with the style and the room that were found.
    """
    rows, columns, style = material.rows, material.columns, material.style
    if style.vertical:
        return *columnar(material), replace(material, room=style.page.height)
    fields = [tuple(column.say(row, material.reference) for column in columns) for row in rows]
    grid = grid_of(rows, fields, columns, style)
    if material.align:
        rows, style, fits = in_stages(material, grid.room)
        material = replace(material, align=fits)
    else:
        style = fitting(style, [row.model.strip for row in rows], grid.room, material.size)
    lines = [_line(row, said, grid, style) for row, said in zip(rows, fields, strict=True)]
    sheet = _Sheet(grid, columns, style, material.title, with_legend=material.with_legend)
    whole = sheet.scene(lines)
    named = material.reference.model.name
    reference = next((row for row in rows if row.model.name == named), material.reference)
    found = replace(material, rows=rows, reference=reference, style=style, room=grid.room)
    if whole.size.height <= style.page.height:
        return whole, (whole,), found
    return whole, tuple(sheet.scene(part) for part in sheet.parted(lines)), found


def in_stages(material: Material, room: float) -> tuple[list[Row], Style, bool]:
    """Return the rows with their stages aligned, at the largest size that the room allows.

    Where none allows it, which the last tells, the rows are left as they are: a chip in several
    lines has no columns.
    """
    rows, style = list(material.rows), material.style
    strips = [row.model.strip for row in rows]
    wholes = [whole_of(fill_open_axes(row.model.network, style.chips.open)) for row in rows]
    names = (style.sizes.id,) if material.size != AUTO else TRIED
    lead = next((n for n, row in enumerate(rows) if row is material.reference), 0)
    for name in names:
        sizes = style.chips.size(name)
        for share in SQUEEZED if material.size == AUTO else SQUEEZED[:1]:
            tried = replace(style, sizes=squeezed(sizes, share))
            made = staged(strips, wholes, lead, tried.spacing)
            if all(place(strip, tried.spacing).width <= room for strip in made):
                rows = [
                    replace(row, model=replace(row.model, strip=strip))
                    for row, strip in zip(rows, made, strict=True)
                ]
                return rows, tried, True
    return rows, fitting(style, strips, room, material.size), False


def _line(row: Row, said: tuple[Said, ...], grid: Grid, style: Style) -> Line:
    """Return a row with its chip, the first line of which stands on the baseline."""
    chip = broken(row.model.strip, style, grid.room)
    type_ = metrics(style.page.size, family=style.page.family)
    tall = style.chips.spark.height if any(field.curve for field in said) else type_.cap_height
    above, below = max(chip.above, tall), max(chip.below, type_.descent)
    return Line(row, said, chip, above, below)


class _Sheet:
    """Draws pages of one table."""

    def __init__(
        self,
        grid: Grid,
        columns: Sequence[Column],
        style: Style,
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
        """The y beneath the head, where the first row begins."""
        return MARGIN + 2 * self.pad + self.cap + RULES[0] + RULES[1]

    @property
    def pad(self) -> float:
        """Between the head and the rules."""
        return self.type.size * PAD

    def scene(self, lines: Sequence[Line]) -> Scene:
        """Return a page with some rows."""
        items: list[Item] = [*self.header()]
        y = self.head + self.gap * 0.7
        for number, line in enumerate(lines):
            y += self.gap if number else 0.0
            items.append(self.row(line, y + line.above))
            y += line.above + line.below
        y += self.gap * 0.7
        items.append(self.rule(y, RULES[0]))
        y += RULES[0]
        models = [line.row.model for line in lines]
        if self.with_legend:
            drawn = self.legend(lines, y + self.type.legend_gap * 0.45)
            items.extend(drawn.items)
            y += self.type.legend_gap * 0.45 + drawn.height
        size = Size(self.grid.width, y + MARGIN)
        text = described(models, self.style)
        return Scene(size, tuple(items), self.title, text, self.style.page.background)

    def legend(self, rows: Sequence[Line], y: float) -> Drawn:
        """Return the legend of a page: of what stands on it."""
        shown = [line.row for line in rows]
        return meaning(shown, self.columns, self.style, y, self.grid.width)

    def tail(self, lines: Sequence[Line]) -> float:
        """Return the height of the legend of all rows: no page's is higher."""
        if not self.with_legend:
            return 0.0
        drawn = self.legend(lines, 0.0)
        return self.type.legend_gap * 0.45 + drawn.height

    def parted(self, lines: Sequence[Line]) -> list[list[Line]]:
        """Return the rows of each page: as many as its height holds."""
        empty = self.head + self.gap * 1.4 + RULES[0] + MARGIN + self.tail(lines)
        pages: list[list[Line]] = [[]]
        used = empty
        for line in lines:
            need = line.above + line.below + (self.gap if pages[-1] else 0.0)
            if pages[-1] and used + need > self.type.height:
                pages.append([])
                used, need = empty, line.above + line.below
            pages[-1].append(line)
            used += need
        return pages

    def header(self) -> list[Item]:
        """Return the headings between two rules."""
        y = MARGIN + RULES[0] + self.pad + self.cap
        heads = [(MARGIN, NAME, "start"), (self.grid.chip, CHIP, "start")]
        heads += [
            (x, column.title, "end") for x, column in zip(self.grid.ends, self.columns, strict=True)
        ]
        texts = [
            field(Point(x, y), said, self.style, anchor=anchor, bold=True)
            for x, said, anchor in heads
        ]
        middle = y + self.pad
        return [self.rule(MARGIN, RULES[0]), *texts, self.rule(middle, RULES[1])]

    def row(self, line: Line, y: float) -> Group:
        """Return a row whose baseline is at `y`."""
        name = line.row.model.name
        items: list[Item] = [field(Point(MARGIN, y), name, self.style, bold=line.row.best)]
        items.append(items_of(line.chip.moved(self.grid.chip, y), name, self.style))
        for x, said in zip(self.grid.ends, line.fields, strict=True):
            items.append(said_at(said, Point(x, y), self.style, "end"))
        return Group(tuple(items), classes=("row",), data=(("model", name),))

    def rule(self, y: float, weight: float) -> Path:
        """Return a line across the page whose upper side is at `y`."""
        return rule(y, weight, self.grid.width, self.style)
