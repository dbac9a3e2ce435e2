"""Figures with pins and tints: the laws hold, and the figure itself stays as it is."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from net2fig.figure import Figure, draw
from net2fig.laws import find_breaches
from net2fig.laws.marks.pins import check_pins
from net2fig.laws.reader_view import read_scene
from net2fig.marking.mark import blend, find_share, wrap
from net2fig.network import Network
from net2fig.pins import TIERS, Tint
from net2fig.read import read
from net2fig.scene import Group, Item, Scene, transformed
from tests.conftest import ROOT
from tests.laws.strategies import networks

MODELS = sorted((ROOT / "gallery" / "models").glob("*.network.json"))
SHORT = {"unet", "vgg16", "transformer", "resnet50", "lstm", "vit"}


def marks_of(network: Network, seed: int = 1) -> dict[str, Any]:
    """Return pins on some layers, and a number for each."""
    chance = random.Random(seed)  # noqa: S311  (the same each time)
    ids = [layer.id for layer in network.layers]
    chosen = chance.sample(ids, min(9, len(ids)))
    texts = ("short", "a text that is much longer than a line of a narrow page has room for")
    pins = [
        {"layer": id, "text": f"{id}: {chance.choice(texts)}", "tier": chance.choice(TIERS)}
        for id in chosen
    ]
    return {"pins": pins, "tint": {id: 10 ** chance.uniform(-6, 1) for id in ids}}


def breaches(figure: Figure) -> list[str]:
    return [str(each) for each in find_breaches(figure.scene, figure.outline, figure.page)]


@pytest.mark.parametrize("width", [None, "3.25in"])
@pytest.mark.parametrize("path", [
    pytest.param(p, marks=() if p.name.partition(".")[0] in SHORT else pytest.mark.slow)
    for p in MODELS
], ids=lambda path: path.name.partition(".")[0])  # fmt: skip
def test_the_gallery_with_pins_breaks_no_law(path, width: str | None) -> None:
    network = read(path)
    figure = draw(network, template="cvpr", width=width, **marks_of(network))
    assert breaches(figure) == []


@settings(max_examples=25)
@given(networks(most=12), st.integers(0, 3), st.sampled_from(["trapezoids", "boxes", "volumes"]))
def test_random_networks_with_pins_break_no_law(network: Network, seed: int, glyphs: str) -> None:
    plain = draw(network, template="cvpr", glyphs=glyphs)
    figure = draw(network, template="cvpr", glyphs=glyphs, **marks_of(network, seed))
    known = {each.partition(" at (")[0] for each in breaches(plain)}
    assert [each for each in breaches(figure) if each.partition(" at (")[0] not in known] == []


def test_most_pins_find_a_place() -> None:
    network = read(ROOT / "gallery" / "models" / "unet.network.json")
    figure = draw(network, template="cvpr", **marks_of(network))
    discs = [i for i, _ in figure.scene.walk() if isinstance(i, Group) and "pin" in i.classes]
    assert len([disc for disc in discs if "glyph" in dict(disc.data)]) == 9


def test_the_figure_itself_is_not_changed() -> None:
    network = read(ROOT / "gallery" / "models" / "vgg16.network.json")
    plain = draw(network, template="cvpr")
    marked = draw(network, template="cvpr", **marks_of(network))
    assert marked.scene.size.width == plain.scene.size.width
    assert marked.outline == plain.outline
    first = next(i for i in marked.scene.items if isinstance(i, Group) and "network" in i.classes)
    before = next(i for i in plain.scene.items if isinstance(i, Group) and "network" in i.classes)
    assert len(first.items) == len(before.items)
    assert "Pin 1" in marked.alt


def test_the_same_marks_give_the_same_bytes() -> None:
    network = read(ROOT / "gallery" / "models" / "lenet5.network.json")
    one, two = (draw(network, **marks_of(network)).to_bytes("pdf") for _ in range(2))
    assert one == two


# Planted violations: the law sees them.


def moved(scene: Scene, name: str, dx: float, dy: float) -> Scene:
    """Return a scene with the first group of a class, at a glyph, moved."""
    items: list[Item] = []
    done = False
    for item in scene.items:
        is_it = isinstance(item, Group) and name in item.classes and "glyph" in dict(item.data)
        items.append(transformed(item, dx=dx, dy=dy) if is_it and not done else item)
        done |= is_it
    assert done
    return Scene(scene.size, tuple(items), scene.title, scene.description, scene.background)


def marked_lenet() -> Scene:
    network = read(ROOT / "gallery" / "models" / "lenet5.network.json")
    scene = draw(network, template="cvpr", **marks_of(network)).scene
    assert check_pins(read_scene(scene)) == []
    return scene


def test_a_pin_away_from_its_glyph_is_seen() -> None:
    found = check_pins(read_scene(moved(marked_lenet(), "pin", 0.0, -9.0)))
    assert any("from its glyph" in each.message for each in found)


def test_pins_on_each_other_are_seen() -> None:
    scene = marked_lenet()
    pins = [i for i in scene.items if isinstance(i, Group) and "pin" in i.classes]
    doubled = Scene(scene.size, (*scene.items, pins[0]))
    messages = [each.message for each in check_pins(read_scene(doubled))]
    assert "two pins touch each other" in messages


def test_a_pin_on_a_text_or_a_line_is_seen() -> None:
    scene = marked_lenet()
    view = read_scene(scene)
    pin = next(i for i in scene.items if isinstance(i, Group) and "pin" in i.classes)
    box = next(m.paint.box for m in view.marks if m.around and m.around[-1] is pin)
    for goal in (view.texts[0].ink.box, view.network.lines[0].paint.box):
        dx, dy = goal.centre.x - box.centre.x, goal.centre.y - box.centre.y
        found = check_pins(read_scene(moved(scene, "pin", dx, dy)))
        assert any("a pin covers" in each.message for each in found)


def test_a_bar_outside_of_its_glyph_is_seen() -> None:
    found = check_pins(read_scene(moved(marked_lenet(), "tint", 30.0, 0.0)))
    assert any("bar of a tint" in each.message for each in found)


# Small parts.


def test_colours_and_shares() -> None:
    assert blend(("#000000", "#ffffff", "#ff0000"), 1.0) == "#ff0000"
    tint = Tint("a", {"x": 0.001, "y": 10.0})
    assert find_share(0.1, tint) == pytest.approx(0.5)
    assert find_share(float("nan"), tint) is None
    assert find_share(3.0, Tint("a", {"x": 3.0})) == 0.5


@given(st.text(max_size=60), st.floats(20, 200))
def test_lines_are_no_wider_than_asked(text: str, width: float) -> None:
    from net2fig.marking.mark import Pen

    pen = Pen(7.0, "sans", 1.0)
    assert all(pen.width(line) <= width + 1e-6 or len(line) <= 2 for line in wrap(text, width, pen))
