r"""A U in rows: each row is a resolution, the way down stands on the left, the way up on the right.

   ──A──o──────────────────o──B──      A line between two rows leaves and joins at points, and runs
        │                  │           in the gap between the rows, back to where the row begins.
     ┌──┘                  └──┐
     o──C──o───────────o──D───o        Each row is laid out by itself, as a figure of one row.

Requires: nodes in a topological order, with levels; 0 is the greatest resolution.
Ensures: a plan only for a network that goes down and up again, with lines across, and with lines
between neighbouring levels only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from net2fig.layout.align import align
from net2fig.layout.graph import Edge, Neighbours, Node, Spacing
from net2fig.layout.lanes import lanes
from net2fig.layout.levels.tiers import stand_steps, tier_by_node
from net2fig.layout.order import order
from net2fig.layout.rank import rank
from net2fig.layout.rows import Plan, fits_in_one_row, plan
from net2fig.layout.trunk import longest_path

LEAST, ACROSS, MOST = 2, 1, 3
"""How many levels a U has at least, at how many of them lines lead from its left to its right, and
how many lines it has at most between two levels."""
CLEAR = 3.0
"""How wide a strip below or above a point is kept free for the line between rows."""

ROW = "@row"
IN, OUT = f"{ROW} in", f"{ROW} out"
"""How the ids of points end at which lines come from other rows, or go there."""

Piece = tuple[int, int]
"""A row, and an edge of its plan."""


class LevelRow(Struct, frozen=True, eq=False):
    """The plan of one level; `up` are the ids of what stands on the right, on the way up."""

    plan: Plan
    up: frozenset[str]


class LevelPlan(Struct, frozen=True, eq=False):
    """A plan of all levels. `pieces` are for each edge those within rows, in their order."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    spacing: Spacing
    rows: tuple[LevelRow, ...]
    pieces: tuple[tuple[Piece, ...], ...]

    def fits(self, width: float) -> bool:
        """Tell whether every row has room in a page of a width."""
        return all(fits_in_one_row(row.plan, width - 2 * CLEAR) for row in self.rows)


def plan_levels(
    nodes: tuple[Node, ...], edges: tuple[Edge, ...], spacing: Spacing, *, apart: bool = False
) -> LevelPlan | None:
    """Return the plan of a U; None where the network is none.

    With `apart` what stands before its first level is split, and after it is joined, has a row.
    """
    graph = _U(nodes, edges, spacing, apart=apart)
    return graph.plan() if graph.is_u() else None


class _U:
    """The nodes by level, and on which way they lie."""

    def __init__(
        self, nodes: tuple[Node, ...], edges: tuple[Edge, ...], spacing: Spacing, *, apart: bool
    ) -> None:
        self.nodes, self.edges, self.spacing = nodes, edges, spacing
        self.row = stand_steps(nodes, edges, tier_by_node(nodes, edges))
        if apart:
            ends = self._ends()
            self.row = {id: 0 if id in ends else row + bool(ends) for id, row in self.row.items()}
        self.count = max(self.row.values(), default=0) + 1
        trunk = self._trunk_ids()
        self.trunk = [node.id for node in nodes if node.id in trunk]
        self.up = self._way_up()
        self.across = [edge for edge in edges if self._is_level(edge)]
        self.between = [edge for edge in edges if not self._is_level(edge)]

    def _ends(self) -> set[str]:
        """Return the glyphs of the chains with which the network begins and ends."""
        near = Neighbours(self.nodes, self.edges)
        ends: set[str] = set()
        for nodes, into, out_of in (
            (self.nodes, near.into, near.out_of),
            (self.nodes[::-1], near.out_of, near.into),
        ):
            for number, node in enumerate(nodes):
                alone = len(into[node.id]) == bool(number) and len(out_of[node.id]) == 1
                if not alone or self.row[node.id]:
                    break
                ends.add(node.id)
        return ends

    def _trunk_ids(self) -> set[str]:
        path = [self.edges[index] for index in longest_path(self.nodes, self.edges)]
        return {id for edge in path for id in (edge.source, edge.target)}

    def _way_up(self) -> frozenset[str]:
        """Return what comes after the deepest level of the trunk."""
        deepest = max((self.row[id] for id in self.trunk), default=0)
        last = [id for id in self.trunk if self.row[id] == deepest][-1:]
        reached = set(last)
        near = Neighbours(self.nodes, self.edges)
        for node in self.nodes:
            if any(self.edges[index].source in reached for index in near.into[node.id]):
                reached.add(node.id)
        return frozenset(id for id in reached if self.row[id] < deepest)

    def _is_level(self, edge: Edge) -> bool:
        return self.row[edge.source] == self.row[edge.target]

    def is_u(self) -> bool:
        """Tell whether the trunk goes down and up again, with lines across."""
        rows = [self.row[id] for id in self.trunk]
        if self.count < LEAST or not rows:
            return False
        turn = rows.index(max(rows))
        across = {
            self.row[edge.source]
            for edge in self.across
            if edge.target in self.up and edge.source not in self.up
        }
        gaps = Counter(min(self.row[e.source], self.row[e.target]) for e in self.between)
        return (
            max(gaps.values(), default=0) <= MOST
            and rows[:turn] == sorted(rows[:turn])
            and rows[turn:] == sorted(rows[turn:], reverse=True)
            and len(across) >= ACROSS
            and all(abs(self.row[e.source] - self.row[e.target]) == 1 for e in self.between)
        )

    def plan(self) -> LevelPlan:
        """Return the plans of all rows."""
        parts = [_Part(self, number) for number in range(self.count)]
        pieces = []
        for edge in self.edges:
            source, target = parts[self.row[edge.source]], parts[self.row[edge.target]]
            if source is target:
                pieces.append(tuple(source.across(edge)))
            else:
                pieces.append((*source.leaving(edge), *target.entering(edge)))
        rows = tuple(LevelRow(part.plan(), part.up) for part in parts)
        return LevelPlan(self.nodes, self.edges, self.spacing, rows, tuple(pieces))


class _Part:
    """One row as a graph of its own, with points where lines come from other rows or go there."""

    def __init__(self, graph: _U, number: int) -> None:
        self.graph, self.number = graph, number
        own = [node for node in graph.nodes if graph.row[node.id] == number]
        ids = {node.id for node in own}
        self.out = {e.source: e for e in graph.between if e.source in ids}
        self.into = {e.target: e for e in graph.between if e.target in ids}
        self.high = max((max(node.left, node.right) for node in own), default=0.0)
        self.nodes = list(self._with_points(own))
        self.edges: list[Edge] = []
        self.number_of: dict[tuple[str, str], int] = {}
        self.up = frozenset(node.id for node in self.nodes if node.id.partition(ROW)[0] in graph.up)
        self.own = {node.id for node in own}

    def _with_points(self, own: list[Node]) -> Iterator[Node]:
        graph = self.graph
        for node in own:
            if node.id in self.into:
                yield self._point(f"{node.id}{IN}", graph.row[self.into[node.id].source])
            yield node
            if node.id in self.out:
                yield self._point(f"{node.id}{OUT}", graph.row[self.out[node.id].target])

    def _point(self, id: str, other: int) -> Node:
        """Return a point with a strip free towards the row of the other end."""
        reach = self.high / 2 + 1.0
        if other < self.number:
            return Node(id, CLEAR, 0.0, 0.0, above=reach, small=True)
        return Node(id, 0.0, 0.0, 0.0, below=reach, label=CLEAR, small=True)

    def _piece(self, edge: Edge) -> Piece:
        """Return the place of an edge of this row; each pair of ends is joined once."""
        key = (edge.source, edge.target)
        if key not in self.number_of or not (edge.source + edge.target).count(ROW):
            self.number_of[key] = len(self.edges)
            self.edges.append(edge)
        number = self.number_of[key]
        before = self.edges[number]
        self.edges[number] = replace(
            before,
            leaving=max(before.leaving, edge.leaving),
            entering=max(before.entering, edge.entering),
            label=before.label or edge.label,
        )
        return self.number, number

    def leaving(self, edge: Edge) -> list[Piece]:
        """Return the piece of an edge before it leaves the row."""
        point = f"{edge.source}{OUT}"
        return [self._piece(replace(edge, target=point, entering=0.0, label=None, joined=False))]

    def entering(self, edge: Edge) -> list[Piece]:
        """Return the piece of an edge after it has come to the row."""
        point = f"{edge.target}{IN}"
        return [self._piece(replace(edge, source=point, leaving=0.0, joined=False))]

    def across(self, edge: Edge) -> list[Piece]:
        """Return the pieces of an edge within the row, through the points at its ends."""
        found = []
        source, target = edge.source, edge.target
        if source in self.out:
            found += self.leaving(edge)
            source = f"{source}{OUT}"
        if target in self.into:
            target = f"{target}{IN}"
        leaving = 0.0 if source != edge.source else edge.leaving
        entering = 0.0 if target != edge.target else edge.entering
        own = replace(edge, source=source, target=target, leaving=leaving, entering=entering)
        own = replace(own, joined=edge.joined and (source, target) == (edge.source, edge.target))
        found.append(self._piece(own))
        if target != edge.target:
            found += self.entering(replace(edge, label=None))
        return found

    def _hold_together(self) -> None:
        """Let the way up begin behind the way down, where no line of the row does."""
        trunk = [id for id in self.graph.trunk if id in self.own]
        for one, two in pairwise(trunk):
            if two in self.graph.up and one not in self.graph.up:
                source = f"{one}{OUT}" if one in self.out else one
                target = f"{two}{IN}" if two in self.into else two
                if (source, target) not in self.number_of:
                    self._piece(Edge(source, target, 0.0, 0.0))

    def plan(self) -> Plan:
        """Return the plan of the row, once all of its edges are known."""
        self._hold_together()
        nodes, edges = tuple(self.nodes), tuple(self.edges)
        strands = lanes(nodes, edges, order(nodes, edges, rank(nodes, edges)))
        heights = align(nodes, edges, strands, self.graph.spacing)
        return plan(nodes, edges, strands, heights, self.graph.spacing)
