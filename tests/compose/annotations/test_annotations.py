"""What an author adds stands where its name is, touches nothing, and is told where it is not."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from net2fig.comparison import compare
from net2fig.errors import Net2figWarning, UsageError, UsageProblemsError
from net2fig.figure import Figure, draw
from net2fig.laws import find_breaches
from net2fig.laws.reader_view import read_scene
from net2fig.scene import Group, Text

MODELS = Path(__file__).resolve().parents[3] / "gallery" / "models"
NAMES = sorted(path.name.removesuffix(".network.json") for path in MODELS.glob("*.network.json"))


def drawn(name: str, **options: Any) -> Figure:
    return draw(MODELS / f"{name}.network.json", **{"template": "cvpr", **options})


def texts_of(figure: Figure) -> list[str]:
    return [item.string for item, _ in figure.scene.walk() if isinstance(item, Text)]


def about(figure: Figure, sort: str) -> list[tuple[str, ...]]:
    return [mark.about for mark in read_scene(figure.scene).annotations if mark.sort == sort]


VGG: dict[str, Any] = {
    "title": "VGG",
    "labels": {"title": True, "letters": True},
    "bracket": [
        {"text": "features", "from": "input_layer", "to": "block5_pool"},
        {"text": "classifier", "from": "flatten", "to": "predictions"},
    ],
    "panel": [{"title": "Frozen", "from": "block2_conv1", "to": "block4_pool"}],
    "note": [{"text": "most of the parameters", "at": "fc1"}],
    "arrow": [{"from": "predictions", "to": "block1_conv1", "label": "loss", "dashed": True}],
}


def test_annotations_are_drawn_about_what_they_name() -> None:
    figure = drawn("vgg16", **VGG)
    assert figure.warnings == ()
    assert {"VGG", "features", "classifier", "(a) Frozen", "loss"} <= set(texts_of(figure))
    classifier, features = about(figure, "bracket")
    assert features[0] == "input_layer"
    assert features[-1] == "block5_pool"
    assert classifier == ("fc2", "predictions")
    assert about(figure, "arrow") == [("predictions", "block1_conv2")]
    assert about(figure, "note") == [("fc2",)]


@pytest.mark.parametrize("format", ["svg", "pdf", "tex", "html"])
def test_annotations_are_in_every_format(format: str) -> None:
    data = drawn("vgg16", **VGG).to_bytes(format)
    if format != "pdf":  # whose texts are numbers of shapes
        assert b"classifier" in data
    assert len(data) > len(drawn("vgg16").to_bytes(format))


def test_the_description_tells_of_annotations() -> None:
    assert "Added: “(a) Frozen”, “most of the parameters”, “loss”" in drawn("vgg16", **VGG).alt


def test_a_name_that_is_not_there_is_told_once() -> None:
    with pytest.warns(Net2figWarning) as caught:
        figure = drawn("vgg16", note=[{"text": "?", "at": "block9_conv1"}])
    assert [str(each.message) for each in caught] == [
        "note at 'block9_conv1' is for nothing that is drawn (did you mean 'block5_conv1'?)"
    ]
    assert about(figure, "note") == []


def test_a_hidden_layer_is_the_one_before_it_and_at_the_start_of_a_span_the_one_after() -> None:
    span = {"text": "span", "from": "flatten", "to": "flatten"}
    figure = drawn("vgg16", note=[{"text": "note", "at": "flatten"}], bracket=[span])
    assert about(figure, "note") == [("block5_pool",)]
    assert about(figure, "bracket")[0][0] == "block5_pool"


def test_a_name_of_several_things_may_have_a_number() -> None:
    block = "Residual block"
    every = drawn("resnet50", bracket=[{"text": "blocks", "over": block}])
    second = drawn("resnet50", note=[{"text": "here", "at": f"{block} #2"}])
    (things,) = about(every, "bracket")
    assert about(second, "note") == [(things[1],)]


def test_a_list_of_modules_is_one_span() -> None:
    path = MODELS.parents[1] / "docs" / "models" / "segmenter.network.json"
    figure = draw(path, template="cvpr", bracket=[{"text": "encoder", "over": "down"}])
    (span,) = about(figure, "bracket")
    scopes = {id: figure.network[id].scope for id in span}
    assert {scopes[span[0]][0].name, scopes[span[-1]][0].name} == {"down.0", "down.3"}


def test_a_pattern_is_a_name_of_its_matches() -> None:
    figure = drawn("vgg16", note=[{"text": "pools", "at": "Conv2D*3 > MaxPooling2D #2"}])
    assert figure.warnings == ()
    assert about(figure, "note") == [("block4_conv3",)]
    every = drawn("vgg16", bracket=[{"text": "of three", "over": "Conv2D*3 > MaxPooling2D"}])
    assert about(every, "bracket") == [
        (
            "block3_conv3",
            "block3_pool",
            "block4_conv3",
            "block4_pool",
            "block5_conv3",
            "block5_pool",
        )
    ]
    with pytest.raises(UsageError, match="invalid pattern"):
        drawn("vgg16", note=[{"text": "?", "at": "(Conv2D >"}])


def test_a_span_over_several_rows_is_drawn_in_each() -> None:
    figure = drawn("vgg16", **{**VGG, "template": "cvpr-column"})
    assert figure.report["rows"] > 1
    assert texts_of(figure).count("features") == figure.report["rows"]


def test_an_edge_is_a_thing() -> None:
    figure = drawn("unet", note=[{"text": "skip", "at": "conv2d_1 -> concatenate_3"}])
    assert figure.warnings == ()
    assert "skip" in texts_of(figure)


@pytest.mark.parametrize("detail", ["everything", "layers", "blocks", "stages"])
def test_an_annotation_stays_at_its_layer_at_every_level_of_detail(detail: str) -> None:
    figure = drawn("resnet50", detail=detail, note=[{"text": "here", "at": "conv3_block2_2_conv"}])
    ((id,),) = about(figure, "note")
    (block,) = [each for each in figure.outline.blocks if each.id == id]
    assert "conv3_block2_2_conv" in block.layers


def test_comparisons_tell_that_they_are_without_annotations_and_parts() -> None:
    paths = [MODELS / f"{name}.network.json" for name in ("vgg16", "alexnet")]
    comparison = compare(*paths, note=VGG["note"], part=["-> fc1"])
    messages = [notice.text for notice in comparison.warnings]
    assert "comparisons are drawn without annotations" in messages
    assert "comparisons are of whole networks, not of parts" in messages
    pinned = compare(*paths, pins=[{"layer": "fc1", "text": "wide"}])
    told = "comparisons have marks of their own: pins and tints are not drawn"
    assert told in [notice.text for notice in pinned.warnings]


def test_panels_lie_beneath_the_network() -> None:
    figure = drawn("vgg16", **VGG)
    groups = [item.classes for item in figure.scene.items if isinstance(item, Group)]
    assert groups.index(("annotations", "under")) < groups.index(("network",))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"bracket": [{"text": "a", "from": "x"}]},
            "missing span: argument bracket[0] (either `over`, or `from` and `to`)",
        ),
        (
            {"arrow": [{"from": "x"}]},
            "missing end: argument arrow[0] (`from` and `to`, or one and a `label`)",
        ),
        (
            {"note": [{"text": "a", "at": "b", "color": "convv"}]},
            "unknown color: 'convv' in argument note[0].color",
        ),
    ],
)
def test_what_is_wrong_is_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageProblemsError) as caught:
        drawn("vgg16", **options)
    assert message in str(caught.value)


def choose(figure: Figure, chance: random.Random) -> dict[str, Any]:
    """Return annotations about layers that are drawn."""
    blocks = [block for block in figure.outline.blocks if block.layers]

    def span() -> dict[str, str]:
        first, last = sorted(chance.choices(range(len(blocks)), k=2))
        return {"from": blocks[first].layers[0], "to": blocks[last].layers[-1]}

    def side() -> str:
        return chance.choice(["auto", "auto", "above", "below"])

    words = ["a note", "a longer note that goes on for more than a line of text"]
    notes = [
        {"text": chance.choice(words), "at": chance.choice(blocks).layers[0], "side": side()}
        for _ in range(chance.randint(0, 3))
    ]
    brackets = [{"text": "bracket", "side": side(), **span()} for _ in range(chance.randint(0, 3))]
    arrows = [{"label": "loss", "side": side(), **span()} for _ in range(chance.randint(0, 2))]
    panels = [{"title": "Panel", **span()}] * chance.randint(0, 1)
    return {"note": notes, "bracket": brackets, "arrow": arrows, "panel": panels}


@pytest.mark.filterwarnings("ignore::net2fig.errors.Net2figWarning")
@pytest.mark.parametrize("glyphs", ["auto", "trapezoids", "boxes", "volumes"])
@pytest.mark.parametrize("name", NAMES)
def test_annotations_at_random_break_no_law(name: str, glyphs: str) -> None:
    chance = random.Random(f"{name}-{glyphs}")  # noqa: S311
    template = chance.choice(["cvpr", "cvpr-column", "neurips", "slides"])
    plain = drawn(name, template=template, glyphs=glyphs)
    figure = drawn(name, template=template, glyphs=glyphs, **choose(plain, chance))
    breaches = find_breaches(figure.scene, figure.outline, figure.page)
    # Boxes have the size of their names; a figure that is too wide is told.
    is_wide = "too-wide" in {notice.code for notice in figure.warnings}
    assert [str(b) for b in breaches if not (is_wide and "pt wide" in b.message)] == []
