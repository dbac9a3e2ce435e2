"""Tables that the document sets itself, and chips in running text."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

import net2fig
from net2fig.chips.formats.html import write_page
from net2fig.chips.formats.markdown import make_file_name
from net2fig.chips.formats.package import make_key
from net2fig.chips.formats.sheet import make_sheet
from net2fig.errors import UsageError
from tests.chips.conftest import gallery

NAMES = ["VGG16", "ResNet50", "MobileNetV2", "U-Net"]
HARM = ["\\input{/etc/passwd}", "100 % <b>&", "a|b*c*", "_x_"]
"""What a model might be called by someone who means harm."""


@pytest.fixture(scope="session")
def table(four: list[Path]) -> net2fig.Chips:
    log = {"loss": [3.0, 2.0, 1.0], "epoch": [0, 1, 2]}
    return net2fig.chip(
        four, names=NAMES, reference="ResNet50", curve={"VGG16": log}, pareto="top", metrics=METRICS
    )


METRICS = {"top": [71.3, 74.9, 71.3, 50]}


def document(chips: net2fig.Chips) -> Element:
    """Return the page, which is well-formed XML but for its first line."""
    text = chips.to_bytes("html").decode()
    first, _, rest = text.partition("\n")
    assert first == "<!DOCTYPE html>"
    return fromstring(rest)


def cells(row: Element) -> list[str]:
    """Return the texts of the cells of a row, without those within drawings."""
    return ["".join(_texts(cell)).strip().replace("\N{NO-BREAK SPACE}", " ") for cell in row]


def _texts(element: Element) -> list[str]:
    if element.tag.endswith("svg"):
        return [element.tail or ""]
    inner = [text for child in element for text in _texts(child)]
    return [element.text or "", *inner, element.tail or ""]


def test_a_page_is_a_table_with_the_texts_of_the_drawing(table: net2fig.Chips) -> None:
    rows = document(table).findall(".//tr")
    assert [cells(row) for row in rows] == [
        ["Model", "Architecture", "loss", "Params", "Δ", "top"],
        ["VGG16", "", "", "138.4 M", "+440 %", "71.3"],
        ["ResNet50", "", "—", "25.6 M", "—", "74.9"],
        ["MobileNetV2", "", "—", "3.5 M", "−86 %", "71.3"],
        ["U-Net", "", "—", "31.0 M", "+21 %", "50"],
    ]
    assert [cell.get("scope") for cell in rows[0]] == ["col"] * 6
    assert all(row[0].get("scope") == "row" for row in rows[1:])
    assert [row[0].get("class") for row in rows[1:]] == [None, "best", "best", None]


def test_every_picture_of_a_page_has_words(table: net2fig.Chips) -> None:
    root = document(table)
    drawn = [element for element in root.iter() if element.tag.endswith("svg")]
    assert all(svg.get("aria-label") or svg.get("aria-hidden") == "true" for svg in drawn)
    labels = [svg.get("aria-label") for svg in drawn if svg.get("aria-label")]
    assert labels[0] == (
        "2 × conv, max pool, 2 × conv, max pool, 3 × conv, max pool, 3 × conv, max pool,"
        " 3 × conv, max pool, 3 × dense."
    )
    assert labels[1] == "loss: 3 to 1"
    assert labels[2].startswith("conv, max pool, 3 × (3 × conv, add), 4 × (3 × conv, add)")


def test_a_page_refers_to_nothing_and_runs_nothing(table: net2fig.Chips) -> None:
    text = table.to_bytes("html").decode()
    assert "<script" not in text
    assert set(re.findall(r"https?://[^\s\"']+", text)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


@pytest.mark.parametrize("name", HARM)
def test_names_are_text_in_a_page(name: str) -> None:
    chips = net2fig.chip([gallery("lenet5"), gallery("lstm")], names=[name, "b"])
    assert cells(document(chips).findall(".//tr")[1])[0] == name


def test_one_chip_needs_no_table() -> None:
    chips = net2fig.chip(gallery("lenet5"))
    root = document(chips)
    assert root.findall(".//tr") == []
    assert root.find(".//p/{http://www.w3.org/2000/svg}svg") is not None
    assert chips.to_bytes("md").startswith(b'<img src="data:image/svg+xml;base64,')


def test_a_chip_for_a_line_of_text_is_no_higher_than_that() -> None:
    chips = net2fig.chip(gallery("vgg16"), size="xs")
    (height,) = re.findall(r'height="([\d.]+)"', chips.to_bytes("md").decode())
    assert float(height) <= 24
    assert chips.to_bytes("md").count(b"\n") == 1


def test_the_pictures_of_a_markdown_file_are_in_a_folder_beside_it(
    tmp_path: Path, table: net2fig.Chips
) -> None:
    file = tmp_path / "table.md"
    table.save(file)
    text = file.read_text()
    shown = re.findall(r'<img src="([^"]+)"', text)
    assert shown
    assert set(shown) == {f"table-chips/{p.name}" for p in (tmp_path / "table-chips").iterdir()}
    lines = text.splitlines()
    assert lines[0] == "| Model | Architecture | loss | Params | Δ | top |"
    assert lines[1] == "| :-- | :-- | --: | --: | --: | --: |"
    assert lines[3].startswith("| **ResNet50** | <img ")
    assert lines[3].endswith("| — | 25.6&nbsp;M | — | 74.9 |")
    assert all(line.count(" | ") == 5 for line in lines[:6])
    fromstring((tmp_path / "table-chips" / "vgg16.svg").read_text())


def test_markdown_in_one_file_holds_its_pictures(table: net2fig.Chips) -> None:
    text = table.to_bytes("md").decode()
    assert set(re.findall(r'<img src="([^,"]+)', text)) == {"data:image/svg+xml;base64"}


def test_names_are_text_in_markdown() -> None:
    chips = net2fig.chip([gallery("lenet5"), gallery("lstm")], names=["a|b*c*", "<x>"])
    lines = chips.to_bytes("md").decode().splitlines()
    assert lines[2].startswith("| a&#124;b&#42;c&#42; | ")
    assert lines[3].startswith("| &#60;x&#62; | ")


def test_names_of_pictures_contain_no_path() -> None:
    assert make_file_name("../../etc/passwd") == "etc-passwd"
    assert make_file_name("…") == "chip"


def test_a_failed_write_leaves_no_file(tmp_path: Path, table: net2fig.Chips) -> None:
    with pytest.raises(UsageError, match="missing folder: .*nowhere"):
        table.save(tmp_path / "table.md", tmp_path / "nowhere" / "table.svg")
    assert list(tmp_path.iterdir()) == []


def test_a_table_in_tex_has_the_rules_of_booktabs(table: net2fig.Chips) -> None:
    text = table.to_bytes("tex").decode("ascii")
    for rule in ("\\toprule", "\\midrule", "\\bottomrule"):
        assert text.count(rule) == 1
    rows = [line.strip() for line in text.splitlines() if line.endswith("\\\\")]
    assert rows[0] == "Model & Architecture & loss & Params & \\ensuremath{\\Delta} & top \\\\"
    assert rows[1].startswith(
        "VGG16 & \\nettofigpicture{1} & \\nettofigpicture{2} & 138.4\\thinspace{}M &"
    )
    assert rows[2].startswith("\\textbf{ResNet50} & ")
    assert "one scale for all." in text


@pytest.mark.parametrize("name", HARM)
def test_names_and_metrics_are_text_in_tex(name: str) -> None:
    metrics = {"a & b": [f" {name}  x", "1"]}
    models = [gallery("lenet5"), gallery("lstm")]
    chips = net2fig.chip(models, names=[name, "b"], metrics=metrics, width=500.0)
    text = chips.to_bytes("tex").decode("ascii")
    rows = [line.strip() for line in text.splitlines() if line.endswith("\\\\")]
    assert len(rows) == 3
    assert [len(re.findall(r"(?<!\\)&", row)) for row in rows] == [4, 4, 4]
    assert "\\input" not in text.partition("\\begingroup")[2]


def test_a_chip_in_tex_is_a_picture() -> None:
    text = net2fig.chip(gallery("lenet5")).to_bytes("tex").decode("ascii")
    assert text.count("\\begin{tikzpicture}") == 1
    assert "tabular" not in text


def test_a_package_has_a_command_for_every_model(table: net2fig.Chips) -> None:
    text = table.to_bytes("sty").decode("ascii")
    keys = re.findall(r"\\csname nettofig picture ([^\\]+)\\endcsname\{%\n\\begin", text)
    assert keys == NAMES
    assert "\\def\\nettofig@keys{VGG16, ResNet50, MobileNetV2, U-Net}" in text
    assert text.count("\\csname nettofig picture resnet50\\endcsname{%") == 1


def test_keys_are_valid_names_of_tex() -> None:
    assert make_key("Ünet 2/3 {x}") == "Unet-2/3-x"
    assert make_key("\\%#") == "chip"
    chips = net2fig.chip([gallery("lenet5")] * 2, names=["a b", "a-b"])
    assert "\\def\\nettofig@keys{a-b, a-b-2}" in chips.to_bytes("sty").decode()


def test_the_same_bytes_each_time(four: list[Path]) -> None:
    first, second = (net2fig.chip(four[:2]) for _ in range(2))
    for format in ("tex", "html", "md", "sty"):
        assert first.to_bytes(format) == second.to_bytes(format)


def test_the_legend_can_be_left_out(four: list[Path]) -> None:
    chips = net2fig.chip(four[:2], legend=False)
    sheet = make_sheet(chips.material)
    assert (sheet.legend, sheet.notes) == ((), ())
    assert b"legend" not in write_page(sheet).partition(b"<body>")[2]
    assert b"minipage" not in chips.to_bytes("tex")


PAPER = r"""
\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{booktabs,tikz}
\usepackage{chips}
\begin{document}
\section{Like \snac{resnet50}}
Text with \snac{VGG16}, {\footnotesize\snac{U-Net}} and {\large\snac[1.5]{VGG16}}.
\typeout{HEIGHT \the\fontcharht\font`X}
\setbox0\hbox{\snac{VGG16}}\typeout{HEIGHT \the\ht0}
\begin{table}\centering\small\input{table.tex}\end{table}
\MORE
\end{document}
"""


@pytest.mark.parametrize("engine", ["pdflatex", "lualatex"])
def test_latex_sets_tables_and_chips_in_text(
    engine: str, tmp_path: Path, table: net2fig.Chips
) -> None:
    table.save(tmp_path / "chips.sty", tmp_path / "table.tex")
    code, log = latex(engine, tmp_path, PAPER.replace("\\MORE", ""))
    assert code == 0, log
    letter, chip = (float(size) for size in re.findall(r"HEIGHT ([\d.]+)pt", log))
    assert chip == pytest.approx(letter, abs=0.01)
    assert "Overfull" not in log


def test_latex_reports_an_unknown_key(tmp_path: Path, table: net2fig.Chips) -> None:
    table.save(tmp_path / "chips.sty", tmp_path / "table.tex")
    code, log = latex("pdflatex", tmp_path, PAPER.replace("\\MORE", r"\snac{vgg_19}"))
    assert code != 0
    assert "Unknown chip 'vgg_19' (one of VGG16, ResNet50, MobileNetV2, U-Net)" in log


def latex(engine: str, folder: Path, text: str) -> tuple[int, str]:
    """Set a paper, and return the exit code and what LaTeX said, its lines unbroken."""
    for needed in (engine, "kpsewhich"):
        if shutil.which(needed) is None:
            pytest.skip(f"needs {needed}")
    for needed in ("booktabs.sty", "tikz.sty"):
        if subprocess.run(["kpsewhich", needed], capture_output=True, check=False).returncode:
            pytest.skip(f"needs {needed}")
    (folder / "paper.tex").write_text(text)
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    long = {**os.environ, "max_print_line": "1000"}
    done = subprocess.run(
        command, cwd=folder, env=long, capture_output=True, check=False, timeout=120
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")
