"""What is met once and collapsed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from net2fig.group.search.repeats import repeats
from net2fig.group.search.unique_blocks import collapse_unique
from net2fig.network import Network
from tests.group.nets import Builder
from tests.group.search.trees import graph_of


def fork(paths: list[int], rest: int = 60) -> Network:
    """Return paths of so many layers that meet, between other layers."""
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    for number in range(rest):
        x = net.pool(x, 3, strides=1) if number % 2 else net.conv(x, 8)
    ends = []
    for length in paths:
        y = x
        for number in range(length):
            y = net.depthwise(y) if number % 2 else net.conv(y, 8, 1)
        ends.append(y)
    x = net.merge("Concatenate", *ends)
    return net.network(net.dense(net.gap(x), 10))


def collapsed(network: Network) -> list[int]:
    """Return how many members the groups have that are made of what is met once."""
    graph, repeat_keys = collapse_unique(graph_of(network), ())
    return [len(node.members) for node in graph.nodes.values() if node.repeat_key in repeat_keys]


@pytest.mark.parametrize(
    ("paths", "sizes"), [([2, 1], [4]), ([1, 1], []), ([30, 29], [60]), ([30, 30], [])]
)
def test_four_to_sixty_glyphs_are_collapsed(paths: list[int], sizes: list[int]) -> None:
    assert collapsed(fork(paths, 200)) == sizes


@pytest.mark.parametrize(("rest", "sizes"), [(30, [21]), (20, [])])
def test_what_holds_more_than_two_fifths_is_the_network(rest: int, sizes: list[int]) -> None:
    assert collapsed(fork([10, 10], rest)) == sizes


def cells(count: int, deep: int) -> Network:
    """Return a rigid part of cells that differ from each other, between many layers."""
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    for number in range(120):
        x = net.pool(x, 3, strides=1) if number % 2 else net.conv(x, 8)
    before = x
    for cell in range(count):
        old, new = net.conv(before, 8, 1), net.conv(x, 8, 1)
        y = new
        for number in range(deep + cell):
            y = net.depthwise(y) if number % 2 else net.conv(y, 8, 1)
        before, x = x, net.merge("Concatenate", net.merge("Add", y, old), old)
    return net.network(net.dense(net.gap(x), 10))


def test_a_cell_holds_ten_layers_at_least() -> None:
    assert min(collapsed(cells(4, 6))) >= 10
    small = collapsed(cells(3, 2))
    assert all(size >= 4 for size in small)


LAYERS: dict[str, Callable[[Builder, str], str]] = {
    "c": lambda net, x: net.conv(x, 8),
    "d": lambda net, x: net.depthwise(x),
    "p": lambda net, x: net.pool(x, 3, strides=1),
}


def once_in_row(*kinds: str) -> list[list[str]]:
    """Return the repeat keys of what each group met once holds, in a row of such cells.

    A cell reads the two before it, and adds up four paths of the layers of its kind.
    """
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    for number in range(120):
        x = net.same("UnknownLayer", x, mode=number)
    before = x
    for kind in kinds:
        old, new = net.conv(before, 8, 1), net.conv(x, 8, 1)
        ends = []
        for short, y in ((new, old), (old, new)) * 2:
            for letter in kind:
                y = LAYERS[letter](net, y)
            ends.append(net.merge("Add", y, short))
        before, x = x, net.merge("Concatenate", *ends)
    graph, cones = repeats(graph_of(net.network(net.dense(net.gap(x), 10))))
    graph, repeat_keys = collapse_unique(graph, cones)
    waiting, found = list(graph.nodes.values()), []
    while waiting:
        node = waiting.pop()
        waiting += node.members
        if node.repeat_key in repeat_keys:
            found.append([member.repeat_key for member in node.members])
    return found


@pytest.mark.parametrize(("times", "held"), [(2, 2), (3, 0)])
def test_a_cone_met_once_stops_at_a_cell_met_three_times(times: int, held: int) -> None:
    *_, inner = once_in_row(*["d"] * times, "ppp")
    assert inner.count("@0") == held


def test_a_cell_met_twice_is_no_cone_of_its_own() -> None:
    """It has a name already; a group of nothing but that group would say less."""
    (members,) = once_in_row("d", "d", "pd", "dp")
    assert members.count("@0") == 2
