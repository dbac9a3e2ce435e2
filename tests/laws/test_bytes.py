"""L9 and L10: fonts are embedded and text is text; the same input gives the same bytes anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from net2fig.figure import Figure, draw
from net2fig.geometry import Point, Size
from net2fig.laws.pdf import check_pdf
from net2fig.render import render
from net2fig.scene import Item, Scene, Text
from tests.laws.scenes import added, changed, moved, text
from tests.laws.test_gallery import MODELS, NAMES

ROOT = MODELS.parents[1]

PROGRAM = """
import hashlib, sys
from net2fig.figure import draw
figure = draw(sys.argv[1], template="cvpr")
for format in ("svg", "pdf", "png"):
    print(format, hashlib.sha256(figure.to_bytes(format)).hexdigest())
"""

ELSEWHERE = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LC_ALL": "C", "HOME": "/nonexistent"},
    {"PYTHONHASHSEED": "2", "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"},
)


def hashes(name: str, folder: Path, changed: dict[str, str]) -> str:
    environment = {**os.environ, **changed, "PYTHONPATH": str(ROOT)}
    environment.pop("SOURCE_DATE_EPOCH", None)
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(MODELS / f"{name}.network.json")],
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
    )
    return found.stdout


@pytest.mark.parametrize("name", ["unet", "vit"])
def test_l10_the_same_bytes_in_another_process_zone_locale_and_folder(
    name: str, tmp_path: Path
) -> None:
    one = hashes(name, ROOT, ELSEWHERE[0])
    two = hashes(name, tmp_path, ELSEWHERE[1])
    assert one == two
    assert one.count("\n") == 3


@cache
def figure() -> Figure:
    return draw(MODELS / "lenet5.network.json", template="cvpr")


@cache
def data() -> bytes:
    return figure().to_bytes("pdf")


def messages(scene: Scene, file: bytes | None = None) -> str:
    return "\n".join(map(str, check_pdf(file or data(), scene)))


@pytest.mark.parametrize("name", NAMES)
def test_l9_every_figure_of_the_gallery(name: str) -> None:
    drawn = draw(MODELS / f"{name}.network.json", template="cvpr")
    assert check_pdf(drawn.to_bytes("pdf"), drawn.scene) == []


def test_l9_signs_beyond_latin_1_and_brackets() -> None:
    strings = ["α → ∞", "a (b\\c) d", "12 % of 3\u2009k"]
    extra = [Text(Point(9, 9 + 9 * n), s, 7, "#222222") for n, s in enumerate(strings)]
    scene = added(figure().scene, *extra)
    assert messages(scene, render(scene, "pdf")) == ""


def test_l9_a_text_that_is_lost_or_strange() -> None:
    more = added(figure().scene, Text(Point(3, 3), "never drawn", 7.0, "#000000"))
    assert messages(more).startswith("L9: 'never drawn' cannot be found in the file")
    fewer = changed(figure().scene, text("Input"), lambda _: None)
    assert "L9: 'I' is in the file, but not in the scene" in messages(fewer)


def test_l9_a_text_of_another_size_or_place() -> None:
    def larger(item: Item) -> Item:
        assert isinstance(item, Text)
        return replace(item, size=8.0)

    said = messages(changed(figure().scene, text("Input"), larger))
    assert "'Input' is 7 pt, not 8" in said
    beside = messages(changed(figure().scene, text("Input"), moved(0.5, 0.0)))
    assert beside.startswith("L9: 'Input' cannot be found in the file")


def test_l9_a_page_of_another_size() -> None:
    other = replace(figure().scene, size=Size(100.0, 50.0))
    assert "pt, the scene 100.00×50.00" in messages(other)


def test_l9_fonts_as_drawings_and_fonts_left_out() -> None:
    drawings = data().replace(b"/Subtype /TrueType", b"/Subtype /Type3")
    assert "LiberationSans is Type3" in messages(figure().scene, drawings)
    missing = data().replace(b"/FontFile2 ", b"/FontFileX ").replace(b"/FontFile", b"/Fontfile")
    assert "LiberationSans is not embedded" in messages(figure().scene, missing)


def test_l9_text_that_has_no_letters() -> None:
    mute = data().replace(b"/ToUnicode ", b"/ToUnicodX ")
    assert "'Input' cannot be found in the file" in messages(figure().scene, mute)
