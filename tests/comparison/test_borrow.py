"""Groups that only one of two compared models has by itself."""

from __future__ import annotations

import net2fig
from net2fig.comparison import Comparison
from net2fig.data.template import load_template
from net2fig.laws import find_breaches
from net2fig.network import Network
from tests.group.nets import Builder


def residual(blocks: int, *, kernel: int = 3, gated: bool = False) -> Network:
    """Return a stem, some residual blocks, with gates in them or without, and a head."""
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 32, 7, 2)
    for _ in range(blocks):
        y = net.conv(net.conv(x, 32, kernel), 32, kernel)
        if gated:
            gate = net.add("GlobalAveragePooling2D", [y], (None, 1, 1, 32))
            y = net.merge("Multiply", y, net.conv(net.conv(gate, 8, 1), 32, 1))
        x = net.merge("Add", x, y)
    return net.network(net.dense(net.gap(x), 10))


def types(result: Comparison) -> list[list[str]]:
    """Return what is drawn of either model, at the level of blocks."""
    outline = result.picture.pair.outline
    return [[b.type for b in outline.blocks if b.id.startswith(side)] for side in ("a/", "b/")]


def both(one: Network, two: Network) -> Comparison:
    result = net2fig.compare(one, two, names=("one", "two"), detail="blocks")
    assert find_breaches(result.scene, result.picture.pair.outline, load_template("base")) == []
    assert result.warnings == ()
    return result


def test_a_block_that_occurs_once_is_a_block_as_in_the_other_model() -> None:
    ends = ["InputLayer", "Conv2D", "Residual block", "GlobalAveragePooling2D", "Dense"]
    result = both(residual(3), residual(1))
    assert types(result) == [ends, ends]
    (definition,) = result.picture.pair.outline.groups
    assert definition.occurrences == 4
    assert types(both(residual(1), residual(3))) == [ends, ends]


def test_groups_inside_a_borrowed_block_are_borrowed_too() -> None:
    result = both(residual(3, gated=True), residual(1, gated=True))
    above, below = types(result)
    assert above == below
    assert len(result.picture.pair.outline.groups) == 2


def test_a_block_with_other_kernels_is_not_borrowed() -> None:
    above, below = types(both(residual(3), residual(1, kernel=5)))
    assert "Residual block" in above
    assert "Residual block" not in below


def test_a_model_keeps_its_own_groups() -> None:
    one, two = residual(3, gated=True), residual(3)
    result = both(one, two)
    alone = [net2fig.draw(each, detail="blocks").outline.groups for each in (one, two)]
    counts = sorted(group.occurrences for groups in alone for group in groups)
    assert sorted(group.occurrences for group in result.picture.pair.outline.groups) == counts
