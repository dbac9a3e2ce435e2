"""Why layers are hidden and groups are made, as data in the outline."""

from __future__ import annotations

from net2fig.data.grammar import Grammar
from net2fig.group import outline
from net2fig.options.table import Options
from net2fig.options.types import GroupRule
from net2fig.outline import Because, Origin
from tests.group.nets import Builder, chain, conv_bn_relu, resnet
from tests.group.outlines import at


def test_each_hidden_layer_has_the_rule_that_hides_it(grammar: Grammar) -> None:
    network = chain(
        lambda net, x: conv_bn_relu(net, x, 8),
        lambda net, x: net.same("Dropout", x),
        lambda net, x: net.same("Multiply", x),
        lambda net, x: net.conv(x, 8),
    )
    found = at(network, grammar, "layers", hide=("Dropout",), show=("Activation",))
    assert found.because == (
        Because("batchnormalization_1", "kind", "norm"),
        Because("activation_1", "show", "Activation"),
        Because("dropout_1", "hide", "Dropout"),
        Because("multiply_1", "constant", "merge"),
    )
    assert found.hidden.keys() == {"BatchNormalization", "Dropout", "Multiply"}


def test_what_the_author_hides_is_not_the_levels_doing(grammar: Grammar) -> None:
    network = chain(lambda net, x: conv_bn_relu(net, x, 8))
    found = at(network, grammar, "layers", hide=("Conv1D", ":norm"))
    assert found.because[0] == Because("batchnormalization_1", "hide", ":norm")


def test_nothing_is_hidden_for_a_reason_where_all_would_be(grammar: Grammar) -> None:
    network = chain(lambda net, x: net.same("Dropout", x))
    assert at(network, grammar, "layers").because == ()


def test_show_is_no_reason_for_what_is_drawn_anyway(grammar: Grammar) -> None:
    network = chain(lambda net, x: net.conv(x, 8))
    assert at(network, grammar, "layers", show=("Conv2D",)).because == ()


def test_a_group_has_the_rule_that_made_it(grammar: Grammar) -> None:
    patterns = ("(Conv2D > Conv2D > Conv2D | .) > Add", "(Conv2D > Conv2D > Conv2D | Conv2D) > Add")
    named = at(resnet(), grammar, groups=(GroupRule("Block", patterns),))
    assert [group.origin for group in named.groups] == [Origin("rule", patterns)]
    assert [group.origin for group in at(resnet(), grammar).groups] == [Origin("repeats")]


def test_a_model_inside_of_the_model_is_an_origin_whatever_its_name(grammar: Grammar) -> None:
    net = Builder()
    ends = []
    for number, call in enumerate(("tower", "tower@2")):
        x = net.input(8, 8, 3, name=f"in{number}")
        for step in "ab":
            name = f"{call}/{step}"
            scope = (call,)
            x = net.conv(x, 4, name=name, scope=scope)
        ends.append(x)
    network = net.network(net.merge("Add", *ends))
    (group,) = at(network, grammar, "layers").groups
    assert (group.name, group.origin) == ("tower", Origin("model"))


def test_what_is_met_once_is_another_origin_than_what_repeats(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(32, 32, 3), 8)
    for _ in range(2):
        x = net.merge("Add", x, net.conv(net.conv(x, 8), 8))
    for step in range(20):
        x = net.conv(x, 8, 3 + step % 2) if step % 3 else net.pool(x, 1)
    x = net.merge(
        "Concatenate",
        net.conv(net.pool(x, 1), 8),
        net.depthwise(net.conv(x, 4)),
        net.same("LayerNormalization", net.dense(x, 3)),
    )
    found = at(net.network(net.dense(net.gap(x), 10)), grammar, "stages")
    by_count = {group.origin.by: group.occurrences for group in found.groups}
    assert by_count["once"] == 1


def test_notices_say_as_data_what_they_are_about(grammar: Grammar) -> None:
    network = chain(lambda net, x: net.conv(x, 8))
    options = Options(
        hide=(":nrom", "input_1"), show=("Drop",), groups=(GroupRule("Big 'one'", "LSTM"),)
    )
    found = outline(network, grammar, options, "layers")
    assert {(notice.code, notice.about) for notice in found.notices} == {
        ("unknown-hide", ("hide", ":nrom")),
        ("unknown-hide", ("hide", "input_1")),
        ("unknown-show", ("show", "Drop")),
        ("unmatched-group", ("group", "Big 'one'")),
    }
