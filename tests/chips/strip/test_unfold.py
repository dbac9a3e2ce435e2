"""Outline → strip: groups, folds and brackets as plates; and the strip in words."""

from __future__ import annotations

from itertools import pairwise

import net2fig
from net2fig.chips.strip.strip import Plate
from net2fig.network import Edge, Layer, Network, Port
from tests.applications import application

TURN = ("Conv2D", "UpSampling2D", "DepthwiseConv2D")


def turns(count: int) -> Network:
    """Return a network of equal turns of three layers."""
    shape = (None, 8, 8, 4)
    layers = [Layer("in", "in", "InputLayer", None, {}, (shape,), 0)]
    for number in range(count):
        layers += [
            Layer(f"{name}{number}", name, name, None, {}, (shape,), 0 if name[0] == "U" else 9)
            for name in TURN
        ]
    edges = tuple(Edge(a.id, b.id) for a, b in pairwise(layers))
    ports = Port("in", "in"), Port("out", layers[-1].id)
    return Network("turns", tuple(layers), edges, (ports[0],), (ports[1],))


def test_a_run_of_blocks_that_repeats_is_one_plate() -> None:
    chips = net2fig.chip(turns(5), detail="layers")
    (piece,) = chips.material.rows[0].model.strip.pieces
    assert isinstance(piece, Plate)
    assert piece.count == 5
    assert chips.alt == "turns: 5 × (conv, up-sampling, depthwise)."


def test_cells_of_a_bracket_occur_once() -> None:
    strip = net2fig.chip(turns(5), detail="layers").material.rows[0].model.strip
    assert [cell.type for cell in strip.cells()] == list(TURN)


def test_plates_of_the_same_words_are_not_counted_as_one() -> None:
    alt = net2fig.chip(application("MobileNet")).alt
    assert "2 × (depthwise, conv), 2 × (depthwise, conv), 6 × (depthwise, conv)" in alt


def test_a_network_in_words() -> None:
    assert net2fig.chip(application("ResNet50")).alt == (
        "ResNet50: conv, max pool, 3 × (3 × conv, add), 4 × (3 × conv, add),"
        " 6 × (3 × conv, add), 3 × (3 × conv, add), global pool, dense."
    )


def test_descriptions_have_a_maximum_length() -> None:
    alt = net2fig.chip(application("NASNetLarge")).alt
    assert len(alt) < 640
    assert alt.endswith(", …")
