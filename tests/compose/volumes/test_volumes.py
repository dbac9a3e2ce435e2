"""Volumes: sizes, what touches, where lines leave, what is told, what they are for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from msgspec.structs import replace
from PIL import Image as Picture

from net2fig.compose.volumes.contacts import has_nested_lines
from net2fig.data.styles import load_volumes
from net2fig.figure import Figure, draw
from net2fig.laws import find_breaches
from net2fig.laws.reader_view import SeenLine, read_scene
from net2fig.laws.volumes.cuboids import SeenCuboid, read_cuboid
from net2fig.network import Network
from net2fig.options.page import resolve_page
from net2fig.options.table import Options
from net2fig.read.parts import join_networks
from net2fig.scene import Group, Image, Text
from tests.group.nets import Builder, unet, vgg16


def volumes(network: Network, **options: Any) -> Figure:
    """Return a figure in volumes that breaks no law."""
    figure = draw(network, **{"template": "cvpr", **options}, glyphs="volumes")
    page = resolve_page(Options(template=options.get("template", "cvpr")))
    assert [str(one) for one in find_breaches(figure.scene, figure.outline, page)] == []
    return figure


def cuboid(figure: Figure, id: str) -> SeenCuboid:
    part = read_scene(figure.scene).network.part(id)
    assert part is not None
    found = read_cuboid(part)
    assert found is not None
    return found


def line(figure: Figure, source: str, target: str) -> SeenLine:
    lines = read_scene(figure.scene).network.lines
    return next(one for one in lines if (one.source, one.target) == (source, target))


def texts(figure: Figure, id: str, sort: str) -> list[str]:
    """Return the texts of a sort in a glyph."""
    return [
        item.string
        for item, around in figure.scene.walk()
        if isinstance(item, Text) and sort in item.classes and any(g.id == id for g in around)
    ]


def count_bands(figure: Figure, id: str) -> int:
    items = cuboid(figure, id).part.group.items
    return sum("band" in getattr(item, "classes", ()) for item in items)


def is_volumes(figure: Figure) -> bool:
    return read_scene(figure.scene).volumes


# Sizes


def test_the_height_and_the_depth_are_the_axes_of_a_map() -> None:
    net = Builder()
    figure = volumes(net.network(net.conv(net.conv(net.input(64, 16, 3), 8, strides=2), 8)))
    wide = cuboid(figure, "conv2d_1")
    depth = wide.back.x / load_volumes().back[0]
    assert wide.front.height > 2 * depth
    assert cuboid(figure, "inputlayer_1").front.height > wide.front.height


def test_the_width_is_the_number_of_features() -> None:
    net = Builder()
    x = net.conv(net.input(32, 32, 3), 8)
    figure = volumes(net.network(net.conv(net.pool(x), 64)), detail="layers")
    widths = [cuboid(figure, id).front.width for id in ("inputlayer_1", "conv2d_1", "conv2d_2")]
    assert widths == sorted(widths)
    assert len(set(widths)) == 3


def test_what_keeps_the_features_is_a_slab_and_what_transposes_is_none() -> None:
    net = Builder()
    x = net.up(net.pool(net.conv(net.input(32, 32, 3), 64)))
    wide = net.conv(x, 64, class_name="Conv2DTranspose")
    figure = volumes(net.network(wide), detail="layers")
    thin = load_volumes().slab
    for id in ("maxpooling2d_1", "upsampling2d_1"):
        assert cuboid(figure, id).front.width == pytest.approx(thin, abs=0.01)
    assert cuboid(figure, wide).front.width > 2 * thin


def test_dense_layers_are_bars_as_high_as_they_have_units() -> None:
    net = Builder()
    x = net.gap(net.conv(net.input(8, 8, 3), 4))
    figure = volumes(net.network(net.dense(net.dense(x, 100), 10)))
    high, low = cuboid(figure, "dense_1"), cuboid(figure, "dense_2")
    assert high.front.height > low.front.height
    assert high.front.width == low.front.width


def test_each_of_several_layers_has_a_band_where_there_is_room() -> None:
    figure = volumes(vgg16())
    counts = {b.id: b.count for b in figure.outline.blocks if b.kind == "conv"}
    bands = {id: count_bands(figure, id) for id in counts}
    assert bands[max(counts)] > 1
    assert all(bands[id] in (1, count) for id, count in counts.items())


def test_in_textures_there_are_no_bands() -> None:
    figure = volumes(vgg16(), mono=True)
    assert all(not count_bands(figure, b.id) for b in figure.outline.blocks if b.kind == "conv")


# Contacts and lines


def test_a_pooling_touches_the_map_that_it_reads() -> None:
    figure = volumes(unet())
    for pool in (block for block in figure.outline.blocks if block.kind == "pool"):
        (link,) = figure.outline.into(pool.id)
        assert line(figure, link.source, pool.id).is_contact


def test_with_a_row_for_each_resolution_it_touches_the_map_that_reads_it() -> None:
    figure = volumes(unet(), layout="levels")
    pools = [block for block in figure.outline.blocks if block.kind == "pool"]
    for pool in pools:
        (link,) = figure.outline.out_of(pool.id)
        assert line(figure, pool.id, link.target).is_contact


def test_what_a_copy_tells_is_not_told_again() -> None:
    figure = volumes(unet(), layout="levels")
    told = [texts(figure, b.id, "resolution") for b in figure.outline.blocks if b.kind == "conv"]
    assert [each for each in told if each] == [["16×16"]]


def test_an_up_sampling_touches_the_map_that_reads_it() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 3), 8)
    figure = volumes(net.network(net.conv(net.up(x), 8)), detail="layers")
    assert not line(figure, "conv2d_1", "upsampling2d_1").is_contact
    assert line(figure, "upsampling2d_1", "conv2d_2").is_contact


def test_words_at_a_slab_keep_it_apart() -> None:
    net = Builder()
    x = net.pool(net.conv(net.input(8, 8, 3), 8))
    figure = volumes(net.network(net.conv(x, 8)), detail="layers", labels={"kernel": True})
    assert not line(figure, "conv2d_1", "maxpooling2d_1").is_contact


def test_a_fork_keeps_slabs_apart_where_lines_are_not_nested() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 3), 8)
    ways = [net.conv(net.pool(x), 8), net.conv(net.pool(x), 8)]
    figure = volumes(net.network(net.merge("Add", *ways)), detail="layers", repeats=False)
    assert not has_nested_lines(figure.outline)
    assert not any(line.is_contact for line in read_scene(figure.scene).network.lines)


def test_skips_leave_from_the_top_and_come_from_above() -> None:
    figure = volumes(unet())
    for link in figure.outline.links:
        seen = line(figure, link.source, link.target)
        if figure.outline[link.target].kind != "merge" or len(seen.routes[0]) < 3:
            continue
        top, end = seen.routes[0][0], seen.routes[-1][-1]
        assert top.y < cuboid(figure, link.source).front.y
        assert seen.routes[0][1].x == top.x
        assert end.y > seen.routes[0][1].y


def test_lines_that_would_cross_are_not_nested() -> None:
    net = Builder()
    a = net.conv(net.input(8, 8, 3), 8)
    b = net.conv(a, 8)
    c = net.merge("Add", net.conv(b, 8), a)
    crossing = net.network(net.merge("Add", net.conv(c, 8), b))
    assert not has_nested_lines(draw(crossing, detail="layers", repeats=False).outline)
    assert has_nested_lines(draw(unet()).outline)


# Words


def test_a_line_that_copies_is_dashed_and_tells_what_it_copies() -> None:
    figure = volumes(unet())
    dashed = [
        item
        for item, _ in figure.scene.walk()
        if isinstance(item, Group)
        and "edge" in item.classes
        and any(getattr(path, "dash", ()) for path in item.items)
    ]
    merges = {block.id for block in figure.outline.blocks if block.kind == "merge"}
    assert {dict(group.data)["to"] for group in dashed} == merges
    told = {t.string for t, _ in figure.scene.walk() if isinstance(t, Text)}
    extents = {figure.outline[dict(group.data)["from"]].output for group in dashed}
    assert {f"{e.spatial[0]}×{e.spatial[1]}×{e.features}" for e in extents if e} <= told


def test_an_addition_past_layers_is_a_solid_line_with_the_resolution() -> None:
    net = Builder()
    x = net.conv(net.input(32, 32, 3), 8)
    y = net.merge("Add", net.conv(net.conv(x, 16), 8), x)
    figure = volumes(net.network(net.conv(y, 4)), detail="layers", repeats=False)
    assert texts(figure, "conv2d_1", "resolution") == []
    (path,) = [
        item.items[0]
        for item, _ in figure.scene.walk()
        if isinstance(item, Group) and item.data == (("from", x), ("to", y))
    ]
    assert not getattr(path, "dash", ())
    assert "32×32" in {t.string for t, _ in figure.scene.walk() if isinstance(t, Text)}


def test_a_resolution_is_told_above_the_first_map_that_has_it() -> None:
    figure = volumes(vgg16())
    told = {b.id: texts(figure, b.id, "resolution") for b in figure.outline.blocks}
    assert [each for each in told.values() if each] == [
        [f"{size}×{size}"] for size in (224, 112, 56, 28, 14, 7)
    ]
    slabs = [told[b.id] for b in figure.outline.blocks if b.kind == "pool"]
    assert slabs.count([]) == len(slabs) - 1


@pytest.mark.parametrize(("mode", "expected"), [("none", set()), ("relative", {"H×W", "H/2×W/2"})])
def test_resolutions_are_told_as_wished(mode: str, expected: set[str]) -> None:
    net = Builder()
    x = net.conv(net.pool(net.conv(net.input(8, 8, 3), 8)), 8)
    figure = volumes(net.network(x), detail="layers", labels={"resolution": mode})
    blocks = figure.outline.blocks
    found = {text for b in blocks for text in texts(figure, b.id, "resolution")}
    assert found == expected


def test_the_resolution_of_what_is_made_of_a_vector_stands_on_its_line() -> None:
    net = Builder()
    x = net.dense(net.input(16), 128)
    x = net.add("Reshape", [x], (None, 4, 4, 8))
    figure = volumes(net.network(net.conv(net.conv(net.up(x), 4), 3)), detail="layers")
    assert texts(figure, "dense_1", "resolution") == []
    assert "4×4" in {t.string for t, _ in figure.scene.walk() if isinstance(t, Text)}


def test_a_recurrent_layer_carries_its_loop() -> None:
    net = Builder()
    x = net.input(5, 16, 16, 3)
    x = net.add("ConvLSTM2D", [x], (None, 16, 16, 8), filters=8, kernel_size=[3, 3])
    figure = volumes(net.network(net.conv(x, 4)), detail="layers")
    items = cuboid(figure, x).part.group.items
    assert sum("loop" in getattr(item, "classes", ()) for item in items) == 1


def test_the_legend_tells_that_heights_and_depths_are_no_straight_scale() -> None:
    told = {t.string for t, _ in volumes(vgg16()).scene.walk() if isinstance(t, Text)}
    assert "Height and depth: square root of the resolution." in told


# Samples, panels


def test_empty_frames_are_sheets_and_pictures_stand_upright(tmp_path: Path) -> None:
    figure = volumes(unet(), placeholders="always")
    sheet = next(p for p in read_scene(figure.scene).network.glyphs if p.is_placeholder)
    seen = read_cuboid(sheet)
    assert seen is not None
    assert seen.front.width == 0.0
    path = tmp_path / "cell.png"
    Picture.new("RGB", (90, 60)).save(path)
    figure = volumes(unet(), sample={"input": str(path)})
    (picture,) = [item for item, _ in figure.scene.walk() if isinstance(item, Image)]
    assert picture.box.width / picture.box.height == pytest.approx(1.5, abs=0.05)


def test_parts_are_panels() -> None:
    parts = [replace(vgg16(), name="critic"), replace(unet(), name="generator")]
    figure = volumes(join_networks(parts, "gan.py", "gan"))
    titles = [t.string for t, _ in figure.scene.walk() if isinstance(t, Text) and t.bold]
    assert [title for title in titles if title in ("critic", "generator")] == [
        "critic",
        "generator",
    ]


# Formats


def test_a_page_of_volumes_is_well_formed() -> None:
    page = volumes(unet()).to_bytes("html").decode()
    assert page.count("kind-conv") >= 8
    assert fromstring(page) is not None


def test_the_classes_of_the_svg_are_those_of_every_figure() -> None:
    text = volumes(vgg16()).to_bytes("svg").decode()
    for name in ("network volumes", "glyph kind-conv", "edge", "label features", "entry"):
        assert f'class="{name}"' in text
    assert 'data-in="224×224×3"' in text


# Scope


def refusal(network: Network, **options: Any) -> str:
    """Return why a network is not drawn as volumes."""
    figure = draw(network, template="cvpr", glyphs="volumes", **options)
    assert not is_volumes(figure)
    (notice,) = [notice for notice in figure.warnings if notice.code == "no-volumes"]
    return notice.text


def test_sequences_and_vectors_are_drawn_as_if_nobody_had_asked() -> None:
    net = Builder()
    text = refusal(net.network(net.dense(net.dense(net.input(8), 4), 2)))
    assert text == (
        "not drawn as volumes: 0 of its 3 blocks make maps of two axes;"
        " boxes show attention, trapezoids any network"
    )


def test_attention_falls_back_to_boxes() -> None:
    net = Builder()
    x = net.input(16, 8)
    y = net.add("MultiHeadAttention", [x, x], (None, 16, 8), num_heads=2, key_dim=4)
    figure = draw(net.network(y), template="cvpr", glyphs="volumes")
    assert read_scene(figure.scene).boxes


def test_too_many_cuboids_are_told() -> None:
    net = Builder()
    x = net.input(64, 64, 3)
    for number in range(30):
        x = net.conv(x, 8 + number)
    text = refusal(net.network(x), detail="layers")
    assert text == (
        "not drawn as volumes: it takes 31 cuboids at the level 'layers', more than 20;"
        " less detail or named groups make it fewer"
    )


def test_too_many_ways_are_told() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 3), 8)
    ways = [net.conv(x, 8 + number) for number in range(4)]
    text = refusal(net.network(net.merge("Concatenate", *ways)), detail="layers")
    assert "4 cuboids would stand beside each other, more than 3;" in text


def test_too_many_lines_are_told() -> None:
    net = Builder()
    alive = [net.conv(net.input(8, 8, 3), 8)]
    for number in range(5):
        alive.append(net.conv(net.merge("Concatenate", *alive), 8 + number))
    text = refusal(net.network(alive[-1]), detail="layers", repeats=False)
    assert "lines would lead past cuboids, more than 6;" in text


def test_a_level_is_taken_that_is_in_scope() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 3), 8)
    for _ in range(24):
        x = net.merge("Add", net.same("ReLU", net.conv(net.conv(x, 16), 8)), x)
    figure = volumes(net.network(x))
    assert figure.outline.level != "layers"
    assert not figure.warnings
