"""A placed diagram as scene items."""

from __future__ import annotations

from itertools import pairwise

import pytest

from net2fig.compose.diagram import make_diagram
from net2fig.compose.draw import draw_diagram, make_shape
from net2fig.layout import Handle, Placed, Placement, layout
from net2fig.options.types import Labels
from net2fig.outline import Outline
from net2fig.scene import Group, Item, Move, Path, Text
from tests.compose.figures import (
    PAGE,
    bodies,
    classifier,
    linked,
    make_context,
    of_kind,
    segmenter,
    strings,
    within,
)
from tests.laws.scenes import outline


def items_of(
    made: Outline, dx: float = 0.0, dy: float = 0.0, **options: object
) -> tuple[list[Item], Placement]:
    style = make_context(made, **options)
    found = make_diagram(made, style)
    placement = layout(found.nodes, found.edges, style.spacing(), PAGE.width)
    return draw_diagram(found, placement, style, dx, dy), placement


def of_class(items: list[Item], name: str) -> list[Group]:
    return [item for item in items if isinstance(item, Group) and name in item.classes]


def test_lines_come_first_glyphs_over_them_texts_last() -> None:
    items, _ = items_of(segmenter())
    order = [
        "edge" if g in of_class(items, "edge") else "glyph" for g in items if isinstance(g, Group)
    ]
    assert order == sorted(order)
    texts = [isinstance(item, Text) for item in items]
    assert texts == sorted(texts)


def test_a_glyph_says_what_it_stands_for() -> None:
    items, _ = items_of(outline())
    (group,) = (item for item in of_class(items, "glyph") if item.id == "group")
    assert group.classes == ("glyph", "kind-group", "group")
    assert dict(group.data) == {
        "type": "Residual block",
        "layers": "group",
        "count": "2",
        "in": "32×32×16",
        "out": "32×32×64",
    }


def test_every_glyph_has_a_body_and_every_line_its_ends() -> None:
    made = segmenter()
    items, _ = items_of(made)
    glyphs = of_class(items, "glyph")
    assert [glyph.id for glyph in glyphs] == [block.id for block in made.blocks]
    assert all(len(bodies(glyph)) == 1 for glyph in glyphs)
    ends = [tuple(value for _, value in edge.data) for edge in of_class(items, "edge")]
    assert ends == [(link.source, link.target) for link in made.links]


def test_lines_are_drawn_where_the_layout_put_them() -> None:
    items, placement = items_of(segmenter(), dx=5.0, dy=7.0)
    for edge, routes in zip(of_class(items, "edge"), placement.routes, strict=True):
        (path,), (route,) = edge.items, routes
        assert isinstance(path, Path)
        assert path.commands[0] == Move(route[0].moved(5.0, 7.0))
        assert (path.fill, path.width) == (None, PAGE.line)


def test_labels_are_printed_once_each() -> None:
    items, _ = items_of(classifier())
    texts = [item for item in items if isinstance(item, Text)]
    assert [text.string for text in texts] == ["32×32", "16×16", "1×1"]
    assert {text.classes for text in texts} == {("label", "resolution")}
    assert {text.size for text in texts} == {PAGE.size}


def test_features_stand_beneath_their_glyph() -> None:
    items, placement = items_of(classifier())
    for glyph in of_class(items, "glyph"):
        texts = [item for item in within(glyph) if isinstance(item, Text)]
        box = placement.nodes[glyph.id or ""].box
        for text in texts:
            assert text.at.x == pytest.approx(box.centre.x)
            assert box.bottom < text.at.y < box.bottom + (16 if text.string == "input" else 12)


def test_a_count_stands_in_a_badge_beside_the_features() -> None:
    items, _ = items_of(linked(of_kind("a", "conv", 8, 8, 256, count=4)))
    (glyph,) = of_class(items, "glyph")
    features, count = (item for item in within(glyph) if isinstance(item, Text))
    assert (features.string, count.string) == ("256", "×4")
    assert features.at.x < count.at.x
    assert (count.size, count.bold) == (PAGE.small, True)
    (badge,) = (
        item for item in within(glyph) if isinstance(item, Group) and "badge" in item.classes
    )
    assert len(badge.items) == 2


def test_further_lines_stand_below_each_other() -> None:
    made = linked(of_kind("conv_1", "conv", 8, 8, 4, kernel_size=[3, 3], activation="relu"))
    items, _ = items_of(made, labels=Labels(name=True, kernel=True, activation=True))
    texts = [t for item in items for t in within(item) if isinstance(t, Text)]
    assert [text.string for text in texts] == ["4", "conv_1", "3×3", "ReLU"]
    heights = [text.at.y for text in texts]
    assert heights == sorted(heights)
    assert all(two - one >= PAGE.small for one, two in pairwise(heights))


def test_what_is_off_is_not_printed() -> None:
    items, _ = items_of(classifier(), labels=Labels(resolution="none", features=False))
    assert [text for item in items for text in strings(item)] == ["input"]


def test_a_shape_has_the_handles_of_its_place() -> None:
    placed = Placed(10.0, 20.0, (Handle(5.0, 4.0),), (Handle(2.0, 2.0), Handle(8.0, 2.0)))
    shape = make_shape(placed, 1.0, 100.0)
    assert (shape.x, shape.width) == (11.0, 20.0)
    assert [(end.top, end.bottom) for end in shape.left] == [(103.0, 107.0)]
    assert [(end.top, end.bottom) for end in shape.right] == [(101.0, 103.0), (107.0, 109.0)]
