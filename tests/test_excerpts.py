"""A part is drawn alone: what comes from outside is an input, what leaves an output."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from net2fig.errors import UsageError
from net2fig.excerpts import take_excerpts
from net2fig.figure import draw
from net2fig.laws import find_breaches
from net2fig.network import Network
from net2fig.options.types import PartRule
from net2fig.read import read
from net2fig.scene import Text
from tests.group.nets import Builder

MODELS = Path(__file__).resolve().parents[1] / "gallery" / "models"
NAMES = sorted(path.name.removesuffix(".network.json") for path in MODELS.glob("*.network.json"))


def load(name: str) -> Network:
    return read(MODELS / f"{name}.network.json")


def take(name: str, **fields: Any) -> Network:
    return take_excerpts(load(name), [PartRule(**fields)])


def test_an_encoder_has_its_skips_as_outputs() -> None:
    encoder = take("unet", end="max_pooling2d_3")
    assert [port.name for port in encoder.inputs] == [load("unet").inputs[0].name]
    assert [port.name for port in encoder.outputs][-1] == "max_pooling2d_3"
    assert len(encoder.outputs) == 5
    assert encoder.layers[-1].name == "max_pooling2d_3"


def test_a_decoder_has_its_skips_as_inputs() -> None:
    whole, decoder = load("unet"), take("unet", start="up_sampling2d")
    assert len(decoder.inputs) == 5
    inputs = {layer.id: layer for layer in decoder.layers if layer.op == "InputLayer"}
    for port in decoder.inputs:
        (source,) = [layer for layer in whole.layers if layer.name == port.name]
        assert inputs[port.layer].outputs[0] == source.outputs[0]
    assert decoder.outputs == whole.outputs


def test_a_nested_model_is_a_part() -> None:
    backbone = take("siamese", model="backbone")
    own = [layer for layer in backbone.layers if layer.op != "InputLayer"]
    assert own
    assert all(layer.models[0] == "backbone" for layer in own)


def test_several_parts_are_panels_of_one_figure() -> None:
    figure = draw(
        MODELS / "unet.network.json",
        template="cvpr",
        labels={"letters": True},
        part=[
            {"to": "max_pooling2d_3", "name": "Encoder"},
            {"from": "up_sampling2d", "name": "Decoder"},
        ],
    )
    assert [part.name for part in figure.outline.parts] == ["Encoder", "Decoder"]
    texts = {item.string for item, _ in figure.scene.walk() if isinstance(item, Text)}
    assert {"(a) Encoder", "(b) Decoder"} <= texts


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UsageError) as caught:
        draw(MODELS / "vgg16.network.json", part=["block6_conv1 -> predictions"])
    assert "unknown part: 'block6_conv1' in argument part[0]" in str(caught.value)
    assert caught.value.hint == "did you mean 'block5_conv1'?"


def test_two_layers_without_a_way_between_are_an_error() -> None:
    with pytest.raises(UsageError, match="nothing lies between 'fc1' and 'block1_conv1'"):
        take("vgg16", start="fc1", end="block1_conv1")


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_of_a_part_lies_on_a_way_through_it(name: str) -> None:
    whole = load(name)
    middle = whole.layers[len(whole.layers) // 2].id
    for rule in (PartRule(start=middle), PartRule(end=middle)):
        part = take_excerpts(whole, [rule])
        ids = {layer.id for layer in part.layers}
        fed = {edge.target for edge in part.edges} | {port.layer for port in part.inputs}
        read_by = {edge.source for edge in part.edges} | {port.layer for port in part.outputs}
        constants = {layer.id for layer in whole.layers} - {e.target for e in whole.edges}
        assert {e.source for e in part.edges} | {e.target for e in part.edges} <= ids
        assert ids - fed <= constants
        assert ids <= read_by


@pytest.mark.parametrize("name", ["alexnet", "fcn8", "inceptionv3", "resnet50", "segnet", "unet"])
def test_the_figure_of_a_part_breaks_no_law(name: str) -> None:
    whole = load(name)
    middle = whole.layers[len(whole.layers) // 2].id
    for rule in (PartRule(start=middle), PartRule(end=middle)):
        figure = draw(take_excerpts(whole, [rule]), template="cvpr")
        breaches = find_breaches(figure.scene, figure.outline, figure.page)
        assert [str(each) for each in breaches] == []


def make_two_headed() -> Network:
    """Return a network with an auxiliary head of two layers."""
    net = Builder()
    x = net.conv(net.input(32, 32, 3), 8, name="stem")
    head = net.conv(net.conv(x, 4, name="aux_conv"), 1, name="aux_0")
    return net.network(head, net.conv(net.conv(x, 16), 2, name="mask"))


@pytest.mark.parametrize("item", ["aux_0", "aux_?"])
def test_an_output_that_is_hidden_by_name_ends_its_branch(item: str) -> None:
    figure = draw(make_two_headed(), hide=[item])
    assert [port.name for port in figure.network.outputs] == ["mask"]
    assert "aux_conv" not in figure.network
    assert "The output aux_0 is left out." in [
        item.string for item, _ in figure.scene.walk() if isinstance(item, Text)
    ]
    assert figure.warnings == ()


def test_a_class_that_is_hidden_ends_no_branch() -> None:
    figure = draw(make_two_headed(), hide=["Conv2D"])
    assert len(figure.network.outputs) == 2


def test_the_last_output_stays() -> None:
    figure = draw(make_two_headed(), hide=["aux_0", "mask"])
    assert len(figure.network.outputs) == 2
