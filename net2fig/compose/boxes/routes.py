"""Lines between the borders of boxes, and between the ends of a body."""

from __future__ import annotations

from net2fig.geometry import Box, Point, Route
from net2fig.outline import ENTRY, EXIT, Link


def reach_ends(link: Link, route: Route, end: float) -> Route:
    """Return a line that begins and ends with the picture where it enters or leaves a body."""
    first, *between, last = route
    if link.source == ENTRY:
        first = Point(0.0, first.y)
    if link.target == EXIT:
        last = Point(end, last.y)
    return (first, *between, last)


def clip(route: Route, source: Box | None, target: Box | None) -> Route:
    """Return a line from the border of one box to the border of the other."""
    return _cut(_cut(route, target)[::-1], source)[::-1]


def _cut(route: Route, box: Box | None) -> Route:
    """Return a line that ends where it meets a box."""
    if box is None:
        return route
    *before, last, end = route
    inside = box.grown(-1e-6)
    if not (inside.x < end.x < inside.right and inside.y < end.y < inside.bottom):
        return route
    if last.y == end.y:
        return (*before, last, Point(box.x if last.x < end.x else box.right, end.y))
    return (*before, last, Point(end.x, box.y if last.y < end.y else box.bottom))
