"""Order what stands on each rank so that few edges cross.

A walk in depth, lanes first, orders any series-parallel graph without crossings. What still crosses
is ordered best by trying all orders, where ranks hold few things; else by walks from the other
sides and small moves from there, if that is better than the walk.

Requires: ranks that grow along every edge.
Ensures: `slots[r]` lists, from top to bottom, the nodes of rank r and the edges that pass over it;
a rank that all data passes holds its one node alone; where it costs no crossing, lanes that carry
nothing but a line lie above the glyphs.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, combinations, pairwise, permutations
from math import factorial
from random import Random
from typing import TypeVar

from msgspec import Struct

from net2fig.layout.graph import Edge, Node
from net2fig.layout.levels.tiers import Tiers
from net2fig.layout.simplex import Links
from net2fig.layout.sweeps import count_inversions, swept

T = TypeVar("T", bound=Hashable)

FEW = 30_000
"""How many pairs of orders of neighbouring ranks are few enough to try them all."""

SMALL, TRIES = 120, 24
"""In a stretch of so few things, so many further beginnings are tried."""

Slot = tuple[str, int]
"""("node", position in the nodes) or ("edge", index of an edge that passes over this rank)."""


class Orders(Struct, frozen=True):
    """The slots of every rank from top to bottom, and the number of crossings that are left."""

    slots: tuple[tuple[Slot, ...], ...]
    crossings: int


def order(
    nodes: tuple[Node, ...],
    edges: tuple[Edge, ...],
    ranks: dict[str, int],
    tiers: Tiers | None = None,
) -> Orders:
    """Return the order of every rank; stretches of one structure are ordered once.

    What stands on one of the `tiers` stands above what stands on the next.
    """
    at = {node.id: position for position, node in enumerate(nodes)}
    level = [ranks[node.id] for node in nodes]
    columns: list[list[Slot]] = [[] for _ in range(max(level, default=-1) + 1)]
    for position in range(len(nodes)):
        columns[level[position]].append(("node", position))
    ends = [(at[edge.source], at[edge.target]) for edge in edges]
    for index, (source, target) in enumerate(ends):
        for between in range(level[source] + 1, level[target]):
            columns[between].append(("edge", index))
    steps = _steps(columns, ends, level)
    slots: list[tuple[Slot, ...]] = []
    crossings = 0
    for first, last in _stretches(columns):
        stretch = columns[first : last + 1]
        found = _arranged(stretch, steps[first:last], tiers)
        crossings += count_crossings(found, steps[first:last])
        slots.extend(tuple(column) for column in (found if not slots else found[1:]))
    return Orders(tuple(slots), crossings)


def _steps(
    columns: list[list[Slot]], ends: list[tuple[int, int]], level: list[int]
) -> list[list[tuple[Slot, Slot]]]:
    """Return for every pair of neighbouring ranks the pieces of edges between their slots."""
    steps: list[list[tuple[Slot, Slot]]] = [[] for _ in columns[1:]]
    for index, (source, target) in enumerate(ends):
        before: Slot = ("node", source)
        for between in range(level[source] + 1, level[target]):
            steps[between - 1].append((before, ("edge", index)))
            before = ("edge", index)
        steps[level[target] - 1].append((before, ("node", target)))
    return steps


def _stretches(columns: list[list[Slot]]) -> list[tuple[int, int]]:
    """Cut the ranks where one holds a single slot: what lies between is ordered by itself."""
    alone = [r for r, column in enumerate(columns) if len(column) == 1]
    cuts = sorted({0, *alone, len(columns) - 1})
    return list(pairwise(cuts)) or [(0, 0)]


def _arranged(
    columns: list[list[Slot]], steps: list[list[tuple[Slot, Slot]]], tiers: Tiers | None
) -> list[list[Slot]]:
    """Return the columns of one stretch in order."""
    if all(len(column) == 1 for column in columns):
        return columns
    # An edge has a slot on every rank that it passes. Lanes are numbered before glyphs.
    flat = [slot for column in columns for slot in sorted(column)]
    starts = accumulate((len(column) for column in columns), initial=0)
    numbers = [
        {slot: start + place for place, slot in enumerate(sorted(column))}
        for start, column in zip(starts, columns, strict=False)
    ]
    links = tuple(
        sorted(
            (numbers[rank][one], numbers[rank + 1][two])
            for rank, step in enumerate(steps)
            for one, two in step
        )
    )
    tier = tuple(map(tiers.of, flat)) if tiers else (0,) * len(flat)
    found = _solve(tuple(len(column) for column in columns), links, tier)
    return [[flat[place] for place in column] for column in found]


@lru_cache(maxsize=1024)
def _solve(sizes: tuple[int, ...], links: Links, tier: tuple[int, ...]) -> list[list[int]]:
    """Return columns of these sizes, numbered one after the other, in an order of few crossings.

    In every column tiers follow each other from the top.
    It is that of the walk, or a better one: the best, or that of walks from the other sides or of
    sweeps from all of these. While a figure is fitted to its page the same is asked again and
    again.
    """
    starts = accumulate(sizes, initial=0)
    columns = [list(range(start, start + size)) for start, size in zip(starts, sizes, strict=False)]
    steps = _steps_between(columns, links)
    walks = [_sort_tiers(_walked(columns, links), tier)]
    if not count_crossings(walks[0], steps):
        return walks[0]
    if max(sizes) < 6 and sum(factorial(a) * factorial(b) for a, b in pairwise(sizes)) <= FEW:
        return _best(columns, steps, tier)
    back = [(target, source) for source, target in reversed(links)]
    upwards = [column[::-1] for column in columns]
    walks.append(_walked(columns[::-1], back)[::-1])
    walks.append(_walked(upwards, links))
    walks.append(_walked(upwards[::-1], back)[::-1])
    walks = [_sort_tiers(walk, tier) for walk in walks]
    walks += [swept(walk, steps, tier)[1] for walk in walks]
    best = min(walks, key=lambda walk: count_crossings(walk, steps))
    if sum(sizes) <= SMALL:
        # From other beginnings, sweeps may end better; they are the same ones every time.
        chance = Random(sum(sizes))  # noqa: S311  (nothing is secret)
        for _ in range(TRIES):
            mixed = [chance.sample(column, len(column)) for column in columns]
            mixed = _sort_tiers(mixed, tier)
            best = min(
                best, swept(mixed, steps, tier)[1], key=lambda walk: count_crossings(walk, steps)
            )
            if not count_crossings(best, steps):
                break
    return best


def _sort_tiers(columns: list[list[int]], tier: Sequence[int]) -> list[list[int]]:
    """Return columns with their tiers from the top; the order within each stays."""
    return [sorted(column, key=tier.__getitem__) for column in columns]


def _orders_of(column: list[int], tier: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield all orders of a column in which its tiers follow each other."""
    for found in permutations(column):
        if all(tier[one] <= tier[two] for one, two in pairwise(found)):
            yield found


def _best(
    columns: list[list[int]], steps: list[list[tuple[int, int]]], tier: Sequence[int]
) -> list[list[int]]:
    """Return the columns in the order in which fewest edges cross, and lanes lie highest.

    Column by column, each order remembers the best way to come to it: crossings depend on nothing
    but the order before.
    """
    ways: dict[tuple[int, ...], tuple[int, int, tuple[tuple[int, ...], ...]]]
    ways = {order: (0, -_lift([order]), (order,)) for order in _orders_of(columns[0], tier)}
    for column, step in zip(columns[1:], steps, strict=True):
        found: dict[tuple[int, ...], tuple[int, int, tuple[tuple[int, ...], ...]]] = {}
        for before, (crossings, sunk, path) in ways.items():
            over = _crossings_over(before, column, step)
            for order in _orders_of(column, tier):
                more = sum(over[pair] for pair in combinations(order, 2))
                way = (crossings + more, sunk - _lift([order]), (*path, order))
                if order not in found or way < found[order]:
                    found[order] = way
        ways = found
    return [list(order) for order in min(ways.values())[2]]


def _crossings_over(
    before: tuple[int, ...], column: list[int], step: list[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """Return for every two of a column how often their edges cross if the first lies above."""
    place = {node: number for number, node in enumerate(before)}
    ends: dict[int, list[int]] = {node: [] for node in column}
    for source, target in step:
        ends[target].append(place[source])
    return {
        (upper, lower): sum(a > b for a in ends[upper] for b in ends[lower])
        for upper, lower in permutations(column, 2)
    }


def _steps_between(columns: list[list[int]], links: Links) -> list[list[tuple[int, int]]]:
    """Return the links of each pair of neighbouring columns."""
    rank = {node: number for number, column in enumerate(columns) for node in column}
    steps: list[list[tuple[int, int]]] = [[] for _ in columns[1:]]
    for source, target in links:
        steps[rank[source]].append((source, target))
    return steps


def _walked(columns: list[list[int]], links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Order every column by a walk in depth, from the first column on.

    What stands first in its column is walked first, and lies above: with columns as they are
    numbered, the lanes.
    """
    rank = {node: n for column in columns for n, node in enumerate(column)}
    after: dict[int, list[int]] = {}
    for source, target in links:
        after.setdefault(source, []).append(target)
    met: dict[int, int] = {}
    for start in (node for column in columns for node in column):
        stack = [start]
        while stack:
            node = stack.pop()
            if node not in met:
                met[node] = len(met)
                stack.extend(sorted(after.get(node, []), key=rank.__getitem__, reverse=True))
    return [sorted(column, key=met.__getitem__) for column in columns]


def _lift(columns: Sequence[Sequence[int]]) -> int:
    """Return how high the lanes lie, which have the lowest numbers of their column."""
    return sum(place * node for column in columns for place, node in enumerate(column))


def count_crossings(columns: Sequence[Sequence[T]], steps: Sequence[Sequence[tuple[T, T]]]) -> int:
    """Return how many pairs of edges cross between neighbouring ranks."""
    total = 0
    for left, right, step in zip(columns, columns[1:], steps, strict=False):
        before = {slot: p for p, slot in enumerate(left)}
        after = {slot: p for p, slot in enumerate(right)}
        ends = sorted((before[one], after[two]) for one, two in step)
        total += count_inversions([end for _, end in ends])
    return total
