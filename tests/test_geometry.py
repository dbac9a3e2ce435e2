"""Points and boxes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.geometry import Box, Point

BOX = Box(10.0, 20.0, 30.0, 40.0)

numbers = st.integers(-100, 100).map(float)
lengths = st.integers(0, 100).map(float)
boxes = st.builds(Box, numbers, numbers, lengths, lengths)


def test_a_point_moves() -> None:
    assert Point(1.0, 2.0).moved(3.0, -4.0) == Point(4.0, -2.0)


def test_the_sides_and_the_centre_of_a_box() -> None:
    assert (BOX.right, BOX.bottom, BOX.centre) == (40.0, 60.0, Point(25.0, 40.0))


def test_a_box_moves_and_grows() -> None:
    assert BOX.moved(1.0, 2.0) == Box(11.0, 22.0, 30.0, 40.0)
    assert BOX.grown(5.0) == Box(5.0, 15.0, 40.0, 50.0)
    assert BOX.grown(-5.0) == Box(15.0, 25.0, 20.0, 30.0)


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [
        (Box(39.0, 59.0, 5.0, 5.0), True),
        (Box(40.0, 20.0, 5.0, 5.0), False),
        (Box(20.0, 60.0, 5.0, 5.0), False),
        (Box(20.0, 30.0, 1.0, 1.0), True),
        (Box(0.0, 0.0, 100.0, 100.0), True),
        (Box(0.0, 30.0, 10.0, 10.0), False),
    ],
)
def test_boxes_overlap_where_they_share_more_than_a_border(other: Box, overlaps: bool) -> None:
    assert BOX.overlaps(other) is overlaps
    assert other.overlaps(BOX) is overlaps


def test_a_box_contains_what_lies_inside_give_or_take_a_slack() -> None:
    assert BOX.contains(BOX)
    assert BOX.contains(Box(11.0, 21.0, 5.0, 5.0))
    assert not BOX.contains(Box(9.0, 21.0, 5.0, 5.0))
    assert BOX.contains(Box(9.0, 21.0, 5.0, 5.0), slack=1.0)
    assert not BOX.contains(Box(11.0, 21.0, 5.0, 50.0))


@given(boxes, boxes)
def test_a_union_is_the_least_box_around_both(one: Box, two: Box) -> None:
    union = one.union(two)
    assert union == two.union(one)
    assert union.contains(one)
    assert union.contains(two)
    assert union.x in (one.x, two.x)
    assert union.right in (one.right, two.right)
    assert union.bottom in (one.bottom, two.bottom)


@given(boxes, boxes)
def test_a_box_that_contains_another_overlaps_it(one: Box, two: Box) -> None:
    if one.contains(two, slack=0.0) and two.width and two.height:
        assert one.overlaps(two)
