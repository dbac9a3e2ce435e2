"""The trapezoid."""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.glyphs import Margins, slab
from net2fig.glyphs.base import draw_body
from tests.glyphs.shapes import FAN_BOTH, LOOK, SHRINKING, select_class


def test_a_slab_is_its_body() -> None:
    assert slab.draw(SHRINKING, LOOK) == (draw_body(SHRINKING, LOOK),)
    assert slab.draw(FAN_BOTH, LOOK) == (draw_body(FAN_BOTH, LOOK),)


def test_a_slab_needs_no_room_beside_its_body() -> None:
    assert slab.measure(LOOK) == Margins()


def test_a_shared_slab_carries_the_mark() -> None:
    look = replace(LOOK, shared=True)
    items = slab.draw(SHRINKING, look)
    assert len(select_class(items, "tie")) == 1
    assert slab.measure(look).above > 0
