"""The figure of two models: laws hold, what belongs together is aligned, what differs is marked."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

import pytest

import net2fig
from net2fig.comparison import Comparison
from net2fig.comparison.joint import SIDES
from net2fig.data.template import load_template
from net2fig.laws import find_breaches
from net2fig.laws.reader_view import read_scene
from net2fig.network import Network
from net2fig.read import read
from net2fig.scene import Group, Text
from net2fig.scene import Path as Stroke
from tests.applications import NAMES, application
from tests.conftest import ROOT

PAIRS = [
    ("ResNet50", "ResNet50V2"),
    ("EfficientNetB0", "EfficientNetB1"),
    ("ResNet101", "ResNet152"),
    ("MobileNet", "MobileNetV2"),
    ("VGG16", "ResNet50"),
    ("unet", "segnet"),
    ("siamese", "two_input"),
    ("lstm", "seq2seq"),
    ("vit", "vae"),
]


def model(name: str) -> Network:
    if name in NAMES:
        return application(name)
    return read(ROOT / "gallery" / "models" / f"{name}.network.json")


@cache
def comparison(one: str, two: str) -> Comparison:
    return net2fig.compare(model(one), model(two), names=(one, two))


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_no_law_is_broken(pair: tuple[str, str]) -> None:
    result = comparison(*pair)
    assert find_breaches(result.scene, result.picture.pair.outline, load_template("base")) == []


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_corresponding_blocks_are_above_each_other(pair: tuple[str, str]) -> None:
    result = comparison(*pair)
    parts = {part.id: part for part in read_scene(result.scene).network.glyphs}
    assert result.picture.pair.blocks
    for one, two in result.picture.pair.blocks:
        first, second = parts[one].box, parts[two].box
        assert first.centre.x == pytest.approx(second.centre.x)
        assert first.bottom < second.y


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_the_same_resolution_has_the_same_height(pair: tuple[str, str]) -> None:
    outline = comparison(*pair).picture.pair.outline
    heights: dict[tuple[int, ...], set[float]] = {}
    for part in read_scene(comparison(*pair).scene).network.glyphs:
        block = outline[part.id]
        one_way = len(outline.out_of(part.id)) == 1
        if block.kind == "conv" and block.output and block.output.spatial and one_way:
            (top, bottom) = part.side(right=True)[0]
            known = tuple(axis or 0 for axis in block.output.spatial)
            heights.setdefault(known, set()).add(round(bottom - top, 3))
    assert heights or pair == ("lstm", "seq2seq")
    assert all(len(values) == 1 for values in heights.values())


def test_one_more_block_in_every_stage_is_a_changed_count() -> None:
    result = comparison("EfficientNetB0", "EfficientNetB1")
    outline, marks = result.picture.pair.outline, result.picture.pair.marks
    assert set(marks.values()) == {"changed"}
    stages = [
        (outline[one].count, outline[two].count)
        for one, two in result.picture.pair.blocks
        if outline[one].is_group
    ]
    assert stages == [(1, 2), (2, 3), (2, 3), (3, 4), (3, 4), (4, 5), (1, 2)]
    (name,) = {outline[one].type for one, _ in result.picture.pair.blocks if outline[one].is_group}
    where = "7 places (after block1a_project_bn … block7a_project_bn)"
    assert result.words[1] == f"+ {name} at {where}"


def test_blocks_of_one_model_alone_have_its_mark() -> None:
    result = comparison("unet", "segnet")
    outline, marks = result.picture.pair.outline, result.picture.pair.marks
    removed = [outline[id].type for id, mark in marks.items() if mark == "removed"]
    added = [outline[id].type for id, mark in marks.items() if mark == "added"]
    assert removed == ["Concatenate"] * 4
    assert added == ["MaxPooling2D", "UpSampling2D"]


def test_marks_are_drawn_with_their_borders() -> None:
    drawn: dict[str, set[tuple[float, ...]]] = {}
    for pair in (("unet", "segnet"), ("ResNet101", "ResNet152")):
        for item, _ in comparison(*pair).scene.walk():
            if isinstance(item, Group) and item.classes[:1] == ("mark",):
                for path in item.items:
                    if isinstance(path, Stroke) and "tint" in path.classes:
                        drawn.setdefault(item.classes[1], set()).add(path.dash)
    assert set(drawn) == {"added", "removed", "changed"}
    # Without colour, the border tells which is which.
    assert len({dash for values in drawn.values() for dash in values}) == 3


def test_equal_groups_are_one_group_and_explained_once() -> None:
    result = comparison("ResNet50", "ResNet50V2")
    assert [group.name for group in result.picture.pair.outline.groups] == ["Residual block"]
    keys = read_scene(result.scene).keys
    assert keys is not None
    assert [key.words for key in keys if "Residual" in key.words] == ["Residual block ="]


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_the_signs_of_a_figure_are_explained(pair: tuple[str, str]) -> None:
    result = comparison(*pair)
    texts = [writing.text.string for writing in read_scene(result.scene).texts]
    labels = {"added": f"only in {pair[1]}", "removed": f"only in {pair[0]}", "changed": "differs"}
    drawn = {
        item.classes[1]
        for item, _ in result.scene.walk()
        if isinstance(item, Group) and item.classes[:1] in {("mark",), ("sign",)}
    }
    assert {name for name, label in labels.items() if label in texts} == drawn


def test_another_count_of_a_common_block_is_a_difference() -> None:
    result = comparison("ResNet101", "ResNet152")
    assert set(result.picture.pair.marks.values()) == {"changed"}
    texts = [writing.text.string for writing in read_scene(result.scene).texts]
    assert "only in ResNet152: 4 × Residual block after conv3_block4_out" in texts


def test_every_row_has_the_name_of_its_model() -> None:
    result = net2fig.compare(model("unet"), model("segnet"), names=("U", "S"), width="3.25in")
    assert result.picture.rows > 1
    texts = [writing.text.string for writing in read_scene(result.scene).texts]
    assert texts.count("U") == texts.count("S") == 1
    assert texts.count("U (continued)") == texts.count("S (continued)") == result.picture.rows - 1
    assert find_breaches(result.scene, result.picture.pair.outline, load_template("base")) == []


def test_a_model_beside_itself_has_no_marks() -> None:
    result = comparison("ResNet50", "ResNet50")
    assert result.words == ("no difference",)
    assert not result
    assert result.picture.pair.marks == {}
    outline = result.picture.pair.outline
    assert len(result.picture.pair.blocks) * 2 == len(outline.blocks)


def test_a_few_differing_layers_are_shown_although_they_are_hidden() -> None:
    one, two = model("lenet5"), model("alexnet")
    result = net2fig.compare(one, two, detail="layers")
    shown = {block.type for block in result.picture.pair.outline.blocks}
    assert "Dropout" in shown
    dropouts = [b.id for b in result.picture.pair.outline.blocks if b.type == "Dropout"]
    assert all(id.startswith(SIDES[1]) for id in dropouts)
    assert {result.picture.pair.marks[id] for id in dropouts} == {"added"}
    assert result.warnings == ()


def test_the_words_are_in_the_figure_and_in_its_description() -> None:
    result = comparison("ResNet101", "ResNet152")
    texts = " ".join(writing.text.string for writing in read_scene(result.scene).texts)
    for sentence in result.words:
        assert sentence.removeprefix("+ ") in texts
        assert sentence in result.alt
    assert result.words[:2] == (
        "+ 4 × Residual block after conv3_block4_out",
        "+ 13 × Residual block after conv4_block23_out",
    )


def test_the_notes_of_a_model_follow_its_name_once() -> None:
    result = comparison("ResNet50", "ResNet50V2")
    (group,) = result.picture.pair.outline.groups
    assert list(dict.fromkeys(note.model for note in group.notes)) == ["ResNet50", "ResNet50V2"]


def test_the_sums_have_their_own_line() -> None:
    result = comparison("EfficientNetB0", "EfficientNetB1")
    rows = [(w.text.at.y, w.text.string) for w in read_scene(result.scene).texts]
    (at,) = (y for y, string in rows if string.startswith("parameters"))
    beside = [string for y, string in rows if abs(y - at) < 1]
    assert [string.split(" ")[0] for string in beside] == ["parameters", "multiply–adds"]


def test_a_comparison_takes_at_most_a_few_times_as_long_as_both_figures() -> None:
    one, two = model("ResNet101"), model("ResNet152")

    def seconds(work: Callable[[], object]) -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    drawn = min(seconds(lambda: (net2fig.draw(one), net2fig.draw(two))) for _ in range(3))
    compared = min(seconds(lambda: net2fig.compare(one, two)) for _ in range(3))
    assert compared < 12 * drawn


@pytest.mark.parametrize("mono", [False, True])
def test_the_bytes_are_the_same_every_time(mono: bool) -> None:
    one, two = model("lenet5"), model("alexnet")
    first, second = (net2fig.compare(one, two, mono=mono).to_bytes("svg") for _ in range(2))
    assert first == second


def test_where_nearly_all_differs_only_what_one_model_has_alone_is_marked() -> None:
    pair = comparison("ResNet50", "ResNet50V2").picture.pair
    changed = [ids for ids in pair.blocks if pair.marks.get(ids[0]) == "changed"]
    assert 0 < len(changed) < len(pair.blocks) / 2
    for one, two in changed:
        first, second = pair.outline[one], pair.outline[two]
        assert (first.type, first.count) != (second.type, second.count)
    few = comparison("ResNet101", "ResNet152").picture.pair.marks
    assert set(few.values()) == {"changed"}


def test_a_number_stands_on_the_blocks_of_its_sentence() -> None:
    result = comparison("ResNet101", "ResNet152")
    numbers = [
        (text.string, any("words" in group.classes for group in around))
        for text, around in result.scene.walk()
        if isinstance(text, Text) and "number" in text.classes
    ]
    told = {string for string, is_caption in numbers if is_caption}
    drawn = {part for string, is_caption in numbers if not is_caption for part in string.split("·")}
    assert drawn == told == {"1", "2"}
