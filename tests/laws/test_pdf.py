"""L9: the PDF is the scene, its fonts are embedded, its text is text, nothing in it is pixels."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from net2fig.data.template import load_template
from net2fig.figure import Figure, draw
from net2fig.geometry import Box, Point, Size
from net2fig.options.page import resolve_page
from net2fig.options.table import Options
from net2fig.render import render
from net2fig.scene import Image, Item, Scene, Text
from tests.laws.pdf.check import check_pdf
from tests.laws.scenes import added, changed, moved, text
from tests.laws.test_gallery import MODELS, NAMES


@cache
def figure() -> Figure:
    return draw(MODELS / "lenet5.network.json", template="cvpr")


@cache
def data() -> bytes:
    return figure().to_bytes("pdf")


def messages(scene: Scene, file: bytes | None = None) -> str:
    return "\n".join(map(str, check_pdf(file or data(), scene)))


def rewritten(change: Callable[[bytes], bytes], file: bytes | None = None) -> bytes:
    """Return the file with another content: what is drawn on its page."""
    whole = file or data()
    (number,) = re.findall(rb"/Contents (\d+) 0 R", whole)
    form = rb"\n" + number + rb" 0 obj\n.*?stream\n(.*?)\nendstream"
    found = re.search(form, whole, re.DOTALL)
    assert found
    content = zlib.decompress(found[1])
    changed = change(content)
    assert changed != content
    start, end = found.span(1)
    return whole[:start] + zlib.compress(changed) + whole[end:]


@pytest.mark.parametrize("asked", [{}, {"width": 234.0}, {"mono": True}], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_l9_every_figure_of_the_gallery(name: str, asked: dict[str, float]) -> None:
    drawn = draw(MODELS / f"{name}.network.json", template="cvpr", **asked)
    template = resolve_page(Options(template="cvpr", width=asked.get("width")))
    assert [str(one) for one in check_pdf(drawn.to_bytes("pdf"), drawn.scene, template)] == []


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext, of poppler")
@pytest.mark.parametrize("name", ["unet", "vit"])
def test_l9_another_program_finds_every_text(name: str, tmp_path: Path) -> None:
    drawn = draw(MODELS / f"{name}.network.json", template="cvpr")
    drawn.save(tmp_path / "figure.pdf")
    command = ["pdftotext", "-raw", tmp_path / "figure.pdf", "-"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = "".join(done.stdout.split())
    texts = [item.string for item, _ in drawn.scene.walk() if isinstance(item, Text)]
    assert [string for string in texts if "".join(string.split()) not in found] == []


def test_l9_signs_beyond_latin_1_and_brackets() -> None:
    strings = ["α → ∞", "a (b\\c) d", "12 % of 3\u2009k"]
    extra = [Text(Point(9, 9 + 9 * n), s, 7, "#222222") for n, s in enumerate(strings)]
    scene = added(figure().scene, *extra)
    assert messages(scene, render(scene, "pdf")) == ""


def test_l9_a_text_that_is_lost_or_strange() -> None:
    more = added(figure().scene, Text(Point(3, 3), "never drawn", 7.0, "#000000"))
    assert messages(more).startswith("L9: 'never drawn' cannot be found in the file")
    fewer = changed(figure().scene, text("Dense"), lambda _: None)
    assert "L9: 'D' is in the file, but not in the scene" in messages(fewer)


def test_l9_a_text_of_another_size_or_place() -> None:
    def larger(item: Item) -> Item:
        assert isinstance(item, Text)
        return replace(item, size=8.0)

    said = messages(changed(figure().scene, text("Dense"), larger))
    assert "'Dense' is 7 pt, not 8" in said
    beside = messages(changed(figure().scene, text("Dense"), moved(0.5, 0.0)))
    assert beside.startswith("L9: 'Dense' cannot be found in the file")


def test_l9_a_page_of_another_size() -> None:
    other = replace(figure().scene, size=Size(100.0, 50.0))
    assert "pt, the scene 100.00×50.00" in messages(other)


def test_l9_fonts_as_drawings_and_fonts_left_out() -> None:
    drawings = data().replace(b"/Subtype /CIDFontType2", b"/Subtype /Type3")
    assert "LiberationSans is Type3" in messages(figure().scene, drawings)
    missing = data().replace(b"/FontFile2 ", b"/FontFileX ").replace(b"/FontFile", b"/Fontfile")
    assert "LiberationSans is not embedded" in messages(figure().scene, missing)


def test_l9_text_that_has_no_letters() -> None:
    mute = data().replace(b"/ToUnicode ", b"/ToUnicodX ")
    assert "'Dense' cannot be found in the file" in messages(figure().scene, mute)


def test_l9_text_that_is_set_smaller_by_a_matrix() -> None:
    """The font keeps its size, the page is made smaller around it."""
    small = rewritten(lambda content: content.replace(b" 1 j\n", b" 1 j\n0.5 0 0 0.5 0 0 cm\n", 1))
    said = "\n".join(map(str, check_pdf(small, figure().scene, load_template("cvpr"))))
    assert "is printed at 3.50 pt, below 6" in said
    assert check_pdf(data(), figure().scene, replace(load_template("cvpr"), minimum=7.5))


def test_l9_text_outside_the_page() -> None:
    beside = rewritten(lambda c: c.replace(b"1 0 0 -1 6.28 ", b"1 0 0 -1 -9.05 ", 1))
    assert "is printed outside the page" in messages(figure().scene, beside)


def test_l9_text_that_is_torn_apart() -> None:
    """Every letter stands in its place, but what is selected reads otherwise."""

    def torn(content: bytes) -> bytes:
        block = re.search(rb".*BT.*\n.* 175\.59 .* Tm <(\w{4})(\w{16})> Tj ET\n", content)
        assert block
        whole, first, others = block[0], block[1], block[2]
        letter = whole.replace(first + others, first)
        rest = whole.replace(b"<" + first + others + b"> Tj", b"[-722<" + others + b">] TJ")
        # The first letter comes before all else.
        head, _, tail = content.replace(whole, rest, 1).partition(b" 1 j\n")
        return head + b" 1 j\n" + letter + tail

    said = messages(figure().scene, rewritten(torn))
    assert said == "L9: 'Dense' cannot be searched for in the file at (175.6, 106.2)"


BODY = b"1.95 97.65 m 7.05 97.65 l 7.05 109.75 l 1.95 109.75 l h"


def test_l9_a_path_that_is_lost_moved_or_strange() -> None:
    lost = rewritten(lambda c: c.replace(BODY + b" B", b"", 1))
    assert messages(figure().scene, lost).startswith("L9: the body is not painted in the file")
    moved_on = rewritten(lambda c: c.replace(b"12.72 34.44 m", b"12.52 34.44 m", 1))
    said = messages(figure().scene, moved_on)
    assert "the line is not painted in the file" in said
    assert "the file paints what is not in the scene" in said
    bare = rewritten(lambda c: c.replace(BODY + b" B", BODY + b" f", 1))
    assert "the body is not painted" in messages(figure().scene, bare)
    outside = rewritten(lambda c: c + b"\n-9 0 m 5 5 l S\n")
    assert "a line is printed outside the page" in messages(figure().scene, outside)


PICTURE = b"""
99 0 obj
<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /Length 1 >>
stream
0
endstream
endobj
98 0 obj
<< /XObject << /x9 99 0 R /x8 97 0 R >> >>
endobj
97 0 obj
<< /Type /XObject /Subtype /Form /Matrix [ 2 0 0 2 0 0 ] /Length 22 >>
stream
1 1 m 2 2 l S
endstream
endobj
"""


def test_l9_a_drawing_turned_into_pixels() -> None:
    pixels = rewritten(lambda c: c + b"\nq 99 0 0 50 0 0 cm /x9 Do Q\n") + PICTURE
    said = messages(figure().scene, pixels)
    assert said == "L9: the file holds a picture that is not in the scene at (49.5, 86.7)"


def test_l9_what_a_form_draws_is_seen_where_it_lies() -> None:
    form = rewritten(lambda c: c + b"\nq 1 0 0 1 10 0 cm /x8 Do Q\n") + PICTURE
    said = messages(figure().scene, form)
    assert said == "L9: the file paints what is not in the scene at (13.0, 108.7)"


def test_l9_a_sample_is_a_picture_that_may_be_there() -> None:
    box = Box(1, 1, 20, 20)
    missing = added(figure().scene, Image(box, b"", "image/png"))
    assert messages(missing) == "L9: a picture is not in the file at (11.0, 11.0)"
