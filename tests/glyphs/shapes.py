"""Shapes to draw glyphs in, the look that they have, and what can be asked of an outline."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import strategies as st

from net2fig.geometry import Box, Point
from net2fig.glyphs import Look, Shape
from net2fig.glyphs.base import End
from net2fig.scene import Close, Curve, Item, Path

LOOK = Look(fill="#4c72b0", stroke="#35507b", border=1.0, ink="#222222", paper="#ffffff")


def shape(left: str, right: str, x: float = 10.0, width: float = 30.0) -> Shape:
    """Return a shape from the ends of its sides: "0-20, 30-50"."""

    def ends(side: str) -> tuple[End, ...]:
        pairs = [end.split("-") for end in side.split(",")]
        return tuple(End(float(top), float(bottom)) for top, bottom in pairs)

    return Shape(x, width, ends(left), ends(right))


FLAT = shape("0-40", "0-40")
SHRINKING = shape("0-40", "10-30")
FAN_RIGHT = shape("0-40", "0-20, 25-45, 60-80")
FAN_LEFT = shape("0-20, 25-45", "10-50")
FAN_BOTH = shape("0-20, 30-50", "5-15, 40-60")
SHAPES = {
    "flat": FLAT,
    "shrinking": SHRINKING,
    "fan right": FAN_RIGHT,
    "fan left": FAN_LEFT,
    "fan both": FAN_BOTH,
}


@st.composite
def sides(draw: st.DrawFn, most: int = 5) -> tuple[End, ...]:
    """Draw the handles of one side, apart from each other."""
    y = float(draw(st.integers(-60, 60)))
    ends = []
    for _ in range(draw(st.integers(1, most))):
        height = float(draw(st.integers(3, 60)))
        ends.append(End(y, y + height))
        y += height + draw(st.sampled_from([0.5, 2.4, 10.0, 70.0]))
    return tuple(ends)


def random_shapes() -> st.SearchStrategy[Shape]:
    """Draw a shape; its sides may be far above or below each other."""
    widths = st.sampled_from([4.0, 9.0, 42.0])
    return st.builds(Shape, st.sampled_from([0.0, 35.5]), widths, sides(), sides())


def box_of(shape: Shape) -> Box:
    """Return the box around a shape."""
    return Box(shape.x, shape.top, shape.width, shape.bottom - shape.top)


def points_of(item: Item) -> list[Point]:
    """Return the corners of a path, those that steer its curves included."""
    assert isinstance(item, Path)
    points = []
    for command in item.commands:
        if isinstance(command, Curve):
            points += [command.first, command.second]
        if not isinstance(command, Close):
            points.append(command.to)
    return points


def select_class(items: tuple[Item, ...], name: str) -> list[Item]:
    """Return the items of a class."""
    return [item for item in items if name in getattr(item, "classes", ())]


def is_simple(corners: list[Point]) -> bool:
    """Tell whether no two sides of a polygon touch but at the corner that neighbours share."""
    sides = list(pairwise([*corners, corners[0]]))
    for (number, one), (other, two) in combinations(enumerate(sides), 2):
        beside = other - number == 1 or other - number == len(sides) - 1
        if not beside and _touch(*one, *two):
            return False
    return True


def _touch(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Tell whether two stretches share a point."""
    p, q, r, s = _side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)
    if p * q < 0 and r * s < 0:
        return True
    return any(
        side == 0 and _between(one, two, point)
        for side, one, two, point in ((p, a, b, c), (q, a, b, d), (r, c, d, a), (s, c, d, b))
    )


def _side(a: Point, b: Point, c: Point) -> int:
    """Return on which side of the line from `a` to `b` the point `c` lies."""
    area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    return 0 if abs(area) < 1e-7 else 1 if area > 0 else -1


def _between(a: Point, b: Point, c: Point) -> bool:
    near = 1e-7
    return (
        min(a.x, b.x) - near <= c.x <= max(a.x, b.x) + near
        and min(a.y, b.y) - near <= c.y <= max(a.y, b.y) + near
    )


def signed_area(corners: list[Point]) -> float:
    """Return the area within a polygon; positive where it goes clockwise, y growing downwards."""
    pairs = pairwise([*corners, corners[0]])
    return sum(one.x * two.y - two.x * one.y for one, two in pairs) / 2
