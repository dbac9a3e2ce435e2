"""Rows of a U beneath each other, and the lines between them.

Requires: a plan of levels that fits the page.
Ensures: every row stands beneath the one before; the way up ends at the right end of the page;
lines between rows run in the gaps, in as many channels as keep them apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from msgspec.structs import replace

from net2fig.geometry import Box, Point, Route, Size
from net2fig.layout.bends import order_crowd
from net2fig.layout.columns import spread, straightened
from net2fig.layout.graph import Edge, Handle, Placed, Placement
from net2fig.layout.levels.plan import CLEAR, IN, OUT, LevelPlan, LevelRow

ROUNDING = 1e-6
CHANNEL = 4.0
"""How far apart lines in the gap between two rows are."""


def spread_levels(plan: LevelPlan, width: float) -> Placement:
    """Return the placement of all rows beneath each other, the way up at the right end."""
    placements = [_with_ends(row, spread(row.plan, width - 2 * CLEAR)) for row in plan.rows]
    wide = max(placement.size.width for placement in placements)
    moved = [
        _pushed(row, placement, wide) for row, placement in zip(plan.rows, placements, strict=True)
    ]
    return _Stack(plan, moved, wide).placement()


def _with_ends(row: LevelRow, placement: Placement) -> Placement:
    """Return a row whose first and last points stand at its ends, clear of all else.

    Lines from other rows come to these points past whatever stands above or beneath.
    """
    fed = {edge.target for edge in row.plan.edges}
    feeding = {edge.source for edge in row.plan.edges}
    wide = placement.size.width + 2 * CLEAR
    moved: dict[str, float] = {}
    for node in row.plan.nodes:
        if node.id.endswith(IN) and node.id not in fed:
            moved[node.id] = 0.0
        elif node.id.endswith(OUT) and node.id not in feeding:
            moved[node.id] = wide
    nodes = {
        id: replace(placed, x=moved[id] - placed.width / 2)
        if id in moved
        else replace(placed, x=placed.x + CLEAR)
        for id, placed in placement.nodes.items()
    }
    routes = []
    for edge, each in zip(row.plan.edges, placement.routes, strict=True):
        route = [point.moved(CLEAR, 0.0) for point in each[0]]
        if edge.source in moved:
            route[0] = Point(moved[edge.source], route[0].y)
        if edge.target in moved:
            route[-1] = Point(moved[edge.target], route[-1].y)
        routes.append((tuple(route),))
    labels = tuple(label.moved(CLEAR, 0.0) if label else None for label in placement.labels)
    return replace(
        placement,
        nodes=nodes,
        routes=tuple(routes),
        labels=labels,
        dots=tuple(dot.moved(CLEAR, 0.0) for dot in placement.dots),
        size=Size(wide, placement.size.height),
    )


def _pushed(row: LevelRow, placement: Placement, wide: float) -> Placement:
    """Return a row with its way up moved to the right end, where nothing of the way down is."""
    dx = wide - placement.size.width
    ups = [placed.x for id, placed in placement.nodes.items() if id in row.up]
    downs = [p.x + p.width for id, p in placement.nodes.items() if id not in row.up]
    if not ups or (downs and max(downs) > min(ups)):
        return placement
    edge = max(downs, default=-1.0)

    def move(point: Point) -> Point:
        return point.moved(dx if point.x > edge + ROUNDING else 0.0, 0.0)

    nodes = {
        id: replace(placed, x=placed.x + dx) if id in row.up else placed
        for id, placed in placement.nodes.items()
    }
    routes = tuple(tuple(tuple(map(move, route)) for route in each) for each in placement.routes)
    labels: list[Point | None] = []
    for label, route in zip(placement.labels, routes, strict=True):
        levels = [pair for each in route for pair in pairwise(each)]
        over = [p for p in levels if label and p[0].x <= label.x <= p[1].x and p[1].x - p[0].x > dx]
        if label and over and over[0][1].x > edge >= over[0][0].x:
            labels.append(Point((over[0][0].x + over[0][1].x) / 2, label.y))
        else:
            labels.append(move(label) if label else None)
    dots = tuple(map(move, placement.dots))
    size = Size(wide, placement.size.height)
    return replace(
        placement, nodes=nodes, routes=routes, labels=tuple(labels), dots=dots, size=size
    )


class _Stack:
    """Rows beneath each other, with the lines between them."""

    def __init__(self, plan: LevelPlan, rows: list[Placement], width: float) -> None:
        self.plan, self.rows, self.width = plan, rows, width
        self.row_of = {
            id: number for number, placement in enumerate(rows) for id in placement.nodes
        }
        self.channel = self._channels()
        self.dy: list[float] = []
        y = 0.0
        for number, placement in enumerate(rows):
            self.dy.append(y)
            y += placement.size.height + self._gap(number)
        self.height = y - self._gap(len(rows) - 1)

    def _ends(self, edge: Edge) -> tuple[Placed, Placed]:
        """Return the points at the ends of a line between rows."""
        one = self.rows[self.row_of[edge.source]].nodes[f"{edge.source}{OUT}"]
        two = self.rows[self.row_of[edge.target]].nodes[f"{edge.target}{IN}"]
        return one, two

    def _between(self) -> Iterator[tuple[int, int, Edge]]:
        """Yield the edges between rows, with the row above the gap that they run in."""
        for index, edge in enumerate(self.plan.edges):
            rows = self.row_of[edge.source], self.row_of[edge.target]
            if rows[0] != rows[1]:
                yield index, min(rows), edge

    def _channels(self) -> dict[int, int]:
        """Return for each line between rows the channel of its gap, from the top down.

        It is the order in which lines bend between two columns, turned.
        """
        gaps: dict[int, dict[int, tuple[float, float]]] = {}
        for index, gap, edge in self._between():
            ends = [point.centre.x for point in self._ends(edge)]
            goes_down = self.row_of[edge.source] == gap
            upper, lower = ends if goes_down else ends[::-1]
            gaps.setdefault(gap, {})[index] = (upper, lower)
        channel: dict[int, int] = {}
        for crowd in gaps.values():
            spans = {index: sorted(ends) for index, ends in crowd.items()}
            order = order_crowd(crowd)
            for place, index in enumerate(order):
                left, right = spans[index]
                above = [
                    channel[other]
                    for other in order[:place]
                    if spans[other][0] < right + CLEAR and left < spans[other][1] + CLEAR
                ]
                channel[index] = max(above, default=-1) + 1
        return channel

    def _gap(self, number: int) -> float:
        """Return the height of the gap under a row."""
        used = [self.channel[index] for index, gap, _ in self._between() if gap == number]
        return 2 * self.plan.spacing.lane + CHANNEL * max(used, default=0)

    def placement(self) -> Placement:
        """Return everything placed."""
        nodes = {
            node.id: _lowered(placed, self.dy[number], number)
            for node in self.plan.nodes
            if (number := self.row_of[node.id]) is not None
            and (placed := self.rows[number].nodes[node.id])
        }
        routes, labels = [], []
        for index, edge in enumerate(self.plan.edges):
            routes.append((self._route(index, edge),))
            labels.append(self._label(index))
        dots = (point for number in range(len(self.rows)) for point in self._dots(number))
        size = Size(self.width, self.height)
        crossings = count_route_crossings([route for (route,) in routes])
        return Placement(
            nodes, tuple(routes), tuple(labels), size, len(self.rows), crossings, tuple(dots)
        )

    def _route(self, index: int, edge: Edge) -> Route:
        """Return the line of an edge: its pieces within rows, and what joins them."""
        pieces = [
            [point.moved(0.0, self.dy[row]) for point in self.rows[row].routes[number][0]]
            for row, number in self.plan.pieces[index]
        ]
        if index not in self.channel:
            return straightened([point for piece in pieces for point in piece])
        before, after = pieces[0], pieces[-1]
        above = min(self.row_of[edge.source], self.row_of[edge.target])
        y = self.dy[above] + self.rows[above].size.height
        y += self.plan.spacing.lane + CHANNEL * self.channel[index]
        one, two = (point.centre.x for point in self._ends(edge))
        turns = [Point(one, before[-1].y), Point(one, y), Point(two, y), Point(two, after[0].y)]
        return straightened([*before, *turns, *after])

    def _label(self, index: int) -> Point | None:
        """Return where the label of an edge stands: on the piece that carries it."""
        for row, number in self.plan.pieces[index]:
            at = self.rows[row].labels[number]
            if at is not None:
                return at.moved(0.0, self.dy[row])
        return None

    def _dots(self, number: int) -> Iterator[Point]:
        """Yield the points of a row where a line splits: its own, and those to other rows."""
        dy, placement = self.dy[number], self.rows[number]
        for dot in placement.dots:
            yield dot.moved(0.0, dy)
        for node in self.plan.nodes:
            point = placement.nodes.get(f"{node.id}{OUT}")
            leaving = [e for e in self.plan.edges if e.source == node.id]
            if point and len(leaving) > 1:
                yield point.centre.moved(0.0, dy)


def count_route_crossings(routes: list[Route]) -> int:
    """Return how often level pieces of lines cross upright pieces of others."""
    level: list[tuple[int, float, float, float, float]] = []
    upright: list[tuple[int, float, float, float, float]] = []
    for number, route in enumerate(routes):
        for one, two in pairwise(route):
            (left, right), (low, high) = sorted((one.x, two.x)), sorted((one.y, two.y))
            (level if low == high else upright).append((number, left, right, low, high))
    return sum(
        left < x < right and low < y < high
        for a, left, right, y, _ in level
        for b, x, _, low, high in upright
        if a != b
    )


def is_clear(plan: LevelPlan, placement: Placement) -> bool:
    """Tell whether lines between rows keep clear of all glyphs and of what stands beside them."""
    rooms = []
    for node in plan.nodes:
        box = placement.nodes[node.id].box
        wide = max(node.label, node.crown, node.width)
        x = box.centre.x - wide / 2
        rooms.append(
            (node.id, Box(x, box.y - node.above, wide, box.height + node.above + node.below))
        )
    for edge, (route,) in zip(plan.edges, placement.routes, strict=True):
        for one, two in pairwise(route):
            if one.x != two.x:
                continue
            low, high = sorted((one.y, two.y))
            line = Box(one.x - 0.5, low, 1.0, high - low)
            ends = (edge.source, edge.target)
            if any(room.overlaps(line) for id, room in rooms if id not in ends):
                return False
    return True


def _lowered(placed: Placed, dy: float, row: int) -> Placed:
    left, right = (
        tuple(Handle(handle.y + dy, handle.height) for handle in side)
        for side in (placed.left, placed.right)
    )
    return replace(placed, left=left, right=right, row=row)
