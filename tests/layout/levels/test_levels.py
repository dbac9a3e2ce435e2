"""A U in rows: which networks are one, and where everything stands."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.geometry import Point
from net2fig.layout import Edge, LevelPlan, Node, Placement, plan_levels, spread_levels
from net2fig.layout.levels.rows import count_route_crossings
from tests.layout.checks import check_apart, check_inside
from tests.layout.graphs import SPACING, Graph, made


def u(depth: int, *, across: bool = True, length: int = 1) -> Graph:
    """Return a U: at each level glyphs on the way down, and on the way up, with a line across."""
    downs = [[f"d{level}.{n}" for n in range(length)] for level in range(depth)]
    ups = [[f"u{level}.{n}" for n in range(length)] for level in range(depth - 1)]
    ids = [id for row in (*downs, *reversed(ups)) for id in row]
    pairs = list(pairwise(ids))
    if across:
        pairs += [(downs[n][-1], ups[n][0]) for n in range(depth - 1)]
    drawing = made(ids, pairs)
    nodes = tuple(replace(node, level=int(node.id[1])) for node in drawing.nodes)
    return Graph(nodes, drawing.edges)


def planned(drawing: Graph) -> LevelPlan:
    plan = plan_levels(drawing.nodes, drawing.edges, SPACING)
    assert plan is not None
    return plan


def check_rows(drawing: Graph, placement: Placement) -> None:
    """Raise AssertionError unless each level has a row, and lines keep to rows and gaps."""
    levels = {node.id: node.level for node in drawing.nodes}
    for node in drawing.nodes:
        assert placement.nodes[node.id].row == node.level, f"{node.id} stands in another row"
    for edge, (route,) in zip(drawing.edges, placement.routes, strict=True):
        one, two = placement.nodes[edge.source], placement.nodes[edge.target]
        assert route[0].x == pytest.approx(one.x + one.width), f"{edge.source} is not left"
        assert route[-1].x == pytest.approx(two.x), f"{edge.target} is not reached"
        for a, b in pairwise(route):
            assert a.x == b.x or a.y == b.y, "a line slants"
            back = b.x < a.x - 0.01
            assert not back or levels[edge.source] != levels[edge.target], "a line runs back"
    assert count_route_crossings([route for (route,) in placement.routes]) == 0, "lines cross"


@given(st.integers(3, 6), st.integers(1, 3), st.sampled_from([200.0, 400.0]))
def test_a_u_has_a_row_for_each_level(depth: int, length: int, width: float) -> None:
    drawing = u(depth, length=length)
    plan = planned(drawing)
    assert plan.fits(width)
    placement = spread_levels(plan, width)
    assert placement.rows == depth
    assert placement.size.width <= width
    check_rows(drawing, placement)
    check_apart(drawing, placement)
    check_inside(drawing, placement)


def test_the_way_up_ends_at_the_right() -> None:
    drawing = u(3)
    placement = spread_levels(planned(drawing), 300.0)
    ends = [placement.nodes[id].x + placement.nodes[id].width for id in ("u0.0", "u1.0")]
    assert max(ends) == pytest.approx(placement.size.width, abs=30.0)
    assert placement.nodes["d0.0"].x < placement.nodes["u0.0"].x


@pytest.mark.parametrize(
    "drawing",
    [
        u(1),
        u(4, across=False),
        Graph(tuple(replace(n, level=None) for n in u(4).nodes), u(4).edges),
        Graph(u(4).nodes, (*u(4).edges, Edge("d0.0", "d3.0", 20.0, 20.0))),
        Graph(tuple(replace(n, level=-(n.level or 0)) for n in u(4).nodes), u(4).edges),
    ],
    ids=["shallow", "nothing across", "no levels", "over three levels", "up and down"],
)
def test_what_is_no_u_has_no_plan(drawing: Graph) -> None:
    assert plan_levels(drawing.nodes, drawing.edges, SPACING) is None


def test_a_step_up_stands_with_what_it_reads() -> None:
    drawing = u(3)
    up = Node("after", 10.0, 20.0, 20.0, level=0)
    edges = [edge for edge in drawing.edges if (edge.source, edge.target) != ("u1.0", "u0.0")]
    edges += [Edge("u1.0", "after", 20.0, 20.0), Edge("after", "u0.0", 20.0, 20.0)]
    nodes = (*drawing.nodes[:4], up, *drawing.nodes[4:])
    placement = spread_levels(planned(Graph(nodes, tuple(edges))), 300.0)
    assert placement.nodes["after"].row == placement.nodes["u1.0"].row


@pytest.mark.parametrize("words", ["another row", "not reached", "slants", "runs back", "cross"])
def test_a_breach_would_be_seen(words: str) -> None:
    drawing = u(4)
    placement = spread_levels(planned(drawing), 300.0)
    check_rows(drawing, placement)
    routes = [list(route) for (route,) in placement.routes]
    nodes = dict(placement.nodes)
    across = drawing.pairs.index(("d0.0", "u0.0"))
    first, last = routes[across][0], routes[across][-1]
    if words == "another row":
        nodes["d1.0"] = replace(nodes["d1.0"], row=0)
    elif words == "not reached":
        routes[across][-1] = last.moved(-2.0, 0.0)
    elif words == "slants":
        routes[across].insert(1, first.moved(2.0, 2.0))
    elif words == "runs back":
        routes[across][1:1] = [first.moved(4.0, 0.0), first.moved(2.0, 0.0)]
    else:
        x = (first.x + last.x) / 2
        routes[-1][1:1] = [Point(x, first.y - 9), Point(x, first.y + 9), Point(x, first.y - 9)]
        routes[-1][1:1] = [Point(routes[-1][0].x, first.y - 9)]
        routes[-1][5:5] = [Point(routes[-1][-1].x, first.y - 9)]
    damaged = replace(placement, nodes=nodes, routes=tuple((tuple(r),) for r in routes))
    with pytest.raises(AssertionError, match=words):
        check_rows(drawing, damaged)
