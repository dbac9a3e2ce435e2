"""What a table says of a model, against what is published and against Keras."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from net2fig.chips import chip
from net2fig.chips.drawing.marks import load_chip_grammar
from net2fig.data.grammar import load_grammar
from net2fig.figure import draw
from net2fig.network import Layer
from net2fig.read import read
from net2fig.rules.facts import Facts, compute_facts, count_parameters
from net2fig.rules.macs import macs
from tests.chips.conftest import network
from tests.group.nets import Builder


def facts(name: str) -> Facts:
    return compute_facts(network(name), load_grammar(), load_chip_grammar().deep)


@pytest.mark.parametrize(
    ("name", "depth"), [("vgg16", 16), ("resnet50", 50), ("densenet121", 121), ("mobilenetv2", 53)]
)
def test_the_depth_is_the_number_in_the_name(name: str, depth: int) -> None:
    assert facts(name).depth == depth


# In 10^9, as the papers print them: table 1 of ResNet, of DenseNet and others, within their digits.
@pytest.mark.parametrize(
    ("name", "published", "digits"),
    [
        ("vgg16", 15.5, 0.05),
        ("resnet50", 3.8, 0.1),
        ("mobilenetv2", 0.300, 0.001),
        ("inceptionv3", 5.72, 0.05),
        ("densenet121", 2.87, 0.05),
        ("alexnet", 0.72, 0.01),
    ],
)
def test_multiply_adds_are_those_of_the_papers(name: str, published: float, digits: float) -> None:
    products = facts(name).macs
    assert products is not None
    assert products / 1e9 == pytest.approx(published, abs=digits)


def test_shared_layers_count_once_and_multiply_twice() -> None:
    siamese = facts("siamese")
    assert siamese.params == 38_951_745
    dense = next(layer for layer in network("siamese").layers if layer.class_name == "Dense")
    assert siamese.macs is not None
    assert siamese.macs > 2 * (dense.params or 0) - 2 * 4096 - 1


def test_a_chip_counts_shared_layers_by_their_weights() -> None:
    """Two layers that are called twice, whose own names end as ids of later calls do."""
    net = Builder()
    x = net.input(4)
    net.layers[-1] = replace(net.layers[-1], params=0)
    for name, calls, params in (("scale@2", 2, 10), ("scale@4", 2, 100)):
        for call in range(calls):
            id = f"{name}@{call + 1}" if call else name
            x = net.dense(x, 4, name=id, weights=name)
            net.layers[-1] = replace(net.layers[-1], name=name, params=params)
    network = net.network(x)
    assert network.params == 110
    assert count_parameters(network) == (110, 0)
    assert draw(network).report["params"] == 110
    chips = chip(network, columns=["params"])
    assert "110" in chips.to_bytes("md").decode()


def test_a_wrapper_counts_the_products_of_the_layer_inside() -> None:
    assert facts("lstm").macs is not None


def test_an_unknown_class_with_weights_is_unknown() -> None:
    layer = Layer("x", "x", "Mine", None, {}, ((None, 4),), params=12)
    assert macs(layer, [(None, 3)]) is None


def test_an_unknown_axis_is_unknown() -> None:
    config = {"filters": 4, "kernel_size": [3, 3]}
    layer = Layer("x", "x", "Conv2D", None, config, ((None, None, None, 4),), params=112)
    assert macs(layer, [(None, None, None, 3)]) is None


@pytest.mark.keras
def test_parameters_that_are_trained_are_those_of_keras() -> None:
    import keras

    layers: list[Any] = [
        keras.applications.MobileNetV2(weights=None, input_shape=(64, 64, 3)),
        keras.applications.EfficientNetB0(weights=None, input_shape=(64, 64, 3)),
        keras.applications.ConvNeXtTiny(weights=None, input_shape=(64, 64, 3)),
    ]
    layers[0].layers[5].trainable = False
    for model in layers:
        numbers = compute_facts(read(model), load_grammar(), ())
        trained = sum(int(keras.ops.size(weight)) for weight in model.trainable_weights)
        assert numbers.params == model.count_params()
        assert numbers.trainable == trained
