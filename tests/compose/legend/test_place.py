"""Where the legend stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import net2fig
from net2fig.compose.annotations.canvas import measure_item
from net2fig.compose.legend.legend import Legend
from net2fig.compose.legend.place import CORNER, SIDES, set_legend
from net2fig.figure import Figure
from net2fig.geometry import Box, Point, Size
from net2fig.laws import find_breaches
from net2fig.scene import Group, Text
from tests.conftest import ROOT

MODELS = ROOT / "gallery" / "models"
MARK = (Text(Point(0, 0), "x", 7.0, "#000000"),)


def draw(name: str, **options: object) -> Figure:
    return net2fig.draw(MODELS / f"{name}.network.json", template="cvpr", **options)  # type: ignore[arg-type]


def boxes_of(figure: Figure) -> dict[str, Box]:
    """Return the boxes of the network and of the legend."""
    groups = [item for item in figure.scene.items if isinstance(item, Group)]
    return {group.classes[0]: measure_item(group) for group in groups}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", ["resnet50", "unet", "fcn8", "two_input"])
def test_the_laws_hold_on_every_side(name: str, side: str) -> None:
    figure = draw(name, legend_side=side)
    assert find_breaches(figure.scene, figure.outline, figure.page) == []


def test_a_legend_stands_beside_the_figure() -> None:
    right, left = (boxes_of(draw("resnet50", legend_side=side)) for side in ("right", "left"))
    assert right["network"].right < right["legend"].x
    assert left["legend"].right < left["network"].x
    below = draw("resnet50")
    assert draw("resnet50", legend_side="right").scene.size.height < below.scene.size.height


def test_a_legend_that_is_too_wide_stands_beneath() -> None:
    boxes = boxes_of(draw("inceptionv3", legend_side="right", width="2.5in"))
    assert boxes["legend"].y > boxes["network"].bottom


def list_words(figure: Figure) -> list[tuple[str, Box]]:
    """Return the words of the entries of a legend, with their places."""
    (legend,) = [i for i in figure.scene.items if isinstance(i, Group) and "legend" in i.classes]
    entries = [each for each in legend.items if isinstance(each, Group) and "entry" in each.classes]
    return [
        (text.string, measure_item(text))
        for entry in entries
        for text in entry.items
        if isinstance(text, Text)
    ]


def test_the_author_orders_the_legend() -> None:
    words = [word for word, _ in list_words(draw("vgg16", legend_order=["Dense", ":pool"]))]
    assert words == ["Dense", "Max pooling 2×2", "Conv 3×3, ReLU"]


def test_the_legend_has_columns() -> None:
    places = list_words(draw("unet", legend_columns=2))
    assert len({round(box.x, 1) for _, box in places}) == 2
    assert len({round(box.y, 0) for _, box in places}) == 2


@given(
    st.lists(
        st.builds(Box, *[st.floats(0, 400)] * 2, st.floats(1, 200), st.floats(1, 60)),
        max_size=8,
    ),
    st.sampled_from(SIDES),
    st.floats(20, 300),
)
def test_a_legend_touches_nothing(ink: list[Box], side: str, area: float) -> None:
    right = max((box.right for box in ink), default=100.0)
    bottom = max((box.bottom for box in ink), default=100.0)

    def make(width: float) -> Legend:
        return Legend(MARK, Size(width, 40 * area / width + 10), 1)

    setting = set_legend(side, Size(right, bottom), ink, make, 500.0, 12.0)
    at, size = setting.legend_at, setting.legend.size
    legend = Box(at.x, at.y, size.width, size.height)
    for box in ink:
        moved = box.moved(setting.figure_at.x, setting.figure_at.y)
        assert not moved.grown(5.0).overlaps(legend)
    assert legend.right <= setting.size.width + 0.01
    assert legend.bottom <= setting.size.height + 0.01
    if side == CORNER:
        beneath = set_legend("below", Size(right, bottom), ink, make, 500.0, 12.0)
        assert setting.size.height <= beneath.size.height + 0.01
