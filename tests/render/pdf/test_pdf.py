"""The PDF, read back lightly: dictionaries are plain text."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import PIL.Image
import PIL.ImageChops
import PIL.ImageFilter
import pytest
from msgspec.structs import replace

from net2fig.data.grammar import texture_names
from net2fig.errors import ModelError
from net2fig.geometry import Box, Point, Size
from net2fig.render import render
from net2fig.render.pdf.content import write_colour
from net2fig.render.pdf.objects import format_string
from net2fig.render.pdf.writer import render_pdf
from net2fig.scene import Image, Scene, Text, Texture, rounded
from net2fig.scene import Path as Shape
from tests.conftest import ROOT

BLUR = PIL.ImageFilter.BoxBlur(4)


def test_the_page_is_as_large_as_the_drawing(scene: Scene) -> None:
    data = render(scene, "pdf")
    assert data.startswith(b"%PDF-1.")
    assert re.findall(rb"/MediaBox \[([\d. ]+)\]", data) == [b"0 0 120 72"]
    assert len(re.findall(rb"/Type /Page\b", data)) == 1


def test_fonts_are_embedded_as_truetype_and_none_is_foreign(scene: Scene) -> None:
    data = render(scene, "pdf")
    fonts = sorted({*re.findall(rb"/BaseFont /[A-Z]{6}\+([\w-]+)", data)})
    assert fonts == [
        b"LiberationSans",
        b"LiberationSans-Bold",
        b"LiberationSans-Italic",
        b"LiberationSerif",
    ]
    assert data.count(b"/FontFile2 ") == len(fonts)
    assert b"/Type3" not in data
    assert b"/FontFile3" not in data


def test_signs_beyond_latin_1_are_truetype_too() -> None:
    data = render(Scene(Size(50, 50), (Text(Point(9, 9), "α → ∞", 7, "#222222"),)), "pdf")
    assert b"/Type3" not in data
    assert set(re.findall(rb"/Subtype /(\w*Type\w*)", data)) <= {
        b"TrueType",
        b"CIDFontType2",
        b"Type0",
    }


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
def test_text_is_found_by_poppler(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(render(scene, "pdf"))
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()
    assert set(text.split()) == {"64", "×3", "Features", "serif"}


def test_title_subject_and_date(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    data = render(scene, "pdf")
    assert b"/Title (A small network)" in data
    assert b"/Subject (Two layers & an edge.)" in data
    assert b"/Creator (net2fig)" in data
    assert b"/CreationDate (D:20000101000000Z)" in data


@pytest.mark.parametrize(
    ("epoch", "date"),
    [("1700000000", b"D:20231114221320Z"), ("yesterday", b"D:20000101000000Z")],
)
def test_source_date_epoch(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, epoch: str, date: bytes
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert b"/CreationDate (" + date + b")" in render(scene, "pdf")


def test_textures_are_vectors() -> None:
    fills = (Texture(name, "#1a1a1a", "#ffffff") for name in texture_names())
    shapes = tuple(Shape(rounded(Box(9, 9, 30, 30), 4), fill, "#1a1a1a", 1) for fill in fills)
    data = render(Scene(Size(50, 50), shapes), "pdf")
    assert b"/Pattern" not in data
    assert b"/Subtype /Image" not in data


def test_names_from_elsewhere_do_no_harm() -> None:
    name = "<script>&\"'\x00\n\u202e🦊"
    scene = Scene(Size(50, 50), (Text(Point(9, 9), name, 7, "#222222"),), name, name)
    assert render(scene, "pdf").startswith(b"%PDF")


def test_a_damaged_picture() -> None:
    image = Image(Box(0, 0, 9, 9), b"\x89PNG\r\n\x1a\n damaged", "image/png")
    with pytest.raises(ModelError) as caught:
        render(Scene(Size(9, 9), (image,)), "pdf")
    assert caught.value.message.startswith("unsupported drawing: ")
    assert caught.value.hint == "is a picture in it damaged, or very large?"


def test_the_same_bytes_again(scene: Scene) -> None:
    assert render(scene, "pdf") == render(scene, "pdf")
    assert render(scene, "pdf") != render(replace(scene, title="Another"), "pdf")


def test_pages_share_their_fonts(scene: Scene) -> None:
    data = render_pdf([scene, replace(scene, size=Size(50, 40))])
    assert re.findall(rb"/MediaBox \[([\d. ]+)\]", data) == [b"0 0 120 72", b"0 0 50 40"]
    assert data.count(b"/FontFile2 ") == render(scene, "pdf").count(b"/FontFile2 ")
    assert data.count(b"/Subtype /Image") == render(scene, "pdf").count(b"/Subtype /Image")


def test_the_table_of_objects_is_right(scene: Scene) -> None:
    data = render(scene, "pdf")
    start = int(data.rpartition(b"startxref\n")[2].split()[0])
    assert data[start:].startswith(b"xref\n0 ")
    places = re.findall(rb"(\d{10}) 00000 n ", data[start:])
    for number, place in enumerate(places, 1):
        assert data[int(place) :].startswith(b"%d 0 obj\n" % number)
    assert int(re.search(rb"/Size (\d+)", data[start:])[1]) == len(places) + 1


def test_streams_are_as_long_as_they_say(scene: Scene) -> None:
    data = render(scene, "pdf")
    for match in re.finditer(rb"/Length (\d+) >>\nstream\n", data):
        assert data[match.end() + int(match[1]) :].startswith(b"\nendstream")


def test_nothing_but_pictures_needs_a_library() -> None:
    code = (
        "import sys\nfrom net2fig.geometry import Point, Size\nfrom net2fig.render import render\n"
        "from net2fig.scene import Scene, Text\n"
        "render(Scene(Size(9, 9), (Text(Point(1, 5), 'a', 7, '#222222'),)), 'pdf')\n"
        "print(*{'pypdfium2', 'PIL', 'svgwrite', 'networkx'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []


def png(mode: str, colour: object) -> bytes:
    file = io.BytesIO()
    PIL.Image.new(mode, (3, 2), colour).save(file, "PNG")
    return file.getvalue()


def pictures(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return the colour space and the pixels of each picture."""
    form = rb"/ColorSpace (/\w+).*?stream\n(.*?)\nendstream"
    parts = re.findall(rb"/Subtype /Image.*?endobj", data, re.DOTALL)
    found = [re.search(form, part, re.DOTALL) for part in parts]
    return [(match[1], zlib.decompress(match[2])) for match in found]


def test_a_transparent_picture_has_a_mask() -> None:
    image = Image(Box(0, 0, 9, 9), png("RGBA", (255, 0, 128, 64)), "image/png")
    data = render(Scene(Size(9, 9), (image,)), "pdf")
    assert pictures(data) == [
        (b"/DeviceGray", bytes([64]) * 6),
        (b"/DeviceRGB", bytes([255, 0, 128]) * 6),
    ]
    assert data.count(b"/SMask ") == 1


def test_an_opaque_picture_has_none_and_is_there_once() -> None:
    image = Image(Box(0, 0, 9, 9), png("L", 77), "image/png")
    data = render(Scene(Size(9, 9), (image, image)), "pdf")
    assert pictures(data) == [(b"/DeviceRGB", bytes([77] * 3) * 6)]
    assert b"/SMask" not in data


def test_a_photograph_is_kept_as_it_is() -> None:
    file = io.BytesIO()
    PIL.Image.new("RGB", (8, 8), (9, 99, 199)).save(file, "JPEG")
    image = Image(Box(0, 0, 9, 9), file.getvalue(), "image/jpeg")
    data = render(Scene(Size(9, 9), (image,)), "pdf")
    assert b"/Filter /DCTDecode" in data
    assert file.getvalue() in data


def test_a_colour_that_is_none() -> None:
    with pytest.raises(ModelError, match=r"unsupported colour: 'url\(#a\)' \(must be '#rrggbb'\)"):
        write_colour("url(#a)")


@pytest.mark.parametrize("text", ["plain", "a (b) \\ c", "3×3 → 64", "🦊", ""])
def test_strings_are_read_back(text: str) -> None:
    written = format_string(text)
    if written.startswith("<"):
        assert bytes.fromhex(written[1:-1]).decode("utf-16") == text
    else:
        assert re.sub(r"\\(.)", r"\1", written[1:-1]) == text


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler is not installed")
def test_pdf_and_png_look_the_same(scene: Scene, tmp_path: Path) -> None:
    """Another program draws the file as PDFium does, but for the edges of letters.

    Left out is a picture of one pixel, which programs enlarge in ways of their own.
    """
    (tmp_path / "a.pdf").write_bytes(render(scene, "pdf"))
    words = ["pdftoppm", "-r", "300", "-png", "-singlefile", "a.pdf", "a"]
    subprocess.run(words, cwd=tmp_path, check=True, capture_output=True)
    size = (500, 300)
    one = PIL.Image.open(tmp_path / "a.png").convert("L").resize(size).filter(BLUR)
    data = io.BytesIO(render(scene, "png"))
    two = PIL.Image.open(data).convert("L").resize(size).filter(BLUR)
    one, two = (each.crop((0, 0, 390, 300)) for each in (one, two))
    histogram = PIL.ImageChops.difference(one, two).histogram()
    assert sum(histogram[48:]) == 0
