"""Every law has a check that can fail: what is planted here, it must find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from net2fig.geometry import Point
from net2fig.laws import broken
from net2fig.outline import Bracket, Outline
from net2fig.scene import Group, Item, Path, Scene, Text, polygon, polyline
from tests.laws.scenes import (
    TEMPLATE,
    Change,
    added,
    changed,
    edge,
    entry,
    found,
    glyph,
    moved,
    outline,
    points_of,
    scene,
    stretched,
    text,
)

INK = "#000000"


def laws(drawing: Scene, shown: Outline | None = None) -> set[str]:
    """Return the laws that a scene breaks."""
    return {breach.law for breach in broken(drawing, shown or outline(), TEMPLATE)}


def messages(drawing: Scene, shown: Outline | None = None) -> str:
    return "\n".join(map(str, broken(drawing, shown or outline(), TEMPLATE)))


def body(change: Callable[[Path], Path]) -> Change:
    """Change the outline of a glyph, and nothing else in it."""

    def within(item: Item) -> Item:
        assert isinstance(item, Group)
        items = tuple(
            change(child) if isinstance(child, Path) and "body" in child.classes else child
            for child in item.items
        )
        return replace(item, items=items)

    return within


def box_of(id: str) -> tuple[float, float, float, float]:
    shape = next(
        child
        for child in getattr(found(scene(), glyph(id)), "items", ())
        if isinstance(child, Path)
    )
    points = points_of(shape)
    xs, ys = [p.x for p in points], [p.y for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def line(*places: tuple[float, float], width: float = 0.6) -> Path:
    return Path(polyline([Point(x, y) for x, y in places]), stroke=INK, width=width)


def label(string: str, x: float, y: float) -> Text:
    return Text(Point(x, y), string, 7.0, INK, classes=("label",))


def test_a_good_figure_breaks_none() -> None:
    assert broken(scene(), outline(), TEMPLATE) == []


def test_l1_small_text() -> None:
    damaged = changed(scene(), text("100"), lambda item: replace(item, size=5.9))
    assert laws(damaged) == {"L1"}
    assert "'100' is 5.9 pt, below 6" in messages(damaged)


def test_l2_text_on_text() -> None:
    at = found(scene(), text("100")).at.moved(6.0, 0.0)
    damaged = added(scene(), label("8", at.x, at.y))
    assert laws(damaged) == {"L2"}
    assert "'100' of 'hidden' and '8' are" in messages(damaged)


def test_l2_text_near_a_line_but_not_one_that_is_clear_of_it() -> None:
    at = found(scene(), text("32×32")).at
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
    wide = replace(scene(), size=replace(size, width=TEMPLATE.width + 1))
    assert "the page is 496.00 pt wide, 495 were asked for" in messages(wide)


def test_l4_glyphs_overlap() -> None:
    dx = box_of("hidden")[2] - box_of("out")[0] - 3.0
    damaged = changed(scene(), glyph("out"), moved(dx, 0.0))
    assert "'hidden' and 'out' overlap" in messages(damaged)


def test_l4_a_line_through_a_glyph() -> None:
    _, y0, _, _ = box_of("in")
    x0, y1 = points_of(found(scene(), edge("in", "one")))[0].x, y0 + 5
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
    one, two = points_of(found(scene(), edge("pool", "group")))
    middle = (one.x + two.x) / 2
    path = line((middle, one.y - 3), (middle, one.y + 3))
    damaged = changed(
        scene(),
        edge("hidden", "out"),
        lambda item: replace(item, items=(path, *getattr(item, "items", ()))),
    )
    assert "lines cross 1 times, none is needed" in messages(damaged)


def test_l5_lines_on_top_of_each_other() -> None:
    one, two = points_of(found(scene(), edge("pool", "group")))
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
    assert "'up' ends" in messages(damaged)


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


def test_l8_a_missing_entry_and_one_too_many() -> None:
    lost = changed(scene(), entry("Dense"), lambda _: None)
    assert laws(lost) == {"L8"}
    assert "'Dense' has no entry" in messages(lost)
    twice = added(scene(), moved(0, 0)(found(scene(), entry("Dense"))))
    legend_twice = changed(
        scene(),
        lambda item: isinstance(item, Group) and "legend" in item.classes,
        lambda item: replace(
            item, items=(*getattr(item, "items", ()), found(scene(), entry("Dense")))
        ),
    )
    assert "'Dense' has 2 entries" in messages(legend_twice)
    assert "two entries are called 'Dense'" in messages(legend_twice)
    assert "L2" in laws(twice)


def test_l8_an_entry_for_nothing() -> None:
    def renamed(item: Item) -> Item:
        assert isinstance(item, Group)
        return replace(item, data=(("type", "LSTM"),))

    damaged = changed(scene(), entry("Dense"), renamed)
    assert "explains nothing" in messages(damaged)


def test_l8_a_swatch_of_another_colour() -> None:
    damaged = changed(scene(), glyph("hidden"), body(lambda path: replace(path, fill="#123456")))
    assert "'hidden' ('Dense') looks otherwise than its entry" in messages(damaged)


def test_l8_two_entries_alike() -> None:
    fill = next(
        p.fill for p in getattr(found(scene(), entry("Conv2D")), "items", ()) if isinstance(p, Path)
    )
    damaged = changed(scene(), entry("Dense"), body(lambda path: replace(path, fill=fill)))
    assert "'Conv' and 'Dense' look the same" in messages(damaged)


def test_l8_a_glyph_or_a_line_that_is_lost_or_doubled() -> None:
    lost = changed(scene(), glyph("hidden"), lambda _: None)
    assert "the block 'hidden' is drawn 0 times, not 1" in messages(lost)
    again = found(scene(), glyph("hidden"))
    network = changed(
        scene(),
        lambda item: isinstance(item, Group) and "network" in item.classes,
        lambda item: replace(item, items=(*getattr(item, "items", ()), again)),
    )
    assert "the block 'hidden' is drawn 2 times, not 1" in messages(network)
    cut = changed(scene(), edge("hidden", "out"), lambda _: None)
    assert messages(cut) == "L8: the link 'hidden' to 'out' is drawn 0 times, not 1"
    fewer = replace(outline(), links=outline().links[1:])
    assert "the link 'in' to 'one' is drawn 1 times, not 0" in messages(scene(), fewer)


def in_body(item: Item) -> Group:
    assert isinstance(item, Group)
    return next(one for one in item.items if isinstance(one, Group) and "body" in one.classes)


def test_l8_a_body_that_is_not_the_group() -> None:
    small = in_body(found(scene(), entry("Residual block")))

    def without(pick: Callable[[Item], bool]) -> Scene:
        kept = tuple(item for item in small.items if not pick(item))
        return changed(scene(), lambda i: i is small, lambda _: replace(small, items=kept))

    said = messages(without(glyph("b")))
    assert "in the body of 'Residual block', the block 'b' is drawn 0 times, not 1" in said
    said = messages(without(lambda i: isinstance(i, Group) and dict(i.data).get("to") == "b"))
    assert "in the body of 'Residual block', the link 'a' to 'b' is drawn 0 times, not 1" in said
    lost = changed(scene(), lambda item: item is small, lambda _: None)
    assert "'Residual block' has 0 bodies" in messages(lost)


RUN = ("pool", "group")


def bracketed(*blocks: str, words: str = "×3", said: tuple[str, ...] = RUN) -> Scene:
    """Return the scene with a bracket beneath some of its glyphs, and room for it."""
    boxes = [box_of(id) for id in blocks]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    y = scene().size.height + 3.0
    network = found(scene(), lambda i: isinstance(i, Group) and "network" in i.classes)
    y = max(point.y for point in points_of(network)) + 12.0
    middle = (left + right) / 2
    badge = Group((replace(label(words, middle, y + 9.0), classes=("count",)),), classes=("badge",))
    bracket = Group(
        (line((left, y), (right, y)), badge),
        classes=("bracket",),
        data=(("blocks", " ".join(said)),),
    )
    # The legend gives way: what is checked here is the bracket alone.
    bare = changed(
        scene(), lambda i: isinstance(i, Group) and "legend" in i.classes, lambda _: None
    )
    return changed(
        bare,
        lambda i: isinstance(i, Group) and "network" in i.classes,
        lambda i: replace(i, items=(*getattr(i, "items", ()), bracket)),
    )


def run_messages(drawing: Scene, count: int = 3) -> str:
    run = replace(outline(), brackets=(Bracket(RUN, count),), hidden=())
    return "\n".join(map(str, broken(drawing, run, replace(TEMPLATE, legend=False))))


def test_l8_a_run_has_a_bracket_that_spans_it() -> None:
    assert run_messages(bracketed(*RUN)) == ""
    start = "L8: the run from 'pool'"
    assert run_messages(bracketed(*RUN, words="×13")).startswith(f"{start} occurs 3 times, (")
    assert run_messages(bracketed(*RUN, said=("pool",))).splitlines()[0] == (
        f"{start} occurs 3 times, which is not told"
    )
    assert "a bracket stands beneath no run" in run_messages(bracketed(*RUN, said=("pool",)))
    assert "leaves out 'group'" in run_messages(bracketed("pool"))
    assert "takes in 'up'" in run_messages(bracketed(*RUN, "up"))


def test_l8_what_is_hidden_is_told() -> None:
    more = replace(outline(), hidden=(*outline().hidden, ("Reshape", 2)))
    assert messages(scene(), more) == "L8: 2 Reshape are hidden, which is not told"
    tenth = replace(outline(), hidden=(("BatchNormalization", 7), ("Normalization", 7)))
    assert "7 Normalization are hidden, which is not told" in messages(scene(), tenth)
    fewer = replace(outline(), hidden=(("BatchNormalization", 7), ("Drop", 1)))
    assert "1 Drop are hidden, which is not told" in messages(scene(), fewer)
    noted = replace(outline(), notes=("A sentence.",))
    assert messages(scene(), noted) == "L8: a note is missing: 'A sentence.'"


def test_l8_what_is_folded_is_told() -> None:
    lost = changed(scene(), lambda i: isinstance(i, Group) and "badge" in i.classes, lambda _: None)
    assert messages(lost) == "L8: 'group' stands for 2, which is not told"
    twelve = changed(scene(), text("×2"), lambda item: replace(item, string="×12"))
    assert "'group' stands for 2, which is not told" in messages(twelve)
    run = replace(outline(), brackets=(Bracket(("pool", "group"), 3),))
    assert messages(scene(), run) == "L8: the run from 'pool' occurs 3 times, which is not told"


def test_l8_a_lost_legend_and_one_that_is_not_wanted() -> None:
    lost = changed(
        scene(), lambda i: isinstance(i, Group) and "legend" in i.classes, lambda _: None
    )
    assert "there is no legend" in messages(lost)
    assert broken(lost, outline(), replace(TEMPLATE, legend=False)) == []
