"""Pins and tints on chips: discs over cells, bars under them, a scale and texts beneath."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import net2fig
from net2fig.chips.strip.marked import spread_marks
from net2fig.chips.strip.strip import Badge, Cell
from net2fig.data.grammar import load_grammar
from net2fig.data.template import load_template
from net2fig.geometry import Box
from net2fig.laws.page import check_page
from net2fig.laws.reader_view import read_scene
from net2fig.laws.texts import check_clear, check_size
from net2fig.network import Network
from net2fig.read import read
from net2fig.scene import Curve, Group, Line, Move, Scene, Text
from net2fig.scene import Path as Strokes
from tests.chips.conftest import MODELS
from tests.chips.test_laws import apart, boxes

TEMPLATE = load_template("snac")
VGG = next(path for path in MODELS if path.name.startswith("vgg16"))


def groups(scene: Scene, name: str) -> list[Group]:
    return [item for item, _ in scene.walk() if isinstance(item, Group) and name in item.classes]


def box(path: Strokes) -> Box:
    ends = [c.to for c in path.commands if isinstance(c, Move | Line | Curve)]
    xs, ys = [p.x for p in ends], [p.y for p in ends]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def outline(group: Group) -> Box:
    return box(next(item for item in group.items if isinstance(item, Strokes)))


def breaches(scene: Scene) -> list[Any]:
    sight = read_scene(scene)
    return [*check_size(sight, TEMPLATE), *check_clear(sight), *check_page(sight, TEMPLATE)]


def discs(scene: Scene) -> list[Group]:
    """Return the discs over cells, without those of the list."""
    listed = {id(item) for group in groups(scene, "pins") for item in group.items}
    return [group for group in groups(scene, "pin") if id(group) not in listed]


@pytest.fixture(scope="module")
def vgg() -> Network:
    return read(VGG)


@pytest.mark.parametrize("vertical", [False, True])
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name.split(".")[0])
@settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_marked_chips_keep_the_laws(path: Path, vertical: bool, data: st.DataObject) -> None:
    network = read(path)
    names = [layer.id for layer in network.layers]
    chosen = data.draw(st.lists(st.sampled_from(names), max_size=6))
    tiers = st.sampled_from(["error", "warning", "note"])
    pins = [{"layer": id, "text": f"{id} may fail", "tier": data.draw(tiers)} for id in chosen]
    tint = data.draw(st.dictionaries(st.sampled_from(names), st.floats(0, 1), max_size=20))
    chips = net2fig.chip(network, vertical=vertical, pins=pins, tint=tint or None)
    scene = chips.scene
    assert not [each for each in breaches(scene) if not chips.warnings]
    circles = [outline(group) for group in discs(scene)]
    bars = [outline(group) for group in groups(scene, "tint")]
    assert apart([*boxes(scene), *circles, *bars])
    assert len(groups(scene, "pin")) == len(circles) + len(pins)


def test_a_bar_stands_under_its_cell(vgg: Network) -> None:
    scene = net2fig.chip(vgg, tint={"block3_conv2": 1.0, "fc1": 0.0}).scene
    assert sorted(dict(g.data)["value"] for g in groups(scene, "tint")) == ["0", "1"]
    for bar in (outline(group) for group in groups(scene, "tint")):
        cell = min(boxes(scene), key=lambda each: abs(each.centre.x - bar.centre.x))
        assert 0 < bar.y - cell.bottom < 1
        assert bar.x - cell.x == pytest.approx(cell.right - bar.right)
        assert bar.width == pytest.approx(cell.width, abs=0.3)
    texts = [item.string for item, _ in scene.walk() if isinstance(item, Text)]
    assert "tint" in texts


def test_without_marks_a_chip_is_as_before(vgg: Network) -> None:
    plain = net2fig.chip(vgg).scene
    assert net2fig.chip(vgg, pins=[], tint={}).scene == plain


def test_the_disc_of_a_hidden_layer_stands_on_its_neighbour(vgg: Network) -> None:
    scene = net2fig.chip(vgg, pins=[{"layer": "flatten", "text": "large"}]).scene
    (disc,) = discs(scene)
    assert dict(disc.data)["layer"] == "flatten"
    (pool,) = [g for g in groups(scene, "glyph") if ("layers", "block5_pool") in g.data]
    assert outline(disc).centre.x == pytest.approx(outline(pool).centre.x)
    assert "Pin 1, advice: large." in scene.description


def test_copies_of_a_cell_have_the_marks_of_their_own_layers() -> None:
    entry = load_grammar().entry("Dense")
    badges = (Badge(1, "error", "b"), Badge(2, "note", "hidden"))
    cell = Cell("a", "Dense", entry, None, ("a", "b"), badges=badges, measured=(("b", 3.0),))
    one, two = spread_marks(cell, 2)
    assert ([b.number for b in one.badges], one.measured) == ([2], ())
    assert ([b.number for b in two.badges], two.measured) == ([1], (("b", 3.0),))
    first, *rest = spread_marks(cell, 3)
    assert first.badges == badges
    assert [each.badges for each in rest] == [(), ()]


def test_a_table_counts_pins_through_all_rows_and_has_one_scale(run: Any, tmp_path: Path) -> None:
    for name, layer, value in (("a", "fc1", 1.0), ("b", "fc2", 9.0)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "m.network.json").write_bytes(VGG.read_bytes())
        pin = f'pins = [{{layer = "{layer}", text = "look at {layer}"}}]'
        text = f"{pin}\n[tint]\n{layer} = {value}\n"
        (folder / "net2fig.toml").write_text(text, "utf-8")
    paths = [str(tmp_path / name / "m.network.json") for name in "ab"]
    said = run("chip", *paths, "-o", str(tmp_path / "t.md"), "-o", str(tmp_path / "t.svg"))
    assert said.code == 0, said.err
    page = (tmp_path / "t.md").read_text("utf-8")
    assert "Pin 1, advice: look at fc1." in page
    assert "Pin 2, advice: look at fc2." in page
    assert "from 1 (light) to 9 (dark)" in page


def test_the_command_takes_pins_and_a_tint(run: Any, tmp_path: Path, vgg: Network) -> None:
    row = '{"epoch": 0, "values": {"loss": 1.0}, "layers": {"fc1": {"update_ratio": 0.5}}}\n'
    (tmp_path / "run.jsonl").write_text('{"format": "net2fig-run", "version": 1}\n' + row)
    out = tmp_path / "c.svg"
    said = run("chip", str(VGG), "--tint", f"{tmp_path}/run.jsonl:update_ratio", "-o", str(out))
    assert said.code == 0, said.err
    assert 'class="tint"' in out.read_text("utf-8")
    said = run("chip", str(VGG), "--tint", f"{tmp_path}/run.jsonl:zeros", "-o", str(out))
    assert said.code == 2
    with pytest.raises(net2fig.Net2figError, match="unknown layer: 'fcc'"):
        net2fig.chip(vgg, pins=[{"layer": "fcc", "text": "?"}])
