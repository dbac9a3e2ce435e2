"""Spread the columns over the page, and draw the lines.

Requires: a plan.
Ensures: along every row x grows with the rank; no row is wider than the page, unless a single
column is; gaps are as wide as the page allows, within the bounds of the spacing; every line is
straight from handle to handle but where strands were cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from net2fig.geometry import Point, Route, Size
from net2fig.layout.graph import Handle, Placed, Placement
from net2fig.layout.ports import STRAIGHT
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
        self.far = [(left.far, right.far) for left, right in plan.sides]
        self.numbers = [
            {(at, edge): n for at, ends in sides.items() for n, (edge, _) in enumerate(ends)}
            for sides in (plan.strands.into, plan.strands.out_of)
        ]
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
                tuple(Handle(h.y + self.dy[row], h.height) for h in side.handles)
                for side in self.plan.sides[position]
            )
            nodes[node.id] = Placed(self.x(column) - node.width / 2, node.width, left, right, row)
        routes = tuple(self._routes(index) for index in range(len(self.plan.edges)))
        labels = tuple(
            self._label(index, routes[index]) if edge.label else None
            for index, edge in enumerate(self.plan.edges)
        )
        width = max((row.width for row in self.rows), default=0.0)
        return Placement(
            nodes,
            routes,
            labels,
            Size(width, self.height),
            len(self.rows),
            self.plan.strands.crossings,
            tuple(self._dots()),
            self.plan.tiered,
        )

    def _dots(self) -> Iterator[Point]:
        """Yield the points where a line that leaves a port splits."""
        plan = self.plan
        for position, leaving in sorted(plan.heights.ports):
            if not leaving:
                continue
            node, column = plan.nodes[position], plan.strands.rank[position]
            port = plan.sides[position][1].handles[0].y
            lanes = [plan.heights.strand[strand] for _, strand in plan.strands.out_of[position]]
            ends = {min(*lanes, port), max(*lanes, port)} - {port}
            x = self.x(column) + node.width / 2 + self.far[position][1]
            if plan.sides[position][1].top:
                # Lines to higher lanes leave from the top, straight ones from the side.
                higher = [y for y in lanes if y < port]
                for y in sorted({*higher} - {min(higher, default=port)}):
                    yield Point(self.x(column), y + self.dy[self.row_of[column]])
                lanes = [y for y in lanes if y >= port]
                ends = {max(lanes, default=port)}
            for y in sorted({port, *lanes} - ends):
                yield Point(x, y + self.dy[self.row_of[column]])

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
        points = self._start(index, source, y)
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
                x = self._bend(column, index)
                points.append(Point(x, y + self.dy[row]))
                points.append(Point(x, after + self.dy[row]))
            y = after
        points.extend(self._end(index, target, y))
        return (*routes, straightened(points))

    def _start(self, index: int, position: int, y: float) -> list[Point]:
        """Return the first points of a line that leaves a node for the height y."""
        return self._end(index, position, y, leaving=True)[::-1]

    def _end(self, index: int, position: int, y: float, *, leaving: bool = False) -> list[Point]:
        """Return the last points of a line that comes to a node at the height y.

        Those of a line that leaves the node are the same, from right to left.
        """
        plan = self.plan
        node, column = plan.nodes[position], plan.strands.rank[position]
        dy, x = self.dy[self.row_of[column]], self.x(column)
        away = 1.0 if leaving else -1.0
        side = plan.sides[position][leaving]
        if node.small and not side.port:
            own = side.handles[0].y
            radius = (node.right if leaving else node.left) / 2
            if abs(own - y) >= max(radius, 0.01):
                end = radius if y > own else -radius
                return [Point(x, y + dy), Point(x, own + end + dy)]
            return [Point(x + away * _chord(node.width / 2, own - y), y + dy)]
        edge = x + away * node.width / 2
        if leaving and plan.edges[index].joined and column in plan.held:
            edge -= node.overhangs
        number = self._number(index, position, leaving)
        if side.top and y < side.meets[number] - STRAIGHT:
            return [Point(x, y + dy), Point(x, side.handles[0].top + dy)]
        if not side.turns or not side.turns[number]:
            return [Point(edge, y + dy)]
        turn, meet = edge + away * side.turns[number], side.meets[number] + dy
        return [Point(turn, y + dy), Point(turn, meet), Point(edge, meet)]

    def _bend(self, column: int, index: int) -> float:
        """Return the x at which an edge changes its height before a column.

        The edges that bend there share the gap between the columns evenly.
        """
        bends = self.plan.bends[column]
        order = bends.edges
        left = self.x(column - 1) + bends.before
        right = self.x(column) - bends.after
        return left + (right - left) * (order.index(index) + 1) / (len(order) + 1)

    def _number(self, index: int, position: int, leaving: bool) -> int:
        """Return which edge of a side an edge is, from the top."""
        return self.numbers[leaving].get((position, index), 0)

    def _label(self, index: int, routes: tuple[Route, ...]) -> Point | None:
        """Return where a label stands: over the middle of the longest level stretch.

        What other lines turn across, beside the glyphs at the ends, is not part of it.
        """
        edge, plan = self.plan.edges[index], self.plan
        begin = self.far[self.at[edge.source]][1]
        end = self.far[self.at[edge.target]][0]
        stretches = [pair for route in routes for pair in pairwise(route)]
        final = len(stretches) - 1
        level = [
            (
                one.x + (begin if number == 0 else 0.0),
                two.x - (end if number == final else 0.0),
                one.y,
            )
            for number, (one, two) in enumerate(stretches)
            if abs(one.y - two.y) < 0.01
        ]
        if not level:
            return None
        left, right, y = max(level, key=lambda stretch: stretch[1] - stretch[0])
        if len(routes) > 1 and edge.label and right - left < edge.label.width:
            return None  # no piece of a line that rows break has the room
        return Point((left + right) / 2, y - plan.spacing.label)


def _chord(radius: float, off: float) -> float:
    """Return how far from its middle a circle reaches at a height that far off."""
    return float(max(radius**2 - off**2, 0.0) ** 0.5)


def straightened(points: list[Point]) -> Route:
    """Drop the points that lie on a straight line between their neighbours."""
    kept = points[:1]
    for number in range(1, len(points) - 1):
        one, two, three = kept[-1], points[number], points[number + 1]
        if not (one.y == two.y == three.y or one.x == two.x == three.x):
            kept.append(two)
    return (*kept, points[-1])
