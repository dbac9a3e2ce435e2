"""Two graphs one above the other, what is paired at the same x.

    ─A─B─────D─      paired nodes have one rank; what has no partner has a rank of its own, over
    ─A─B─C─C─D─      which the lines of the other graph pass

Requires: two graphs with nodes in topological orders; pairs that grow in both.
Ensures: a plan of both in which paired nodes share a column and every node of the first lies above
every node of the second; rows break both at the same columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from net2fig.geometry import Point, Route, Size
from net2fig.layout.align import Heights, align
from net2fig.layout.graph import Edge, Handle, Node, Placed, Placement, Spacing
from net2fig.layout.lanes import Strands, lanes
from net2fig.layout.order import Slot, order
from net2fig.layout.rank import rank
from net2fig.layout.rows import Plan, plan

APART = 2.0
"""How much further rows are apart than those of a single graph."""

NEAR = 1e-6
"""The difference of two places that are the same."""

Graph = tuple[tuple[Node, ...], tuple[Edge, ...]]


class _Part(Struct, frozen=True):
    """One of the graphs with its strands and their heights, at the ranks of both."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    strands: Strands
    heights: Heights


def stack_graphs(
    first: Graph, second: Graph, pairs: Sequence[tuple[str, str]], spacing: Spacing, between: float
) -> Plan:
    """Return the plan of both graphs, `between` points of room between them."""
    ranks = joint_ranks(first, second, pairs)
    upper, lower = (_part(*graph, ranks, spacing) for graph in (first, second))
    bottom, top = _reach(upper, spacing)[1], _reach(lower, spacing)[0]
    both = _together(upper, _moved(lower, bottom + between - top))
    return plan(both.nodes, both.edges, both.strands, both.heights, spacing)


def closed(placement: Placement, plan: Plan, counts: tuple[int, int], between: float) -> Placement:
    """Return the placement of both graphs with no more room than is needed, row by row.

    `counts` are the numbers of nodes and of edges of the first graph; `between` is the room between
    the graphs in each row.
    """
    return _Rows(placement, plan, counts).closed(between)


class _Rows:
    """The two graphs of a placement, row by row: how far each reaches up and down there."""

    def __init__(self, placement: Placement, plan: Plan, counts: tuple[int, int]) -> None:
        self.placement, self.plan, self.counts = placement, plan, counts
        self.reach: dict[tuple[int, bool], tuple[float, float]] = {}
        for number, node in enumerate(plan.nodes):
            placed = placement.nodes[node.id]
            box = placed.box
            key = placed.row, number >= counts[0]
            self._cover(key, box.y - node.above, box.bottom + node.below)
        for number, edge in enumerate(plan.edges):
            room = edge.label.height + plan.spacing.label if edge.label else 0.5
            for key, route in self._routes(number):
                for point in route:
                    self._cover(key, point.y - room, point.y + 0.5)

    def _cover(self, key: tuple[int, bool], top: float, bottom: float) -> None:
        above, below = self.reach.get(key, (top, bottom))
        self.reach[key] = min(above, top), max(below, bottom)

    def _routes(self, edge: int) -> list[tuple[tuple[int, bool], Route]]:
        """Return the lines of an edge, each with its row and its graph."""
        first = self.placement.nodes[self.plan.edges[edge].source].row
        second = edge >= self.counts[1]
        return [
            ((first + number, second), route)
            for number, route in enumerate(self.placement.routes[edge])
        ]

    def closed(self, between: float) -> Placement:
        """Return everything moved up to what stands above it."""
        shifts: dict[tuple[int, bool], float] = {}
        y = 0.0
        for row in range(self.placement.rows):
            for second in (False, True):
                if (row, second) in self.reach:
                    top, bottom = self.reach[row, second]
                    beneath = second and (row, False) in self.reach
                    y += between if beneath else 0.0
                    shifts[row, second] = y - top
                    y += bottom - top
            y += APART * self.plan.spacing.row
        nodes = {
            node.id: _lowered(placed, shifts[placed.row, number >= self.counts[0]])
            for number, node in enumerate(self.plan.nodes)
            if (placed := self.placement.nodes[node.id])
        }
        routes, labels = [], []
        for number, label in enumerate(self.placement.labels):
            pieces = self._routes(number)
            routes.append(
                tuple(tuple(p.moved(0.0, shifts[key]) for p in route) for key, route in pieces)
            )
            labels.append(self._label(label, pieces, shifts))
        dots = tuple(self._moved_dots(shifts))
        height = max(y - APART * self.plan.spacing.row, 0.0)
        size = Size(self.placement.size.width, height)
        return replace(
            self.placement,
            nodes=nodes,
            routes=tuple(routes),
            labels=tuple(labels),
            dots=dots,
            size=size,
        )

    def _moved_dots(self, shifts: dict[tuple[int, bool], float]) -> Iterator[Point]:
        """Yield where the dots stand: each goes with the line that it stands on."""
        pieces = [piece for number in range(len(self.plan.edges)) for piece in self._routes(number)]
        for dot in self.placement.dots:
            key = next(key for key, route in pieces if _is_on(dot, route))
            yield dot.moved(0.0, shifts[key])

    def _label(
        self,
        label: Point | None,
        pieces: list[tuple[tuple[int, bool], Route]],
        shifts: dict[tuple[int, bool], float],
    ) -> Point | None:
        """Return where a label stands: it goes with the line that it stands on."""
        if label is None:
            return None
        line = label.y + self.plan.spacing.label
        key = min(pieces, key=lambda piece: min(abs(point.y - line) for point in piece[1]))[0]
        return label.moved(0.0, shifts[key])


def _is_on(point: Point, route: Route) -> bool:
    """Tell whether a point lies on a line whose pieces are level or upright."""
    return any(
        min(one.x, two.x) - NEAR <= point.x <= max(one.x, two.x) + NEAR
        and min(one.y, two.y) - NEAR <= point.y <= max(one.y, two.y) + NEAR
        for one, two in pairwise(route)
    )


def _lowered(placed: Placed, dy: float) -> Placed:
    """Return a node that stands further down."""
    left, right = (
        tuple(Handle(handle.y + dy, handle.height) for handle in side)
        for side in (placed.left, placed.right)
    )
    return replace(placed, left=left, right=right)


def joint_ranks(first: Graph, second: Graph, pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return the ranks of the nodes of both graphs; those of a pair are equal."""
    alias = {two: one for one, two in pairs}
    nodes = _merged(first[0], second[0], pairs)
    ends = [(edge.source, edge.target) for edge in first[1]]
    ends += [(alias.get(e.source, e.source), alias.get(e.target, e.target)) for e in second[1]]
    edges = tuple(Edge(source, target, 1.0, 1.0) for source, target in dict.fromkeys(ends))
    ranks = rank(nodes, edges)
    return ranks | {two: ranks[one] for two, one in alias.items()}


def _merged(
    first: Sequence[Node], second: Sequence[Node], pairs: Sequence[tuple[str, str]]
) -> tuple[Node, ...]:
    """Return the nodes of both in an order that is topological for both; of a pair, the first."""
    places = {node.id: place for place, node in enumerate(first)}
    others = {node.id: place for place, node in enumerate(second)}
    merged: list[Node] = []
    i = j = 0
    for one, two in pairs:
        merged += [*first[i : places[one]], *second[j : others[two]], first[places[one]]]
        i, j = places[one] + 1, others[two] + 1
    return (*merged, *first[i:], *second[j:])


def _part(
    nodes: tuple[Node, ...], edges: tuple[Edge, ...], ranks: dict[str, int], spacing: Spacing
) -> _Part:
    """Return a graph with strands and heights, as if it were alone at these ranks."""
    start = min((ranks[node.id] for node in nodes), default=0)
    own = {node.id: ranks[node.id] - start for node in nodes}
    strands = lanes(nodes, edges, order(nodes, edges, own))
    heights = align(nodes, edges, strands, spacing)
    shifted = replace(
        strands,
        columns=((),) * start + strands.columns,
        hops=tuple(tuple((at + start, s) for at, s in hop) for hop in strands.hops),
        rank=tuple(at + start for at in strands.rank),
    )
    return _Part(nodes, edges, shifted, heights)


def _reach(part: _Part, spacing: Spacing) -> tuple[float, float]:
    """Return how far up and how far down a graph goes, labels included."""
    at = {node.id: position for position, node in enumerate(part.nodes)}
    tops, bottoms = [0.0], [0.0]
    for position, node in enumerate(part.nodes):
        ys = [part.heights.strand[s] for s in _strands_at(part, position)]
        ys = ys or [part.heights.junction.get(position, 0.0)]
        tops.append(min(ys) - node.above)
        bottoms.append(max(ys) + node.below)
    for index, edge in enumerate(part.edges):
        room = edge.label.height + spacing.label if edge.label else 0.5
        nodes = part.nodes[at[edge.source]], part.nodes[at[edge.target]]
        for _, strand in part.strands.hops[index]:
            y = part.heights.strand[strand]
            half = max(edge.leaving, edge.entering) / 2
            tops.append(y - max(room, half + nodes[0].above, half + nodes[1].above))
            bottoms.append(y + half + max(nodes[0].below, nodes[1].below))
    return min(tops), max(bottoms)


def _strands_at(part: _Part, position: int) -> list[int]:
    """Return the strands at a node: its own, or those of its handles."""
    strands = part.strands
    if position in strands.of_node:
        return [strands.of_node[position]]
    return [s for _, s in (*strands.into[position], *strands.out_of[position])]


def _moved(part: _Part, dy: float) -> _Part:
    """Return a graph that lies further down."""
    heights = Heights(
        tuple(y + dy for y in part.heights.strand),
        {position: y + dy for position, y in part.heights.junction.items()},
        part.heights.ports,
    )
    return replace(part, heights=heights)


def _together(upper: _Part, lower: _Part) -> _Part:
    """Return both graphs as one, the numbers of the second behind those of the first."""
    one, two = upper.strands, lower.strands
    nodes, edges, count = len(upper.nodes), len(upper.edges), one.count
    far = max(len(one.columns), len(two.columns))

    def slot(given: Slot) -> Slot:
        return given[0], given[1] + (nodes if given[0] == "node" else edges)

    def handles(
        given: dict[int, tuple[tuple[int, int], ...]],
    ) -> dict[int, tuple[tuple[int, int], ...]]:
        return {
            position + nodes: tuple((edge + edges, strand + count) for edge, strand in found)
            for position, found in given.items()
        }

    columns = [
        (
            *(one.columns[at] if at < len(one.columns) else ()),
            *(map(slot, two.columns[at]) if at < len(two.columns) else ()),
        )
        for at in range(far)
    ]
    strands = Strands(
        count=count + two.count,
        columns=tuple(columns),
        of_node=one.of_node | {at + nodes: strand + count for at, strand in two.of_node.items()},
        hops=one.hops + tuple(tuple((at, s + count) for at, s in hop) for hop in two.hops),
        into=one.into | handles(two.into),
        out_of=one.out_of | handles(two.out_of),
        rank=one.rank + two.rank,
        crossings=one.crossings + two.crossings,
    )
    heights = Heights(
        upper.heights.strand + lower.heights.strand,
        upper.heights.junction | {at + nodes: y for at, y in lower.heights.junction.items()},
        upper.heights.ports | {(at + nodes, leaving) for at, leaving in lower.heights.ports},
    )
    return _Part(upper.nodes + lower.nodes, upper.edges + lower.edges, strands, heights)
