r"""A cuboid in a parallel projection: a feature map, as wide as it has features.

     ________
    /|/     /|      front   height by features, with a band for each layer
   / /     / |      top     depth by features
  |-|-----|  |      side    the map: height by depth
  | |     | /
  |_|_____|/

Ensures: without a solid in the shape or faces in the look it is its body alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from net2fig.geometry import Box, Point
from net2fig.glyphs.base import Look, Margins, Shape, Solid, draw_body, draw_marks, measure_marks
from net2fig.scene import Fill, Item, Path, polygon, polyline


def measure(look: Look) -> Margins:
    """Return the room for the marks, if there are any."""
    return measure_marks(look)


def draw(shape: Shape, look: Look) -> tuple[Item, ...]:
    """Return the body, its faces, the lines along its edges, and the marks."""
    if shape.solid is None or look.faces is None:
        return (draw_body(shape, look), *draw_marks(shape, look))
    solid, front = shape.solid, find_front(shape, look.border)
    corners = trace_silhouette(front, solid.back)
    body = Path(
        polygon(corners), fill=look.fill, stroke=look.stroke, width=look.border, classes=("body",)
    )
    middle = Point(front.right, front.y)
    ends = (corners[0], corners[2], corners[4])
    lines = [
        Path(polyline([middle, end]), stroke=look.stroke, width=look.faces.edge, classes=("line",))
        for end in ends
    ]
    rim = Path(polygon(corners), stroke=look.stroke, width=look.border, classes=("rim",))
    return (body, *_draw_faces(front, solid, look), *lines, rim, *draw_marks(shape, look))


def find_front(shape: Shape, border: float) -> Box:
    """Return the front face: the lower left part of the shape, its border inside."""
    back = shape.solid.back if shape.solid else Point(0.0, 0.0)
    width = max(shape.width - back.x - border, 0.2)
    height = max(shape.bottom - shape.top - back.y - border, 0.2)
    return Box(shape.x + border / 2, shape.top + back.y + border / 2, width, height)


def trace_silhouette(front: Box, back: Point) -> list[Point]:
    """Return the corners of the outline, clockwise from the upper left one of the front."""
    far, high = front.right + back.x, front.y - back.y
    return [
        Point(front.x, front.y),
        Point(front.x + back.x, high),
        Point(far, high),
        Point(far, front.bottom - back.y),
        Point(front.right, front.bottom),
        Point(front.x, front.bottom),
    ]


def _draw_faces(front: Box, solid: Solid, look: Look) -> Iterator[Path]:
    """Yield the faces, from the one that is furthest back."""
    faces, back = look.faces, solid.back
    assert faces is not None
    right, top, low = front.right, front.y, front.bottom
    if faces.side is not None:
        side = [Point(right, top), Point(right + back.x, top - back.y)]
        side += [point.moved(0.0, low - top) for point in side[::-1]]
        yield _fill(side, faces.side, "side")
    yield _fill(_trace_top(front.x, right, top, back), faces.top, "top")
    share = front.width / max(solid.bands, 1)
    for number in range(solid.bands):
        x = front.x + number * share
        yield _fill(_trace_top(x, x + solid.band, top, back), faces.band, "band")
        if faces.front is not None:
            left = x + solid.band
            end = x + share
            corners = [Point(left, top), Point(end, top), Point(end, low), Point(left, low)]
            yield _fill(corners, faces.front, "front")


def _trace_top(left: float, right: float, top: float, back: Point) -> list[Point]:
    near = [Point(left, top), Point(right, top)]
    return [*near, *(point.moved(back.x, -back.y) for point in near[::-1])]


def _fill(corners: Sequence[Point], fill: Fill, name: str) -> Path:
    return Path(polygon(list(corners)), fill=fill, classes=(name,))
