"""The laws of a figure, held by chips and tables: large enough, apart, on the page, in order."""

from __future__ import annotations

from pathlib import Path

import pytest

import net2fig
from net2fig.chips.drawing.page import MARGIN
from net2fig.data.template import load_template
from net2fig.geometry import Box
from net2fig.laws.page import check_page
from net2fig.laws.reader_view import read_scene
from net2fig.laws.texts import check_clear, check_size
from net2fig.scene import Curve, Group, Line, Move, Scene, Text
from net2fig.scene import Path as Strokes
from tests.applications import NAMES, SAMPLE, application
from tests.chips.conftest import MODELS

TEMPLATE = load_template("snac")


def boxes(scene: Scene) -> list[Box]:
    """Return the boxes of the cells, without the legend's."""
    areas = []
    for item, above in scene.walk():
        if isinstance(item, Group) and "glyph" in item.classes:
            if any("legend" in group.classes for group in above):
                continue
            body = next(part for part in item.items if isinstance(part, Strokes))
            ends = [c.to for c in body.commands if isinstance(c, Move | Line | Curve)]
            xs, ys = [p.x for p in ends], [p.y for p in ends]
            areas.append(Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)))
    return areas


@pytest.mark.parametrize("size", ["s", "m", "l"])
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name.split(".")[0])
def test_a_chip_keeps_the_laws(path: Path, size: str) -> None:
    chips = net2fig.chip(path, size=size)
    scene = chips.scene
    sight = read_scene(scene)
    assert check_size(sight, TEMPLATE) == []
    assert check_clear(sight) == []
    assert chips.warnings or check_page(sight, TEMPLATE) == []
    cells = boxes(scene)
    assert apart(cells)
    for one in cells:
        assert one.x >= MARGIN - 1e-6
        assert one.right <= scene.size.width - MARGIN + 1e-6
        assert one.y >= 0


@pytest.mark.parametrize("vertical", [False, True])
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in SAMPLE else pytest.mark.slow) for name in NAMES],
)
def test_chips_of_the_applications_keep_the_laws(name: str, vertical: bool) -> None:
    chips = net2fig.chip(application(name), vertical=vertical)
    scene = chips.scene
    sight = read_scene(scene)
    assert check_size(sight, TEMPLATE) == []
    assert check_clear(sight) == []
    assert check_page(sight, TEMPLATE) == []
    assert apart(boxes(scene))


def apart(cells: list[Box]) -> bool:
    """Tell whether no two cells overlap; from left to right, since there may be hundreds."""
    ordered = sorted(cells, key=lambda box: box.x)
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other.x >= one.right:
                break
            if one.overlaps(other):
                return False
    return True


def test_cells_that_overlap_would_be_seen() -> None:
    assert apart([Box(0, 0, 2, 2), Box(2, 0, 2, 2), Box(0, 2, 2, 2)])
    assert not apart([Box(0, 0, 3, 2), Box(2, 0, 2, 2)])


@pytest.mark.parametrize("vertical", [False, True])
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name.split(".")[0])
def test_entries_of_a_legend_differ_in_grey(path: Path, vertical: bool) -> None:
    scene = net2fig.chip(path, mono=True, size="m", vertical=vertical).scene
    looks = entries(scene)
    assert len(set(looks)) == len(looks)
    assert len({label for _, label in looks}) == len(looks)


def test_entries_of_all_applications_differ_in_grey() -> None:
    looks = entries(net2fig.chip([application(name) for name in SAMPLE], mono=True, size="m").scene)
    marks = [mark for mark, _ in looks]
    assert len(set(marks)) == len(marks) > 5


def entries(scene: Scene) -> list[tuple[str, str]]:
    """Return the mark of each entry of the legend, without colour and place, and its words."""
    items = []
    for entry, _ in scene.walk():
        if isinstance(entry, Group) and "entry" in entry.classes:
            cell, text = entry.items
            assert isinstance(cell, Group)
            assert isinstance(text, Text)
            body, *strokes = (part for part in cell.items if isinstance(part, Strokes))
            corner = next(c.to for c in body.commands if isinstance(c, Move))
            mark = [
                (bool(part.dash), [(c.to.x - corner.x, c.to.y - corner.y) for c in steps(part)])
                for part in strokes
            ]
            rounded = [(dash, [(round(x, 3), round(y, 3)) for x, y in at]) for dash, at in mark]
            items.append((f"{bool(body.dash)} {rounded}", text.string))
    return items


def steps(path: Strokes) -> list[Move | Line | Curve]:
    return [command for command in path.commands if isinstance(command, Move | Line | Curve)]


def test_a_table_keeps_the_laws(four: list[Path]) -> None:
    scene = net2fig.chip(four).scene
    sight = read_scene(scene)
    assert check_size(sight, TEMPLATE) == []
    assert check_clear(sight) == []
    assert check_page(sight, TEMPLATE) == []
    assert apart(boxes(scene))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name.split(".")[0])
def test_a_chip_finds_a_size_that_fits(path: Path) -> None:
    chips = net2fig.chip(path)
    assert chips.scene.size.width <= TEMPLATE.width
    assert not [notice for notice in chips.warnings if notice.code == "too-wide"]
