"""The textures that ship, and the ink that is made of them."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.data.grammar import load_grammar, texture_names
from net2fig.errors import UsageError
from net2fig.geometry import Box, Point, Size
from net2fig.render.tex.ink import InkShapes, lay_ink, measure_bounds
from net2fig.render.textures import Band, Dot, Tile, check_tile, load_texture, make_tile
from net2fig.scene import Close, Curve, Line, Move, Path, rounded

GLYPH = Box(0, 0, 24, 40)
"""The size of a glyph as it is often drawn."""


def test_there_are_twelve_and_blank_paper() -> None:
    names = texture_names()
    assert len(names) == 13
    assert [name for name in names if load_texture(name).is_blank] == ["blank"]


def test_every_kind_has_a_texture_that_exists() -> None:
    assert {kind.texture for kind in load_grammar().kinds.values()} <= set(texture_names())


@pytest.mark.parametrize("name", texture_names())
def test_no_ink_crosses_the_edge_of_a_tile_but_bands(name: str) -> None:
    check_tile(load_texture(name))


@pytest.mark.parametrize(
    "bad",
    [
        {"bands": [[-0.1, 1]]},
        {"bands": [[3.5, 1]]},
        {"dots": [[0.2, 2, 0.5]]},
        {"dots": [[2, 3.8, 0.5]]},
        {"polygons": [[[0, 0], [4, 0], [2, 2]]]},
        {"polygons": [[[1, 1], [5, 1], [2, 2]]]},
        {"waves": [[[0, 2], [1, 1], [2, 3], [3, 2]]], "stroke": 0.5},
    ],
)
def test_the_check_finds_ink_at_the_edge(bad: dict[str, object]) -> None:
    with pytest.raises(AssertionError):
        check_tile(make_tile("bad", {"label": "Bad", "tile": [4, 4], **bad}))


def coverage(name: str) -> float:
    """The share of a large area that is ink."""
    shape = load_texture(name)
    area = shape.size.width * shape.size.height
    inked = sum(band.width * shape.size.height for band in shape.bands) * len(shape.angles)
    inked += sum(math.pi * dot.radius**2 for dot in shape.dots)
    inked += sum(abs(_area(polygon)) for polygon in shape.polygons)
    return inked / area


def _area(polygon: tuple[Point, ...]) -> float:
    pairs = zip(polygon, (*polygon[1:], polygon[0]), strict=True)
    return sum(a.x * b.y - b.x * a.y for a, b in pairs) / 2


def test_thick_and_thin_of_one_direction_differ_in_tone_and_step() -> None:
    for direction in ("horizontal", "vertical", "diagonal"):
        assert coverage(f"thick-{direction}") > 1.5 * coverage(direction)
        thin, thick = load_texture(direction), load_texture(f"thick-{direction}")
        assert thick.size.width > 1.5 * thin.size.width
    assert coverage("dots") > 2.5 * coverage("sparse-dots")


def test_textures_are_fine_enough_for_the_smallest_glyph() -> None:
    for name in texture_names():
        size = load_texture(name).size
        assert max(size.width, size.height) <= 6, name


def test_no_two_textures_are_alike() -> None:
    looks = [
        (t.angles, t.bands, t.dots, t.polygons, t.waves) for t in map(load_texture, texture_names())
    ]
    assert all(one != two for one, two in itertools.combinations(looks, 2))


def test_an_unknown_texture() -> None:
    with pytest.raises(UsageError) as caught:
        load_texture("diagnal")
    assert caught.value.message.startswith("unknown texture: 'diagnal' (one of 'blank', 'checks',")
    assert caught.value.hint == "did you mean 'diagonal'?"


def test_ink_of_bands_reaches_over_the_box() -> None:
    shape = Tile("t", "T", Size(4, 4), bands=(Band(1, 2),))
    (found,) = lay_ink(shape, Box(0, 0, 8, 10))
    moves = [c.to for c in found.commands if isinstance(c, Move)]
    assert moves == [Point(1, 0), Point(5, 0)]


def test_a_dot_is_a_round_stroke_to_where_it_began() -> None:
    shape = Tile("t", "T", Size(4, 4), dots=(Dot(Point(1, 1), 0.5),))
    (found,) = lay_ink(shape, Box(0, 0, 4, 4))
    assert found == InkShapes((Move(Point(1, 1)), Line(Point(1, 1))), 1.0)


def test_bounds_of_a_circle() -> None:
    circle = Path(rounded(Box(10, 20, 8, 8), 4))
    assert measure_bounds(circle) == Box(10, 20, 8, 8)


def test_ink_turns_about_the_origin_of_the_page() -> None:
    shape = Tile("t", "T", Size(4, 4), angles=(90,), dots=(Dot(Point(1, 2), 0.5),))
    (found,) = lay_ink(shape, Box(-4, 0, 4, 4))
    centres = {(round(c.to.x, 6), round(c.to.y, 6)) for c in found.commands if isinstance(c, Move)}
    assert (-2, 1) in centres


@given(st.sampled_from(texture_names()), st.floats(0, 500), st.floats(0, 200))
def test_ink_is_where_the_box_is(name: str, x: float, y: float) -> None:
    shape = load_texture(name)
    box = Box(x, y, GLYPH.width, GLYPH.height)
    reach = box.grown(box.width + box.height + 2 * max(shape.size.width, shape.size.height))
    for found in lay_ink(shape, box):
        for command in found.commands:
            if not isinstance(command, Close):
                at = command.to
                assert reach.contains(Box(at.x, at.y, 0, 0))
        assert not any(isinstance(command, Curve) for command in found.commands) or found.width
