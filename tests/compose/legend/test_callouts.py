"""Bodies of groups beneath their first glyphs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import net2fig
from net2fig.compose.legend.callouts import _crosses, measure_ink
from net2fig.figure import Figure
from net2fig.geometry import Box, Point
from net2fig.laws import find_breaches
from net2fig.scene import Group, Path
from tests.conftest import ROOT

MODELS = ROOT / "gallery" / "models"


def draw(name: str, **options: object) -> Figure:
    return net2fig.draw(MODELS / f"{name}.network.json", template="cvpr", **options)  # type: ignore[arg-type]


def list_paths(figure: Figure, name: str) -> list[Path]:
    """Return the paths of a class."""
    items = [item for item, _ in figure.scene.walk()]
    return [item for item in items if isinstance(item, Path) and name in item.classes]


def list_entries(figure: Figure) -> list[str]:
    """Return the types of all entries that explain something."""
    items = [item for item, _ in figure.scene.walk()]
    return [
        dict(item.data)["type"]
        for item in items
        if isinstance(item, Group) and "entry" in item.classes
    ]


@pytest.mark.parametrize("width", ["3.25in", "6.875in", "9in"])
@pytest.mark.parametrize("name", ["resnet50", "inceptionv3", "mobilenetv2", "wavenet", "vit"])
def test_the_laws_hold_and_nothing_is_told_twice(name: str, width: str) -> None:
    figure = draw(name, width=width, callouts=True, glyphs="trapezoids")
    assert find_breaches(figure.scene, figure.outline, figure.page) == []
    entries = list_entries(figure)
    assert len(set(entries)) == len(entries)


def test_a_body_stands_beneath_its_first_glyph() -> None:
    figure = draw("resnet50", callouts=True)
    (frame,) = list_paths(figure, "callout")
    rays = list_paths(figure, "ray")
    assert len(rays) == 2
    (box,) = measure_box([frame])
    first = next(block for block in figure.outline.blocks if block.is_group)
    (glyph,) = [
        item for item, _ in figure.scene.walk() if isinstance(item, Group) and item.id == first.id
    ]
    middle = sum(box.centre.x for box in measure_box(glyph.items)) / len(glyph.items)
    assert box.x < middle < box.right
    network = next(i for i in figure.scene.items if isinstance(i, Group) and "network" in i.classes)
    ink = measure_ink([network])
    assert not any(box.overlaps(each) for each in ink)


def measure_box(items: object) -> list[Box]:
    from net2fig.compose.annotations.canvas import measure_item

    return [measure_item(item) for item in items]  # type: ignore[attr-defined]


def test_groups_may_be_chosen() -> None:
    figure = draw("inceptionv3", callouts=["Inception A"])
    assert len(list_paths(figure, "callout")) == 1
    assert list_paths(draw("inceptionv3", callouts=["Nothing"]), "callout") == []
    assert list_paths(draw("resnet50", callouts=True, legend=False), "callout") == []


def test_annotations_are_drawn_without_callouts() -> None:
    note = [{"text": "here", "at": "conv1_conv"}]
    assert list_paths(draw("resnet50", callouts=True, note=note), "callout") == []


coordinates = st.integers(0, 50).map(float)


@given(
    coordinates,
    coordinates,
    st.integers(1, 50),
    st.builds(Box, *[coordinates] * 2, *[st.integers(1, 20)] * 2),
)
def test_a_ray_crosses_what_a_point_of_it_lies_in(
    x: float, end: float, high: int, box: Box
) -> None:
    ray = Point(x, 0.0), Point(end, float(high))
    points = [Point(x + (end - x) * n / 200, high * n / 200) for n in range(201)]
    inside = any(box.x <= p.x <= box.right and box.y <= p.y <= box.bottom for p in points)
    assert _crosses(ray, box) or not inside
    wider = Box(box.x - 1, box.y - 1, box.width + 2, box.height + 2)
    near = any(wider.x <= p.x <= wider.right and wider.y <= p.y <= wider.bottom for p in points)
    assert near or not _crosses(ray, box)
