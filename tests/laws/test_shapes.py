"""The geometry of the checks, against what is known and against points picked at random."""

from __future__ import annotations

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.fonts.metrics import face_path, text_width
from net2fig.geometry import Box, Point
from net2fig.laws.shapes import (
    find_crossing,
    find_overlap,
    flatten_path,
    is_inside,
    list_segments,
    make_area,
    measure_distance,
    measure_to_line,
)
from net2fig.laws.text_ink import measure_extent, measure_ink
from net2fig.scene import Text, polygon, rounded

SQUARE = (Point(0, 0), Point(10, 0), Point(10, 10), Point(0, 10), Point(0, 0))
NOTCHED = (Point(0, 0), Point(10, 0), Point(5, 5), Point(10, 10), Point(0, 10), Point(0, 0))

coordinates = st.integers(-20, 20).map(float)
points = st.builds(Point, coordinates, coordinates)


def test_inside_a_notch_is_outside() -> None:
    assert is_inside(Point(2, 5), NOTCHED)
    assert not is_inside(Point(8, 5), NOTCHED)
    assert is_inside(Point(8, 5), SQUARE)


def test_distance_counts_strokes_and_overlap_is_negative() -> None:
    one = make_area([SQUARE], filled=True, half=0.5)
    beside = make_area([(Point(13, 0), Point(13, 10))], filled=False, half=0.25)
    across = make_area([(Point(5, -5), Point(5, 15))], filled=False, half=0.25)
    within = make_area([(Point(4, 5), Point(6, 5))], filled=False, half=0.25)
    assert measure_distance(one, beside) == pytest.approx(2.25)
    assert measure_distance(one, across) == measure_distance(one, within) == -0.75
    hollow = make_area([SQUARE], filled=False, half=0.5)
    assert measure_distance(hollow, within) == pytest.approx(3.25)


def test_a_distance_that_is_enough_may_be_rough() -> None:
    one = make_area([NOTCHED], filled=True, half=0.0)
    far = make_area([(Point(30, 0), Point(30, 1))], filled=False, half=0.0)
    assert measure_distance(one, far, 5.0) == 20.0


@given(points, points, points, points)
def test_crossings_are_on_both_pieces_and_symmetric(a: Point, b: Point, c: Point, d: Point) -> None:
    found, again = find_crossing(a, b, c, d), find_crossing(c, d, a, b)
    assert (found is None) == (again is None)
    if found is not None:
        assert measure_to_line(found, (a, b)) < 1e-6
        assert measure_to_line(found, (c, d)) < 1e-6


def test_what_only_touches_does_not_cross() -> None:
    assert find_crossing(Point(0, 0), Point(4, 0), Point(2, 0), Point(2, 5)) is None
    assert find_crossing(Point(0, 0), Point(4, 0), Point(0, 0), Point(2, 5)) is None
    assert find_crossing(Point(0, 0), Point(4, 0), Point(2, -1), Point(2, 5)) == Point(2, 0)


def test_shared_is_the_common_part_of_pieces_on_one_line() -> None:
    a, b = Point(0, 0), Point(10, 0)
    assert find_overlap(a, b, Point(12, 0), Point(4, 0)) == (Point(4, 0), Point(10, 0))
    assert find_overlap(a, b, Point(10, 0), Point(14, 0)) is None
    assert find_overlap(a, b, Point(4, 1), Point(8, 1)) is None


@given(points, st.floats(1, 20), st.floats(1, 20), st.lists(points, min_size=2, max_size=5))
def test_apart_is_no_more_than_the_distance_of_any_two_points(
    corner: Point, width: float, height: float, places: list[Point]
) -> None:
    box = Box(corner.x, corner.y, width, height)
    ring = (corner, Point(box.right, box.y), Point(box.right, box.bottom), Point(box.x, box.bottom))
    one = make_area([(*ring, corner)], filled=True, half=0.0)
    two = make_area([tuple(places)], filled=False, half=0.0)
    nearest = min(hypot(p.x - q.x, p.y - q.y) for p in ring for q in places)
    assert measure_distance(one, two) <= nearest + 1e-9


def test_a_circle_in_chords_stays_a_circle() -> None:
    (chain,) = flatten_path(rounded(Box(0, 0, 10, 10), 5))
    assert all(abs(hypot(p.x - 5, p.y - 5) - 5) < 0.01 for p in chain)
    assert chain[0] == chain[-1]
    assert len(list(list_segments(flatten_path(polygon(list(SQUARE[:4])))[0]))) == 4


@pytest.mark.parametrize("family", ["sans", "serif"])
@pytest.mark.parametrize("bold", [False, True])
def test_ink_holds_every_letter_and_is_tight_for_digits(family: str, bold: bool) -> None:
    ttlib = pytest.importorskip("fontTools.ttLib")
    font = ttlib.TTFont(face_path(family, bold))
    shapes, names, em = font["glyf"], font.getBestCmap(), font["head"].unitsPerEm
    for code, name in names.items():
        letter, shape = chr(code), shapes[name]
        if not letter.isprintable() or not shape.numberOfContours or code >= 0x100:
            continue
        above, below = measure_extent(
            Text(Point(0, 0), letter, 10.0, "#000000", bold=bold, family=family)
        )
        accented = not letter.isascii() and letter.isalpha()
        assert above >= 10 * shape.yMax / em - (2.0 if accented else 0.12), letter
        assert below >= -10 * shape.yMin / em - 0.12, letter
        if letter in "0123456789×HWL":
            assert above <= 10 * font["OS/2"].sCapHeight / em + 0.2
            assert below <= 0.2


def test_ink_stands_where_the_anchor_says_and_turns() -> None:
    text = Text(Point(50, 50), "56×56", 7.0, "#000000", anchor="middle")
    width = text_width("56×56", 7.0)
    box = measure_ink(text).box
    assert box.x == pytest.approx(50 - width / 2)
    assert box.width == pytest.approx(width)
    assert 50 < box.bottom < 50.2
    turned = measure_ink(Text(Point(50, 50), "56×56", 7.0, "#000000", angle=90.0)).box
    assert turned.height == pytest.approx(width)
    assert turned.y == pytest.approx(50)
