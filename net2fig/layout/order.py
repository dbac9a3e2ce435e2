"""Order what stands on each rank so that few edges cross, by dot's second phase.

Requires: ranks that grow along every edge.
Ensures: `slots[r]` lists, from top to bottom, the nodes of rank r and the edges that pass over it;
a rank that all data passes holds its one node alone; where it costs no crossing, lanes that carry
nothing but a line lie above the glyphs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from net2fig.layout.graph import Edge, Node
from net2fig.layout.rank import Links, graphviz

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
    # Lanes come first: dot keeps the order in which it meets things where nothing crosses.
    flat = [slot for column in columns for slot in sorted(column)]
    number = {slot: position for position, slot in enumerate(flat)}
    links = tuple(
        sorted((number[one], number[two]) for step in steps for one, two in step),
    )
    key = (tuple(len(column) for column in columns), links)
    if key not in known:
        known[key] = _solve([[number[slot] for slot in column] for column in columns], links)
    return upright([[flat[place] for place in column] for column in known[key]])


def _solve(columns: list[list[int]], links: Links) -> list[list[int]]:
    """Return the columns in the order that dot gives them."""
    count = sum(len(column) for column in columns)
    places = [place for _, place in graphviz(count, links, phase=2)]
    return [sorted(column, key=lambda node: (places[node], node)) for column in columns]


def upright(columns: list[list[Slot]]) -> list[list[Slot]]:
    """Return the columns, or their mirror image if there the lanes lie higher."""
    lift = 0
    for column in columns:
        middle = (len(column) - 1) / 2
        lift += sum(int(2 * (middle - p)) for p, slot in enumerate(column) if slot[0] == "edge")
    return columns if lift >= 0 else [column[::-1] for column in columns]


def count_crossings(columns: list[list[Slot]], steps: list[list[tuple[Slot, Slot]]]) -> int:
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
