"""Open axes as shares of what comes in."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import net2fig
from net2fig.attributes import keras_attributes
from net2fig.comparison.joint import SIDES
from net2fig.network import Edge, Layer, Network, Port, Shape, Share
from net2fig.read import fill_open_axes
from net2fig.read.open_sizes import fill_with_shares
from net2fig.rules.shapes import infer

CONV = ("Conv2D", {"filters": 8, "kernel_size": [3, 3], "padding": "same"})
DOWN = ("Conv2D", {"filters": 8, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same"})
VALID = ("Conv2D", {"filters": 8, "kernel_size": [3, 3], "padding": "valid"})
POOL = ("MaxPooling2D", {"pool_size": [2, 2]})
UP = ("UpSampling2D", {"size": [2, 2]})
POINT = ("GlobalAveragePooling2D", {"keepdims": True})


def chain(shape: Shape, *specs: tuple[str, dict[str, object]]) -> Network:
    """Return layers one after the other, with the shapes that the rules give."""
    layers = [Layer("in", "in", "InputLayer", None, {}, (shape,))]
    for number, (class_name, config) in enumerate(specs):
        out = tuple(infer(keras_attributes(class_name, config), [layers[-1].output]))
        layers.append(Layer(f"l{number}", f"l{number}", class_name, None, config, out))
    edges = tuple(Edge(a.id, b.id) for a, b in pairwise(layers))
    ends = (Port("in", "in"),), (Port("out", layers[-1].id),)
    return Network("net", tuple(layers), edges, *ends)


def axes(network: Network) -> list[str]:
    return [str(layer.output[1]) for layer in network.layers if layer.output]


def value(words: str, size: int) -> int:
    """Return what a share is of a size: the sum as a reader does it."""
    many, part, rest = re.fullmatch(r"(\d*)H(?:/(\d+))?([+−]\d+)?", words).groups()
    size_of_share = Fraction(int(many or 1) * size, int(part or 1)) + int(
        (rest or "0").replace("−", "-")
    )
    assert size_of_share.denominator == 1
    return int(size_of_share)


def test_halvings_are_shares() -> None:
    filled = fill_with_shares(chain((None, None, None, 3), CONV, DOWN, POOL, UP, POINT))
    assert axes(filled) == ["H", "H", "H/2", "H/4", "H/2", "1"]
    assert [str(axis) for axis in filled.layers[3].output[1:]] == ["H/4", "W/4", "8"]


def test_losses_at_the_border_are_shares() -> None:
    filled = fill_with_shares(chain((None, None, None, 3), VALID, VALID, POOL, VALID))
    assert axes(filled) == ["H", "H−2", "H−4", "H/2−2", "H/2−4"]


@given(st.lists(st.sampled_from([CONV, DOWN, VALID, POOL, UP]), max_size=8))
def test_shares_are_right_for_any_size(layers: list[tuple[str, dict[str, object]]]) -> None:
    """The same layers with a known size have what the shares say of it."""
    size = 512 * 9
    filled = fill_with_shares(chain((None, None, None, 3), *layers))
    known = chain((None, size, size, 3), *layers)
    for shape, layer in zip(axes(filled), known.layers, strict=True):
        assert value(shape, size) == layer.output[1]


def test_a_known_network_is_unchanged() -> None:
    network = chain((None, 64, 64, 3), CONV, POOL)
    assert not network.is_open
    assert fill_with_shares(network) == network


def test_axes_without_a_rule_are_unchanged() -> None:
    network = chain((None, None, None, 3), CONV)
    strange = Layer("x", "x", "Strange", "my", {}, ((None, None, None, 8),))
    network = Network(
        "net",
        (*network.layers, strange),
        (*network.edges, Edge("l0", "x")),
        network.inputs,
        (Port("out", "x"),),
    )
    assert fill_with_shares(network) is network


def test_mixed_open_and_known_axes_are_unchanged() -> None:
    network = chain((None, None, 64, 3), CONV)
    assert fill_with_shares(network) is network


@pytest.mark.parametrize("rank", [1, 3])
def test_the_letters_depend_on_the_number_of_axes(rank: int) -> None:
    pool = (f"MaxPooling{rank}D", {"pool_size": [2] * rank})
    filled = fill_with_shares(chain((None, *[None] * rank, 3), pool))
    wanted = {1: ["L/2"], 3: ["D/2", "H/2", "W/2"]}[rank]
    assert [str(axis) for axis in filled.layers[1].output[1:-1]] == wanted


def test_a_share_is_compared_as_a_length_and_printed_as_words() -> None:
    half, whole = Share(512, "H/2"), Share(1024, "H")
    assert half < whole
    assert f"{half}×{whole}" == "H/2×H"


def test_the_figure_shows_shares() -> None:
    figure = net2fig.draw(chain((None, None, None, 3), CONV, DOWN, CONV, DOWN, CONV))
    svg = figure.to_bytes("svg").decode()
    assert "H/4×W/4" in svg
    assert figure.network.is_open, "the network itself knows no more than before"


def test_the_length_of_an_open_axis_is_an_argument() -> None:
    network = chain((None, None, None, 3), DOWN, POOL)
    sizes = [layer.output[1] for layer in fill_open_axes(network, 224).layers if layer.output]
    assert sizes == [224, 112, 56]
    assert list(map(str, sizes)) == ["H", "H/2", "H/4"]
    known = chain((None, 64, 64, 3), CONV)
    assert fill_open_axes(known, 224) is known


def test_heights_match_those_of_a_model_with_known_sizes() -> None:
    steps = (CONV, DOWN, CONV, DOWN)
    one, two = chain((None, None, None, 3), *steps), chain((None, 64, 64, 3), *steps)
    comparison = net2fig.compare(one, two, names=("open", "known"), detail="layers")
    outline = comparison.picture.pair.outline
    sizes = [
        [block.output.resolution for block in outline.blocks if block.id.startswith(side)]
        for side in SIDES
    ]
    assert sizes[0] == sizes[1]
    svg = comparison.to_bytes("svg").decode()
    assert "H/2×W/2" in svg
    assert "32×32" in svg
