"""Heights: straight lanes, handles close together, the main path on one line."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings

from net2fig.geometry import Size
from net2fig.layout import Edge, Node, Plan, arrange
from net2fig.layout.pieces import all_pass
from tests.layout.graphs import CASES, SPACING, Graph, graph, labelled
from tests.layout.strategies import graphs


def arranged(drawing: Graph) -> Plan:
    return arrange(drawing.nodes, drawing.edges, SPACING)


def line_of(plan: Plan, position: int) -> float:
    """Return the y on which a node stands."""
    strand = plan.strands.of_node.get(position)
    return plan.heights.junction[position] if strand is None else plan.heights.strand[strand]


def check_main(drawing: Graph, plan: Plan) -> None:
    """Raise AssertionError unless what all data passes stands on one line."""
    for position in all_pass(drawing.nodes, drawing.edges):
        assert line_of(plan, position) == 0.0, drawing.nodes[position].id


def test_a_chain_is_level() -> None:
    assert arranged(CASES["chain"]).heights.strand == (0.0,)


def test_a_residual_block_lies_about_the_main_line() -> None:
    plan = arranged(CASES["residual"])
    check_main(CASES["residual"], plan)
    # Two handles of 20 points and a gap of 2.4 between them.
    assert sorted(plan.heights.strand) == pytest.approx([-11.2, 0.0, 0.0, 11.2], abs=0.01)


def test_lanes_of_a_u_are_nested() -> None:
    drawing = CASES["u"]
    plan = arranged(drawing)
    skips = [drawing.pairs.index(pair) for pair in (("a", "g"), ("b", "f"), ("c", "e"))]
    heights = [plan.heights.strand[plan.strands.hops[index][0][1]] for index in skips]
    deepest = line_of(plan, drawing.at["d"])
    assert heights == sorted(heights), "the longest lies highest"
    assert heights[-1] < deepest


def test_branches_lie_evenly_about_the_main_line() -> None:
    plan = arranged(CASES["ten branches"])
    heights = sorted(plan.heights.strand)
    assert len(heights) == 10
    steps = [two - one for one, two in pairwise(heights)]
    # Ten glyphs of 20 points, 5 points apart.
    assert steps == pytest.approx([25.0] * 9, abs=0.01)
    assert sum(heights) == pytest.approx(0.0, abs=0.1)


def test_the_one_path_through_points_stays_on_the_line() -> None:
    drawing = CASES["points"]
    plan = arranged(drawing)
    assert {line_of(plan, drawing.at[id]) for id in "apbcqd"} == {0.0}


def test_room_is_kept_for_what_stands_above_and_beneath() -> None:
    plain = graph("s a t, s b t")
    nodes = tuple(
        Node(n.id, n.width, n.left, n.right, above=9.0, below=11.0, label=10.0) for n in plain.nodes
    )
    plan = arranged(Graph(nodes, plain.edges))
    one, two = sorted(line_of(plan, plain.at[id]) for id in "ab")
    assert two - one >= 20.0 + 9.0 + 11.0 + SPACING.lane - 0.01


def test_room_is_kept_for_labels_of_lines() -> None:
    plain = graph("a b c d, a d, b d")
    edges = tuple(
        Edge(e.source, e.target, 4.0, 4.0, Size(30.0, 9.0) if e.target == "d" else None)
        for e in plain.edges
    )
    plan = arranged(Graph(plain.nodes, edges))
    into = [plan.heights.strand[strand] for _, strand in plan.strands.into[plain.at["d"]]]
    assert all(two - one >= 9.0 + SPACING.label for one, two in pairwise(into))


def test_a_side_without_lines_keeps_its_room() -> None:
    """A tall side that no line meets does not grow into the glyph above."""
    plain = graph("a b, a c, a c")
    tall = tuple(Node(n.id, n.width, 6.0, 60.0 if n.id == "c" else 6.0) for n in plain.nodes)
    edges = tuple(Edge(e.source, e.target, 6.0, 6.0) for e in plain.edges)
    plan = arranged(Graph(tall, edges))
    one, two = line_of(plan, plain.at["b"]), line_of(plan, plain.at["c"])
    assert abs(two - one) >= 3.0 + SPACING.lane + 30.0 - 0.01


@pytest.mark.parametrize("name", CASES)
def test_what_all_data_passes_stands_on_one_line(name: str) -> None:
    check_main(CASES[name], arranged(CASES[name]))
    check_main(CASES[name], arranged(labelled(CASES[name])))


@given(graphs())
@settings(max_examples=50)
def test_the_main_line_is_one_line(drawing: Graph) -> None:
    check_main(drawing, arranged(drawing))


def test_a_node_off_the_main_line_would_be_seen() -> None:
    plan = arranged(CASES["residual"])
    plan.heights.junction[1] = 5.0
    with pytest.raises(AssertionError, match="b"):
        check_main(CASES["residual"], plan)
