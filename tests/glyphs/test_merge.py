"""A merge: a slab, or a circle with its sign."""

from __future__ import annotations

from math import hypot

import pytest
from msgspec.structs import replace

from net2fig.data.grammar import load_grammar
from net2fig.geometry import Point
from net2fig.glyphs import merge
from net2fig.glyphs.base import draw_body
from net2fig.scene import Close, Path, Text, Texture
from tests.glyphs.shapes import FAN_LEFT, LOOK, points_of, select_class, shape

ROUND = shape("0-8", "0-8", x=100.0, width=8.0)
SMALL = replace(LOOK, small=True, sign="+")


def test_in_the_figure_a_merge_is_a_slab_with_handles() -> None:
    assert merge.draw(FAN_LEFT, LOOK) == (draw_body(FAN_LEFT, LOOK),)


def test_small_it_is_a_circle_inside_its_shape() -> None:
    circle = merge.draw(ROUND, SMALL)[0]
    assert isinstance(circle, Path)
    ends = [command.to for command in circle.commands if not isinstance(command, Close)]
    distances = [hypot(point.x - 104, point.y - 4) for point in ends]
    assert distances == pytest.approx([4 - LOOK.border / 2] * len(ends))
    assert (circle.fill, circle.stroke, circle.width) == (LOOK.fill, LOOK.stroke, LOOK.border)


@pytest.mark.parametrize(("sign", "strokes"), [("+", 2), ("−", 1), ("×", 2), ("=", 2)])
def test_signs_of_strokes(sign: str, strokes: int) -> None:
    _, *marks = merge.draw(ROUND, replace(SMALL, sign=sign))
    assert len(marks) == strokes
    for mark in marks:
        assert isinstance(mark, Path)
        assert mark.stroke == LOOK.paper
        assert all(hypot(point.x - 104, point.y - 4) < 4 for point in points_of(mark))


def test_any_other_sign_is_a_character() -> None:
    _, text = merge.draw(ROUND, replace(SMALL, sign="C", family="serif"))
    assert isinstance(text, Text)
    assert (text.string, text.anchor, text.family) == ("C", "middle", "serif")
    assert text.at.x == 104
    assert text.at.y == pytest.approx(4, abs=text.size / 2)


def test_in_texture_the_sign_stands_on_paper_in_ink() -> None:
    texture = Texture("crosshatch", "#333333", "#ffffff")
    circle, *marks = merge.draw(ROUND, replace(SMALL, fill=texture))
    assert isinstance(circle, Path)
    assert circle.fill == "#ffffff"
    assert {mark.stroke for mark in marks if isinstance(mark, Path)} == {"#333333"}


def test_every_sign_of_the_catalogue_can_be_drawn() -> None:
    signs = {entry.sign for entry in load_grammar().entries.values() if entry.sign}
    assert signs
    for sign in signs:
        assert select_class(merge.draw(ROUND, replace(SMALL, sign=sign)), "sign")


def test_the_middle_of_a_circle_is_that_of_its_shape() -> None:
    assert ROUND.middle == Point(104.0, 4.0)
