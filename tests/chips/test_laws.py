"""The laws of a figure, held by chips and tables: large enough, apart, on the page, in order."""

from __future__ import annotations

from pathlib import Path

import pytest

import net2fig
from net2fig.chips.page import MARGIN
from net2fig.geometry import Box
from net2fig.laws.page import check_page
from net2fig.laws.sight import seen
from net2fig.laws.texts import check_clear, check_size
from net2fig.scene import Curve, Group, Line, Move, Scene
from net2fig.scene import Path as Strokes
from net2fig.template import load_template
from tests.chips.conftest import MODELS

TEMPLATE = load_template("snac")


def boxes(scene: Scene) -> list[Box]:
    """Return the boxes of the cells, without the legend's."""
    found = []
    for item, above in scene.walk():
        if isinstance(item, Group) and "glyph" in item.classes:
            if any("legend" in group.classes for group in above):
                continue
            body = next(part for part in item.items if isinstance(part, Strokes))
            ends = [c.to for c in body.commands if isinstance(c, Move | Line | Curve)]
            xs, ys = [p.x for p in ends], [p.y for p in ends]
            found.append(Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)))
    return found


@pytest.mark.parametrize("size", ["s", "m", "l"])
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name.split(".")[0])
def test_a_chip_keeps_the_laws(path: Path, size: str) -> None:
    chips = net2fig.chip(path, size=size)
    scene = chips.scene
    sight = seen(scene)
    assert check_size(sight, TEMPLATE) == []
    assert check_clear(sight) == []
    assert chips.warnings or check_page(sight, TEMPLATE) == []
    cells = boxes(scene)
    for number, one in enumerate(cells):
        assert not any(one.overlaps(other) for other in cells[number + 1 :])
        assert one.x >= MARGIN - 1e-6
        assert one.right <= scene.size.width - MARGIN + 1e-6
        assert one.y >= 0


def test_a_table_keeps_the_laws(four: list[Path]) -> None:
    scene = net2fig.chip(four).scene
    sight = seen(scene)
    assert check_size(sight, TEMPLATE) == []
    assert check_clear(sight) == []
    assert check_page(sight, TEMPLATE) == []
    cells = boxes(scene)
    for number, one in enumerate(cells):
        assert not any(one.overlaps(other) for other in cells[number + 1 :])


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name.split(".")[0])
def test_a_chip_finds_a_size_that_fits(path: Path) -> None:
    chips = net2fig.chip(path)
    assert chips.scene.size.width <= TEMPLATE.width
    assert not [notice for notice in chips.warnings if notice.code == "too-wide"]
