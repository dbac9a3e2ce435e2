"""The metrics of the shipped fonts, against fontTools."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.fonts.metrics import (
    FAMILIES,
    MISSING_WIDTH,
    face_path,
    load_face,
    metrics,
    missing_glyphs,
    printable,
    read_face,
    text_width,
)

FACES = list(itertools.product(FAMILIES, (False, True), (False, True)))


@pytest.mark.parametrize(("family", "bold", "italic"), FACES)
def test_advances_equal_those_that_fonttools_reads(family: str, bold: bool, italic: bool) -> None:
    ttlib = pytest.importorskip("fontTools.ttLib")
    font = ttlib.TTFont(face_path(family, bold, italic))
    expected = {chr(code): font["hmtx"][glyph][0] for code, glyph in font.getBestCmap().items()}
    face = load_face(family, bold, italic)
    assert dict(face.advances) == expected
    assert face.em == font["head"].unitsPerEm
    assert (face.ascent, -face.descent) == (font["hhea"].ascent, font["hhea"].descent)
    assert face.cap_height == font["OS/2"].sCapHeight
    assert face.x_height == font["OS/2"].sxHeight


def test_width_is_that_of_the_metrically_equal_arial() -> None:
    # Arial's digits are 0.556 of the size, its lower-case l is 0.222.
    assert text_width("224", 1000) == pytest.approx(3 * 556, abs=1)
    assert text_width("l", 1000) == pytest.approx(222, abs=1)


def test_bold_is_wider_and_serif_is_narrower() -> None:
    plain = text_width("features", 7)
    assert text_width("features", 7, bold=True) > plain
    assert text_width("features", 7, family="serif") < plain


def test_a_family_that_does_not_ship_is_measured_as_the_sans() -> None:
    assert text_width("Conv", 7, family="Fira Sans") == text_width("Conv", 7)


def test_the_signs_that_figures_use_are_in_both_families() -> None:
    for family in FAMILIES:
        assert missing_glyphs("×→←–—…·≥≤≠−±²³°αβγλσ∑√∞?", family) == ()


def test_a_missing_character_has_the_stated_width_and_is_reported_once() -> None:
    assert missing_glyphs("層 a 層 ✓") == ("層", "✓")
    assert text_width("層", 10) == 10 * MISSING_WIDTH


def test_what_is_not_drawn_has_no_width() -> None:
    assert text_width("a\x00b\u202e", 10) == text_width("ab", 10)
    assert text_width("a\nb", 10) == text_width("a b", 10)
    assert text_width("", 10) == 0


@pytest.mark.parametrize(
    ("string", "drawn"),
    [
        ("3×3, 64", "3×3, 64"),
        ("two\nlines\tand more", "two lines and more"),
        ("right\u202eto\u200fleft\u2066", "righttoleft"),
        ("control\x00\x1b\x7f", "control"),
        ("surrogate\ud800 noncharacter\uffff", "surrogate noncharacter"),
        ("<script>&\"'", "<script>&\"'"),
        ("🦊", "🦊"),
    ],
)
def test_printable(string: str, drawn: str) -> None:
    assert printable(string) == drawn


def test_heights_grow_from_x_to_cap_to_ascent() -> None:
    heights = metrics(7)
    assert 0 < heights.x_height < heights.cap_height < heights.ascent < 7
    assert 0 < heights.descent < 7 / 3
    assert metrics(14).cap_height == pytest.approx(2 * heights.cap_height)


def test_reading_a_face_is_quick() -> None:
    best = min(_seconds() for _ in range(3))
    assert best < 0.05


def _seconds() -> float:
    start = time.perf_counter()
    read_face(face_path("sans"))
    return time.perf_counter() - start


@given(st.text(), st.text(), st.floats(1, 100))
def test_width_adds_up_and_grows_with_the_size(first: str, second: str, size: float) -> None:
    together = text_width(printable(first) + printable(second), size)
    assert together == pytest.approx(text_width(first, size) + text_width(second, size))
    assert text_width(first, 2 * size) == pytest.approx(2 * text_width(first, size))


@given(st.text())
def test_printable_is_idempotent_and_one_line(string: str) -> None:
    drawn = printable(string)
    assert printable(drawn) == drawn
    assert len(drawn.splitlines()) <= 1
    drawn.encode("utf-8")
