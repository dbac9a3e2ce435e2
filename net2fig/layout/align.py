"""Give every strand its y: straight lanes, handles close together, the main path on one line.

Requires: strands that keep their order on the ranks that they share.
Ensures: wherever two things stand above each other, the distance that their sizes and the spacing
demand is kept; strands through a node that all data passes have y = 0, the main line.

What is sought is the least sum of squared springs subject to the distances. The springs pull the
handles of a junction to where they would stand if nothing were in the way: stacked closely about
the line of the junction. Each group of strands that depend on each other is solved by itself, and
groups of one shape once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from net2fig.graphs import DisjointSets
from net2fig.layout.graph import Edge, Meeting, Neighbours, Node, Spacing
from net2fig.layout.lanes import Strands
from net2fig.layout.least_squares import Spring, solve
from net2fig.layout.levels.tiers import Tiers, find_rails
from net2fig.layout.order import Slot
from net2fig.layout.pieces import all_pass
from net2fig.layout.ports import is_port, is_too_wide
from net2fig.layout.trunk import find_trunk

Side = tuple[int, bool]
"""A side of a node: its position, and whether edges leave there."""


class Heights(Struct, frozen=True):
    """The y of every strand, and of the line of every junction; the sides with one port."""

    strand: tuple[float, ...]
    junction: dict[int, float]
    ports: frozenset[Side] = frozenset()


class _Problem:
    """Variables (strands, then junctions), springs and distances, as they are collected.

    Variables that must be equal are one: `equal` joins them, and the root stands for all.
    """

    def __init__(self, count: int) -> None:
        self.equal = DisjointSets(count)
        self.springs: list[Spring] = []
        self.distances: dict[tuple[int, int], float] = {}

    def keep(self, upper: int, lower: int, distance: float) -> None:
        """Demand that `lower` lies at least `distance` below `upper`."""
        if upper != lower:
            key = (upper, lower)
            self.distances[key] = max(distance, self.distances.get(key, 0.0))

    def contradictions(self, fixed: set[int]) -> tuple[set[int], set[int]]:
        """Return the variables that are demanded to lie below themselves, or among the fixed.

        Those between which such a distance stands come first, then all that are equal to them.
        """
        root = self.equal.root
        held = {root(variable) for variable in fixed}
        name = {v: -1 if root(v) in held else root(v) for pair in self.distances for v in pair}
        pairs = {(name[a], name[b]) for a, b in self.distances}
        circle = _on_circles(pairs)
        near = {v for a, b in self.distances if {name[a], name[b]} <= circle for v in (a, b)}
        return near, {v for v in range(len(self.equal)) if name.get(v, root(v)) in circle}

    def solved(self, fixed: set[int]) -> list[float]:
        """Return the y of every variable."""
        root = self.equal.root
        distances: dict[tuple[int, int], float] = {}
        for (a, b), gap in self.distances.items():
            key = (root(a), root(b))
            distances[key] = max(gap, distances.get(key, 0.0))
        springs = [
            Spring(root(s.a), root(s.b), s.rest, s.weight)
            for s in self.springs
            if root(s.a) != root(s.b)
        ]
        held = {root(variable) for variable in fixed}
        found = solve(len(self.equal), held, springs, distances)
        return [found[root(variable)] for variable in range(len(self.equal))]


class _Reach(Struct, frozen=True):
    """How far something stretches above and below the variable that it lies on."""

    strand: int
    above: float
    below: float


def align(
    nodes: tuple[Node, ...],
    edges: tuple[Edge, ...],
    strands: Strands,
    spacing: Spacing,
    tiers: Tiers | None = None,
) -> Heights:
    """Return the y of every strand and junction; each of the `tiers` has a line of its own.

    Sides that open too wide get one port instead, and all is sought again.
    """
    drawing = _Drawing(nodes, edges, strands, spacing, tiers)
    ports = drawing.ports(None)
    while True:
        heights = drawing.heights(ports)
        more = drawing.ports(heights) - ports
        if not more:
            return heights
        ports |= more


class _Drawing:
    """What is to be aligned; `line` is the variable of each junction."""

    def __init__(
        self,
        nodes: tuple[Node, ...],
        edges: tuple[Edge, ...],
        strands: Strands,
        spacing: Spacing,
        tiers: Tiers | None,
    ) -> None:
        self.nodes, self.edges, self.strands, self.spacing = nodes, edges, strands, spacing
        self.near = Neighbours(nodes, edges)
        self.line = {
            position: strands.count + number
            for number, position in enumerate(sorted({*strands.into, *strands.out_of}))
        }
        self.count = strands.count + len(self.line)
        self.rails = find_rails(nodes, edges, strands.rank, tiers) if tiers else []
        if tiers:
            # The line of the first tier is the main one.
            self.fixed = {self.count}
            self.trunk = frozenset(edge for rail in self.rails for edge in rail)
        else:
            self.fixed = {
                self.line.get(position, strands.of_node.get(position, 0))
                for position in all_pass(nodes, edges)
            }
            self.trunk = find_trunk(nodes, edges)

    def sides(self) -> Iterator[tuple[int, bool, tuple[tuple[int, int], ...]]]:
        """Yield the sides of junctions: node, whether edges leave, the edges with their strands."""
        for position in self.line:
            yield position, False, self.strands.into[position]
            yield position, True, self.strands.out_of[position]

    def sizes(self, ends: tuple[tuple[int, int], ...], leaving: bool) -> list[float]:
        """Return the heights of the handles of a side."""
        return [self.edges[e].leaving if leaving else self.edges[e].entering for e, _ in ends]

    def ports(self, heights: Heights | None) -> frozenset[Side]:
        """Return the sides whose edges meet at one port, with lanes at these heights.

        Where one fan would be too wide, or some glyph must have a port, no side has a fan: they
        all look alike.
        """
        several = [side for side in self.sides() if len(side[2]) > 1]
        wide = bool(self.rails) or any(node.leaving == "port" for node in self.nodes)
        wide = wide or (
            heights is not None and any(self._is_wide(*side, heights) for side in several)
        )
        return frozenset(
            (position, leaving)
            for position, leaving, ends in several
            if is_port(self._meeting(position, leaving), len(ends), wide=wide)
        )

    def _is_wide(
        self, position: int, leaving: bool, ends: tuple[tuple[int, int], ...], heights: Heights
    ) -> bool:
        """Tell whether a side is a fan with handles too far apart."""
        if self._meeting(position, leaving) != "fan":
            return False
        lanes = [heights.strand[strand] for _, strand in ends]
        other = self.near.side_heights(self.nodes[position])[0 if leaving else 1]
        return is_too_wide(lanes, self.sizes(ends, leaving), other, self.spacing.handle)

    def _meeting(self, position: int, leaving: bool) -> Meeting:
        node = self.nodes[position]
        return node.leaving if leaving else node.entering

    def heights(self, ports: frozenset[Side]) -> Heights:
        """Return the heights for sides with these ports; the trunk is straight where it can be."""
        straight = set(self.trunk)
        while True:
            problem = _Problem(self.count + len(self.rails))
            joins = self._pull(problem, ports, straight)
            joins |= self._lay(problem, straight)
            self._part(problem, ports)
            for against in problem.contradictions(self.fixed):
                bent = {edge for edge, strand in joins.items() if strand in against}
                if bent:
                    break
            if not bent:
                break
            straight -= bent
        found = problem.solved(self.fixed)
        junction = {position: found[variable] for position, variable in self.line.items()}
        return Heights(tuple(found[: self.strands.count]), junction, ports)

    def _pull(
        self, problem: _Problem, ports: frozenset[Side], straight: set[int]
    ) -> dict[int, int]:
        """Add the springs: handles about the line of their junction, bends short.

        The one edge of a side lies on the junction's line; so does, at a port or at a small
        junction, the edge that is `straight`. Return those, each with its strand.
        """
        joins = {}
        for position, leaving, ends in self.sides():
            variable = self.line[position]
            pointed = self._is_pointed(position, leaving, ports)
            sizes = self.sizes(ends, leaving)
            offsets = _stacked([0.0] * len(sizes) if pointed else sizes, self.spacing.handle)
            main = next((n for n, (e, _) in enumerate(ends) if e in straight), None)
            main = main if pointed else None
            for number, (edge, strand) in enumerate(ends):
                if len(ends) == 1 or number == main:
                    problem.equal.join(variable, strand)
                    if len(ends) > 1:
                        joins[edge] = strand
                else:
                    weight = 0.05 if main is not None else 1.0
                    problem.springs.append(Spring(variable, strand, offsets[number], weight))
        for hop in self.strands.hops:
            for (_, one), (_, two) in pairwise(hop):
                problem.springs.append(Spring(one, two, 0.0, 2.0))
        return joins

    def _lay(self, problem: _Problem, straight: set[int]) -> dict[int, int]:
        """Lay the edges that are `straight` on the lines of their tiers; return their strands."""
        joins = {}
        for number, rail in enumerate(self.rails):
            line = self.count + number
            if number:
                problem.springs.append(Spring(line - 1, line, 0.0, 0.01))
            for edge in rail:
                hops = self.strands.hops[edge]
                if edge in straight and len(hops) == 1:
                    joins[edge] = hops[0][1]
                    problem.equal.join(line, joins[edge])
                else:
                    problem.springs.extend(Spring(line, strand, 0.0, 0.5) for _, strand in hops)
        return joins

    def _part(self, problem: _Problem, ports: frozenset[Side]) -> None:
        """Add the distances: between handles of one side, and between what shares a rank."""
        spacing = self.spacing
        for position, leaving, ends in self.sides():
            pointed = self._is_pointed(position, leaving, ports)
            sizes = self.sizes(ends, leaving)
            for number, ((_, one), (f, two)) in enumerate(pairwise(ends)):
                half = (sizes[number] + sizes[number + 1]) / 2
                apart = spacing.fork if pointed else half + spacing.handle
                room = _label_room(self.edges[f], spacing) + 1.0
                problem.keep(one, two, max(apart, room))
            main = next((n for n, (edge, _) in enumerate(ends) if edge in self.trunk), 0)
            if leaving and main and self._meeting(position, leaving) == "top":
                reach = max(sizes) / 2 + self.nodes[position].above + spacing.lane
                problem.keep(ends[main - 1][1], self.line[position], reach)
        for rank, column in enumerate(self.strands.columns):
            reaches = [self._reaches(slot, rank, ports) for slot in column]
            for upper, lower in pairwise(reaches):
                for high in upper:
                    for low in lower:
                        room = high.below + spacing.lane + low.above
                        problem.keep(high.strand, low.strand, room)

    def _is_pointed(self, position: int, leaving: bool, ports: frozenset[Side]) -> bool:
        """Tell whether the lanes of a side need no handles of their own."""
        meeting = self._meeting(position, leaving)
        return self.nodes[position].small or meeting == "side" or (position, leaving) in ports

    def _reaches(self, slot: Slot, rank: int, ports: frozenset[Side]) -> list[_Reach]:
        """Return how far a slot stretches about each strand that it touches.

        A side of a junction that has no edge, or one port, stands on the junction's own line.
        """
        sort, number = slot
        strands, spacing = self.strands, self.spacing
        if sort == "edge":
            room = _label_room(self.edges[number], spacing)
            return [_Reach(strands.at(number, rank), room, 0.5)]
        node = self.nodes[number]
        if number in strands.of_node:
            half = max(self.near.side_heights(node)) / 2
            beside = (*self.near.into[node.id], *self.near.out_of[node.id])
            labels = [_label_room(self.edges[index], spacing) for index in beside]
            above = max(half + node.above, *labels, 0.0)
            return [_Reach(strands.of_node[number], above, half + node.below)]
        found = []
        for leaving in (False, True):
            ends = strands.out_of[number] if leaving else strands.into[number]
            sizes = self.sizes(ends, leaving)
            port = not node.small and self._is_pointed(number, leaving, ports)
            port = port or (number, leaving) in ports
            if not ends or port:
                half = max(sizes, default=node.right if leaving else node.left) / 2
                found.append(_Reach(self.line[number], half + node.above, half + node.below))
            for (edge, strand), size in zip(ends, sizes, strict=True):
                if port:
                    found.append(_Reach(strand, _label_room(self.edges[edge], spacing), 0.5))
                else:
                    half = (node.left if node.small else size) / 2
                    found.append(_Reach(strand, half + node.above, half + node.below))
        return found


def _on_circles(pairs: set[tuple[int, int]]) -> set[int]:
    """Return what lies on a circle of pairs, or between two circles.

    What has nothing before it is taken away as long as there is such a thing; then what has nothing
    after it.
    """
    for turn in (1, -1):
        after: dict[int, list[int]] = {}
        before: dict[int, int] = {}
        for a, b in (pair[::turn] for pair in pairs):
            after.setdefault(a, []).append(b)
            before[b] = before.get(b, 0) + 1
        free = [a for a in after if a not in before]
        while free:
            for b in after.pop(free.pop(), ()):
                before[b] -= 1
                if not before[b]:
                    free.append(b)
        pairs = {(a, b) for a, b in pairs if before.get(a) and before.get(b)}
    return {variable for pair in pairs for variable in pair}


def _stacked(sizes: list[float], gap: float) -> list[float]:
    """Return the offsets of handles of these sizes, stacked closely about 0."""
    total = sum(sizes) + gap * (len(sizes) - 1)
    offsets, top = [], -total / 2
    for size in sizes:
        offsets.append(top + size / 2)
        top += size + gap
    return offsets


def _label_room(edge: Edge, spacing: Spacing) -> float:
    """Return the room that the label of an edge takes above its line."""
    return edge.label.height + spacing.label if edge.label else 0.0
