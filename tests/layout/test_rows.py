"""Columns in rows: how close they stand, where rows end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from net2fig.layout import Plan, arrange, breaks_at_crossings, wrap
from net2fig.layout.rows import LINE, ROW, SLACK, lined_up, place
from tests.layout.graphs import CASES, SPACING, Graph, graph, labelled, made, skips
from tests.layout.strategies import graphs

GAP = SPACING.gap[0]


def arranged(drawing: Graph) -> Plan:
    return arrange(drawing.nodes, drawing.edges, SPACING)


def widest_column(plan: Plan) -> float:
    """Return the width of the widest row of a single column, its stubs included."""
    return max(place(plan, c, c, GAP).width for c in range(len(plan.columns)))


def check_rows(plan: Plan, rows: list[tuple[int, int]], width: float) -> None:
    """Raise AssertionError unless the rows hold every column once, in order, and fit."""
    assert rows[0][0] == 0, "the first row begins at the first column"
    assert rows[-1][1] == len(plan.columns) - 1, "the last row ends at the last"
    assert all(one[1] + 1 == two[0] for one, two in pairwise(rows)), "rows follow each other"
    for first, last in rows:
        assert first <= last
        if first < last:
            assert place(plan, first, last, GAP).width <= width, f"{first} to {last} is too wide"


def test_a_row_is_as_wide_as_glyphs_and_gaps() -> None:
    row = place(arranged(CASES["chain"]), 0, 4, GAP)
    assert row.width == 5 * 10.0 + 4 * GAP
    assert row.x == (5.0, 21.0, 37.0, 53.0, 69.0)


def test_a_row_in_between_has_stubs_at_both_ends() -> None:
    row = place(arranged(CASES["chain"]), 1, 3, GAP)
    assert row.width == 3 * 10.0 + 2 * GAP + 2 * (SPACING.stub + GAP / 2)


def test_what_stands_above_each_other_may_stand_closer() -> None:
    """Two columns of one branch each need no gap between glyphs of different branches."""
    beside = graph("s a b c t, s d t")
    row = place(arranged(beside), 0, 4, GAP)
    assert row.width == place(arranged(CASES["chain"]), 0, 4, GAP).width


def test_wide_labels_keep_glyphs_apart() -> None:
    plain = place(arranged(CASES["chain"]), 0, 4, GAP)
    told = place(arranged(labelled(CASES["chain"], 40.0)), 0, 4, GAP)
    assert told.width >= plain.width + 4 * 20.0


def test_placing_stops_beyond_the_limit() -> None:
    x, widths = lined_up(arranged(skips(400)), 0, 399, GAP, 100.0)
    assert len(x) == len(widths) < 12
    assert x[-2] < 100.0


@given(graphs())
def test_a_row_is_as_wide_as_it_was_told_before_it_was_cut(drawing: Graph) -> None:
    plan = arranged(drawing)
    _, widths = lined_up(plan, 0, len(plan.columns) - 1, GAP, float("inf"))
    assert widths == [place(plan, 0, last, GAP).width for last in range(len(plan.columns))]


def test_what_fits_stands_in_one_row() -> None:
    assert wrap(arranged(CASES["chain"]), 74.0) == ((0, 4),)
    assert len(wrap(arranged(CASES["chain"]), 73.0)) == 2


def test_rows_end_where_a_single_line_passes() -> None:
    """Three blocks with a way around each: rows end between blocks, not in one."""
    plan = arranged(graph("a b c d e f g h i, a c, d f, g i"))
    for width in (70.0, 110.0):
        rows = wrap(plan, width)
        assert len(rows) > 1
        assert {plan.passing[last] for _, last in rows[:-1]} == {1}


def test_a_second_line_passes_where_that_saves_a_row() -> None:
    plan = arranged(graph("a b c d e f g h i, a c, d f, g i"))
    rows = wrap(plan, 90.0)
    assert [plan.passing[last] for _, last in rows] == [2, 0]


def cost(plan: Plan, rows: Sequence[tuple[int, int]], width: float) -> float:
    """Return what rows cost: their number, the lines that pass between them, what is empty."""
    passing = sum(max(plan.passing[last], 1) - 1 for _, last in rows[:-1])
    wides = [place(plan, first, last, GAP).width for first, last in rows]
    return ROW * len(rows) + LINE * passing + sum(SLACK * max(0, 1 - w / width) ** 2 for w in wides)


@given(graphs(most=7), st.sampled_from([40.0, 60.0, 90.0]))
@settings(max_examples=25)
def test_no_other_rows_cost_less(drawing: Graph, width: float) -> None:
    plan = arranged(drawing)
    final = len(plan.columns) - 1
    mine = cost(plan, wrap(plan, width), width)
    for many in range(final + 1):
        for ends in combinations(range(final), many):
            begins = [0, *(end + 1 for end in ends)]
            rows = list(zip(begins, [*ends, final], strict=True))
            wide = any(place(plan, a, b, GAP).width > width for a, b in rows if a < b)
            assert wide or mine <= cost(plan, rows, width) + 1e-9


def test_it_is_seen_where_lines_change_places_between_rows() -> None:
    crossed = "i a x p, i b y q, a y, b x, a q, b p"
    plan = arranged(graph(crossed))
    assert plan.strands.crossings
    widths = [float(width) for width in range(20, 120)]
    seen = {breaks_at_crossings(plan, width) for width in widths}
    assert seen == {True, False}
    straight = arranged(graph("i a x p, i b y q"))
    assert not any(breaks_at_crossings(straight, width) for width in widths)


def test_rows_are_about_equally_long() -> None:
    ids = [f"n{number}" for number in range(40)]
    rows = wrap(arranged(made(ids, list(pairwise(ids)))), 500.0)
    lengths = [last - first + 1 for first, last in rows]
    assert len(lengths) > 1
    assert max(lengths) - min(lengths) <= 2


def test_a_page_narrower_than_a_glyph_has_a_row_for_each() -> None:
    assert wrap(arranged(CASES["chain"]), 5.0) == tuple((c, c) for c in range(5))


@given(graphs(most=20), st.sampled_from([40.0, 90.0, 200.0, 500.0]))
@settings(max_examples=50)
def test_rows_hold_all_columns_and_fit(drawing: Graph, width: float) -> None:
    plan = arranged(drawing)
    rows = wrap(plan, width)
    check_rows(plan, rows, width)
    assert len(rows) == 1 or place(plan, 0, len(plan.columns) - 1, GAP).width > width


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(1, 4)], "first row"),
        ([(0, 3)], "last row"),
        ([(0, 1), (3, 4)], "follow"),
        ([(0, 0), (1, 4)], "too wide"),
    ],
)
def test_wrong_rows_would_be_seen(rows: list[tuple[int, int]], said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        check_rows(arranged(CASES["chain"]), rows, 60.0)
