"""Pieces of a legend on lines and on a grid: as few lines as can be, in order where that is free.

Ensures: no line is longer than the width, unless a single piece is; what stands in a grid has equal
columns, and rows of pieces of one height.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.style.entry import LegendEntry
from net2fig.geometry import Point, Size
from net2fig.scene import Group, Item, transformed

BETWEEN = 16.0
"""Between two entries of one line."""
TALL = 36.0
"""The height from which on a body does not stand on a line with simple entries."""
LEADING = 6.0
"""Between two lines."""
CLOSE = 1.8
"""Between two lines of notes."""
CLASS = 12.0
"""The step between two classes of heights."""


class Piece(Struct, frozen=True):
    """Something of known size that is put on a line: how far it goes above and below its middle."""

    width: float
    above: float
    below: float
    items: tuple[Item, ...]
    entry: LegendEntry | None = None
    classes: tuple[str, ...] = ("note",)

    @property
    def is_body(self) -> bool:
        """Whether the piece explains a group."""
        return self.entry is not None and self.entry.kind == "group"

    @property
    def is_note(self) -> bool:
        """Whether the piece is a line of notes."""
        return self.entry is None and self.classes == ("note",)

    @property
    def height(self) -> float:
        """The height of the piece."""
        return self.above + self.below

    def at(self, x: float, y: float) -> Item:
        """Return the piece with its left end at x and its middle at y."""
        items = tuple(transformed(item, dx=x, dy=y) for item in self.items)
        if self.entry is None:
            return Group(items, classes=self.classes)
        return Group(items, classes=("entry",), data=(("type", " ".join(self.entry.types)),))


class Panel(Struct, frozen=True):
    """Placed pieces, their upper left corner at (0, 0); `last` is where the last row ends."""

    items: tuple[Item, ...]
    size: Size
    last: Point = Point(0.0, 0.0)

    def moved(self, x: float) -> tuple[Item, ...]:
        """Return the items further to the right."""
        return tuple(transformed(item, dx=x, dy=0.0) for item in self.items)


def fill_lines(
    pieces: Iterable[Piece], width: float, *, in_order: bool = False
) -> list[list[Piece]]:
    """Put each piece on the first line that has room for it; in their order, on the last one."""
    lines: list[list[Piece]] = []
    for piece in pieces:
        near = lines[-1:] if in_order else lines
        line = next((line for line in near if _has_room(line, piece, width)), None)
        if line is None:
            lines.append([piece])
        else:
            line.append(piece)
    return lines


def fill_columns(pieces: Sequence[Piece], count: int, width: float) -> list[list[Piece]]:
    """Put pieces on lines of at most so many, in columns; in fewer where the width is exceeded."""
    for columns in range(count, 0, -1):
        rows = _cut_rows(list(pieces), columns)
        widths = _measure_columns(rows) if rows else []
        if sum(widths) <= width + BETWEEN or columns == 1:
            break
    return [
        [replace(piece, width=widths[n] - BETWEEN) for n, piece in enumerate(row)] for row in rows
    ]


def _has_room(line: list[Piece], piece: Piece, width: float) -> bool:
    """Tell whether a piece may stand on a line: words keep apart from tall bodies."""
    if measure_line([*line, piece]) > width:
        return False
    if all(each.is_body for each in (*line, piece)):
        return True
    return max(each.height for each in (*line, piece)) <= TALL


def measure_line(line: Sequence[Piece]) -> float:
    """Return the length of a line."""
    return sum(piece.width + BETWEEN for piece in line) - BETWEEN


def place_lines(lines: Sequence[Sequence[Piece]]) -> Panel:
    """Return lines beneath each other."""
    items: list[Item] = []
    y = reach = 0.0
    before: Sequence[Piece] = ()
    for line in lines:
        if before:
            y += CLOSE if before[0].is_note and line[0].is_note else LEADING
        above = max(piece.above for piece in line)
        x = 0.0
        for piece in line:
            items.append(piece.at(x, y + above))
            x += piece.width + BETWEEN
        reach = max(reach, x - BETWEEN)
        y += above + max(piece.below for piece in line)
        before = line
    return Panel(tuple(items), Size(reach, y))


def place_grid(pieces: Sequence[Piece], width: float) -> Panel:
    """Return pieces in rows and columns, each row of one class of heights where that is lower."""
    by_height = sorted(pieces, key=lambda piece: -int(piece.height / CLASS))
    grids = [
        _cut_rows(order, count)
        for order in (list(pieces), by_height)
        for count in range(len(pieces), 0, -1)
    ]
    fitting = [grid for grid in grids if sum(_measure_columns(grid)) <= width + BETWEEN]
    return min((_place_rows(grid) for grid in fitting or grids[-1:]), key=_measure_height)


def _cut_rows(pieces: list[Piece], count: int) -> list[list[Piece]]:
    return [pieces[start : start + count] for start in range(0, len(pieces), count)]


def _measure_columns(rows: list[list[Piece]]) -> list[float]:
    """Return the widths of the columns of a grid, each with the gap behind it."""
    columns = range(max(map(len, rows)))
    return [max(row[n].width for row in rows if n < len(row)) + BETWEEN for n in columns]


def _place_rows(rows: list[list[Piece]]) -> Panel:
    items: list[Item] = []
    widths = _measure_columns(rows)
    y = top = 0.0
    for row in rows:
        top = y
        above = max(piece.above for piece in row)
        for number, piece in enumerate(row):
            items.append(piece.at(sum(widths[:number]), y + above))
        y += above + max(piece.below for piece in row) + LEADING
    last = Point(sum(widths[: len(rows[-1])]), top)
    return Panel(tuple(items), Size(sum(widths) - BETWEEN, y - LEADING), last)


def fill_last_row(grid: Panel, rest: Panel) -> Panel:
    """Return a grid with something else behind the last piece of its last row."""
    x, y = grid.last.x, grid.last.y
    items = tuple(transformed(item, dx=x, dy=y) for item in rest.items)
    size = Size(max(grid.size.width, x + rest.size.width), grid.size.height)
    return Panel((*grid.items, *items), size)


def _measure_height(panel: Panel) -> float:
    return round(panel.size.height, 3)


def stack(panels: Sequence[Panel]) -> Panel:
    """Return panels beneath each other."""
    items: list[Item] = []
    y = 0.0
    for panel in panels:
        items += [transformed(item, dx=0.0, dy=y) for item in panel.items]
        y += panel.size.height + LEADING
    return Panel(tuple(items), Size(max(panel.size.width for panel in panels), y - LEADING))


def set_beside(left: Panel, right: Panel, x: float) -> Panel:
    """Return two panels side by side, the right one at x."""
    size = Size(x + right.size.width, max(left.size.height, right.size.height))
    return Panel((*left.items, *right.moved(x)), size)
