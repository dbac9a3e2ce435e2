from __future__ import annotations

import pytest

from net2fig.fonts.metrics import text_width
from net2fig.geometry import Point, Size
from net2fig.render.shipped_fonts import anchor_texts
from net2fig.scene import Group, Scene, Text

WIDTH = text_width("features", 10)


def make_text(anchor: str, angle: float = 0.0, family: str = "sans") -> Text:
    text = Text(Point(50, 40), "features", 10, "#000000", anchor, family=family, angle=angle)
    (group,) = anchor_texts(Scene(Size(100, 80), (Group((text,)),))).items
    assert isinstance(group, Group)
    (found,) = group.items
    assert isinstance(found, Text)
    return found


@pytest.mark.parametrize(("anchor", "back"), [("start", 0), ("middle", WIDTH / 2), ("end", WIDTH)])
def test_a_text_begins_its_share_of_its_width_before(anchor: str, back: float) -> None:
    text = make_text(anchor)
    assert (text.at.x, text.at.y) == pytest.approx((50 - back, 40))
    assert text.anchor == "start"


def test_a_turned_text_is_moved_along_its_line() -> None:
    text = make_text("end", angle=-90)
    assert (text.at.x, text.at.y) == pytest.approx((50, 40 + WIDTH))


def test_a_font_that_does_not_ship_is_replaced() -> None:
    assert make_text("start", family="Fira Sans").family == "sans"
    assert make_text("start", family="serif").family == "serif"
