"""Models inside of the model."""

from __future__ import annotations

import pytest

from net2fig.data.grammar import Grammar
from net2fig.network import Network
from net2fig.options.types import STRICTNESS, GroupRule
from tests.group.nets import Builder
from tests.group.outlines import at


def siamese(depth: int = 2) -> Network:
    """Return two inputs that pass through the same nested model, and their difference."""
    net = Builder()
    ends = []
    for call in range(2):
        scope = ("base@2" if call else "base",)
        x = net.input(28, 28, 1)
        for number in range(depth):
            rest = {
                "scope": scope,
                "weights": f"base/conv{number}",
                "name": f"{scope[0]}/conv{number}",
            }
            x = net.conv(x, 8 << number, **rest)
        ends.append(x)
    return net.network(net.merge("Subtract", *ends))


def test_a_model_that_is_called_twice_is_a_group(grammar: Grammar) -> None:
    for level in ("layers", "blocks"):
        found = at(siamese(), grammar, level)
        blocks = [(block.type, block.shared) for block in found.blocks if block.is_group]
        assert blocks == [("base", True), ("base", True)]
        assert [(group.name, group.occurrences) for group in found.groups] == [("base", 2)]


@pytest.mark.parametrize("match", STRICTNESS)
def test_a_nested_model_stays_a_group_however_strict_the_search_is(
    grammar: Grammar, match: str
) -> None:
    found = at(siamese(), grammar, match=match)
    assert [(group.name, group.occurrences) for group in found.groups] == [("base", 2)]


def test_a_nested_model_of_one_layer_is_that_layer(grammar: Grammar) -> None:
    assert at(siamese(1), grammar, "layers").groups == ()


def test_a_nested_model_that_is_met_once_is_left_open(grammar: Grammar) -> None:
    net = Builder()
    x = net.input(28, 28, 1)
    for number in range(3):
        x = net.conv(x, 8 << number, scope=("encoder",), name=f"encoder/conv{number}")
    assert at(net.network(net.dense(net.gap(x), 10)), grammar, "layers").groups == ()


def test_a_nested_model_with_two_ways_out_is_left_open(grammar: Grammar) -> None:
    net = Builder()
    ends = []
    for call in ("heads", "heads@2"):
        x = net.conv(net.input(8, 8, 4), 4, scope=(call,), name=f"{call}/a")
        ends += [x, net.conv(x, 4, scope=(call,), name=f"{call}/b")]
    assert at(net.network(net.merge("Concatenate", *ends)), grammar, "layers").groups == ()


def test_everything_opens_nested_models(grammar: Grammar) -> None:
    assert at(siamese(), grammar, "everything").groups == ()


def test_a_pattern_may_name_a_nested_model(grammar: Grammar) -> None:
    rule = GroupRule("Twins", "(base | base) > Subtract")
    found = at(siamese(), grammar, "layers", groups=(rule,))
    assert [group.name for group in found.groups] == ["base"]
    assert found.notices[0].code == "unmatched-group"


def called(*calls: str, layers: int = 2, inputs: int = 1, kernel: int = 3) -> Network:
    """Return calls of a model of some layers; the last has other kernels if asked."""
    net = Builder()
    ends = []
    for number, call in enumerate(calls):
        scope = tuple(call.split("/"))
        x = [net.input(8, 8, 4) for _ in range(inputs)]
        size = kernel if number == len(calls) - 1 else 3
        ways = [
            net.conv(each, 4, size, scope=scope, name=f"{call}/in{i}") for i, each in enumerate(x)
        ]
        y = (
            net.add("Add", ways, net.shape(ways[0]), f"{call}/add", scope=scope)
            if inputs > 1
            else ways[0]
        )
        for layer in range(layers - 1):
            y = net.conv(y, 4, scope=scope, name=f"{call}/conv{layer}")
        ends.append(y)
    return net.network(net.merge("Concatenate", *ends))


def groups(network: Network, grammar: Grammar, **options: object) -> list[tuple[str, int]]:
    """Return the groups at the level `layers`, each with how often it is met."""
    found = at(network, grammar, "layers", **options)
    return [(group.name, group.occurrences) for group in found.groups]


def test_calls_that_differ_are_no_group(grammar: Grammar) -> None:
    assert groups(called("tower", "tower@2"), grammar) == [("tower", 2)]
    assert groups(called("tower", "tower@2", kernel=1), grammar) == []


def test_several_ways_in_need_one_node_that_reads_them(grammar: Grammar) -> None:
    assert groups(called("tower", "tower@2", inputs=2), grammar) == []


def test_the_author_s_group_of_the_same_name_comes_first(grammar: Grammar) -> None:
    rule = GroupRule("tower", "Conv2D > Conv2D")
    (group,) = at(called("tower", "tower@2"), grammar, "layers", groups=(rule,)).groups
    assert group.origin.by == "rule"


def test_two_models_of_one_name_have_numbers(grammar: Grammar) -> None:
    network = called("a/tower", "a/tower@2", "b/tower", "b/tower@2")
    assert groups(network, grammar) == [("tower", 2), ("tower 2", 2)]


def test_a_model_in_a_model_is_a_group_in_a_group(grammar: Grammar) -> None:
    net = Builder()
    ends = []
    for call in ("outer", "outer@2"):
        x = net.input(8, 8, 4)
        for inner in ("inner", "inner@2"):
            for layer in range(2):
                scope = (call, inner)
                x = net.conv(x, 4, scope=scope, name=f"{call}/{inner}/conv{layer}")
        ends.append(net.conv(x, 4, 1, scope=(call,), name=f"{call}/last"))
    found = groups(net.network(net.merge("Concatenate", *ends)), grammar)
    assert found == [("inner", 4), ("outer", 2)]
