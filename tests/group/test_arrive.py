"""What reaches a block, what the network gives out, and how many parameters a block has."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from net2fig.data.grammar import load_grammar
from net2fig.group import outline
from net2fig.network import Edge, Extent, Layer, Network, Port, Shape
from net2fig.options.table import Options
from net2fig.outline import Outline


def layer(name: str, class_name: str, shape: Shape, params: int | None = 0) -> Layer:
    return Layer(name, name, class_name, None, {}, (shape,), params)


def decoder() -> Network:
    """Return a vector that is unfolded, convolved and folded again."""
    layers = (
        layer("in", "InputLayer", (None, 16)),
        layer("dense", "Dense", (None, 64), 1088),
        layer("unfold", "Reshape", (None, 4, 4, 4)),
        layer("conv", "Conv2D", (None, 4, 4, 2), 74),
        layer("fold", "Flatten", (None, 32)),
    )
    edges = (
        Edge("in", "dense"),
        Edge("dense", "unfold"),
        Edge("unfold", "conv"),
        Edge("conv", "fold"),
    )
    return Network("decoder", layers, edges, (Port("in", "in"),), (Port("out", "fold"),))


def outlined(network: Network) -> Outline:
    return outline(network, load_grammar(), Options(), "layers")


def test_a_hidden_reshape_tells_what_arrives() -> None:
    found = outlined(decoder())
    assert found["conv"].arrives == Extent((4, 4), 4)
    assert found.into("conv")[0].extent == Extent((), 64)


def per_frame(steps: int) -> Network:
    """Return what is done for each frame of a video, and then for the sequence."""
    layers = (
        layer("in", "InputLayer", (None, 8, 8, 3)),
        layer("conv", "Conv2D", (None, 8, 8, 4)),
        layer("pool", "GlobalAveragePooling2D", (None, 4)),
        layer("steps", "TimeSteps", (None, steps, 4)),
        layer("lstm", "LSTM", (None, 6)),
    )
    edges = tuple(Edge(a.id, b.id) for a, b in pairwise(layers))
    return Network("video", layers, edges, (Port("in", "in"),), (Port("out", "lstm"),))


def test_points_that_a_hidden_layer_makes_a_sequence_of_go_on_as_one() -> None:
    found = outlined(per_frame(16))
    assert found.into("lstm")[0].extent == Extent((16,), 4)
    assert found["pool"].output == Extent((16,), 4)


def test_a_point_that_stays_one_is_told_as_before() -> None:
    assert outlined(per_frame(1)).into("lstm")[0].extent == Extent((), 4)


def test_a_hidden_layer_at_the_end_tells_what_leaves() -> None:
    found = outlined(decoder())
    assert found["conv"].output == Extent((4, 4), 2)
    assert found.leaves == (Extent((), 32),)


def test_parameters_are_those_of_the_layers_shown() -> None:
    found = outlined(decoder())
    assert [block.params for block in found.blocks] == [0, 1088, 74]


@pytest.mark.parametrize("count", [None, 7])
def test_a_layer_used_twice_counts_once_and_an_unknown_count_makes_all_unknown(
    count: int | None,
) -> None:
    first = layer("a", "Dense", (None, 8), count)
    network = Network(
        "twice",
        (
            layer("in", "InputLayer", (None, 8)),
            replace(first, weights="a"),
            replace(first, id="a@2", weights="a"),
        ),
        (Edge("in", "a"), Edge("a", "a@2")),
        (Port("in", "in"),),
        (Port("out", "a@2"),),
    )
    found = outlined(network)
    assert [block.count for block in found.blocks] == [1, 2]
    assert found.blocks[-1].params == count
