"""Placeholders for samples of inputs and outputs."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from net2fig.compose.placeholders import add_frames, has_frames, is_output_frame, name_ports
from net2fig.options.page import resolve_page
from net2fig.options.table import Options
from net2fig.outline import Link, Outline
from tests.compose.figures import (
    classifier,
    composed,
    groups_of,
    linked,
    of_kind,
    segmenter,
    strings,
    unknown,
)


def frames(outline: Outline, **options: object) -> Outline:
    given = Options(**options)  # type: ignore[arg-type]
    return add_frames(outline, resolve_page(given), given)


def test_by_itself_only_pictures_to_pictures_have_frames() -> None:
    assert has_frames(segmenter(), "auto")
    assert not has_frames(classifier(), "auto")
    assert has_frames(linked(unknown("a"), unknown("b")), "auto")
    assert not has_frames(
        linked(of_kind("in", "input", 10, 4), of_kind("d", "dense", 10, 8)), "auto"
    )


@pytest.mark.parametrize("mode", ["always", "never"])
def test_the_author_decides(mode: str) -> None:
    for outline in (segmenter(), classifier()):
        assert has_frames(outline, mode) == (mode == "always")


def test_without_frames_the_outline_is_left_as_it_is() -> None:
    assert frames(classifier()) == classifier()


def test_every_input_is_a_frame_and_every_output_leads_to_one() -> None:
    outline = segmenter()
    found = frames(outline)
    assert [block.id for block in found.blocks if block.kind == "sample"] == ["in", "output@0"]
    assert found["output@0"].output == outline["c3"].output
    assert found.links == (*outline.links, Link("c3", "output@0", outline["c3"].output))
    assert [is_output_frame(block) for block in found.blocks] == [False] * 7 + [True]


def test_ports_are_named_where_there_are_several() -> None:
    outline = segmenter()
    assert name_ports(frames(outline)) == {"in": "input", "output@0": "output"}
    assert name_ports(outline) == {"in": "input"}
    two = replace(outline, inputs=(("left", "in"), ("right", "c1")))
    assert name_ports(two) == {"in": "left", "c1": "right"}
    ends = replace(outline, outputs=(("mask", "c3"), ("edge", "c2")))
    assert name_ports(ends) == {"in": "input", "c3": "mask", "c2": "edge"}
    assert name_ports(frames(ends)) == {"in": "input", "output@0": "mask", "output@1": "edge"}


@pytest.mark.parametrize(
    ("name", "printed"),
    [("in", "input"), ("input_3", "input"), ("x", "input"), ("token_ids", "token ids")],
)
def test_an_input_keeps_the_name_that_its_author_gave(name: str, printed: str) -> None:
    outline = segmenter()
    assert name_ports(replace(outline, inputs=((name, "in"),)))["in"] == printed


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("next_word", "next word"),
        ("mask", "mask"),
        ("forecast", "forecast"),
        ("item", "item"),
        ("batch_normalization", "output"),
        ("global_average_pooling", "output"),
        ("leaky_relu", "output"),
        ("x", "output"),
        ("conv2d_9", "output"),
        ("conv5_block3_out", "output"),
        ("final_conv", "output"),
        ("predictions", "output"),
    ],
)
def test_an_output_is_called_what_it_is_and_not_what_makes_it(name: str, printed: str) -> None:
    outline = segmenter()
    blocks = [replace(b, name=name) if b.id == "c3" else b for b in outline.blocks]
    assert name_ports(frames(replace(outline, blocks=tuple(blocks))))["output@0"] == printed


def ends_in_a_sum(**options: object) -> Outline:
    first = of_kind("in", "input", 8, 8, 3)
    total = replace(of_kind("sum", "merge", 10), name="score")
    return frames(linked(first, of_kind("a", "dense", 10), total), **options)


def test_a_merge_at_the_end_has_a_word_for_what_it_returns() -> None:
    outline = ends_in_a_sum()
    assert [(block.id, block.type) for block in outline.blocks[-1:]] == [("output@0", "word")]
    assert name_ports(outline)["output@0"] == "score"
    scene = composed(ends_in_a_sum()).scene
    assert strings(groups_of(scene, "placeholder")[-1], "name") == ["score"]
    assert all(block.kind != "sample" for block in ends_in_a_sum(placeholders="never").blocks)


def heads(*names: tuple[str, str]) -> Outline:
    """Return an outline with an output for each pair: the name of its head, that of its layer."""
    blocks = [
        replace(of_kind(f"{n}/{layer}", "conv", 8, 8, 4), name=layer)
        for n, (_, layer) in enumerate(names)
    ]
    outputs = tuple((head, block.id) for (head, _), block in zip(names, blocks, strict=True))
    return replace(linked(of_kind("in", "input", 8, 8, 3), *blocks), outputs=outputs)


@pytest.mark.parametrize(
    ("outputs", "names"),
    [
        ([("rpn", "scores"), ("rpn", "boxes"), ("rpn", "scores")], ["scores", "boxes", "scores"]),
        ([("a", "x"), ("a", "y"), ("b", "x"), ("b", "z")], ["a x", "y", "b x", "z"]),
        ([("a", "conv2d_3"), ("a", "y")], ["a", "y"]),
        ([("a", "x"), ("b", "x")], ["a", "b"]),
    ],
)
def test_outputs_of_a_head_are_called_as_their_layers(
    outputs: list[tuple[str, str]], names: list[str]
) -> None:
    found = name_ports(heads(*outputs))
    assert [found[id] for _, id in heads(*outputs).outputs] == names


def test_frames_carry_their_role() -> None:
    scene = composed(segmenter()).scene
    first, last = groups_of(scene, "placeholder")
    assert (first.id, first.classes) == ("in", ("placeholder", "input"))
    assert (last.id, last.classes) == ("output@0", ("placeholder", "output"))
    assert strings(first, "name") == ["input"]
    assert strings(last, "name") == ["output"]
