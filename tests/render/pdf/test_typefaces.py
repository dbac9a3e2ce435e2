"""Embedded fonts, held against fontTools: the same outlines and widths, under other numbers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from net2fig.fonts.metrics import face_path, load_face
from net2fig.render.pdf.compact_font import compact_font
from net2fig.render.pdf.objects import Objects
from net2fig.render.pdf.typefaces import Typeface
from tests.fonts.test_find import outlined

__all__ = ["outlined"]

ttlib = pytest.importorskip("fontTools.ttLib")
pens = pytest.importorskip("fontTools.pens.recordingPen")

TEXT = "Conv 3×3 → 64 é Ǻ ½ ✓"


def outline(font: Any, name: str) -> list:
    pen = pens.DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    return pen.value


@pytest.mark.parametrize("family", ["sans", "serif"])
@pytest.mark.parametrize("bold", [False, True])
def test_outlines_and_widths_are_those_of_the_font(family: str, bold: bool) -> None:
    path = face_path(family, bold)
    whole = ttlib.TTFont(path)
    names = whole.getBestCmap()
    chars = [char for char in dict.fromkeys(TEXT) if ord(char) in names]
    glyphs = [whole.getGlyphID(names[ord(char)]) for char in chars]
    advances = [whole["hmtx"][names[ord(char)]][0] for char in chars]
    data = compact_font(path.read_bytes(), glyphs, [100, *advances])
    small = ttlib.TTFont(io.BytesIO(data))
    order = small.getGlyphOrder()
    for number, char in enumerate(chars, 1):
        name = names[ord(char)]
        assert outline(small, order[number]) == outline(whole, name)
        assert small["hmtx"][order[number]] == whole["hmtx"][name]
    assert outline(small, order[0]) == outline(whole, ".notdef")
    assert len(data) < path.stat().st_size / 10


def test_every_character_has_a_code_of_its_own() -> None:
    typeface = Typeface(face_path("sans"), "F1")
    text = "Aa\u00a0 \u2212-✓字\u0301"
    codes = typeface.encode(text)
    assert len({codes[at : at + 4] for at in range(1, len(codes) - 1, 4)}) == len(text)
    assert typeface.encode(text) == codes
    em = load_face("sans").em
    # As text is measured: a sign that is missing is as wide as its size, a mark over one is not.
    marks = load_face("sans").advances.get("\u0301", 0)
    assert [typeface._advance(char) for char in "字\u0301"] == [em, marks]


def test_the_table_of_unicode_lists_all_in_parts() -> None:
    typeface = Typeface(face_path("sans"), "F1")
    typeface.encode("".join(map(chr, range(0x20, 0x17F))))
    table = typeface._write_table()
    counts = [int(line.split()[0]) for line in table.splitlines() if line.endswith("beginbfchar")]
    assert sum(counts) == 0x17F - 0x20
    assert max(counts) <= 100


def test_a_font_with_postscript_outlines_is_embedded_whole(outlined: Path) -> None:
    typeface = Typeface(outlined, "F1")
    typeface.encode("net")
    objects = Objects()
    typeface.add(objects)
    text = b"\n".join(body for body in objects.bodies if body)
    assert b"/FontFile3 " in text
    assert b"/Subtype /OpenType" in text
    assert b"/Subtype /CIDFontType0" in text
