"""Spread the columns over the page, and draw the lines.

Requires: a plan.
Ensures: along every row x grows with the rank; no row is wider than the page, unless a single
column is; gaps are as wide as the page allows, within the bounds of the spacing; every line is
straight from handle to handle but where strands were cut.
"""

from __future__ import annotations

from itertools import pairwise

from net2fig.geometry import Point, Route, Size
from net2fig.layout.graph import Handle, Node, Placed, Placement
from net2fig.layout.rows import Plan, Row, place, wrap


def spread(plan: Plan, width: float) -> Placement:
    """Return the placement in a page of the given width."""
    cut = wrap(plan, width)
    least, greatest = plan.spacing.gap
    gap = _widest(plan, cut, width, least, greatest)
    rows = [place(plan, first, last, gap) for first, last in cut]
    return _Page(plan, rows, gap).placement()


def _widest(
    plan: Plan, cut: tuple[tuple[int, int], ...], width: float, least: float, greatest: float
) -> float:
    """Return the widest gap, in quarters of a point, with which every row fits."""
    low, high = int(least * 4), int(greatest * 4)
    while low < high:
        middle = (low + high + 1) // 2
        if all(place(plan, first, last, middle / 4).width <= width for first, last in cut):
            low = middle
        else:
            high = middle - 1
    return max(least, low / 4)


class _Page:
    """Rows at their places: turns a plan into boxes and routes."""

    def __init__(self, plan: Plan, rows: list[Row], gap: float) -> None:
        self.plan, self.rows, self.gap = plan, rows, gap
        self.at = {node.id: position for position, node in enumerate(plan.nodes)}
        self.row_of = {c: n for n, row in enumerate(rows) for c in range(row.first, row.last + 1)}
        self.dy, self.height = self._stack()

    def _stack(self) -> tuple[list[float], float]:
        """Return how far down each row moves so that it stands beneath the one before."""
        tops = [float("inf")] * len(self.rows)
        bottoms = [float("-inf")] * len(self.rows)

        def cover(row: int, top: float, bottom: float) -> None:
            tops[row] = min(tops[row], top)
            bottoms[row] = max(bottoms[row], bottom)

        for column, items in enumerate(self.plan.columns):
            for item in items:
                cover(self.row_of[column], item.top, item.bottom)
        for index, edge in enumerate(self.plan.edges):
            room = edge.label.height + self.plan.spacing.label if edge.label else 0.5
            last = self.plan.strands.rank[self.at[edge.target]]
            for begin, strand in self.plan.strands.hops[index]:
                y = self.plan.heights.strand[strand]
                for row in range(self.row_of[begin], self.row_of[last] + 1):
                    cover(row, y - room, y + 0.5)
        shifts, below = [], 0.0
        for number, top in enumerate(tops):
            shifts.append(below - top)
            below += bottoms[number] - top + self.plan.spacing.row
        return shifts, below - self.plan.spacing.row if self.rows else 0.0

    def placement(self) -> Placement:
        """Return everything placed."""
        nodes = {}
        for position, node in enumerate(self.plan.nodes):
            column = self.plan.strands.rank[position]
            row = self.row_of[column]
            left, right = (
                tuple(Handle(h.y + self.dy[row], h.height) for h in side)
                for side in self.plan.handles[position]
            )
            nodes[node.id] = Placed(self.x(column) - node.width / 2, node.width, left, right, row)
        routes = tuple(self._routes(index) for index in range(len(self.plan.edges)))
        labels = tuple(
            self._label(route) if edge.label else None
            for edge, route in zip(self.plan.edges, routes, strict=True)
        )
        width = max((row.width for row in self.rows), default=0.0)
        return Placement(
            nodes,
            routes,
            labels,
            Size(width, self.height),
            len(self.rows),
            self.plan.strands.crossings,
        )

    def x(self, column: int) -> float:
        """Return the x of the middle of a column, in its row."""
        row = self.rows[self.row_of[column]]
        return row.x[column - row.first]

    def _routes(self, index: int) -> tuple[Route, ...]:
        """Return the lines of an edge, one for each row that it runs through."""
        edge, plan = self.plan.edges[index], self.plan
        source, target = self.at[edge.source], self.at[edge.target]
        first, last = plan.strands.rank[source], plan.strands.rank[target]
        hops = list(plan.strands.hops[index])
        y = plan.heights.strand[hops[0][1]]
        points = self._start(source, y)
        routes: list[Route] = []
        for column in range(first + 1, last + 1):
            while len(hops) > 1 and hops[1][0] <= column:
                del hops[0]
            after = plan.heights.strand[hops[0][1]]
            if self.row_of[column] != self.row_of[column - 1]:
                row = self.row_of[column - 1]
                points.append(Point(self.rows[row].width, y + self.dy[row]))
                routes.append(tuple(points))
                points = [Point(0.0, after + self.dy[row + 1])]
            elif after != y:
                row = self.row_of[column]
                halves = (plan.half(column - 1), plan.half(column))
                points.append(Point(self.x(column - 1) + halves[0] + 1, y + self.dy[row]))
                points.append(Point(self.x(column) - halves[1] - 1, after + self.dy[row]))
            y = after
        points.extend(self._end(target, y))
        return (*routes, _straightened(points))

    def _start(self, position: int, y: float) -> list[Point]:
        """Return the first points of a line that leaves a node for the height y."""
        node, column = self.plan.nodes[position], self.plan.strands.rank[position]
        dy = self.dy[self.row_of[column]]
        x = self.x(column)
        own = self.plan.handles[position][1][0].y
        if node.small and abs(own - y) >= max(node.right / 2, 0.01):
            side = node.right / 2 if y > own else -node.right / 2
            return [Point(x, own + side + dy), Point(x, y + dy)]
        return [Point(x + _reach(node, own - y), y + dy)]

    def _end(self, position: int, y: float) -> list[Point]:
        """Return the last points of a line that comes to a node at the height y."""
        node, column = self.plan.nodes[position], self.plan.strands.rank[position]
        dy = self.dy[self.row_of[column]]
        x = self.x(column)
        own = self.plan.handles[position][0][0].y
        if node.small and abs(own - y) >= max(node.left / 2, 0.01):
            side = node.left / 2 if y > own else -node.left / 2
            return [Point(x, y + dy), Point(x, own + side + dy)]
        return [Point(x - _reach(node, own - y), y + dy)]

    def _label(self, routes: tuple[Route, ...]) -> Point | None:
        """Return where a label stands: over the middle of the longest level stretch."""
        level = [
            (two.x - one.x, -number, one, two)
            for number, (one, two) in enumerate(
                pair for route in routes for pair in pairwise(route)
            )
            if abs(one.y - two.y) < 0.01
        ]
        if not level:
            return None
        _, _, one, two = max(level, key=lambda stretch: stretch[:2])
        return Point((one.x + two.x) / 2, one.y - self.plan.spacing.label)


def _reach(node: Node, off: float) -> float:
    """Return how far from the middle of a node a level line meets it, `off` its own line.

    A small node is a circle: the line meets it where half the chord at that height ends.
    """
    half = node.width / 2
    return max(half**2 - off**2, 0.0) ** 0.5 if node.small else half


def _straightened(points: list[Point]) -> Route:
    """Drop the points that lie on a straight line between their neighbours."""
    kept = points[:1]
    for number in range(1, len(points) - 1):
        one, two, three = kept[-1], points[number], points[number + 1]
        if not (one.y == two.y == three.y or one.x == two.x == three.x):
            kept.append(two)
    return (*kept, points[-1])
