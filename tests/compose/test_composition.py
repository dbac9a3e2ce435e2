"""The page: figure above, legend below."""

from __future__ import annotations

import pytest

from net2fig.geometry import Box
from net2fig.outline import Outline
from net2fig.scene import Close, Group, Item, Path, Scene, Text
from tests.compose.figures import PAGE, classifier, composed, groups_of, segmenter, within
from tests.laws.scenes import outline

OUTLINES = [classifier(), segmenter(), outline()]


def box_of(item: Item) -> Box:
    """Return the box around all points of an item."""
    points = [
        command.to
        for path in within(item)
        if isinstance(path, Path)
        for command in path.commands
        if not isinstance(command, Close)
    ]
    points += [text.at for text in within(item) if isinstance(text, Text)]
    x, y = min(point.x for point in points), min(point.y for point in points)
    return Box(x, y, max(point.x for point in points) - x, max(point.y for point in points) - y)


def parts(scene: Scene) -> tuple[Group, Group]:
    (network,), (legend,) = groups_of(scene, "network"), groups_of(scene, "legend")
    return network, legend


@pytest.mark.parametrize("made", OUTLINES)
def test_the_legend_stands_below_the_figure(made: Outline) -> None:
    network, legend = parts(composed(made).scene)
    assert box_of(network).bottom < box_of(legend).y


@pytest.mark.parametrize("made", OUTLINES)
@pytest.mark.parametrize("width", [180.0, 300.0, 468.0])
def test_nothing_lies_outside_the_page(made: Outline, width: float) -> None:
    scene = composed(made, width=width).scene
    page = Box(0.0, 0.0, scene.size.width, scene.size.height)
    assert scene.size.width <= width
    for item in scene.items:
        assert page.contains(box_of(item))


def test_a_page_counts_what_it_shows() -> None:
    page = composed(outline())
    assert page.rows == 1
    assert page.crossings == 0
    assert page.entries == len(groups_of(page.scene, "entry"))
    assert page.drawn == len(outline().blocks)


def test_frames_of_outputs_are_no_blocks() -> None:
    page = composed(segmenter())
    assert len(groups_of(page.scene, "placeholder")) == 2
    assert page.drawn == len(segmenter().blocks)


def test_title_and_description_go_along() -> None:
    scene = composed(classifier()).scene
    assert (scene.title, scene.description) == ("title", "in words")


def test_without_a_legend_the_page_is_lower() -> None:
    page, bare = composed(outline()), composed(outline(), legend=False)
    assert groups_of(bare.scene, "legend") == []
    assert bare.entries == 0
    assert bare.scene.size.height < page.scene.size.height - PAGE.legend_gap
