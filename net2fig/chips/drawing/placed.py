"""The placed parts of a chip, relative to the line that its cells stand on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.strip.strip import Badge, Cell
from net2fig.geometry import Box, Point
from net2fig.scene import Command, Curve, Line, Move

ORIGIN = Point(0.0, 0.0)


class PlacedCell(Struct, frozen=True):
    """A cell and its box; its end is torn if its length is unknown.

    It is `upright` in a chip that goes from left to right.
    """

    cell: Cell
    box: Box
    torn: bool = False
    upright: bool = True


class PlacedBadge(Struct, frozen=True):
    """The disc of a pin: its middle and its radius."""

    badge: Badge
    middle: Point
    radius: float


class PlacedLine(Struct, frozen=True):
    """A line through points, or an arc's commands; `role` is arc, wire or bracket."""

    role: str
    points: tuple[Point | Command, ...]

    def moved(self, dx: float, dy: float) -> PlacedLine:
        """Return the line shifted."""
        return replace(self, points=tuple(_move_point(point, dx, dy) for point in self.points))


class PlacedText(Struct, frozen=True):
    """A number: its middle (or start) and its baseline; `role` is count or features."""

    role: str
    x: float
    y: float
    string: str
    anchor: str = "middle"


class PlacedStrip(Struct, frozen=True):
    """Part of a chip: its extent, the ends for arcs, and its items.

    `above` and `below` are distances from the line; `entry` and `exit` are the tops of its first
    and last cell.
    """

    width: float
    above: float = 0.0
    below: float = 0.0
    entry: Point = ORIGIN
    exit: Point = ORIGIN
    cells: tuple[PlacedCell, ...] = ()
    lines: tuple[PlacedLine, ...] = ()
    texts: tuple[PlacedText, ...] = ()
    badges: tuple[PlacedBadge, ...] = ()

    def moved(self, dx: float, dy: float) -> PlacedStrip:
        """Return everything shifted; the reach above and below follows."""
        return PlacedStrip(
            self.width,
            self.above - dy,
            self.below + dy,
            self.entry.moved(dx, dy),
            self.exit.moved(dx, dy),
            tuple(replace(item, box=item.box.moved(dx, dy)) for item in self.cells),
            tuple(line.moved(dx, dy) for line in self.lines),
            tuple(replace(text, x=text.x + dx, y=text.y + dy) for text in self.texts),
            tuple(replace(each, middle=each.middle.moved(dx, dy)) for each in self.badges),
        )

    def combine(self, other: PlacedStrip) -> PlacedStrip:
        """Return both, with the width of this one."""
        return replace(
            self,
            above=max(self.above, other.above),
            below=max(self.below, other.below),
            cells=self.cells + other.cells,
            lines=self.lines + other.lines,
            texts=self.texts + other.texts,
            badges=self.badges + other.badges,
        )


def place_in_row(parts: Sequence[PlacedStrip], gaps: Sequence[float]) -> PlacedStrip:
    """Return parts in a row; `gaps[n]` is the gap before part n, and the first is ignored."""
    x = 0.0
    moved: list[PlacedStrip] = []
    for number, part in enumerate(parts):
        x += gaps[number] if number else 0.0
        moved.append(part.moved(x, 0.0))
        x += part.width
    return PlacedStrip(
        x,
        max((part.above for part in parts), default=0.0),
        max((part.below for part in parts), default=0.0),
        moved[0].entry if moved else ORIGIN,
        moved[-1].exit if moved else Point(x, 0.0),
        tuple(cell for part in moved for cell in part.cells),
        tuple(line for part in moved for line in part.lines),
        tuple(text for part in moved for text in part.texts),
        tuple(badge for part in moved for badge in part.badges),
    )


def _move_point(item: Point | Command, dx: float, dy: float) -> Point | Command:
    return map_points(item, lambda point: point.moved(dx, dy))


def map_points(item: Point | Command, at: Callable[[Point], Point]) -> Point | Command:
    """Return a point, or a command, with every point put where `at` says."""
    if isinstance(item, Point):
        return at(item)
    if isinstance(item, Move):
        return Move(at(item.to))
    if isinstance(item, Line):
        return Line(at(item.to))
    if isinstance(item, Curve):
        return Curve(at(item.first), at(item.second), at(item.to))
    return item
