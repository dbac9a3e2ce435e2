"""The PDF, read back lightly: cairo writes its dictionaries as plain text."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from msgspec.structs import replace

from net2fig.data.grammar import texture_names
from net2fig.errors import ModelError
from net2fig.geometry import Box, Point, Size
from net2fig.render import render
from net2fig.render.cairo.library import fetch_own, find_bundled_cairo
from net2fig.render.cairo.pdf import complete_date
from net2fig.scene import Image, Scene, Text, Texture, rounded
from net2fig.scene import Path as Shape

ROOT = Path(__file__).parents[3]

CHILD = """
import sys
from net2fig.geometry import Point, Size
from net2fig.render import render
from net2fig.scene import Scene, Text
if "layout" in sys.argv:
    import pygraphviz
    graph = pygraphviz.AGraph("digraph { a -> b }")
    graph.layout("dot")
texts = (
    Text(Point(5, 20), "Conv 3×3 → 64", 7, "#222222"),
    Text(Point(5, 40), "Times", 7, "#222222", family="serif", bold=True),
)
scene = Scene(Size(99, 50), texts, title="From elsewhere")
for format in ("pdf", "png"):
    sys.stdout.buffer.write(render(scene, format))
try:
    print(*{line.split()[-1] for line in open("/proc/self/maps") if ".so" in line}, file=sys.stderr)
except OSError:
    pass
"""


def child(*arguments: str, prefix: tuple[str, ...] = (), **changes: str) -> tuple[bytes, str]:
    """What another process draws, and the libraries that it used."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **changes}
    command = [*prefix, sys.executable, "-c", CHILD, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    return done.stdout, done.stderr.decode()


@pytest.fixture(scope="session")
def drawing_bytes() -> bytes:
    """The bytes to which every process must come."""
    return child()[0]


def streams(data: bytes) -> list[bytes]:
    """All streams of a file that are compressed, unpacked."""
    found = re.findall(rb"/FlateDecode\b.*?stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    return [zlib.decompress(stream) for stream in found]


def test_the_page_is_as_large_as_the_drawing(scene: Scene) -> None:
    data = render(scene, "pdf")
    assert data.startswith(b"%PDF-1.")
    assert re.findall(rb"/MediaBox \[ ([\d. ]+) \]", data) == [b"0 0 120 72"]
    assert len(re.findall(rb"/Type /Page\b", data)) == 1


def test_fonts_are_embedded_as_truetype_and_none_is_foreign(scene: Scene) -> None:
    data = render(scene, "pdf")
    fonts = sorted(re.findall(rb"/BaseFont /[A-Z]{6}\+([\w-]+)", data))
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


def test_text_can_be_selected(scene: Scene) -> None:
    content = b"".join(streams(render(scene, "pdf")))
    words = [
        b"".join(re.findall(rb"\((.*?)\)", part)) for part in re.findall(rb"\[(.*?)\]TJ", content)
    ]
    plain = re.findall(rb"\((.*?)\)Tj", content)
    assert {b"Features", b"64", b"serif"} <= {*words, *plain}


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


def test_mending_the_date_moves_no_byte() -> None:
    before = b"<<\n   /CreationDate (20000101000000Z)\n>>"
    after = complete_date(before)
    assert after == b"<<\n /CreationDate (D:20000101000000Z)\n>>"
    assert len(after) == len(before)
    assert complete_date(after) == after


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


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://localhost/a.png", "a.png", "data:,x"]
)
def test_nothing_is_fetched(url: str) -> None:
    with pytest.raises(ModelError) as caught:
        fetch_own(url, "image/*")
    assert caught.value.message.startswith(f"unsupported image/* in a drawing: {url!r}")


def test_the_same_bytes_again(scene: Scene) -> None:
    assert render(scene, "pdf") == render(scene, "pdf")
    assert render(scene, "pdf") != render(replace(scene, title="Another"), "pdf")


def test_the_same_bytes_in_another_place_time_and_tongue(
    drawing_bytes: bytes, tmp_path: Path
) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text("<fontconfig><dir>/usr/share/fonts</dir></fontconfig>")
    elsewhere = {"TZ": "Asia/Tokyo", "LC_ALL": "de_DE.UTF-8", "HOME": str(tmp_path)}
    assert child(FONTCONFIG_FILE=str(config), **elsewhere)[0] == drawing_bytes


@pytest.mark.skipif(find_bundled_cairo() is None, reason="pygraphviz is not from a wheel")
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs /proc")
def test_cairo_and_fontconfig_are_those_of_the_wheel() -> None:
    libraries = child()[1].split()
    used = [path for path in libraries if re.search(r"lib(cairo|fontconfig|freetype)[.-]", path)]
    assert len(used) == 3
    assert all("pygraphviz" in path for path in used)


def _can_hide() -> bool:
    if not (
        find_bundled_cairo()
        and shutil.which("unshare")
        and hasattr(os, "geteuid")
        and os.geteuid() == 0
    ):
        return False
    return (
        subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0
    )


HIDING = """
for folder in /usr/share/fonts /usr/local/share/fonts /etc/fonts /var/cache/fontconfig; do
    [ ! -d $folder ] || mount -t tmpfs none $folder
done
find /lib /usr/lib /usr/local/lib -name 'libcairo.so*' -o -name 'libfontconfig.so*' |
while read -r library; do mount --bind /dev/null "$library" || exit 1; done
exec "$@"
"""
"""Covers the system's fonts and libraries, for this process alone."""


@pytest.mark.skipif(not _can_hide(), reason="needs to be root on Linux, to hide files")
@pytest.mark.parametrize("first", ["drawing", "layout"])
def test_the_same_bytes_without_the_cairo_and_the_fonts_of_the_system(
    drawing_bytes: bytes, first: str
) -> None:
    hidden = ("unshare", "-m", "sh", "-euc", HIDING, "sh")
    data, libraries = child(first, prefix=hidden)
    assert hashlib.sha256(data).digest() == hashlib.sha256(drawing_bytes).digest()
    assert "Fontconfig" not in libraries or first == "layout"
