"""What must cross, and what need not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from net2fig.geometry import Point, Size
from net2fig.laws.crossings import check_crossings, find_crossings, is_series_parallel
from net2fig.laws.dot_crossings import count_dot_crossings
from net2fig.laws.reader_view import ReaderView, SeenDrawing, SeenLine
from net2fig.laws.shapes import make_area


def wire(source: str, target: str, *places: tuple[float, float]) -> SeenLine:
    routes = (tuple(Point(x, y) for x, y in places),)
    return SeenLine(source, target, routes, make_area(routes, filled=False, half=0.3))


def plane(*wires: SeenLine) -> SeenDrawing:
    return SeenDrawing((), wires)


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
    assert find_crossings(forked) == []


def test_a_crossing_is_found_where_it_is() -> None:
    crossed = plane(wire("a", "d", (0, 0), (10, 10)), wire("b", "c", (0, 10), (10, 0)))
    assert find_crossings(crossed) == [Point(5, 5)]


def test_a_limit_holds_for_what_must_cross() -> None:
    full = [(a, b) for a in "abc" for b in "xyz"]
    place = {letter: float(n % 3) for n, letter in enumerate("abcxyz")}
    drawn = plane(*(wire(a, b, (0, place[a]), (9, place[b])) for a, b in full))
    sight = ReaderView(Size(9, 9), (drawn,), (), (), (), None, "")
    assert check_crossings(sight, count_dot_crossings) == []
    found = check_crossings(sight, lambda _: 8)
    assert [str(one).partition(" at ")[0] for one in found] == [
        "L5: lines cross 9 times, 8 are enough"
    ]


def test_where_resolutions_have_lines_twice_as_many_may_cross() -> None:
    full = [(a, b) for a in "abc" for b in "xyz"]
    place = {letter: float(n % 3) for n, letter in enumerate("abcxyz")}
    drawn = plane(*(wire(a, b, (0, place[a]), (9, place[b])) for a, b in full))
    sight = ReaderView(Size(9, 9), (replace(drawn, tiered=True),), (), (), (), None, "")
    assert check_crossings(sight, lambda _: 5) == []
    assert len(check_crossings(sight, lambda _: 4)) == 1


def test_dot_crosses_only_what_cannot_be_drawn_without() -> None:
    chain = plane(*(wire(a, b, (0, 0), (1, 0)) for a, b in ["ab", "bc", "cd", "ad", "bd"]))
    assert count_dot_crossings(chain) == 0
    full = [(a, b) for a in "abc" for b in "xyz"]
    # The complete bipartite graph of three and three, in two ranks, has nine crossings.
    assert count_dot_crossings(plane(*(wire(a, b, (0, 0), (1, 0)) for a, b in full))) == 9


def test_dot_crosses_nothing_twice_for_lines_that_run_together() -> None:
    """Lines with the same ends count as many, but never cross each other."""
    single = [(a, b) for a in "abc" for b in "xyz"]
    double = plane(*(wire(a, b, (0, 0), (1, 0)) for a, b in [*single, ("a", "z")]))
    assert 9 <= count_dot_crossings(double) <= 13
    several = plane(*(wire("a", "b", (0, 0), (1, 0)) for _ in range(5)))
    assert count_dot_crossings(several) == 0


def test_dot_is_held_to_what_its_lines_hide() -> None:
    """Two lines change places where one lies on the other: no inner points of them cross."""
    arcs = ["ab", "bc", "ad", "bd", "de", "bf", "ef", "af", "fg", "dh", "gh", "bh"]
    hidden = plane(*(wire(arc[0], arc[1], (0, 0), (1, 0)) for arc in arcs))
    assert count_dot_crossings(hidden) == 1
