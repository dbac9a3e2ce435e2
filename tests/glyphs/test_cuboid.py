"""The cuboid and the sheet: faces, bands, lines along edges."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.geometry import Box, Point
from net2fig.glyphs import Shape, Solid, cuboid, draw, sheet
from net2fig.glyphs.base import End, Faces, draw_body
from net2fig.glyphs.cuboid import find_front, trace_silhouette
from net2fig.scene import Item, Path
from tests.glyphs.shapes import FLAT, LOOK, box_of, is_simple, points_of, select_class, signed_area

FACES = Faces("#aaaaaa", "#dddddd", "#cccccc", "#999999", 0.4)
SHADED = replace(LOOK, faces=FACES)
END = (End(0.0, 40.0),)
SOLID = Shape(10.0, 30.0, END, END, Solid(Point(12.0, 10.0), 3, 2.0))


def fills(items: tuple[Item, ...], name: str) -> list[Box]:
    """Return the boxes around the faces of a name."""
    boxes = []
    for item in select_class(items, name):
        xs, ys = [p.x for p in points_of(item)], [p.y for p in points_of(item)]
        boxes.append(Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)))
    return boxes


def test_the_front_stands_lower_left_in_the_box() -> None:
    assert find_front(SOLID, 1.0) == Box(10.5, 10.5, 17.0, 29.0)


def test_it_has_three_faces_and_a_band_for_each_layer() -> None:
    items = draw("cuboid", SOLID, SHADED)
    assert len(select_class(items, "side")) == len(select_class(items, "top")) == 1
    assert len(select_class(items, "band")) == 3
    fronts = fills(items, "front")
    # Each band is 2 wide, at the left of its third of the front.
    third = 17.0 / 3
    assert [round(box.x - 10.5, 6) for box in fronts] == [
        round(number * third + 2.0, 6) for number in range(3)
    ]


def test_the_body_keeps_the_fill_that_tells_it_from_others() -> None:
    body = draw("cuboid", SOLID, SHADED)[0]
    assert isinstance(body, Path)
    assert (body.fill, body.classes) == (LOOK.fill, ("body",))


def test_what_has_no_bands_shows_that_fill_on_its_front() -> None:
    plain = replace(SOLID, solid=Solid(Point(12.0, 10.0)))
    items = draw("cuboid", plain, replace(SHADED, faces=replace(FACES, side=None)))
    assert not select_class(items, "front")
    assert not select_class(items, "side")


def test_without_depth_or_faces_it_is_its_body() -> None:
    assert draw("cuboid", FLAT, SHADED) == (draw_body(FLAT, LOOK),)
    assert draw("cuboid", SOLID, LOOK) == (draw_body(SOLID, LOOK),)


@given(
    st.floats(3.0, 60.0),
    st.floats(3.0, 90.0),
    st.floats(0.1, 30.0),
    st.floats(0.1, 30.0),
    st.integers(0, 5),
)
def test_it_stays_in_its_box(
    width: float, height: float, right: float, up: float, bands: int
) -> None:
    end = (End(0.0, height + up + 1.0),)
    where = Shape(5.0, width + right + 1.0, end, end, Solid(Point(right, up), bands, width / 12))
    box = box_of(where)
    for item in draw("cuboid", where, SHADED):
        assert all(box.contains(Box(p.x, p.y, 0, 0), 1e-6) for p in points_of(item))
    outline = trace_silhouette(find_front(where, LOOK.border), Point(right, up))
    assert is_simple(outline)
    assert signed_area(outline) > 0


def test_a_shared_cuboid_carries_the_mark() -> None:
    look = replace(SHADED, shared=True)
    assert len(select_class(draw("cuboid", SOLID, look), "tie")) == 1
    assert cuboid.measure(look).above > 0


def test_a_sheet_leans_and_is_dashed() -> None:
    (frame,) = sheet.draw(Shape(0.0, 12.0, END, END, Solid(Point(11.0, 9.0))), LOOK)
    assert isinstance(frame, Path)
    assert frame.dash
    left, right = points_of(frame)[:2]
    assert left.y - right.y == 9.0


def test_the_frame_of_a_picture_stands_upright() -> None:
    shape = Shape(0.0, 40.0, END, END)
    (frame,) = sheet.draw(shape, replace(LOOK, small=True))
    assert {p.y for p in points_of(frame)} == {0.5, 39.5}
