"""Free ground in a drawing: where a text can stand, and where a line can leave a thing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from net2fig.compose.annotations.canvas import Canvas, Thing, Wire
from net2fig.geometry import Box, Point, Size

CLEAR = 1.2
"""Between an annotation and what it must not touch."""
STEPS = 9
"""At how many places along a thing a line may leave it."""
ASIDE = (6, 12, 18, 24, 36, 48, 60, 80, 100)
"""How far a line goes aside to get past what is above or below its thing."""
THIN = 0.5
FARTHEST = 60
"""How far a text stands from its thing at most, where lines to it would go far."""
SHARES = (0.5, 0.25, 0.75, 0.1, 0.9)
"""Which part of a text is before the line to it."""

Route = tuple[Point, ...]


class Field:
    """What stands on a canvas, and what annotations have taken of it."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.taken: list[Box] = []
        self.borders: list[Box] = []
        self._lines: list[Box] = []
        self._segments = [segment for wire in canvas.wires for segment in list_segments(wire)]

    def is_free(self, box: Box, thing: Thing | None = None) -> bool:
        """Tell whether nothing stands in a box but the frames around a thing."""
        return not self._hits(box, thing) and not any(
            box.overlaps(each) for each in (*self._segments, *self.borders)
        )

    def _hits(self, box: Box, thing: Thing | None) -> bool:
        """Tell whether a glyph or a text stands in a box."""
        around = self.canvas.frames_of(thing) | {thing.id} if thing else set()
        return (
            any(
                box.overlaps(each.full)
                for each in self.canvas.things
                if each.id not in around and not (thing and each.frame == thing.id)
            )
            or any(box.overlaps(text) for text in self.canvas.texts)
            or any(box.overlaps(each) for each in self.taken)
        )

    def find_drop(
        self, thing: Thing, side: int, edge: float, spans: Sequence[tuple[float, float]] = ()
    ) -> tuple[float, Route] | None:
        """Return a line from a thing to the edge of its row, with the fewest crossings.

        It goes straight, else aside, and through nothing that stands there. It does not end
        beneath what is taken beyond the edge. With it comes what it costs.
        """
        best: tuple[float, Route] | None = None
        for cost, route in self._list_drops(thing, side, edge):
            if best is not None and cost >= best[0]:
                continue
            if any(left < route[-1].x < right for left, right in spans):
                continue
            if all(self._is_open(one, two, thing) for one, two in pairwise(route)):
                crossings = sum(self._count_crossings(one, two) for one, two in pairwise(route))
                if best is None or cost + crossings < best[0]:
                    best = cost + crossings, route
        return best

    def find_spot(self, thing: Thing, size: Size, bounds: Box) -> tuple[Box, Route] | None:
        """Return where a text can stand not far above or below a thing, and the line to it."""
        body = thing.body
        for away in range(6, FARTHEST, 4):
            for side in (-1, 1):
                for share in SHARES:
                    left = body.centre.x - size.width * share
                    edge = thing.full.y if side < 0 else thing.full.bottom
                    near = edge + side * away
                    box = Box(left, near - size.height * (side < 0), size.width, size.height)
                    if not bounds.contains(box) or not self.is_free(box.grown(CLEAR), thing):
                        continue
                    x = body.centre.x
                    start = Point(x, thing.reach(x, side) + side * CLEAR)
                    end = Point(x, near - side * CLEAR)
                    if self._is_open(start, end, thing):
                        return box, (start, end)
        return None

    def _list_drops(self, thing: Thing, side: int, edge: float) -> Iterator[tuple[float, Route]]:
        """Yield lines with what they cost beside their crossings, the straight ones first."""
        body = thing.body
        margin = min(1.5, body.width / 4)
        left, right = body.x + margin, body.right - margin
        middle = body.centre.x
        places = [left + (right - left) * step / (STEPS - 1) for step in range(STEPS)]
        for x in sorted({middle, *places}, key=lambda x: abs(x - middle)):
            start = thing.reach(x, side) + side * CLEAR
            yield abs(x - middle) / 50, (Point(x, start), Point(x, edge))
        start = thing.reach(middle, side) + side * CLEAR
        for away in (sign * step for step in ASIDE for sign in (-1, 1)):
            x = middle + away + (body.width / 2 if away > 0 else -body.width / 2)
            lows = (start + side * 2.5, start + side * 5)
            for low in (low for low in lows if (edge - low) * side > 0):
                corners = (Point(middle, start), Point(middle, low), Point(x, low), Point(x, edge))
                yield 2 + abs(away) / 20, corners

    def _is_open(self, one: Point, two: Point, thing: Thing) -> bool:
        """Tell whether a piece of a line touches no glyph and no text, and lies on no other."""
        strip = box_between(one, two).grown(CLEAR)
        if self._hits(strip, thing):
            return False
        upright = abs(one.x - two.x) < THIN
        along = [
            segment
            for segment in (*self._segments, *self._lines)
            if strip.overlaps(segment) and _is_upright(segment) == upright
        ]
        return not any(max(each.width, each.height) > 2 * THIN for each in along)

    def _count_crossings(self, one: Point, two: Point) -> int:
        strip = box_between(one, two)
        return sum(strip.grown(0.05).overlaps(segment) for segment in self._segments)

    def list_passing(self, y: float) -> list[float]:
        """Return where lines of the network pass a height."""
        return [s.centre.x for s in self._segments if s.y < y < s.bottom and _is_upright(s)]

    def add_line(self, points: Route) -> None:
        """Take the place of a line, which no text may touch."""
        pieces = [box_between(one, two).grown(0.3) for one, two in pairwise(points)]
        self.borders += pieces
        self._lines += pieces

    def add_border(self, box: Box) -> None:
        """Take the border of a panel, which no text may touch."""
        corners = (
            Point(box.x, box.y),
            Point(box.right, box.y),
            Point(box.right, box.bottom),
            Point(box.x, box.bottom),
        )
        sides = pairwise((*corners, corners[0]))
        self.borders += [box_between(one, two).grown(0.5) for one, two in sides]

    def gap(self, box: Box, side: int, members: Collection[str]) -> float:
        """Return how far the next thing or text is above or below a box."""
        others = [each.full for each in self.canvas.things if each.id not in members]
        others += [text for text in self.canvas.texts if not box.contains(text)]
        edge = box.y if side < 0 else box.bottom
        gaps = [
            edge - each.bottom if side < 0 else each.y - edge
            for each in others
            if each.x < box.right and box.x < each.right
        ]
        return min((gap for gap in gaps if gap >= -THIN), default=float("inf"))


def list_segments(wire: Wire) -> Iterator[Box]:
    """Yield the straight pieces of a line as thin boxes."""
    for route in wire.routes:
        for one, two in pairwise(route):
            yield box_between(one, two).grown(0.05)


def box_between(one: Point, two: Point) -> Box:
    """Return the box with two points as its corners."""
    return Box(min(one.x, two.x), min(one.y, two.y), abs(one.x - two.x), abs(one.y - two.y))


def _is_upright(segment: Box) -> bool:
    return segment.height > segment.width
