"""Placed → items of a scene: cells in the colours of their kinds, with their marks."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from net2fig.chips.drawing.marks import CellMark, ChipGrammar, ChipSizes
from net2fig.chips.drawing.place import FOOT, FOOT_GAP, TIE_GAP
from net2fig.chips.drawing.placed import PlacedCell, PlacedLine, PlacedStrip
from net2fig.chips.strip.strip import Cell
from net2fig.compose.style.colours import darken, lighten
from net2fig.compose.style.contrast import to_linear
from net2fig.data.grammar import Entry, Grammar, Palette
from net2fig.geometry import Box, Point
from net2fig.marking.mark import Pen, choose_color, draw_disc
from net2fig.network import Extent
from net2fig.pins import Pin, Place, Tint
from net2fig.scene import (
    Command,
    Group,
    Item,
    Line,
    Move,
    Path,
    Text,
    polygon,
    polyline,
    rounded,
)

TONE = 0.34
"""How much lighter the second colour of a kind is than its first; the third twice as much."""

LIGHTEST = 0.68
PALE = 0.72
"""The share of white in a cell that the reference has as well."""
DARKER = 0.24
CONTRAST = 2.5
"""The least contrast of a cell with paper for marks in the colour of paper; others are of ink."""

FAINT = 1.4
"""A cell that contrasts less with the paper has a border."""

THIN = {"bracket": 0.85, "wire": 0.7}
"""How much thinner than an arc the other lines are."""

TORN = 0.3
"""How deep a torn end is, as a share of the cell's side."""

EDGE = 0.25
"""The border of the bar of a tint, whose colour may be nearly that of paper."""

INSET = 0.14
"""Between a mark that fills its cell and the cell's sides, as a share of the cell."""


class Brush(Struct, frozen=True):
    """Colours and sizes for painting cells."""

    grammar: Grammar
    chips: ChipGrammar
    palette: Palette
    sizes: ChipSizes
    text: float
    family: str
    tint: Tint | None = None
    mono: bool = False

    def entry_colour(self, entry: Entry) -> str:
        """Return the colour of an entry of the catalogue."""
        colour = self.palette.roles[self.grammar.kinds[entry.kind].role]
        if entry.tone < 0:
            return darken(colour, -DARKER * entry.tone)
        return lighten(colour, min(TONE * entry.tone, LIGHTEST)) if entry.tone else colour

    def cell_colour(self, cell: Cell) -> str:
        """Return the colour of a cell: that of its entry, or the one that the author chose.

        A colour is written "#4c72b0", or named as a role of the palette or one of its accents.
        """
        name = cell.color
        if not name:
            return self.entry_colour(cell.entry)
        if name.startswith("accent-"):
            return self.palette.groups[(int(name[7:]) - 1) % len(self.palette.groups)]
        return self.palette.roles.get(name, name.lower())

    def choose_ink(self, colour: str) -> str:
        """Return the colour of a mark on a cell."""
        ink = self.palette.ink
        return ink["paper"] if measure_contrast(colour, ink["paper"]) >= CONTRAST else ink["text"]


def measure_contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as the guidelines for the web define it.

    >>> round(measure_contrast("#000000", "#ffffff"))
    21
    """
    low, high = sorted((_compute_luminance(first), _compute_luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _compute_luminance(colour: str) -> float:
    red, green, blue = to_linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def paint(placed: PlacedStrip, brush: Brush) -> Iterator[Item]:
    """Yield the items of a placed chip."""
    for line in placed.lines:
        if line.role == "wire":
            yield _paint_line(line, brush)
    for item in placed.cells:
        yield paint_cell(item, brush)
        yield from _paint_bar(item, brush)
    for line in placed.lines:
        if line.role != "wire":
            yield _paint_line(line, brush)
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
    pen = Pen(brush.text, brush.family, 1.0)
    for each in placed.badges:
        badge = each.badge
        pin = Pin(Place(badge.layer), "", badge.tier, badge.code)
        yield draw_disc(badge.number, pin, each.middle, each.radius, pen)


def _paint_bar(item: PlacedCell, brush: Brush) -> Iterator[Group]:
    """Yield the bar beneath a cell: the mean of the numbers of its layers."""
    numbers = [number for _, number in item.cell.measured]
    if not numbers or brush.tint is None:
        return
    mean, box = sum(numbers) / len(numbers), item.box
    if item.upright:
        bar = Box(box.x, box.bottom + FOOT_GAP, box.width, FOOT)
    else:
        bar = Box(box.x - FOOT_GAP - FOOT, box.y, FOOT, box.height)
    fill = choose_color(mean, brush.tint, mono=brush.mono)
    stroke = brush.palette.ink["line"]
    path = Path(rounded(bar.grown(-EDGE / 2), 0.0), fill, stroke, EDGE, classes=("bar",))
    yield Group(
        (path,),
        classes=("tint",),
        data=(("layers", " ".join(item.cell.layers)), ("value", f"{mean:.6g}")),
        title=f"{brush.tint.name}: {mean:.3g}",
    )


def _paint_line(line: PlacedLine, brush: Brush) -> Path:
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


def paint_cell(item: PlacedCell, brush: Brush) -> Group:
    """Return a cell with its mark."""
    cell = item.cell
    mark = brush.chips.get_mark(cell.entry, cell.curve)
    colour = lighten(brush.cell_colour(cell), PALE) if cell.pale else brush.cell_colour(cell)
    data = [
        ("type", cell.type),
        ("layers", " ".join(cell.layers)),
        ("out", _format_extent(cell.output)),
    ]
    items = (_paint_body(item, colour, mark, brush), *paint_marks(mark, item, colour, brush))
    return Group(
        (*items, *_paint_tie(item, brush)),
        classes=("glyph", f"kind-{cell.entry.kind}", *(("pale",) if cell.pale else ())),
        data=tuple((key, value) for key, value in data if value),
        title=_write_title(cell),
    )


def _paint_body(item: PlacedCell, colour: str, mark: CellMark, brush: Brush) -> Path:
    """Return the box of a cell: dotted for dropout, with a torn end for an unknown length."""
    box, width = item.box, brush.sizes.stroke
    radius = min(brush.sizes.radius, box.height / 3, box.width / 3)
    if mark.border:
        inner = box.grown(-width / 2)
        dash = (width * 0.9, width * 1.1)
        outline = _trace_outline(item, inner, radius)
        return Path(outline, lighten(colour, 0.75), darken(colour), width, dash, ("body",))
    if measure_contrast(colour, brush.palette.ink["paper"]) < FAINT:
        outline = _trace_outline(item, box.grown(-width / 4), radius)
        return Path(outline, colour, darken(colour), width=width / 2, classes=("body",))
    return Path(_trace_outline(item, box, radius), colour, classes=("body",))


def _trace_outline(item: PlacedCell, box: Box, radius: float) -> tuple[Command, ...]:
    """Return the outline of a cell: round corners, or a torn end where its length is unknown.

    ╱╲╱╲
    │  │
    └──┘
    """
    if not item.torn:
        return rounded(box, radius)
    side = box.width if item.upright else box.height
    depth = TORN * side / (box.height if item.upright else box.width)
    zigzag = [(0.0, depth), (0.25, 0.0), (0.5, depth), (0.75, 0.0), (1.0, depth)]
    return polygon(
        [_map_point(x, y, box, item.upright) for x, y in (*zigzag, (1.0, 1.0), (0.0, 1.0))]
    )


def _paint_tie(item: PlacedCell, brush: Brush) -> Iterator[Path]:
    """Yield the lozenge over a shared layer."""
    half, box = brush.sizes.tie, item.box
    if not (item.cell.shared and half):
        return
    if item.upright:
        middle = Point(box.centre.x, box.y - half - TIE_GAP)
    else:
        middle = Point(box.right + half + TIE_GAP, box.centre.y)
    yield draw_lozenge(middle, half, brush)


def draw_lozenge(middle: Point, half: float, brush: Brush) -> Path:
    """Return the mark of shared weights."""
    x, y = middle.x, middle.y
    corners = [Point(x, y - half), Point(x + half, y), Point(x, y + half), Point(x - half, y)]
    return Path(polygon(corners), fill=brush.palette.ink["text"], classes=("tie",))


def paint_marks(mark: CellMark, item: PlacedCell, colour: str, brush: Brush) -> Iterator[Path]:
    """Yield the strokes and dots of a mark in a cell."""
    side = brush.sizes.mark
    if not side:
        return
    ink, width = brush.choose_ink(colour), brush.sizes.stroke
    frame = _find_frame(mark, item.box, side)
    upright = item.upright or mark.fit != "cell"
    for stroke in mark.strokes:
        yield Path(
            polyline(_map_stroke(stroke, frame, upright)),
            stroke=ink,
            width=width,
            classes=("mark",),
        )
    dash = (width * 1.6, width * 1.2)
    for stroke in mark.dashed:
        line = polyline(_map_stroke(stroke, frame, upright))
        yield Path(line, stroke=ink, width=width, dash=dash, classes=("mark",))
    for x, y, radius in mark.dots:
        middle = _map_point(x, y, frame, upright)
        r = radius * min(frame.width, frame.height)
        spot = Box(middle.x - r, middle.y - r, 2 * r, 2 * r)
        yield Path(rounded(spot, r), ink, classes=("mark",))


def _find_frame(mark: CellMark, box: Box, side: float) -> Box:
    """Return the square in the middle of a cell, or nearly all of the cell."""
    if mark.fit == "cell":
        inset = INSET * min(box.width, box.height)
        return box.grown(-inset)
    middle = box.centre
    wide, tall = min(side, box.width * 0.7), min(side, box.height * 0.7)
    return Box(middle.x - wide / 2, middle.y - tall / 2, wide, tall)


def _map_stroke(stroke: tuple[tuple[float, float], ...], frame: Box, upright: bool) -> list[Point]:
    return [_map_point(x, y, frame, upright) for x, y in stroke]


def _map_point(x: float, y: float, frame: Box, upright: bool) -> Point:
    """Return a place in a cell, whose end is its upper side, or lying down its right side."""
    if upright:
        return Point(frame.x + x * frame.width, frame.y + y * frame.height)
    return Point(frame.right - y * frame.width, frame.y + x * frame.height)


def _format_extent(extent: Extent | None) -> str:
    """Return the size of a tensor: "56×56×64"."""
    if extent is None:
        return ""
    axes = (*extent.spatial, extent.features)
    return "×".join("?" if axis is None else str(axis) for axis in axes)


def _write_title(cell: Cell) -> str:
    """Return the tooltip of a cell."""
    return ", ".join(part for part in (cell.type, _format_extent(cell.output)) if part)
