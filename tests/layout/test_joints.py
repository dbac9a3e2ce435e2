"""What touches, and lines that leave from the top."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.layout import Edge, Node, Placement, arrange, layout, wrap
from net2fig.layout.distances.joints import find_chains
from tests.layout.graphs import SPACING

WIDE = 1000.0


def node(id: str, width: float = 20.0, height: float = 30.0, **rest: object) -> Node:
    return Node(id, width, height, height, overhangs=6.0, leaving="port", entering="port", **rest)


def edge(source: str, target: str, *, joined: bool = False) -> Edge:
    return Edge(source, target, 30.0, 30.0, joined=joined)


def place(nodes: list[Node], edges: list[Edge], width: float = WIDE) -> Placement:
    return layout(tuple(nodes), tuple(edges), SPACING, width)


NODES = [node("a"), node("b", 8.0, 20.0), node("c")]
CHAIN = [edge("a", "b", joined=True), edge("b", "c")]


def test_what_is_joined_touches() -> None:
    placed = place(NODES, CHAIN).nodes
    assert placed["b"].x == pytest.approx(placed["a"].x + 20.0 - 6.0)
    assert placed["c"].x >= placed["b"].x + 8.0 + SPACING.gap[0]


def test_its_line_has_no_length() -> None:
    ((route,), *_) = place(NODES, CHAIN).routes
    assert route[0] == pytest.approx(route[-1])


def test_no_gap_keeps_it_apart_however_wide_the_page_is() -> None:
    xs = [place(NODES, CHAIN, width).nodes for width in (60.0, 80.0, WIDE)]
    assert all(at["b"].x - at["a"].x == pytest.approx(14.0) for at in xs)


def test_words_before_it_do_not_draw_it_away() -> None:
    """A caption that needs room before the second moves the first as well."""
    nodes = [node("s", below=30.0, label=90.0), node("a"), node("b", 8.0, 90.0), node("c")]
    placed = place(nodes, [edge("s", "a"), *CHAIN]).nodes
    assert placed["b"].x - placed["a"].x == pytest.approx(14.0)
    assert placed["b"].x > placed["s"].x + 20.0 + SPACING.gap[0]


def test_beside_others_nothing_is_joined() -> None:
    nodes = [node("s"), node("a"), node("d"), node("b", 8.0, 20.0), node("t")]
    edges = [edge("s", "a"), edge("s", "d"), edge("a", "b", joined=True)]
    edges += [edge("b", "t"), edge("d", "t")]
    placed = place(nodes, edges).nodes
    assert placed["b"].x >= placed["a"].x + 20.0 + SPACING.gap[0]


def test_no_row_ends_between_what_touches() -> None:
    nodes = [node(str(n)) for n in range(12)]
    edges = [edge(str(n), str(n + 1), joined=n % 2 == 0) for n in range(11)]
    plan = arrange(tuple(nodes), tuple(edges), SPACING)
    for width in (70.0, 100.0, 150.0):
        assert all(last % 2 for _, last in wrap(plan, width))


def test_three_that_touch_are_one_chain() -> None:
    nodes = (node("a"), node("b"), node("c"), node("d"))
    edges = [edge("a", "b", joined=True), edge("b", "c", joined=True), edge("c", "d")]
    assert find_chains(nodes, edges) == [0, 0, 0, -1]


def skipping(count: int, **rest: object) -> tuple[list[Node], list[Edge]]:
    """Return a chain with a line from its first node to its last."""
    nodes = [node(str(n)) for n in range(count)]
    nodes[0] = replace(node("0", **rest), leaving="top")
    edges = [edge(str(n), str(n + 1)) for n in range(count - 1)]
    return nodes, [*edges, edge("0", str(count - 1))]


@given(st.integers(3, 6), st.sampled_from([10.0, 60.0]), st.sampled_from([0.0, 9.0]))
def test_a_line_past_others_leaves_from_the_top(count: int, height: float, above: float) -> None:
    nodes, edges = skipping(count, height=height, above=above)
    edges = [replace(e, leaving=height) if e.source == "0" else e for e in edges]
    placement = place(nodes, edges)
    box = placement.nodes["0"].box
    route = placement.routes[-1][0]
    assert route[0].x == pytest.approx(box.centre.x)
    assert route[0].y == pytest.approx(box.y)
    assert route[1].x == route[0].x
    assert box.y - route[1].y >= above + SPACING.lane - 0.01
    assert not placement.dots


def test_two_lines_from_a_top_fork_above_it() -> None:
    nodes, edges = skipping(5)
    placement = place(nodes, [*edges, edge("0", "3")])
    inner, outer = sorted((placement.routes[n][0][1].y for n in (-1, -2)), reverse=True)
    (dot,) = placement.dots
    assert (dot.x, dot.y) == pytest.approx((placement.nodes["0"].centre.x, inner))
    assert outer < inner
