r"""What all glyphs share: the shape between handles, and the look.

left     right
 |\                     a side with one end is a straight side;
 | \__                  a side with several opens into handles,
 |    |  handle         with a V between neighbours.
 |   /
 |   \                  Corners of the one side join corners of the other:
 |    |  handle         the outermost by the upper and lower edge, the inner
 | ___|                 ones by the slanted edges whose crossing is the V.
 |/
"""

from __future__ import annotations

from itertools import pairwise
from math import cos, pi, sin

from msgspec import Struct

from net2fig.geometry import Point
from net2fig.scene import Command, Fill, Path, polygon, polyline


class End(Struct, frozen=True):
    """One handle: its upper and lower corner."""

    top: float
    bottom: float


class Solid(Struct, frozen=True):
    """What makes a cuboid of a shape: how far its back is moved to the right and up, and its bands.

    Each of the `bands` of colour is for one layer, at the left of its share of the width.
    """

    back: Point
    bands: int = 0
    band: float = 0.0


class Shape(Struct, frozen=True):
    """Where a glyph stands: its sides, and the handles of each from top to bottom.

    The shape of a `solid` is the box around all of it.
    """

    x: float
    width: float
    left: tuple[End, ...]
    right: tuple[End, ...]
    solid: Solid | None = None

    @property
    def top(self) -> float:
        """The y of its highest corner."""
        return min(self.left[0].top, self.right[0].top)

    @property
    def bottom(self) -> float:
        """The y of its lowest corner."""
        return max(self.left[-1].bottom, self.right[-1].bottom)

    def upper(self, x: float) -> float:
        """Return the y of the upper edge at x: it joins the two highest corners."""
        share = (x - self.x) / self.width if self.width else 0.0
        return self.left[0].top + share * (self.right[0].top - self.left[0].top)

    @property
    def middle(self) -> Point:
        """The point in the middle of the body."""
        return Point(
            self.x + self.width / 2,
            (self.left[0].top + self.left[-1].bottom + self.right[0].top + self.right[-1].bottom)
            / 4,
        )


class Faces(Struct, frozen=True):
    """The colours of the faces of a cuboid, and of the top of a band; `edge` is a line's width.

    The front and the side show the fill of the glyph where they have no colour of their own.
    """

    front: str | None
    top: str
    side: str | None
    band: str
    edge: float


class Look(Struct, frozen=True):
    """Colours and strokes, resolved; `sign` is the mark of a small merge."""

    fill: Fill
    stroke: str
    border: float
    ink: str
    paper: str
    family: str = "sans"
    sign: str = ""
    shared: bool = False
    frozen: bool = False
    small: bool = False
    faces: Faces | None = None


class Margins(Struct, frozen=True):
    """Room above and below the body of a glyph."""

    above: float = 0.0
    below: float = 0.0


def draw_body(shape: Shape, look: Look) -> Path:
    """Return the body: the outline between all handles, its border inside the shape."""
    inset = look.border / 2
    return Path(
        commands=polygon(trace_outline(inset_shape(shape, inset))),
        fill=look.fill,
        stroke=look.stroke,
        width=look.border,
        classes=("body",),
    )


def inset_shape(shape: Shape, inset: float) -> Shape:
    """Return the shape with its border's middle line drawn in, so that the border stays inside."""

    def shorten(ends: tuple[End, ...]) -> tuple[End, ...]:
        return tuple(
            End(end.top + inset, end.bottom - inset)
            if end.bottom - end.top > 2 * inset
            else End((end.top + end.bottom) / 2, (end.top + end.bottom) / 2)
            for end in ends
        )

    width = max(shape.width - 2 * inset, 0.2)
    return Shape(shape.x + inset, width, shorten(shape.left), shorten(shape.right))


def trace_outline(shape: Shape) -> list[Point]:
    """Return the corners of the outline, clockwise from the upper left."""
    x0, x1 = shape.x, shape.x + shape.width
    points = [Point(x0, shape.left[0].top), Point(x1, shape.right[0].top)]
    for upper, lower in pairwise(shape.right):
        notch = _crossing(
            (x1, upper.bottom),
            (x0, shape.left[-1].bottom),
            (x1, lower.top),
            (x0, shape.left[0].top),
        )
        points += [Point(x1, upper.bottom), notch, Point(x1, lower.top)]
    points += [Point(x1, shape.right[-1].bottom), Point(x0, shape.left[-1].bottom)]
    pairs = list(pairwise(shape.left))
    for upper, lower in reversed(pairs):
        notch = _crossing(
            (x0, upper.bottom),
            (x1, shape.right[-1].bottom),
            (x0, lower.top),
            (x1, shape.right[0].top),
        )
        points += [Point(x0, lower.top), notch, Point(x0, upper.bottom)]
    return points


Corner = tuple[float, float]


def _crossing(a: Corner, b: Corner, c: Corner, d: Corner) -> Point:
    """Return where the line from `a` to `b` meets that from `c` to `d`.

    Both begin on one side of the glyph and end on the other, `a` above `c` and `b` below `d`, so
    they do meet: with t the share of the width,
    a.y + t (b.y - a.y) = c.y + t (d.y - c.y).
    """
    apart, closing = c[1] - a[1], (b[1] - a[1]) - (d[1] - c[1])
    share = min(apart / closing, 1.0) if closing > 1e-9 else 0.0
    return Point(a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))


TIE = 2.0
"""Half the size of the mark of a shared layer."""


FROST = 2.9
"""The length of an arm of the mark of a frozen layer."""

MARK_GAP = 1.2
"""Between a glyph and its marks, and between two of them."""


def draw_marks(shape: Shape, look: Look, raised: float = 0.0) -> tuple[Path, ...]:
    """Return the marks over the middle of the upper edge: of a shared layer, of a frozen one."""
    x = shape.x + shape.width / 2
    high = shape.upper(x) - raised
    aside = (TIE + FROST + MARK_GAP) / 2 if look.shared and look.frozen else 0.0
    marks = (draw_tie(Point(x - aside, high - TIE - MARK_GAP), look.ink),) if look.shared else ()
    if not look.frozen:
        return marks
    # Its arms reach to the sides, where an edge that slants is higher.
    reach = min(FROST, shape.width / 2)
    high = min(shape.upper(x + aside + side * reach) for side in (-1, 1)) - raised
    return (*marks, draw_frost(Point(x + aside, high - FROST - MARK_GAP), look.ink))


def draw_tie(middle: Point, ink: str) -> Path:
    """Return the mark of a shared layer: a lozenge."""
    x, y = middle.x, middle.y
    corners = [Point(x, y - TIE), Point(x + TIE, y), Point(x, y + TIE), Point(x - TIE, y)]
    return Path(polygon(corners), fill=ink, classes=("tie",))


def draw_frost(middle: Point, ink: str) -> Path:
    """Return the mark of a layer whose weights are frozen: a snowflake."""
    data: list[Command] = []
    for number in range(6):
        angle = pi / 2 + number * pi / 3
        data += polyline([middle, _place_on(middle, angle, FROST)])
        barb = _place_on(middle, angle, 0.58 * FROST)
        ends = [_place_on(barb, angle + turn, 0.4 * FROST) for turn in (-pi / 3, pi / 3)]
        data += polyline([ends[0], barb, ends[1]])
    return Path(tuple(data), stroke=ink, width=0.5, classes=("frost",))


def _place_on(origin: Point, angle: float, length: float) -> Point:
    return Point(origin.x + length * cos(angle), origin.y - length * sin(angle))


def measure_marks(look: Look) -> Margins:
    """Return the room for the marks."""
    height = max(TIE if look.shared else 0.0, FROST if look.frozen else 0.0)
    return Margins(above=2 * height + 1.6) if height else Margins()
