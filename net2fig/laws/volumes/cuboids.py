"""Cuboids as a reader sees them: the front face, and how far the back is moved."""

from __future__ import annotations

from msgspec import Struct

from net2fig.geometry import Box, Point
from net2fig.laws.reader_view import SeenGlyph
from net2fig.laws.shapes import Area, make_area

CORNERS = 7
"""How many points the outline of a cuboid has, the first one twice."""
SHEET = 5
"""The same for a sheet, a cuboid without width."""


class SeenCuboid(Struct, frozen=True):
    """A cuboid: the front and the back along the middle of its border."""

    part: SeenGlyph
    front: Box
    back: Point

    @property
    def side(self) -> Area:
        """The face on the right."""
        corner, back = Point(self.front.right, self.front.y), self.back
        return _make_face(corner, back, Point(0.0, -self.front.height))

    @property
    def top(self) -> Area:
        """The upper face."""
        corner = Point(self.front.x, self.front.y)
        return _make_face(corner, self.back, Point(self.front.width, 0.0))

    @property
    def exits(self) -> tuple[Point, ...]:
        """Where lines may begin: in the middle of the side, and of the top."""
        front, back = self.front, self.back
        side = Point(front.right + back.x / 2, front.centre.y - back.y / 2)
        return side, Point(front.centre.x + back.x / 2, front.y - back.y / 2)

    @property
    def near_side(self) -> Area:
        """The left border, where lines end: the edge of the front, and that of the top to the back.

        A map that is much wider than it is high shows no more of its left side at the middle.
        """
        front, back = self.front, self.back
        chain = (
            Point(front.x, front.bottom),
            Point(front.x, front.y),
            Point(front.x + back.x, front.y - back.y),
        )
        return make_area([chain], filled=False, half=0.0)


def _make_face(corner: Point, back: Point, along: Point) -> Area:
    """Return a face from a corner, how far its edge runs to the back, and its other edge."""
    far = corner.moved(back.x, -back.y)
    rim = (corner, far, far.moved(along.x, -along.y), corner.moved(along.x, -along.y), corner)
    return make_area([rim], filled=True, half=0.0)


def read_cuboid(part: SeenGlyph) -> SeenCuboid | None:
    """Return a glyph as a cuboid; None for a circle and for a picture."""
    chain = part.body.chains[0] if part.body.chains else ()
    if len(chain) == CORNERS:
        front = Box(chain[0].x, chain[0].y, chain[4].x - chain[0].x, chain[5].y - chain[0].y)
        return SeenCuboid(part, front, Point(chain[1].x - chain[0].x, chain[0].y - chain[1].y))
    if len(chain) == SHEET and chain[0].y != chain[1].y:
        front = Box(chain[0].x, chain[0].y, 0.0, chain[3].y - chain[0].y)
        return SeenCuboid(part, front, Point(chain[1].x - chain[0].x, chain[0].y - chain[1].y))
    return None
