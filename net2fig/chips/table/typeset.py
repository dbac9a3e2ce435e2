"""What tables of chips are set from, whichever way their chips go: fields, rules, the legend."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from net2fig.chips.drawing.legend import Drawn, legend, signs
from net2fig.chips.drawing.page import MARGIN, Style, small_print
from net2fig.chips.table.columns import Column, Row, Said, notes_of
from net2fig.chips.table.spark import spark
from net2fig.geometry import Box, Point
from net2fig.scene import Group, Path, Text, polyline

RULES = (0.8, 0.5)
"""The rules at the ends of a table, and the one beneath its head."""

PAD = 0.45
"""Between the head and its rules, as a share of the size of the type."""


def field(
    at: Point,
    string: str,
    style: Style,
    *,
    anchor: str = "start",
    bold: bool = False,
    muted: bool = False,
) -> Text:
    """Return a heading, or a field, of a table."""
    page, ink = style.page, style.palette.ink["muted" if muted else "text"]
    text = Text(at, string, page.size, ink, anchor=anchor, bold=bold, family=page.family)
    return replace(text, classes=("field",))


def said_at(said: Said, at: Point, style: Style, anchor: str = "start") -> Text | Group:
    """Return what is said in a field, a text or a training curve, with its end on a line."""
    if not said.curve:
        return field(at, said.text, style, anchor=anchor, muted=said.muted)
    look = style.chips.spark
    left = at.x - look.width if anchor == "end" else at.x
    box = Box(left, at.y - look.height, look.width, look.height)
    return replace(spark(said.curve, box, style), title=said.text)


def rule(y: float, weight: float, width: float, style: Style) -> Path:
    """Return a line across a page of some width, its upper side at `y`."""
    ends = [Point(MARGIN, y + weight / 2), Point(width - MARGIN, y + weight / 2)]
    ink = style.palette.ink["text"]
    return Path(polyline(ends), stroke=ink, width=weight, classes=("rule",))


def meaning(
    rows: Sequence[Row], columns: Sequence[Column], style: Style, y: float, width: float
) -> Drawn:
    """Return the legend of some rows, across a page of some width: of what stands in them."""
    models = [row.model for row in rows]
    entries = signs([model.strip for model in models], style.brush)
    lines = [*small_print(models, style), *notes_of(rows, columns)]
    return legend(entries, lines, style.brush, Point(MARGIN, y), width - 2 * MARGIN)
