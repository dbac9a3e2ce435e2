"""Runs that nested skips join fold, and nothing that is not nested does."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.group import outline
from net2fig.group.expansion.faults import find_faults
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.outline import Outline
from tests.compose.figures import GRAMMAR
from tests.group.nets import Builder


def block(net: Builder, x: str) -> str:
    """Add a residual block of 8 features, with a projection where it reads more."""
    y = net.conv(net.conv(x, 8), 8)
    short = x if net.shape(x)[-1] == 8 else net.conv(x, 8, 1)
    return net.merge("Add", y, short)


def u_net(*counts: int, order: int = -1) -> Network:
    """Return levels of so many blocks, each output kept for one block on the way up."""
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    kept = [x]
    for level, count in enumerate(counts):
        if level:
            x = net.conv(x, 8, strides=2)
            kept.append(x)
        for _ in range(count):
            x = block(net, x)
            kept.append(x)
    x = net.conv(x, 8, 1)
    for level, count in reversed(list(enumerate(counts))):
        skips = [kept.pop() for _ in range(count + 1)]
        for skip in skips if order < 0 else skips[::-1]:
            features = (net.shape(x)[-1] or 0) + 8
            joined = net.add("Concatenate", [x, skip], (*net.shape(x)[:-1], features))
            x = block(net, joined)
        if level:
            x = net.conv(net.up(x), 8)
    return net.network(x)


def at(network: Network) -> Outline:
    return outline(network, GRAMMAR, Options(), "blocks")


def counts_of(found: Outline) -> list[int]:
    """Return how many units each block stands for that joins a skip."""
    joining = {each.name for each in found.groups if any(n.kind == "nested" for n in each.notes)}
    return [block.count for block in found.blocks if block.type in joining]


@given(st.lists(st.integers(2, 4), min_size=2, max_size=3))
@settings(max_examples=15, deadline=None)
def test_the_blocks_of_each_level_are_drawn_once(counts: list[int]) -> None:
    network = u_net(*counts)
    found = at(network)
    assert counts_of(found) == [count + 1 for count in reversed(counts)]
    assert find_faults(network, found) == []
    # One line stands for the outputs of all blocks of a level on the way down.
    assert [link.count for link in found.links if link.count > 1] == counts[::-1]


def test_skips_in_the_order_of_the_way_down_are_not_nested() -> None:
    network = u_net(3, 3, order=1)
    found = at(network)
    assert counts_of(found) == []
    assert find_faults(network, found) == []


def test_a_note_on_nested_skips_must_be_true() -> None:
    network = u_net(2, 3)
    found = at(network)
    without = tuple(
        replace(each, notes=tuple(note for note in each.notes if note.kind != "nested"))
        for each in found.groups
    )
    assert find_faults(network, found) == []
    assert find_faults(network, replace(found, groups=without))
