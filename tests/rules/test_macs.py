"""Multiply–adds, against published tables and by hand."""

from __future__ import annotations

import gzip
import json

import pytest
from msgspec.structs import replace

from net2fig.network import Layer, Network, Shape
from net2fig.options.input_shapes import parse_input_shapes
from net2fig.read.keras.architecture import read_architecture
from net2fig.rules.facts import count_multiply_adds
from net2fig.rules.macs import PRODUCTS, RULES, macs
from net2fig.rules.params import RULES as PARAMETERS
from net2fig.rules.shapes import find_kind
from tests.applications import FOLDER, NAMES, application
from tests.conftest import keras_layer, keras_model

# Where a number is printed. Each was looked up there; that of a paper, in copies of its text.
TORCHVISION = "torchvision, `_ops` of the weights in models/*.py"
HE = "He et al. 2016, table 1, and section 4.1"
TAN = "Tan and Le 2019, table 2"
V2 = "google/automl, efficientnetv2/README.md"
SLIM_1 = "tensorflow/models, research/slim/nets/mobilenet_v1.md"
SLIM_NAS = "tensorflow/models, research/slim/nets/nasnet/README.md"
CONVNEXT = "facebookresearch/ConvNeXt, README.md"
TIMM = "pytorch-image-models, results/benchmark-infer-amp-nchw-pt240-cu124-rtx3090.csv"

# In 10^9 as printed, where, and what the remark allows beyond the last digit. Of the ResNets of the
# second version none are printed for the strides that Keras gives them.
PUBLISHED = [
    ("VGG16", "15.470", TORCHVISION, 0),
    ("VGG19", "19.632", TORCHVISION, 0),
    # Cut, not rounded.
    ("ResNet50", "3.8", HE, 0.003),
    ("ResNet101", "7.6", HE, 0),
    ("ResNet152", "11.3", HE, 0),
    ("DenseNet121", "2.834", TORCHVISION, 0),
    ("DenseNet169", "3.360", TORCHVISION, 0),
    ("DenseNet201", "4.291", TORCHVISION, 0),
    ("InceptionV3", "5.713", TORCHVISION, 0),
    # Normalisations are counted there.
    ("InceptionResNetV2", "13.18", TIMM, 0.002),
    ("Xception", "8.40", TIMM, 0.005),
    ("NASNetMobile", "0.564", SLIM_NAS, 0),
    ("NASNetLarge", "23.8", SLIM_NAS, 0),
    ("MobileNet", "0.569", SLIM_1, 0),
    ("MobileNetV2", "0.301", TORCHVISION, 0),
    ("EfficientNetB0", "0.386", TORCHVISION, 0),
    ("EfficientNetB1", "0.687", TORCHVISION, 0),
    # At torchvision the pictures are larger.
    ("EfficientNetB2", "1.0", TAN, 0),
    ("EfficientNetB3", "1.827", TORCHVISION, 0),
    ("EfficientNetB4", "4.394", TORCHVISION, 0),
    ("EfficientNetB5", "10.266", TORCHVISION, 0),
    ("EfficientNetB6", "19.068", TORCHVISION, 0),
    ("EfficientNetB7", "37.746", TORCHVISION, 0),
    ("EfficientNetV2B0", "0.72", V2, 0),
    ("EfficientNetV2B1", "1.2", V2, 0),
    ("EfficientNetV2B2", "1.7", V2, 0),
    ("EfficientNetV2B3", "3.0", V2, 0),
    ("EfficientNetV2S", "8.366", TORCHVISION, 0),
    ("EfficientNetV2M", "24.582", TORCHVISION, 0),
    ("EfficientNetV2L", "56.080", TORCHVISION, 0),
    ("ConvNeXtTiny", "4.456", TORCHVISION, 0),
    ("ConvNeXtSmall", "8.684", TORCHVISION, 0),
    ("ConvNeXtBase", "15.355", TORCHVISION, 0),
    ("ConvNeXtLarge", "34.361", TORCHVISION, 0),
    ("ConvNeXtXLarge", "60.9", CONVNEXT, 0),
]


def is_printed(count: int | None, printed: str, share: float) -> bool:
    """Tell whether a number is the printed one, to half of the last digit, and a share of it."""
    digits = len(printed.partition(".")[2])
    # A little more than half: some tables round to even.
    allowed = 0.51 * 10.0**-digits + share * float(printed)
    return count is not None and abs(count / 1e9 - float(printed)) <= allowed


@pytest.mark.parametrize(
    ("name", "printed", "_source", "share"), PUBLISHED, ids=[row[0] for row in PUBLISHED]
)
def test_multiply_adds_equal_published_tables(
    name: str, printed: str, _source: str, share: float
) -> None:
    assert is_printed(count_multiply_adds(application(name)), printed, share)


def test_a_planted_wrong_number_is_detected() -> None:
    assert is_printed(15_470_264_320, "15.470", 0)
    assert not is_printed(15_471_000_000, "15.470", 0)
    assert not is_printed(None, "15.470", 0)


# `_ops` of torchvision's weights; in Keras they leave the size of their input open.
@pytest.mark.parametrize(
    ("name", "printed"), [("MobileNetV3Large", "0.217"), ("MobileNetV3Small", "0.057")]
)
def test_an_input_shape_makes_multiply_adds_known(name: str, printed: str) -> None:
    text = gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes())
    sizes = parse_input_shapes("224x224x3")
    network = read_architecture(
        json.loads(text), source=name, reader="saved", name=name, shapes=sizes
    )
    assert is_printed(count_multiply_adds(network), printed, 0)


def test_an_open_input_makes_multiply_adds_unknown() -> None:
    open_ = {name for name in NAMES if count_multiply_adds(application(name)) is None}
    assert open_ == {"MobileNetV3Large", "MobileNetV3Small"}


def layer(class_name: str, output: Shape, **config: object) -> Layer:
    return Layer("x", "x", class_name, None, config, (output,), params=1)


@pytest.mark.parametrize(
    ("one_layer", "inputs", "expected"),
    [
        (layer("EinsumDense", (None, 5, 4, 8), equation="abc,cde->abde"), [(None, 5, 6)], 960),
        (layer("EinsumDense", (None, 5, 7), equation="...x,xy->...y"), [(None, 5, 6)], 210),
        (layer("EinsumDense", (None, 5, 6), equation="abcd,cde->abe"), [(None, 5, 2, 3)], 180),
        (layer("Dot", (None, 3, 5), axes=[2, 2]), [(None, 3, 4), (None, 5, 4)], 60),
        (layer("Dot", (None, 1), axes=1), [(None, 4), (None, 4)], 4),
        (layer("AdditiveAttention", (None, 3, 6)), [(None, 3, 4), (None, 5, 6)], 3 * 5 * 10),
        (
            layer(
                "GroupedQueryAttention",
                (None, 10, 8),
                head_dim=2,
                num_query_heads=4,
                num_key_value_heads=2,
            ),
            [(None, 10, 8), (None, 10, 8)],
            10 * 8 * 8 + 10 * 16 * 2 * 2 + 2 * 10 * 10 * 8 + 10 * 8 * 8,
        ),
        (
            layer("RNN", (None, 3), cell={"class_name": "GRUCell", "config": {"units": 3}}),
            [(None, 7, 2)],
            7 * 3 * 3 * 5,
        ),
        (
            layer(
                "RNN",
                (None, 4),
                cell={
                    "class_name": "StackedRNNCells",
                    "config": {
                        "cells": [
                            {"class_name": "LSTMCell", "config": {"units": 3}},
                            {"class_name": "SimpleRNNCell", "config": {"units": 4}},
                        ]
                    },
                },
            ),
            [(None, 7, 2)],
            7 * (4 * 3 * 5 + 4 * 7),
        ),
    ],
    ids=lambda value: value.class_name if isinstance(value, Layer) else "",
)
def test_by_hand(one_layer: Layer, inputs: list[Shape], expected: int) -> None:
    assert macs(one_layer, inputs) == expected


@pytest.mark.parametrize("class_name", sorted(PRODUCTS))
def test_products_of_tensors_are_not_guessed(class_name: str) -> None:
    one_layer = replace(layer(class_name, (None, 4)), params=0)
    assert macs(one_layer, [(None, 4), (None, 4)]) is None


def test_one_unknown_layer_makes_the_sum_unknown() -> None:
    config = keras_model(
        [
            keras_layer("InputLayer", "image", batch_shape=[None, 8]),
            keras_layer("Mine", "mine", "image"),
            keras_layer("Dense", "out", "mine", units=2),
        ],
        "image",
        "out",
    )
    network: Network = read_architecture(config, source="x.json", reader="saved", name=None)
    assert count_multiply_adds(network) is None


# What has weights that are added, scaled or looked up: one product for each value, or none.
SCALING = {"embedding", "norm"}
SCALES = {"CustomScaleLayer", "LayerScale", "Normalization", "PReLU"}


def test_classes_with_weights_have_a_rule_or_say_that_they_have_none() -> None:
    unknown = set()
    for class_name in PARAMETERS:
        one_layer = replace(layer(class_name, (None, 4)), params=12)
        scales = class_name in SCALES or find_kind(class_name) in SCALING
        if class_name not in RULES and not scales and macs(one_layer, []) is not None:
            unknown.add(class_name)
    assert {name for name in unknown if not name.startswith(("Random", "Spectral"))} == set()
