"""The lines of a cell: from the steps of a path to points, with round corners and arrows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import hypot

from net2fig.geometry import Box, Point
from net2fig.scene import Command, Curve, Line, Move

STEP = re.compile(r"([hv])(-?\d+(?:\.\d+)?)?")
"""A step of a path: level to a column or upright to a row, or to the target."""

ROUND = 3.6
"""The radius of corners."""

Along = Callable[[float], float]
"""The place on the page of a column or a row."""


def trace_path(path: str, start: Point, end: Point, column: Along, row: Along) -> list[Point]:
    """Return the points of a path from the middle of one thing to that of another."""
    points = [start]
    for direction, number in STEP.findall(path):
        here = points[-1]
        if direction == "h":
            points.append(Point(column(float(number)) if number else end.x, here.y))
        else:
            points.append(Point(here.x, row(float(number)) if number else end.y))
    return [points[0], *(two for one, two in pairwise(points) if one != two)]


def clip_to_box(points: Sequence[Point], box: Box) -> list[Point]:
    """Return a line from the border of a box on that it begins in."""
    after = [point for point in points[1:] if not is_within(point, box)]
    first = after[0]
    before = points[len(points) - len(after) - 1]
    return [leave_box(before, first, box), *after]


def is_within(point: Point, box: Box) -> bool:
    """Tell whether a point is in a box or on its border."""
    return box.grown(1e-6).contains(Box(point.x, point.y, 0.0, 0.0))


def leave_box(inside: Point, outside: Point, box: Box) -> Point:
    """Return where a level or upright line leaves a box."""
    if abs(inside.y - outside.y) < 1e-9:
        return Point(box.right if outside.x > inside.x else box.x, inside.y)
    return Point(inside.x, box.bottom if outside.y > inside.y else box.y)


def round_corners(points: Sequence[Point], radius: float = ROUND) -> tuple[Command, ...]:
    """Return the commands of a line with round corners."""
    commands: list[Command] = [Move(points[0])]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(radius, measure(before, corner) / 2, measure(corner, after) / 2)
        one, two = move_towards(corner, before, reach), move_towards(corner, after, reach)
        near, far = (
            move_towards(corner, before, 0.45 * reach),
            move_towards(corner, after, 0.45 * reach),
        )
        commands += [Line(one), Curve(near, far, two)]
    return (*commands, Line(points[-1]))


def measure(one: Point, two: Point) -> float:
    """Return the distance of two points."""
    return hypot(two.x - one.x, two.y - one.y)


def move_towards(one: Point, two: Point, by: float) -> Point:
    """Return a point on the way from one to another."""
    share = by / (measure(one, two) or 1.0)
    return Point(one.x + share * (two.x - one.x), one.y + share * (two.y - one.y))
