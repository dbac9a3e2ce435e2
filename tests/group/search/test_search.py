"""The search as a whole: how strict it is, and where its rounds end."""

from __future__ import annotations

import pytest

from net2fig.data.grammar import Grammar
from net2fig.group.search.repeats import MOST_GROUPS, repeats
from net2fig.network import Network
from tests.group.nets import Builder
from tests.group.outlines import at
from tests.group.search.trees import graph_of


def forks(*looks: tuple[int, int]) -> Network:
    """Return forks whose paths have these kernels and numbers of features."""
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    for kernel, features in looks:
        ends = [net.conv(net.conv(x, features, 1), features, kernel), net.depthwise(x)]
        x = net.pool(net.merge("Concatenate", *ends, x))
    return net.network(net.dense(net.gap(x), 10))


@pytest.mark.parametrize(
    ("match", "counts"), [("type", [9]), ("config", [6, 3]), ("shape", [3, 3, 3])]
)
def test_what_is_equal_is_as_strict_as_asked(
    grammar: Grammar, match: str, counts: list[int]
) -> None:
    looks = [(3, 8), (3, 16), (5, 8)] * 3
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    for kernel, features in looks:
        y = net.conv(net.conv(x, features, 1), features, kernel)
        ends = [y, net.depthwise(net.conv(x, features, 1)), net.pool(x, 3, strides=1)]
        x = net.conv(net.merge("Concatenate", *ends), 8, 1)
        x = net.same("UnknownLayer", x, number=len(net.layers))
    found = at(net.network(net.dense(net.gap(x), 10)), grammar, match=match)
    assert [group.occurrences for group in found.groups] == counts


@pytest.mark.parametrize(("kinds", "groups"), [(MOST_GROUPS, 12), (MOST_GROUPS + 1, 0)])
def test_a_legend_explains_twelve_groups_at_most(kinds: int, groups: int) -> None:
    """A round that would make more is not carried out."""
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    for kind in range(kinds):
        for _ in range(4):
            y = x
            for number in range(4):
                y = net.depthwise(y) if kind >> number & 1 else net.pool(y, 3, strides=1)
                y = net.conv(y, 8, 1)
            x = net.same("UnknownLayer", net.merge("Concatenate", y, x), mode=len(net.layers))
    graph, repeat_keys = repeats(graph_of(net.network(net.dense(net.gap(x), 10))))
    assert len({node.repeat_key for node in graph.nodes.values()} & set(repeat_keys)) == groups


def test_forks_of_other_kernels_are_one_group(grammar: Grammar) -> None:
    found = at(forks((3, 8), (5, 8), (7, 8)), grammar)
    assert [group.occurrences for group in found.groups] == [3]


def test_a_block_of_more_than_24_glyphs_is_found_when_nothing_smaller_is(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    for _ in range(3):
        y = x
        for number in range(30):
            y = net.depthwise(y) if number % 2 else net.same("UnknownLayer", y, mode=number)
        x = net.pool(net.merge("Concatenate", y, net.pool(x, 3, strides=1)))
    found = at(net.network(net.dense(net.gap(x), 10)), grammar)
    assert [group.occurrences for group in found.groups] == [3]
    assert len(found.groups[0].body.blocks) == 32


def test_groups_beyond_the_most_are_not_made(
    monkeypatch: pytest.MonkeyPatch, grammar: Grammar
) -> None:
    monkeypatch.setattr("net2fig.group.search.repeats.MOST_GROUPS", 1)
    net = Builder()
    x = net.conv(net.input(16, 16, 8), 8)
    for number in range(6):
        y = net.conv(net.conv(x, 8), 8) if number % 2 else net.dense(net.conv(x, 8), 8)
        x = net.conv(net.merge("Add", x, y), 8, 5)
    found = at(net.network(x), grammar)
    assert len(found.groups) <= 1
