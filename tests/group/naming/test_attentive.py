"""The names of blocks that attend, or stand beside such blocks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from net2fig.data.grammar import Grammar
from tests.group import published
from tests.group.nets import Builder
from tests.group.outlines import at

Step = Callable[[Builder, str], str]


def attended(net: Builder, x: str) -> str:
    """Add attention to a sequence."""
    return net.merge("Add", x, published.attend(net, published.norm(net, x), 4))


def forwarded(net: Builder, x: str) -> str:
    """Add a feed-forward block to it."""
    return net.merge("Add", x, published.perceive(net, published.norm(net, x)))


def gated(net: Builder, x: str) -> str:
    """Add a feed-forward block with a gate."""
    width = net.shape(x)[-1] or 1
    y = published.norm(net, x)
    y = net.merge("Multiply", net.dense(y, 2 * width), net.dense(y, 2 * width))
    return net.merge("Add", x, net.dense(y, width))


def filtered(net: Builder, x: str) -> str:
    """Add a feed-forward block whose features are each filtered in between."""
    width = net.shape(x)[-1] or 1
    y = net.dense(published.norm(net, x), 2 * width)
    y = net.conv(y, 2 * width, class_name="DepthwiseConv1D")
    return net.merge("Add", x, net.dense(y, width))


def convolved(net: Builder, x: str) -> str:
    """Add what a convolution makes of it."""
    return net.merge("Add", x, net.conv(x, net.shape(x)[-1] or 1, class_name="Conv1D"))


@pytest.mark.parametrize(
    ("steps", "name"),
    [
        ((attended,), "Attention block"),
        ((attended, forwarded), "Transformer block"),
        ((attended, gated), "Transformer block"),
        ((attended, filtered), "Transformer block"),
        ((gated,), "Feed-forward block"),
        ((attended, convolved), "Residual block"),
    ],
)
def test_a_block_is_named_by_what_it_adds(
    steps: tuple[Step, ...], name: str, grammar: Grammar
) -> None:
    net = Builder()
    x = net.dense(net.input(16, 8), 8)
    for _ in range(4):
        for step in steps:
            x = step(net, x)
    names = [group.name for group in at(net.network(x), grammar).groups]
    assert name in names, names


def test_what_is_weighed_and_added_are_experts(grammar: Grammar) -> None:
    groups = {g.name: g.occurrences for g in at(published.mixtral(4, 64, 4, 8), grammar).groups}
    assert groups == {"Transformer block": 4, "Mixture of experts": 4, "Expert": 32}
