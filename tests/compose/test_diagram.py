"""Every block a sized glyph."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from net2fig.compose.diagram import DENSE_WIDTH, FRAME, PILL, measure_caption, measure_pill
from net2fig.compose.diagram.main_path import find_main
from net2fig.compose.labels import Caption
from net2fig.compose.placeholders import add_frames
from net2fig.geometry import Size
from net2fig.network import Extent
from net2fig.options.table import Options
from net2fig.options.types import Labels
from net2fig.outline import Link, Outline
from tests.compose.figures import (
    PAGE,
    classifier,
    linked,
    make_context,
    of_kind,
    segmenter,
    sized,
)
from tests.laws.scenes import outline


@pytest.mark.parametrize("made", [classifier(), segmenter(), outline()])
def test_there_is_a_node_for_each_block_and_an_edge_for_each_link(made: Outline) -> None:
    found = sized(made)
    ids = [block.id for block in made.blocks]
    assert [node.id for node in found.nodes] == list(found.glyphs) == ids
    assert [line.link for line in found.lines] == list(made.links)
    assert [(edge.source, edge.target) for edge in found.edges] == [
        (link.source, link.target) for link in made.links
    ]


@pytest.mark.parametrize("made", [classifier(), segmenter(), outline()])
def test_what_leaves_a_glyph_is_as_high_as_what_enters_the_next(made: Outline) -> None:
    """Heights are true at both ends, but where a dense layer stands on a scale of its own."""
    found = sized(made)
    for edge in found.edges:
        if "dense" not in (made[edge.source].kind, made[edge.target].kind):
            assert edge.leaving == pytest.approx(edge.entering)


def test_a_pooling_is_as_high_on_the_left_as_what_it_reads() -> None:
    nodes = {node.id: node for node in sized(segmenter()).nodes}
    assert nodes["p1"].left == nodes["c1"].right
    assert nodes["p1"].right == nodes["c2"].left < nodes["p1"].left


def test_an_input_is_as_high_on_both_sides() -> None:
    nodes = {node.id: node for node in sized(classifier()).nodes}
    assert nodes["in"].left == nodes["in"].right


def test_a_dense_layer_is_as_high_as_its_units_and_as_wide_as_any() -> None:
    nodes = {node.id: node for node in sized(classifier()).nodes}
    assert nodes["d1"].left == nodes["d1"].right > nodes["d2"].left == nodes["d2"].right
    assert nodes["d1"].width == nodes["d2"].width == DENSE_WIDTH


def test_a_frame_is_no_wider_than_high() -> None:
    framed_one = add_frames(segmenter(), PAGE, Options())
    node = sized(framed_one).nodes[0]
    assert node.width == min(node.right, FRAME)


def test_no_glyph_is_smaller_than_its_border() -> None:
    made = linked(of_kind("a", "conv", 1, 1, 1), of_kind("b", "conv", 512, 512, 512))
    for node in sized(made).nodes:
        assert min(node.left, node.right) > 2 * PAGE.border
        assert node.width > 2 * PAGE.border


def test_room_is_reserved_for_what_is_printed() -> None:
    found = sized(classifier())
    nodes = {node.id: node for node in found.nodes}
    assert nodes["c1"].below > PAGE.size
    assert nodes["c1"].label == make_context(classifier()).width("16")
    assert nodes["p1"].below == nodes["p1"].label == 0.0
    labels = {(edge.source, edge.target): edge.label for edge in found.edges}
    told = labels["in", "c1"]
    assert told is not None
    assert told.width == make_context(classifier()).width("32×32")
    assert labels["c1", "p1"] is None


def test_room_is_reserved_for_a_mark_or_a_loop_above() -> None:
    made = linked(
        of_kind("in", "input", 10, 8),
        of_kind("lstm", "recurrent", 10, 32),
        replace(of_kind("shared", "dense", 10, 32), shared=True),
    )
    above = {node.id: node.above for node in sized(made).nodes}
    assert above["in"] == 0.0
    assert above["lstm"] > 0.0
    assert above["shared"] > 0.0


def test_a_shared_block_carries_its_mark() -> None:
    made = linked(
        of_kind("a", "conv", 8, 8, 4), replace(of_kind("b", "conv", 8, 8, 4), shared=True)
    )
    glyphs = sized(made).glyphs
    assert [glyphs[id].look.shared for id in "ab"] == [False, True]


def test_each_glyph_knows_what_comes_in() -> None:
    glyphs = sized(segmenter()).glyphs
    assert glyphs["in"].extent_in is None
    assert glyphs["p1"].extent_in == Extent((32, 32), 16)


def test_a_caption_takes_the_room_of_its_lines() -> None:
    style = make_context(classifier())
    gap, small = PAGE.label_gap, PAGE.small
    assert measure_caption(None, style) == measure_caption(Caption(), style) == Size(0.0, 0.0)
    plain = measure_caption(Caption("256"), style)
    assert plain == Size(style.width("256"), gap + PAGE.size + 0.6)
    badge = measure_caption(Caption("256", "×3"), style)
    assert badge.width > plain.width + measure_pill("×3", style)
    assert badge.height == pytest.approx(gap + PILL + 0.3 + 0.6)
    more = measure_caption(Caption("256", "×3", ("3×3", "ReLU")), style)
    assert more.height == pytest.approx(badge.height + 0.6 + 2 * (small + 1.5))


def test_labels_may_widen_a_node() -> None:
    made = linked(of_kind("a_very_long_name_of_a_layer", "conv", 8, 8, 4))
    assert sized(made, labels=Labels(name=True)).nodes[0].label > 3 * sized(made).nodes[0].label


def test_units_beside_a_map_do_not_raise_the_side_of_a_glyph() -> None:
    """A block that reads a vector of many units as well is as high as the map that it reads."""
    outline = linked(
        of_kind("in", "input", 64, 64, 8),
        of_kind("small", "pool", 4, 4, 8),
        of_kind("fusion", "conv", 4, 4, 8),
        of_kind("end", "conv", 4, 4, 8),
    )
    time = of_kind("time", "input", 512)
    units = of_kind("units", "dense", 512)
    links = (
        *outline.links,
        Link("time", "units", time.output),
        Link("units", "fusion", units.output),
    )
    blocks = (time, units, *outline.blocks)
    sizes = {
        edge.source: edge.entering
        for edge in sized(replace(outline, blocks=blocks, links=links)).edges
        if edge.target == "fusion"
    }
    assert sizes["units"] <= sizes["small"]


def test_what_goes_on_through_a_merge_has_most_places_and_begins_at_an_input() -> None:
    """A class token joins a sequence; learned queries join what is read."""
    tokens, one = Extent((256,), 64), Extent((1,), 64)
    image, time = of_kind("image", "input", 64, 64, 3), of_kind("time", "input", 1, 64)
    patches, queries = of_kind("patches", "conv", 256, 64), of_kind("queries", "conv", 1, 64)
    merge = of_kind("all", "merge", 257, 64)
    link = Link("image", "patches", image.output)
    joined = Outline(
        (image, patches, time, merge),
        (link, Link("time", "all", one), Link("patches", "all", tokens)),
    )
    assert find_main(joined) == {2}
    learned = Outline(
        (image, patches, queries, merge),
        (link, Link("queries", "all", tokens), Link("patches", "all", one)),
    )
    assert find_main(learned) == set()
