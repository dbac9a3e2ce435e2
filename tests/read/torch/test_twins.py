"""One network in PyTorch and in Keras: the same figure but for the words of the frameworks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from net2fig.comparison import compare
from net2fig.figure import Figure, draw
from net2fig.read import read
from net2fig.read.keras.architecture import read_architecture
from net2fig.rules.facts import count_multiply_adds
from net2fig.rules.receptive import receptive_field
from tests.conftest import keras_layer, keras_model
from tests.read.torch.conftest import build

pytestmark = pytest.mark.torch


class KerasNet:
    """Builds the configuration of a functional model, layer by layer."""

    def __init__(self, *shape: int) -> None:
        self.layers = [keras_layer("InputLayer", "x", batch_shape=[None, *shape])]
        self.last = "x"

    def add(self, class_name: str, *sources: str, **config: Any) -> str:
        name = f"layer_{len(self.layers)}"
        self.layers.append(keras_layer(class_name, name, *(sources or (self.last,)), **config))
        self.last = name
        return name

    def model(self) -> dict[str, Any]:
        return keras_model(self.layers, "x", self.last)


def keras_unet(width: int, side: int, classes: int) -> dict[str, Any]:
    net = KerasNet(side, side, 3)

    def conv(filters: int, kernel: int = 3) -> str:
        return net.add(
            "Conv2D",
            filters=filters,
            kernel_size=[kernel, kernel],
            strides=[1, 1],
            padding="same",
            dilation_rate=[1, 1],
            groups=1,
            use_bias=kernel == 1,
        )

    def double(filters: int) -> str:
        for _ in range(2):
            conv(filters)
            net.add("BatchNormalization", axis=-1, scale=True, center=True)
            found = net.add("ReLU")
        return found

    skips = [double(width)]
    for level in (2, 4, 8, 16):
        net.add("MaxPooling2D", pool_size=[2, 2], strides=[2, 2], padding="valid")
        skips.append(double(level * width))
    for level, skip in zip((8, 4, 2, 1), skips[-2::-1], strict=True):
        up = net.add(
            "Conv2DTranspose",
            filters=level * width,
            kernel_size=[2, 2],
            strides=[2, 2],
            padding="valid",
            use_bias=True,
        )
        net.add("Concatenate", skip, up, axis=-1)
        double(level * width)
    conv(classes, 1)
    return net.model()


def keras_resnet(layers: tuple[int, ...], width: int, side: int, classes: int) -> dict[str, Any]:
    net = KerasNet(side, side, 3)

    def conv(source: str, filters: int, kernel: int, stride: int = 1, *, last: bool = False) -> str:
        net.last = source
        net.add(
            "Conv2D",
            filters=filters,
            kernel_size=[kernel, kernel],
            strides=[stride, stride],
            padding="same",
            use_bias=False,
        )
        found = net.add("BatchNormalization", axis=-1)
        return found if last else net.add("ReLU")

    x = conv("x", width, 7, 2)
    x = net.add("MaxPooling2D", pool_size=[3, 3], strides=[2, 2], padding="same")
    for stage, count in enumerate(layers):
        planes = width * 2**stage
        for number in range(count):
            stride = 2 if stage and not number else 1
            inner = conv(conv(x, planes, 1), planes, 3, stride)
            inner = conv(inner, 4 * planes, 1, last=True)
            short = x if number else conv(x, 4 * planes, 1, stride, last=True)
            net.add("Add", inner, short)
            x = net.add("ReLU")
    net.add("GlobalAveragePooling2D")
    net.add("Dense", units=classes)
    return net.model()


def shape_of(figure: Figure) -> list[Any]:
    """Return what a figure shows, without the words of the frameworks."""
    outline = figure.outline
    return [
        (block.kind, block.count, block.output, len(block.layers) > 1) for block in outline.blocks
    ] + [(group.occurrences, len(group.body.blocks)) for group in outline.groups]


TWINS = {
    "unet": (
        lambda: build("unet.UNet", n_classes=2, width=8),
        lambda: keras_unet(8, 64, 2),
        64,
    ),
    "resnet": (
        lambda: build("resnet.ResNet", layers=(2, 2, 2, 2), width=8, num_classes=10),
        lambda: keras_resnet((2, 2, 2, 2), 8, 64, 10),
        64,
    ),
}


@pytest.mark.parametrize("detail", ["auto", "layers", "blocks"])
@pytest.mark.parametrize("name", TWINS)
def test_the_figure_is_that_of_its_twin(name: str, detail: str, tmp_path: Any) -> None:
    module, twin, side = TWINS[name]
    path = tmp_path / "twin.json"
    path.write_text(json.dumps(twin()), encoding="utf-8")
    theirs = draw(path, detail=detail)
    ours = draw(module(), input_shape=(3, side, side), detail=detail)
    assert shape_of(ours) == shape_of(theirs)
    assert ours.network.params is not None
    trainable = ours.network.params
    # The moving averages of Keras are weights; in PyTorch they are none.
    moving = sum(layer.params or 0 for layer in theirs.network.layers if "Norm" in layer.op) // 2
    assert trainable == (theirs.network.params or 0) - moving
    assert compare(theirs.network, ours.network).words == ("no difference",)
    assert count_multiply_adds(ours.network) == count_multiply_adds(theirs.network) is not None
    assert receptive_field(ours.network) == receptive_field(theirs.network) is not None


def test_a_comparison_names_what_differs_and_not_the_framework() -> None:
    theirs = read(build("resnet.ResNet", layers=(2, 2, 2, 2), width=8), input_shape=(3, 64, 64))
    path_like = keras_resnet((2, 2, 2, 2), 16, 64, 10)
    network = read_architecture(path_like, source="twin", reader="saved", name=None)
    assert compare(network, theirs).words[:2] == (
        "filters of 29 Conv2D (layer_1 … layer_89): 16 … 512 → 8 … 256",
        "units of layer_94: 10 → 1000",
    )
