"""Order what stands on each rank so that few edges cross.

A walk in depth, lanes first, orders any series-parallel graph without crossings; what still crosses
is ordered by dot's second phase, and the better of the two is taken.

Requires: ranks that grow along every edge.
Ensures: `slots[r]` lists, from top to bottom, the nodes of rank r and the edges that pass over it;
a rank that all data passes holds its one node alone; where it costs no crossing, lanes that carry
nothing but a line lie above the glyphs.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TypeVar

from net2fig.layout.graph import Edge, Node
from net2fig.layout.rank import Links, graphviz

T = TypeVar("T", bound=Hashable)

Slot = tuple[str, int]
"""("node", position in the nodes) or ("edge", index of an edge that passes over this rank)."""


@dataclass(frozen=True, slots=True)
class Orders:
    """The slots of every rank from top to bottom, and the number of crossings that are left."""

    slots: tuple[tuple[Slot, ...], ...]
    crossings: int


def order(nodes: tuple[Node, ...], edges: tuple[Edge, ...], ranks: dict[str, int]) -> Orders:
    """Return the order of every rank; stretches of one structure are ordered once."""
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
    known: dict[tuple[tuple[int, ...], Links], list[list[int]]] = {}
    slots: list[tuple[Slot, ...]] = []
    crossings = 0
    for first, last in _stretches(columns):
        stretch = columns[first : last + 1]
        found = _arranged(stretch, steps[first:last], known)
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
    columns: list[list[Slot]],
    steps: list[list[tuple[Slot, Slot]]],
    known: dict[tuple[tuple[int, ...], Links], list[list[int]]],
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
    key = (tuple(len(column) for column in columns), links)
    if key not in known:
        known[key] = _solve([sorted(number.values()) for number in numbers], links)
    return [[flat[place] for place in column] for column in known[key]]


def _solve(columns: list[list[int]], links: Links) -> list[list[int]]:
    """Return the columns in the order in which fewer edges cross, the walk's or dot's."""
    steps = _steps_between(columns, links)
    walked = _walked(columns, links)
    crossings = count_crossings(walked, steps)
    if not crossings:
        return walked
    count = sum(len(column) for column in columns)
    places = [place for _, place in graphviz(count, links, phase=2)]
    found = [sorted(column, key=lambda node: (places[node], node)) for column in columns]
    found = max(found, [column[::-1] for column in found], key=_lift)
    return found if count_crossings(found, steps) < crossings else walked


def _steps_between(columns: list[list[int]], links: Links) -> list[list[tuple[int, int]]]:
    """Return the links of each pair of neighbouring columns."""
    rank = {node: number for number, column in enumerate(columns) for node in column}
    steps: list[list[tuple[int, int]]] = [[] for _ in columns[1:]]
    for source, target in links:
        steps[rank[source]].append((source, target))
    return steps


def _walked(columns: list[list[int]], links: Links) -> list[list[int]]:
    """Order every column by a walk in depth, from the first column on.

    Slots are numbered lanes first, so that at every fork the lanes are walked, and lie, above.
    """
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
                stack.extend(reversed(after.get(node, [])))
    return [sorted(column, key=met.__getitem__) for column in columns]


def _lift(columns: list[list[int]]) -> int:
    """Return how high the lanes lie, which have the lowest numbers of their column."""
    return sum(place * node for column in columns for place, node in enumerate(column))


def count_crossings(columns: Sequence[Sequence[T]], steps: Sequence[Sequence[tuple[T, T]]]) -> int:
    """Return how many pairs of edges cross between neighbouring ranks."""
    total = 0
    for left, right, step in zip(columns, columns[1:], steps, strict=False):
        before = {slot: p for p, slot in enumerate(left)}
        after = {slot: p for p, slot in enumerate(right)}
        ends = sorted((before[one], after[two]) for one, two in step)
        total += _inversions([end for _, end in ends])
    return total


def _inversions(values: list[int]) -> int:
    """Count pairs that stand in the wrong order, by merging."""
    if len(values) < 2:
        return 0
    half = len(values) // 2
    left, right = values[:half], values[half:]
    count = _inversions(left) + _inversions(right)
    left.sort()
    right.sort()
    below = 0
    for value in left:
        while below < len(right) and right[below] < value:
            below += 1
        count += below
    return count
