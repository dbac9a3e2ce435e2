"""The example paper is built as its Makefile says; without LaTeX, its figures alone are drawn."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAPER = ROOT / "examples" / "paper"
FIGURES = ("unet.tex", "resnet50.pdf")

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example, without what somebody may have built there."""
    copy = tmp_path / "paper"
    copy.mkdir()
    for name in ("Makefile", "net2fig.toml", "paper.tex"):
        shutil.copy(PAPER / name, copy)
    return copy


def make(folder: Path, *arguments: str) -> str:
    """Run make in the folder with this net2fig and the models of the gallery."""
    command = (
        "make",
        f"NET2FIG={sys.executable} -m net2fig",
        f"MODELS={ROOT / 'gallery' / 'models'}",
        *arguments,
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("MAKEFLAGS", None)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return done.stdout


def test_without_latex_the_figures_are_drawn_and_it_says_so(folder: Path) -> None:
    said = make(folder, "LATEX=a-latex-that-is-not-there")
    last = said.splitlines()[-1]
    assert last.startswith("skipped: paper.pdf (a-latex-that-is-not-there is not installed)")
    assert all((folder / name).stat().st_size > 1000 for name in FIGURES)
    assert not (folder / "paper.pdf").exists()


def test_what_is_up_to_date_is_not_drawn_again(folder: Path) -> None:
    make(folder, "figures")
    assert "net2fig" not in make(folder, "figures").replace("Nothing to be done", "")
    os.utime(folder / "net2fig.toml")
    os.utime(folder / "unet.tex", (0, 0))
    said = make(folder, "unet.tex")
    assert "-t cvpr -o unet.tex" in said


def test_it_uses_nothing_that_is_not_there() -> None:
    text = (PAPER / "paper.tex").read_text("utf-8")
    named = re.findall(r"\\(?:input|includegraphics)\{(\w+)\}", text)
    assert set(named) == {Path(name).stem for name in FIGURES}


@pytest.mark.slow
@pytest.mark.parametrize(
    "engine",
    [
        pytest.param(
            engine,
            marks=pytest.mark.skipif(not shutil.which(engine), reason=f"{engine} is not installed"),
        )
        for engine in ("pdflatex", "lualatex")
    ],
)
def test_the_paper(folder: Path, engine: str) -> None:
    make(folder, f"LATEX={engine}")
    log = (folder / "paper.log").read_text("utf-8", "replace")
    assert "Overfull" not in log
    assert "undefined" not in log
    assert (folder / "paper.pdf").read_bytes().startswith(b"%PDF")
    make(folder, f"LATEX={engine}", "clean")
    assert sorted(path.name for path in folder.iterdir()) == [
        "Makefile",
        "net2fig.toml",
        "paper.tex",
    ]
