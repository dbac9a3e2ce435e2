"""Tables: rows, columns, metrics, pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import net2fig
from net2fig.chips.table.columns import parse_number
from net2fig.errors import UsageError
from net2fig.scene import Group, Scene, Text
from tests.chips.conftest import MODELS, gallery


def fields(scene: Scene) -> list[list[str]]:
    """Return the fields of each row, from left to right."""
    return [
        [item.string for item in row.items if isinstance(item, Text)]
        for row, _ in scene.walk()
        if isinstance(row, Group) and "row" in row.classes
    ]


def heads(scene: Scene) -> list[str]:
    """Return the headings."""
    return [item.string for item, _ in scene.walk() if isinstance(item, Text) and item.bold]


def test_parameters_and_their_difference(four: list[Path]) -> None:
    names = ["VGG16", "ResNet50", "MobileNetV2", "U-Net"]
    scene = net2fig.chip(four, names=names, reference="ResNet50").scene
    assert fields(scene) == [
        ["VGG16", "138.4 M", "+440 %"],
        ["ResNet50", "25.6 M", "—"],
        ["MobileNetV2", "3.5 M", "−86 %"],
        ["U-Net", "31.0 M", "+21 %"],
    ]
    assert heads(scene) == ["Model", "Architecture", "Params", "Δ"]


def test_the_first_model_is_the_reference(four: list[Path]) -> None:
    assert fields(net2fig.chip(four).scene)[0][-1] == "—"


def test_named_columns(four: list[Path]) -> None:
    scene = net2fig.chip(four[:2], columns=["depth", "layers", "macs", "output"]).scene
    assert [row[1:] for row in fields(scene)] == [
        ["16", "23", "15.5 G", "1000"],
        ["50", "177", "3.9 G", "1000"],
    ]


def test_all_chips_of_a_table_have_one_scale(four: list[Path]) -> None:
    report = net2fig.chip(four).report
    assert report["scale"] == [1_000, 10_000_000]
    texts = [item.string for item, _ in net2fig.chip(four).scene.walk() if isinstance(item, Text)]
    assert any("one scale for all" in text for text in texts)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_metrics_of_a_file_are_columns(separator: str, tmp_path: Path, four: list[Path]) -> None:
    file = tmp_path / "results.csv"
    text = "model,Top-1,Time\nvgg16,71.3,-4\n,,\nresnet50,74.9,\n"
    file.write_text(text.replace(",", separator))
    scene = net2fig.chip(four[:2], metrics=file, columns=["Top-1", "Time"]).scene
    assert fields(scene) == [["vgg16", "71.3", "−4"], ["resnet50", "74.9", "—"]]


def test_metrics_may_be_lists(four: list[Path]) -> None:
    scene = net2fig.chip(four[:2], metrics={"accuracy": [0.713, 0.749]}).scene
    assert [row[-1] for row in fields(scene)] == ["0.713", "0.749"]


def test_models_of_one_name_are_numbered() -> None:
    scene = net2fig.chip([gallery("lenet5"), gallery("lenet5")]).scene
    first, second = (row[0] for row in fields(scene))
    assert second == f"{first} (2)"


def test_a_long_table_has_pages_that_repeat_the_head() -> None:
    chips = net2fig.chip(MODELS[:12], template="snac", width=234.0)
    many = net2fig.chip(MODELS * 2)
    assert len(chips.pages) == 1
    assert len(many.pages) > 1
    assert all(page.size.height <= 648 for page in many.pages)
    assert {tuple(heads(page)) for page in many.pages} == {tuple(heads(many.scene))}
    assert sum(len(fields(page)) for page in many.pages) == 2 * len(MODELS)
    assert len(re.findall(rb"/Type /Page\b(?!s)", many.to_bytes("pdf"))) == len(many.pages)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"columns": ["parms"]}, "unknown column: 'parms'"),
        ({"reference": "x"}, "unknown model: 'x' in --reference"),
        ({"metrics": "nowhere.csv"}, "missing file: 'nowhere.csv' in --metrics"),
        ({"metrics": {"a": [1]}}, "invalid metrics: 'a' has 1 values for 2 models"),
        ({"width": 60.0}, "invalid width: 60pt is too narrow"),
        ({"scale": "1e7:1e3"}, "invalid scale: '1e7:1e3'"),
        ({"detail": "block"}, "unknown level of detail: 'block'"),
    ],
)
def test_invalid_columns_are_errors(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        net2fig.chip([gallery("lenet5"), gallery("vgg16")], **arguments)
    assert message in str(error.value)


def test_a_file_of_metrics_that_names_a_model_twice(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    file.write_text("model,a\nx,1\nx,2\n")
    with pytest.raises(UsageError, match=r"duplicate model: 'x' in results\.csv"):
        net2fig.chip([gallery("lenet5")] * 2, metrics=file)


def test_numbers_in_words() -> None:
    assert parse_number("78.3 %") == 78.3
    assert parse_number("3.5M") == 3_500_000
    assert parse_number("n/a") is None


def test_bold_names_are_best_in_a_metric() -> None:
    models = [gallery("lenet5"), gallery("vgg16")]
    chips = net2fig.chip(models, metrics={"top-1": [1.0, 2.0]}, pareto="top-1", width="9in")
    words = [item.string for item, _ in chips.scene.walk() if isinstance(item, Text)]
    assert any("has a better top-1." in word for word in words)


def test_the_width_that_is_enough_is_told() -> None:
    models = [gallery("lenet5"), gallery("vgg16")]
    with pytest.raises(UsageError) as error:
        net2fig.chip(models, width="60pt")
    enough = re.search(r'width="(\d+)pt"', error.value.__notes__[0])
    assert enough is not None
    assert net2fig.chip(models, width=f"{enough[1]}pt").pages
