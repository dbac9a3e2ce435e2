"""The outline between handles: a trapezoid that opens into as many ends as it needs."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from msgspec.structs import replace

from net2fig.data.grammar import load_grammar
from net2fig.geometry import Box, Point
from net2fig.glyphs import GLYPHS, Shape, draw, measure, trace_outline
from net2fig.glyphs.base import End, draw_body, draw_marks, measure_marks
from net2fig.scene import Path
from tests.glyphs.shapes import (
    FAN_BOTH,
    FAN_LEFT,
    FAN_RIGHT,
    FLAT,
    LOOK,
    SHAPES,
    SHRINKING,
    box_of,
    is_simple,
    points_of,
    random_shapes,
    shape,
    signed_area,
)


def corners(where: Shape) -> list[tuple[float, float]]:
    return [(round(point.x, 6), round(point.y, 6)) for point in trace_outline(where)]


def notches(where: Shape) -> list[Point]:
    """Return the corners of the outline that lie on neither side."""
    sides = {where.x, where.x + where.width}
    return [point for point in trace_outline(where) if point.x not in sides]


def check_outline(where: Shape, points: list[Point]) -> None:
    """Raise AssertionError unless the outline is simple, meets its handles and stays inside."""
    assert is_simple(points), "the outline crosses itself"
    assert signed_area(points) > 0, "the outline is not clockwise"
    assert all(box_of(where).contains(Box(p.x, p.y, 0, 0)) for p in points), "it leaves its box"
    for x, ends in ((where.x, where.left), (where.x + where.width, where.right)):
        on_side = sorted(point.y for point in points if point.x == x)
        expected = sorted(y for end in ends for y in (end.top, end.bottom))
        assert on_side == expected, "the outline misses a handle"
    inside = [point for point in points if where.x < point.x < where.x + where.width]
    assert len(inside) == len(where.left) + len(where.right) - 2, "a notch is missing"


def test_one_end_a_side_gives_a_trapezoid() -> None:
    assert corners(SHRINKING) == [(10, 0), (40, 10), (40, 30), (10, 40)]
    assert corners(FLAT) == [(10, 0), (40, 0), (40, 40), (10, 40)]


def test_two_ends_open_with_a_notch_where_their_slanted_edges_cross() -> None:
    # From (40, 20) to (10, 40) and from (40, 30) to (10, 0): 10 apart, closing by 50 in 30.
    fan = shape("0-40", "10-20, 30-40")
    assert corners(fan) == [
        (10, 0),
        (40, 10),
        (40, 20),
        (pytest.approx(34.0), pytest.approx(24.0)),
        (40, 30),
        (40, 40),
        (10, 40),
    ]


def test_ends_on_the_left_are_the_mirror_of_those_on_the_right() -> None:
    right = shape("0-40", "10-20, 30-40", x=0.0)
    left = shape("10-20, 30-40", "0-40", x=0.0)
    mirrored = sorted((round(30.0 - x, 6), y) for x, y in corners(right))
    assert sorted(corners(left)) == mirrored


def test_a_glyph_may_open_on_both_sides() -> None:
    assert len(notches(FAN_BOTH)) == 2
    left, right = sorted(notches(FAN_BOTH), key=lambda point: point.x)
    assert 20 < left.y < 30
    assert 15 < right.y < 40


def test_each_pair_of_neighbours_has_a_notch() -> None:
    assert len(notches(FAN_RIGHT)) == 2
    assert len(notches(FAN_LEFT)) == 1


@pytest.mark.parametrize("name", SHAPES)
def test_the_outline_of_a_shape_holds(name: str) -> None:
    check_outline(SHAPES[name], trace_outline(SHAPES[name]))


@given(random_shapes())
def test_the_outline_is_simple_and_meets_its_handles(where: Shape) -> None:
    check_outline(where, trace_outline(where))


@given(random_shapes())
def test_notches_lie_strictly_inside_between_their_handles(where: Shape) -> None:
    found = notches(where)
    gaps = [*pairwise(where.right), *reversed(list(pairwise(where.left)))]
    assert len(found) == len(gaps)
    for point in found:
        assert where.x < point.x < where.x + where.width
        assert where.top < point.y < where.bottom


@given(random_shapes())
def test_every_handle_is_as_prominent_as_the_other(where: Shape) -> None:
    """Between two notches the body reaches out to the handle, and not beyond it."""
    points = trace_outline(where)
    for ends, x in ((where.left, where.x), (where.right, where.x + where.width)):
        for end in ends:
            assert Point(x, end.top) in points
            assert Point(x, end.bottom) in points


@given(random_shapes())
def test_the_border_lies_inside_the_shape(where: Shape) -> None:
    drawn = draw_body(where, LOOK)
    inset = Box(where.x, where.top, where.width, where.bottom - where.top).grown(-LOOK.border / 2)
    points = points_of(drawn)
    assert all(inset.contains(Box(point.x, point.y, 0, 0)) for point in points)
    assert is_simple(points)


def test_the_body_wears_the_look() -> None:
    drawn = draw_body(FLAT, LOOK)
    assert (drawn.fill, drawn.stroke, drawn.width) == (LOOK.fill, LOOK.stroke, LOOK.border)
    assert drawn.classes == ("body",)


def test_an_end_thinner_than_its_border_is_a_point() -> None:
    thin = Shape(0.0, 10.0, (End(0.0, 0.5),), (End(0.0, 20.0),))
    ys = {point.y for point in points_of(draw_body(thin, LOOK)) if point.x == LOOK.border / 2}
    assert ys == {0.25}


def test_the_upper_edge_joins_the_two_highest_corners() -> None:
    assert [SHRINKING.upper(x) for x in (10, 25, 40)] == [0, 5, 10]
    assert Shape(3.0, 0.0, SHRINKING.left, SHRINKING.right).upper(3.0) == 0.0


def test_a_shape_knows_its_box() -> None:
    assert (FAN_RIGHT.top, FAN_RIGHT.bottom) == (0.0, 80.0)
    assert FLAT.middle == Point(25.0, 20.0)


def test_a_shared_layer_carries_a_mark_above_it() -> None:
    (mark,) = draw_marks(FLAT, replace(LOOK, shared=True))
    assert isinstance(mark, Path)
    ys = [point.y for point in points_of(mark)]
    assert max(ys) < FLAT.top
    assert min(ys) >= FLAT.top - measure_marks(replace(LOOK, shared=True)).above
    assert draw_marks(FLAT, LOOK) == ()
    assert measure_marks(LOOK).above == 0.0


@pytest.mark.parametrize("name", GLYPHS)
@pytest.mark.parametrize("where", SHAPES)
@pytest.mark.parametrize("shared", [False, True])
def test_every_glyph_keeps_to_its_shape_and_its_margins(
    name: str, where: str, shared: bool
) -> None:
    look = replace(LOOK, shared=shared)
    margins = measure(name, look)
    box = box_of(SHAPES[where])
    room = Box(box.x, box.y - margins.above, box.width, box.height + margins.above + margins.below)
    for item in draw(name, SHAPES[where], look):
        if "loop" not in getattr(item, "classes", ()):
            assert all(room.contains(Box(p.x, p.y, 0, 0)) for p in points_of(item)), item


@pytest.mark.parametrize("name", GLYPHS)
def test_a_glyph_is_drawn_the_same_every_time(name: str) -> None:
    assert draw(name, FAN_BOTH, LOOK) == draw(name, FAN_BOTH, LOOK)


def test_every_glyph_of_the_grammar_exists_and_is_used() -> None:
    used = {kind.glyph for kind in load_grammar().kinds.values()}
    # Frames, sheets and words stand for samples, which are no layers; volumes have cuboids.
    assert used | {"sample", "sheet", "word", "cuboid"} == set(GLYPHS)


# The checks see what they are for.


def test_an_outline_that_crosses_itself_would_be_seen() -> None:
    points = trace_outline(FAN_RIGHT)
    with pytest.raises(AssertionError, match="crosses itself"):
        check_outline(FAN_RIGHT, [points[1], points[0], *points[2:]])


def test_a_missing_notch_would_be_seen() -> None:
    points = [point for point in trace_outline(FAN_LEFT) if point not in notches(FAN_LEFT)]
    with pytest.raises(AssertionError):
        check_outline(FAN_LEFT, points)


def test_a_notch_outside_would_be_seen() -> None:
    points = [
        point.moved(40.0, 0.0) if point in notches(FAN_RIGHT) else point
        for point in trace_outline(FAN_RIGHT)
    ]
    with pytest.raises(AssertionError):
        check_outline(FAN_RIGHT, points)


def test_a_handle_that_is_missed_would_be_seen() -> None:
    with pytest.raises(AssertionError, match="misses a handle"):
        check_outline(FLAT, trace_outline(shape("0-40", "0-39")))
