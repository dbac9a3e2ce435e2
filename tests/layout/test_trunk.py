"""The trunk: the longest path, straight where it may be."""

from __future__ import annotations

import networkx as nx
from hypothesis import given, settings

from net2fig.layout.trunk import find_trunk, longest_path
from tests.layout.graphs import CASES, Graph, graph
from tests.layout.strategies import graphs


def trunk(drawing: Graph) -> set[tuple[str, str]]:
    return {drawing.pairs[edge] for edge in find_trunk(drawing.nodes, drawing.edges)}


def test_a_skip_leaves_the_trunk() -> None:
    assert trunk(CASES["residual"]) == {("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")}


def test_a_branch_that_ends_elsewhere_leaves_the_trunk() -> None:
    assert trunk(graph("a b c d, b x y")) == {("a", "b"), ("b", "c"), ("c", "d")}


def test_the_longer_of_two_branches_goes_straight_on() -> None:
    assert ("a", "b") in trunk(graph("a b c z, a d z"))


def test_equal_branches_lie_evenly() -> None:
    assert trunk(graph("s a b z t, a c z")) == {("s", "a"), ("z", "t")}


def test_three_branches_lie_evenly() -> None:
    assert trunk(graph("a b c z, a d z, a e z")) == {("b", "c")}


@given(graphs())
@settings(max_examples=50)
def test_no_path_is_longer(drawing: Graph) -> None:
    """networkx is the oracle."""
    path = longest_path(drawing.nodes, drawing.edges)
    assert len(path) == nx.dag_longest_path_length(nx.DiGraph(drawing.pairs), default_weight=1)
