"""What must cross, and what need not."""

from __future__ import annotations

import pytest

from net2fig.geometry import Point, Size
from net2fig.laws.crossings import check_crossings, crossings, is_series_parallel
from net2fig.laws.dot_crossings import crossings_of_dot
from net2fig.laws.reader_view import Plane, Sight, Wire
from net2fig.laws.shapes import area


def wire(source: str, target: str, *places: tuple[float, float]) -> Wire:
    routes = (tuple(Point(x, y) for x, y in places),)
    return Wire(source, target, routes, area(routes, filled=False, half=0.3))


def plane(*wires: Wire) -> Plane:
    return Plane((), wires)


@pytest.mark.parametrize(
    "arcs",
    [
        [],
        ["ab"],
        ["ab", "bc", "ac"],
        ["ab", "ac", "bd", "cd"],
        ["ab", "ac", "ad", "be", "ce", "de", "ae"],
        ["ab", "bc", "cd", "bd", "de", "ae"],
        ["ac", "bc"],
    ],
)
def test_series_parallel(arcs: list[str]) -> None:
    assert is_series_parallel([(arc[0], arc[1]) for arc in arcs])


@pytest.mark.parametrize(
    "arcs",
    [
        ["ab", "ac", "bd", "cd", "bc"],
        ["ac", "ad", "bc", "bd"],
        ["ab", "bc", "cd", "ac", "bd"],
    ],
)
def test_not_series_parallel(arcs: list[str]) -> None:
    assert not is_series_parallel([(arc[0], arc[1]) for arc in arcs])


def test_lines_that_fork_or_follow_do_not_cross() -> None:
    forked = plane(
        wire("a", "b", (0, 0), (10, 0)),
        wire("a", "c", (0, 0), (0, 5), (10, 5)),
        wire("b", "d", (10, 0), (20, 0)),
    )
    assert crossings(forked) == []


def test_a_crossing_is_found_where_it_is() -> None:
    crossed = plane(wire("a", "d", (0, 0), (10, 10)), wire("b", "c", (0, 10), (10, 0)))
    assert crossings(crossed) == [Point(5, 5)]


def test_a_limit_holds_for_what_must_cross() -> None:
    full = [(a, b) for a in "abc" for b in "xyz"]
    place = {letter: float(n % 3) for n, letter in enumerate("abcxyz")}
    drawn = plane(*(wire(a, b, (0, place[a]), (9, place[b])) for a, b in full))
    sight = Sight(Size(9, 9), (drawn,), (), (), (), None, "")
    assert check_crossings(sight, crossings_of_dot) == []
    found = check_crossings(sight, lambda _: 8)
    assert [str(one).partition(" at ")[0] for one in found] == [
        "L5: lines cross 9 times, 8 are enough"
    ]


def test_dot_crosses_only_what_cannot_be_drawn_without() -> None:
    chain = plane(*(wire(a, b, (0, 0), (1, 0)) for a, b in ["ab", "bc", "cd", "ad", "bd"]))
    assert crossings_of_dot(chain) == 0
    full = [(a, b) for a in "abc" for b in "xyz"]
    # The complete bipartite graph of three and three, in two ranks, has nine crossings.
    assert crossings_of_dot(plane(*(wire(a, b, (0, 0), (1, 0)) for a, b in full))) == 9


def test_dot_crosses_nothing_twice_for_lines_that_run_together() -> None:
    """Lines with the same ends count as many, but never cross each other."""
    single = [(a, b) for a in "abc" for b in "xyz"]
    double = plane(*(wire(a, b, (0, 0), (1, 0)) for a, b in [*single, ("a", "z")]))
    assert 9 <= crossings_of_dot(double) <= 13
    several = plane(*(wire("a", "b", (0, 0), (1, 0)) for _ in range(5)))
    assert crossings_of_dot(several) == 0


def test_dot_is_held_to_what_its_lines_hide() -> None:
    """Two lines change places where one lies on the other: no inner points of them cross."""
    arcs = ["ab", "bc", "ad", "bd", "de", "bf", "ef", "af", "fg", "dh", "gh", "bh"]
    hidden = plane(*(wire(arc[0], arc[1], (0, 0), (1, 0)) for arc in arcs))
    assert crossings_of_dot(hidden) == 1
