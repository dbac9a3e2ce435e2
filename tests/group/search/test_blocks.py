"""Repeated blocks, and the family of a residual block."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from net2fig.data.grammar import Grammar, load_grammar
from net2fig.group.graph import contract
from net2fig.group.search.blocks import blocks, residual
from net2fig.group.search.score import Candidate, Occurrence, node_of
from net2fig.group.search.signatures import Classes, labelled_tree
from net2fig.network import Network
from tests.group.nets import Builder
from tests.group.outlines import at, drawn_types
from tests.group.search.trees import tree_of

Path = Callable[[Builder, str], str]


def bottleneck(net: Builder, x: str) -> str:
    """Add the path of a residual block."""
    return net.conv(net.conv(net.conv(x, 4, 1), 4, 3), 8, 1)


def narrow(net: Builder, x: str) -> str:
    """Add the path without the 1×1 convolution at its beginning."""
    return net.conv(net.conv(x, 4, 3), 8, 1)


def row(*shorts: Path, body: Path = bottleneck, join: str = "Add") -> Network:
    """Return blocks with these shortcuts; a pooling keeps any two apart."""
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    for short in shorts:
        x = net.pool(net.merge(join, body(net, x), short(net, x)))
    return net.network(net.dense(net.gap(x), 10))


def identity(_: Builder, x: str) -> str:
    """Add nothing."""
    return x


def projection(net: Builder, x: str) -> str:
    """Add a convolution."""
    return net.conv(x, 8, 1)


def found(network: Network, most: int = 24) -> list[Candidate]:
    """Return the blocks of a network."""
    return blocks(*tree_of(network), most)


def variants(network: Network) -> list[str]:
    """Return the marks of the occurrences of the one block of a network."""
    (candidate,) = found(network)
    return [occurrence.variant for occurrence in candidate.occurrences]


def test_a_block_has_a_projection_or_a_pooling_for_a_shortcut() -> None:
    shorts = (identity, projection, lambda net, x: net.pool(x, 3, strides=1), identity)
    assert variants(row(*shorts)) == ["", "projected", "pooled", ""]


def test_a_shortcut_of_two_layers_is_one_and_of_three_is_a_path() -> None:
    two = row(identity, identity, lambda net, x: net.conv(net.pool(x, 3, strides=1), 8, 1))
    assert variants(two) == ["", "", "projected"]
    three = row(
        identity, identity, lambda net, x: net.conv(net.conv(net.pool(x, 3, strides=1), 8, 1), 8)
    )
    assert variants(three) == ["", ""]


def test_two_equal_paths_are_no_body_and_its_shortcut() -> None:
    assert variants(row(*[identity] * 4, double, body=double)) == [""] * 4


def test_a_group_is_no_shortcut() -> None:
    network = row(identity, identity, lambda net, x: net.depthwise(net.conv(x, 8, 1)))
    graph, line = tree_of(network)
    assert variants(network) == ["", "", "projected"]
    *_, last = (part for part in line.parts if part.branches)
    short = next(branch for branch in last.branches if len(branch.parts) == 2)
    graph = contract(graph, [node_of(graph, Occurrence(tuple(short.held()), 2), "@group")])
    (candidate,) = blocks(graph, labelled_tree(graph, Classes()), 24)
    assert [each.variant for each in candidate.occurrences] == ["", ""]


@pytest.mark.parametrize(("join", "is_one"), [("Add", 1), ("Multiply", 0), ("Concatenate", 0)])
def test_a_residual_block_adds(join: str, is_one: bool) -> None:
    graph, line = tree_of(row(identity, join=join))
    (part,) = (part for part in line.parts if part.branches)
    assert residual(graph, part) == is_one


def test_what_lacks_the_convolution_at_an_end_is_a_variant_of_several() -> None:
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    for body in (narrow, bottleneck, bottleneck):
        x = net.pool(net.merge("Add", body(net, x), x))
    assert variants(net.network(x)) == ["narrow", "", ""]


def test_one_block_of_either_kind_is_no_family() -> None:
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    for body in (narrow, bottleneck):
        x = net.pool(net.merge("Add", body(net, x), x))
    assert found(net.network(x)) == []


def test_smaller_blocks_come_first_and_what_holds_them_waits() -> None:
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    for _ in range(3):
        y = net.conv(x, 8)
        y = net.merge("Add", y, net.pool(net.depthwise(net.conv(y, 8, 1)), 3, strides=1))
        x = net.pool(net.merge("Concatenate", net.conv(y, 8), net.depthwise(x), x))
    (candidate,) = found(net.network(x))
    assert [len(each.keys) for each in candidate.occurrences] == [4, 4, 4]


def test_a_block_that_is_too_large_waits() -> None:
    network = row(identity, identity, identity)
    assert [len(each.occurrences) for each in found(network, 4)] == [3]
    assert found(network, 3) == []


# Leaders: the body of a block without a shortcut


def led(leader: Path, body: Path, *, apart: bool = False) -> list[str]:
    """Return what is drawn of a chain and three residual blocks behind it."""
    net = Builder()
    x = leader(net, net.conv(net.input(64, 64, 3), 8, 1))
    x = net.pool(x) if apart else x
    for _ in range(3):
        x = net.merge("Add", body(net, x), x)
    drawn = at(net.network(net.dense(net.gap(x), 10)), load_grammar())
    return drawn_types(drawn)[2:-2]


def strided(net: Builder, x: str) -> str:
    """Add the path of a block with a stride."""
    return net.conv(net.conv(net.conv(x, 4, 1), 4, 3, strides=2), 8, 1)


def double(net: Builder, x: str) -> str:
    """Add a path without 1×1 convolutions at its ends."""
    return net.depthwise(net.conv(x, 8, 3))


def test_a_chain_that_changes_the_size_leads_the_blocks_beside_it() -> None:
    """All of it: its tail alone is a body as well, without the 1×1 convolution in front."""
    assert led(strided, bottleneck) == ["Residual block ×4"]


def test_a_chain_that_keeps_the_size_would_have_a_shortcut() -> None:
    assert led(double, double) == ["Conv2D", "DepthwiseConv2D", "Residual block ×3"]


def test_a_chain_that_is_apart_is_no_leader() -> None:
    assert led(strided, bottleneck, apart=True)[:3] == ["Conv2D", "Conv2D", "Conv2D"]


def test_a_chain_that_makes_an_image_of_a_sequence_is_no_leader() -> None:
    net = Builder()
    x = net.dense(net.dense(net.add("Reshape", [net.input(64, 64, 8)], (None, 4096, 8)), 16), 8)
    x = net.add("Reshape", [x], (None, 64, 64, 8))
    for _ in range(3):
        x = net.merge("Add", net.dense(net.dense(x, 16), 8), x)
    drawn = at(net.network(net.gap(x)), load_grammar())
    assert drawn_types(drawn)[1:3] == ["Dense", "Dense"]


def test_one_layer_is_no_leader() -> None:
    net = Builder()
    x = net.conv(net.conv(net.input(64, 64, 3), 8, 1), 16, 3, strides=2)
    for _ in range(6):
        x = net.pool(net.merge("Add", net.conv(x, 16, 3), x), 3, strides=1)
    marks = [each.variant for candidate in found(net.network(x)) for each in candidate.later]
    assert marks == []


@pytest.mark.parametrize(("strides", "count"), [((2, 2), 9), ((1, 2), 10), ((2, 1), 10)])
def test_two_strides_before_the_blocks_are_no_block(strides: tuple[int, int], count: int) -> None:
    """A generator with two strided convolutions and nine blocks has nine, not ten."""
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8, 7)
    for stride, features in zip(strides, (16, 32), strict=True):
        x = net.conv(x, features, 3, stride)
    for _ in range(9):
        x = net.merge("Add", net.conv(net.conv(x, 32), 32), x)
    (group,) = at(net.network(net.conv(x, 3, 7)), load_grammar()).groups
    assert group.occurrences == count


def test_the_head_of_a_network_is_no_block(grammar: Grammar) -> None:
    """A 3×3 and a 1×1 convolution behind the last bottleneck lack too much to be one."""
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 64)
    for _ in range(4):
        y = net.conv(net.conv(net.conv(x, 16, 1), 16), 64, 1)
        x = net.merge("Add", x, y)
    x = net.conv(net.conv(x, 16), 21, 1)
    (group,) = at(net.network(x), grammar, "blocks").groups
    assert group.occurrences == 4
