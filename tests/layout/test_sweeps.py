"""Sweeps: never more crossings than before, counted as elsewhere, the same each time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from net2fig.layout.order import count_crossings
from net2fig.layout.sweeps import swept

Columns = list[list[int]]
Steps = list[list[tuple[int, int]]]


@st.composite
def layered(draw: st.DrawFn) -> tuple[Columns, Steps]:
    """Draw columns of numbers and links between neighbours."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=6))
    columns: Columns = []
    for size in sizes:
        start = sum(map(len, columns))
        columns.append(draw(st.permutations(range(start, start + size))))
    steps = []
    for left, right in pairwise(columns):
        pairs = st.tuples(st.sampled_from(left), st.sampled_from(right))
        steps.append(draw(st.lists(pairs, max_size=8, unique=True)))
    return columns, steps


@given(layered())
def test_what_is_found_is_no_worse_and_counted_right(drawing: tuple[Columns, Steps]) -> None:
    columns, steps = drawing
    crossings, found = swept(columns, steps)
    assert [sorted(column) for column in found] == [sorted(column) for column in columns]
    assert crossings == count_crossings(found, steps) <= count_crossings(columns, steps)
    assert (crossings, found) == swept(columns, steps)


def test_two_that_cross_change_places() -> None:
    assert swept([[0, 1], [2, 3]], [[(0, 3), (1, 2)]]) == (0, [[1, 0], [2, 3]])
