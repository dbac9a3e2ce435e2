"""Layers that put features together anew are drawn where the next layer would seem to do it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.data.grammar import Grammar, load_grammar
from net2fig.network import Network, Shape
from net2fig.outline import NEEDED
from tests.group import outlines
from tests.group.nets import Builder


def reformed(*shapes: Shape, makes: str = "Conv2D", reads: str = "Dense") -> Network:
    """Return a layer that makes the first shape, reshapes, and a layer that reads the last."""
    net = Builder()
    x = net.add(makes, [net.input(8, 8, 3)], shapes[0], name="before")
    for number, shape in enumerate(shapes[1:]):
        x = net.add("Reshape", [x], shape, name=f"reshape_{number}")
    after = net.add(reads, [x], (*shapes[-1][:-1], 5), name="after")
    network = net.network(after)
    return replace(network, layers=tuple(replace(each, params=9) for each in network.layers))


@pytest.mark.parametrize(
    ("shapes", "drawn"),
    [
        # A series in patches, patches as one, tokens as a picture.
        (((None, 7, 336), (None, 7, 42, 8)), ["Reshape"]),
        (((None, 8, 8, 6), (None, 4, 2, 4, 2, 6), (None, 4, 4, 24)), ["Reshape"]),
        (((None, 16, 48), (None, 4, 4, 4, 4, 3), (None, 16, 16, 3)), ["Reshape"]),
        # A map as tokens, a flat vector, an axis of one.
        (((None, 8, 8, 6), (None, 64, 6)), []),
        (((None, 8, 8, 6), (None, 384)), []),
        (((None, 384), (None, 8, 8, 6)), []),
        (((None, 28, 28), (None, 28, 28, 1)), []),
    ],
)
def test_what_follows_reads_other_features(
    shapes: tuple[Shape, ...], drawn: list[str], grammar: Grammar
) -> None:
    found = outlines.at(reformed(*shapes), grammar, "layers")
    types = [block.type for block in found.blocks]
    assert types == ["InputLayer", "Conv2D", *drawn, "Dense"]
    assert [each.layer for each in found.because if each.by == NEEDED] == (
        [f"reshape_{len(shapes) - 2}"] if drawn else []
    )


def test_heads_are_no_features(grammar: Grammar) -> None:
    parted, whole = (None, 4, 16, 8), (None, 16, 32)
    merged = reformed(parted, whole, makes="Matmul")
    normed = reformed(whole, parted, reads="LayerNormalization")
    for network in (merged, normed):
        found = outlines.at(network, grammar, "layers", show=("LayerNormalization",))
        assert "Reshape" not in [block.type for block in found.blocks]


def test_patches_that_become_one_are_merged(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(16, 16, 3), 4)
    for size in (8, 4, 2):
        for _ in range(2):
            x = net.add("Add", [net.conv(net.conv(x, 4), 4), x], net.shape(x))
        x = net.add("Reshape", [x], (None, size, size, 16))
        x = net.same("LayerNormalization", x)
        x = net.add("Dense", [x], (None, size, size, 4))
    network = net.network(x)
    network = replace(network, layers=tuple(replace(each, params=9) for each in network.layers))
    found = outlines.at(network, grammar, "blocks", show=("LayerNormalization",))
    assert "Patch merging" in outlines.drawn_types(found)


@given(st.lists(st.integers(2, 6), min_size=1, max_size=3), st.integers(2, 8), st.booleans())
def test_equal_features_need_no_reshape(spatial: list[int], features: int, flat: bool) -> None:
    grammar = load_grammar()
    size = 1
    for axis in spatial:
        size *= axis
    after = (None, size, features) if flat else (None, *reversed(spatial), features)
    found = outlines.at(reformed((None, *spatial, features), after), grammar, "layers")
    assert [block.type for block in found.blocks] == ["InputLayer", "Conv2D", "Dense"]
