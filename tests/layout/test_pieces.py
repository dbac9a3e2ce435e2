"""Where a graph can be cut."""

from __future__ import annotations

import pytest
from hypothesis import given

from net2fig.layout.pieces import all_pass, check_pieces, pieces
from tests.layout.graphs import CASES, Graph, graph
from tests.layout.strategies import graphs


def cut(drawing: Graph) -> list[str]:
    """Return the pieces as the names of their first and last node."""
    found = pieces(drawing.nodes, drawing.edges)
    return [drawing.nodes[first].id + drawing.nodes[last].id for first, last in found]


def passed(drawing: Graph) -> str:
    """Return the names of the nodes that all data passes."""
    return "".join(
        drawing.nodes[place].id for place in sorted(all_pass(drawing.nodes, drawing.edges))
    )


def test_a_chain_is_cut_everywhere() -> None:
    assert cut(CASES["chain"]) == ["ab", "bc", "cd", "de"]


def test_a_skip_holds_together_what_it_leads_past() -> None:
    assert cut(CASES["residual"]) == ["ab", "bd", "de"]


def test_a_u_is_one_piece() -> None:
    assert cut(CASES["u"]) == ["ag"]


def test_branches_are_one_piece() -> None:
    assert cut(CASES["inception"]) == ["az", "zy"]


def test_two_inputs_are_in_the_first_piece() -> None:
    assert cut(CASES["two inputs"]) == ["ac", "cd"]


def test_a_late_input_keeps_all_before_it_together() -> None:
    assert cut(graph("a b c d, x c")) == ["ac", "cd"]
    assert cut(graph("a b c d, x d")) == ["ad"]


def test_a_dead_end_reaches_to_the_end() -> None:
    assert cut(graph("a b c d e, b x")) == ["ab", "bx"]
    assert cut(graph("a b x, b c d")) == ["ab", "bd"]


def test_a_single_node_has_no_piece() -> None:
    assert cut(CASES["alone"]) == []
    assert pieces((), ()) == []


def test_all_data_passes_the_cuts_and_a_lone_end() -> None:
    assert passed(CASES["residual"]) == "abde"
    assert passed(CASES["both sides"]) == "cf"
    assert passed(CASES["two outputs"]) == "ab"
    assert passed(CASES["twenty inputs"]) == "sum"


@pytest.mark.parametrize("name", CASES)
def test_the_pieces_of_a_case_hold(name: str) -> None:
    drawing = CASES[name]
    check_pieces(drawing.nodes, drawing.edges, pieces(drawing.nodes, drawing.edges))


@given(graphs(most=20, sized=False))
def test_every_edge_lies_in_one_piece(drawing: Graph) -> None:
    check_pieces(drawing.nodes, drawing.edges, pieces(drawing.nodes, drawing.edges))


@given(graphs(most=20, sized=False))
def test_all_data_passes_what_is_said_to_be_passed(drawing: Graph) -> None:
    """A node that all data passes lies on every path: without it no source reaches a sink."""
    sources = {node.id for node in drawing.nodes} - {target for _, target in drawing.pairs}
    sinks = {node.id for node in drawing.nodes} - {source for source, _ in drawing.pairs}
    for place in all_pass(drawing.nodes, drawing.edges):
        without = drawing.nodes[place].id
        reached = sources - {without}
        for source, target in sorted(drawing.pairs, key=lambda pair: drawing.at[pair[0]]):
            if source in reached and target != without:
                reached.add(target)
        assert not reached & sinks, without


def test_an_edge_over_a_cut_would_be_seen() -> None:
    drawing = CASES["residual"]
    with pytest.raises(AssertionError, match="edge b > d lies in"):
        check_pieces(drawing.nodes, drawing.edges, [(0, 1), (1, 2), (2, 3), (3, 4)])


def test_pieces_that_do_not_follow_each_other_would_be_seen() -> None:
    drawing = graph("a b, c d")
    with pytest.raises(AssertionError):
        check_pieces(drawing.nodes, drawing.edges, [(0, 1), (2, 3)])
