"""The automatic search for what is repeated."""

from __future__ import annotations

from typing import Any

import pytest

from net2fig.data.grammar import Grammar
from net2fig.network import Network, Shape
from net2fig.options.types import GroupRule
from net2fig.outline import ENTRY, EXIT, Outline
from tests.group.nets import (
    Builder,
    add_feature_pyramid,
    chain,
    conv_bn_relu,
    inception,
    resnet,
    unet,
    vgg16,
)
from tests.group.outlines import at, drawn_types, notes


def test_resnet_is_nine_glyphs(grammar: Grammar) -> None:
    residual = [f"Residual block ×{count}" for count in (3, 4, 6, 3)]
    ends = ["GlobalAveragePooling2D", "Dense"]
    assert drawn_types(at(resnet(), grammar)) == [
        "InputLayer",
        "Conv2D",
        "MaxPooling2D",
        *residual,
        *ends,
    ]


def test_a_residual_block_reads_as_in_the_paper(grammar: Grammar) -> None:
    (group,) = at(resnet(), grammar).groups
    body = group.body
    kernels = [block.attributes.get("kernel", ["Add"])[0] for block in body.blocks]
    assert kernels == [1, 3, 1, "Add"]
    one, two, three, add = (block.id for block in body.blocks)
    ways = [(link.source, link.target) for link in body.links]
    assert sorted(ways) == sorted(
        [(ENTRY, one), (one, two), (two, three), (three, add), (ENTRY, add), (add, EXIT)]
    )
    assert (group.name, group.occurrences) == ("Residual block", 16)
    assert notes(at(resnet(), grammar)) == [
        "The first block of each stage projects the shortcut (1×1 conv)."
    ]


def test_the_size_does_not_grow_with_the_depth(grammar: Grammar) -> None:
    deep = at(resnet((3, 8, 36, 3)), grammar)
    assert len(deep.blocks) == 9
    assert len(deep.groups[0].body.blocks) == 4


def inverted(net: Builder, x: str, features: int, strides: int) -> str:
    """Add an inverted residual of MobileNetV2."""
    before = net.shape(x)[-1] or 0
    y = net.same("ReLU", net.conv(x, 6 * before, 1))
    y = net.same("ReLU", net.depthwise(y, 3, strides))
    y = net.same("BatchNormalization", net.conv(y, features, 1))
    return net.merge("Add", x, y) if strides == 1 and features == before else y


def test_an_inverted_residual_without_shortcut_leads_its_stage(grammar: Grammar) -> None:
    net = Builder()
    x = conv_bn_relu(net, net.input(224, 224, 3), 32, 3, 2)
    x = net.conv(net.depthwise(x), 16, 1)
    stages = ((24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1))
    for features, blocks, strides in stages:
        for number in range(blocks):
            x = inverted(net, x, features, strides if number == 0 else 1)
    found = at(net.network(net.dense(net.gap(net.conv(x, 1280, 1)), 1000)), grammar)
    assert len(found.blocks) == 12
    assert [block.count for block in found.blocks if block.is_group] == [1, 2, 3, 4, 3, 3, 1]
    assert [group.name for group in found.groups] == ["Inverted residual"]
    assert notes(found, 0) == [
        "The first block of each stage has no shortcut; the first block lacks the first 1×1 conv.",
    ]


def test_dense_layers_fold_although_their_features_grow(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(56, 56, 3), 64, 7)
    for blocks in (6, 12):
        for _ in range(blocks):
            x = net.merge("Concatenate", x, net.conv(net.conv(x, 128, 1), 32, 3))
        x = net.pool(net.conv(x, 128, 1), 2, "AveragePooling2D")
    found = at(net.network(net.gap(x)), grammar)
    assert [block.count for block in found.blocks if block.is_group] == [6, 12]
    assert found.groups[0].name == "Dense layer"
    assert notes(found, 0) == ["Each dense layer adds 32 features."]


def test_inception_modules_are_letters_of_one_word(grammar: Grammar) -> None:
    net = Builder()
    x = net.input(28, 28, 192)
    for _ in range(3):
        x = inception(net, x, (64, 128, 32, 32))
    x = net.pool(x)
    for _ in range(2):
        y = net.conv(net.conv(x, 64, 1), 128)
        x = net.merge("Concatenate", net.conv(x, 128, 1), y)
    found = at(net.network(net.gap(x)), grammar)
    assert drawn_types(found)[1:4] == ["Inception A ×3", "MaxPooling2D", "Inception B ×2"]


def test_squeeze_and_excite_is_a_group_of_its_own(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(32, 32, 3), 32)
    for _ in range(4):
        y = net.depthwise(net.conv(x, 64, 1))
        gate = net.add("GlobalAveragePooling2D", [y], (None, 1, 1, 64))
        gate = net.conv(net.conv(gate, 8, 1), 64, 1)
        y = net.conv(net.merge("Multiply", y, gate), 32, 1)
        x = net.merge("Add", x, y)
    found = at(net.network(net.dense(net.gap(x), 10)), grammar)
    assert [group.name for group in found.groups] == ["Squeeze-and-excite", "MBConv"]


def test_a_block_keeps_its_name_with_its_norms_shown(grammar: Grammar) -> None:
    net = Builder()
    x = net.add("Embedding", [net.input(128)], (None, 128, 256))
    for _ in range(4):
        y = net.same("LayerNormalization", x)
        x = net.merge("Add", x, net.add("MultiHeadAttention", [y, y], net.shape(y)))
        y = net.dense(net.dense(net.same("LayerNormalization", x), 1024), 256)
        x = net.same("LayerNormalization", net.merge("Add", x, y))
    network = net.network(net.dense(x, 2))
    shown = at(network, grammar, show=(":norm",))
    assert [group.name for group in at(network, grammar).groups] == ["Transformer block"]
    assert [group.name for group in shown.groups] == ["Transformer block"]
    assert [b.type for b in shown.groups[0].body.blocks].count("LayerNormalization") == 3


def turned(net: Builder, x: str) -> str:
    """Add a layer that swaps places and features."""
    _, places, features = net.shape(x)
    return net.add("Permute", [x], (None, features, places), dims=[2, 1])


def test_what_works_along_another_axis_is_no_copy(grammar: Grammar) -> None:
    """The two halves of a Mixer block differ in the transpositions alone."""
    net = Builder()
    x = net.add("Embedding", [net.input(196)], (None, 196, 512))
    for _ in range(8):
        y = turned(net, net.dense(net.dense(turned(net, x), 256), 196))
        x = net.merge("Add", x, y)
        x = net.merge("Add", x, net.dense(net.dense(x, 2048), 512))
    found = at(net.network(net.dense(x, 2)), grammar)
    assert drawn_types(found) == ["InputLayer", "Embedding", "Mixer block ×8", "Dense"]
    half = ["Dense", "Dense"]
    body = [block.type for block in found.groups[0].body.blocks]
    assert body == ["Permute", *half, "Permute", "Add", *half, "Add"]


def test_a_shuffle_of_channels_is_shown(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(56, 56, 3), 240)
    for _ in range(3):
        y = net.add("Reshape", [net.conv(x, 60, 1, groups=3)], (None, 56, 56, 3, 20))
        y = net.add("Permute", [y], (None, 56, 56, 20, 3), dims=[1, 2, 4, 3])
        y = net.add("Reshape", [y], (None, 56, 56, 60))
        x = net.merge("Add", x, net.conv(net.depthwise(y), 240, 1, groups=3))
    found = at(net.network(net.dense(net.gap(x), 10)), grammar)
    assert [group.name for group in found.groups] == ["Shuffle block"]
    assert found.hidden == {"Reshape": 6}


def test_a_transformer_is_one_block_many_times(grammar: Grammar) -> None:
    net = Builder()
    ids = net.input(128)
    x = net.add("Embedding", [ids], (None, 128, 256))
    for _ in range(12):
        y = net.same("LayerNormalization", x)
        y = net.add("MultiHeadAttention", [y, y], net.shape(y), num_heads=8)
        x = net.merge("Add", x, y)
        y = net.dense(net.dense(net.same("LayerNormalization", x), 1024), 256)
        x = net.merge("Add", x, y)
    found = at(net.network(net.dense(x, 2)), grammar)
    assert drawn_types(found) == ["InputLayer", "Embedding", "Transformer block ×12", "Dense"]
    (group,) = found.groups
    assert [block.type for block in group.body.blocks] == [
        "LayerNormalization",
        "MultiHeadAttention",
        "Add",
        "LayerNormalization",
        "Dense",
        "Dense",
        "Add",
    ]


def test_a_block_ends_with_the_normalisation_behind_its_additions(grammar: Grammar) -> None:
    net = Builder()
    x = net.same("LayerNormalization", net.add("Embedding", [net.input(128)], (None, 128, 256)))
    for _ in range(6):
        y = net.add("MultiHeadAttention", [x, x], net.shape(x), num_heads=8)
        x = net.same("LayerNormalization", net.merge("Add", x, y))
        y = net.dense(net.dense(x, 1024), 256)
        x = net.same("LayerNormalization", net.merge("Add", x, y))
    found = at(net.network(net.dense(x, 2)), grammar)
    assert drawn_types(found) == [
        "InputLayer",
        "Embedding",
        "LayerNormalization",
        "Transformer block ×6",
        "Dense",
    ]
    (group,) = found.groups
    types = [block.type for block in group.body.blocks]
    assert types[:3] == ["MultiHeadAttention", "Add", "LayerNormalization"]
    assert types[-2:] == ["Add", "LayerNormalization"]


def test_normalisations_are_drawn_beside_attention_only(grammar: Grammar) -> None:
    net = Builder()
    x = net.dense(net.same("LayerNormalization", net.input(16, 32)), 8)
    assert "LayerNormalization" not in drawn_types(at(net.network(x), grammar))


def test_a_unet_has_no_groups(grammar: Grammar) -> None:
    for level in ("blocks", "stages"):
        found = at(unet(), grammar, level)
        assert found.groups == ()
        assert len(found.blocks) == 27


def test_vgg_has_no_groups(grammar: Grammar) -> None:
    assert len(at(vgg16(), grammar).blocks) == 13


def test_what_occurs_once_is_a_group_only_at_stages(grammar: Grammar) -> None:
    net = Builder()
    x = net.input(28, 28, 192)
    for features in (64, 96, 128, 160):
        x = net.pool(net.conv(x, features))
    x = inception(net, x, (64, 128, 32, 32))
    network = net.network(net.dense(net.gap(net.conv(x, 8)), 10))
    assert at(network, grammar, "blocks").groups == ()
    (group,) = at(network, grammar, "stages").groups
    assert (group.name, group.occurrences) == ("Inception module", 1)


def test_the_search_may_be_switched_off(grammar: Grammar) -> None:
    assert at(resnet(), grammar, repeats=False).groups == ()


def test_named_groups_come_first_and_keep_their_names(grammar: Grammar) -> None:
    rule = GroupRule("Residual block", "(Conv2D | Conv2D*3) > Add")
    found = at(resnet(), grammar, groups=(rule,))
    assert {group.name for group in found.groups} == {"Residual block", "Residual block A"}


def test_cells_that_look_two_steps_back_are_found(grammar: Grammar) -> None:
    net = Builder()
    before = x = net.conv(net.input(32, 32, 3), 64)
    for stage in range(2):
        for _ in range(5):
            paths = [net.merge("Add", net.conv(x, 64), net.conv(before, 64, 1)) for _ in range(3)]
            paths.append(net.merge("Add", net.depthwise(x), net.pool(before, 3, strides=1)))
            cell = net.conv(net.merge("Concatenate", *paths), 64, 1)
            before, x = x, cell
        if stage == 0:
            before, x = net.pool(before), net.pool(x)
    found = at(net.network(net.dense(net.gap(x), 10)), grammar)
    (group,) = found.groups
    assert group.name == "Cell"
    told = "Cell: each cell reads the two cells before it; up to 256 features inside."
    assert notes(found) == [told]
    assert len(found.blocks) <= 9


def test_strangers_are_not_grouped(grammar: Grammar) -> None:
    network = chain(
        lambda net, x: net.conv(x, 8),
        lambda net, x: net.pool(x),
        lambda net, x: net.up(x),
    )
    assert at(network, grammar, "stages").groups == ()


def test_layers_that_read_all_before_them_fold(grammar: Grammar) -> None:
    net = Builder()
    made = [net.conv(net.input(8, 8, 3), 12)]
    for _ in range(12):
        x = net.merge("Concatenate", *made) if len(made) > 1 else made[0]
        made.append(net.conv(net.conv(x, 48, 1), 12, 3))
    network = net.network(net.gap(net.merge("Concatenate", *made)))
    assert len(at(network, grammar).blocks) <= 8


def test_sums_that_read_alike_are_no_cells(grammar: Grammar) -> None:
    net = Builder()
    x = net.input(8, 8, 4)
    a = net.conv(x, 4)
    b = net.merge("Add", a, x)
    side = net.conv(b, 4)
    c = net.merge("Add", b, a)
    found = at(net.network(net.merge("Add", c, side)), grammar)
    assert all(block.count == 1 for block in found.blocks)


def test_what_reads_the_last_cell_but_one_may_stand_before_the_last(grammar: Grammar) -> None:
    net = Builder()
    before = x = net.conv(net.input(32, 32, 3), 64)
    for number in range(5):
        paths = [net.merge("Add", net.conv(x, 64), net.conv(before, 64, 1)) for _ in range(3)]
        if number == 4:
            side = net.conv(x, 8)
        before, x = x, net.conv(net.merge("Concatenate", *paths), 64, 1)
    found = at(net.network(net.dense(net.gap(x), 10), side, before), grammar)
    assert max(block.count for block in found.blocks) >= 3


def test_the_author_s_word_names_what_nothing_else_tells(grammar: Grammar) -> None:
    def net(name: str) -> Outline:
        made = Builder()
        x = made.input(64, 64, 3)
        for number, features in enumerate((8, 16, 32, 64, 128)):
            begin = name.format(number)
            x = made.conv(x, features, 3, name=f"{begin}conv" if begin else "")
            x = made.depthwise(x) if not begin else made.conv(x, features, 5, 1, **_deep(begin))
            x = made.conv(x, features, 1, name=f"{begin}point" if begin else "")
            x = made.pool(x) if not begin else made.add(*_pooled(made, x, begin))
        return at(made.network(made.dense(made.gap(x), 10)), grammar)

    assert [group.name for group in net("").groups] == ["Block"]
    assert [group.name for group in net("enc_unit{}_").groups] == ["Enc unit"]
    assert [group.name for group in net("x{}_").groups] == ["Block"]


def _deep(begin: str) -> dict[str, Any]:
    return {"class_name": "DepthwiseConv2D", "name": f"{begin}deep"}


def _pooled(net: Builder, x: str, begin: str) -> tuple[str, list[str], Shape, str]:
    side = (net.shape(x)[1] or 0) // 2
    return "MaxPooling2D", [x], (None, side, side, net.shape(x)[-1]), f"{begin}down"


def detector(counts: tuple[int, ...]) -> Network:
    """Return a backbone of residual blocks, of which the last stages are read by three heads."""
    net = Builder()
    x = net.conv(net.input(128, 128, 3), 8)
    levels = []
    for count in counts:
        x = net.conv(x, 16, 3, 2)
        for _ in range(count):
            x = net.merge("Add", net.conv(net.conv(x, 8, 1), 16), x)
        levels.append(x)
    x = net.conv(x, 8, 1)
    heads = [net.conv(net.depthwise(x), 4, 5)]
    for level in levels[-2:-4:-1]:
        size = tuple(2 * axis for axis in net.shape(x)[1:3])
        up = net.add("UpSampling2D", [net.conv(x, 8, 1)], (None, *size, 8), size=[2, 2])
        x = net.conv(net.merge("Concatenate", up, level), 8, 1)
        heads.append(net.conv(net.depthwise(x), 4, 5))
    return net.network(*heads)


def test_blocks_are_found_where_other_branches_leave_between_them(grammar: Grammar) -> None:
    """A backbone whose stages a detector reads shows the counts of its paper: 1, 2, 8, 8 and 4."""
    found = at(detector((1, 2, 8, 8, 4)), grammar)
    (group,) = found.groups
    assert (group.name, group.occurrences) == ("Residual block", 23)
    assert [block.count for block in found.blocks if block.is_group] == [1, 2, 8, 8, 4]


def pyramid(counts: tuple[int, ...]) -> Network:
    """Return a backbone of bottlenecks, every stage of which a pyramid reads."""
    net = Builder()
    x = net.conv(net.input(128, 128, 3), 8, 7, 2)
    levels = []
    for number, count in enumerate(counts):
        for block in range(count):
            stride = 2 if number and not block else 1
            path = net.conv(net.conv(net.conv(x, 4, 1, stride), 4), 16, 1)
            x = net.merge("Add", path, x if block else net.conv(x, 16, 1, stride))
        levels.append(x)
    return add_feature_pyramid(net, levels)


@pytest.mark.parametrize("level", ["blocks", "stages"])
def test_the_heads_of_stages_belong_to_their_blocks(grammar: Grammar, level: str) -> None:
    """The backbone of a detector shows 3, 4, 6 and 3 blocks of one group, as by itself."""
    found = at(pyramid((3, 4, 6, 3)), grammar, level)
    groups = {group.name: group.occurrences for group in found.groups}
    assert groups["Residual block"] == 16
    if level == "blocks":
        drawn = [block.count for block in found.blocks if block.type == "Residual block"]
        assert drawn == [3, 4, 6, 3]
        assert notes(found, 0)[0].startswith("Residual block: the first block of each stage")
