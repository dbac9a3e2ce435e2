"""One chip: what is in it, and that it keeps the laws of a figure."""

from __future__ import annotations

from pathlib import Path

import pytest

import net2fig
from net2fig.errors import UsageError
from net2fig.network import Layer, Network, Port
from net2fig.scene import Group, Text
from tests.chips.conftest import MODELS, gallery


def glyphs(chips: net2fig.Chips) -> list[str]:
    """Return the classes of layer of the cells, from left to right, without the legend's."""
    return [
        dict(item.data)["type"]
        for item, above in chips.scene.walk()
        if isinstance(item, Group)
        and "glyph" in item.classes
        and not any("legend" in group.classes for group in above)
    ]


def test_every_layer_of_vgg16_is_a_cell() -> None:
    types = glyphs(net2fig.chip(gallery("vgg16")))
    assert types.count("Conv2D") == 13
    assert types.count("Dense") == 3
    assert types.count("MaxPooling2D") == 5


def test_a_residual_network_has_plates_with_their_counts() -> None:
    chips = net2fig.chip(gallery("resnet50"))
    texts = [item.string for item, _ in chips.scene.walk() if isinstance(item, Text)]
    assert [text for text in texts if text.startswith("×")] == ["×3", "×4", "×6", "×3"]


@pytest.mark.parametrize("size", ["xs", "s", "m", "l"])
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name.split(".")[0])
def test_every_model_has_a_chip_of_every_size(path: Path, size: str) -> None:
    chips = net2fig.chip(path, size=size)
    assert glyphs(chips)
    assert chips.report["min_text_pt"] is None or chips.report["min_text_pt"] >= 6


def test_a_chip_is_the_same_each_time() -> None:
    first, second = (net2fig.chip(gallery("unet")).to_bytes("svg") for _ in range(2))
    assert first == second


def test_an_unknown_size_is_an_error() -> None:
    with pytest.raises(UsageError, match="unknown size: 'x'"):
        net2fig.chip(gallery("lenet5"), size="x")


def test_a_chip_without_a_model_is_an_error() -> None:
    with pytest.raises(UsageError, match="missing argument: a model"):
        net2fig.chip([])


def test_a_chip_needs_a_layer() -> None:
    data = Layer("x", "x", "InputLayer", None, {}, ((None, 8),), 0)
    port = Port("x", "x")
    network = Network("empty", (data,), (), (port,), (port,))
    with pytest.raises(UsageError, match="missing layers: 'empty'"):
        net2fig.chip(network)
