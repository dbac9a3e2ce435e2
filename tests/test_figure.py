"""draw() and what it returns: options, report, files, the same bytes every time."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

import net2fig
from net2fig.errors import ModelError, UsageError, UsageProblemsError
from net2fig.figure import Figure, draw, list_formats
from net2fig.network import Network
from net2fig.options.types import LEVELS
from net2fig.read import read
from net2fig.scene import Group, Scene, Text
from tests.conftest import ROOT
from tests.group.nets import resnet

MODELS = ROOT / "gallery" / "models"
UNET = MODELS / "unet.network.json"
REPORT = [
    "source", "reader", "layers", "params",
    "parts", "drawn", "legend", "rows", "hidden", "groups", "detail",
    "template", "width_pt", "height_pt", "min_text_pt", "crossings", "warnings", "seconds",
]  # fmt: skip


@cache
def unet() -> Figure:
    return draw(UNET, template="cvpr")


def groups_of(scene: Scene, name: str) -> list[Group]:
    return [item for item, _ in scene.walk() if isinstance(item, Group) and name in item.classes]


# What can be drawn


def test_a_network_is_drawn_as_its_file_is() -> None:
    network = read(UNET)
    assert draw(network, template="cvpr").scene == unet().scene
    assert draw(str(UNET), template="cvpr").scene == unet().scene


def test_a_saved_model_is_drawn(tiny: Path) -> None:
    figure = draw(tiny)
    assert figure.report["reader"] == "saved"
    assert figure.report["layers"] == 7
    assert figure.network["first"].class_name == "Conv2D"


@pytest.mark.keras
def test_a_model_in_memory_is_drawn() -> None:
    import keras

    inputs = keras.Input((16, 16, 3))
    outputs = keras.layers.Conv2D(4, 3, name="only")(inputs)
    figure = draw(keras.Model(inputs, outputs, name="small"))
    assert figure.scene.title == "small"
    assert figure.network["only"].output == (None, 14, 14, 4)


def test_what_is_no_model_is_told() -> None:
    with pytest.raises(UsageError) as caught:
        draw(42)
    assert caught.value.message.startswith("unsupported source: a builtins.int")


# Options


def test_everything_but_the_source_is_given_by_name() -> None:
    source, *options = inspect.signature(draw).parameters.values()
    assert source.kind is source.POSITIONAL_OR_KEYWORD
    assert {p.kind for p in options} == {inspect.Parameter.KEYWORD_ONLY}


def test_options_bear_the_names_of_the_grouping_file(tmp_path: Path) -> None:
    options = {
        "template": "cvpr",
        "hide": [":norm", "Conv2DTranspose"],
        "detail": "layers",
        "labels": {"resolution": "all", "kernel": True},
        "style": {"Conv2D": {"label": "Convolution", "color": "#112233"}},
        "legend": False,
        "title": "Ours",
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in options.items() if key != "style"]
    lines = [line for line in lines if not line.startswith("labels")]
    lines += ["[labels]", 'resolution = "all"', "kernel = true"]
    lines += ["[style.Conv2D]", 'label = "Convolution"', 'color = "#112233"']
    file = tmp_path / "net2fig.toml"
    file.write_text("\n".join(lines), "utf-8")
    assert set(tomllib.loads(file.read_text("utf-8"))) == set(options)
    assert draw(UNET, config=file).scene == draw(UNET, **options).scene


def test_an_argument_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('template = "nature"\ntitle = "file"\n', "utf-8")
    figure = draw(UNET, config=file, template="cvpr")
    assert figure.report["template"] == "cvpr"
    assert figure.scene.title == "file"


def test_an_unknown_option_is_an_error_with_a_hint() -> None:
    with pytest.raises(UsageProblemsError, match="^unknown option: 'templete'") as caught:
        draw(UNET, templete="cvpr")  # type: ignore[call-arg]
    assert caught.value.problems[0].hint == "did you mean 'template'?"


def test_all_wrong_options_are_told_at_once() -> None:
    with pytest.raises(UsageProblemsError) as caught:
        draw(UNET, template="cvrp", detail="most", width=0)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_of_detail_can_be_asked_for(level: str) -> None:
    assert draw(UNET, detail=level).report["detail"] == level


def test_less_detail_draws_no_more() -> None:
    network = resnet((2, 2))
    drawn = [draw(network, detail=level).report["drawn"] for level in LEVELS]
    assert drawn == sorted(drawn, reverse=True)
    assert drawn[0] == len(network.layers)


def test_what_is_hidden_is_counted_and_told() -> None:
    figure = draw(resnet((2, 2)), hide=[":norm"], detail="layers")
    assert figure.report["hidden"]["BatchNormalization"] > 0
    notes = [item.string for item, _ in figure.scene.walk() if isinstance(item, Text)]
    assert any(note.startswith("Not shown: ") for note in notes)


def test_without_a_legend_there_is_none() -> None:
    assert groups_of(unet().scene, "legend")
    assert not groups_of(draw(UNET, legend=False).scene, "legend")


def test_the_page_is_no_wider_than_asked_for() -> None:
    for width in (150, 240, "84mm", "6.875in"):
        figure = draw(UNET, width=width)
        points = {"84mm": 238.2, "6.875in": 495.0}.get(str(width), width)
        assert figure.report["width_pt"] <= points


# The report


def test_the_report_has_these_keys_in_this_order() -> None:
    assert list(unet().report) == REPORT
    assert set(unet().report["seconds"]) == {"read", "total"}


def test_the_report_tells_what_was_done() -> None:
    figure, network = unet(), read(UNET)
    report = figure.report
    assert report["layers"] == len(network.layers)
    assert report["template"] == "cvpr"
    assert report["rows"] == 1
    assert report["crossings"] == 0
    assert report["warnings"] == []
    assert report["legend"] == len(groups_of(figure.scene, "entry"))
    drawn = [item for item in groups_of(figure.scene, "network")[0].items if glyph(item)]
    assert report["drawn"] == len(drawn)
    sizes = [item.size for item, _ in figure.scene.walk() if isinstance(item, Text)]
    assert report["min_text_pt"] == min(sizes) >= 6.0
    assert report["width_pt"] == round(figure.scene.size.width, 2)
    assert report["height_pt"] == round(figure.scene.size.height, 2)


def glyph(item: object) -> bool:
    """Tell whether an item stands for a layer: a glyph, or the frame of an input."""
    classes = item.classes if isinstance(item, Group) else ()
    return "glyph" in classes or ("placeholder" in classes and "input" in classes)


def test_groups_are_reported_with_their_counts() -> None:
    report = draw(resnet(), template="cvpr").report
    assert report["groups"]
    for group in report["groups"]:
        assert set(group) == {"name", "count", "layers"}
        assert group["count"] >= 1
        assert group["layers"] <= report["layers"]


def test_the_report_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(unet().report)) == unet().report


def test_a_warning_comes_back_with_the_figure() -> None:
    figure = draw(UNET, group=[{"name": "Nothing", "match": "LSTM > LSTM"}])
    (notice,) = figure.warnings
    assert figure.report["warnings"] == [{"code": notice.code, "text": notice.text}]
    assert "Nothing" in notice.text


# Files


def test_a_figure_is_saved_in_every_format(tmp_path: Path) -> None:
    paths = [tmp_path / f"fig.{suffix}" for suffix in list_formats()]
    unet().save(*paths)
    assert [path.read_bytes() for path in paths] == [
        unet().to_bytes(suffix) for suffix in list_formats()
    ]
    starts = {path.suffix: path.read_bytes()[:5] for path in paths}
    assert starts[".pdf"] == b"%PDF-"
    assert starts[".png"] == b"\x89PNG\r"


def test_the_suffix_may_be_written_in_capitals(tmp_path: Path) -> None:
    unet().save(str(tmp_path / "fig.SVG"))
    assert (tmp_path / "fig.SVG").read_bytes() == unet().to_bytes("svg")


def test_an_unknown_suffix_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        unet().save(tmp_path / "a.svg", tmp_path / "b.pfd")
    path = str(tmp_path / "b.pfd")
    assert caught.value.lines() == [
        f"unknown format: '.pfd' in {path!r} (one of "
        + ", ".join(repr(f".{name}") for name in list_formats())
        + ")",
        "hint: did you mean '.pdf'?",
    ]
    assert list(tmp_path.iterdir()) == []


def test_where_one_file_has_no_folder_none_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        unet().save(tmp_path / "a.svg", tmp_path / "nowhere" / "b.svg")
    assert caught.value.message.startswith("missing folder: ")
    assert list(tmp_path.iterdir()) == []


def test_where_one_name_is_a_folder_none_is_written(tmp_path: Path) -> None:
    (tmp_path / "b.svg").mkdir()
    with pytest.raises(UsageError):
        unet().save(tmp_path / "a.svg", tmp_path / "b.svg")
    assert [path.name for path in tmp_path.iterdir()] == ["b.svg"]


def test_as_json_it_is_the_network_without_loss(tmp_path: Path) -> None:
    unet().save(tmp_path / "net.json")
    again = read(tmp_path / "net.json")
    assert (again.layers, again.edges) == (unet().network.layers, unet().network.edges)


def test_a_notebook_shows_the_figure() -> None:
    assert unet()._repr_svg_() == unet().to_bytes("svg").decode()
    assert "<svg" in unet()._repr_svg_()[:200]


def test_the_figure_in_sentences_is_its_description() -> None:
    assert unet().alt == unet().scene.description
    assert f"<desc>{unet().alt.split('.')[0]}" in unet()._repr_svg_()


# From Python


def test_the_package_is_a_narrow_door() -> None:
    assert {"Figure", "Net2figError", "Network", "draw"} <= set(net2fig.__all__)
    assert net2fig.draw is draw
    assert all(hasattr(net2fig, name) for name in net2fig.__all__)


def test_the_network_of_a_figure_can_be_computed_on() -> None:
    graph = unet().network.to_networkx()
    assert isinstance(unet().network, Network)
    assert graph.number_of_nodes() == unet().report["layers"]
    assert graph.number_of_edges() == len(unet().network.edges)


def test_the_outline_of_a_figure_is_public() -> None:
    assert {block.id for block in unet().outline.blocks} >= {
        group.id for group in groups_of(unet().scene, "glyph")
    }


# The same bytes


PROGRAM = """
import hashlib, sys
from net2fig import draw
from tests.group.nets import resnet
figure = draw(resnet((2, 2)), template="cvpr")
print([hashlib.sha256(figure.to_bytes(f)).hexdigest() for f in ("svg", "pdf", "json")])
"""


def test_drawing_twice_gives_the_same_bytes() -> None:
    one, two = draw(resnet((2, 2)), template="cvpr"), draw(resnet((2, 2)), template="cvpr")
    for format in list_formats():
        assert one.to_bytes(format) == two.to_bytes(format)


def test_drawing_in_another_process_gives_the_same_bytes() -> None:
    figure = draw(resnet((2, 2)), template="cvpr")
    here = [hashlib.sha256(figure.to_bytes(f)).hexdigest() for f in ("svg", "pdf", "json")]
    for seed in ("1", "4000"):
        found = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        )
        assert found.stdout.strip() == str(here)


def test_a_network_without_layers_is_an_error() -> None:
    empty = Network("empty", (), (), (), (), source="empty.keras")
    with pytest.raises(ModelError, match=r"missing layers: empty\.keras has none to draw"):
        draw(empty)


def test_warnings_are_those_of_python_at_the_line_of_the_caller() -> None:
    with pytest.warns(net2fig.Net2figWarning, match="kind: 'Droput' in hide") as seen:
        draw(MODELS / "lenet5.network.json", hide=["Droput"])
    assert [Path(each.filename).name for each in seen] == ["test_figure.py"]


def test_hints_of_errors_are_notes() -> None:
    with pytest.raises(net2fig.Net2figError) as caught:
        draw(MODELS / "lenet5.network.json", template="cvrp")
    assert caught.value.__notes__ == ["hint: did you mean 'cvpr'?"]
