"""The laws of annotations can fail: what is planted in a good figure, they find."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path as File

from msgspec.structs import replace

from net2fig.figure import Figure, draw
from net2fig.geometry import Box, Point
from net2fig.laws import find_breaches
from net2fig.laws.reader_view import measure_paint
from net2fig.scene import Group, Item, Path, Scene, Text, polyline, rounded
from tests.laws.scenes import changed

MODEL = File(__file__).resolve().parents[2] / "gallery" / "models" / "vgg16.network.json"


@cache
def figure() -> Figure:
    return draw(
        MODEL,
        template="cvpr",
        bracket=[{"text": "features", "from": "block1_conv1", "to": "block3_pool"}],
        panel=[{"title": "Frozen", "from": "block2_conv1", "to": "block4_pool"}],
        note=[{"text": "a note", "at": "block5_conv1", "line": True}],
        arrow=[{"from": "predictions", "to": "block1_conv1", "label": "loss"}],
    )


def sort_is(sort: str) -> Callable[[Item], bool]:
    return lambda item: isinstance(item, Group) and item.classes == ("annotation", sort)


def with_paths(change: Callable[[Path], Path]) -> Callable[[Item], Item]:
    def within(item: Item) -> Item:
        assert isinstance(item, Group)
        items = [change(each) if isinstance(each, Path) else each for each in item.items]
        return replace(item, items=tuple(items))

    return within


def messages(scene: Scene) -> str:
    return "\n".join(map(str, find_breaches(scene, figure().outline, figure().page)))


def planted(sort: str, change: Callable[[Path], Path]) -> str:
    return messages(changed(figure().scene, sort_is(sort), with_paths(change)))


def box_of(id: str) -> Box:
    groups = (item for item, _ in figure().scene.walk() if isinstance(item, Group))
    group = next(each for each in groups if each.id == id)
    return measure_paint(next(p for p in group.items if isinstance(p, Path))).box


def test_a_good_figure_breaks_none() -> None:
    assert messages(figure().scene) == ""


def test_a_line_through_a_glyph() -> None:
    middle = box_of("block2_pool").centre
    across = polyline([middle.moved(-20, 3.0), middle.moved(20, 3.0)])
    text = planted("note", lambda path: replace(path, commands=across))
    assert "L4: the note of 'block5_conv3' passes 'block2_pool'" in text


def test_an_end_that_meets_nothing() -> None:
    def shorten(path: Path) -> Path:
        points = [command.to for command in path.commands if hasattr(command, "to")]
        return replace(path, commands=polyline([points[0].moved(0, -9), points[-1].moved(0, -9)]))

    assert "L4: the note of 'block5_conv3' ends" in planted("note", shorten)


def test_a_bracket_that_is_too_long() -> None:
    def lengthen(path: Path) -> Path:
        points = [command.to for command in path.commands if hasattr(command, "to")]
        ends = [p.moved(20, 0) if p.x == points[-1].x else p for p in points]
        return replace(path, commands=polyline(ends))

    text = planted("bracket", lengthen)
    assert "L8: the bracket over 'block1_conv2' has another length" in text


def test_a_panel_that_holds_too_much_or_too_little() -> None:
    inner, outer = box_of("block2_pool"), box_of("block5_conv3")
    small, large = inner.grown(2.0), inner.union(outer)
    cut = planted("panel", lambda path: replace(path, commands=rounded(small, 1.0)))
    mixed = planted("panel", lambda path: replace(path, commands=rounded(large, 1.0)))
    assert "does not hold 'block2_conv2'" in cut
    assert "holds 'block5_conv3', which is not its own" in mixed


def test_a_text_on_the_border_of_a_panel() -> None:
    panel = next(item for item, _ in figure().scene.walk() if sort_is("panel")(item))
    assert isinstance(panel, Group)
    border = measure_paint(next(p for p in panel.items if isinstance(p, Path))).box

    def move(item: Item) -> Item:
        assert isinstance(item, Text)
        return replace(item, at=Point(border.x, border.centre.y))

    scene = changed(
        figure().scene, lambda item: isinstance(item, Text) and item.string == "Frozen", move
    )
    assert "L2: 'Frozen' and the border of the panel" in messages(scene)


def test_a_line_on_a_line_of_the_network() -> None:
    groups = [item for item, _ in figure().scene.walk() if isinstance(item, Group)]
    edge = next(each for each in groups if "edge" in each.classes)
    line = next(each for each in edge.items if isinstance(each, Path))
    text = planted("note", lambda path: replace(path, commands=line.commands))
    assert "L4: the note of 'block5_conv3' lies on the line 'input_layer' to" in text
