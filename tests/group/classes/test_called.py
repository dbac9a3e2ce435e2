"""Classes of the author are groups, even where their calls differ a little."""

from __future__ import annotations

import pytest

from net2fig.group import outline
from net2fig.group.expansion.faults import find_faults
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.outline import Outline
from tests.compose.figures import GRAMMAR
from tests.group.nets import Builder


def at(network: Network, level: str = "blocks") -> Outline:
    return outline(network, GRAMMAR, Options(), level)


def drawn(found: Outline) -> list[tuple[str, int]]:
    """Return the groups that are drawn, each with its count."""
    return [(block.type, block.count) for block in found.blocks if block.is_group]


def bottleneck(net: Builder, x: str, name: str, way: str) -> str:
    """Add a call of a class: with a shortcut, with none, or with a projection in its place."""
    scope = (f"{name}:Bottleneck",)
    y = net.conv(net.conv(x, 8, 1, scope=scope), 8, scope=scope)
    if way == "none":
        return y
    short = net.conv(x, 8, 1, scope=scope) if way == "projected" else x
    return net.add("Add", [y, short], net.shape(y), scope=scope)


@pytest.mark.parametrize(
    ("ways", "notes"),
    [
        (("plain", "plain", "none", "none"), ["no-shortcut"]),
        (("projected", "plain", "plain", "plain"), ["projected"]),
        (("plain", "plain", "plain", "plain"), []),
    ],
)
def test_calls_with_and_without_a_shortcut_are_one_group(
    ways: tuple[str, ...], notes: list[str]
) -> None:
    net = Builder()
    x = net.input(32, 32, 8)
    # What stands between the calls keeps the search from joining them.
    between = (net.pool, net.depthwise, lambda x: net.conv(x, 8), net.up)
    for number, way in enumerate(ways):
        x = between[number](bottleneck(net, x, f"block_{number}", way))
    network = net.network(x)
    found = at(network)
    assert {name for name, _ in drawn(found)} == {"Bottleneck"}
    definition = found.groups[0]
    assert definition.occurrences == len(ways)
    assert [note.kind for note in definition.notes] == notes
    assert find_faults(network, found) == []


def test_calls_that_differ_in_their_layers_are_no_group() -> None:
    net = Builder()
    x = net.input(32, 32, 8)
    for number, kind in enumerate(("conv", "pool", "depthwise")):
        scope = (f"block_{number}:Bottleneck",)
        made = {"conv": net.conv, "pool": net.pool, "depthwise": net.depthwise}[kind]
        y = net.conv(made(x), 8, scope=scope) if kind == "pool" else made(x, 3)
        x = net.conv(y, 8, 1, scope=scope)
    found = at(net.network(x))
    assert "Bottleneck" not in {name for name, _ in drawn(found)}


def pooled(net: Builder, x: str) -> str:
    """Add a call of a class that is called once: three poolings, each joined with all before."""
    scope = ("sppf:SPPF",)
    x = net.conv(x, 8, 1, scope=scope)
    parts = [x]
    for _ in range(3):
        parts.append(net.add("MaxPooling2D", [parts[-1]], net.shape(x), pool_size=[5], scope=scope))
    joined = net.add("Concatenate", parts, (*net.shape(x)[:-1], 32), scope=scope)
    return net.conv(joined, 8, 1, scope=scope)


def test_what_is_called_once_is_a_group_where_stages_are_drawn() -> None:
    net = Builder()
    x = net.input(64, 64, 8)
    for number in range(6):
        x = bottleneck(net, x, f"block_{number}", "plain")
    network = net.network(net.conv(pooled(net, x), 4))
    assert ("SPPF", 1) not in drawn(at(network))
    found = at(network, "stages")
    assert ("SPPF", 1) in drawn(found)
    assert {each.name: each.origin.by for each in found.groups}["SPPF"] == "once"
    assert find_faults(network, found) == []
