"""Two graphs one above the other: ports and dots are those of each graph."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from net2fig.layout import Placement, spread
from net2fig.layout.stacked import _is_on, closed, stack_graphs
from tests.layout.graphs import SPACING, Graph, graph

BETWEEN = 20.0


def named(drawing: Graph, side: str) -> Graph:
    """Return the graph with ports on all glyphs, and a side in front of every id."""
    nodes = tuple(replace(node, id=f"{side}{node.id}", leaving="port") for node in drawing.nodes)
    edges = tuple(
        replace(edge, source=f"{side}{edge.source}", target=f"{side}{edge.target}")
        for edge in drawing.edges
    )
    return Graph(nodes, edges)


def stacked(width: float) -> tuple[Graph, Graph, Placement]:
    upper = named(graph("a b c d e, b d, a e"), "x")
    lower = named(graph("a b c d e, c e"), "y")
    pairs = [(f"x{id}", f"y{id}") for id in "abcde"]
    plan = stack_graphs(
        (upper.nodes, upper.edges), (lower.nodes, lower.edges), pairs, SPACING, BETWEEN
    )
    counts = len(upper.nodes), len(upper.edges)
    return upper, lower, closed(spread(plan, width), plan, counts, BETWEEN)


@pytest.mark.parametrize("width", [400.0, 90.0])
def test_every_split_has_its_dot_on_a_line_of_its_own_glyph(width: float) -> None:
    upper, lower, placement = stacked(width)
    for id in ("xa", "xb", "yc"):
        assert len(placement.nodes[id].right) == 1, f"{id} has handles"
        routes = [
            route
            for edge, each in zip((*upper.edges, *lower.edges), placement.routes, strict=True)
            for route in each
            if edge.source == id
        ]
        assert any(_is_on(dot, route) for dot in placement.dots for route in routes), id
    assert len(placement.dots) == 3


def test_the_second_graph_lies_beneath_the_first() -> None:
    upper, lower, placement = stacked(400.0)
    bottom = max(placement.nodes[node.id].box.bottom for node in upper.nodes)
    assert all(placement.nodes[node.id].box.y > bottom for node in lower.nodes)
