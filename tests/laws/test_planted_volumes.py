"""The laws of volumes have checks that can fail: what is planted, they find."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from msgspec.structs import replace

from net2fig.data.template import load_template
from net2fig.figure import Figure, draw
from net2fig.geometry import Point
from net2fig.laws import find_breaches
from net2fig.scene import Group, Item, Path, Scene, Text, polygon, polyline, transformed
from tests.group.nets import Builder
from tests.laws.scenes import points_of

Change = Callable[[Item], Item]


@cache
def figure() -> Figure:
    """Return a small U: a line over it, slabs that touch, bands, a bar at its end."""
    net = Builder()
    x = net.conv(net.conv(net.input(64, 32, 3, name="image"), 8), 8)
    skip = x
    x = net.conv(net.pool(x), 32)
    x = net.merge("Concatenate", skip, net.up(x))
    x = net.conv(net.pool(x), 16)
    y = net.dense(net.dense(net.gap(x), 100, name="hidden"), 10, name="out")
    return draw(net.network(y), template="cvpr", glyphs="volumes", detail="layers")


def messages(scene: Scene) -> str:
    return "\n".join(map(str, find_breaches(scene, figure().outline, load_template("cvpr"))))


def changed(id: str, change: Change, source: str = "") -> Scene:
    """Return the scene with a glyph changed, or the line from a source to it."""
    done = []

    def visit(item: Item) -> Item:
        if not isinstance(item, Group):
            return item
        is_line = item.data == (("from", source), ("to", id))
        if is_line if source else item.id == id:
            done.append(item)
            return change(item)
        return replace(item, items=tuple(map(visit, item.items)))

    scene = replace(figure().scene, items=tuple(map(visit, figure().scene.items)))
    assert len(done) == 1
    return scene


def moved(dx: float, dy: float) -> Change:
    return lambda item: transformed(item, dx=dx, dy=dy)


def reshaped(move: Callable[[int, Point], Point]) -> Change:
    """Return a change of the corners of a body."""

    def change(item: Item) -> Item:
        assert isinstance(item, Group)
        items = list(item.items)
        for number, part in enumerate(items):
            if isinstance(part, Path) and "body" in part.classes:
                corners = [move(n, p) for n, p in enumerate(points_of(part))]
                items[number] = replace(part, commands=polygon(corners))
        return replace(item, items=tuple(items))

    return change


def rerouted(*points: Point) -> Change:
    def change(item: Item) -> Item:
        assert isinstance(item, Group)
        line = item.items[0]
        assert isinstance(line, Path)
        return replace(item, items=(replace(line, commands=polyline(points)),))

    return change


def ends_of(id: str, source: str) -> tuple[Point, ...]:
    """Return the points of a line."""
    for item, _ in figure().scene.walk():
        if isinstance(item, Group) and item.data == (("from", source), ("to", id)):
            line = item.items[0]
            assert isinstance(line, Path)
            return tuple(points_of(line))
    raise AssertionError(id)


def test_a_good_figure_breaks_none() -> None:
    assert messages(figure().scene) == ""
    assert figure().outline.blocks[1].count == 2
    assert ends_of("maxpooling2d_1", "conv2d_2")[0] == ends_of("maxpooling2d_1", "conv2d_2")[1]


@pytest.mark.parametrize("dx", [-30.0, 8.0])
def test_l4_a_slab_that_hides_more_than_a_side_or_stands_apart(dx: float) -> None:
    assert "L4" in messages(changed("maxpooling2d_1", moved(dx, 0.0)))


def test_l4_cuboids_overlap() -> None:
    first, last = ends_of("out", "hidden")
    assert "'hidden' and 'out' overlap" in messages(changed("out", moved(first.x - last.x, 0.0)))


def test_l4_a_line_that_begins_beside_its_face() -> None:
    first, *rest = ends_of("out", "hidden")
    damaged = changed("out", rerouted(first.moved(4.0, 0.0), *rest), "hidden")
    assert "does not leave 'hidden'" in messages(damaged)


def test_l4_a_line_that_ends_before_its_glyph() -> None:
    *before, last = ends_of("out", "hidden")
    damaged = changed("out", rerouted(*before, last.moved(-3.0, 0.0)), "hidden")
    assert "does not reach 'out'" in messages(damaged)


def test_l4_a_line_over_the_front_of_another() -> None:
    first, *_, last = ends_of("concatenate_1", "conv2d_2")
    low = [Point(first.x, last.y), Point(last.x, last.y)]
    damaged = changed("concatenate_1", rerouted(first, *low), "conv2d_2")
    assert "passes over 'conv2d_3'" in messages(damaged)


def test_l6_a_line_that_runs_back() -> None:
    first, last = ends_of("out", "hidden")
    back = (first, last, first.moved(3.0, 0.0), last)
    assert "runs to the left" in messages(changed("out", rerouted(*back), "hidden"))


def test_l7_a_front_that_is_too_high() -> None:
    def stretch(number: int, point: Point) -> Point:
        return point.moved(0.0, 6.0 if number in (3, 4, 5) else 0.0)

    assert "pt long" in messages(changed("conv2d_3", reshaped(stretch)))


def test_l7_a_map_that_is_too_narrow() -> None:
    def shrink(number: int, point: Point) -> Point:
        return point.moved(-24.0 if number in (2, 3, 4) else 0.0, 0.0)

    assert "pt wide" in messages(changed("conv2d_3", reshaped(shrink)))


def test_l7_an_axis_that_is_too_deep() -> None:
    def deepen(number: int, point: Point) -> Point:
        return point.moved(8.0, -8.0 * 0.8391) if number in (1, 2, 3) else point

    assert "pt long" in messages(changed("conv2d_3", reshaped(deepen)))


def test_l7_a_cuboid_seen_from_another_side() -> None:
    def turn(number: int, point: Point) -> Point:
        return point.moved(3.0 if number in (1, 2, 3) else 0.0, 0.0)

    assert "from another side" in messages(changed("conv2d_3", reshaped(turn)))


def test_l7_a_bar_with_fewer_units_that_is_higher() -> None:
    def stretch(number: int, point: Point) -> Point:
        return point.moved(0.0, 60.0 if number in (3, 4, 5) else 0.0)

    assert "units" in messages(changed("out", reshaped(stretch)))


def test_l7_more_bands_than_layers() -> None:
    def add(item: Item) -> Item:
        assert isinstance(item, Group)
        band = next(i for i in item.items if isinstance(i, Path) and "band" in i.classes)
        return replace(item, items=(*item.items, band))

    assert "has 3 bands" in messages(changed("conv2d_2", add))


def test_l2_a_word_on_a_face() -> None:
    def lower(item: Item) -> Item:
        assert isinstance(item, Group)
        items = tuple(
            transformed(i, dy=-14.0) if isinstance(i, Text) and "features" in i.classes else i
            for i in item.items
        )
        return replace(item, items=items)

    assert "L2" in messages(changed("conv2d_3", lower))


def test_l8_an_entry_is_missing() -> None:
    def leave(item: Item) -> Item:
        assert isinstance(item, Group)
        return replace(item, items=item.items[1:])

    scene = figure().scene
    items = tuple(
        leave(item) if isinstance(item, Group) and "legend" in item.classes else item
        for item in scene.items
    )
    assert "has no entry" in messages(replace(scene, items=items))
