"""The figure environment for a paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from net2fig.commands.latex import is_wide, write_caption, write_snippet
from net2fig.figure import draw
from net2fig.read import read
from tests.running import names


def test_the_caption_describes_the_figure_and_the_hidden_layers(models: Path) -> None:
    figure = draw(models / "resnet50.network.json", template="cvpr")
    assert write_caption(figure) == (
        "Resnet50: a residual convolutional network of 177 layers. Height is resolution, width is"
        " the number of features. Groups: Residual block (×16). Not shown: 53\xa0batch"
        " normalisations, 49\xa0ReLUs, 2\xa0paddings."
    )


def test_the_figure_has_its_own_size(models: Path) -> None:
    figure = draw(models / "resnet50.network.json", template="cvpr")
    text = write_snippet(figure, ["out/my_fig.svg", "out/my_fig.pdf"])
    match = re.search(r"\\includegraphics\[width=([\d.]+)in\]\{out/my_fig\.pdf\}", text)
    assert match
    assert float(match[1]) * 72 == pytest.approx(figure.scene.size.width, abs=0.05)
    assert r"\label{fig:my-fig}" in text
    assert r"\ensuremath{\times}16" in text
    assert r"\Description{A residual convolutional network of 177 layers" in text


def test_a_drawing_in_tex_is_input(models: Path) -> None:
    figure = draw(models / "lenet5.network.json", template="cvpr-column")
    assert r"  \input{fig.tex}" in write_snippet(figure, ["fig.tex"])
    assert r"{fig.pdf}" in write_snippet(figure, ["fig.svg"])
    assert r"{lenet5.pdf}" in write_snippet(figure, [])


@pytest.mark.parametrize(
    ("options", "wide"),
    [
        ({"template": "cvpr"}, True),
        ({"template": "cvpr", "width": "3.25in"}, False),
        ({"template": "cvpr-column"}, False),
        ({"template": "neurips"}, False),
    ],
)
def test_a_wide_figure_spans_the_columns(models: Path, options: dict, wide: bool) -> None:
    figure = draw(models / "unet.network.json", **options)
    assert is_wide(figure) is wide
    assert (r"\begin{figure*}" in write_snippet(figure, [])) is wide


def test_the_command_prints_it(run, tiny: Path, tmp_path: Path) -> None:
    result = run(tiny, "-o", "net.pdf", "--latex-snippet")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(r"\providecommand{\Description}")
    assert "{net.pdf}" in result.out
    assert (tmp_path / "net.pdf").is_file()
    assert run(tiny, "--latex-snippet").code == 0


@pytest.mark.parametrize("name", names())
def test_names_are_escaped_for_latex(models: Path, name: str) -> None:
    text = write_snippet(draw(models / f"{name}.network.json", template="cvpr"), [])
    assert text.isascii()
    bare = re.sub(r"\\.", "", text)
    assert bare.count("{") == bare.count("}")
    assert not re.search(r"[#$&]", bare.replace("[2][]", ""))


def test_a_sign_without_a_command_is_defined_in_the_snippet(models: Path) -> None:
    named = {"title": "網路 λ"}
    text = write_snippet(draw(models / "lenet5.network.json", **named), [])
    assert text.startswith(r"\providecommand{\nettofigchar}[1]")
    assert r"\nettofigchar{7DB2}" in text
    plain = write_snippet(draw(models / "lenet5.network.json"), [])
    assert "nettofigchar" not in plain


@pytest.mark.parametrize("name", ["net}\\input{/etc/hostname}\\a{x", "/", ".", "", "a%#b.c"])
def test_a_path_made_of_a_name_holds_no_command(models: Path, name: str) -> None:
    text = write_snippet(draw(read(models / "lenet5.network.json", name=name)), [])
    (path,) = re.findall(r"\\includegraphics\[[^]]*\]\{(.*)\}$", text, re.MULTILINE)
    assert re.fullmatch(r"[A-Za-z0-9_-]+\.pdf", path)


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
@pytest.mark.parametrize("title", ["LeNet & 5% of _it_", "網路 – Größe × 2 {a}"])
def test_the_snippet_compiles(run, tiny: Path, tmp_path: Path, title: str) -> None:
    (tiny.parent / "net2fig.toml").write_text(f'title = "{title}"\n', encoding="utf-8")
    text = run(tiny, "-o", "net.pdf", "--latex-snippet").out
    start = r"\documentclass{article}\usepackage{graphicx}\begin{document}\listoffigures"
    paper = f"{start}\n{text}\n\\end{{document}}"
    (tmp_path / "paper.tex").write_text(paper, encoding="utf-8")
    for _ in range(2):  # the second time, the list of figures is read
        done = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-800:]
