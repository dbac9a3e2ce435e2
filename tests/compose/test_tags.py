"""Tags: which tensors have one, and that lines and tags together are all links."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from net2fig.compose.placeholders import add_frames
from net2fig.compose.tags import Tag, Tags, find_tags, place_tags
from net2fig.laws import find_breaches
from net2fig.options.table import Options
from net2fig.outline import Link, Outline
from net2fig.scene import Group, Item
from tests.compose.figures import PAGE, composed, groups_of, linked, of_kind, sized, strings


def conditioned(readers: int, *features: int) -> Outline:
    """Return a chain of merges that all read one more tensor: a vector, or a map of features."""
    blocks = [of_kind("x", "input", 32, 32, 8)]
    blocks += [of_kind(f"m{n}", "merge", 32, 32, 8) for n in range(readers)]
    chain = linked(*blocks)
    time = of_kind("time", "input", *features)
    dense = of_kind("dense", "dense" if len(features) == 1 else "conv", *features)
    links = [Link("time", "dense", time.output)]
    links += [Link("dense", f"m{n}", dense.output) for n in range(readers)]
    return Outline(
        (time, dense, *chain.blocks),
        (*links, *chain.links),
        inputs=(("time", "time"), ("noisy", "x")),
        outputs=chain.outputs,
    )


def readers(tags: Tags) -> list[str]:
    return [id for id, marks in tags.at.items() if any(not tag.leaves for tag in marks)]


def test_a_vector_that_three_read_has_a_tag() -> None:
    tags = find_tags(conditioned(3, 16))
    assert tags.at["dense"] == (Tag("t", "dense", leaves=True),)
    assert readers(tags) == ["m0", "m1", "m2"]


def test_a_vector_that_two_read_has_lines() -> None:
    assert not find_tags(conditioned(2, 16)).links


def test_another_tensor_has_a_tag_where_six_read_it_and_its_path_is_not_cut() -> None:
    assert not find_tags(conditioned(5, 32, 32, 8)).links
    assert readers(find_tags(conditioned(7, 32, 32, 8))) == [f"m{n}" for n in range(1, 7)]


def test_a_reader_of_nothing_else_keeps_its_line() -> None:
    outline = linked(
        of_kind("x", "input", 8), *(of_kind(f"d{n}", "dense", 8) for n in range(5)), more="x d1"
    )
    assert not find_tags(outline).links


def test_two_tags_have_two_letters() -> None:
    outline = conditioned(3, 16)
    again = [Link("time", f"m{n}", outline["time"].output) for n in range(3)]
    tags = find_tags(Outline(outline.blocks, (*outline.links, *again), inputs=outline.inputs))
    assert {tag.letter for tag in tags.at["m0"]} == {"t", "a"}


def test_lines_and_tags_together_are_all_links() -> None:
    outline = conditioned(3, 16)
    diagram = sized(outline)
    drawn = {(line.link.source, line.link.target) for line in diagram.lines}
    tagged = {
        (tag.source, id)
        for id, glyph in diagram.glyphs.items()
        for tag in glyph.tags
        if not tag.leaves
    }
    assert not drawn & tagged
    assert drawn | tagged == {(link.source, link.target) for link in outline.links}


def test_a_figure_with_tags_breaks_no_law_and_explains_them() -> None:
    outline = conditioned(4, 16)
    scene = composed(outline).scene
    assert find_breaches(scene, add_frames(outline, PAGE, Options()), PAGE) == []
    assert [dict(tag.data)["from"] for tag in groups_of(scene, "tag")] == ["dense"] * 5
    (legend,) = groups_of(scene, "legend")
    assert "the same tensor" in strings(legend)


def test_a_tag_that_is_lost_would_be_seen() -> None:
    outline = add_frames(conditioned(4, 16), PAGE, Options())
    scene = composed(conditioned(4, 16)).scene
    without = replace(scene, items=tuple(_without_tags(item) for item in scene.items))
    found = [breach.message for breach in find_breaches(without, outline, PAGE)]
    assert "the link 'dense' to 'm0' is drawn 0 times, not 1" in found


def _without_tags(item: Item) -> Item:
    if not isinstance(item, Group):
        return item
    kept = [each for each in item.items if not (isinstance(each, Group) and "tag" in each.classes)]
    return replace(item, items=tuple(_without_tags(each) for each in kept))


def crowded(readers: int, tensors: int) -> Outline:
    """Return a chain of merges that all read each of many tensors."""
    chain = linked(*(of_kind(f"m{n}", "merge", 32, 32, 8) for n in range(readers)))
    others = [of_kind(f"t{n}", "input", 16) for n in range(tensors)]
    links = [Link(other.id, f"m{n}", other.output) for n in range(readers) for other in others]
    return Outline(
        (*others, *chain.blocks),
        (*links, *chain.links),
        inputs=tuple((other.id, other.id) for other in others),
        outputs=chain.outputs,
    )


def test_tags_of_two_signs_have_room_and_many_stand_in_rows() -> None:
    outline = add_frames(crowded(4, 60), PAGE, Options())
    scene = composed(crowded(4, 60)).scene
    letters = {tag.letter for tags in find_tags(outline).at.values() for tag in tags}
    assert any(len(letter) > 1 for letter in letters)
    assert not [each for each in find_breaches(scene, outline, PAGE) if each.law in ("L2", "L3")]


def test_tags_of_one_letter_are_circles_beside_each_other() -> None:
    tags = [Tag(letter, "x") for letter in "abc"]
    placed = place_tags(tags, lambda letters: 5.0 * len(letters))
    assert [each.x for each in placed] == pytest.approx([-9.6, 0.0, 9.6])
    assert {(each.width, each.row) for each in placed} == {(8.4, 0)}
