"""Ranks by network simplex, held against an independent solver."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from net2fig.layout.rank import check_ranks, earliest, latest, rank
from net2fig.layout.simplex import solve_ranks
from tests.layout.graphs import CASES, Graph, graph, skips
from tests.layout.strategies import graphs


def ranks_of(drawing: Graph) -> dict[str, int]:
    return rank(drawing.nodes, drawing.edges)


def length(drawing: Graph, ranks: dict[str, int]) -> int:
    return sum(ranks[target] - ranks[source] for source, target in drawing.pairs)


def least_length(drawing: Graph) -> int:
    """Return the least total length by linear programming duality, as a flow of least cost.

    Every edge brings one unit into its target and takes one out of its source; sending a unit
    along an edge costs -1, its least length. The cheapest flow costs minus the length sought.
    """
    import networkx as nx

    demand: Counter[str] = Counter()
    for source, target in drawing.pairs:
        demand[target] += 1
        demand[source] -= 1
    flow = nx.MultiDiGraph()
    flow.add_nodes_from((node.id, {"demand": demand[node.id]}) for node in drawing.nodes)
    flow.add_edges_from((source, target, {"weight": -1}) for source, target in drawing.pairs)
    cost, _ = nx.network_simplex(flow)
    return -cost


def test_a_chain_takes_one_step_at_a_time() -> None:
    assert ranks_of(CASES["chain"]) == {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}


def test_a_skip_is_as_long_as_what_it_leads_past() -> None:
    assert ranks_of(CASES["residual"]) == {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}


def test_a_late_input_stands_beside_what_reads_it() -> None:
    assert ranks_of(graph("a b c d, x d"))["x"] == 2
    assert ranks_of(graph("x d e, a b c d")) == {"x": 2, "d": 3, "e": 4, "a": 0, "b": 1, "c": 2}


def test_the_earliest_and_the_latest_ranks() -> None:
    drawing = graph("a b c d, x d, a y")
    early = {"a": 0, "b": 1, "c": 2, "d": 3, "x": 0, "y": 1}
    assert earliest(drawing.nodes, drawing.edges) == early
    assert latest(drawing.nodes, drawing.edges) == {**early, "x": 2, "y": 3}
    assert earliest((), ()) == latest((), ()) == {}


@given(graphs(sized=False))
def test_every_rank_lies_between_the_earliest_and_the_latest(drawing: Graph) -> None:
    early, late = (by(drawing.nodes, drawing.edges) for by in (earliest, latest))
    for ranks in (early, late):
        check_ranks(drawing.edges, ranks)
    assert all(early[node.id] <= late[node.id] for node in drawing.nodes)
    assert max(early.values()) == max(late.values()) <= max(ranks_of(drawing).values())


def test_an_early_output_stands_beside_what_it_reads() -> None:
    assert ranks_of(graph("a b c d, a x"))["x"] == 1


def test_a_short_branch_of_unequal_weights_goes_to_the_heavier_side() -> None:
    # m has two edges in and one out: two short ones are better than one.
    ranks = ranks_of(graph("a b c d e, a m, a m, m e"))
    assert ranks["m"] == 1


def test_nothing_has_no_ranks() -> None:
    assert rank((), ()) == {}
    assert ranks_of(CASES["alone"]) == {"a": 0}


@pytest.mark.parametrize("name", CASES)
def test_the_ranks_of_a_case_are_optimal(name: str) -> None:
    drawing = CASES[name]
    ranks = ranks_of(drawing)
    check_ranks(drawing.edges, ranks)
    assert length(drawing, ranks) == least_length(drawing)


@given(graphs(most=16, sized=False))
def test_ranks_grow_along_edges_and_their_length_is_least(drawing: Graph) -> None:
    ranks = ranks_of(drawing)
    check_ranks(drawing.edges, ranks)
    assert length(drawing, ranks) == least_length(drawing)


def test_pieces_of_one_structure_are_ranked_once() -> None:
    solve_ranks.cache_clear()
    ranks_of(graph(", ".join(f"n{n} a{n} b{n} n{n + 1}, n{n} c{n} n{n + 1}" for n in range(100))))
    assert solve_ranks.cache_info().misses == 1


def test_a_chain_with_skips_needs_no_solver() -> None:
    solve_ranks.cache_clear()
    drawing = skips(300)
    assert list(ranks_of(drawing).values()) == list(range(len(drawing.nodes)))
    assert solve_ranks.cache_info().misses == 0


@pytest.mark.parametrize(
    ("ranks", "said"),
    [
        ({"a": 0, "b": 1, "c": 2, "d": 2, "e": 3}, "c > d"),
        ({"a": 0, "b": 1, "c": 2, "d": 3, "e": 1}, "d > e"),
        ({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}, "the first rank is 1"),
    ],
)
def test_wrong_ranks_would_be_seen(ranks: dict[str, int], said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        check_ranks(CASES["residual"].edges, ranks)


def test_a_longer_ranking_would_be_seen() -> None:
    drawing = graph("a b c d, x d")
    assert length(drawing, {"a": 0, "b": 1, "c": 2, "d": 3, "x": 0}) > least_length(drawing)
