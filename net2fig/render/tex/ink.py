"""The ink of a texture in a box, shape by shape, for formats whose patterns cannot be relied on.

A pattern in a PDF is drawn tile by tile, at whole pixels or with seams, as each viewer likes.
Shapes are sharp everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec import Struct

from net2fig.geometry import Box, Point
from net2fig.render.textures import Tile
from net2fig.scene import Close, Command, Curve, Line, Move, Path, polygon


class InkShapes(Struct, frozen=True):
    """Shapes to fill, or where `width` is not 0, strokes with round ends; a dot is a stroke to
    where it began.
    """

    commands: tuple[Command, ...]
    width: float = 0.0


def lay_ink(tile: Tile, box: Box) -> list[InkShapes]:
    """Return all ink of a texture that may be seen in a box.

    Ensures: the tiles are those of the pattern, which begin at the origin of the page, turned.
    """
    by_width: dict[float, list[Command]] = {}
    for angle in tile.angles:
        turn = _make_turn(angle)
        for width, commands in _list_shapes(tile, _measure_turned(box, _make_turn(-angle))):
            by_width.setdefault(width, []).extend(
                _turn_command(command, turn) for command in commands
            )
    return [InkShapes(tuple(commands), width) for width, commands in by_width.items()]


def measure_bounds(path: Path) -> Box:
    """Return a box around a path; around the control points of its curves as well."""
    points = [point for command in path.commands for point in _list_points(command)]
    left, top = min(point.x for point in points), min(point.y for point in points)
    right, bottom = max(point.x for point in points), max(point.y for point in points)
    return Box(left, top, right - left, bottom - top)


Turn = tuple[float, float]
"""The cosine and the sine of an angle."""


def _make_turn(angle: float) -> Turn:
    return math.cos(math.radians(angle)), math.sin(math.radians(angle))


def _turn_point(point: Point, turn: Turn) -> Point:
    cos, sin = turn
    return Point(point.x * cos - point.y * sin, point.x * sin + point.y * cos)


def _turn_command(command: Command, turn: Turn) -> Command:
    if isinstance(command, Close):
        return command
    to = _turn_point(command.to, turn)
    if isinstance(command, Curve):
        first, second = _turn_point(command.first, turn), _turn_point(command.second, turn)
        return Curve(first, second, to)
    return type(command)(to)


def _list_points(command: Command) -> tuple[Point, ...]:
    if isinstance(command, Close):
        return ()
    if isinstance(command, Curve):
        return (command.first, command.second, command.to)
    return (command.to,)


def _measure_turned(box: Box, turn: Turn) -> Box:
    """Return the box around a box that is turned about the origin."""
    corners = ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
    points = [_turn_point(Point(x, y), turn) for x, y in corners]
    return measure_bounds(Path(polygon(points)))


def _list_shapes(tile: Tile, box: Box) -> Iterator[tuple[float, tuple[Command, ...]]]:
    """Yield the shapes of all tiles in a box, with the width of their stroke."""
    columns = _list_steps(box.x, box.right, tile.size.width)
    for column in columns:
        for band in tile.bands:
            left = column * tile.size.width + band.x
            yield 0.0, _make_rectangle(left, box.y, left + band.width, box.bottom)
    if not (tile.dots or tile.polygons or tile.waves):
        return
    for row in _list_steps(box.y, box.bottom, tile.size.height):
        for column in columns:
            yield from _list_tile_shapes(tile, column * tile.size.width, row * tile.size.height)


def _list_tile_shapes(
    tile: Tile, dx: float, dy: float
) -> Iterator[tuple[float, tuple[Command, ...]]]:
    for dot in tile.dots:
        centre = dot.centre.moved(dx, dy)
        yield 2 * dot.radius, (Move(centre), Line(centre))
    for shape in tile.polygons:
        yield 0.0, polygon([point.moved(dx, dy) for point in shape])
    for wave in tile.waves:
        start, first, second, end = (point.moved(dx, dy) for point in wave.points)
        yield wave.width, (Move(start), Curve(first, second, end))


def _list_steps(start: float, end: float, step: float) -> range:
    return range(math.floor(start / step), math.ceil(end / step))


def _make_rectangle(left: float, top: float, right: float, bottom: float) -> tuple[Command, ...]:
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return polygon([Point(x, y) for x, y in corners])
