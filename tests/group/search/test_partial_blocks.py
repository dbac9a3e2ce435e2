"""Blocks past which a 1×1 convolution leads a part of the features (CSP)."""

from __future__ import annotations

from net2fig.data.grammar import Grammar
from tests.group.nets import Builder
from tests.group.outlines import at


def add_csp_block(net: Builder, x: str, features: int) -> str:
    """Add a residual block on half of the features, a 1×1 convolution past it, and one behind."""
    half = features // 2
    short, long = net.conv(x, half, 1), net.conv(x, half, 1)
    long = net.merge("Add", long, net.conv(net.conv(long, half, 1), half))
    return net.conv(net.merge("Concatenate", long, short), features, 1)


def test_a_block_is_the_same_in_a_backbone_and_where_branches_leave(grammar: Grammar) -> None:
    """The blocks of a detector are alike, though its neck has no layer that all data passes."""
    net = Builder()
    x = net.conv(net.input(256, 256, 3), 16, strides=2)
    taps = []
    for features in (32, 64, 128):
        x = add_csp_block(net, net.conv(x, features, strides=2), features)
        taps.append(x)
    ends = []
    for tap, features in ((taps[1], 64), (taps[0], 32)):
        ends.append(x)
        x = add_csp_block(net, net.merge("Concatenate", tap, net.up(x)), features)
    network = net.network(net.conv(x, 9, 1), *(net.conv(end, 9, 1) for end in reversed(ends)))
    (group,) = at(network, grammar, "blocks").groups
    assert (group.name, group.occurrences) == ("CSP block", 5)
    assert [block.type for block in group.body.blocks].count("Conv2D") == 5
