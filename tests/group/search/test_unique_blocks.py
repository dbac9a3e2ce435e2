"""What is met once and collapsed."""

from __future__ import annotations

import pytest

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
