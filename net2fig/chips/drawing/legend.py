"""The legend of chips: an entry for each kind, the scale, and the kinds that are not drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.drawing.marks import CellMark
from net2fig.chips.drawing.paint import Brush, paint_cell
from net2fig.chips.drawing.placed import PlacedCell
from net2fig.chips.drawing.scale import ValueScale
from net2fig.chips.strip.strip import Cell, Strip
from net2fig.chips.table.numbers import format_power
from net2fig.compose.wording import words
from net2fig.data.grammar import Entry, Grammar
from net2fig.fonts.metrics import metrics, text_width
from net2fig.geometry import Box, Point
from net2fig.outline import CONSTANT, LeftOut
from net2fig.scene import Group, Item, Text


class ChipEntry(Struct, frozen=True):
    """One entry of the legend: a cell for all cells that look like it, and its words."""

    cell: Cell
    label: str


def find_entries(strips: Iterable[Strip], brush: Brush) -> list[ChipEntry]:
    """Return an entry for each look among the cells, in the order of the kinds."""
    by_look: dict[tuple[str, CellMark, str], list[Cell]] = {}
    for strip in strips:
        for cell in strip.cells():
            look = (
                brush.cell_colour(cell),
                brush.chips.get_mark(cell.entry, cell.curve),
                cell.label,
            )
            by_look.setdefault(look, []).append(cell)
    kinds = brush.grammar.kinds
    entries = [
        ChipEntry(
            replace(cells[0], shared=False, pale=False, badges=(), measured=()),
            find_label(cells, brush),
        )
        for cells in by_look.values()
    ]
    return sorted(
        entries,
        key=lambda entry: (kinds[entry.cell.entry.kind].order, entry.cell.entry.tone, entry.label),
    )


def find_label(cells: Sequence[Cell], brush: Brush) -> str:
    """Return the words for cells that look alike."""
    if cells[0].label:
        return cells[0].label
    if cells[0].curve:
        return brush.chips.get_curve_label(cells[0].curve)
    labels = dict.fromkeys(cell.entry.id for cell in cells)
    if len(labels) == 1:
        entry = cells[0].entry
        return brush.chips.words.get(entry.id) or _lower_label(
            entry, entry.id in brush.grammar.entries
        )
    kind = brush.grammar.kinds[cells[0].entry.kind]
    return brush.chips.words.get(kind.id, kind.one)


def _lower_label(entry: Entry, is_known: bool) -> str:
    """Return a label within a line: "Padding" → "padding", but "LSTM", "MyLayer"."""
    label = entry.label
    return label[:1].lower() + label[1:] if is_known and not label[:2].isupper() else label


def describe_scale(side: str, scale: ValueScale, unit: str, *, clamped: bool, many: bool) -> str:
    """Return the sentence about the scale, for the height or the width of cells."""
    low = format_power(scale.low) + (" and less" if clamped else "")
    text = f"{side}: size of the output, {low} to {format_power(scale.high)} {unit}, logarithmic"
    return text + (", one scale for all." if many else ".")


def describe_hidden(hidden: Iterable[LeftOut], grammar: Grammar) -> str:
    """Return the sentence about the kinds of layers that are not drawn.

    Operations with a constant are not mentioned: their kind is drawn.
    """
    kinds = {
        kind.id: kind
        for each in hidden
        if each.function != CONSTANT
        for kind in [grammar.kind(each.op)]
    }
    ordered = sorted(kinds.values(), key=lambda kind: kind.order)
    return f"Not shown: {', '.join(kind.many for kind in ordered)}." if ordered else ""


class DrawnLegend(Struct, frozen=True):
    """Items, and how high they are from the y at which they begin."""

    items: tuple[Item, ...]
    height: float


def draw_legend(
    entries: Sequence[ChipEntry], lines: Sequence[str], brush: Brush, at: Point, width: float
) -> DrawnLegend:
    """Draw entries in rows, then lines of small print, within a width."""
    size, family = brush.text, brush.family
    cap_height = metrics(size, family=family).cap_height
    cell, length = measure_swatch(brush)
    pitch = max(length, size) + 2.6
    gap, space = size * 1.1, size * 0.32
    items: list[Item] = []
    x, y = at.x, at.y
    for entry in entries:
        wide = cell + space + text_width(entry.label, size, family=family)
        if x > at.x and x + wide > at.x + width:
            x, y = at.x, y + pitch
        box = Box(x, y + (pitch - 2.6 - length) / 2, cell, length)
        base = box.centre.y + cap_height / 2
        text = Text(
            Point(x + cell + space, base),
            entry.label,
            size,
            brush.palette.ink["text"],
            family=family,
        )
        shape = draw_swatch(entry, box, brush)
        data = (("type", entry.cell.type),)
        items.append(Group((shape, text), classes=("entry",), data=data))
        x += wide + gap
    y += pitch if entries else 0.0

    def fits(line: str) -> bool:
        return text_width(line, size, family=family) <= width

    for line in (part for text in lines for part in words.break_lines(text, fits)):
        y += size * 1.25
        items.append(Text(Point(at.x, y), line, size, brush.palette.ink["muted"], family=family))
    descent = metrics(size, family=family).descent if lines else 0.0
    return DrawnLegend((Group(tuple(items), classes=("legend",)),), y + descent - at.y)


def measure_swatch(brush: Brush) -> tuple[float, float]:
    """Return the width and the height of the cells of a legend."""
    cap_height = metrics(brush.text, family=brush.family).cap_height
    return min(brush.sizes.cell, 7.0), min(
        max(brush.sizes.length.at(0.32), cap_height * 1.35), 12.0
    )


def draw_swatch(entry: ChipEntry, box: Box, brush: Brush) -> Group:
    """Return the cell of an entry, in a box."""
    return paint_cell(PlacedCell(replace(entry.cell, layers=(), output=None), box), brush)
