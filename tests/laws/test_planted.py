"""Every law has a check that can fail: what is planted in a figure, it must find (L1 to L7)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from net2fig.geometry import Point
from net2fig.laws import find_breaches
from net2fig.scene import Group, Item, Path, polygon
from tests.laws.planting import INK, body, box_of, label, laws, line, messages
from tests.laws.scenes import (
    PAGE,
    added,
    changed,
    edge,
    find_item,
    glyph,
    moved,
    outline,
    points_of,
    scene,
    stretched,
    text,
)


def test_a_good_figure_breaks_none() -> None:
    assert find_breaches(scene(), outline(), PAGE) == []


def test_l1_small_text() -> None:
    damaged = changed(scene(), text("100"), lambda item: replace(item, size=5.9))
    assert laws(damaged) == {"L1"}
    assert "'100' is 5.9 pt, below 6" in messages(damaged)


def test_l2_text_on_text() -> None:
    at = find_item(scene(), text("100")).at.moved(6.0, 0.0)
    damaged = added(scene(), label("8", at.x, at.y))
    assert laws(damaged) == {"L2"}
    assert "'100' of 'hidden' and '8' are" in messages(damaged)


def test_l2_text_near_a_line_but_not_one_that_is_clear_of_it() -> None:
    at = find_item(scene(), text("32×32")).at
    near = added(scene(), line((at.x - 4, at.y + 0.75), (at.x + 4, at.y + 0.75)))
    clear = added(scene(), line((at.x - 4, at.y + 0.9), (at.x + 4, at.y + 0.9)))
    assert laws(near) == {"L2"}
    assert laws(clear) == set()


def test_l2_text_on_a_border_and_inside_a_glyph() -> None:
    x0, y0, x1, y1 = box_of("hidden")
    on_border = changed(scene(), text("100"), lambda item: replace(item, at=Point(x0, y1)))
    inside = added(scene(), label("1", (x0 + x1) / 2, (y0 + y1) / 2))
    assert laws(on_border) == laws(inside) == {"L2"}


def test_l2_text_in_the_empty_corner_of_a_fan_is_no_breach() -> None:
    """A glyph that opens to two handles leaves room between them that its box does not show."""
    fan = Path(
        polygon(
            [
                Point(x, y)
                for x, y in [(0, 0), (40, 0), (40, 5), (5, 20), (40, 35), (40, 40), (0, 40)]
            ]
        ),
        fill=INK,
        stroke=INK,
        width=1.0,
        classes=("body",),
    )
    lower = scene().size.height + 2
    drawing = replace(scene(), size=replace(scene().size, height=lower + 42))
    drawing = changed(
        added(drawing, Group((fan,), id="fan", classes=("x",))), glyph("fan"), moved(2, lower)
    )
    assert laws(added(drawing, label("1", 2 + 34, lower + 22))) == set()
    assert laws(added(drawing, label("1", 2 + 20, lower + 12))) == {"L2"}


def test_l2_a_count_must_fit_in_its_pill() -> None:
    wide = changed(scene(), text("×2"), lambda item: replace(item, string="×2000"))
    assert "does not fit in its frame" in messages(wide)


def test_l3_outside_and_too_wide() -> None:
    size = scene().size
    outside = added(scene(), line((size.width - 5, 3), (size.width + 1, 3)))
    assert laws(outside) == {"L3"}
    low = added(scene(), label("g", 3, size.height - 0.5))
    assert "'g' lies outside the page" in messages(low)
    wide = replace(scene(), size=replace(size, width=PAGE.width + 1))
    assert "the page is 496.00 pt wide, 495 were asked for" in messages(wide)


def test_l4_glyphs_overlap() -> None:
    dx = box_of("hidden")[2] - box_of("out")[0] - 3.0
    damaged = changed(scene(), glyph("out"), moved(dx, 0.0))
    assert "'hidden' and 'out' overlap" in messages(damaged)


def test_l4_a_line_through_a_glyph() -> None:
    _, y0, _, _ = box_of("in")
    x0, y1 = points_of(find_item(scene(), edge("in", "one")))[0].x, y0 + 5
    _, _, end, _ = box_of("out")
    path = line((x0 + 2, y1), (end, y1))

    def rerouted(item: Item) -> Item:
        assert isinstance(item, Group)
        return replace(item, items=(path,))

    damaged = changed(scene(), edge("hidden", "out"), rerouted)
    assert "passes through 'one'" in messages(damaged)


def test_l4_a_line_along_a_border_counts_as_through() -> None:
    x0, y0, x1, _ = box_of("hidden")
    damaged = changed(
        scene(),
        edge("one", "pool"),
        lambda item: replace(
            item, items=(*getattr(item, "items", ()), line((x0, y0 - 0.3), (x1, y0 - 0.3)))
        ),
    )
    assert "the line 'one' to 'pool' passes through 'hidden'" in messages(damaged)


@pytest.mark.parametrize("dx", [-1.5, 1.5])
def test_l4_a_line_that_does_not_meet_its_glyph(dx: float) -> None:
    damaged = changed(scene(), edge("hidden", "out"), moved(dx, 0.0))
    assert laws(damaged) >= {"L4"}
    assert "does not" in messages(damaged)


def test_l4_a_line_beside_its_handle() -> None:
    _, y0, _, y1 = box_of("hidden")
    damaged = changed(scene(), edge("hidden", "out"), moved(0.0, y1 - y0))
    assert "does not leave 'hidden'" in messages(damaged)


def test_l4_a_line_inside_its_own_glyph() -> None:
    def longer(item: Item) -> Item:
        assert isinstance(item, Group)
        one, two = points_of(item)
        return replace(item, items=(line((one.x, one.y), (two.x + 5, two.y)),))

    damaged = changed(scene(), edge("hidden", "out"), longer)
    assert "inside its own 'out'" in messages(damaged)


def test_l4_a_line_of_a_body_that_leaves_its_fork() -> None:
    damaged = changed(scene(), edge("@in", "@in@fork"), moved(0.0, 1.5))
    assert "does not leave '@in@fork'" in messages(damaged)


def test_l5_a_crossing_where_none_is_needed() -> None:
    one, two = points_of(find_item(scene(), edge("pool", "group")))
    middle = (one.x + two.x) / 2
    path = line((middle, one.y - 3), (middle, one.y + 3))
    damaged = changed(
        scene(),
        edge("hidden", "out"),
        lambda item: replace(item, items=(path, *getattr(item, "items", ()))),
    )
    assert "lines cross 1 times, none is needed" in messages(damaged)


def test_l5_lines_on_top_of_each_other() -> None:
    one, two = points_of(find_item(scene(), edge("pool", "group")))
    damaged = changed(
        scene(),
        edge("hidden", "out"),
        lambda item: replace(
            item, items=(line((one.x, one.y), (two.x, two.y)), *getattr(item, "items", ()))
        ),
    )
    assert "run on top of each other" in messages(damaged)


def test_l6_a_glyph_before_what_feeds_it() -> None:
    x0 = box_of("in")[0] - box_of("out")[0]
    damaged = changed(scene(), glyph("out"), moved(x0, 0.0))
    assert "'out' does not stand to the right of 'hidden'" in messages(damaged)


def test_l6_a_line_that_runs_back() -> None:
    def turned(item: Item) -> Item:
        assert isinstance(item, Group)
        one, two = points_of(item)
        return replace(item, items=(line((two.x, two.y), (one.x, one.y)),))

    damaged = changed(scene(), edge("hidden", "out"), turned)
    assert "the line 'hidden' to 'out' runs to the left" in messages(damaged)


def test_l7_a_side_that_is_too_low() -> None:
    x0, y0, x1, y1 = box_of("up")
    lower = [Point(x0, y0), Point(x1, y0 + 1), Point(x1, y1 - 1), Point(x0, y1)]
    damaged = changed(
        scene(), glyph("up"), body(lambda path: replace(path, commands=polygon(lower)))
    )
    assert "L7" in laws(damaged)
    assert "'up', both with resolution 32" in messages(damaged)


def test_l7_a_resolution_drawn_out_of_scale() -> None:
    """The claim changes instead of the drawing: the pooling halves, but would quarter."""
    small = replace(outline().links[2], extent=replace(outline().links[2].extent, spatial=(80, 80)))
    shown = replace(outline(), links=(*outline().links[:2], small, *outline().links[3:]))
    assert "with resolution 80 is" in messages(scene(), shown)


def test_l7_a_width_out_of_scale() -> None:
    damaged = changed(scene(), glyph("two"), body(stretched(1.1, 1.0)))
    assert "both with features 16" in messages(damaged)


def test_l7_a_dense_layer_out_of_scale() -> None:
    _, y0, _, y1 = box_of("hidden")
    middle = (y0 + y1) / 2

    def higher(path: Path) -> Path:
        return stretched(1.0, 5.0)(moved(0.0, -middle)(path))

    damaged = changed(scene(), glyph("out"), body(lambda p: moved(0.0, middle)(higher(p))))
    assert "'hidden' with units 100 is" in messages(damaged)
