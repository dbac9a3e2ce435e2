"""Small groups that are better shown in the one that holds them."""

from __future__ import annotations

import pytest

from net2fig.data.grammar import Grammar
from net2fig.network import Network
from tests.group.nets import Builder
from tests.group.outlines import at


def inner(net: Builder, x: str, join: str = "Add") -> str:
    """Add a block of four glyphs."""
    return net.merge(join, net.depthwise(net.conv(net.conv(x, 8, 1), 8, 3)), x)


def nested(
    more: int, *, inside: int = 1, outside: int = 0, count: int = 4, join: str = "Add"
) -> Network:
    """Return blocks that hold inner blocks and `more` other layers; some stand outside as well."""
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    for _ in range(outside):
        x = net.pool(inner(net, x, join))
    for _ in range(count):
        y = x
        for number in range(more):
            y = net.pool(y, 3, strides=1) if number % 2 else net.conv(y, 8, 5)
        for _ in range(inside):
            y = net.same("UnknownLayer", inner(net, y, join))
        x = net.pool(net.merge("Concatenate", y, net.conv(x, 8, 1)))
    return net.network(net.dense(net.gap(x), 10))


def sizes(network: Network, grammar: Grammar) -> list[int]:
    """Return how many glyphs the bodies of the groups have."""
    return [len(group.body.blocks) for group in at(network, grammar).groups]


def test_a_block_in_one_other_is_shown_there(grammar: Grammar) -> None:
    assert sizes(nested(2), grammar) == [9]


def test_a_body_that_would_have_more_than_nine_stays_as_it_is(grammar: Grammar) -> None:
    assert sizes(nested(3), grammar) == [4, 7]


def test_a_block_that_is_met_elsewhere_stays(grammar: Grammar) -> None:
    assert sizes(nested(2, outside=1), grammar) == [4, 6]


def test_a_block_that_is_met_twice_in_a_body_stays(grammar: Grammar) -> None:
    assert sizes(nested(0, inside=2), grammar) == [4, 6]


@pytest.mark.parametrize(("join", "expected"), [("Multiply", [4, 4]), ("Add", [7])])
def test_a_gate_is_a_thing_of_its_own(grammar: Grammar, join: str, expected: list[int]) -> None:
    assert sizes(nested(0, join=join), grammar) == expected
