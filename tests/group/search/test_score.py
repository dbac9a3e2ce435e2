"""What a group is worth."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from net2fig.group.graph import Graph
from net2fig.group.search.score import Candidate, Occurrence, gain
from tests.group.nets import Builder
from tests.group.search.trees import graph_of


def pairs(count: int, *, apart: bool) -> tuple[Graph, Candidate]:
    """Return pairs of layers in a chain, poolings between them or none."""
    net = Builder()
    x = net.conv(net.input(64, 64, 8), 8)
    found = []
    for _ in range(count):
        keys = (net.conv(x, 8, 1), "")
        keys = (keys[0], net.depthwise(keys[0]))
        found.append(Occurrence(keys, 2))
        x = net.same("UnknownLayer", keys[1]) if apart else keys[1]
    return graph_of(net.network(net.dense(x, 3))), Candidate(tuple(found), 2)


def test_glyphs_before_less_those_after_the_body_and_two() -> None:
    graph, candidate = pairs(5, apart=True)
    assert gain(graph, candidate) == 10 - 5 - 2 - 2


def test_neighbours_are_folded() -> None:
    graph, candidate = pairs(5, apart=False)
    assert gain(graph, candidate) == 10 - 1 - 2 - 2 == candidate.most()


def test_each_kind_of_variant_costs_but_a_missing_shortcut() -> None:
    graph, candidate = pairs(5, apart=True)
    for marks, cost in (
        (["a", "a"], 1),
        (["a", "b"], 2),
        (["no-shortcut", ""], 0),
        (["no-shortcut", "a"], 1),
    ):
        first, second, *rest = candidate.occurrences
        marked = (replace(first, variant=marks[0]), replace(second, variant=marks[1]), *rest)
        assert gain(graph, replace(candidate, occurrences=marked)) == 1 - cost


def test_what_joins_later_counts_already() -> None:
    graph, candidate = pairs(5, apart=True)
    later = replace(
        candidate, occurrences=candidate.occurrences[1:], later=candidate.occurrences[:1]
    )
    assert gain(graph, later) == gain(graph, candidate)


@pytest.mark.parametrize(("apart", "more"), [(True, 5 - 2 - 2 - 5 + 5), (False, 3 - 1 - 2 - 2)])
def test_a_bracket_costs_one_glyph_beside_those_that_it_holds(apart: bool, more: int) -> None:
    graph, candidate = pairs(5, apart=apart)
    assert gain(graph, candidate, brackets=True) == more
