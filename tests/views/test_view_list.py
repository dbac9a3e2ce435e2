"""`net2fig page`: lists of views, models in their place, and the messages about both."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import net2fig
from net2fig.cli import commands
from net2fig.errors import Net2figError
from tests.conftest import ROOT

LIST = """\
title = "Nets"
template = "cvpr"

[[view]]
show = "text"
text = "Words"

[[view]]
show = "figure"
model = "unet.network.json"
mono = true

[[view]]
show = "table"
model = "unet.network.json"

[[view]]
show = "chips"
model = ["unet.network.json", "lenet5.network.json"]
names = ["U", "L"]
metrics = "numbers.csv"
room = "b"
wide = true

[[view]]
show = "metrics"
model = ["unet.network.json", "lenet5.network.json"]
names = ["U", "L"]
metrics = "numbers.csv"
y = "accuracy"

[[view]]
show = "compare"
model = ["unet.network.json", "lenet5.network.json"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("unet", "lenet5"):
        shutil.copy(ROOT / "gallery" / "models" / f"{name}.network.json", tmp_path)
    (tmp_path / "numbers.csv").write_text("model,accuracy\nU,0.8\nL,0.99\n")
    (tmp_path / "figures.toml").write_text(LIST)
    return tmp_path


def run(*words: str | Path) -> str:
    """Run the command, and return its messages."""
    result = CliRunner().invoke(commands, ["page", *map(str, words)])
    if isinstance(result.exception, Net2figError):
        return "\n".join(result.exception.lines(line_numbers=True))
    assert result.exception is None, result.output
    return result.output


def sections(path: Path) -> list[tuple[str, str]]:
    """Return the kinds of the views of a page, and their rooms."""
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', path.read_text())
    assert match
    return [(each["kind"], each["room"]) for each in json.loads(match[1])["views"]]


def test_a_list_of_views_is_a_page(folder: Path) -> None:
    out = folder / "report.html"
    run(folder / "figures.toml", "-o", out, "-q")
    assert sections(out) == [
        ("text", ""), ("figure", ""), ("table", ""), ("chips", "1"), ("metrics", ""),
        ("compare", ""),
    ]  # fmt: skip
    text = out.read_text()
    assert '<h1 id="title">Nets</h1>' in text
    assert 'class="view chips wide"' in text
    assert "<p>Words</p>" in text
    assert "U: 31030593 parameters, 0.8 accuracy" in text or "accuracy" in text


def test_the_figure_of_a_page_is_that_of_the_options_of_the_list(folder: Path) -> None:
    out = folder / "report.html"
    run(folder / "figures.toml", "-o", out, "-q")
    figure = net2fig.draw(folder / "unet.network.json", template="cvpr", mono=True)
    paths = re.findall(r' d="([^"]*)"', figure.to_bytes("svg").decode())
    assert paths
    assert set(paths) <= set(re.findall(r' d="([^"]*)"', out.read_text()))


def test_the_same_list_gives_the_same_bytes(folder: Path) -> None:
    for name in ("a.html", "b.html"):
        run(folder / "figures.toml", "-o", folder / name, "-q")
    assert (folder / "a.html").read_bytes() == (folder / "b.html").read_bytes()


def test_models_are_shown_with_figure_and_table(folder: Path) -> None:
    out = folder / "report.html"
    run(folder / "unet.network.json", folder / "lenet5.network.json", "-o", out, "--columns", "2")
    kinds = [kind for kind, _ in sections(out)]
    assert kinds == ["chips", "figure", "table", "figure", "table"]
    assert '<body class="columns-2">' in out.read_text()


def test_the_figures_of_a_build_are_a_page(folder: Path) -> None:
    path = folder / "figures.toml"
    path.write_text(
        '[[figure]]\nmodel = "lenet5.network.json"\noutput = "a.pdf"\n'
        '[[figure]]\nmodel = "unet.network.json"\noutput = ["b.pdf", "b.svg"]\nwidth = "5in"\n'
    )
    run(path, "-o", folder / "report.html", "-q")
    assert sections(folder / "report.html") == [("figure", ""), ("figure", "")]
    result = CliRunner().invoke(commands, ["build", str(path), "-q"])
    assert result.exit_code == 0
    assert (folder / "b.svg").exists()


def test_views_may_stand_in_the_list_of_a_build(folder: Path) -> None:
    path = folder / "figures.toml"
    path.write_text(f'{LIST}\n[[figure]]\nmodel = "lenet5.network.json"\noutput = "a.svg"\n')
    result = CliRunner().invoke(commands, ["build", str(path), "-q"])
    assert result.exit_code == 0
    run(path, "-o", folder / "report.html", "-q")
    assert len(sections(folder / "report.html")) == 6


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('show = "table"', 'show = "tabel"', "invalid value: 'tabel' in figures.toml, line 14"),
        ("mono = true", "mno = true", "unknown key: 'mno' in figures.toml, line 11"),
        ("mono = true", "mono = 3", "invalid value: 3 in figures.toml, line 11"),
        ('text = "Words"', "", "missing key: 'text' in figures.toml"),
        ('["unet.network.json", "lenet5.network.json"]\nnames = ["U", "L"]\nmetrics',
         '[]\nnames = ["U", "L"]\nmetrics', "invalid value: [] in figures.toml"),
        ('y = "accuracy"', 'y = "acuracy"', "unknown number: 'acuracy' of models"),
        ('compare"\nmodel = ["unet.network.json", "lenet5.network.json"]',
         'compare"\nmodel = "unet.network.json"', "(compare needs 2)"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, message: str
) -> None:
    monkeypatch.chdir(folder)
    assert old in LIST
    Path("figures.toml").write_text(LIST.replace(old, new, 1))
    assert message in run("figures.toml", "-o", "x.html")
    assert not Path("x.html").exists()


def test_all_mistakes_are_told_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    Path("figures.toml").write_text('[[view]]\nshow = "map"\n[[view]]\nmodle = 1\nshow = "table"\n')
    said = run("figures.toml", "-o", "x.html")
    assert "'map'" in said
    assert "hint: did you mean 'model'?" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "missing argument: a list of views or a model"),
        (["figures.toml"], "missing option: '-o' (where the page goes)"),
        (["figures.toml", "-o", "x.pdf"], "unknown format: '.pdf' in 'x.pdf'"),
        (["figures.toml", "unet.network.json", "-o", "x.html"], "unknown argument"),
        (["none.toml", "-o", "x.html"], "missing list: 'none.toml' (no such file)"),
        (["none.keras", "-o", "x.html"], "missing"),
        (["figures.toml", "-o", "no/x.html"], "missing folder: 'no'"),
    ],
)
def test_what_cannot_be_written_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], message: str
) -> None:
    monkeypatch.chdir(folder)
    assert message in run(*words)


def test_an_empty_list_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    Path("figures.toml").write_text('template = "cvpr"\n')
    assert run("figures.toml", "-o", "x.html").startswith("missing views: in figures.toml")
