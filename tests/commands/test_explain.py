"""What `net2fig explain` says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

import net2fig.commands.explain.command
from net2fig.figure import draw
from net2fig.laws import Breach
from net2fig.network import Step
from tests.group.nets import resnet
from tests.running import names

FILE = """\
template = "cvpr"
hide = [
  "Dropout",
]

[[group]]
name = "Start"
match = "Conv2D > MaxPooling2D"

[[group]]
name = "Stem"
match = "Conv2D > LSTM"
"""


@pytest.fixture
def grouped(tiny: Path) -> Path:
    (tiny.parent / "net2fig.toml").write_text(FILE, encoding="utf-8")
    return tiny


def explain(run, *arguments: object) -> dict:
    result = run("explain", *arguments, "--json")
    assert (result.code, result.err) == (0, "")
    return json.loads(result.out)


def test_blocks_have_layers_shapes_and_parameters(run, tiny: Path) -> None:
    blocks = explain(run, tiny)["blocks"]
    first = next(block for block in blocks if block["type"] == "Conv2D")
    assert first["layers"] == ["first"]
    assert (first["in"], first["out"]) == (["32×32×3"], "32×32×8")
    assert first["params"] == 3 * 3 * 3 * 8 + 8


@pytest.mark.parametrize("name", names())
def test_every_layer_is_reported_once(run, models: Path, name: str) -> None:
    data = explain(run, models / f"{name}.network.json", "-t", "cvpr")
    ids = [id for part in ("blocks", "hidden") for entry in data[part] for id in entry["layers"]]
    assert len(ids) == len(set(ids)) == data["layers"]
    assert all(entry["why"] and entry["where"] for entry in data["hidden"])
    assert all(entry["why"] for entry in data["groups"])


def test_hidden_layers_are_reported_with_file_and_line(run, grouped: Path) -> None:
    hidden = {entry["class"]: entry for entry in explain(run, grouped)["hidden"]}
    assert hidden["Dropout"]["why"] == "hide names 'Dropout'"
    assert hidden["Dropout"]["where"].endswith("net2fig.toml, line 3, hide[0]")
    assert "level 'layers'; grammar/kinds.toml, line " in hidden["Flatten"]["where"]


def test_an_option_wins_over_the_file(run, grouped: Path) -> None:
    hidden = explain(run, grouped, "--hide", ":dropout")["hidden"]
    where = next(entry["where"] for entry in hidden if entry["class"] == "Dropout")
    assert where == "--hide[0]"


def test_a_layer_that_is_shown_is_reported(run, tiny: Path) -> None:
    blocks = explain(run, tiny, "--show", "Dropout")["blocks"]
    why = next(block["why"] for block in blocks if block["type"] == "Dropout")
    assert why == ["show names 'Dropout' (--show[0])"]


def test_groups_are_reported_with_file_and_line(run, grouped: Path) -> None:
    data = explain(run, grouped)
    (group,) = data["groups"]
    assert group["name"] == "Start"
    assert group["pattern"] == "Conv2D > MaxPooling2D"
    assert group["where"].endswith("net2fig.toml, line 6, group[0]")
    assert "the nearest thing is Start > Conv2D" in data["unmatched"][0]


def test_proposed_groups_are_reported(run, models: Path) -> None:
    (group,) = explain(run, models / "resnet50.network.json", "-t", "cvpr")["groups"]
    assert group["count"] == 16
    assert group["pattern"] == "(Conv2D > Conv2D > Conv2D | .) > Add"
    assert group["where"].startswith("level 'blocks'")
    (one, two) = explain(run, models / "fpn.network.json", "-t", "cvpr")["groups"]
    assert {one["why"], two["why"]} == {"a model inside of the model, called more than once"}


def test_the_table_is_for_people(run, grouped: Path) -> None:
    result = run("explain", grouped)
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0].startswith("tiny.keras: 7 layers, ")
    for title in ("drawn", "not shown", "groups", "not found"):
        assert title in lines


def test_a_figure_without_breach_passes(run, tiny: Path) -> None:
    result = run("explain", tiny, "--check", "-t", "cvpr")
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith("laws\n  none is broken\n")


def test_a_broken_law_is_named(run, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    breach = Breach("L2", "'a' touches 'b'")
    monkeypatch.setattr(net2fig.commands.explain.command, "find_breaches", lambda *_: [breach])
    result = run("explain", tiny, "--check")
    assert result.code == 1
    assert result.err == "invalid figure: it breaks L2 (L2: 'a' touches 'b')\n"
    assert "L2: 'a' touches 'b'" in result.out
    data = json.loads(run("explain", tiny, "--check", "--json").out)
    assert data["laws"] == ["L2: 'a' touches 'b'"]


def test_an_outline_that_is_not_the_network_breaks_a_law(
    run, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(net2fig.commands.explain.command, "find_faults", lambda *_: ["'a' is lost"])
    result = run("explain", tiny, "--check")
    assert result.code == 1
    assert result.err == "invalid figure: it breaks L11 (L11: 'a' is lost)\n"


def test_every_option_is_reported_with_its_source(run, grouped: Path) -> None:
    result = run("explain", grouped, "--config", "--json", "--width", "3in", "--labels", "kernel")
    settings = {each["key"]: each for each in json.loads(result.out)["options"]}
    assert settings["width"] == {"key": "width", "value": "3in", "from": "--width"}
    assert settings["template"]["from"].endswith("net2fig.toml, line 1, template")
    assert settings["labels.kernel"]["from"] == "--labels.kernel"
    assert settings["labels.features"] == {
        "key": "labels.features",
        "value": True,
        "from": "default",
    }
    assert settings["palette"]["from"].startswith("templates/base.toml, line ")
    assert settings["height"]["value"]
    assert settings["group[1]"]["value"]["name"] == "Stem"


def test_the_template_is_reported_with_its_files(run, tiny: Path) -> None:
    out = run("explain", tiny, "--config", "-t", "cvpr-column").out
    assert "# templates/cvpr-column.toml, line " in out
    assert "# templates/base.toml, line " in out


def test_mistakes_are_reported_as_for_drawing(run, tiny: Path) -> None:
    assert run("explain").err == "missing argument: MODEL\nhint: net2fig explain model.py\n"
    assert run("explain", tiny, "--hide", ":nrom").err.startswith("unknown kind: ':nrom'")
    assert run("explain", "no.keras").err.startswith("missing file: 'no.keras'")


def test_a_misspelt_option_gets_a_suggestion_of_the_same_command(run) -> None:
    result = run("explain", "a.keras", "--jsn")
    assert result.err == "unknown option: '--jsn'\nhint: did you mean '--json'?\n"


def test_a_key_of_the_page_is_reported_with_its_source(run, grouped: Path) -> None:
    text = "template = 'cvpr'\n[page]\nspace.row = 20\nglyph.height = [9, 40]\nwidth = '5in'\n"
    (grouped.parent / "net2fig.toml").write_text(text)
    data = json.loads(run("explain", grouped, "--config", "--json").out)
    page = {each["key"]: each for each in data["template"]}
    assert page["glyph.height"]["value"] == [9, 40]
    assert page["glyph.height"]["from"].endswith("net2fig.toml, line 4, page.glyph.height")
    assert page["space.lane"]["from"].startswith("templates/base.toml, line ")
    (width,) = (each for each in data["options"] if each["key"] == "width")
    assert (width["value"], width["from"][-28:]) == (
        "5in",
        "net2fig.toml, line 5, page.width"[-28:],
    )


def test_a_repeated_group_with_the_name_of_a_model_is_reported_as_repeated(
    run, tmp_path: Path
) -> None:
    """Why a group is one comes from how it was made, not from its name."""
    network = resnet()
    layers = tuple(replace(layer, scope=(Step("Residual block"),)) for layer in network.layers)
    path = tmp_path / "named.network.json"
    path.write_bytes(draw(replace(network, layers=layers)).to_bytes("json"))
    (group,) = explain(run, path, "--detail", "blocks")["groups"]
    assert (group["name"], group["why"]) == ("Residual block", "found: it is repeated")
