"""Fonts of one's own: found, measured and held by the file."""

from __future__ import annotations

import base64
import io
import re
import shutil
import struct
from pathlib import Path
from typing import Any

import pytest

from net2fig.errors import UsageError
from net2fig.figure import Figure, draw
from net2fig.fonts import find
from net2fig.fonts.find import NO_FONT, find_font, font_file
from net2fig.fonts.metrics import bold_file, face_path, metrics, read_names, text_width
from net2fig.render.faces import subset_font
from tests.conftest import ROOT

MODEL = ROOT / "gallery" / "models" / "resnet50.network.json"


@pytest.fixture
def serif(tmp_path: Path) -> Path:
    """A TrueType font with a bold face beside it, as if it were somebody's own."""
    for style in ("Regular", "Bold", "Italic"):
        source = face_path("serif").with_name(f"LiberationSerif-{style}.ttf")
        shutil.copy(source, tmp_path / f"Mine-{style}.ttf")
    return tmp_path / "Mine-Regular.ttf"


@pytest.fixture
def outlined(tmp_path: Path) -> Path:
    """An OpenType font with outlines of PostScript, and no bold face."""
    builder = pytest.importorskip("fontTools.fontBuilder")
    pens = pytest.importorskip("fontTools.pens.t2CharStringPen")
    chars = [chr(code) for code in range(32, 127)] + ["×"]
    names = [".notdef", *(f"u{ord(char):04X}" for char in chars)]
    made = builder.FontBuilder(1000, isTTF=False)
    made.setupGlyphOrder(names)
    made.setupCharacterMap({ord(char): f"u{ord(char):04X}" for char in chars})
    strings = {}
    for name in names:
        pen = pens.T2CharStringPen(600, None)
        for step, point in enumerate([(50, 0), (550, 0), (550, 700), (50, 700)]):
            (pen.lineTo if step else pen.moveTo)(point)
        pen.closePath()
        strings[name] = pen.getCharString()
    made.setupCFF("Boxes-Regular", {"FullName": "Boxes"}, strings, {})
    made.setupHorizontalMetrics(dict.fromkeys(names, (600, 50)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    names = {"familyName": "Boxes", "styleName": "Regular", "fullName": "Boxes"}
    made.setupNameTable({**names, "psName": "Boxes-Regular"})
    made.setupOS2(sxHeight=500, sCapHeight=700, usWeightClass=400, fsType=0)
    made.setupPost()
    path = tmp_path / "Boxes.otf"
    made.save(path)
    return path


def figure(font: Path) -> Figure:
    return draw(MODEL, template="cvpr", font=str(font))


def faces(text: str) -> dict[str, Any]:
    """Return the fonts that a file holds, by family and weight, as fontTools reads them."""
    ttlib = pytest.importorskip("fontTools.ttLib")
    rule = (
        r"@font-face { font-family: '([^']*)'; font-weight: (\w+);"
        r' src: url\("data:font/\w+;base64,([^"]*)'
    )
    return {
        f"{family} {weight}": ttlib.TTFont(io.BytesIO(base64.b64decode(data)), checkChecksums=2)
        for family, weight, data in re.findall(rule, text.replace("&quot;", '"'))
    }


def test_texts_are_as_wide_as_the_font_says(serif: Path, outlined: Path) -> None:
    assert text_width("Conv", 7, family=str(serif)) == text_width("Conv", 7, family="serif")
    bold = text_width("×3", 7, family="serif", bold=True)
    assert text_width("×3", 7, family=str(serif), bold=True) == bold
    assert text_width("Conv", 10, family=str(outlined)) == pytest.approx(24)
    assert text_width("Conv", 10, family=str(outlined), bold=True) == pytest.approx(24)
    assert metrics(10, family=str(outlined)).cap_height == pytest.approx(7)
    wide = figure(outlined).report["width_pt"], draw(MODEL, template="cvpr").report["width_pt"]
    assert wide[0] != wide[1]


def test_the_svg_holds_what_its_texts_need(serif: Path) -> None:
    text = figure(serif).to_bytes("svg").decode()
    assert "font-family=\"'Liberation Serif', " in text
    held = faces(text)
    assert set(held) == {"Liberation Serif normal", "Liberation Serif bold"}
    font, bold = held["Liberation Serif normal"], held["Liberation Serif bold"]
    glyphs, by_char = font["glyf"], font.getBestCmap()
    assert all(glyphs[by_char[ord(char)]].numberOfContours for char in "Conv228×")
    assert glyphs[by_char[ord("@")]].numberOfContours == 0
    assert bold["glyf"][by_char[ord("C")]].numberOfContours == 0
    assert "GPOS" not in font
    assert len(text) < 400_000


def test_outlines_of_postscript_are_held_whole(outlined: Path) -> None:
    held = faces(figure(outlined).to_bytes("svg").decode())
    assert set(held) == {"Boxes normal"}
    strings = held["Boxes normal"]["CFF "].cff.topDictIndex[0].CharStrings
    assert "u0043" in strings


def test_a_composite_glyph_brings_its_parts(serif: Path) -> None:
    ttlib = pytest.importorskip("fontTools.ttLib")
    font = ttlib.TTFont(io.BytesIO(subset_font(serif.read_bytes(), "é")))
    name = font.getBestCmap()[ord("é")]
    whole = ttlib.TTFont(serif)
    assert font["glyf"][name].isComposite() == whole["glyf"][name].isComposite()
    pen = pytest.importorskip("fontTools.pens.recordingPen")
    drawn = [pen.DecomposingRecordingPen(each.getGlyphSet()) for each in (font, whole)]
    for each, of in zip(drawn, (font, whole), strict=True):
        of.getGlyphSet()[name].draw(each)
    assert drawn[0].value == drawn[1].value != []


def test_the_pdf_holds_the_font_and_no_pictures_of_it(serif: Path, outlined: Path) -> None:
    for path, name in ((serif, b"LiberationSerif"), (outlined, b"Boxes-Regular")):
        data = figure(path).to_bytes("pdf")
        assert re.search(rb"/FontName /[A-Z]{6}\+" + name, data)
        assert b"/Type3" not in data
        assert b"LiberationSans" not in data


def test_the_page_holds_a_font_once(serif: Path) -> None:
    made = draw(MODEL, template="cvpr", font=str(serif)).to_bytes("html").decode()
    assert made.count("<svg") > 1
    assert made.count("@font-face") == 2
    assert "@font-face" in made.partition("</style>")[0]


def test_the_same_font_gives_the_same_bytes_wherever_it_lies(serif: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    for path in tmp_path.glob("*.ttf"):
        shutil.copy(path, other)
    for format in ("svg", "pdf"):
        assert figure(serif).to_bytes(format) == figure(other / serif.name).to_bytes(format)
    assert str(tmp_path) not in figure(serif).to_bytes("svg").decode()


def test_a_font_without_a_bold_face_is_not_made_bold(outlined: Path, serif: Path) -> None:
    assert bold_file(str(outlined)) is None
    assert bold_file(str(serif)) == serif.with_name("Mine-Bold.ttf")
    assert b"font-weight" not in figure(outlined).to_bytes("svg").partition(b"</style>")[2]
    assert b'font-weight="bold"' in figure(serif).to_bytes("svg")


# Names


@pytest.fixture
def shelf(serif: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without fontconfig on which the font is installed."""
    monkeypatch.setattr(find, "FOLDERS", (str(serif.parent),))
    monkeypatch.setattr(find.shutil, "which", lambda _: None)
    for function in (find._list_installed, find.find_font):
        function.cache_clear()
    yield serif
    for function in (find._list_installed, find.find_font):
        function.cache_clear()


def test_a_name_means_the_regular_face(shelf: Path) -> None:
    assert read_names(shelf).family == "Liberation Serif"
    assert find_font("liberation  SERIF") == shelf
    assert find_font("Liberation Serif Bold") == shelf.with_name("Mine-Bold.ttf")
    assert find_font("Liberation") is None
    assert draw(MODEL, font="Liberation Serif").to_bytes("svg") == draw(
        MODEL, font=str(shelf)
    ).to_bytes("svg")


@pytest.mark.skipif(shutil.which("fc-list") is None, reason="needs fontconfig")
def test_fontconfig_is_asked_where_it_is() -> None:
    for family, path in find._list_installed()[:3]:
        assert family
        assert path.suffix.lower() in {".ttf", ".otf"}


@pytest.mark.skipif(not shutil.which("fc-match"), reason="fontconfig is not installed")
def test_a_font_that_is_not_free_has_others_in_its_place(monkeypatch) -> None:
    orders = {"Times": ["Nimbus Roman", "Termes", "Sans"], NO_FONT: ["Sans"]}
    monkeypatch.setattr(find, "_order_families", lambda name: orders.get(name, ["Sans"]))
    families = ["Nimbus Roman", "Sans"]
    assert find._hint("Times", families) == "the nearest that is installed: 'Nimbus Roman'"
    assert find._hint("Zapf", families).startswith("the file of a font may be given")
    assert find._hint("Roman", families) == "the nearest that is installed: 'Nimbus Roman'"


@pytest.mark.parametrize(
    ("name", "expected", "hint"),
    [
        ("Liberation Serfi", "unknown font: 'Liberation Serfi' in --font (", "did you mean 'L"),
        ("Comic", "unknown font: 'Comic' in --font (1 families", "the file of a font may"),
        ("no.ttf", "missing font: 'no.ttf' in --font (no such file)", None),
        ("text.ttf", "unsupported font: 'text.ttf' in --font (unknown format: neither", None),
        ("half.ttf", "unsupported font: 'half.ttf' in --font (it is damaged)", None),
        ("closed.ttf", "unsupported font: 'closed.ttf' in --font (it forbids to be embed", None),
    ],
)
def test_what_cannot_be_used_is_told(
    shelf: Path, name: str, expected: str, hint: str | None
) -> None:
    folder, data = shelf.parent, shelf.read_bytes()
    (folder / "text.ttf").write_text("no font")
    (folder / "half.ttf").write_bytes(data[:3000])
    place = data.index(b"OS/2")
    (offset,) = struct.unpack_from(">I", data, place + 8)
    (folder / "closed.ttf").write_bytes(data[: offset + 8] + b"\x00\x02" + data[offset + 10 :])
    with pytest.raises(UsageError) as caught:
        font_file(name, folder)
    assert caught.value.message.startswith(expected)
    assert (caught.value.hint or "").startswith(hint or "")


def test_a_grouping_file_names_a_file_beside_it(serif: Path) -> None:
    config = serif.parent / "net2fig.toml"
    config.write_text('font = "Mine-Regular.ttf"', encoding="utf-8")
    assert draw(MODEL, config=config).options.font == str(serif)
    config.write_text("font = 'no.otf'", encoding="utf-8")
    with pytest.raises(UsageError, match=r"^missing font: 'no\.otf' in .*net2fig\.toml, font"):
        draw(MODEL, config=config)


def test_a_family_that_ships_is_a_font_as_well() -> None:
    text = draw(MODEL, font="serif").to_bytes("svg").decode()
    assert 'font-family="Liberation Serif, ' in text
    assert "@font-face" not in text
