"""A framework with words of its own: the same figure, its patterns in both words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from net2fig.attributes import ADAPTERS, Adapter, LayerSpec, find_op
from net2fig.chips import chip
from net2fig.cli import main
from net2fig.figure import draw
from net2fig.network import Layer, Network
from net2fig.read import dump
from net2fig.rules.facts import count_multiply_adds, count_parameters
from net2fig.rules.receptive import receptive_field
from tests.applications import application
from tests.chips.conftest import network as gallery

CLASSES = {
    "Conv2D": "Conv2d",
    "BatchNormalization": "BatchNorm2d",
    "Dense": "Linear",
    "MaxPooling2D": "MaxPool2d",
    "MultiHeadAttention": "MultiheadAttention",
    "LayerNormalization": "LayerNorm",
}
"""Words of Keras, and those of the toy for the same."""

KEYS = {
    "kernel_size": "kernel",
    "strides": "step",
    "dilation_rate": "spread",
    "pool_size": "window",
    "units": "out_features",
    "filters": "out_channels",
    "num_heads": "heads_of",
    "activation": "curve",
    "axis": "dim",
}
"""Keys of Keras, and those of the toy for the same."""

WORDS = {
    "kernel": "kernel",
    "stride": "step",
    "dilation": "spread",
    "pool": "window",
    "units": "out_features",
    "filters": "out_channels",
    "heads": "heads_of",
    "activation": "curve",
    "axis": "dim",
    "channels": "data_format",
    "factor": "size",
}


def toy_layer(value: Any) -> LayerSpec | None:
    """Take apart a layer as the toy writes it."""
    return (value["is"], "torch", value) if isinstance(value, Mapping) and "is" in value else None


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ADAPTERS, "torch", Adapter(WORDS, toy_layer))


def toy(network: Network) -> Network:
    """Return the same network as a reader of the toy framework would."""
    return replace(network, layers=tuple(map(translated, network.layers)))


def translated(layer: Layer) -> Layer:
    class_name = CLASSES.get(layer.class_name, layer.class_name)
    module = "torch.nn.modules"
    return replace(
        layer,
        class_name=class_name,
        module=module,
        config={KEYS.get(key, key): value for key, value in layer.config.items()},
        op=find_op(class_name, module),
    )


def in_words_of_keras(text: str) -> str:
    for ours, theirs in CLASSES.items():
        text = re.sub(rf"\b{theirs}\b", ours, text)
    return text


NETWORKS = {
    "ResNet50": lambda: application("ResNet50"),
    "MobileNetV2": lambda: application("MobileNetV2"),
    "vit": lambda: gallery("vit"),
    "unet": lambda: gallery("unet"),
}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("detail", ["auto", "layers", "blocks", "everything"])
def test_the_figure_is_that_of_its_twin(name: str, detail: str) -> None:
    network = NETWORKS[name]()
    twin = toy(network)
    assert [layer.op for layer in twin.layers] == [layer.op for layer in network.layers]
    # Where the words for what is not shown are longer, the legend may take a line more.
    legend = detail != "layers"
    theirs, ours = (draw(each, detail=detail, legend=legend) for each in (twin, network))
    svg = theirs.to_bytes("svg").decode()
    assert "Conv2d" in svg or "Linear" in svg
    assert not re.search(r"\bConv2D\b|\"Dense\"", svg)
    assert in_words_of_keras(svg) == ours.to_bytes("svg").decode()


@pytest.mark.parametrize("name", ["ResNet50", "MobileNetV2", "vit"])
def test_the_numbers_are_those_of_its_twin(name: str) -> None:
    network = NETWORKS[name]()
    twin = toy(network)
    assert count_parameters(twin) == count_parameters(network)
    assert count_multiply_adds(twin) == count_multiply_adds(network) is not None
    assert receptive_field(twin) == receptive_field(network)


@pytest.mark.parametrize("conv", ["Conv2D", "Conv2d"])
@pytest.mark.parametrize("size", ["kernel=3", "kernel_size=3"])
def test_a_pattern_may_use_either_word(conv: str, size: str) -> None:
    twin = toy(gallery("vgg16"))
    group = {"name": "Twice", "match": f"{conv} > {conv}[kernel=3]"}
    found = draw(twin, group=[group], detail="layers")
    assert [each.name for each in found.outline.groups] == ["Twice"]
    assert not found.warnings
    # A key of Keras is none of the toy's.
    other = draw(twin, group=[{**group, "match": f"{conv} > {conv}[{size}]"}], detail="layers")
    assert bool(other.outline.groups) == (size == "kernel=3")


@pytest.mark.parametrize("word", ["Dense", "Linear"])
def test_hide_and_styles_take_either_word(word: str) -> None:
    twin = toy(gallery("vgg16"))
    hidden = draw(twin, hide=[word], detail="layers")
    assert dict(hidden.outline.hidden)["Linear"] == 3
    styled = draw(twin, style={word: {"label": "Projection"}}, detail="layers")
    assert "Projection" in styled.to_bytes("svg").decode()
    assert not hidden.warnings
    assert not styled.warnings


def test_what_is_told_is_in_its_own_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "resnet.json"
    file.write_text(dump(toy(application("ResNet50"))), encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["explain", str(file)])
    out, err = capfd.readouterr()
    assert err == ""
    assert "BatchNorm2d" in out
    assert "Conv2d" in out
    assert not re.search(r"\b(Conv2D|BatchNormalization)\b", out)


def test_chips_are_those_of_its_twin() -> None:
    twin, ours = (
        chip(each).to_bytes("svg").decode() for each in (toy(gallery("vgg16")), gallery("vgg16"))
    )
    assert in_words_of_keras(twin) == ours
