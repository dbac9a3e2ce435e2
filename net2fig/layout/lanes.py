"""Join what lies on one line into strands: the straight lanes of the drawing.

A strand runs from a junction (a node with several edges on a side) to the next, through nodes with
one edge in and one out; all of it shares one y. Where dot's order makes two lines cross between
neighbouring ranks, one of them bends there, and a new strand begins.

Requires: orders in which every edge takes one step at a time.
Ensures: two strands that share ranks keep their order on all of them; without crossings there are
no bends.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator

from msgspec import Struct

from net2fig.graphs import DisjointSets
from net2fig.layout.graph import Edge, Neighbours, Node
from net2fig.layout.levels.tiers import Tiers, forced_bends
from net2fig.layout.order import Orders, Slot

MOST_CLASHES = 20_000
"""How many crossings between two ranks are too many to look at each of them."""


class Strands(Struct, frozen=True):
    """The strands by number.

    `of_node` gives the strand of a node that is no junction; `hops` gives for every edge its
    strands from source to target, as (rank where it begins, strand). `columns` are the slots of
    every rank; `into` and `out_of` the handles of junctions from top to bottom, as (edge, strand).
    """

    count: int
    columns: tuple[tuple[Slot, ...], ...]
    of_node: dict[int, int]
    hops: tuple[tuple[tuple[int, int], ...], ...]
    into: dict[int, tuple[tuple[int, int], ...]]
    out_of: dict[int, tuple[tuple[int, int], ...]]
    rank: tuple[int, ...]
    crossings: int

    def slot(self, rank: int, slot: Slot) -> int | None:
        """Return the strand of a slot; None for a junction."""
        sort, number = slot
        return self.of_node.get(number) if sort == "node" else self.at(number, rank)

    def at(self, edge: int, rank: int) -> int:
        """Return the strand that carries an edge at a rank."""
        return max((hop for hop in self.hops[edge] if hop[0] <= rank), default=self.hops[edge][0])[
            1
        ]


class _Step(Struct, frozen=True):
    """A piece of an edge between two ranks: from one slot to the next, places from the top."""

    edge: int
    rank: int
    before: Slot
    after: Slot
    place: tuple[int, int]

    @property
    def level(self) -> int:
        """How many of its ends are mere lines: those bend rather than what meets a glyph."""
        return (self.before[0] == "edge") + (self.after[0] == "edge")


def lanes(
    nodes: tuple[Node, ...],
    edges: tuple[Edge, ...],
    orders: Orders,
    tiers: Tiers | None = None,
) -> Strands:
    """Return the strands of a drawing; a line that changes its tier on the way bends there."""
    near = Neighbours(nodes, edges)
    level = {
        number: r for r, col in enumerate(orders.slots) for sort, number in col if sort == "node"
    }
    at = {node.id: position for position, node in enumerate(nodes)}
    ends = [(at[edge.source], at[edge.target]) for edge in edges]
    steps = _steps(ends, level, orders)
    bent = _bent(steps, len(orders.slots)) if orders.crossings else set()
    if tiers:
        ranks = [level[position] for position in range(len(nodes))]
        bent |= forced_bends(nodes, edges, ranks, tiers)
    threads = _Threads(len(edges), len(nodes), steps, bent)
    into, out_of = {}, {}
    for position, node in enumerate(nodes):
        entering, leaving = near.into[node.id], near.out_of[node.id]
        if len(entering) <= 1 and len(leaving) <= 1:
            threads.through(position, entering, leaving)
        else:
            into[position] = sorted(entering, key=lambda e: (steps[e][-1].place[0], e))
            out_of[position] = sorted(leaving, key=lambda e: (steps[e][0].place[1], e))
    return Strands(
        count=threads.numbered(),
        columns=orders.slots,
        of_node={p: threads.of_node(p) for p in range(len(nodes)) if p not in into},
        hops=tuple(threads.hops(edge) for edge in range(len(edges))),
        into={p: tuple((e, threads.last(e)) for e in found) for p, found in into.items()},
        out_of={p: tuple((e, threads.first(e)) for e in found) for p, found in out_of.items()},
        rank=tuple(level[position] for position in range(len(nodes))),
        crossings=orders.crossings,
    )


def _steps(ends: list[tuple[int, int]], level: dict[int, int], orders: Orders) -> list[list[_Step]]:
    """Return the steps of every edge, from its source to its target."""
    places = [{slot: p for p, slot in enumerate(column)} for column in orders.slots]
    found = []
    for edge, (source, target) in enumerate(ends):
        first, last = level[source], level[target]
        slots: list[Slot] = [("node", source)]
        slots += [("edge", edge)] * (last - first - 1)
        slots.append(("node", target))
        found.append(
            [
                _Step(edge, rank, one, two, (places[rank][one], places[rank + 1][two]))
                for rank, one, two in zip(range(first, last), slots, slots[1:], strict=False)
            ]
        )
    return found


def _bent(steps: list[list[_Step]], ranks: int) -> set[tuple[int, int]]:
    """Return the steps to bend, as (edge, rank), so that no two of the others cross."""
    between: list[list[_Step]] = [[] for _ in range(ranks)]
    for path in steps:
        for step in path:
            between[step.rank].append(step)
    return {(step.edge, step.rank) for crowd in between for step in _bent_in(crowd)}


def _bent_in(crowd: list[_Step]) -> list[_Step]:
    """Return the steps between two ranks to bend.

    The step that crosses most others is bent first; of equals the one that is a mere line. Where
    too many cross to look at each pair, as many as possible stay straight.
    """
    clashes = _clashes(crowd)
    if clashes is None:
        return _all_but_most(crowd)
    bent: list[_Step] = []
    while True:
        worst = max(
            clashes, key=lambda n: (len(clashes[n]), crowd[n].level, crowd[n].edge), default=None
        )
        if worst is None or not clashes[worst]:
            return bent
        for other in clashes.pop(worst):
            clashes[other].discard(worst)
        bent.append(crowd[worst])


def _clashes(crowd: list[_Step]) -> dict[int, set[int]] | None:
    """Return which steps each step crosses, by their places in a list; None for too many."""
    clashes: dict[int, set[int]] = {}
    above: list[tuple[int, int]] = []
    count = 0
    for number in sorted(range(len(crowd)), key=lambda n: crowd[n].place):
        end = crowd[number].place[1]
        crossed = [other for _, other in above[bisect_right(above, (end, len(crowd))) :]]
        count += len(crossed)
        if count > MOST_CLASHES:
            return None
        for other in crossed:
            clashes.setdefault(other, set()).add(number)
            clashes.setdefault(number, set()).add(other)
        insort(above, (end, number))
    return clashes


def _all_but_most(crowd: list[_Step]) -> list[_Step]:
    """Return steps without which none of the others cross: as few as possible."""
    ordered = sorted(crowd, key=lambda step: (step.place, step.edge))
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, step in enumerate(ordered):
        at = bisect_right(ends, step.place[1])
        before.append(last[at - 1] if at else -1)
        ends[at : at + 1] = [step.place[1]]
        last[at : at + 1] = [number]
    straight = set()
    number = last[-1] if last else -1
    while number >= 0:
        straight.add(number)
        number = before[number]
    return [step for number, step in enumerate(ordered) if number not in straight]


class _Threads:
    """Which pieces of edges hang together: every step has a left and a right half."""

    def __init__(
        self, edges: int, nodes: int, steps: list[list[_Step]], bent: set[tuple[int, int]]
    ) -> None:
        self.steps, self.bent = steps, bent
        self.start = [0] * edges
        count = 0
        for edge in range(edges):
            self.start[edge] = count
            count += 2 * len(steps[edge])
        self.alone = count
        self.halves = DisjointSets(count + nodes)
        self.number: dict[int, int] = {}
        self.node: dict[int, int] = {}
        for edge, path in enumerate(steps):
            for index, step in enumerate(path):
                left = self.start[edge] + 2 * index
                if (edge, step.rank) not in bent:
                    self.halves.join(left, left + 1)
                if index:
                    self.halves.join(left - 1, left)

    def through(self, position: int, entering: list[int], leaving: list[int]) -> None:
        """Join what enters a plain node and what leaves it."""
        halves = [self._last(edge) for edge in entering] + [self.start[edge] for edge in leaving]
        self.node[position] = halves[0] if halves else self.alone + position
        for half in halves[1:]:
            self.halves.join(halves[0], half)

    def _last(self, edge: int) -> int:
        return self.start[edge] + 2 * len(self.steps[edge]) - 1

    def numbered(self) -> int:
        """Number the strands in the order of their first pieces; return how many there are."""
        used = [*range(self.alone), *(half for half in self.node.values() if half >= self.alone)]
        for half in used:
            self.number.setdefault(self.halves.root(half), len(self.number))
        return len(self.number)

    def _strand(self, half: int) -> int:
        return self.number[self.halves.root(half)]

    def of_node(self, position: int) -> int:
        """Return the strand of a plain node."""
        return self._strand(self.node[position])

    def first(self, edge: int) -> int:
        """Return the strand with which an edge leaves."""
        return self._strand(self.start[edge])

    def last(self, edge: int) -> int:
        """Return the strand with which an edge arrives."""
        return self._strand(self._last(edge))

    def hops(self, edge: int) -> tuple[tuple[int, int], ...]:
        """Return the strands of an edge, each with the rank where it begins."""
        return tuple(self._hops(edge))

    def _hops(self, edge: int) -> Iterator[tuple[int, int]]:
        path = self.steps[edge]
        yield path[0].rank, self.first(edge)
        for index, step in enumerate(path):
            if (edge, step.rank) in self.bent:
                yield step.rank + 1, self._strand(self.start[edge] + 2 * index + 1)


def check_lanes(nodes: tuple[Node, ...], strands: Strands) -> None:
    """Raise AssertionError unless two strands keep their order on all ranks that they share."""
    seen: set[tuple[int, int]] = set()
    for rank, column in enumerate(strands.columns):
        here = [s for slot in column if (s := strands.slot(rank, slot)) is not None]
        for place, one in enumerate(here):
            for two in here[place + 1 :]:
                assert (two, one) not in seen, f"strands {one} and {two} change places"
                seen.add((one, two))
    assert len(strands.rank) == len(nodes)
