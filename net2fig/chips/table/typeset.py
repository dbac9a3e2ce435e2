"""Parts of tables of chips in both directions: fields, rules, the legend."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from net2fig.chips.drawing.legend import DrawnLegend, draw_legend, find_entries
from net2fig.chips.drawing.page import MARGIN, ChipStyle, draw_marks, write_small_print
from net2fig.chips.table.columns import Column, FieldText, TableRow, list_notes
from net2fig.chips.table.spark import draw_spark
from net2fig.geometry import Box, Point
from net2fig.scene import Group, Path, Text, polyline

RULES = (0.8, 0.5)
"""The rules at the ends of a table, and the one beneath its head."""

PAD = 0.45
"""Between the head and its rules, as a share of the size of the type."""


def draw_text(
    at: Point,
    string: str,
    style: ChipStyle,
    *,
    anchor: str = "start",
    bold: bool = False,
    muted: bool = False,
) -> Text:
    """Return a heading, or a field, of a table."""
    page, ink = style.page, style.palette.ink["muted" if muted else "text"]
    text = Text(at, string, page.size, ink, anchor=anchor, bold=bold, family=page.family)
    return replace(text, classes=("field",))


def draw_field(
    field: FieldText, at: Point, style: ChipStyle, anchor: str = "start"
) -> Text | Group:
    """Return a field, a text or a training curve, with its end at a point."""
    if not field.curve:
        return draw_text(at, field.text, style, anchor=anchor, muted=field.muted)
    look = style.chips.spark
    left = at.x - look.width if anchor == "end" else at.x
    box = Box(left, at.y - look.height, look.width, look.height)
    return replace(draw_spark(field.curve, box, style), title=field.text)


def draw_rule(y: float, weight: float, width: float, style: ChipStyle) -> Path:
    """Return a line across a page of some width, its upper side at `y`."""
    ends = [Point(MARGIN, y + weight / 2), Point(width - MARGIN, y + weight / 2)]
    ink = style.palette.ink["text"]
    return Path(polyline(ends), stroke=ink, width=weight, classes=("rule",))


def draw_table_legend(
    rows: Sequence[TableRow], columns: Sequence[Column], style: ChipStyle, y: float, width: float
) -> DrawnLegend:
    """Return the legend of the chips in some rows, for a page of some width."""
    models = [row.model for row in rows]
    entries = find_entries([model.strip for model in models], style.brush)
    lines = [*write_small_print(models, style), *list_notes(rows, columns)]
    drawn = draw_legend(entries, lines, style.brush, Point(MARGIN, y), width - 2 * MARGIN)
    marks = draw_marks(models, style, Point(0.0, y + drawn.height), width)
    return DrawnLegend((*drawn.items, *marks.items), drawn.height + marks.height)
