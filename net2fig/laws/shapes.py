"""Exact distances between what is painted: polygons, lines and boxes of text, with straight sides.

Curves are replaced by chords, which nobody could tell from them at the sizes that occur: a quarter
circle of 5 pt in 8 chords differs by 5 (1 - cos(90°/16)) = 0.024 pt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import hypot

from msgspec import Struct

from net2fig.geometry import Box, Point
from net2fig.scene import Close, Command, Curve, Line, Move

Chain = tuple[Point, ...]
"""A line through points; where it is closed, its first point stands at the end as well."""

CHORDS = 8
"""How many chords stand for a curve."""
ON = 0.1
"""How far a line may be from another, in points, and still lie on it."""


class Area(Struct, frozen=True):
    """What a path paints: its lines, `half` a stroke to either side, and what they enclose."""

    chains: tuple[Chain, ...]
    filled: bool
    half: float
    box: Box

    @property
    def points(self) -> Iterator[Point]:
        """Every corner, in the order of drawing."""
        return (point for chain in self.chains for point in chain)


def make_area(chains: Iterable[Chain], *, filled: bool, half: float) -> Area:
    """Return the area that lines paint."""
    chains_kept = tuple(chain for chain in chains if chain)
    xs = [point.x for chain in chains_kept for point in chain]
    ys = [point.y for chain in chains_kept for point in chain]
    x, y = min(xs, default=0.0), min(ys, default=0.0)
    box = Box(x, y, max(xs, default=0.0) - x, max(ys, default=0.0) - y)
    return Area(chains_kept, filled, half, box.grown(half))


def flatten_path(commands: tuple[Command, ...]) -> tuple[Chain, ...]:
    """Return the strokes of a path as lines with corners only."""
    chains: list[list[Point]] = []
    for command in commands:
        match command:
            case Move(to):
                chains.append([to])
            case Line(to):
                chains[-1].append(to)
            case Curve(first, second, to):
                chains[-1].extend(_list_chords(chains[-1][-1], first, second, to))
            case Close():
                chains[-1].append(chains[-1][0])
    return tuple(tuple(chain) for chain in chains)


def _list_chords(start: Point, first: Point, second: Point, end: Point) -> Iterator[Point]:
    for step in range(1, CHORDS + 1):
        t = step / CHORDS
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        yield Point(
            a * start.x + b * first.x + c * second.x + d * end.x,
            a * start.y + b * first.y + c * second.y + d * end.y,
        )


def list_segments(chain: Chain) -> Iterator[tuple[Point, Point]]:
    """Yield the straight pieces of a line; a line of one point is a piece of no length."""
    if len(chain) == 1:
        yield chain[0], chain[0]
    yield from pairwise(chain)


def is_inside(point: Point, chain: Chain) -> bool:
    """Tell whether a closed line encloses a point (even-odd rule)."""
    within = False
    for one, two in list_segments(chain):
        if (one.y > point.y) != (two.y > point.y):
            x = one.x + (point.y - one.y) / (two.y - one.y) * (two.x - one.x)
            within ^= point.x < x
    return within


def is_enclosed(shape: Area, point: Point) -> bool:
    """Tell whether a point lies in the inner part of a filled area."""
    return shape.filled and any(is_inside(point, chain) for chain in shape.chains)


def measure_distance(one: Area, two: Area, enough: float = float("inf")) -> float:
    """Return how far the paint of two areas is apart; negative where they overlap.

    Where boxes alone show a distance of `enough` or more, that distance is returned.
    """
    rough = _measure_boxes(one.box, two.box)
    if rough >= enough:
        return rough
    if any(is_enclosed(one, p) for p in two.points) or any(is_enclosed(two, p) for p in one.points):
        return -(one.half + two.half)
    nearest = min(
        (
            _measure_segments(a, b, c, d)
            for first in one.chains
            for a, b in list_segments(first)
            for second in two.chains
            for c, d in list_segments(second)
        ),
        default=float("inf"),
    )
    return nearest - one.half - two.half


def measure_to_line(point: Point, chain: Chain) -> float:
    """Return the distance from a point to a line."""
    return min(_measure_to_segment(point, one, two) for one, two in list_segments(chain))


def find_crossing(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    """Return where the inner parts of two pieces cross; None where they only touch or overlap."""
    across = (b.x - a.x) * (d.y - c.y) - (b.y - a.y) * (d.x - c.x)
    if abs(across) < 1e-9:
        return None
    t = ((c.x - a.x) * (d.y - c.y) - (c.y - a.y) * (d.x - c.x)) / across
    u = ((c.x - a.x) * (b.y - a.y) - (c.y - a.y) * (b.x - a.x)) / across
    low, high = 1e-6, 1 - 1e-6
    if low < t < high and low < u < high:
        return Point(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y))
    return None


def find_overlap(a: Point, b: Point, c: Point, d: Point) -> tuple[Point, Point] | None:
    """Return the ends of what two pieces have in common when one lies on the other."""
    length = hypot(b.x - a.x, b.y - a.y)
    if (
        length < 1e-9
        or max(_measure_to_infinite_line(c, a, b), _measure_to_infinite_line(d, a, b)) > ON
    ):
        return None
    along = sorted(((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / length for p in (c, d))
    first, last = max(along[0], 0.0), min(along[1], length)
    if last <= first:
        return None
    dx, dy = (b.x - a.x) / length, (b.y - a.y) / length
    return a.moved(first * dx, first * dy), a.moved(last * dx, last * dy)


def _measure_to_infinite_line(point: Point, one: Point, two: Point) -> float:
    """Return the distance from a point to the endless line through two others."""
    dx, dy = two.x - one.x, two.y - one.y
    return abs(dx * (point.y - one.y) - dy * (point.x - one.x)) / hypot(dx, dy)


def _measure_boxes(one: Box, two: Box) -> float:
    dx = max(one.x - two.right, two.x - one.right, 0.0)
    dy = max(one.y - two.bottom, two.y - one.bottom, 0.0)
    return hypot(dx, dy)


def _measure_segments(a: Point, b: Point, c: Point, d: Point) -> float:
    if find_crossing(a, b, c, d) is not None:
        return 0.0
    return min(
        _measure_to_segment(a, c, d),
        _measure_to_segment(b, c, d),
        _measure_to_segment(c, a, b),
        _measure_to_segment(d, a, b),
    )


def _measure_to_segment(point: Point, one: Point, two: Point) -> float:
    dx, dy = two.x - one.x, two.y - one.y
    length = dx * dx + dy * dy
    share = ((point.x - one.x) * dx + (point.y - one.y) * dy) / length if length else 0.0
    share = min(max(share, 0.0), 1.0)
    return hypot(point.x - one.x - share * dx, point.y - one.y - share * dy)
