"""`net2fig chip`, as it is called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from net2fig.chips.strip.model import split_name
from net2fig.cli import main
from net2fig.data.template import template_names
from tests.chips.conftest import gallery

LENET, VGG = str(gallery("lenet5")), str(gallery("vgg16"))


def run(*arguments: str) -> int:
    """Run the command and return its exit code."""
    with pytest.raises(SystemExit) as left:
        main(["chip", *arguments])
    return int(left.value.code or 0)


def test_one_chip(tmp_path: Path) -> None:
    files = [tmp_path / f"chip.{suffix}" for suffix in ("svg", "pdf", "png", "tex", "html", "sty")]
    assert run(LENET, *(word for file in files for word in ("-o", str(file)))) == 0
    assert all(file.stat().st_size > 500 for file in files)


def test_a_table_with_names_of_rows(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert run(f"LeNet-5={LENET}", VGG, "--report", str(report)) == 0
    data = json.loads(report.read_text())
    assert [model["name"] for model in data["models"]] == ["LeNet-5", "vgg16"]
    assert data["width_pt"] == 234.0


def test_a_model_that_is_missing_or_broken_leaves_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.keras"
    broken.write_bytes(b"PK no archive")
    for model in (str(tmp_path / "nowhere.keras"), str(broken)):
        out = tmp_path / "table.md"
        assert run(LENET, model, "-o", str(out)) in (1, 2)
        assert capsys.readouterr().err.count("Traceback") == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.keras"]


def test_standard_output_stays_clean(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(LENET, "-o", "-", "--format", "svg") == 0
    out, _ = capfdbinary.readouterr()
    assert out.startswith((b"<?xml", b"<svg"))


@pytest.mark.parametrize("template", template_names())
def test_every_template_has_tables_with_text_that_is_large_enough(
    template: str, tmp_path: Path
) -> None:
    from net2fig.data.template import load_template

    report = tmp_path / "report.json"
    assert run(LENET, VGG, "-t", template, "--report", str(report)) == 0
    data = json.loads(report.read_text())
    page = load_template(template)
    assert data["min_text_pt"] >= page.minimum - 1e-6
    assert data["width_pt"] <= page.width + 0.01


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "missing argument: MODEL"),
        ([LENET], "missing option: '-o'"),
        ([LENET, "-o", "x.gif"], "unknown format: '.gif'"),
        ([LENET, "-o", "nowhere/x.svg"], "missing folder: 'nowhere'"),
        ([LENET, "-o", "-"], "missing option: '--format'"),
        ([LENET, "-o", "-", "--format", "gif"], "unknown format: 'gif'"),
        ([LENET, "-o", "x.svg", "--size", "xl"], "unknown size: 'xl'"),
        ([LENET, "-o", "-", "--format", "stl"], "unknown format: 'stl' in --format"),
        ([LENET, "-o", "x.svg", "--hide", ":pol"], "unknown kind: ':pol' in --hide[0]"),
        ([LENET, "-o", "x.svg", "-c", "no.toml"], "missing grouping file: 'no.toml'"),
        ([LENET, "-o", "x.svg", "--detail", "all"], "unknown level of detail: 'all'"),
        ([LENET, "-o", "x.svg", "--input-shape", "axb"], "invalid"),
        ([LENET, VGG, "-o", "x.svg", "--sort", "size"], "unknown column: 'size' in --sort"),
        ([LENET, VGG, "-o", "x.svg", "--keep", "params"], "invalid condition: 'params'"),
        ([LENET, VGG, "-o", "x.svg", "--pareto", "top1"], "unknown metric: 'top1' in --pareto"),
        ([LENET, VGG, "-o", "x.svg", "--curve", "a.csv"], "invalid curve: 'a.csv' in --curve"),
        ([LENET, VGG, "-o", "x.svg", "--curves", "no"], "missing folder: 'no' in --curves"),
        ([LENET, "-o", "x.svg", "--width", "0"], "invalid length: '0'"),
    ],
)
def test_invalid_arguments_are_errors(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert message in capsys.readouterr().err


def test_a_name_before_a_model() -> None:
    assert split_name("VGG=vgg.keras") == ("VGG", "vgg.keras")
    assert split_name("model.py:build(depth=4)") == (None, "model.py:build(depth=4)")
    assert split_name("model.keras") == (None, "model.keras")
