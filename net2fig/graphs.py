"""The algorithms on graphs that several stages need, each once, over plain keys and numbers.

Requires: nodes are given in a topological order.
Ensures: what is returned is in the order of the nodes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


class DisjointSets:
    """A partition of the numbers below `count`: union–find with path halving (Tarjan 1975).

    The least number of a set stands for it.
    """

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def __len__(self) -> int:
        """Return how many numbers there are."""
        return len(self.parent)

    def root(self, number: int) -> int:
        """Return the number that stands for the set of this one."""
        parent = self.parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    def join(self, one: int, two: int) -> bool:
        """Unite the sets of two numbers; tell whether they were apart."""
        one, two = self.root(one), self.root(two)
        self.parent[max(one, two)] = min(one, two)
        return one != two

    def sets(self) -> list[list[int]]:
        """Return the sets, in the order of their least numbers."""
        found: dict[int, list[int]] = {}
        for number in range(len(self.parent)):
            found.setdefault(self.root(number), []).append(number)
        return list(found.values())


def components(keys: Sequence[Key], links: Iterable[tuple[Key, Key]]) -> list[list[Key]]:
    """Return the keys in parts that no link joins, in order of their first keys.

    Links to keys that are not among them count for nothing.
    """
    place = {key: number for number, key in enumerate(keys)}
    parts = DisjointSets(len(keys))
    for one, two in links:
        if one in place and two in place:
            parts.join(place[one], place[two])
    return [[keys[number] for number in part] for part in parts.sets()]


def bottlenecks(places: Iterable[int], reach: Sequence[int], entry: int) -> list[int]:
    """Return the places that no edge jumps over: those that all data passes.

    `reach` gives for each place the furthest that reads it, and `entry` is the furthest that reads
    something from outside. For if a path avoids a place, some edge of it leads from before the
    place to behind it; and if every path meets it, all other places are its ancestors, which stand
    before it, or its descendants.
    """
    found = []
    for place in places:
        if entry <= place:
            found.append(place)
        entry = max(entry, reach[place])
    return found


def longest_paths(
    sources: Mapping[Key, Iterable[Key]], weight: Callable[[Key], int] = lambda _: 1
) -> dict[Key, int]:
    """Return for each node the greatest weight of a path that ends there, its own included.

    Requires: `sources` maps each node, in topological order, to those that it reads; what is not
    among the nodes weighs nothing.
    """
    paths: dict[Key, int] = {}
    for key, read in sources.items():
        paths[key] = weight(key) + max((paths.get(source, 0) for source in read), default=0)
    return paths


def dominators(sources: Mapping[Key, Iterable[Key]], root: Key) -> dict[Key, Key]:
    """Return for each node the last other one that every path from the root to it passes.

    A node that reads nothing is read as the root's. Two nodes meet at the last dominator that both
    have (Cooper, Harvey and Kennedy 2001).
    """
    depth = {root: 0}
    found = {root: root}
    for key, read in sources.items():
        meeting: Key | None = None
        for source in read:
            other = source
            meeting = other if meeting is None else meeting
            while meeting != other:
                if depth[meeting] > depth[other]:
                    meeting = found[meeting]
                else:
                    other = found[other]
        found[key] = root if meeting is None else meeting
        depth[key] = depth[found[key]] + 1
    return found


Grid = tuple[int | None, ...]
"""The places of a map along each axis."""
SHARES = (2, 4, 8, 16, 32)
"""By how much less resolution tokens may have than a map."""


def is_map(axes: Grid) -> bool:
    """Tell whether there are places along more than one axis."""
    return sum(axis != 1 for axis in axes) > 1


def choose_grid(
    read: Sequence[Grid],
    maps: Collection[Grid],
    length: int | None,
    *,
    beside: bool = False,
) -> Grid | None:
    """Return the grid of a sequence: that of what is read, else the map of fewest axes.

    What pools tokens, and never makes a map of them, has a share of the grid. With no map on the
    way, but some `beside` it, it is a square of about as many places.
    """
    if beside and not maps and length:
        return (max(1, round(math.sqrt(length))),) * 2
    for grid in read:
        if _fits(grid, length):
            return grid
    shares = {_divide(grid, share) for grid in maps for share in SHARES}
    fitting = _list_fewest(maps, length) or _list_fewest(shares, length)
    # A map has about as many places along each axis; windows and their places have not.
    return min(fitting, key=_find_longest, default=None)


def _list_fewest(grids: Collection[Grid], length: int | None) -> list[Grid]:
    """Return the grids of fewest axes that are as long as a sequence."""
    fitting = [grid for grid in grids if grid and _fits(grid, length)]
    return [grid for grid in fitting if len(grid) == min(map(len, fitting))]


def _find_longest(grid: Grid) -> int:
    return max(axis or 0 for axis in grid)


def _divide(grid: Grid, share: int) -> Grid:
    """Return a grid with so many times fewer places along each axis; empty if there is none."""
    axes = [axis or 0 for axis in grid]
    return () if any(axis % share for axis in axes) else tuple(axis // share for axis in axes)


def _fits(grid: Grid, length: int | None) -> bool:
    """Tell whether a sequence is as long as a grid has places, but for a class token."""
    return length is not None and abs(math.prod(axis or 0 for axis in grid) - length) <= 1
