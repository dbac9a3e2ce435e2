"""Resolutions side by side: which networks have tiers, and that each tier has a line of its own."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.layout import Placement, Plan, arrange_tiers, breaks_easily, spread, wrap
from net2fig.layout.levels.tiers import Tiers, find_tiers
from tests.layout.checks import check_apart, check_flow, check_inside
from tests.layout.graphs import SPACING, Graph, graph

PYRAMID = "i0 a0 b1 c2 t2 o2, t2 u2 p1 q1, b1 m1 p1, p1 v1 p0 q0, a0 m0 p0"
"""A feature pyramid: the digit of a name is its level."""


def levelled(paths: str) -> Graph:
    """Return a graph whose nodes have the level that their name ends with; "-" is none."""
    drawing = graph(paths)
    nodes = tuple(
        replace(
            node,
            level=None if node.id.endswith("-") else int(node.id[1:]),
            entering="fan",
            leaving="fan",
        )
        for node in drawing.nodes
    )
    return Graph(nodes, drawing.edges)


def tiers_of(drawing: Graph) -> dict[str, int] | None:
    """Return the tier of every node by its name."""
    tiers = find_tiers(drawing.nodes, drawing.edges)
    if tiers is None:
        return None
    return {node.id: tiers.of_node[position] for position, node in enumerate(drawing.nodes)}


def planned(drawing: Graph) -> Plan:
    plan = arrange_tiers(drawing.nodes, drawing.edges, SPACING)
    assert plan is not None
    return plan


def check_tiers(drawing: Graph, plan: Plan, placement: Placement) -> None:
    """Raise AssertionError unless in every rank a tier stands above the next."""
    tiers = find_tiers(drawing.nodes, drawing.edges)
    assert tiers is not None
    for rank in range(len(plan.columns)):
        here = [
            (tiers.of_node[p], placement.nodes[node.id].centre.y)
            for p, node in enumerate(drawing.nodes)
            if plan.strands.rank[p] == rank
        ]
        for one, y in here:
            for two, other in here:
                assert one >= two or y < other, f"rank {rank}: tier {one} is beneath tier {two}"


def test_each_level_of_a_pyramid_is_a_tier() -> None:
    tiers = tiers_of(levelled(PYRAMID))
    assert tiers is not None
    assert {id: tiers[id] for id in ("a0", "m0", "p0", "q0")} == dict.fromkeys(
        ("a0", "m0", "p0", "q0"), 0
    )
    assert tiers["b1"] == tiers["p1"] == 1
    assert tiers["c2"] == tiers["o2"] == 2


def test_a_tier_is_straight() -> None:
    drawing = levelled(PYRAMID)
    placement = spread(planned(drawing), 600.0)
    for line in (("a0", "m0", "p0", "q0"), ("b1", "m1", "p1", "q1")):
        ys = [placement.nodes[id].centre.y for id in line]
        assert ys == pytest.approx([ys[0]] * len(ys), abs=0.01)
    assert placement.crossings == 0


@pytest.mark.parametrize(
    "paths",
    [
        "a0 b0 c0",
        "a0 b1 c2 d1 e0, b1 d1, a0 e0",
        "a0 b0 c1 d1, b0 e2 f2",
        "a0 b0 c0, a0 d1 e1",
        "a- b- c-, a- d- c-",
    ],
    ids=["a chain", "mere lines across", "heads", "nothing comes back", "no levels"],
)
def test_what_does_not_run_side_by_side_has_no_tiers(paths: str) -> None:
    drawing = levelled(paths)
    assert find_tiers(drawing.nodes, drawing.edges) is None
    assert arrange_tiers(drawing.nodes, drawing.edges, SPACING) is None


def test_levels_to_which_nothing_comes_back_are_part_of_the_next() -> None:
    tiers = tiers_of(levelled("a0 b1 c2 d3 e4 f4 g2 h1, c2 m2 g2"))
    assert tiers is not None
    assert [tiers[id] for id in ("a0", "b1", "c2", "d3", "e4", "f4", "g2", "h1")] == [
        0, 0, 0, 1, 1, 1, 0, 0,
    ]  # fmt: skip


def test_what_stands_alone_before_a_step_down_stands_with_it() -> None:
    tiers = tiers_of(levelled("a0 b0 c1 d1 e0, a0 m0 e0"))
    assert tiers is not None
    assert [tiers[id] for id in ("a0", "b0", "c1", "d1", "e0")] == [0, 1, 1, 1, 0]


def test_global_pooling_leads_to_no_tier() -> None:
    drawing = levelled("a0 b0 c0 d0, a0 p4 q4 d0")
    nodes = tuple(replace(node, level=-1 if node.level == 4 else -64) for node in drawing.nodes)
    assert find_tiers(nodes, drawing.edges) is None


def test_rows_keep_together_what_runs_side_by_side() -> None:
    plan = planned(levelled("s0 t0 u0 v0 " + PYRAMID))
    assert len(wrap(plan, 250.0)) == 2
    assert breaks_easily(plan, 250.0)
    assert not breaks_easily(plan, 60.0)


@st.composite
def scattered(draw: st.DrawFn) -> Graph:
    """Return a graph whose nodes have any levels."""
    count = draw(st.integers(4, 12))
    names = [f"{chr(97 + n)}{draw(st.integers(0, 2))}" for n in range(count)]
    paths = []
    for number in range(1, count):
        befores = draw(st.sets(st.integers(0, number - 1), min_size=1, max_size=2))
        paths += [f"{names[before]} {names[number]}" for before in sorted(befores)]
    return levelled(", ".join(paths))


@given(scattered())
def test_tiers_stand_one_above_the_other(drawing: Graph) -> None:
    plan = arrange_tiers(drawing.nodes, drawing.edges, SPACING)
    assume(plan is not None)
    assert plan is not None
    placement = spread(plan, 5000.0)
    check_tiers(drawing, plan, placement)
    check_flow(drawing, placement)
    check_inside(drawing, placement)
    check_apart(drawing, placement)


def test_a_breach_would_be_seen() -> None:
    drawing = levelled("a0 b1 c1 d0, a0 m0 n0 d0")
    plan = planned(drawing)
    placement = spread(plan, 600.0)
    check_tiers(drawing, plan, placement)
    tier = tiers_of(drawing)
    assert tier is not None
    one, two = next(
        (one, two)
        for one, two in combinations(tier, 2)
        if tier[one] != tier[two]
        and plan.strands.rank[drawing.at[one]] == plan.strands.rank[drawing.at[two]]
    )
    swapped = dict(placement.nodes)
    swapped[one], swapped[two] = swapped[two], swapped[one]
    with pytest.raises(AssertionError, match="beneath"):
        check_tiers(drawing, plan, replace(placement, nodes=swapped))


def test_lines_between_tiers_run_on_the_lower_one() -> None:
    drawing = levelled(PYRAMID)
    tiers = find_tiers(drawing.nodes, drawing.edges)
    assert isinstance(tiers, Tiers)
    for index, (source, target) in enumerate(drawing.pairs):
        ends = [tiers.of_node[drawing.at[id]] for id in (source, target)]
        assert tiers.of_edge[index] == max(ends)
