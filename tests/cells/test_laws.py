"""No figure of a cell breaks a law, on any page; each check sees a violation that is planted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from net2fig.cells.result import CellFigure
from net2fig.data.template import template_names
from net2fig.laws.cells.graph import find_cell_breaches
from net2fig.scene import Group, Item, Scene, Text, transformed
from tests.cells.nets import CASES, draw_case, list_wirings


def breaches(figure: CellFigure, scene: Scene | None = None) -> list[str]:
    found = find_cell_breaches(scene or figure.scene, list_wirings(figure.cell), figure.page)
    return [str(each) for each in found]


@pytest.mark.parametrize("case", CASES)
def test_no_law_is_broken_on_any_page(case: str, tmp_path: Path) -> None:
    found = {
        template: faults
        for template in template_names()
        if (faults := breaches(draw_case(tmp_path, case, template=template)))
    }
    assert found == {}


@pytest.mark.parametrize("case", ["lstm", "gru", "bidirectional", "groups"])
@pytest.mark.parametrize("option", ["mono", "palette", "width", "legend", "font"])
def test_no_law_is_broken_by_an_option(case: str, option: str, tmp_path: Path) -> None:
    value = {
        "mono": True,
        "palette": "grey",
        "width": "3.25in",
        "legend": False,
        "font": "serif",
    }[option]
    assert breaches(draw_case(tmp_path, case, **{option: value})) == []


# Violations that are planted.


Change = Callable[[Group], Item | None]


def changed(scene: Scene, change: Change) -> Scene:
    """Return a scene in which groups are changed, or left out."""

    def visit(item: Item) -> list[Item]:
        if not isinstance(item, Group):
            return [item]
        found = change(item)
        if found is None:
            return []
        if isinstance(found, Group):
            inner = tuple(each for child in found.items for each in visit(child))
            return [replace(found, items=inner)]
        return [found]

    return replace(scene, items=tuple(each for item in scene.items for each in visit(item)))


@pytest.fixture
def lstm(tmp_path: Path) -> CellFigure:
    return draw_case(tmp_path, "lstm")


def is_edge(group: Group, source: str, target: str) -> bool:
    return "edge" in group.classes and dict(group.data) == {"from": source, "to": target}


def test_a_missing_line_would_be_seen(lstm: CellFigure) -> None:
    scene = changed(lstm.scene, lambda g: None if is_edge(g, "f", "fc") else g)
    assert breaches(lstm, scene) == ["L8: the line 'f' to 'fc' is drawn 0 times, not 1"]


def test_a_missing_node_would_be_seen(lstm: CellFigure) -> None:
    scene = changed(lstm.scene, lambda g: None if g.id == "o" else g)
    assert "L8: the node 'o' is drawn 0 times, not 1" in breaches(lstm, scene)


def test_a_node_with_another_operation_would_be_seen(lstm: CellFigure) -> None:
    def change(group: Group) -> Group:
        return replace(group, data=(("type", "add"),)) if group.id == "ig" else group

    (fault,) = breaches(lstm, changed(lstm.scene, change))
    assert fault.startswith("L8: 'ig' is drawn as 'add'")


def test_a_line_of_another_tensor_would_be_seen(lstm: CellFigure) -> None:
    def change(group: Group) -> Group:
        wrong = (("from", "i"), ("to", "fc"))
        return replace(group, data=wrong) if is_edge(group, "f", "fc") else group

    found = breaches(lstm, changed(lstm.scene, change))
    assert "L8: the line 'i' to 'fc' is drawn 1 times, not 0" in found
    assert any(fault.startswith("L4: the line 'i' to 'fc' does not leave 'i'") for fault in found)


def test_a_node_elsewhere_would_be_seen(lstm: CellFigure) -> None:
    def change(group: Group) -> Item:
        return transformed(group, dx=30.0) if group.id == "f" else group

    found = breaches(lstm, changed(lstm.scene, change))
    assert any(fault.startswith("L4: 'f' and 'i' overlap") for fault in found)


def test_a_look_that_is_not_explained_would_be_seen(lstm: CellFigure) -> None:
    def change(group: Group) -> Group | None:
        return None if dict(group.data).get("type") == "activation" and not group.id else group

    assert breaches(lstm, changed(lstm.scene, change)) == [
        "L8: 'activation' has 0 entries in the legend, not 1"
    ]


def test_a_needless_crossing_would_be_seen(tmp_path: Path) -> None:
    figure = draw_case(tmp_path, "gru")
    (wiring,) = list_wirings(figure.cell)
    found = find_cell_breaches(figure.scene, (replace(wiring, crossings=0),), figure.page)
    assert [str(each).split(" at ")[0] for each in found] == [
        "L5: lines cross 1 times, 0 are enough"
    ]


def test_letters_of_a_formula_on_top_of_each_other_would_be_seen(lstm: CellFigure) -> None:
    def change(group: Group) -> Group:
        if "equation" not in " ".join(group.classes) and "formula" not in group.classes:
            return group
        first = next((item for item in group.items if isinstance(item, Text)), None)
        if first is None:
            return group
        return replace(group, items=(*group.items, first))

    found = breaches(lstm, changed(lstm.scene, change))
    assert any(fault.startswith("L2: 'f' and 'f' are overlapping") for fault in found)


def test_a_cell_that_is_missing_would_be_seen(lstm: CellFigure) -> None:
    scene = changed(lstm.scene, lambda g: None if "network" in g.classes else g)
    assert "L8: a cell is not drawn" in breaches(lstm, scene)
