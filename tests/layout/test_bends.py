"""The order in which lines change their height between two columns."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from net2fig.layout.bends import order_bends

Crowd = list[tuple[float, float]]


def order(crowd: Crowd) -> tuple[int, ...]:
    """Return the order of edges that bend before column 1, from their heights on both sides."""
    y = [height for pair in crowd for height in pair]
    hops = [((0, 2 * edge), (1, 2 * edge + 1)) for edge in range(len(crowd))]
    return order_bends(hops, y).get(1, ())


def cross(crowd: Crowd, first: int, second: int) -> int:
    """Count how often a line crosses one that bends to the right of it."""
    (a, b), (c, d) = crowd[first], crowd[second]
    low, high = sorted((a, b))
    across = low < c < high
    low, high = sorted((c, d))
    return across + (low < b < high)


def test_lines_that_go_down_bend_from_the_lowest_on() -> None:
    assert order([(0.0, 30.0), (10.0, 40.0), (20.0, 50.0)]) == (2, 1, 0)


def test_lines_that_go_up_bend_from_the_highest_on() -> None:
    assert order([(30.0, 0.0), (40.0, 10.0), (50.0, 20.0)]) == (0, 1, 2)


def test_what_is_level_does_not_bend() -> None:
    assert order([(5.0, 5.0)]) == ()


def test_two_that_change_places_have_an_order_all_the_same() -> None:
    assert sorted(order([(0.0, 30.0), (30.0, 0.0)])) == [0, 1]


@given(st.lists(st.tuples(st.floats(0, 99), st.floats(1, 40)), min_size=2, max_size=7))
def test_lines_that_keep_their_order_do_not_cross(steps: list[tuple[float, float]]) -> None:
    """Heights grow on both sides, so that no line need cross another."""
    left, right = 0.0, -60.0
    crowd: Crowd = []
    for one, two in steps:
        left, right = left + one + 1.0, right + two
        crowd.append((left, right))
    places = {edge: place for place, edge in enumerate(order(crowd))}
    for one, two in combinations(places, 2):
        first, second = sorted((one, two), key=places.__getitem__)
        assert cross(crowd, first, second) == 0


def test_a_crossing_would_be_counted() -> None:
    crowd = [(0.0, 30.0), (10.0, 40.0)]
    assert cross(crowd, 1, 0) == 0
    assert cross(crowd, 0, 1) == 2
