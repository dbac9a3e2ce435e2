"""Room in a finished drawing: what lies beyond a cut moves away, lines across it grow longer.

    before  ─▭─▭─        after  ─▭───▭─       a cut between two glyphs of a row
              |                   |
              cut

Requires: the body of no glyph lies across a cut.
Ensures: glyphs and texts keep their sizes, level lines stay level and upright ones upright, and
lines stay in the middle of pixels where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.annotations.canvas import Canvas, Thing, list_points, measure_item
from net2fig.compose.draw import LATTICE
from net2fig.geometry import Box, Point
from net2fig.scene import (
    Close,
    Command,
    Curve,
    Group,
    Image,
    Item,
    Line,
    Move,
    Path,
    Text,
    transformed,
)

NEAR = 0.01


class Cut(Struct, frozen=True):
    """Room of some width at a place: along the flow, in one row or in all, or across it."""

    at: float
    room: float
    row: int | None = None
    is_across: bool = False

    def parts(self, place: Point, row: int) -> bool:
        """Tell whether a place in a row lies beyond the cut."""
        if self.is_across:
            return self.at <= place.y
        return self.row in (None, row) and self.at <= place.x


class Stretch:
    """A canvas with cuts."""

    def __init__(self, canvas: Canvas, cuts: Iterable[Cut]) -> None:
        self.canvas = canvas
        self.cuts = tuple(
            replace(cut, room=LATTICE * ceil(cut.room / LATTICE)) for cut in cuts if cut.room > 0
        )
        self._things = {thing.id: thing for thing in canvas.things if thing.id}

    def stretch(self, items: Sequence[Item]) -> tuple[Item, ...]:
        """Return items with the room of the cuts in them."""
        return tuple(self._stretch(item, None) for item in items) if self.cuts else tuple(items)

    def _stretch(self, item: Item, row: int | None) -> Item:
        match item:
            case Group():
                if "edge" in item.classes:
                    return self._stretch_edge(item)
                thing = self._things.get(item.id or "")
                if thing and "open" not in item.classes:
                    middle = self.canvas.turned.back(thing.body.centre)
                    place = self._move(middle, thing.row)
                    return transformed(item, dx=place.x - middle.x, dy=place.y - middle.y)
                row = thing.row if thing else row
                return replace(item, items=tuple(self._stretch(each, row) for each in item.items))
            case Text():
                middle = self.canvas.turned.box(measure_item(item)).centre
                row = self.canvas.find_row(middle.y) if row is None else row
                return replace(item, at=self._move(item.at, row))
            case Image():
                corner = self._move(Point(item.box.x, item.box.y), row)
                far = self._move(Point(item.box.right, item.box.bottom), row)
                box = Box(corner.x, corner.y, far.x - corner.x, far.y - corner.y)
                return replace(item, box=box)
            case Path():
                commands = tuple(self._step(each, row) for each in item.commands)
                return replace(item, commands=commands)

    def _stretch_edge(self, edge: Group) -> Group:
        """Return a line of the network; its arrow moves with its end."""
        data = dict(edge.data)
        first, last = (self._things.get(data.get(key, "")) for key in ("from", "to"))
        lines = [item for item in edge.items if isinstance(item, Path) and not item.fill]
        items: list[Item] = []
        dx = dy = 0.0
        for item in edge.items:
            if isinstance(item, Path) and not item.fill:
                points = list(list_points(item))
                moved = self._stretch_route(
                    points, first if item is lines[0] else None, last if item is lines[-1] else None
                )
                dx, dy = moved[-1].x - points[-1].x, moved[-1].y - points[-1].y
                commands: list[Command] = [Move(moved[0]), *(Line(point) for point in moved[1:])]
                items.append(replace(item, commands=tuple(commands)))
            elif isinstance(item, Path):
                items.append(transformed(item, dx=dx, dy=dy))
            else:
                items.append(self._stretch(item, None))
        return replace(edge, items=tuple(items))

    def _stretch_route(
        self, points: Sequence[Point], first: Thing | None, last: Thing | None
    ) -> list[Point]:
        """Return a line; an upright piece moves as the row does in which it begins or ends."""
        places = [self.canvas.turned.point(point) for point in points]
        rows: list[int | None] = [self._row_around(place) for place in places]
        rows[0] = first.row if first else rows[0]
        rows[-1] = last.row if last else rows[-1]
        start = 0
        for number in range(1, len(places) + 1):
            if number < len(places) and abs(places[number].x - places[start].x) <= NEAR:
                continue
            run = rows[start:number]
            row = (
                run[-1] if number == len(places) else next((r for r in run if r is not None), None)
            )
            rows[start:number] = [row] * len(run)
            start = number
        # The ends move as the things do at which they are, whose borders may lie beyond a cut.
        near = [*places]
        near[0] = _clamp(near[0], first)
        near[-1] = _clamp(near[-1], last)
        return [
            self._move(point, row, place)
            for point, row, place in zip(points, rows, near, strict=True)
        ]

    def _row_around(self, place: Point) -> int | None:
        """Return the row in which a place lies."""
        rows = self.canvas.rows
        inside = (n for n, row in enumerate(rows) if row.y <= place.y <= row.bottom)
        return next(inside, None)

    def _move(self, point: Point, row: int | None, near: Point | None = None) -> Point:
        """Return where a point goes; it goes where the place `near` it would."""
        turned = self.canvas.turned
        place = turned.point(point)
        if row is None:
            row = self.canvas.find_row(place.y)
        beyond = [cut for cut in self.cuts if cut.parts(near or place, row)]
        along = sum(cut.room for cut in beyond if not cut.is_across)
        across = sum(cut.room for cut in beyond if cut.is_across)
        return turned.back(place.moved(along, across))

    def _step(self, command: Command, row: int | None) -> Command:
        match command:
            case Move(to):
                return Move(self._move(to, row))
            case Line(to):
                return Line(self._move(to, row))
            case Curve(first, second, to):
                return Curve(*(self._move(point, row) for point in (first, second, to)))
            case Close():
                return command


def _clamp(place: Point, thing: Thing | None) -> Point:
    """Return the place in a thing that is nearest to a place."""
    if thing is None:
        return place
    body, full = thing.body, thing.full
    x = min(max(place.x, body.x), body.right)
    return Point(x, min(max(place.y, full.y), full.bottom))
