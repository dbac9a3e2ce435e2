"""Networks that go down and up again within themselves."""

from __future__ import annotations

from net2fig.data.grammar import Grammar
from tests.group.nets import Builder
from tests.group.outlines import at


def add_residual(net: Builder, x: str) -> str:
    return net.merge("Add", x, net.conv(net.conv(net.conv(x, 8, 1), 8), 16, 1))


def add_hourglass(net: Builder, x: str, depth: int) -> str:
    low = add_residual(net, net.pool(x))
    low = add_hourglass(net, low, depth - 1) if depth > 1 else add_residual(net, low)
    return net.merge("Add", add_residual(net, x), net.up(add_residual(net, low)))


def test_stacked_hourglasses_are_one_group(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 16)
    ends = []
    for _ in range(2):
        y = add_residual(net, add_hourglass(net, x, 3))
        ends.append(net.conv(y, 4, 1))
        x = net.merge("Add", x, net.conv(ends[-1], 16, 1), net.conv(y, 16, 1))
    found = at(net.network(*ends, net.conv(x, 2, 1)), grammar, "blocks")
    drawn = [block.type for block in found.blocks if block.type.startswith("Hourglass")]
    assert len(drawn) == 2
    assert len(set(drawn)) == 1
    names = {group.name for group in found.groups}
    assert "Residual block" in names
    for group in found.groups:
        plain = [block.type for block in group.body.blocks].count("Conv2D")
        assert plain in (0, 3), f"{group.name} spells a residual block out"
