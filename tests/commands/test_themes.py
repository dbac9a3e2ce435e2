"""What can be asked for, as text and as a picture."""

from __future__ import annotations

from net2fig.commands.themes import describe_template, describe_themes, draw_themes
from net2fig.data.grammar import palette_names, texture_names
from net2fig.data.template import load_template, template_names
from net2fig.fonts.metrics import text_width
from net2fig.geometry import Box
from net2fig.render import render
from net2fig.scene import Path, Text, Texture


def test_every_theme_has_a_line() -> None:
    first = {line.split()[0] for line in describe_themes().splitlines() if line.startswith("  ")}
    assert first == {*palette_names(), *texture_names(), *template_names()}


def test_a_template_is_listed_with_its_width_and_its_smallest_text() -> None:
    assert describe_template(load_template("cvpr")).endswith("(6.875 in, text from 6 pt)")


def test_every_theme_is_pictured() -> None:
    items = [item for item, _ in draw_themes().walk()]
    names = {item.string for item in items if isinstance(item, Text)}
    assert {*palette_names(), *texture_names(), *template_names()} <= names
    fills = [item.fill for item in items if isinstance(item, Path)]
    assert {fill.name for fill in fills if isinstance(fill, Texture)} == set(texture_names())


def test_no_text_leaves_the_page_or_touches_another() -> None:
    scene = draw_themes()
    whole = Box(0, 0, scene.size.width, scene.size.height)
    boxes = [
        Box(
            item.at.x,
            item.at.y - item.size * 0.72,
            text_width(item.string, item.size, family=item.family, bold=item.bold),
            item.size * 0.93,
        )
        for item, _ in scene.walk()
        if isinstance(item, Text)
    ]
    for number, box in enumerate(boxes):
        assert whole.contains(box)
        assert not [other for other in boxes[:number] if box.overlaps(other)]


def test_the_picture_is_the_same_every_time() -> None:
    assert render(draw_themes(), "svg") == render(draw_themes(), "svg")
