"""Placed → items of a scene: cells in the colours of their kinds, with their marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from net2fig.chips.marks import ChipGrammar, Mark, Sizes
from net2fig.chips.spot import Placed, PlacedCell, PlacedLine
from net2fig.chips.strip import Cell
from net2fig.compose.colours import darker, lighter, parts
from net2fig.geometry import Box, Point
from net2fig.grammar import Entry, Grammar, Palette
from net2fig.network import Extent
from net2fig.scene import (
    Command,
    Group,
    Item,
    Line,
    Move,
    Path,
    Text,
    polyline,
    rounded,
)

TONE = 0.34
"""How much lighter the second colour of a kind is than its first; the third twice as much."""

LIGHTEST = 0.68
DARKER = 0.24
CONTRAST = 2.5
"""Marks are of paper where that contrasts with the cell at least so much, else of ink."""

FAINT = 1.4
"""A cell that contrasts less with the paper has a border."""

THIN = {"bracket": 0.85, "wire": 0.7}
"""How much thinner than an arc the other lines are."""

INSET = 0.14
"""Between a mark that fills its cell and the cell's sides, as a share of the cell."""


@dataclass(frozen=True, slots=True)
class Brush:
    """What cells are painted with."""

    grammar: Grammar
    chips: ChipGrammar
    palette: Palette
    sizes: Sizes
    text: float
    family: str

    def colour(self, entry: Entry) -> str:
        """Return the colour of an entry of the catalogue."""
        colour = self.palette.roles[self.grammar.kinds[entry.kind].role]
        if entry.tone < 0:
            return darker(colour, -DARKER * entry.tone)
        return lighter(colour, min(TONE * entry.tone, LIGHTEST)) if entry.tone else colour

    def ink_on(self, colour: str) -> str:
        """Return the colour of a mark on a cell."""
        ink = self.palette.ink
        return ink["paper"] if contrast(colour, ink["paper"]) >= CONTRAST else ink["text"]


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as the guidelines for the web define it.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def paint(placed: Placed, brush: Brush) -> Iterator[Item]:
    """Yield the items of a chip that stands where it shall be drawn."""
    for line in placed.lines:
        if line.role == "wire":
            yield _line(line, brush)
    for item in placed.cells:
        yield cell_item(item, brush)
    for line in placed.lines:
        if line.role != "wire":
            yield _line(line, brush)
    for text in placed.texts:
        colour = brush.palette.ink["text" if text.role == "count" else "muted"]
        yield Text(
            Point(text.x, text.y),
            text.string,
            brush.text,
            colour,
            anchor=text.anchor,
            family=brush.family,
            classes=("label", text.role),
        )


def _line(line: PlacedLine, brush: Brush) -> Path:
    """Return an arc, a wire or a bracket."""
    ink = brush.palette.ink
    colour = ink["text"] if line.role == "arc" else ink["line"]
    commands: list[Command] = []
    for number, point in enumerate(line.points):
        if isinstance(point, Point):
            commands.append(Line(point) if number else Move(point))
        else:
            commands.append(point)
    role = "edge" if line.role in ("arc", "wire") else line.role
    width = brush.sizes.stroke * THIN.get(line.role, 1.0)
    return Path(tuple(commands), stroke=colour, width=width, classes=(role,))


def cell_item(item: PlacedCell, brush: Brush) -> Group:
    """Return a cell with its mark."""
    cell, box = item.cell, item.box
    mark = brush.chips.mark(cell.entry, cell.curve)
    colour = brush.colour(cell.entry)
    data = [("type", cell.type), ("layers", " ".join(cell.layers)), ("out", _said(cell.output))]
    return Group(
        (_body(box, colour, mark, brush), *marks(mark, box, colour, brush)),
        classes=("glyph", f"kind-{cell.entry.kind}"),
        data=tuple((key, value) for key, value in data if value),
        title=_title(cell),
    )


def _body(box: Box, colour: str, mark: Mark, brush: Brush) -> Path:
    """Return the box of a cell; dotted where something is dropped."""
    radius = min(brush.sizes.radius, box.height / 3)
    width = brush.sizes.stroke
    if mark.border:
        inner = box.grown(-width / 2)
        dash = (width * 0.9, width * 1.1)
        pale = lighter(colour, 0.75)
        stroke = darker(colour)
        return Path(rounded(inner, radius), pale, stroke, width=width, dash=dash, classes=("body",))
    if contrast(colour, brush.palette.ink["paper"]) < FAINT:
        inner = box.grown(-width / 4)
        return Path(
            rounded(inner, radius), colour, darker(colour), width=width / 2, classes=("body",)
        )
    return Path(rounded(box, radius), colour, classes=("body",))


def marks(mark: Mark, box: Box, colour: str, brush: Brush) -> Iterator[Path]:
    """Yield the strokes and dots of a mark in a cell."""
    side = brush.sizes.mark
    if not side:
        return
    ink, width = brush.ink_on(colour), brush.sizes.stroke
    frame = _frame(mark, box, side)
    for stroke in mark.strokes:
        yield Path(polyline(_at(stroke, frame)), stroke=ink, width=width, classes=("mark",))
    dash = (width * 1.6, width * 1.2)
    for stroke in mark.dashed:
        line = polyline(_at(stroke, frame))
        yield Path(line, stroke=ink, width=width, dash=dash, classes=("mark",))
    for x, y, radius in mark.dots:
        middle = _at(((x, y),), frame)[0]
        r = radius * min(frame.width, frame.height)
        spot = Box(middle.x - r, middle.y - r, 2 * r, 2 * r)
        yield Path(rounded(spot, r), ink, classes=("mark",))


def _frame(mark: Mark, box: Box, side: float) -> Box:
    """Return the square in the middle of a cell, or nearly all of the cell."""
    if mark.fit == "cell":
        inset = INSET * box.width
        return Box(box.x + inset, box.y + inset, box.width - 2 * inset, box.height - 2 * inset)
    middle, tall = box.centre, min(side, box.height * 0.7)
    return Box(middle.x - side / 2, middle.y - tall / 2, side, tall)


def _at(stroke: tuple[tuple[float, float], ...], frame: Box) -> list[Point]:
    return [Point(frame.x + x * frame.width, frame.y + y * frame.height) for x, y in stroke]


def _said(extent: Extent | None) -> str:
    """Return the size of a tensor: "56×56×64"."""
    if extent is None:
        return ""
    axes = (*extent.spatial, extent.features)
    return "×".join("?" if axis is None else str(axis) for axis in axes)


def _title(cell: Cell) -> str:
    """Return what a cell is, for whoever points at it."""
    return ", ".join(part for part in (cell.type, _said(cell.output)) if part)
