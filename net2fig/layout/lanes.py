"""Join what lies on one line into strands: the straight lanes of the drawing.

A strand runs from a junction (a node with several edges on a side) to the next, through nodes with
one edge in and one out; all of it shares one y. Where dot's order makes two strands change places,
one of them is cut, and bends there.

Requires: orders in which every edge takes one step at a time.
Ensures: every edge belongs to one strand at each rank; two strands that share ranks keep their
order on all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from net2fig.layout.graph import Edge, Neighbours, Node
from net2fig.layout.order import Orders, Slot


@dataclass(frozen=True, slots=True)
class Strands:
    """The strands by number.

    `of_node` gives the strand of a node that is no junction; `hops` gives for every edge its
    strands from source to target, as (rank where it begins, strand). `columns` are the slots of
    every rank, `ends` the handles of junctions from top to bottom as (edge, strand).
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
        return max((hop for hop in self.hops[edge] if hop[0] <= rank), default=self.hops[edge][0])[1]


def lanes(nodes: tuple[Node, ...], edges: tuple[Edge, ...], orders: Orders) -> Strands:
    """Return the strands of a drawing."""
    near = Neighbours(nodes, edges)
    plain = {
        position
        for position, node in enumerate(nodes)
        if len(near.into[node.id]) <= 1 and len(near.out_of[node.id]) <= 1
    }
    roots = _threads(nodes, near, plain)
    segments, count = _segments(orders, roots)
    level = {
        number: r for r, col in enumerate(orders.slots) for sort, number in col if sort == "node"
    }
    at = {node.id: position for position, node in enumerate(nodes)}
    ends = [(at[edge.source], at[edge.target]) for edge in edges]
    hops = [
        _hops(index, source, target, level, segments, roots)
        for index, (source, target) in enumerate(ends)
    ]
    places = [{slot: p for p, slot in enumerate(column)} for column in orders.slots]

    def first_slot(edge: int) -> tuple[int, int]:
        """The place of the first slot after the source."""
        rank, target = level[ends[edge][0]] + 1, ends[edge][1]
        return places[rank]["node", target] if level[target] == rank else places[rank][
            "edge", edge
        ], edge

    def last_slot(edge: int) -> tuple[int, int]:
        """The place of the last slot before the target."""
        rank, source = level[ends[edge][1]] - 1, ends[edge][0]
        return places[rank]["node", source] if level[source] == rank else places[rank][
            "edge", edge
        ], edge

    into, out_of = {}, {}
    for position, node in enumerate(nodes):
        if position not in plain:
            leaving = sorted(near.out_of[node.id], key=first_slot)
            entering = sorted(near.into[node.id], key=last_slot)
            out_of[position] = tuple((edge, hops[edge][0][1]) for edge in leaving)
            into[position] = tuple((edge, hops[edge][-1][1]) for edge in entering)
    return Strands(
        count=count,
        columns=orders.slots,
        of_node={n: one for (_, (sort, n)), one in segments.items() if sort == "node"},
        hops=tuple(hops),
        into=into,
        out_of=out_of,
        rank=tuple(level[position] for position in range(len(nodes))),
        crossings=orders.crossings,
    )


@dataclass(frozen=True, slots=True)
class _Roots:
    """The strands as they would be without crossings: of every edge and every plain node."""

    of_edge: dict[int, int]
    of_node: dict[int, int]
    count: int

    def of(self, slot: Slot) -> int | None:
        """Return the root of a slot; None for a junction."""
        sort, number = slot
        return self.of_node.get(number) if sort == "node" else self.of_edge[number]


def _threads(nodes: tuple[Node, ...], near: Neighbours, plain: set[int]) -> _Roots:
    """Number the strands: one per edge that leaves a junction or a source, carried on."""
    of_edge: dict[int, int] = {}
    of_node: dict[int, int] = {}
    count = 0
    for position, node in enumerate(nodes):
        into = near.into[node.id]
        if position in plain and into:
            of_node[position] = of_edge[into[0]]
        elif position in plain:
            of_node[position] = count
            count += 1
        for edge in near.out_of[node.id]:
            of_edge[edge] = of_node.get(position, count)
            count += position not in plain
    return _Roots(of_edge, of_node, count)


def _segments(orders: Orders, roots: _Roots) -> tuple[dict[tuple[int, Slot], int], int]:
    """Cut a strand wherever two change places; return the segment of every (rank, slot).

    Going from left to right, what stands on a rank is compared with the rank before. Of two that
    changed places the one that is a mere line here is cut.
    """
    current = list(range(roots.count))
    count = roots.count
    before: dict[int, int] = {}
    found: dict[tuple[int, Slot], int] = {}
    for rank, column in enumerate(orders.slots):
        placed = [(root, slot) for slot in column if (root := roots.of(slot)) is not None]
        if orders.crossings:
            was = [before.get(current[root], -1) for root, _ in placed]
            for place in sorted(_out_of_order(was, placed)):
                current[placed[place][0]] = count
                count += 1
        before = {current[root]: place for place, (root, _) in enumerate(placed)}
        found.update(((rank, slot), current[root]) for root, slot in placed)
    return found, count


def _out_of_order(before: list[int], placed: list[tuple[int, Slot]]) -> set[int]:
    """Return which places to cut so that the others keep the order that they had before."""
    known = [(place, value) for place, value in enumerate(before) if value >= 0]
    moved: set[int] = set()
    while True:
        clash = {
            place: sum((p < place) != (v < value) for p, v in known if p != place)
            for place, value in known
        }
        worst = max(
            known,
            key=lambda item: (clash[item[0]], placed[item[0]][1][0] == "edge", item[0]),
            default=None,
        )
        if worst is None or clash[worst[0]] == 0:
            return moved
        moved.add(worst[0])
        known.remove(worst)


def _hops(
    edge: int,
    source: int,
    target: int,
    level: dict[int, int],
    segments: dict[tuple[int, Slot], int],
    roots: _Roots,
) -> tuple[tuple[int, int], ...]:
    """Return the strands of an edge with the rank where each begins."""
    first, last = level[source], level[target]
    steps: list[tuple[int, Slot]] = [(first, ("node", source))]
    steps += [(between, ("edge", edge)) for between in range(first + 1, last)]
    steps.append((last, ("node", target)))
    hops: list[tuple[int, int]] = []
    for rank, slot in steps:
        strand = segments.get((rank, slot))
        if strand is not None and (not hops or hops[-1][1] != strand):
            hops.append((rank, strand))
    return tuple(hops) or ((first, roots.of_edge[edge]),)


def check_lanes(nodes: tuple[Node, ...], strands: Strands) -> None:
    """Raise AssertionError unless two strands keep their order on all ranks that they share."""
    seen: dict[tuple[int, int], int] = {}
    for rank, column in enumerate(strands.columns):
        here = [s for slot in column if (s := strands.slot(rank, slot)) is not None]
        for place, one in enumerate(here):
            for two in here[place + 1 :]:
                assert (two, one) not in seen, f"strands {one} and {two} change places"
                seen[one, two] = rank
    assert len(strands.rank) == len(nodes)
