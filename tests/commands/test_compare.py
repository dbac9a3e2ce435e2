"""`net2fig compare`: what it prints, what it writes, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from net2fig.cli import commands, translate_click_error
from net2fig.errors import Net2figError
from tests.conftest import ROOT

LENET, ALEXNET = (ROOT / "gallery" / "models" / f"{n}.network.json" for n in ("lenet5", "alexnet"))


def run(*words: object) -> str:
    """Return what the command prints on standard output."""
    result = CliRunner().invoke(
        commands, ["compare", *map(str, words)], catch_exceptions=False, standalone_mode=False
    )
    assert result.exit_code == 0
    return result.stdout


def refused(*words: object) -> list[str]:
    with pytest.raises(Net2figError) as caught:
        CliRunner().invoke(
            commands, ["compare", *map(str, words)], catch_exceptions=False, standalone_mode=False
        )
    return caught.value.lines()


def test_without_an_output_the_differences_are_printed() -> None:
    result = run(LENET, ALEXNET).splitlines()
    assert result[0].startswith("shape of ")
    assert result[-1].startswith("multiply–adds +")


def test_a_model_and_itself() -> None:
    assert run(LENET, LENET) == "no difference\n"


def test_warnings_of_the_figure_are_printed_only_if_it_is_written(tmp_path: Path) -> None:
    words = ["compare", str(LENET), str(ALEXNET), "--height", "20pt"]
    for more, warned in (([], False), (["-o", str(tmp_path / "x.svg")], True)):
        result = CliRunner().invoke(commands, [*words, *more], standalone_mode=False)
        assert ("pt high, more than" in result.stderr) == warned


def test_it_writes_all_formats(tmp_path: Path) -> None:
    outputs = [tmp_path / f"diff.{suffix}" for suffix in ("svg", "pdf", "png", "tex")]
    run(LENET, ALEXNET, *(word for path in outputs for word in ("-o", path)))
    assert [path.read_bytes()[:4] for path in outputs[1:3]] == [b"%PDF", b"\x89PNG"]
    svg = outputs[0].read_text()
    assert 'class="mark changed"' in svg
    assert ">LeNet5<" in svg or ">lenet5<" in svg
    assert "\\begin{tikzpicture}" in outputs[3].read_text()


def test_json_is_for_scripts() -> None:
    data = json.loads(run(LENET, f"other={ALEXNET}", "--json"))
    assert data["models"][1]["name"] == "other"
    changed = [each for each in data["differences"] if each["sort"] == "changed"]
    assert {"sort", "first", "second", "classes", "key", "before", "after"} <= set(changed[0])


def test_the_report_has_the_sizes_of_the_figure(tmp_path: Path) -> None:
    run(LENET, ALEXNET, "-o", tmp_path / "diff.svg", "--report", tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["width_pt"] <= 468
    assert report["min_text_pt"] >= 6


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "missing argument: two models"),
        ((LENET,), "missing argument: a second model"),
        ((LENET, ALEXNET, LENET), "unknown argument: "),
        ((LENET, ALEXNET, "-o", "x.gif"), "unknown format: '.gif' in 'x.gif'"),
        ((LENET, ALEXNET, "-o", "-"), "missing option: '--format' for '-o -'"),
        ((LENET, ALEXNET, "-o", "nowhere/x.svg"), "missing folder: 'nowhere'"),
        ((LENET, ALEXNET, "--detail", "blcks"), "invalid value: 'blcks' in --detail"),
        ((LENET, "nothing.keras"), "missing file: 'nothing.keras'"),
    ],
)
def test_invalid_arguments_are_errors(words: tuple[object, ...], message: str) -> None:
    assert refused(*words)[0].startswith(message)


def test_an_unknown_option_is_an_error_of_net2fig() -> None:
    import click

    with pytest.raises(click.ClickException) as caught:
        CliRunner().invoke(
            commands, ["compare", "--jsn"], catch_exceptions=False, standalone_mode=False
        )
    assert translate_click_error(caught.value).lines() == [
        "unknown option: '--jsn'",
        "hint: did you mean '--json'?",
    ]
