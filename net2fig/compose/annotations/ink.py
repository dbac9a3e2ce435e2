"""Annotations as scene items: panels beneath the network, all else over it."""

from __future__ import annotations

from math import hypot

from net2fig.compose.annotations.canvas import Turned
from net2fig.compose.annotations.marks import Label, Mark, Stroke
from net2fig.compose.draw import snap
from net2fig.compose.style.colours import darken, lighten, resolve_colour
from net2fig.data.grammar import Palette
from net2fig.geometry import Box, Point
from net2fig.options.page import Page
from net2fig.scene import Group, Item, Path, Text, polygon, polyline, rounded

HEAD = (4.2, 3.4)
"""Length and width of an arrow's head."""
DASH = (2.4, 1.6)
LEADER = 0.8
"""How thick a leader is, in lines."""
ROUND = 4.0
"""The radius of the corners of a panel."""
PALE = 0.8
"""How much paler a panel is than its colour."""
BORDER = 0.5
LEADING = 1.2


def draw_mark(mark: Mark, turned: Turned, page: Page, palette: Palette) -> Group:
    """Return an annotation, turned back to the page."""
    items: list[Item] = []
    if mark.ground:
        colour = resolve_colour(palette, mark.color or "neutral")
        if page.mono:
            colour = palette.roles["neutral"]
        fill, edge = lighten(colour, PALE), lighten(colour, 0.4)
        boxes = [turned.box_back(step) for step in mark.ground]
        is_box = len(boxes) == 1
        items.append(
            Path(
                rounded(boxes[0], ROUND) if is_box else polygon(_list_corners(boxes)),
                fill=fill,
                stroke=edge,
                width=BORDER,
                classes=("panel",),
            )
        )
    for stroke in mark.strokes:
        items += _draw_stroke(stroke, mark, turned, page, palette)
    for label in mark.labels:
        items += _draw_label(label, mark, turned, page, palette)
    about = (("about", " ".join(mark.about)),)
    return Group(tuple(items), classes=("annotation", mark.sort), data=about)


def _list_corners(steps: list[Box]) -> list[Point]:
    """Return the corners of boxes one beneath the other, as of one figure."""
    right = [
        point for box in steps for point in (Point(box.right, box.y), Point(box.right, box.bottom))
    ]
    left = [point for box in steps for point in (Point(box.x, box.y), Point(box.x, box.bottom))]
    corners = [*right, *left[::-1]]
    around = zip([corners[-1], *corners], corners, [*corners[1:], corners[0]], strict=False)
    return [here for before, here, after in around if not before.x == here.x == after.x]


def _find_ink(mark: Mark, palette: Palette, usual: str) -> str:
    """Return the colour of lines and words; of a panel, it is that of all words."""
    if mark.color is None or mark.ground:
        return palette.ink[usual]
    return darken(resolve_colour(palette, mark.color), 0.15)


def _draw_stroke(
    stroke: Stroke, mark: Mark, turned: Turned, page: Page, palette: Palette
) -> list[Item]:
    ink = _find_ink(mark, palette, "text" if stroke.is_arrow else "muted")
    points = [snapped(turned.back(point)) for point in stroke.points]
    width = page.line * (LEADER if stroke.is_leader else 1.0)
    items: list[Item] = []
    if stroke.is_arrow:
        head, points[-1] = _make_head(points[-2], points[-1])
        items.append(Path(polygon(head), fill=ink, classes=("arrow",)))
    dash = DASH if stroke.is_dashed else ()
    line = Path(polyline(points), stroke=ink, width=width, dash=dash, classes=("line",))
    return [line, *items]


def snapped(point: Point) -> Point:
    """Return a point in the middle of a pixel at 150 dpi, as the lines of the network are."""
    return Point(snap(point.x), snap(point.y))


def _make_head(before: Point, tip: Point) -> tuple[list[Point], Point]:
    """Return the corners of an arrow's head, and where its line ends."""
    far = hypot(tip.x - before.x, tip.y - before.y) or 1.0
    x, y = (tip.x - before.x) / far, (tip.y - before.y) / far
    length, half = HEAD[0], HEAD[1] / 2
    base = Point(tip.x - x * length, tip.y - y * length)
    return [
        tip,
        Point(base.x - y * half, base.y + x * half),
        Point(base.x + y * half, base.y - x * half),
    ], base


def _draw_label(
    label: Label, mark: Mark, turned: Turned, page: Page, palette: Palette
) -> list[Item]:
    """Return the lines of a text, each in the middle of its box."""
    box = turned.box_back(label.box)
    ink = _find_ink(mark, palette, "text")
    step = LEADING * page.size
    return [
        Text(
            Point(box.centre.x, box.y + step * (number + 0.5) + 0.36 * page.size),
            line,
            page.size,
            ink,
            anchor="middle",
            bold=label.is_bold,
            family=page.family,
            classes=("label", "annotation"),
        )
        for number, line in enumerate(label.lines)
    ]
