"""A placeholder."""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.geometry import Box
from net2fig.glyphs import Margins, sample
from net2fig.scene import Path
from tests.glyphs.shapes import FLAT, LOOK, SHRINKING, points_of, shape


def test_an_empty_frame_is_dashed_and_has_no_fill() -> None:
    (frame,) = sample.draw(FLAT, LOOK)
    assert isinstance(frame, Path)
    assert (frame.fill, frame.stroke, frame.width) == (None, LOOK.stroke, LOOK.border)
    assert frame.dash == sample.DASH


def test_a_frame_around_a_picture_is_plain() -> None:
    (frame,) = sample.draw(FLAT, replace(LOOK, small=True))
    assert isinstance(frame, Path)
    assert frame.dash == ()


def test_the_border_lies_inside_the_shape() -> None:
    (frame,) = sample.draw(FLAT, LOOK)
    corners = [(point.x, point.y) for point in points_of(frame)]
    assert corners == [(10.5, 0.5), (39.5, 0.5), (39.5, 39.5), (10.5, 39.5)]


def test_a_frame_has_the_height_of_the_higher_side() -> None:
    assert sample.measure_frame(SHRINKING, 1.0) == Box(10.5, 0.5, 29.0, 39.0)


def test_a_sample_used_twice_opens_into_handles() -> None:
    forked = shape("0-20", "0-20, 30-50")
    (drawn,) = sample.draw(forked, LOOK)
    ends = sorted({point.y for point in points_of(drawn) if point.x > 39.0})
    assert ends == [0.5, 19.5, 30.5, 49.5]
    assert sample.measure_frame(forked, 1.0) == Box(10.5, 0.5, 29.0, 19.0)


def test_a_frame_smaller_than_its_border_is_still_there() -> None:
    tiny = sample.measure_frame(shape("0-0.5", "0-0.5", width=0.5), 1.0)
    assert (tiny.width, tiny.height) == (0.2, 0.2)


def test_a_frame_needs_no_room_beside_it() -> None:
    assert sample.measure(LOOK) == Margins()
