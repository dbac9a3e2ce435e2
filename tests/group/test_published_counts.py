"""The counts that papers print are drawn: blocks of each stage, cells, convolutions."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from net2fig.data.grammar import Grammar
from net2fig.outline import Outline
from tests.applications import application
from tests.group.outlines import at

RESNET = "He et al. 2016, Deep residual learning, table 1"
IDENTITY = "He et al. 2016, Identity mappings, the networks of table 1 before"
DENSENET = "Huang et al. 2017, Densely connected networks, table 1"
CONVNEXT = "Liu et al. 2022, A ConvNet for the 2020s, section 3"
EFFICIENT = "Tan and Le 2019, EfficientNet, table 1, its depths scaled"
EFFICIENT2 = "Tan and Le 2021, EfficientNetV2, table 4, and its code"
NASNET = "Zoph et al. 2018, Learning transferable architectures, figure 2, N"
SLIM = "Szegedy et al. 2016, 2017, and their code in TensorFlow-Slim"

STAGES: dict[str, tuple[str, dict[str, Sequence[int]]]] = {
    "ResNet50": (RESNET, {"Residual block": (3, 4, 6, 3)}),
    "ResNet101": (RESNET, {"Residual block": (3, 4, 23, 3)}),
    "ResNet152": (RESNET, {"Residual block": (3, 8, 36, 3)}),
    "ResNet50V2": (IDENTITY, {"Residual block": (3, 4, 6, 3)}),
    "ResNet101V2": (IDENTITY, {"Residual block": (3, 4, 23, 3)}),
    "ResNet152V2": (IDENTITY, {"Residual block": (3, 8, 36, 3)}),
    "ConvNeXtTiny": (CONVNEXT, {"ConvNeXt block": (3, 3, 9, 3)}),
    "ConvNeXtSmall": (CONVNEXT, {"ConvNeXt block": (3, 3, 27, 3)}),
    "ConvNeXtBase": (CONVNEXT, {"ConvNeXt block": (3, 3, 27, 3)}),
    "ConvNeXtLarge": (CONVNEXT, {"ConvNeXt block": (3, 3, 27, 3)}),
    "ConvNeXtXLarge": (CONVNEXT, {"ConvNeXt block": (3, 3, 27, 3)}),
    "EfficientNetB0": (EFFICIENT, {"MBConv": (1, 2, 2, 3, 3, 4, 1)}),
    "EfficientNetB1": (EFFICIENT, {"MBConv": (2, 3, 3, 4, 4, 5, 2)}),
    "EfficientNetB2": (EFFICIENT, {"MBConv": (2, 3, 3, 4, 4, 5, 2)}),
    "EfficientNetB3": (EFFICIENT, {"MBConv": (2, 3, 3, 5, 5, 6, 2)}),
    "EfficientNetB4": (EFFICIENT, {"MBConv": (2, 4, 4, 6, 6, 8, 2)}),
    "EfficientNetB5": (EFFICIENT, {"MBConv": (3, 5, 5, 7, 7, 9, 3)}),
    "EfficientNetB6": (EFFICIENT, {"MBConv": (3, 6, 6, 8, 8, 11, 3)}),
    "EfficientNetB7": (EFFICIENT, {"MBConv": (4, 7, 7, 10, 10, 13, 4)}),
    "EfficientNetV2S": (EFFICIENT2, {"Fused-MBConv": (2, 4, 4), "MBConv": (6, 9, 15)}),
    "EfficientNetV2M": (EFFICIENT2, {"Fused-MBConv": (3, 5, 5), "MBConv": (7, 14, 18, 5)}),
    "EfficientNetV2L": (EFFICIENT2, {"Fused-MBConv": (4, 7, 7), "MBConv": (10, 19, 25, 7)}),
    "MobileNetV2": (
        "Sandler et al. 2018, MobileNetV2, table 2",
        {"Inverted residual": (1, 2, 3, 4, 3, 3, 1)},
    ),
}
"""By network: the source, and how many blocks there are at each number of features, in order."""

TOTALS: dict[str, tuple[str, dict[str, int]]] = {
    "DenseNet121": (DENSENET, {"Dense layer": 6 + 12 + 24 + 16}),
    "DenseNet169": (DENSENET, {"Dense layer": 6 + 12 + 32 + 32}),
    "DenseNet201": (DENSENET, {"Dense layer": 6 + 12 + 48 + 32}),
    "MobileNet": ("Howard et al. 2017, MobileNets, table 1", {"Depthwise separable conv": 13}),
    "MobileNetV3Large": (
        "Howard et al. 2019, Searching for MobileNetV3, table 1: 15 bottlenecks, 8 with SE",
        {"Inverted residual": 7, "MBConv": 8},
    ),
    "NASNetLarge": (NASNET, {"Normal cell": 3 * 6, "Reduction cell": 4}),
    "NASNetMobile": (NASNET, {"Normal cell": 3 * 4, "Reduction cell": 4}),
    "Xception": (
        "Chollet 2017, Xception, figure 5: the middle flow, and what falls around it",
        {"Residual block": 8, "Residual block ↓": 4},
    ),
    "InceptionV3": (SLIM, {"Inception A": 3, "Inception B": 4, "Inception C": 2}),
    "InceptionResNetV2": (SLIM, {"Inception residual A": 10, "Inception residual B": 20 + 10}),
}

CONVOLUTIONS = {
    "VGG16": ("Simonyan and Zisserman 2015, table 1, D", (2, 2, 3, 3, 3)),
    "VGG19": ("Simonyan and Zisserman 2015, table 1, E", (2, 2, 4, 4, 4)),
}


def stages(found: Outline, name: str) -> list[int]:
    """Return how many blocks with a name are drawn at each number of features, in order."""
    counts: dict[int | None, int] = {}
    for block in found.blocks:
        if block.type == name and block.output is not None:
            features = block.output.features
            counts[features] = counts.get(features, 0) + block.count
    return list(counts.values())


@pytest.mark.parametrize("name", STAGES)
def test_the_blocks_of_each_stage_are_those_of_the_paper(name: str, grammar: Grammar) -> None:
    found = at(application(name), grammar)
    _, expected = STAGES[name]
    assert {group: tuple(stages(found, group)) for group in expected} == expected


@pytest.mark.parametrize("name", TOTALS)
def test_the_blocks_are_as_many_as_in_the_paper(name: str, grammar: Grammar) -> None:
    found = at(application(name), grammar)
    _, expected = TOTALS[name]
    counts = {group.name: group.occurrences for group in found.groups}
    assert {group: counts.get(group) for group in expected} == expected


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_the_convolutions_between_poolings_are_those_of_the_paper(
    name: str, grammar: Grammar
) -> None:
    counts = [0]
    for block in at(application(name), grammar, "layers").blocks:
        if block.kind == "conv":
            counts[-1] += block.count
        elif block.kind == "pool":
            counts.append(0)
    assert tuple(count for count in counts if count) == CONVOLUTIONS[name][1]


def test_a_stage_that_is_cut_would_be_seen(grammar: Grammar) -> None:
    found = at(application("ResNet50"), grammar)
    assert stages(found, "Residual block") == [3, 4, 6, 3]
    assert stages(found, "Block") == []
