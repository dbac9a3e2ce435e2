"""Placeholders for samples of inputs and outputs."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from net2fig.compose.placeholders import add_frames, choose_port_names, has_frames, is_output_frame
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
    assert choose_port_names(frames(outline)) == {}
    assert choose_port_names(outline) == {"in": "input"}
    two = replace(outline, inputs=(("left", "in"), ("right", "c1")))
    assert choose_port_names(two) == {"in": "left", "c1": "right"}
    ends = replace(outline, outputs=(("mask", "c3"), ("edge", "c2")))
    assert choose_port_names(ends) == {"in": "input", "c3": "mask", "c2": "edge"}
    assert choose_port_names(frames(ends)) == {"output@0": "mask", "output@1": "edge"}


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
    found = choose_port_names(heads(*outputs))
    assert [found[id] for _, id in heads(*outputs).outputs] == names


def test_frames_carry_their_role() -> None:
    scene = composed(segmenter()).scene
    first, last = groups_of(scene, "placeholder")
    assert (first.id, first.classes) == ("in", ("placeholder", "input"))
    assert (last.id, last.classes) == ("output@0", ("placeholder", "output"))
    assert strings(first, "name") == ["input"]
    assert strings(last, "name") == ["output"]
