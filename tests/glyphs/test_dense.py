"""A dense layer."""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.glyphs import dense
from net2fig.scene import Path, Texture
from tests.glyphs.shapes import FLAT, LOOK, select_class


def test_the_border_is_that_of_all_glyphs() -> None:
    (drawn,) = dense.draw(FLAT, LOOK)
    assert isinstance(drawn, Path)
    assert (drawn.fill, drawn.stroke) == (LOOK.fill, LOOK.stroke)
    assert drawn.width == LOOK.border


def test_a_texture_keeps_its_border() -> None:
    texture = Texture("dots", "#333333", "#ffffff")
    (drawn,) = dense.draw(FLAT, replace(LOOK, fill=texture))
    assert isinstance(drawn, Path)
    assert (drawn.fill, drawn.stroke) == (texture, LOOK.stroke)


def test_a_shared_layer_carries_the_mark() -> None:
    assert len(select_class(dense.draw(FLAT, replace(LOOK, shared=True)), "tie")) == 1
