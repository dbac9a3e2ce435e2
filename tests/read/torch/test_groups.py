"""The author's classes name the groups that they make."""

from __future__ import annotations

from typing import Any

import pytest

from net2fig.figure import Figure, draw
from tests.read.torch.conftest import build

pytestmark = pytest.mark.torch


def groups_of(figure: Figure) -> dict[str, int]:
    return {group.name: group.occurrences for group in figure.outline.groups}


@pytest.mark.parametrize(
    ("name", "options", "shape", "groups"),
    [
        ("resnet.ResNet", {"layers": (2, 3, 2, 2), "width": 8}, (3, 64, 64), {"Bottleneck": 9}),
        # "Block" says less than what it holds.
        ("vit.VisionTransformer", {"dim": 24, "depth": 5}, (3, 224, 224), {"Transformer block": 5}),
        # In a pyramid, paths leave between the blocks.
        ("others.FPN", {"width": 8, "out": 8}, (3, 64, 64), {"BasicBlock": 8, "Decoder node": 3}),
    ],
)
def test_groups_are_called_by_their_class(
    name: str, options: dict[str, Any], shape: tuple[int, ...], groups: dict[str, int]
) -> None:
    figure = draw(build(name, **options), input_shape=shape, detail="blocks")
    assert groups_of(figure) == groups


def test_runs_of_a_block_are_folded_also_in_a_pyramid() -> None:
    figure = draw(build("others.FPN", 8, 8), input_shape=(3, 64, 64), detail="blocks")
    blocks = [block for block in figure.outline.blocks if block.type == "BasicBlock"]
    assert [block.count for block in blocks] == [2, 2, 2, 2]
    (note,) = [
        note for group in figure.outline.groups for note in group.notes if note.kind == "projected"
    ]
    assert note.group == "BasicBlock"


def test_a_class_of_other_things_names_no_group() -> None:
    """The layers of the attention are one layer; the containers around the blocks name nothing."""
    figure = draw(build("vit.VisionTransformer", 32, 8, 24, 3, 3), input_shape=(3, 32, 32))
    scopes = {step.class_name for layer in figure.network.layers for step in layer.scope}
    assert scopes == {"PatchEmbed", "Block", "Mlp"}
