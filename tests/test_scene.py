"""The drawing list."""

from __future__ import annotations

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.geometry import Box, Point, Size
from net2fig.scene import (
    Close,
    Curve,
    Group,
    Image,
    Line,
    Move,
    Path,
    Scene,
    Text,
    polygon,
    polyline,
    rounded,
    transformed,
)

CORNERS = [Point(0.0, 0.0), Point(4.0, 0.0), Point(4.0, 3.0)]
STROKE = Path(polyline(CORNERS), stroke="#000000", width=0.5, dash=(2.0, 1.0))
WORDS = Text(Point(5.0, 6.0), "words", 7.0, "#222222")
PICTURE = Image(Box(1.0, 2.0, 3.0, 4.0), b"bytes", "image/png")


def test_a_polygon_is_closed_and_a_polyline_is_open() -> None:
    assert polygon(CORNERS) == (Move(CORNERS[0]), Line(CORNERS[1]), Line(CORNERS[2]), Close())
    assert polyline(tuple(CORNERS)) == polygon(CORNERS)[:-1]


def test_a_walk_meets_every_item_in_the_order_of_drawing_with_the_groups_around_it() -> None:
    inner = Group((STROKE, WORDS), id="inner")
    outer = Group((inner, PICTURE), id="outer")
    scene = Scene(Size(10.0, 10.0), (WORDS, outer, STROKE))
    found = [(item, tuple(group.id for group in above)) for item, above in scene.walk()]
    assert found == [
        (WORDS, ()),
        (outer, ()),
        (inner, ("outer",)),
        (STROKE, ("outer", "inner")),
        (WORDS, ("outer", "inner")),
        (PICTURE, ("outer",)),
        (STROKE, ()),
    ]


def test_a_walk_may_be_deep() -> None:
    item: Group | Text = WORDS
    for _ in range(5000):
        item = Group((item,))
    assert sum(1 for _ in Scene(Size(1.0, 1.0), (item,)).walk()) == 5001


def test_a_box_with_round_corners_keeps_its_straight_sides() -> None:
    commands = rounded(Box(0.0, 0.0, 20.0, 10.0), 3.0)
    lines = [command.to for command in commands if isinstance(command, Line)]
    assert lines == [Point(17.0, 0.0), Point(20.0, 7.0), Point(3.0, 10.0), Point(0.0, 3.0)]
    assert commands[-1] == Close()


@pytest.mark.parametrize("radius", [5.0, 50.0])
def test_a_radius_of_half_a_side_gives_a_circle(radius: float) -> None:
    commands = rounded(Box(10.0, 20.0, 10.0, 10.0), radius)
    here = Point(15.0, 20.0)
    for command in commands:
        if isinstance(command, Curve):
            for t in (0.25, 0.5, 0.75):
                x, y = (
                    (1 - t) ** 3 * start
                    + 3 * (1 - t) ** 2 * t * first
                    + 3 * (1 - t) * t**2 * second
                    + t**3 * end
                    for start, first, second, end in (
                        (here.x, command.first.x, command.second.x, command.to.x),
                        (here.y, command.first.y, command.second.y, command.to.y),
                    )
                )
                assert hypot(x - 15.0, y - 25.0) == pytest.approx(5.0, abs=0.002)
        if not isinstance(command, Close):
            here = command.to


def test_what_is_enlarged_grows_with_its_strokes_and_texts() -> None:
    scene = Scene(Size(10.0, 20.0), (Group((STROKE, WORDS, PICTURE)),), "title", "alt")
    large = scene.enlarged(2.0)
    (group,) = large.items
    assert isinstance(group, Group)
    stroke, words, picture = group.items
    assert (large.size, large.title, large.description) == (Size(20.0, 40.0), "title", "alt")
    assert isinstance(stroke, Path)
    assert (stroke.width, stroke.dash) == (1.0, (4.0, 2.0))
    assert stroke.commands[-1] == Line(Point(8.0, 6.0))
    assert isinstance(words, Text)
    assert (words.at, words.size) == (Point(10.0, 12.0), 14.0)
    assert isinstance(picture, Image)
    assert picture.box == Box(2.0, 4.0, 6.0, 8.0)


def test_a_scene_of_its_own_size_is_left_as_it_is() -> None:
    scene = Scene(Size(10.0, 20.0), (STROKE,))
    assert scene.enlarged(1.0) is scene


@given(st.integers(-50, 50).map(float), st.integers(-50, 50).map(float))
def test_what_is_moved_there_and_back_is_as_before(dx: float, dy: float) -> None:
    curved = Path(rounded(Box(0.0, 0.0, 8.0, 8.0), 2.0))
    for item in (Group((STROKE, Group((WORDS,)))), PICTURE, Path(polygon(CORNERS))):
        assert transformed(transformed(item, dx=dx, dy=dy), dx=-dx, dy=-dy) == item
    there = transformed(curved, dx=dx, dy=dy)
    assert isinstance(there, Path)
    assert there.commands[0] == Move(Point(2.0 + dx, dy))
