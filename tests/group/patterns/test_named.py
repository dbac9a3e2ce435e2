"""Groups that the author named."""

from __future__ import annotations

import pytest

from net2fig.data.grammar import Grammar
from net2fig.errors import UsageError
from net2fig.group import outline
from net2fig.group.check import check_outline
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.options.types import GroupRule
from net2fig.outline import ENTRY, EXIT, Outline
from tests.group.nets import Builder, gates, inception, resnet, unet, vgg16


def named(network: Network, grammar: Grammar, **patterns: str) -> Outline:
    """Return the outline at `layers` with groups by name."""
    rules = tuple(GroupRule(name, match) for name, match in patterns.items())
    found = outline(network, grammar, Options(groups=rules), "layers")
    check_outline(network, found)
    return found


def test_a_residual_block_is_found_wherever_it_stands(grammar: Grammar) -> None:
    found = named(resnet(), grammar, Block="(Conv2D > Conv2D > Conv2D | .) > Add")
    counts = [block.count for block in found.blocks if block.is_group]
    assert counts == [2, 3, 5, 2]
    (group,) = found.groups
    assert (group.name, group.occurrences) == ("Block", 12)
    assert [block.type for block in group.body.blocks] == ["Conv2D"] * 3 + ["Add"]


def test_branches_match_in_any_order(grammar: Grammar) -> None:
    for pattern in ("(Conv2D | Conv2D*3) > Add", "(Conv2D*3 | Conv2D) > Add"):
        found = named(resnet(), grammar, Block=pattern)
        assert found.groups[0].occurrences == 4


def test_an_inception_module_has_four_branches(grammar: Grammar) -> None:
    net = Builder()
    x = net.input(28, 28, 192)
    for widths in ((64, 96, 16, 32), (128, 128, 32, 64)):
        x = inception(net, x, widths)
    pattern = "(Conv2D | Conv2D*2 | Conv2D*2 | MaxPooling2D > Conv2D) > Concatenate"
    found = named(net.network(net.gap(x)), grammar, Module=pattern)
    assert [block.type for block in found.blocks][1:3] == ["Module", "Module"]
    assert len(found.into(found.blocks[1].id)) == 1


def test_the_first_layer_of_a_group_may_join_data(grammar: Grammar) -> None:
    found = named(unet(), grammar, Decode="Concatenate > Conv2D*2")
    groups = [block for block in found.blocks if block.is_group]
    assert [len(found.into(block.id)) for block in groups] == [2, 2, 2, 2]


def test_a_group_may_hold_a_group(grammar: Grammar) -> None:
    found = named(
        resnet(),
        grammar,
        Outer="(Inner > Conv2D | .) > Add",
        Inner="Conv2D > Conv2D[kernel_size=3]",
    )
    assert [group.name for group in found.groups] == ["Inner", "Outer"]
    assert [block.type for block in found.groups[1].body.blocks] == ["Inner", "Conv2D", "Add"]


def test_a_body_is_entered_and_left(grammar: Grammar) -> None:
    body = named(resnet(), grammar, Block="(Conv2D*3 | .) > Add").groups[0].body
    entered = [body[link.target].type for link in body.links if link.source == ENTRY]
    assert sorted(entered) == ["Add", "Conv2D"]
    assert [body[link.source].type for link in body.links if link.target == EXIT] == ["Add"]


def test_what_is_hidden_may_be_named_in_a_pattern(grammar: Grammar) -> None:
    pattern = "(Conv2D > BatchNormalization > ReLU > Conv2D > Conv2D | .) > Add"
    assert named(resnet(), grammar, Block=pattern).groups[0].occurrences == 12


def test_equal_layers_of_a_body_are_folded(grammar: Grammar) -> None:
    found = named(vgg16(), grammar, Step="Conv2D*3 > MaxPooling2D")
    assert [block.count for block in found.groups[0].body.blocks] == [3, 1]


def test_matches_do_not_overlap(grammar: Grammar) -> None:
    found = named(vgg16(), grammar, Pair="Conv2D > Conv2D")
    assert found.groups[0].occurrences == 5


def test_an_inactive_group_is_not_used(grammar: Grammar) -> None:
    rule = GroupRule("Pair", "Conv2D > Conv2D", active=False)
    found = outline(vgg16(), grammar, Options(groups=(rule,)), "layers")
    assert (found.groups, found.notices) == ((), ())


def test_everything_knows_no_groups(grammar: Grammar) -> None:
    rule = GroupRule("Pair", "Conv2D > Conv2D")
    assert outline(vgg16(), grammar, Options(groups=(rule,)), "everything").groups == ()


def test_inputs_that_have_to_be_told_apart_are_said(grammar: Grammar) -> None:
    rule = GroupRule("Gate", "((Conv2D | Conv2D) > Add > Conv2D | .) > Multiply")
    (notice,) = outline(gates(), grammar, Options(groups=(rule,)), "layers").notices
    hint = "its paths begin at several tensors: say at which, as in (.1 > A | .2 > B) > Add"
    assert notice.text.endswith(f"; {hint}")


def test_what_is_nearest_is_a_pattern_or_said_to_be_none(grammar: Grammar) -> None:
    rule = GroupRule("Pair", "(Conv2D | Conv2D) > Add > Conv2D > Dense")
    (notice,) = outline(gates(), grammar, Options(groups=(rule,)), "layers").notices
    ending = "are UpSampling2D, Conv2D, Conv2D > Add > Conv2D (in their order, not as a pattern)"
    assert notice.text.endswith(f"the nearest layers {ending}")


@pytest.mark.parametrize(
    ("pattern", "ending"),
    [
        ("Conv2D > Dense", "the nearest thing is Conv2D > Conv2D"),
        ("Conv2d > Dense", "the network has no 'Conv2d', did you mean 'Conv2D'?"),
        ("Flatten", "all that it names is hidden"),
        ("Conv2D[kernel_siz=3]", "Conv2D has no 'kernel_siz', did you mean 'kernel_size'?"),
        ("_ > :conv[kernels=3]", ":conv has no 'kernels', did you mean 'kernel_size'?"),
        ("Conv2D[kernel_size=1x3]", "no Conv2D has kernel_size=1x3 (there is 3)"),
    ],
)
def test_a_pattern_that_matches_nothing_warns(grammar: Grammar, pattern: str, ending: str) -> None:
    (notice,) = named(vgg16(), grammar, Step=pattern).notices
    assert notice.code == "unmatched-group"
    assert notice.text.startswith(f"unknown group: 'Step' in --group matches nothing ({pattern})")
    assert notice.text.split("; ")[1] == ending


def test_groups_that_hold_each_other_are_an_error(grammar: Grammar) -> None:
    with pytest.raises(UsageError, match=r"invalid group: 'A' in --group holds itself"):
        named(vgg16(), grammar, A="B > Conv2D", B="A > Conv2D")


def test_a_class_that_is_nowhere_does_not_count_as_hidden(grammar: Grammar) -> None:
    for pattern in (
        "Conv2D > Dropout > LayerNormalization > ReLU",
        "Conv2D > BatchNormalization > Dropout",
    ):
        found = named(resnet(), grammar, X=pattern)
        assert not found.groups
        assert [notice.code for notice in found.notices] == ["unmatched-group"]


def test_a_pattern_of_which_one_layer_is_left_says_so(grammar: Grammar) -> None:
    found = named(resnet(), grammar, X="Conv2D > BatchNormalization > ReLU")
    (notice,) = found.notices
    assert notice.code == "hidden-pattern"
    assert notice.text.endswith(
        "only 'Conv2D' is drawn: BatchNormalization, ReLU do not count while not drawn;"
        " show = ['BatchNormalization', 'ReLU']"
    )
    rule = GroupRule("X", "Conv2D > BatchNormalization > ReLU")
    shown = Options(groups=(rule,), show=("BatchNormalization", "ReLU"))
    found = outline(resnet(), grammar, shown, "layers")
    assert not found.notices
    assert found.groups
