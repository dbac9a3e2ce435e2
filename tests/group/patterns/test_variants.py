"""Families: what differs a little from a repeated block or cell is a variant of it."""

from __future__ import annotations

from net2fig.data.grammar import Grammar
from net2fig.network import Network
from tests.group.nets import Builder
from tests.group.outlines import at, drawn_types, notes


def mbconv(net: Builder, x: str, features: int, strides: int, wide: int) -> str:
    """Add an inverted residual with its gate; without its first convolution if not widened."""
    before = net.shape(x)[-1] or 0
    y = net.conv(x, wide * before, 1) if wide > 1 else x
    y = net.depthwise(y, 3, strides)
    gate = net.add("GlobalAveragePooling2D", [y], (None, 1, 1, net.shape(y)[-1]))
    gate = net.conv(net.conv(gate, 8, 1), net.shape(y)[-1] or 0, 1)
    y = net.conv(net.merge("Multiply", y, gate), features, 1)
    return net.merge("Add", x, y) if strides == 1 and features == before else y


def efficient(stages: tuple[tuple[int, int, int, int], ...]) -> Network:
    """Return a stem and stages of (features, blocks, strides, how much they widen)."""
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 32, 3, 2)
    for features, blocks, strides, wide in stages:
        for number in range(blocks):
            x = mbconv(net, x, features, strides if number == 0 else 1, wide)
    return net.network(net.dense(net.gap(net.conv(x, 1280, 1)), 10))


def test_blocks_that_do_not_widen_are_variants(grammar: Grammar) -> None:
    found = at(efficient(((16, 3, 1, 1), (24, 3, 2, 6), (40, 4, 2, 6))), grammar)
    assert drawn_types(found)[2:5] == ["MBConv ×3", "MBConv ×3", "MBConv ×4"]
    assert [group.name for group in found.groups] == ["Squeeze-and-excite", "MBConv"]
    (note,) = notes(found, 1)
    assert note.startswith("MBConv: the first block of each stage has no shortcut; ")
    assert note.endswith("blocks of the first stage lack the first 1×1 conv.")


def test_a_single_block_that_does_not_widen_is_one_too(grammar: Grammar) -> None:
    found = at(efficient(((16, 1, 1, 1), (24, 2, 2, 6), (40, 3, 2, 6))), grammar)
    assert drawn_types(found)[2:5] == ["MBConv", "MBConv ×2", "MBConv ×3"]
    assert "the first block lacks the first 1×1 conv" in notes(found, 1)[0]


def test_what_widens_and_what_does_not_never_fold(grammar: Grammar) -> None:
    found = at(efficient(((32, 3, 1, 1), (32, 3, 1, 6))), grammar)
    assert drawn_types(found)[2:4] == ["MBConv ×3", "MBConv ×3"]


def test_a_block_and_its_leader_are_a_group(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 16, 3, 2)
    for features in (24, 24):
        y = net.conv(net.depthwise(net.conv(x, 96, 1), 3, 2 if x.endswith("_1") else 1), 24, 1)
        x = net.merge("Add", x, y) if net.shape(x)[-1] == features else y
    found = at(net.network(net.dense(net.gap(x), 10)), grammar)
    assert drawn_types(found)[2] == "Inverted residual ×2"


def cells(net: Builder, x: str, stages: int, many: int) -> str:
    """Add stages of cells that read the two before them; the first of a stage shrinks one."""
    before = x
    for stage in range(stages):
        for number in range(many):
            wide = 16 << stage
            if number == 0 and stage:
                fit = net.merge(
                    "Concatenate",
                    net.conv(net.pool(before, 1, "AveragePooling2D", 2), wide // 2, 1),
                    net.conv(net.pool(before, 1, "AveragePooling2D", 2), wide // 2, 1),
                )
            else:
                fit = net.conv(before, wide, 1)
            here = net.conv(x, wide, 1)
            paths = [
                net.merge("Add", net.conv(here, wide, 5), net.conv(fit, wide)),
                net.merge("Add", net.conv(fit, wide, 5), net.depthwise(fit)),
                net.merge("Add", net.pool(here, 3, "AveragePooling2D", 1), fit),
                net.merge("Add", net.depthwise(here), here),
            ]
            before, x = x, net.merge("Concatenate", fit, *paths)
        if stage + 1 < stages:
            before, x = x, net.conv(net.pool(x), 16 << stage)
    return x


def test_cells_that_fit_their_inputs_otherwise_are_variants(grammar: Grammar) -> None:
    net = Builder()
    x = cells(net, net.conv(net.input(32, 32, 3), 16), 3, 4)
    found = at(net.network(net.dense(net.gap(x), 10)), grammar)
    group = found.groups[0]
    assert group.occurrences == 12
    (note,) = notes(found, 0)
    instead = "have two average poolings, two convs and a concatenation in place of a conv"
    assert note.startswith(f"Cell A: cells that change the resolution {instead}; ")
    assert note.endswith("each cell reads the two cells before it.")


def test_the_inside_of_a_group_is_told_where_it_holds_more(grammar: Grammar) -> None:
    found = at(efficient(((16, 2, 1, 1), (24, 2, 2, 6), (300, 3, 2, 6))), grammar)
    assert "up to 1800 features inside" in notes(found, 1)[0]
