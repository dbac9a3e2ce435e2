"""In which order lines change their height between two columns, from left to right.

 ----,          A line that bends before another one reaches its height, or after that one has left
     |  ,---    it, does not cross it. Lines that change places cross once, whatever the order.
 --, |  |
   | '--+---
   '----'

Requires: for every edge, the strands that carry it and the column where each begins.
Ensures: all edges that bend before a column, in an order in which no two share a piece of a line,
as far as there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

CLEAR = 3.0
"""How near to a bend, above or below, something stands beside it."""

Hops = Sequence[Sequence[tuple[int, int]]]


class Item(Struct, frozen=True):
    """Something in a column: half its width, its upper and lower end; a text may be near a text.

    What is of one `chain` is joined.
    """

    half: float
    top: float
    bottom: float
    text: bool = False
    chain: int = -1


class Bends(Struct, frozen=True):
    """The edges that bend before a column, from left to right.

    `before` and `after` are half the widths of what stands beside them, in both columns.
    """

    edges: tuple[int, ...]
    before: float
    after: float


def order_bends(hops: Hops, y: Sequence[float]) -> dict[int, tuple[int, ...]]:
    """Return by column the edges that bend before it, from left to right."""
    crowds: dict[int, dict[int, tuple[float, float]]] = {}
    for edge, path in enumerate(hops):
        for (_, before), (column, after) in pairwise(path):
            if y[before] != y[after]:
                crowds.setdefault(column, {})[edge] = (y[before], y[after])
    return {column: order_crowd(crowd) for column, crowd in sorted(crowds.items())}


def order_crowd(crowd: dict[int, tuple[float, float]]) -> tuple[int, ...]:
    """Return edges so that each comes after those that must bend to the left of it.

    Each is given by its heights on the left and on the right.
    """
    later = {
        edge: {other for other in crowd if other != edge and _is_before(crowd[other], crowd[edge])}
        for edge in crowd
    }
    order: list[int] = []
    while later:
        # On a circle the one that waits for fewest others goes first.
        edge = min(later, key=lambda e: (len(later[e]), crowd[e], e))
        order.append(edge)
        del later[edge]
        for others in later.values():
            others.discard(edge)
    return tuple(order)


def _is_before(one: tuple[float, float], two: tuple[float, float]) -> bool:
    """Tell whether a line must bend to the left of another: it would cross it otherwise.

    Each is given by its heights on the left and on the right.
    """
    low, high = sorted(two)
    leaves = low < one[0] < high
    low, high = sorted(one)
    return leaves or low < two[1] < high or one[0] == two[1]


def make_bends(
    column: int,
    edges: tuple[int, ...],
    columns: Sequence[Sequence[Item]],
    hops: Hops,
    y: Sequence[float],
) -> Bends:
    """Return the edges that bend before a column, with the room that items beside them take."""
    ys: list[float] = []
    for edge in edges:
        for (_, one), (begin, two) in pairwise(hops[edge]):
            if begin == column:
                ys += (y[one], y[two])
    low, high = min(ys) - CLEAR, max(ys) + CLEAR
    before, after = (
        max((i.half for i in columns[side] if i.top < high and low < i.bottom), default=0.0)
        for side in (column - 1, column)
    )
    return Bends(edges, before, after)
