"""`net2fig cell`: what it writes, what it prints, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from net2fig.cli import commands
from net2fig.commands.cell import split_layer
from net2fig.errors import Net2figError
from tests.cells.nets import save_case


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_case(tmp_path, "lstm")


def run(*words: object) -> str:
    """Return what the command prints on standard output."""
    result = CliRunner().invoke(
        commands, ["cell", *map(str, words)], catch_exceptions=False, standalone_mode=False
    )
    assert result.exit_code == 0
    return result.stdout


def refused(*words: object) -> list[str]:
    with pytest.raises(Net2figError) as caught:
        run(*words)
    return caught.value.lines()


def test_it_writes_all_formats(model: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / f"cell.{suffix}" for suffix in ("svg", "pdf", "png", "tex")]
    assert run(f"{model}:it", *(word for path in outputs for word in ("-o", path))) == ""
    assert [path.read_bytes()[:4] for path in outputs[1:3]] == [b"%PDF", b"\x89PNG"]
    assert 'id="f"' in outputs[0].read_text("utf-8")
    assert r"\ensuremath{c\sb{t} = f\sb{t} \circ" in outputs[3].read_text()


def test_without_an_output_the_equations_are_printed(model: Path) -> None:
    assert run(model).splitlines()[-1] == "h_t = o_t ◦ tanh(c_t)"


def test_the_report(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    run(f"{model}:it", "-t", "cvpr-column", "--report", path)
    report = json.loads(path.read_text())
    assert (report["layer"], report["cell"], report["template"]) == ("it", "LSTM", "cvpr-column")
    assert report["min_text_pt"] >= 6
    assert report["width_pt"] <= 234
    assert len(report["equations"]) == 6


def test_what_has_no_use_is_told(model: Path, tmp_path: Path) -> None:
    words = ["cell", str(model), "-o", str(tmp_path / "x.svg"), "--part", "it"]
    result = CliRunner().invoke(commands, words, standalone_mode=False)
    assert result.stderr == (
        "warning: a cell is drawn without parts, annotations, pins and tints\n"
    )


def test_an_unknown_layer_is_refused(model: Path) -> None:
    assert refused(f"{model}:ti")[0] == "unknown layer: 'ti' in net.keras (one of 'it')"


def test_a_second_model_is_refused(model: Path) -> None:
    assert refused(model, "x.svg")[0] == "unknown argument: 'x.svg' (one model at a time)"


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("model.keras", ("model.keras", "")),
        ("model.keras:lstm_1", ("model.keras", "lstm_1")),
        ("model.py:build(depth=4):encoder/gru", ("model.py:build(depth=4)", "encoder/gru")),
        ("package.module:build(n=2)", ("package.module:build(n=2)", "")),
        ("C:\\models\\net.keras", ("C:\\models\\net.keras", "")),
        ("C:/models/net.keras:it", ("C:/models/net.keras", "it")),
    ],
)
def test_the_layer_stands_behind_the_last_colon(text: str, pair: tuple[str, str]) -> None:
    assert split_layer(text) == pair
