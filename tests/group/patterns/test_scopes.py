"""Groups that are scopes: nested models, classes, parts of names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.data.grammar import Grammar
from net2fig.group import outline
from net2fig.group.check import check_outline
from net2fig.group.expansion.faults import find_faults
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.options.types import GroupRule
from net2fig.outline import Outline
from tests.group.nets import Builder


def add_squeeze(net: Builder, x: str, scope: str) -> str:
    """Return the output of a squeeze-and-excite block of the author's class."""
    inside = {"scope": (scope,)}
    gap = net.add("GlobalAveragePooling2D", [x], (None, 16), **inside)
    inner = net.add("Dense", [gap], (None, 16), **inside, units=16)
    return net.add("Multiply", [x, inner], net.shape(x), **inside)


def backboned(exits: int = 1) -> Network:
    """Return a backbone that is met once, then calls of a class with convolutions between."""
    net = Builder()
    inside = {"scope": ("efficient:Functional",)}
    x = net.input(32, 32, 3)
    x = net.conv(x, 8, name="stem", **inside)
    x = early = net.add("MaxPooling2D", [x], (None, 16, 16, 8), name="pool", **inside)
    x = net.conv(x, 16, name="top", **inside)
    for call in range(2):
        x = add_squeeze(net, x, f"se_{call}:SEBlock")
        x = net.conv(x, 16, name=f"block{call}_conv")
    return net.network(net.dense(net.gap(x), 10), *([early] if exits > 1 else []))


def named(network: Network, grammar: Grammar, level: str = "layers", **patterns: str) -> Outline:
    """Return the outline with groups by name."""
    rules = tuple(GroupRule(name, match) for name, match in patterns.items())
    found = outline(network, grammar, Options(groups=rules), level)
    check_outline(network, found)
    assert find_faults(network, found) == []
    return found


def count_groups(found: Outline) -> dict[str, int]:
    """Return how often each group stands in an outline."""
    return {group.name: group.occurrences for group in found.groups}


@pytest.mark.parametrize("text", ["efficient", "efficient/*", "Functional", "effi*", "'*cient'"])
def test_a_backbone_that_is_met_once_is_one_glyph(grammar: Grammar, text: str) -> None:
    found = named(backboned(), grammar, Backbone=text)
    assert count_groups(found) == {"Backbone": 1}
    (group,) = found.groups
    assert [block.type for block in group.body.blocks] == ["Conv2D", "MaxPooling2D", "Conv2D"]
    assert found.notices == ()


@pytest.mark.parametrize("name", ["SEBlock", "Attention"])
def test_a_class_is_a_group_under_any_name(grammar: Grammar, name: str) -> None:
    found = named(backboned(), grammar, **{name: "SEBlock"})
    assert count_groups(found) == {name: 2}


def test_a_longer_pattern_names_a_scope(grammar: Grammar) -> None:
    found = named(backboned(), grammar, Gated="SEBlock > Conv2D", Backbone="efficient")
    assert count_groups(found) == {"Backbone": 1, "SEBlock": 2, "Gated": 2}


def test_layers_are_named_by_a_part_of_their_names(grammar: Grammar) -> None:
    found = named(backboned(), grammar, Block="block?_conv")
    assert count_groups(found) == {"Block": 2}
    found = named(backboned(), grammar, Last="block1_* > GlobalAverage*")
    assert count_groups(found) == {"Last": 1}


def test_calls_that_differ_are_variants(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(32, 32, 3), 16)
    x = net.conv(add_squeeze(net, x, "se_0:SEBlock"), 16)
    for kernel in (3, 1):
        x = net.conv(x, 16, kernel, scope=("se_1:SEBlock",))
    rules = (GroupRule("SE", "SEBlock"),)
    network = net.network(net.dense(net.gap(x), 3))
    found = outline(network, grammar, Options(groups=rules), "layers")
    assert count_groups(found) == {"SE": 2}


def test_a_scope_with_several_ways_out_is_told(grammar: Grammar) -> None:
    (notice,) = named(backboned(exits=2), grammar, Backbone="efficient").notices
    assert notice.text.endswith(
        "matches nothing (efficient); data leaves 'efficient' at 2 layers (pool, top)"
    )


def test_the_body_of_a_backbone_holds_its_repeats(grammar: Grammar) -> None:
    net = Builder()
    inside = {"scope": ("resnet:Functional",)}
    x = net.conv(net.input(32, 32, 3), 16, **inside)
    for _ in range(6):
        inner = net.conv(net.conv(x, 16, **inside), 16, **inside)
        x = net.add("Add", [inner, x], net.shape(x), **inside)
    network = net.network(net.dense(net.gap(x), 10))
    found = named(network, grammar, "blocks", Backbone="resnet")
    assert count_groups(found) == {"Residual block": 6, "Backbone": 1}
    assert [block.type for block in found.blocks if block.is_group] == ["Backbone"]


@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=6), st.booleans())
def test_any_partition_into_scopes_expands(grammar: Grammar, names: list[str], once: bool) -> None:
    net = Builder()
    x = net.input(8, 8, 3)
    for number, name in enumerate(names):
        step = f"{name if once else f'{name}{number}'}:Class{name}"
        x = net.conv(net.conv(x, 4, scope=(step,)), 4, scope=(step,))
        x = net.up(x)
    named(net.network(x), grammar, A="Classa", B="b*")
