"""Stages have the names of their author or their stride; resolutions may be shares of the input."""

from __future__ import annotations

import pytest

from net2fig.compose.wording.words import format_shares
from net2fig.errors import Net2figWarning
from net2fig.figure import Figure
from net2fig.laws import find_breaches
from net2fig.network import Extent
from net2fig.scene import Group, Text
from tests.compose.annotations.test_annotations import drawn


def stages_of(figure: Figure) -> list[str]:
    marks = [item for item, _ in figure.scene.walk() if isinstance(item, Group)]
    brackets = [each for each in marks if each.classes == ("annotation", "bracket")]
    texts = [item for each in brackets for item in each.items if isinstance(item, Text)]
    return [text.string for text in sorted(texts, key=lambda text: text.at.x)]


def test_the_names_of_layers_name_stages() -> None:
    resnet = drawn("resnet50", labels={"stage": "auto"})
    assert stages_of(resnet) == ["conv1", "pool1", "conv2_x", "conv3_x", "conv4_x", "conv5_x"]
    vgg = drawn("vgg16", labels={"stage": "names"})
    assert stages_of(vgg) == ["block1", "block2", "block3", "block4", "block5"]


def test_a_stage_without_a_name_has_its_stride() -> None:
    figure = drawn("mobilenetv2", labels={"stage": "stride"})
    assert stages_of(figure) == ["↓2", "↓4", "↓8", "↓16", "↓32"]


def test_a_network_without_stages_is_told() -> None:
    with pytest.warns(Net2figWarning, match="names nothing in this figure"):
        drawn("gpt2", labels={"stage": "auto"})


def test_resolutions_are_shares_of_the_input() -> None:
    whole = Extent((224, 112), 3)
    assert format_shares(Extent((56, 28), 64), whole) == "H/4×W/4"
    assert format_shares(Extent((224, 112), 64), whole) == "H×W"
    assert format_shares(Extent((55, 28), 64), whole) == ""
    assert format_shares(Extent((), 64), whole) == ""
    texts = [i.string for i, _ in drawn("vgg16", labels={"resolution": "relative"}).scene.walk()
             if isinstance(i, Text) and "resolution" in i.classes]  # fmt: skip
    assert texts == ["H×W", "H/2×W/2", "H/4×W/4", "H/8×W/8", "H/16×W/16", "H/32×W/32"]


@pytest.mark.filterwarnings("ignore::net2fig.errors.Net2figWarning")
@pytest.mark.parametrize("template", ["cvpr", "cvpr-column"])
@pytest.mark.parametrize("name", ["densenet121", "mobilenetv2", "resnet50", "unet", "vgg16"])
def test_stages_break_no_law(name: str, template: str) -> None:
    labels = {"stage": "auto", "resolution": "relative"}
    figure = drawn(name, template=template, labels=labels)
    assert [str(b) for b in find_breaches(figure.scene, figure.outline, figure.page)] == []
