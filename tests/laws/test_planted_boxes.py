"""The laws of block diagrams have checks that can fail: what is planted, they find."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from msgspec.structs import replace

from net2fig.data.template import load_template
from net2fig.figure import Figure, draw
from net2fig.geometry import Point
from net2fig.laws import find_breaches
from net2fig.scene import Group, Item, Line, Move, Path, Scene, Text, transformed
from tests.group.nets import Builder

Change = Callable[[Item], Item | None]


@cache
def figure() -> Figure:
    """Return an encoder and a decoder: two stacks, a line from the side, an opened group."""
    net = Builder()
    source, target = net.input(16, 8, name="source"), net.input(16, 8, name="target")
    for _ in range(3):
        source = attend(net, source, source)
    for _ in range(3):
        target = attend(net, attend(net, target, target), source)
    out = net.add("Dense", [target], (None, 16, 100), "out", units=100)
    return draw(net.network(out), template="cvpr", glyphs="boxes", detail="blocks")


@cache
def closed() -> Figure:
    """Return two towers of the same blocks: a group in two places, explained beside them."""
    net = Builder()
    one, two = net.input(16, 8, name="one"), net.input(16, 8, name="two")
    for _ in range(3):
        one, two = attend(net, one, one), attend(net, two, two)
    out = net.merge("Add", one, two)
    return draw(net.network(out), template="cvpr", glyphs="boxes", detail="blocks")


def attend(net: Builder, x: str, memory: str) -> str:
    config = {"num_heads": 4, "key_dim": 2}
    y = net.add("MultiHeadAttention", [x, memory], (None, 16, 8), **config)
    z = net.add("Add", [x, y], (None, 16, 8))
    return net.add("LayerNormalization", [z], (None, 16, 8))


def changed(scene: Scene, is_meant: Callable[[Item], bool], change: Change) -> Scene:
    """Return a scene in which the first item of a kind is changed, or left out."""
    done = False

    def visit(item: Item) -> Item | None:
        nonlocal done
        if not done and is_meant(item):
            done = True
            return change(item)
        if isinstance(item, Group):
            kept = [visit(child) for child in item.items]
            return replace(item, items=tuple(child for child in kept if child is not None))
        return item

    items = [visit(item) for item in scene.items]
    assert done, "there is no such item"
    return replace(scene, items=tuple(item for item in items if item is not None))


def has(*classes: str, name: str = "") -> Callable[[Item], bool]:
    """Return whether an item is a group with classes, and one with this name."""

    def is_meant(item: Item) -> bool:
        if not isinstance(item, Group) or not set(classes) <= set(item.classes):
            return False
        texts = [child.string for child in item.items if isinstance(child, Text)]
        return not name or name in texts

    return is_meant


def is_edge(source: str, target: str) -> Callable[[Item], bool]:
    def is_meant(item: Item) -> bool:
        return (
            isinstance(item, Group)
            and "edge" in item.classes
            and item.data == (("from", source), ("to", target))
        )

    return is_meant


def messages(scene: Scene, of: Figure | None = None) -> str:
    shown = of or figure()
    return "\n".join(map(str, find_breaches(scene, shown.outline, load_template("cvpr"))))


def moved(dx: float, dy: float) -> Change:
    return lambda item: transformed(item, dx=dx, dy=dy)


@pytest.mark.parametrize("shown", [figure, closed])
def test_good_diagrams_break_none(shown: Callable[[], Figure]) -> None:
    assert messages(shown().scene, shown()) == ""


def test_l4_boxes_overlap() -> None:
    damaged = changed(figure().scene, has("box", name="Dense"), moved(0.0, 20.0))
    assert "overlap" in messages(damaged)


def test_l4_a_box_that_leaves_its_frame() -> None:
    damaged = changed(figure().scene, has("box", name="Self-attention"), moved(-30.0, 0.0))
    assert "overlap" in messages(damaged)


def test_l4_a_line_that_ends_before_its_box() -> None:
    damaged = changed(figure().scene, is_edge("target", "layernormalization_9"), moved(0.0, 4.0))
    assert "does not go on in the frame" in messages(damaged)
    damaged = changed(figure().scene, is_edge("layernormalization_9", "out"), moved(0.0, -3.0))
    assert "pt away" in messages(damaged)


def test_l4_a_line_through_a_box() -> None:
    damaged = changed(figure().scene, has("edge", "side"), moved(12.0, 0.0))
    assert "passes through" in messages(damaged)


def test_l6_a_line_against_the_flow() -> None:
    def turn(item: Item) -> Item:
        assert isinstance(item, Group)
        line, *rest = item.items
        assert isinstance(line, Path)
        first, *_, last = (c.to for c in line.commands if isinstance(c, Move | Line))
        low = Point(first.x, first.y + 2.0)
        commands = (Move(first), Line(low), Line(first), Line(last))
        return replace(item, items=(replace(line, commands=commands), *rest))

    damaged = changed(figure().scene, is_edge("layernormalization_9", "out"), turn)
    assert "runs against the flow" in messages(damaged)


def test_l8_a_box_without_its_name() -> None:
    def blank(item: Item) -> Item:
        assert isinstance(item, Group)
        return replace(item, items=item.items[:1])

    damaged = changed(figure().scene, has("box", name="Dense"), blank)
    assert "'out' has no name" in messages(damaged)


def test_l8_another_count() -> None:
    def recount(item: Item) -> Item:
        return replace(item, string="×4") if isinstance(item, Text) else item

    damaged = changed(
        figure().scene, lambda item: isinstance(item, Text) and item.string == "×3", recount
    )
    assert "stands for 3" in messages(damaged)


def test_l8_a_layer_that_is_not_drawn_and_a_link_that_is_not() -> None:
    without = changed(figure().scene, has("box", name="Cross-attention"), lambda _: None)
    assert "is drawn 0 times" in messages(without)
    without = changed(figure().scene, has("edge", "side"), lambda _: None)
    assert "the link 'layernormalization_3' to 'layernormalization_9' is not drawn" in messages(
        without
    )


def test_l8_a_line_for_no_link() -> None:
    def rename(item: Item) -> Item:
        return replace(item, data=(("from", "source"), ("to", "out")))

    damaged = changed(figure().scene, has("edge", "side"), rename)
    assert "stands for no link" in messages(damaged)


def test_l8_a_closed_group_that_nothing_explains() -> None:
    damaged = changed(
        closed().scene,
        lambda item: isinstance(item, Group) and "legend" in item.classes,
        lambda item: replace(item, items=()),
    )
    assert "is drawn closed and has 0 frames" in messages(damaged, closed())


def test_l8_an_output_that_is_not_drawn() -> None:
    damaged = changed(figure().scene, has("placeholder", "output"), lambda _: None)
    assert "0 outputs are drawn, not 1" in messages(damaged)
