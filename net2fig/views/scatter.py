"""A chart of points: two numbers of each layer, or of each model.

Ensures: every point lies within the axes; a name of a point is left out where it would touch
another point, another name, or the frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from msgspec import Struct

from net2fig.compose.wording.words import format_parameters
from net2fig.data.grammar import Palette
from net2fig.fonts.metrics import metrics, text_width
from net2fig.geometry import Box, Point, Size
from net2fig.options.page import Page
from net2fig.scene import Group, Item, Path, Scene, Text, polyline, rounded

ASPECT = 0.5
"""The height of the chart, as a share of its width."""

MAX_WIDTH = 360.0
"""A wider chart says no more, in points."""

RADIUS = 2.4
GAP = 2.0
TICK = 2.5
MARGIN = 3.0

WIDE_RANGE = 20.0
"""Values that differ by more than this factor have a logarithmic axis."""

MAX_TICKS = 7


class ChartPoint(Struct, frozen=True):
    """A point: its values, what it is called, and what it stands for.

    `name` is written beside it; `data` is that of its group in the scene.
    """

    x: float
    y: float
    label: str
    color: str
    name: str = ""
    data: tuple[tuple[str, str], ...] = ()


class Axis(Struct, frozen=True):
    """One axis: its title, its range, and whether it is logarithmic."""

    title: str
    low: float
    high: float
    is_log: bool

    @staticmethod
    def over(title: str, values: Sequence[float]) -> Axis:
        """Return the axis on which all values lie, with a little room at both ends."""
        low, high = min(values), max(values)
        is_log = low > 0 and high / low > WIDE_RANGE
        if is_log:
            low, high = math.log10(low), math.log10(high)
        room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
        return Axis(title, low - room, high + room, is_log)

    def place(self, value: float) -> float:
        """Return where a value lies, from 0 to 1."""
        value = math.log10(value) if self.is_log else value
        return (value - self.low) / (self.high - self.low)

    def list_ticks(self) -> list[float]:
        """Return the values of the ticks."""
        if self.is_log:
            first, last = math.ceil(self.low), math.floor(self.high)
            every = max(1, math.ceil((last - first + 1) / MAX_TICKS))
            return [10.0**power for power in range(first, last + 1, every)]
        raw = (self.high - self.low) / (MAX_TICKS - 2)
        base = 10.0 ** math.floor(math.log10(raw))
        step = next(base * size for size in (1, 2, 5, 10) if base * size >= raw)
        numbers = range(math.ceil(self.low / step), math.floor(self.high / step) + 1)
        return [number * step for number in numbers]


def format_tick(value: float) -> str:
    """Return a number as an axis writes it: "10 M", "0.75"."""
    if abs(value) >= 1000:
        return format_parameters(round(value)).replace(".0", "")
    return f"{value:.4g}"


def draw_chart(
    points: Sequence[ChartPoint],
    titles: tuple[str, str],
    page: Page,
    palette: Palette,
    title: str,
    description: str,
) -> Scene:
    """Return the chart of some points."""
    return _Chart(points, titles, page, palette).draw(title, description)


class _Chart:
    """One chart on its way into items."""

    def __init__(
        self, points: Sequence[ChartPoint], titles: tuple[str, str], page: Page, palette: Palette
    ) -> None:
        self.points, self.page, self.ink = points, page, palette.ink
        self.x = Axis.over(titles[0], [point.x for point in points])
        self.y = Axis.over(titles[1], [point.y for point in points])
        self.line = metrics(page.small, family=page.family).cap_height
        labels = [self.measure(format_tick(tick)) for tick in self.y.list_ticks()]
        left = MARGIN + max(labels, default=0.0) + TICK + GAP
        top = MARGIN + self.line + 2 * GAP
        width = min(page.width, MAX_WIDTH)
        height = width * ASPECT
        below = TICK + 2 * self.line + 3 * GAP + MARGIN
        self.size = Size(width, height)
        self.plane = Box(left, top, width - left - MARGIN, height - top - below)

    def measure(self, text: str) -> float:
        """Return the width of a text."""
        return text_width(text, self.page.small, family=self.page.family)

    def write(self, at: Point, string: str, anchor: str, ink: str = "text") -> Text:
        """Return a text of the chart."""
        size, family = self.page.small, self.page.family
        classes = ("label",)
        return Text(at, string, size, self.ink[ink], anchor=anchor, family=family, classes=classes)

    def draw(self, title: str, description: str) -> Scene:
        """Return the scene."""
        boxes = [self.place(point) for point in self.points]
        items: list[Item] = [*self.draw_axes()]
        for point, box in zip(self.points, boxes, strict=True):
            circle = Path(rounded(box, RADIUS), point.color, self.ink["line"], 0.4)
            items.append(Group((circle,), classes=("point",), data=point.data, title=point.label))
        items += self.write_names(boxes)
        return Scene(self.size, tuple(items), title, description, self.page.background)

    def place(self, point: ChartPoint) -> Box:
        """Return the box of a point."""
        x = self.plane.x + self.x.place(point.x) * self.plane.width
        y = self.plane.bottom - self.y.place(point.y) * self.plane.height
        return Box(x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS)

    def draw_axes(self) -> Iterator[Item]:
        """Yield the plane, the ticks with their numbers, and the titles."""
        plane, ink = self.plane, self.ink["line"]
        corners = [Point(plane.x, plane.y), Point(plane.x, plane.bottom)]
        frame = polyline([*corners, Point(plane.right, plane.bottom)])
        ground = rounded(plane, 0.0)
        yield Group((Path(ground, classes=("ground",)),), classes=("axes",))
        yield Path(frame, stroke=ink, width=0.5)
        for tick in self.x.list_ticks():
            x = plane.x + self.x.place(tick) * plane.width
            yield Path(
                polyline([Point(x, plane.bottom), Point(x, plane.bottom + TICK)]), None, ink, 0.5
            )
            at = Point(x, plane.bottom + TICK + GAP + self.line)
            yield self.write(at, format_tick(tick), "middle", "muted")
        for tick in self.y.list_ticks():
            y = plane.bottom - self.y.place(tick) * plane.height
            yield Path(polyline([Point(plane.x - TICK, y), Point(plane.x, y)]), None, ink, 0.5)
            at = Point(plane.x - TICK - GAP, y + self.line / 2)
            yield self.write(at, format_tick(tick), "end", "muted")
        bottom = plane.bottom + TICK + 2 * GAP + 2 * self.line + GAP
        yield self.write(Point(plane.right, bottom), self.x.title, "end")
        yield self.write(Point(MARGIN, MARGIN + self.line), self.y.title, "start")

    def write_names(self, boxes: Sequence[Box]) -> Iterator[Item]:
        """Yield the names of points, each where it touches nothing."""
        taken = list(boxes)
        for point, box in zip(self.points, boxes, strict=True):
            width = self.measure(point.name)
            middle = box.y + box.height / 2 - self.line / 2
            spots = (
                Box(box.right + GAP, middle, width, self.line),
                Box(box.x - GAP - width, middle, width, self.line),
                Box(box.centre.x - width / 2, box.y - GAP - self.line, width, self.line),
                Box(box.centre.x - width / 2, box.bottom + GAP, width, self.line),
            )
            free = [spot for spot in spots if self.is_free(spot, taken)] if point.name else []
            if free:
                taken.append(free[0])
                yield self.write(Point(free[0].x, free[0].bottom), point.name, "start")

    def is_free(self, spot: Box, taken: Sequence[Box]) -> bool:
        """Tell whether a name can stand in a box."""
        plane = self.plane
        inside = plane.x < spot.x and spot.right < plane.right
        inside = inside and plane.y < spot.y and spot.bottom < plane.bottom
        return inside and not any(_meet(spot, other) for other in taken)


def _meet(one: Box, other: Box) -> bool:
    return (
        one.x < other.right
        and other.x < one.right
        and one.y < other.bottom
        and other.y < one.bottom
    )
