"""Dashed links between glyphs of the same weights."""

from __future__ import annotations

import pytest

import net2fig
from net2fig.compose.annotations.twins import link_twins
from net2fig.figure import Figure
from net2fig.geometry import Box, Point
from net2fig.laws import find_breaches
from net2fig.outline import Block, Outline
from net2fig.scene import Group, Path, polygon
from tests.conftest import ROOT


def list_links(figure: Figure) -> list[Path]:
    items = [item for item, _ in figure.scene.walk()]
    return [item for item in items if isinstance(item, Path) and "twin" in item.classes]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("docs/models/twins", 2),
        ("gallery/models/siamese", 1),
        ("gallery/models/vgg16", 0),
        ("gallery/models/two_tower", 0),
    ],
)
def test_twins_that_are_stacked_are_linked(name: str, count: int) -> None:
    figure = net2fig.draw(ROOT / f"{name}.network.json", template="cvpr")
    assert len(list_links(figure)) == count
    assert find_breaches(figure.scene, figure.outline, figure.page) == []


def make_glyph(id: str, x: float, y: float) -> Group:
    corners = [Point(x, y), Point(x + 10, y), Point(x + 10, y + 10), Point(x, y + 10)]
    return Group((Path(polygon(corners), fill="#000000"),), id=id, classes=("glyph",))


def count_links(ids: tuple[str, str], *others: Group, x: float = 0.0) -> int:
    blocks = tuple(Block(id, "Conv2D", "conv", (id,), None, shared=True) for id in ids)
    items = (make_glyph(ids[0], 0, 0), make_glyph(ids[1], x, 40), *others)
    return len(link_twins(Outline(blocks=blocks, links=()), items, "#000000"))


def test_links_need_one_column_one_layer_and_nothing_between() -> None:
    twins = ("encoder@2/conv", "encoder/conv")
    assert count_links(twins) == 1
    assert count_links(twins, x=5.0) == 0
    assert count_links(("a", "b")) == 0
    assert count_links(twins, make_glyph("x", 0, 20)) == 0
    assert count_links(twins, make_glyph("x", 20, 20)) == 1
    (link,) = link_twins(
        Outline(
            blocks=tuple(Block(i, "C", "conv", (i,), None, shared=True) for i in ("a", "a@2")),
            links=(),
        ),
        (make_glyph("a", 0, 0), make_glyph("a@2", 0, 40)),
        "#000000",
    )
    box = Box(4, 11, 2, 28)
    assert all(box.contains(Box(c.to.x, c.to.y, 0, 0)) for c in link.commands)  # type: ignore[union-attr]
