"""The distances that columns keep: for what stands beside each other, for lines that bend between.

Requires: the items of every column, at their heights.
Ensures: no rule of the same column is idle beside another.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping
from itertools import accumulate

from msgspec import Struct

from net2fig.layout.bends import Bends, Item
from net2fig.layout.graph import Spacing
from net2fig.layout.ports import TRACK

WINDOW = 5
"""How many columns on a wide label may reach."""


class Apart(Struct, frozen=True):
    """Columns `left` and `right` keep `fixed` points between their middles, and `gaps` gaps."""

    left: int
    right: int
    fixed: float
    gaps: float


class _Shelf:
    """The items of a column, to be found by their height."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.order = sorted(range(len(items)), key=lambda n: (items[n].top, n))
        self.tops = [items[n].top for n in self.order]
        # No item up to each place reaches further down than this.
        self.bottoms = list(accumulate((items[n].bottom for n in self.order), max))

    def near(self, item: Item, reach: float) -> list[Item]:
        """Return all items that may be beside another, in the order of the column."""
        first = bisect_left(self.bottoms, item.top - reach)
        last = bisect_right(self.tops, item.bottom + reach)
        return [self.items[n] for n in sorted(self.order[first:last])]


def find_distances(
    columns: list[list[Item]],
    bends: Mapping[int, Bends],
    spacing: Spacing,
    held: Collection[int],
) -> list[list[Apart]]:
    """Return the distances that columns keep for their items, and for the lines that bend there.

    What is in a column that is `held` may touch the next.
    """
    count = len(columns)
    apart: list[list[Apart]] = [[] for _ in range(count)]
    shelves = [_Shelf(column) for column in columns]
    reach = max(0.8, spacing.lane / 2)
    for column in range(count):
        for other in range(column + 1, min(count, column + 1 + WINDOW)):
            for one in columns[column]:
                for two in shelves[other].near(one, reach):
                    need = _need(one, two, spacing)
                    if need is not None:
                        apart[other].append(Apart(column, other, need[0], need[1]))
        if column and column - 1 not in held:
            apart[column].append(Apart(column - 1, column, 0.0, 0.5))
    for column, crowd in bends.items():
        wide = crowd.before + crowd.after + TRACK * (len(crowd.edges) + 1)
        apart[column].append(Apart(column - 1, column, wide, 0.25))
    return apart


def list_needed(rules: list[Apart]) -> Iterator[Apart]:
    """Yield the rules that no other makes idle: of the same column, and no less in both numbers."""
    by_left: dict[int, list[Apart]] = {}
    for rule in rules:
        by_left.setdefault(rule.left, []).append(rule)
    for same in by_left.values():
        gaps = -1.0
        for rule in sorted(same, key=lambda one: (-one.fixed, -one.gaps)):
            if rule.gaps > gaps:
                gaps = rule.gaps
                yield rule


def _need(one: Item, two: Item, spacing: Spacing) -> tuple[float, float] | None:
    """Return the distance that two items of different columns keep, as (points, gaps)."""
    if one.chain == two.chain >= 0 and not (one.text and two.text):
        return None
    margin = 0.8 if one.text or two.text else spacing.lane / 2
    if one.bottom + margin <= two.top or two.bottom + margin <= one.top:
        return None
    if one.text and two.text:
        return one.half + two.half + 2 * spacing.label, 0.0
    if one.text or two.text:
        return one.half + two.half + 0.75 * spacing.label, 0.0
    return one.half + two.half, 1.0
