"""Work is bounded: what ends early is right all the same, and what is fast finds the same."""

from __future__ import annotations

import importlib
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from net2fig.layout import arrange, layout
from net2fig.layout.bends import Item
from net2fig.layout.distances.apart import _need, _Shelf
from net2fig.layout.lanes import _all_but_most, _bent_in, _Step
from net2fig.layout.least_squares import Spring, _rest
from net2fig.layout.sweeps import swept
from tests.layout.checks import check_placement
from tests.layout.graphs import SPACING
from tests.layout.strategies import graphs
from tests.layout.test_sweeps import Columns, Steps, layered

least_squares = importlib.import_module("net2fig.layout.least_squares")
sweeps = importlib.import_module("net2fig.layout.sweeps")
lanes = importlib.import_module("net2fig.layout.lanes")

PLACES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=14)


def crowd(places: list[tuple[int, int, bool]]) -> list[_Step]:
    return [
        _Step(edge, 0, ("edge" if lane else "node", one), ("node", two), (one, two))
        for edge, (one, two, lane) in enumerate(places)
    ]


def cross(one: _Step, two: _Step) -> bool:
    return (one.place[0] - two.place[0]) * (one.place[1] - two.place[1]) < 0


def bent_by_looking_at_all(steps: list[_Step]) -> list[_Step]:
    straight, bent = list(steps), []
    while straight:
        clashes = [sum(cross(one, two) for two in straight) for one in straight]
        worst = max(
            range(len(straight)), key=lambda n: (clashes[n], straight[n].level, straight[n].edge)
        )
        if not clashes[worst]:
            break
        bent.append(straight.pop(worst))
    return bent


@given(PLACES)
def test_the_same_steps_bend_as_if_all_were_looked_at_again(places) -> None:
    steps = crowd(places)
    assert _bent_in(steps) == bent_by_looking_at_all(steps)


@given(PLACES)
def test_where_too_many_cross_as_few_as_possible_bend(places) -> None:
    steps = crowd(places)
    bent = _all_but_most(steps)
    straight = [step for step in steps if step not in bent]
    assert not any(cross(one, two) for one, two in combinations(straight, 2))
    assert len(bent) <= len(bent_by_looking_at_all(steps))


@given(layered())
def test_a_search_without_work_is_no_worse_than_its_start(drawing: tuple[Columns, Steps]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweeps, "WORK", 0)
        crossings, _ = swept(*drawing)
    assert crossings >= swept(*drawing)[0]


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.floats(-9, 9)), max_size=8),
    st.lists(st.tuples(st.integers(0, 4), st.floats(0, 9)), max_size=6),
)
def test_distances_hold_without_work(pulls, gaps) -> None:
    springs = tuple(Spring(a, b, rest, 1.0) for a, b, rest in pulls if a != b)
    distances = {(upper, upper + 1): gap for upper, gap in gaps if upper < 4}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(least_squares, "WORK", -1)
        _rest.cache_clear()
        y = _rest(5, springs, tuple((a, b, gap) for (a, b), gap in distances.items()))
        _rest.cache_clear()
    for (upper, lower), gap in distances.items():
        assert y[lower] - y[upper] >= gap - 0.01


ITEMS = st.lists(
    st.builds(
        lambda half, top, height, text: Item(half, top, top + height, text),
        st.floats(1, 9),
        st.floats(-50, 50),
        st.floats(0, 20),
        st.booleans(),
    ),
    max_size=12,
)


@given(ITEMS, ITEMS)
def test_a_shelf_finds_all_that_need_room(left: list[Item], right: list[Item]) -> None:
    spacing = SPACING
    shelf, reach = _Shelf(right), max(0.8, spacing.lane / 2)
    for one in left:
        near = shelf.near(one, reach)
        assert [two for two in right if _need(one, two, spacing)] == [
            two for two in near if _need(one, two, spacing)
        ]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(graphs())
def test_a_layout_that_ends_early_keeps_all_promises(drawing) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(least_squares, "WORK", -1)
        patch.setattr(sweeps, "WORK", -1)
        patch.setattr(lanes, "MOST_CLASHES", 0)
        for cached in (arrange, _rest):
            cached.cache_clear()
        check_placement(drawing, layout(drawing.nodes, drawing.edges, SPACING, 500.0))
    for cached in (arrange, _rest):
        cached.cache_clear()
