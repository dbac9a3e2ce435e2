"""The levels of detail on networks that everybody knows."""

from __future__ import annotations

import pytest

from net2fig.data.grammar import Grammar
from net2fig.errors import UsageError
from net2fig.group import outline
from net2fig.group.check import check_outline
from net2fig.network import Extent, Network
from net2fig.options.table import Options
from net2fig.options.types import LEVELS
from tests.group.nets import Builder, add_feature_pyramid, resnet, unet, vgg16


def shown(network: Network, grammar: Grammar, level: str, **options: object) -> list[str]:
    """Return what is drawn, checked, as a list of words."""
    found = outline(network, grammar, Options(**options), level)  # type: ignore[arg-type]
    check_outline(network, found)
    return [b.type + (f" ×{b.count}" if b.count > 1 else "") for b in found.blocks]


def test_everything_shows_each_layer(grammar: Grammar) -> None:
    network = resnet()
    assert len(shown(network, grammar, "everything")) == len(network.layers)


def test_layers_folds_equal_neighbours(grammar: Grammar) -> None:
    two, three, pool = "Conv2D ×2", "Conv2D ×3", "MaxPooling2D"
    wanted = ["InputLayer", two, pool, two, pool, three, pool, three, pool, three, pool]
    assert shown(vgg16(), grammar, "layers") == [*wanted, "Dense ×2", "Dense"]


def test_layers_keeps_the_skips_of_a_unet(grammar: Grammar) -> None:
    network = unet()
    found = outline(network, grammar, Options(), "layers")
    check_outline(network, found)
    assert {block.type for block in found.blocks if block.count > 1} == {"Conv2D"}
    assert all(block.count <= 2 for block in found.blocks)
    joins = [block for block in found.blocks if block.type == "Concatenate"]
    assert [len(found.into(block.id)) for block in joins] == [2, 2, 2, 2]
    assert len(found.blocks) == 1 + 4 * 2 + 1 + 4 * 4 + 1


def test_hidden_layers_are_counted_in_order(grammar: Grammar) -> None:
    found = outline(resnet(), grammar, Options(), "layers")
    assert found.hidden == {"BatchNormalization": 53, "Activation": 49, "ZeroPadding2D": 1}


def test_a_link_shows_what_leaves_the_last_drawn_layer(grammar: Grammar) -> None:
    found = outline(resnet(), grammar, Options(), "layers")
    pool = next(block for block in found.blocks if block.type == "MaxPooling2D")
    assert [link.extent for link in found.into(pool.id)] == [Extent((112, 112), 64)]


def test_an_unknown_level_is_an_error(grammar: Grammar) -> None:
    with pytest.raises(UsageError, match="unknown level of detail: 'layer'") as caught:
        outline(vgg16(), grammar, Options(), "layer")
    assert caught.value.hint == "did you mean 'layers'?"


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_network_gives_the_same_outline(grammar: Grammar, level: str) -> None:
    assert outline(resnet(), grammar, Options(), level) == outline(
        resnet(), grammar, Options(), level
    )


def test_strided_layers_do_not_fold_where_the_resolution_is_unknown(grammar: Grammar) -> None:
    net = Builder()
    x = net.input(None, 8)
    x = net.conv(net.conv(x, 8, 5, 2, class_name="Conv1D"), 8, 5, 2, class_name="Conv1D")
    assert shown(net.network(x), grammar, "layers") == ["InputLayer", "Conv1D", "Conv1D"]


def test_what_joins_several_tensors_is_named_by_its_purpose(grammar: Grammar) -> None:
    """No "Cell" but NASNet's: what raises a resolution and joins belongs to a decoder."""
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    levels = []
    for _ in range(4):
        x = net.conv(x, 8, strides=2)
        levels.append(x)
    network = add_feature_pyramid(net, levels)
    names = {group.name for group in outline(network, grammar, Options(), "blocks").groups}
    assert names == {"Decoder node"}


@pytest.mark.parametrize(
    ("groups", "op"), [(8, "DepthwiseConv2D"), (1, "Conv2D"), (4, "Conv2D"), (None, "Conv2D")]
)
def test_a_convolution_with_as_many_groups_as_filters_is_depthwise(
    grammar: Grammar, groups: int | None, op: str
) -> None:
    net = Builder()
    x = net.conv(net.conv(net.input(8, 8, 3), 8, 1), 8, groups=groups, filters=8)
    drawn = outline(net.network(net.gap(x)), grammar, Options(), "everything")
    assert (drawn[x].type, drawn[x].op) == ("Conv2D", op)


def test_a_residual_block_that_reads_the_time_is_a_residual_block(grammar: Grammar) -> None:
    """Blocks of a diffusion network read the time as well as the block before."""
    net = Builder()
    x = net.conv(net.input(16, 16, 3), 8)
    time = net.dense(net.input(32, name="time"), 16)
    for _ in range(4):
        added = net.merge("Add", net.conv(x, 8), net.dense(time, 8))
        x = net.merge("Add", net.conv(added, 8), x)
    found = outline(net.network(net.conv(x, 3)), grammar, Options(), "blocks")
    assert [group.name for group in found.groups] == ["Residual block"]
    assert found.groups[0].occurrences == 4
