"""Cones in rigid parts, and the family of a repeated cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pytest

from net2fig.group.search.cells import family
from net2fig.group.search.cones import cone, cones, form, match_form, regions, single
from net2fig.group.search.score import Candidate
from tests.group.nets import Builder
from tests.group.search.trees import graph_of, tree_of

Fit = Callable[[Builder, str], str]


def as_it_is(_: Builder, x: str) -> str:
    """Fit nothing."""
    return x


def conv(net: Builder, x: str) -> str:
    """Fit by a convolution."""
    return net.conv(x, 8, 1)


def pooled(net: Builder, x: str) -> str:
    """Fit by a pooling and a convolution."""
    return net.conv(net.pool(x, 3, strides=1), 8, 1)


def row(fits: Sequence[Fit], paths: int = 4, *, outputs: bool = False) -> Builder:
    """Return cells of `paths` sums, each of which reads the two before it."""
    net = Builder()
    before = x = net.conv(net.input(32, 32, 3), 8)
    for fit in fits:
        old, new = fit(net, before), net.conv(x, 8, 1)
        sums = [
            net.merge("Add", net.depthwise(new if at % 2 else old, 3), old if at % 2 else new)
            for at in range(paths)
        ]
        before, x = x, net.merge("Concatenate", *sums)
    net.outputs = [x, before] if outputs else [x]
    return net


Cell = Callable[[Builder, str, str], str]


def of_cells(*cells: Cell) -> list[Candidate]:
    """Return the cones of a row of cells, each of which is given the two before it."""
    net = Builder()
    before = x = net.conv(net.input(32, 32, 3), 8)
    for cell in cells:
        before, x = x, cell(net, before, x)
    graph, line = tree_of(net.network(net.conv(x, 8)))
    return [family(graph, line, candidate, ()) for candidate in cones(graph, line, ())]


def sums(layer: Fit, *, shared: bool = True, paths: int = 8) -> Cell:
    """Return a cell of sums; its inputs are fitted once each, or anew for each sum."""

    def cell(net: Builder, before: str, x: str) -> str:
        new, old = net.conv(x, 8, 1), net.conv(before, 8, 1)
        ends = []
        for at in range(paths):
            if at and not shared:
                old = net.conv(before, 8, 1)
            ends.append(net.merge("Add", layer(net, new if at % 2 else old), old))
        return net.merge("Concatenate", *ends)

    return cell


def found(fits: Sequence[Fit], paths: int = 4) -> list[Candidate]:
    """Return the cones of a row of cells, with their families."""
    net = row(fits, paths)
    graph, line = tree_of(net.network(net.conv(net.outputs[0], 8)))
    return [family(graph, line, candidate, ()) for candidate in cones(graph, line, ())]


def test_cells_that_read_two_before_them_are_cones() -> None:
    (candidate,) = found([conv] * 5)
    assert [len(each.keys) for each in candidate.occurrences] == [11] * 5
    assert {each.variant for each in candidate.occurrences} == {""}


def test_a_cell_that_fits_its_input_otherwise_is_a_variant() -> None:
    (candidate,) = found([conv, conv, pooled, conv, conv, as_it_is, conv])
    marks = [each.variant for each in candidate.occurrences]
    assert (marks.count("fitted"), marks.count("")) == (1, 6), "a pooling stays outside"
    cores = {len(each.core) for each in candidate.occurrences}
    assert len(cores) == 1, "what all have in common is as large in each"


def test_of_a_small_cell_what_differs_would_be_half() -> None:
    (candidate,) = found([conv, conv, pooled, conv, conv], paths=2)
    assert "fitted" not in {each.variant for each in candidate.occurrences}


def test_a_cone_takes_what_leads_to_it_and_nowhere_else() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 4), 4)
    inner = net.conv(x, 4)
    shared = net.conv(x, 4)
    join = net.merge("Add", inner, shared)
    net.merge("Concatenate", join, net.conv(shared, 4))
    graph = graph_of(net.network())
    place = {key: number for number, key in enumerate(graph.nodes)}
    assert cone(graph, place, join, ()) == (inner, join)
    assert cone(graph, place, inner, ()) == (), "it neither joins nor forks"


def test_a_cone_holds_no_input_and_no_output() -> None:
    net = Builder()
    x, y = net.input(8, 8, 4), net.input(8, 8, 4)
    seen = net.conv(x, 4)
    join = net.merge("Add", seen, net.conv(y, 4))
    graph = graph_of(net.network(net.conv(join, 4), seen))
    place = {key: number for number, key in enumerate(graph.nodes)}
    assert cone(graph, place, join, ()) == ("conv2d_2", join)


def test_a_cone_stops_at_cones_found_before() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 4), 4)
    deep = net.depthwise(net.conv(x, 4))
    join = net.merge("Add", deep, x)
    graph = graph_of(net.network(join))
    place = {key: number for number, key in enumerate(graph.nodes)}
    repeat_key = graph.nodes[deep].repeat_key
    assert deep in cone(graph, place, join, ())
    assert cone(graph, place, join, (repeat_key,)) == (join,)
    assert cone(graph, place, join, (graph.nodes[join].repeat_key,)) == ()


def test_a_layer_that_changes_the_resolution_ends_no_cone() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 4), 4, strides=2)
    down = net.conv(net.conv(x, 4), 4, strides=2)
    join = net.merge("Add", net.conv(down, 4), down)
    graph = graph_of(net.network(join))
    place = {key: number for number, key in enumerate(graph.nodes)}
    assert cone(graph, place, down, ()) == ()


@pytest.mark.parametrize(("layers", "size"), [(50, 54), (70, 0)])
def test_a_cone_that_is_too_large_has_swallowed_its_neighbours(layers: int, size: int) -> None:
    net = Builder()
    x = y = net.conv(net.input(8, 8, 4), 4)
    for _ in range(layers):
        y = net.conv(y, 4)
    join = net.merge("Add", net.conv(y, 4), net.conv(net.conv(x, 4), 4))
    graph = graph_of(net.network(join))
    place = {key: number for number, key in enumerate(graph.nodes) if key != x}
    place.pop("inputlayer_1")
    assert len(cone(graph, place, join, ())) == size


def test_a_region_goes_on_behind_its_join() -> None:
    net = row([conv] * 4)
    x = net.outputs[0]
    for kernel in (3, 5, 7, 9):
        x = net.conv(x, 8, kernel)
    _, line = tree_of(net.network(x))
    (region,) = regions(line)
    tail = region.keys[region.keys.index(net.outputs[0]) + 1 :]
    assert len(tail) == 3


def test_no_cone_of_those_met_once_holds_another() -> None:
    net = row([conv, pooled, as_it_is, conv])
    graph, line = tree_of(net.network(net.outputs[0]))
    keys = [key for each in single(graph, line, ()) for key in each.keys]
    assert len(keys) == len(set(keys))


def marks(candidates: list[Candidate]) -> list[list[str]]:
    """Return the variants of each cone that is found."""
    return [[each.variant for each in one.occurrences] for one in candidates]


def deep(net: Builder, x: str) -> str:
    """Add a depthwise convolution."""
    return net.depthwise(x, 3)


def pool(net: Builder, x: str) -> str:
    """Add a pooling."""
    return net.pool(x, 3, strides=1)


def test_a_cell_of_which_too_little_is_the_core_is_another() -> None:
    usual, other = sums(deep), sums(pool)
    assert marks(of_cells(usual, usual, usual, other, usual, usual)) == [[""] * 5]


@pytest.mark.parametrize("shared", [True, False])
def test_what_is_fitted_once_is_not_what_is_fitted_anew_for_each_reader(shared: bool) -> None:
    usual, other = sums(deep, shared=shared), sums(deep, shared=not shared)
    assert marks(of_cells(usual, usual, usual, other, usual, usual)) == [[""] * 5]


def test_what_a_cell_borrows_from_the_one_before_it_is_in_no_core() -> None:
    """The layer is one of the form, but stands in another cell."""
    lent: list[str] = []

    def cell(net: Builder, before: str, x: str, *, lends: bool = False) -> str:
        new, old = net.conv(x, 8, 1), lent.pop() if lent else net.conv(before, 8, 1)
        lent.extend([old] if lends else [])
        ends = [net.merge("Add", net.depthwise(new if at % 2 else old), old) for at in range(8)]
        return net.merge("Concatenate", *ends)

    (candidate,) = of_cells(cell, cell, partial(cell, lends=True), cell, cell, cell)
    found = [(each.variant, len(each.keys), len(each.core)) for each in candidate.occurrences]
    assert found == [("", 19, 18)] * 2 + [("fitted", 18, 18)] + [("", 19, 18)] * 2


def test_a_form_stands_only_where_nothing_within_it_is_read_from_outside() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 4), 4)
    cells = []
    for number in range(3):
        inner = net.conv(x, 4)
        join = net.merge("Add", net.depthwise(inner), inner)
        cells.append((f"depthwiseconv2d_{number + 1}", inner, join))
        x = net.merge("Add", join, inner) if number == 1 else net.conv(join, 4)
    graph = graph_of(net.network(x, cells[2][1]))
    place = {key: number for number, key in enumerate(graph.nodes)}
    shape = form(graph, (cells[0][1], cells[0][0], cells[0][2]))
    matched = [set(match_form(graph, place, shape, join)) for *_, join in cells]
    assert matched == [set(cells[0]), set(), set()]


def test_what_a_form_reads_from_outside_is_outside() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 4), 4)
    seen = net.conv(x, 4)
    first = net.merge("Add", seen, x)
    twice = net.conv(first, 4)
    second = net.merge("Add", twice, twice)
    graph = graph_of(net.network(second))
    place = {key: number for number, key in enumerate(graph.nodes)}
    shape = form(graph, (seen, first))
    assert match_form(graph, place, shape, first) == (seen, first)
    assert match_form(graph, place, shape, second) == ()
