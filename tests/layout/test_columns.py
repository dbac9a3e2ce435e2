"""Everything placed: what holds of every placement, and that it costs little."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.geometry import Point
from net2fig.layout import Handle, Meeting, Placement, arrange, layout, spread
from net2fig.layout.simplex import solve_ranks
from tests.layout.checks import check_passing, check_placement
from tests.layout.graphs import CASES, PLANAR, SPACING, Graph, graph, labelled, pointed, skips
from tests.layout.strategies import graphs, series_parallel
from tests.layout.test_rows import widest_column

WIDTHS = [1000.0, 400.0, 150.0]


def placed(drawing: Graph, width: float = 1000.0) -> Placement:
    return layout(drawing.nodes, drawing.edges, SPACING, width)


def test_a_chain_stands_on_a_line() -> None:
    placement = placed(CASES["chain"])
    assert [node.x for node in placement.nodes.values()] == [0.0, 36.0, 72.0, 108.0, 144.0]
    assert {node.box.y for node in placement.nodes.values()} == {0.0}
    assert placement.routes[0] == ((Point(10.0, 10.0), Point(36.0, 10.0)),)
    assert (placement.size.width, placement.size.height) == (154.0, 20.0)


def test_gaps_are_as_wide_as_the_page_allows() -> None:
    assert placed(CASES["chain"], 114.0).size.width == 114.0
    assert placed(CASES["chain"], 74.0).size.width == 74.0
    assert placed(CASES["chain"], 73.0).rows == 2


def test_a_skip_has_a_lane_of_its_own() -> None:
    drawing = CASES["residual"]
    placement = placed(drawing)
    (route,) = placement.routes[drawing.pairs.index(("b", "d"))]
    upper = placement.nodes["b"].right[0]
    assert [point.y for point in route] == [upper.y, upper.y]
    assert upper.y < placement.nodes["c"].box.y


def test_a_line_goes_on_in_the_next_row() -> None:
    drawing = CASES["chain"]
    placement = placed(drawing, 73.0)
    rows = {id: node.row for id, node in placement.nodes.items()}
    broken = [routes for routes in placement.routes if len(routes) > 1]
    assert sorted(rows.values()) == list(rows.values())
    ((end, start),) = broken
    assert end[-1].x > end[0].x
    assert start[0].x == 0.0
    assert start[0].y > end[0].y


def test_a_label_stands_over_the_middle_of_its_line() -> None:
    drawing = labelled(CASES["chain"])
    placement = placed(drawing)
    for (route,), at in zip(placement.routes, placement.labels, strict=True):
        assert at == Point((route[0].x + route[-1].x) / 2, route[0].y - SPACING.label)


def test_lines_turn_to_meet_a_point() -> None:
    drawing = CASES["points, many"]
    placement = placed(drawing)
    p = placement.nodes["p"].centre
    (route,) = placement.routes[drawing.pairs.index(("p", "e"))]
    assert route[0] == p
    assert route[1].x == p.x
    assert route[1].y == route[2].y != p.y


def test_a_port_has_a_dot_where_its_line_splits() -> None:
    drawing = meeting(graph("a b, a c, a d"), leaving="port")
    placement = placed(drawing)
    a = placement.nodes["a"]
    b, c, d = (placement.nodes[id].centre.y for id in "bcd")
    assert a.centre.y == b < c < d
    assert {dot.x for dot in placement.dots} == {a.x + a.width + SPACING.fork}
    assert [dot.y for dot in placement.dots] == [b, c], "the last lane is a corner"
    assert len(a.right) == 1
    for (route,) in placement.routes:
        assert route[0] == Point(a.x + a.width, a.centre.y)


def test_a_fan_that_would_open_too_wide_is_a_port() -> None:
    near, far = (
        placed(meeting(graph(paths), leaving="fan")) for paths in ("a b, a c", "a b, a c, a d, a e")
    )
    assert [len(p.nodes["a"].right) for p in (near, far)] == [2, 1]


def meeting(drawing: Graph, **sides: Meeting) -> Graph:
    """Return the graph with edges that meet all glyphs in these ways."""
    return Graph(tuple(replace(node, **sides) for node in drawing.nodes), drawing.edges)


def test_nothing_takes_no_room() -> None:
    placement = layout((), (), SPACING, 100.0)
    assert (placement.size.width, placement.size.height, placement.rows) == (0.0, 0.0, 0)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", CASES)
def test_the_placement_of_a_case_holds(name: str, width: float) -> None:
    check_placement(CASES[name], placed(CASES[name], width))
    check_placement(labelled(CASES[name]), placed(labelled(CASES[name]), width))
    assert (placed(CASES[name], width).crossings == 0) == (name in PLANAR)


@settings(max_examples=80)
@given(graphs(), st.sampled_from(WIDTHS))
def test_what_holds_of_every_placement(drawing: Graph, width: float) -> None:
    plan = arrange(drawing.nodes, drawing.edges, SPACING)
    placement = spread(plan, width)
    check_placement(drawing, placement)
    assert placement.size.width <= max(width, widest_column(plan)) + 1e-6
    assert placement == layout(drawing.nodes, drawing.edges, SPACING, width)


@settings(max_examples=50)
@given(series_parallel())
def test_what_is_series_parallel_is_drawn_straight(drawing: Graph) -> None:
    for each in (drawing, pointed(drawing)):
        placement = placed(each)
        assert placement.crossings == 0
        check_placement(each, placement)


@pytest.mark.slow
def test_time_grows_with_the_length_of_the_network() -> None:
    small, large = skips(1_000), skips(10_000)
    bound = 20 * min(seconds(small) for _ in range(3))
    # Another try only where something else took the time.
    assert any(seconds(large) <= bound for _ in range(3))


def seconds(drawing: Graph) -> float:
    solve_ranks.cache_clear()
    began = perf_counter()
    placed(drawing, 500.0)
    return perf_counter() - began


# The checks see what they are for.


def with_node(placement: Placement, id: str, **changes: object) -> Placement:
    nodes = {**placement.nodes, id: replace(placement.nodes[id], **changes)}
    return replace(placement, nodes=nodes)


def with_route(placement: Placement, number: int, *points: tuple[float, float]) -> Placement:
    routes = list(placement.routes)
    routes[number] = (tuple(Point(x, y) for x, y in points),)
    return replace(placement, routes=tuple(routes))


def bent(route: tuple[Point, ...]) -> list[tuple[float, float]]:
    """Return a line that leaves its height in its middle, and comes back."""
    (x0, y), (x1, _) = ((point.x, point.y) for point in (route[0], route[-1]))
    left, right = x0 + 0.49 * (x1 - x0), x0 + 0.51 * (x1 - x0)
    return [(x0, y), (left, y), (left, y + 3), (right, y + 3), (right, y), (x1, y)]


def slanted(route: tuple[Point, ...]) -> list[tuple[float, float]]:
    """Return a line that goes up and down again."""
    (x0, y), (x1, _) = ((point.x, point.y) for point in (route[0], route[-1]))
    return [(x0, y), ((x0 + x1) / 2, y + 3), (x1, y)]


def raised(placement: Placement) -> tuple[Handle, ...]:
    """Return the handle of c, put onto the lane that leads past it."""
    return (Handle(placement.nodes["b"].right[0].y, 20.0),)


def planted() -> dict[str, Callable[[Placement], Placement]]:
    """Return ways to damage the placement of a labelled residual block, by what is then said."""
    return {
        "goes back": lambda p: with_node(p, "c", x=p.nodes["d"].x + 1),
        "goes up": lambda p: with_node(p, "a", row=1),
        "a line goes back": lambda p: with_route(p, 0, (20, 10), (10, 10)),
        "handles of b are": lambda p: with_node(
            p, "b", right=(Handle(12, 20), Handle(22, 20)), left=p.nodes["b"].left
        ),
        "misses a": lambda p: with_route(p, 0, (12, 24), (36, 24)),
        "misses the handle of a": lambda p: with_route(
            p, 0, *[(point.x, point.y - 4) for point in p.routes[0][0]]
        ),
        "c is outside": lambda p: replace(p, size=replace(p.size, width=p.nodes["c"].x)),
        "bends": lambda p: with_route(p, 0, *bent(p.routes[0][0])),
        "slants": lambda p: with_route(p, 0, *slanted(p.routes[0][0])),
        "passes c": lambda p: with_node(p, "c", left=raised(p), right=raised(p)),
        "touches": lambda p: replace(p, labels=(Point(p.nodes["b"].x, 30), *p.labels[1:])),
        "overlap": lambda p: replace(p, labels=(p.labels[1], *p.labels[1:])),
    }


@pytest.mark.parametrize("said", planted())
def test_a_breach_would_be_seen(said: str) -> None:
    drawing = labelled(CASES["residual"])
    placement = placed(drawing)
    check_placement(drawing, placement)
    damaged = planted()[said](placement)
    check = check_passing if said == "passes c" else check_placement
    with pytest.raises(AssertionError, match=said):
        check(drawing, damaged)
