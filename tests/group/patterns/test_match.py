"""How much must agree for pieces to count as repeated."""

from __future__ import annotations

import pytest

from net2fig.data.grammar import Grammar
from net2fig.group import outline
from net2fig.group.check import check_outline
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.options.types import STRICTNESS
from tests.group.nets import Builder, resnet


def blocks(*stages: tuple[int, int, str]) -> Network:
    """Return stages of three residual blocks: features, kernel, activation of the convolutions."""
    net = Builder()
    x = net.input(32, 32, 3)
    for features, kernel, activation in stages:
        x = net.pool(net.conv(x, features, 1))
        for _ in range(3):
            y = net.conv(x, features, kernel, activation=activation)
            y = net.conv(net.depthwise(y, 3), features, 1)
            x = net.merge("Add", x, y)
    return net.network(net.gap(x))


def found(network: Network, grammar: Grammar, match: str) -> dict[str, int]:
    """Return how often each group of the checked outline is met."""
    made = outline(network, grammar, Options(match=match), "blocks")
    check_outline(network, made)
    return {group.name: group.occurrences for group in made.groups}


SAME, KERNEL = (8, 3, "relu"), (8, 5, "relu")
ACTIVATION, FEATURES = (8, 3, "tanh"), (16, 3, "relu")


@pytest.mark.parametrize(
    ("stages", "groups"),
    [
        ((SAME, KERNEL), {"type": 1, "config": 2, "shape": 2}),
        ((SAME, ACTIVATION), {"type": 1, "config": 2, "shape": 2}),
        ((SAME, FEATURES), {"type": 1, "config": 1, "shape": 2}),
    ],
    ids=["kernel", "activation", "features"],
)
def test_each_strictness_tells_more_apart(
    grammar: Grammar, stages: tuple[tuple[int, int, str], ...], groups: dict[str, int]
) -> None:
    network = blocks(*stages)
    counts = {match: len(found(network, grammar, match)) for match in STRICTNESS}
    assert counts == groups


def test_other_resolutions_are_other_shapes(grammar: Grammar) -> None:
    assert found(resnet(), grammar, "config") == {"Residual block": 16}
    assert sorted(found(resnet(), grammar, "shape").values()) == [3, 3, 4, 6]


def test_groups_that_differ_in_their_kernels_are_named_after_them(grammar: Grammar) -> None:
    net = Builder()
    x = net.input(32, 32, 8)
    for kernel in (3, 5):
        for _ in range(3):
            y = net.conv(net.depthwise(net.conv(x, 48, 1), kernel), 8, 1)
            x = net.merge("Add", x, y)
    names = set(found(net.network(net.gap(x)), grammar, "config"))
    assert names == {"Inverted residual 3×3", "Inverted residual 5×5"}


def test_what_is_met_once_is_no_group_whatever_is_asked(grammar: Grammar) -> None:
    network = blocks(SAME)
    assert all(set(found(network, grammar, match).values()) == {3} for match in STRICTNESS)
