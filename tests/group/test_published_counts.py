"""The counts that papers print are drawn: blocks of each stage, cells, convolutions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from net2fig.data.grammar import Grammar
from net2fig.network import Network
from net2fig.outline import Outline
from tests.applications import application
from tests.group import published
from tests.group.nets import unet
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

VIT = "Dosovitskiy et al. 2021, An image is worth 16x16 words, table 1"
DEIT = "Touvron et al. 2021, Training data-efficient image transformers, table 1"
GPT2 = "Radford et al. 2019, Language models are multitask learners, table 2, and their code"
BERT = "Devlin et al. 2019, BERT, section 3"
REGNET = (
    "Radosavovic et al. 2020, Designing network design spaces, figures 15 and 16, and their code"
)
POOLFORMER = "Yu et al. 2022, MetaFormer is actually what you need for vision, table 1"
SWIN = "Liu et al. 2021, Swin Transformer, section 3.3"

BUILT: dict[str, tuple[str, Callable[[], Network], dict[str, Sequence[int]]]] = {
    "Swin-T": (
        SWIN,
        lambda: published.swin((2, 2, 6, 2), 96, (3, 6, 12, 24)),
        {"Residual block": (2, 2, 6, 2)},
    ),
    "Swin-S": (
        SWIN,
        lambda: published.swin((2, 2, 18, 2), 96, (3, 6, 12, 24)),
        {"Residual block": (2, 2, 18, 2)},
    ),
    "PoolFormer-S12": (
        POOLFORMER,
        lambda: published.poolformer((2, 2, 6, 2), (64, 128, 320, 512)),
        {"Residual block": (2, 2, 6, 2)},
    ),
    "PoolFormer-S24": (
        POOLFORMER,
        lambda: published.poolformer((4, 4, 12, 4), (64, 128, 320, 512)),
        {"Residual block": (4, 4, 12, 4)},
    ),
    "RegNetY-400MF": (
        REGNET,
        lambda: published.regnet((1, 3, 6, 6), (48, 104, 208, 440), 8),
        {"Residual block": (1, 3, 6, 6)},
    ),
    "ResNeXt-50": (
        "Xie et al. 2017, Aggregated residual transformations, table 1",
        lambda: published.resnext((3, 4, 6, 3)),
        {"Residual block": (3, 4, 6, 3)},
    ),
    "MLP-Mixer-B/16": (
        "Tolstikhin et al. 2021, MLP-Mixer, table 1",
        lambda: published.mixer(12, 768),
        {"Mixer block": (12,)},
    ),
    "ConvMixer-1536/20": (
        "Trockman and Kolter 2022, Patches are all you need?, table 1",
        lambda: published.convmixer(1536, 20, 9, 7),
        {"Block": (20,)},
    ),
    "MobileViT-S": (
        "Mehta and Rastegari 2022, MobileViT, table 4: L of the MobileViT blocks, and MV2",
        lambda: published.mobilevit((2, 4, 3), (144, 192, 240), (96, 128, 160)),
        {"Transformer block": (2, 4, 3), "Inverted residual": (1, 3, 1, 1, 1)},
    ),
    "Mixtral-8x7B": (
        "Jiang et al. 2024, Mixtral of experts, table 1",
        lambda: published.mixtral(32, 4096, 32, 8),
        {"Transformer block": (32,)},
    ),
    "DiT-XL/2": (
        "Peebles and Xie 2023, Scalable diffusion models with transformers, table 1",
        lambda: published.dit(28, 1152, 16),
        {"Transformer block": (28,)},
    ),
    "Perceiver": (
        "Jaegle et al. 2021, Perceiver, section 4.1: 8 cross-attentions, 6 blocks after each",
        lambda: published.perceiver(8, 6, 512, 1024),
        {"Transformer stage": (8,)},
    ),
}
"""As in `STAGES`, of networks that are built by hand."""

HEADS: dict[str, tuple[str, Callable[[], Network], dict[str, tuple[int, int]]]] = {
    "ViT-B/16": (VIT, lambda: published.vision(12, 768, 12), {"Transformer block": (12, 12)}),
    "ViT-L/16": (VIT, lambda: published.vision(24, 1024, 16), {"Transformer block": (24, 16)}),
    "ViT-H/14": (VIT, lambda: published.vision(32, 1280, 16), {"Transformer block": (32, 16)}),
    "DeiT-Ti": (DEIT, lambda: published.vision(12, 192, 3), {"Transformer block": (12, 3)}),
    "DeiT-S": (DEIT, lambda: published.vision(12, 384, 6), {"Transformer block": (12, 6)}),
    "GPT-2": (
        GPT2,
        lambda: published.language(12, 768, 12, before=True),
        {"Transformer block": (12, 12)},
    ),
    "GPT-2 medium": (
        GPT2,
        lambda: published.language(24, 1024, 16, before=True),
        {"Transformer block": (24, 16)},
    ),
    "BERT-base": (
        BERT,
        lambda: published.language(12, 768, 12, before=False),
        {"Transformer block": (12, 12)},
    ),
    "BERT-large": (
        BERT,
        lambda: published.language(24, 1024, 16, before=False),
        {"Transformer block": (24, 16)},
    ),
    "Transformer": (
        "Vaswani et al. 2017, Attention is all you need, table 3, base",
        lambda: published.translation(6, 6, 512, 8, before=False),
        {"Encoder block": (6, 8), "Decoder block": (6, 8)},
    ),
    "T5-small": (
        "Raffel et al. 2020, Exploring the limits of transfer learning, section 3.7",
        lambda: published.translation(6, 6, 512, 8, before=True),
        {"Encoder block": (6, 8), "Decoder block": (6, 8)},
    ),
    "Whisper tiny": (
        "Radford et al. 2023, Robust speech recognition, table 1",
        lambda: published.whisper(4, 4, 384, 6),
        {"Encoder block": (4, 6), "Decoder block": (4, 6)},
    ),
    "DETR": (
        "Carion et al. 2020, End-to-end object detection with transformers, section 4",
        lambda: published.detr((3, 4, 6, 3), 6, 6),
        {"Encoder block": (6, 8), "Decoder block": (6, 8)},
    ),
}
"""By network: the source, and of each group how many blocks there are and heads in each of them."""


def stages(found: Outline, name: str) -> list[int]:
    """Return how many blocks with a name are drawn at each number of features, in order."""
    counts: dict[int | None, int] = {}
    turns = {id: bracket.count for bracket in found.brackets for id in bracket.blocks}
    for block in found.blocks:
        if block.type == name and block.output is not None:
            features = block.output.features
            counts[features] = counts.get(features, 0) + block.count * turns.get(block.id, 1)
    return list(counts.values())


@pytest.mark.parametrize("name", STAGES)
def test_the_blocks_of_each_stage_are_those_of_the_paper(name: str, grammar: Grammar) -> None:
    found = at(application(name), grammar)
    _, expected = STAGES[name]
    assert {group: tuple(stages(found, group)) for group in expected} == expected


@pytest.mark.parametrize("name", BUILT)
def test_the_blocks_of_built_networks_are_those_of_the_paper(name: str, grammar: Grammar) -> None:
    _, build, expected = BUILT[name]
    found = at(build(), grammar)
    assert {group: tuple(stages(found, group)) for group in expected} == expected


@pytest.mark.parametrize("name", HEADS)
def test_blocks_and_heads_are_those_of_the_paper(name: str, grammar: Grammar) -> None:
    _, build, expected = HEADS[name]
    found = at(build(), grammar)
    groups = {group.name: group for group in found.groups}
    for group, (blocks, heads) in expected.items():
        assert sum(stages(found, group)) == groups[group].occurrences == blocks
        body = groups[group].body.blocks
        assert {b.attributes["heads"] for b in body if b.kind == "attention"} == {heads}


def test_a_unet_has_the_levels_of_the_paper(grammar: Grammar) -> None:
    """Ronneberger et al. 2015, figure 1: four poolings, and two convolutions at each level."""
    found = at(unet(), grammar)
    types = [block.type for block in found.blocks]
    assert (types.count("MaxPooling2D"), types.count("Concatenate")) == (4, 4)
    pairs = [block.count for block in found.blocks if block.type == "Conv2D" and block.count > 1]
    assert pairs == [2] * 9


def test_a_mixture_has_the_experts_of_the_paper(grammar: Grammar) -> None:
    """Jiang et al. 2024, table 1: eight experts, in each of 32 layers."""
    _, build, _ = BUILT["Mixtral-8x7B"]
    groups = {group.name: group for group in at(build(), grammar).groups}
    types = [block.type for block in groups["Mixture of experts"].body.blocks]
    assert (groups["Mixture of experts"].occurrences, types.count("Expert")) == (32, 8)


def test_a_perceiver_has_the_blocks_of_the_paper(grammar: Grammar) -> None:
    """Jaegle et al. 2021, section 4.1: 48 blocks, six after each cross-attention."""
    _, build, _ = BUILT["Perceiver"]
    groups = {group.name: group for group in at(build(), grammar).groups}
    (run,) = (b for b in groups["Transformer stage"].body.blocks if b.type == "Transformer block")
    assert (run.count, groups["Transformer block"].occurrences) == (6, 48)


def test_there_are_forty_architectures() -> None:
    names = [*STAGES, *BUILT, *HEADS, *TOTALS, *CONVOLUTIONS, "U-Net"]
    assert len(set(names)) == len(names) >= 40


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
