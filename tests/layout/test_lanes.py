"""Strands: what shares one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from msgspec.structs import replace

from net2fig.layout.lanes import Strands, check_lanes, lanes
from net2fig.layout.order import order
from net2fig.layout.rank import rank
from tests.layout.graphs import CASES, PLANAR, Graph
from tests.layout.strategies import graphs, series_parallel


def stranded(drawing: Graph) -> Strands:
    nodes, edges = drawing.nodes, drawing.edges
    return lanes(nodes, edges, order(nodes, edges, rank(nodes, edges)))


def bends(found: Strands) -> int:
    return sum(len(hops) - 1 for hops in found.hops)


def check_hops(drawing: Graph, found: Strands) -> None:
    """Raise AssertionError unless every edge begins and ends on the strands of its ends."""
    for index, (source, target) in enumerate(drawing.pairs):
        first, last = drawing.at[source], drawing.at[target]
        hops = found.hops[index]
        ranks = [begin for begin, _ in hops]
        assert ranks[0] == found.rank[first], "begins at its source"
        assert ranks == sorted(set(ranks)), "goes on"
        assert ranks[-1] <= found.rank[last], "ends at its target"
        for position, strand, ends in (
            (first, hops[0][1], found.out_of),
            (last, hops[-1][1], found.into),
        ):
            if position in found.of_node:
                assert found.of_node[position] == strand
            else:
                assert (index, strand) in ends[position]


def test_a_chain_is_one_strand() -> None:
    found = stranded(CASES["chain"])
    assert found.count == 1
    assert set(found.of_node.values()) == {0}
    assert found.into == found.out_of == {}


def test_a_skip_is_a_strand_between_two_junctions() -> None:
    drawing = CASES["residual"]
    found = stranded(drawing)
    assert sorted(found.into) == sorted(found.out_of) == [1, 3]
    skip = drawing.pairs.index(("b", "d"))
    (around,) = (strand for edge, strand in found.out_of[1] if edge == skip)
    assert around not in found.of_node.values()
    assert found.out_of[1][0] == (skip, around), "the lane lies above"
    assert found.count == 4


def test_a_glyph_may_have_several_handles_on_both_sides() -> None:
    drawing = CASES["both sides"]
    found = stranded(drawing)
    middle = drawing.at["c"]
    assert len(found.into[middle]) == len(found.out_of[middle]) == 2


def test_twenty_inputs_are_twenty_handles_in_order() -> None:
    drawing = CASES["twenty inputs"]
    found = stranded(drawing)
    handles = found.into[drawing.at["sum"]]
    assert len({strand for _, strand in handles}) == 20
    column = [number for sort, number in found.columns[0] if sort == "node"]
    assert [drawing.at[drawing.edges[edge].source] for edge, _ in handles] == column


def test_a_strand_can_be_asked_for_by_rank() -> None:
    drawing = CASES["residual"]
    found = stranded(drawing)
    skip = drawing.pairs.index(("b", "d"))
    assert found.slot(2, ("edge", skip)) == found.at(skip, 2) == found.hops[skip][0][1]
    assert found.slot(1, ("node", 1)) is None
    assert found.slot(0, ("node", 0)) == found.of_node[0]


def test_what_crosses_bends() -> None:
    found = stranded(CASES["must cross"])
    assert found.crossings == 9
    assert bends(found) > 0


@pytest.mark.parametrize("name", CASES)
def test_the_strands_of_a_case_hold(name: str) -> None:
    found = stranded(CASES[name])
    check_lanes(CASES[name].nodes, found)
    check_hops(CASES[name], found)
    assert (bends(found) == 0) == (name in PLANAR)


@given(graphs(sized=False))
def test_strands_keep_their_order_and_edges_their_ends(drawing: Graph) -> None:
    found = stranded(drawing)
    check_lanes(drawing.nodes, found)
    check_hops(drawing, found)
    assert found.crossings > 0 or bends(found) == 0


@given(series_parallel())
def test_what_is_series_parallel_has_no_bends(drawing: Graph) -> None:
    assert bends(stranded(drawing)) == 0


def test_strands_that_change_places_would_be_seen() -> None:
    drawing = CASES["inception"]
    found = stranded(drawing)
    columns = [found.columns[2], found.columns[2][::-1]]
    mixed = replace(found, columns=(*found.columns[:1], *columns, *found.columns[3:]))
    with pytest.raises(AssertionError, match="change places"):
        check_lanes(drawing.nodes, replace(mixed, columns=(found.columns[1], *columns)))


def test_a_missing_rank_would_be_seen() -> None:
    drawing = CASES["chain"]
    found = stranded(drawing)
    with pytest.raises(AssertionError):
        check_lanes(drawing.nodes, replace(found, rank=found.rank[:-1]))


def test_an_edge_on_a_strand_of_its_own_would_be_seen() -> None:
    drawing = CASES["chain"]
    found = stranded(drawing)
    with pytest.raises(AssertionError):
        check_hops(drawing, replace(found, hops=(((0, 7),), *found.hops[1:])))
