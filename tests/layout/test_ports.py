"""Sides of glyphs: handles, ports and straight sides; fans are bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.layout.graph import Handle, Meeting
from net2fig.layout.ports import Side, check_side, is_port, is_too_wide, make_side
from tests.layout.graphs import SPACING

MEETINGS: tuple[Meeting, ...] = ("handles", "fan", "side")


def side(meeting: Meeting, *lanes: float, port: bool = False, overhang: float = 0.0) -> Side:
    """Return a side of handles of 10 points, on a glyph that is 20 high on the other."""
    sizes = [10.0] * len(lanes)
    return make_side(lanes, sizes, 0.0, 20.0, SPACING, meeting, (0.0, overhang), port=port)


def test_handles_near_each_other_stand_on_their_lanes() -> None:
    assert [handle.y for handle in side("fan", -8.0, 8.0).handles] == [-8.0, 8.0]
    assert side("fan", -8.0, 8.0).turns == (0.0, 0.0)


def test_handles_of_lanes_far_apart_are_stacked_about_the_line() -> None:
    far = side("handles", -90.0, 90.0)
    assert [handle.y for handle in far.handles] == pytest.approx([-6.2, 6.2])
    assert far.turns == (SPACING.fork, SPACING.fork)


def test_stacked_handles_stay_within_the_lanes() -> None:
    """A line that lies beyond the lanes draws the handles to their end, not past it."""
    far = make_side(
        [-50.0, 50.0], [10.0, 10.0], 80.0, 2.0, SPACING, "handles", (0.0, 0.0), port=False
    )
    assert far.handles[-1].bottom == pytest.approx(55.0)


def test_a_lane_on_the_line_goes_straight_on() -> None:
    far = side("handles", -90.0, 0.0)
    assert [handle.y for handle in far.handles] == [-12.4, 0.0]
    assert far.turns == (SPACING.fork, 0.0)


def test_lines_from_above_turn_further_out_the_lower_they_meet_the_glyph() -> None:
    turns = side("side", -90.0, -80.0, 0.0, 80.0, 90.0).turns
    assert turns[0] < turns[1]
    assert turns[2] == 0.0
    assert turns[4] < turns[3]


def test_all_lines_meet_at_a_port() -> None:
    port = side("port", -30.0, 0.0, 40.0, port=True)
    assert port.handles == (Handle(0.0, 10.0),)
    assert port.meets == (0.0, 0.0, 0.0)
    assert port.turns == (SPACING.fork, 0.0, SPACING.fork)


def test_lines_that_turn_down_keep_clear_of_a_label() -> None:
    assert side("port", -30.0, 0.0, port=True, overhang=9.0).far == SPACING.fork
    assert side("port", 0.0, 30.0, port=True, overhang=9.0).far == 9.0 + SPACING.label


@pytest.mark.parametrize(
    ("meeting", "count", "wide", "expected"),
    [
        ("fan", 2, False, False),
        ("fan", 2, True, True),
        ("fan", 4, False, True),
        ("port", 2, False, True),
        ("port", 1, False, False),
        ("handles", 9, True, False),
        ("side", 9, True, False),
        ("free", 9, True, False),
    ],
)
def test_what_is_a_port(meeting: Meeting, count: int, wide: bool, expected: bool) -> None:
    assert is_port(meeting, count, wide=wide) is expected


@given(
    st.lists(st.floats(-200, 200), min_size=1, max_size=6, unique=True).map(sorted),
    st.sampled_from(MEETINGS),
    st.floats(4, 60),
    st.floats(4, 60),
    st.floats(-20, 20),
)
def test_what_holds_of_every_side(
    spread: list[float], meeting: Meeting, size: float, other: float, line: float
) -> None:
    """Lanes are as far apart as the layout keeps them."""
    apart = SPACING.fork if meeting == "side" else size + SPACING.handle
    lanes = [y + apart * number for number, y in enumerate(spread)]
    sizes = [size] * len(lanes)
    made = make_side(lanes, sizes, line, other, SPACING, meeting, (0.0, 0.0), port=False)
    check_side(made, other, SPACING.handle)
    if meeting == "fan" and not is_too_wide(lanes, sizes, other, SPACING.handle):
        assert [handle.y for handle in made.handles] == pytest.approx(lanes)


def test_a_breach_would_be_seen() -> None:
    fan = side("fan", -8.0, 8.0)
    check_side(fan, 20.0, SPACING.handle)
    for damaged, words in (
        (replace(fan, handles=(Handle(-8.0, 10.0), Handle(0.0, 10.0))), "touch"),
        (replace(fan, handles=(Handle(-60.0, 10.0), Handle(60.0, 10.0))), "reach"),
        (replace(fan, meets=(8.0, -8.0)), "change places"),
        (replace(fan, meets=(-30.0, 8.0)), "no side"),
    ):
        with pytest.raises(AssertionError, match=words):
            check_side(damaged, 20.0, SPACING.handle)
