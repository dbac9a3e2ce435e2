"""EPS: the operators of PDF, defined in PostScript."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import net2fig
from net2fig.errors import ModelError
from net2fig.geometry import Box, Point, Size
from net2fig.render import render
from net2fig.render.eps.writer import PROLOGUE
from net2fig.render.pdf.content import write_content
from net2fig.render.pdf.typefaces import Typeface
from net2fig.scene import Image, Scene, Text
from tests.conftest import ROOT

MODELS = ROOT / "gallery" / "models"


def draw(name: str, **options: object) -> net2fig.figure.Figure:
    return net2fig.draw(MODELS / f"{name}.network.json", template="cvpr", **options)  # type: ignore[arg-type]


def read_names(program: str) -> set[str]:
    """Return the names that a program of PostScript or the content of a PDF executes."""
    without = re.sub(r"<[0-9A-Fa-f\s]*>|/[\w.]+|%.*", " ", program)
    return set(re.findall(r"[A-Za-z][\w.]*", without))


@pytest.mark.parametrize("mono", [False, True])
def test_every_operator_is_defined(mono: bool) -> None:
    scene = draw("inceptionv3", mono=mono).scene
    content = write_content(scene, lambda text: Typeface(_face(text), "F1"), lambda _: "I1")
    defined = set(re.findall(r"/(\w+)\{", PROLOGUE))
    assert read_names(content.decode()) <= defined


def _face(text: Text) -> Path:
    from net2fig.fonts.metrics import face_path

    return face_path(text.family, text.bold, text.italic)


def test_the_file_has_the_size_of_the_figure_and_the_same_bytes() -> None:
    scene = draw("resnet50").scene
    data = render(scene, "eps")
    assert data == render(scene, "eps")
    assert data.startswith(b"%!PS-Adobe-3.0 EPSF-3.0\n")
    bounds = re.search(rb"%%HiResBoundingBox: 0 0 (\S+) (\S+)", data)
    assert bounds is not None
    assert float(bounds[1]) == pytest.approx(scene.size.width, abs=0.01)
    assert data.count(b"{") - PROLOGUE.encode().count(b"{") == data.count(
        b"}"
    ) - PROLOGUE.encode().count(b"}")
    assert b"/FontType 42" in data


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (Image(Box(0, 0, 5, 5), b"", "image/png"), "unsupported picture: image/png in EPS"),
        (
            Text(Point(0, 5), "".join(map(chr, range(0x100, 0x220))), 7.0, "#000000"),
            "unsupported text: more than 255 different characters in EPS",
        ),
    ],
)
def test_what_postscript_cannot_hold_is_told(item: Image | Text, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        render(Scene(Size(10, 10), (item,)), "eps")


@pytest.mark.skipif(shutil.which("gs") is None, reason="needs Ghostscript")
def test_ghostscript_draws_what_pdfium_draws(tmp_path: Path) -> None:
    pillow = pytest.importorskip("PIL.Image")
    figure = draw("resnet50", background="white")
    figure.save(tmp_path / "a.eps", tmp_path / "a.png", dpi=288)
    options = [
        "-q",
        "-dNOPAUSE",
        "-dBATCH",
        "-dEPSCrop",
        "-dTextAlphaBits=4",
        "-dGraphicsAlphaBits=4",
    ]
    output = f"-sOutputFile={tmp_path / 'b.png'}"
    subprocess.run(
        ["gs", *options, "-sDEVICE=png16m", "-r288", output, str(tmp_path / "a.eps")], check=True
    )
    one, two = (pillow.open(tmp_path / name).convert("L") for name in ("a.png", "b.png"))
    size = (min(one.width, two.width), min(one.height, two.height))
    first, second = (each.crop((0, 0, *size)).tobytes() for each in (one, two))
    ink = sum(255 - value for value in first)
    assert sum(abs(a - b) for a, b in zip(first, second, strict=True)) < 0.3 * ink
