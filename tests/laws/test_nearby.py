"""A grid finds all that two loops find: areas near each other, and lines that cross."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from net2fig.geometry import Point
from net2fig.laws.crossings import find_crossings
from net2fig.laws.nearby import Nearby
from net2fig.laws.reader_view import SeenDrawing, SeenLine
from net2fig.laws.shapes import (
    Area,
    Chain,
    find_crossing,
    list_segments,
    make_area,
    measure_distance,
)

LENGTH = st.integers(-40, 400).map(float) | st.floats(-40, 400)
POINTS = st.builds(Point, LENGTH, LENGTH)


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """Draw a line of level, upright and slanted pieces."""
    points = [draw(POINTS)]
    for _ in range(draw(st.integers(1, 4))):
        last, to = points[-1], draw(POINTS)
        points.append(draw(st.sampled_from([to, Point(last.x, to.y), Point(to.x, last.y)])))
    return tuple(points)


AREAS = st.builds(
    lambda chain, filled: make_area(
        [(*chain, chain[0]) if filled else chain], filled=filled, half=0.3
    ),
    chains(),
    st.booleans(),
)


@given(st.lists(AREAS, max_size=12), st.sampled_from([0.0, 0.4, 30.0]))
def test_what_is_near_is_found(areas: list[Area], reach: float) -> None:
    nearby = Nearby(areas)
    for area in areas:
        found = nearby.find(area, reach)
        assert found == sorted(set(found))
        for number, other in enumerate(areas):
            if measure_distance(area, other) < reach - 1e-6:
                assert number in found


@given(st.lists(chains(), max_size=10))
def test_all_crossings_are_found(routes: list[Chain]) -> None:
    lines = tuple(
        SeenLine(f"a{n}", f"b{n}", (route,), make_area([route], filled=False, half=0.3))
        for n, route in enumerate(routes)
    )
    wanted = [
        point
        for one, two in combinations(routes, 2)
        for a, b in list_segments(one)
        for c, d in list_segments(two)
        if (point := find_crossing(a, b, c, d)) is not None
    ]
    found = find_crossings(SeenDrawing((), lines))
    assert len(found) == len(wanted)
