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

from itertools import pairwise

from msgspec import Struct

from net2fig.graphs import DisjointSets
from net2fig.layout.graph import Edge, Neighbours, Node, Spacing
from net2fig.layout.lanes import Strands
from net2fig.layout.least_squares import Spring, solve
from net2fig.layout.pieces import all_pass


class Heights(Struct, frozen=True):
    """The y of every strand, and of the line of every junction."""

    strand: tuple[float, ...]
    junction: dict[int, float]


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

    def contradicts(self, fixed: set[int]) -> bool:
        """Tell whether a distance is demanded between variables that are equal or both fixed."""
        root = self.equal.root
        held = {root(variable) for variable in fixed}
        return any(
            root(a) == root(b) or (root(a) in held and root(b) in held) for a, b in self.distances
        )

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
    nodes: tuple[Node, ...], edges: tuple[Edge, ...], strands: Strands, spacing: Spacing
) -> Heights:
    """Return the y of every strand and junction."""
    line = {
        position: strands.count + number
        for number, position in enumerate(sorted({*strands.into, *strands.out_of}))
    }
    fixed = {
        line.get(position, strands.of_node.get(position, 0)) for position in all_pass(nodes, edges)
    }
    for straight in (True, False):
        problem = _Problem(strands.count + len(line))
        _pull(nodes, edges, strands, line, spacing, problem, straight)
        _part(nodes, edges, strands, line, spacing, problem)
        if not problem.contradicts(fixed):
            break
    found = problem.solved(fixed)
    junction = {position: found[variable] for position, variable in line.items()}
    return Heights(tuple(found[: strands.count]), junction)


def _pull(
    nodes: tuple[Node, ...],
    edges: tuple[Edge, ...],
    strands: Strands,
    line: dict[int, int],
    spacing: Spacing,
    problem: _Problem,
    straight: bool,
) -> None:
    """Add the springs: handles about the line of their junction, bends short.

    The one edge of a side lies on the junction's line; so does, where `straight`, the one path
    through a small junction that carries glyphs.
    """
    for position, variable in line.items():
        small = nodes[position].small
        for ends, leaving in ((strands.into[position], False), (strands.out_of[position], True)):
            sizes = [(edges[e].leaving if leaving else edges[e].entering) for e, _ in ends]
            offsets = _stacked([0.0] * len(sizes) if small else sizes, spacing.handle)
            main = _main_end(ends, strands) if small and straight else None
            for number, (_, strand) in enumerate(ends):
                if len(ends) == 1 or number == main:
                    problem.equal.join(variable, strand)
                else:
                    weight = 0.05 if main is not None else 1.0
                    problem.springs.append(Spring(variable, strand, offsets[number], weight))
    for hop in strands.hops:
        for (_, one), (_, two) in pairwise(hop):
            problem.springs.append(Spring(one, two, 0.0, 2.0))


def _stacked(sizes: list[float], gap: float) -> list[float]:
    """Return the offsets of handles of these sizes, stacked closely about 0."""
    total = sum(sizes) + gap * (len(sizes) - 1)
    offsets, top = [], -total / 2
    for size in sizes:
        offsets.append(top + size / 2)
        top += size + gap
    return offsets


def _main_end(ends: tuple[tuple[int, int], ...], strands: Strands) -> int | None:
    """Return which end of a small junction goes straight on: the only one that carries a glyph."""
    carrying = set(strands.of_node.values())
    found = [number for number, (_, strand) in enumerate(ends) if strand in carrying]
    return found[0] if len(found) == 1 else None


def _part(
    nodes: tuple[Node, ...],
    edges: tuple[Edge, ...],
    strands: Strands,
    line: dict[int, int],
    spacing: Spacing,
    problem: _Problem,
) -> None:
    """Add the distances: between handles of one side, and between what shares a rank."""
    for position in line:
        for ends, leaving in ((strands.into[position], False), (strands.out_of[position], True)):
            for (e, one), (f, two) in pairwise(ends):
                a, b = edges[e], edges[f]
                sizes = (a.leaving + b.leaving) if leaving else (a.entering + b.entering)
                gap = spacing.fork if nodes[position].small else spacing.handle
                problem.keep(one, two, max(sizes / 2 + gap, _label_room(b, spacing) + 1.0))
    near = Neighbours(nodes, edges)
    for rank, column in enumerate(strands.columns):
        reaches = [
            _reaches(slot, rank, nodes, edges, strands, line, spacing, near) for slot in column
        ]
        for upper, lower in pairwise(reaches):
            for high in upper:
                for low in lower:
                    problem.keep(high.strand, low.strand, high.below + spacing.lane + low.above)


def _label_room(edge: Edge, spacing: Spacing) -> float:
    """Return the room that the label of an edge takes above its line."""
    return edge.label.height + spacing.label if edge.label else 0.0


def _reaches(
    slot: tuple[str, int],
    rank: int,
    nodes: tuple[Node, ...],
    edges: tuple[Edge, ...],
    strands: Strands,
    line: dict[int, int],
    spacing: Spacing,
    near: Neighbours,
) -> list[_Reach]:
    """Return how far a slot stretches about each strand that it touches.

    A side of a junction that has no edge stands on the junction's own line.
    """
    sort, number = slot
    if sort == "edge":
        return [_Reach(strands.at(number, rank), _label_room(edges[number], spacing), 0.5)]
    node = nodes[number]
    beside = (*near.into[node.id], *near.out_of[node.id])
    if number in strands.of_node:
        half = max(near.side_heights(node)) / 2
        labels = [_label_room(edges[index], spacing) for index in beside]
        above = max(half + node.above, *labels, 0.0)
        return [_Reach(strands.of_node[number], above, half + node.below)]
    found = []
    for ends, leaving in ((strands.into[number], False), (strands.out_of[number], True)):
        if not ends:
            half = (node.right if leaving else node.left) / 2
            found.append(_Reach(line[number], half + node.above, half + node.below))
        for e, strand in ends:
            half = (edges[e].leaving if leaving else edges[e].entering) / 2
            half = node.left / 2 if node.small else half
            found.append(_Reach(strand, half + node.above, half + node.below))
    return found
