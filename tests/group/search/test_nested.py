"""Models inside of the model."""

from __future__ import annotations

from net2fig.data.grammar import Grammar
from net2fig.network import Network
from net2fig.options.types import GroupRule
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
