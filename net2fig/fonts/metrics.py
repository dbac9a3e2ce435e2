"""Measures text with the metrics of the fonts that ship with net2fig, or of the user's.

The fonts are TrueType or OpenType files; only the tables of metrics and names are read. Widths are
sums of advances, without kerning: as the PDF has it, and never less than in a browser. A family is
"sans" or "serif", or the path of the user's font file.
"""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct

from net2fig.data.resources import data_dir

FAMILIES: Final = {"sans": "LiberationSans", "serif": "LiberationSerif"}
"""The files of grammar/fonts by family, without the style at the end of their name."""

OWN_SUFFIXES: Final = (".ttf", ".otf")
"""How the files of fonts end that can be used beside those that ship."""

SIGNATURES: Final = (b"\x00\x01\x00\x00", b"true", b"OTTO")
"""How the files of fonts begin."""

BOLD: Final = 600
"""The weight from which on a face is bold."""

MISSING_WIDTH: Final = 1.0
"""The width, in sizes of the font, of a character that the font lacks: the square of a CJK sign."""


class FontMetrics(Struct, frozen=True):
    """Heights of a font at one size, in points; all are positive, `descent` as well."""

    ascent: float
    descent: float
    cap_height: float
    x_height: float


class Face(Struct, frozen=True):
    """One font file: advances by character and heights, in units of which `em` make one size."""

    em: int
    advances: Advances
    ascent: int
    descent: int
    cap_height: int
    x_height: int


class FontNames(Struct, frozen=True):
    """The names in a font file: family, full name, weight, and whether it is slanted.

    `permission` are the flags for embedding.
    """

    family: str
    full: str
    weight: int
    italic: bool
    permission: int


def is_font_path(family: str) -> bool:
    """Tell whether a family is the path of a font file."""
    return family.lower().endswith(OWN_SUFFIXES)


def text_width(
    string: str, size: float, *, family: str = "sans", bold: bool = False, italic: bool = False
) -> float:
    """Return the width of a line of text, in the unit of `size`.

    >>> round(text_width("net", 10), 2)
    13.9
    """
    face = load_face(family, bold, italic)
    advances = face.advances
    units: float = 0
    for char in printable(string):
        advance = advances.known.get(char) or advances.get(char)
        units += _missing_advance(char, face.em) if advance is None else advance
    return units * size / face.em


def metrics(
    size: float, *, family: str = "sans", bold: bool = False, italic: bool = False
) -> FontMetrics:
    """Return the heights of a font at a size."""
    face = load_face(family, bold, italic)
    unit = size / face.em
    return FontMetrics(
        face.ascent * unit, face.descent * unit, face.cap_height * unit, face.x_height * unit
    )


def missing_glyphs(string: str, family: str = "sans") -> tuple[str, ...]:
    """Return the characters that the family cannot draw, each once, in order.

    >>> missing_glyphs("3×3 ✓")
    ('✓',)
    """
    advances = load_face(family).advances
    return tuple(dict.fromkeys(char for char in printable(string) if char not in advances))


def printable(string: str) -> str:
    r"""Return the string as it is drawn: one line of visible characters.

    Breaks and tabs become spaces. Control characters, lone surrogates and marks of direction are
    dropped: they are not allowed in XML, or would change the order of the text.


    >>> printable("a\nb\x00")
    'a b'
    """
    if string.isprintable():
        return string
    return "".join(_printable_chars(string))


def _printable_chars(string: str) -> Iterator[str]:
    for char in string:
        category = unicodedata.category(char)
        if char in "\t\n\r\v\f" or category in ("Zl", "Zp"):
            yield " "
        elif not category.startswith("C"):
            yield char


def _missing_advance(char: str, em: int) -> float:
    return 0.0 if unicodedata.combining(char) else MISSING_WIDTH * em


@cache
def load_face(family: str, bold: bool = False, italic: bool = False) -> Face:
    """Return the metrics of a face; a name of a family that does not ship means the sans."""
    return read_face(face_path(family, bold, italic))


def face_path(family: str, bold: bool = False, italic: bool = False) -> Path:
    """Return the file of a face; of a font of one's own the bold one where there is one."""
    if is_font_path(family):
        return (bold_file(family) if bold else None) or Path(family)
    style = ("Bold" if bold else "") + ("Italic" if italic else "")
    stem = FAMILIES.get(family, FAMILIES["sans"])
    return data_dir("grammar") / "fonts" / f"{stem}-{style or 'Regular'}.ttf"


@cache
def bold_file(family: str) -> Path | None:
    """Return the bold face that lies beside a font of one's own, the one nearest to weight 700.

    It has the same family and the same beginning of its name.
    """
    path = Path(family)
    mine = read_names(path)
    faces: list[tuple[int, str, Path]] = []
    for other in sorted(path.parent.glob(f"*{path.suffix}")):
        if other.name[:4].lower() == path.name[:4].lower() and other != path:
            try:
                named = read_names(other)
            except (OSError, struct.error, KeyError, IndexError, ValueError):
                continue
            if named.family == mine.family and named.weight >= BOLD and not named.italic:
                faces.append((abs(named.weight - 700), other.name, other))
    return min(faces)[2] if faces else None


_stamps: dict[str, tuple[tuple[int, int], ...]] = {}
"""The states of fonts of one's own when they were read."""


def forget_if_changed(path: str | Path) -> None:
    """Clear the caches of fonts if one of the user's, or a file beside it, has changed."""
    file = Path(path)
    stamp = tuple(
        (state.st_mtime_ns, state.st_size)
        for state in (each.stat() for each in _beside(file) if each.exists())
    )
    if _stamps.setdefault(str(path), stamp) != stamp:
        _stamps[str(path)] = stamp
        for cached in (load_face, bold_file, read_names, read_postscript_name):
            cached.cache_clear()


def _beside(path: Path) -> list[Path]:
    """Return a font and those beside it that may be its bold face."""
    return [path, *sorted(path.parent.glob(f"{path.name[:4]}*{path.suffix}"))]


@cache
def read_names(path: Path) -> FontNames:
    """Return the names in a font file; the family is that of all its weights, if stated."""
    data = path.read_bytes()
    tables = tables_of(data)
    names = dict(_names(data, tables["name"]))
    (weight,) = struct.unpack_from(">H", data, tables["OS/2"] + 4)
    (permission,) = struct.unpack_from(">H", data, tables["OS/2"] + 8)
    (selection,) = struct.unpack_from(">H", data, tables["OS/2"] + 62)
    family = names.get(16) or names[1]
    return FontNames(family, names.get(4, family), weight, bool(selection & 1), permission)


@cache
def read_postscript_name(path: Path) -> str:
    """Return the name of a font for PostScript and PDF: letters, digits and hyphens."""
    data = path.read_bytes()
    names = dict(_names(data, tables_of(data)["name"]))
    name = names.get(6) or names.get(4) or path.stem
    return "".join(char for char in name if char.isascii() and (char.isalnum() or char == "-"))


def _names(data: bytes, start: int) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each name in English."""
    count, strings = struct.unpack_from(">HH", data, start + 2)
    for record in range(count):
        platform, _, language, name, length, offset = struct.unpack_from(
            ">6H", data, start + 6 + 12 * record
        )
        if (platform, language) == (3, 0x409):
            at = start + strings + offset
            yield name, data[at : at + length].decode("utf-16-be")


def read_face(path: Path) -> Face:
    """Read the metrics of a font file.

    Requires: a cmap for Windows' Unicode in format 4, as nearly all fonts have.
    """
    data = path.read_bytes()
    tables = tables_of(data)
    (em,) = struct.unpack_from(">H", data, tables["head"] + 18)
    ascent, descent = struct.unpack_from(">hh", data, tables["hhea"] + 4)
    (long_metrics,) = struct.unpack_from(">H", data, tables["hhea"] + 34)
    (version,) = struct.unpack_from(">H", data, tables["OS/2"])
    x_height, cap_height = em // 2, 7 * em // 10
    if version >= 2:  # before, a font did not tell
        x_height, cap_height = struct.unpack_from(">hh", data, tables["OS/2"] + 86)
    widths = struct.unpack_from(f">{2 * long_metrics}H", data, tables["hmtx"])[::2]
    advances = Advances(Glyphs(data, tables), widths)
    return Face(em, advances, ascent, -descent, cap_height, x_height)


def tables_of(data: bytes) -> dict[str, int]:
    """Return the position of each table in the file."""
    if data[:4] not in SIGNATURES:
        raise ValueError("unknown format: neither TrueType nor OpenType")
    (count,) = struct.unpack_from(">H", data, 4)
    records = struct.iter_unpack(">4sIII", data[12 : 12 + 16 * count])
    return {tag.decode("latin-1"): offset for tag, _, offset, _ in records}


class Glyphs(Mapping[str, int]):
    """The glyph of each character of a font, looked up when a text needs it.

    The table is a cmap of format 4. It holds segments of codes, as four arrays. A segment's glyph
    is the code plus a delta, or stands in an array behind, at an offset counted from the offset's
    own place.
    """

    def __init__(self, data: bytes, tables: Mapping[str, int]) -> None:
        start = _unicode_cmap(data, tables["cmap"])
        (format,) = struct.unpack_from(">H", data, start)
        if format != 4:
            raise ValueError(f"unsupported table: characters in format {format} (must be 4)")
        (double,) = struct.unpack_from(">H", data, start + 6)
        count = double // 2
        self.data = data
        self.ends = struct.unpack_from(f">{count}H", data, start + 14)
        self.firsts = struct.unpack_from(f">{count}H", data, start + 16 + double)
        self.deltas = struct.unpack_from(f">{count}H", data, start + 16 + 2 * double)
        self.place = start + 16 + 3 * double
        self.offsets = struct.unpack_from(f">{count}H", data, self.place)
        self.known: dict[str, int] = {}

    def __getitem__(self, char: str) -> int:
        """Return the glyph of a character, or raise `KeyError`."""
        if char not in self.known:
            code = ord(char)
            segment = bisect_left(self.ends, code)
            in_segment = segment < len(self.ends) and self.firsts[segment] <= code
            self.known[char] = self._glyph(code, segment) if in_segment else 0
        if not self.known[char]:
            raise KeyError(char)
        return self.known[char]

    def __iter__(self) -> Iterator[str]:
        """Yield the characters of the font."""
        for segment, (first, end) in enumerate(zip(self.firsts, self.ends, strict=True)):
            for code in range(first, end + 1):
                if self._glyph(code, segment):
                    yield chr(code)

    def __len__(self) -> int:
        """Return the number of characters."""
        return sum(1 for _ in self)

    def _glyph(self, code: int, segment: int) -> int:
        """Return the glyph of a code of a segment; 0 is that of missing characters."""
        glyph, offset = code, self.offsets[segment]
        if offset:
            where = self.place + 2 * segment + offset + 2 * (code - self.firsts[segment])
            (glyph,) = struct.unpack_from(">H", self.data, where)
            if not glyph:
                return 0
        return int(glyph + self.deltas[segment]) & 0xFFFF


class Advances(Mapping[str, int]):
    """The advance of each character of a font."""

    def __init__(self, glyphs: Glyphs, widths: Sequence[int]) -> None:
        self.glyphs, self.widths = glyphs, widths
        self.known: dict[str, int] = {}

    def __getitem__(self, char: str) -> int:
        """Return the advance of a character, or raise `KeyError`."""
        if char not in self.known:
            # Glyphs beyond the last long metric are as wide as it.
            self.known[char] = self.widths[min(self.glyphs[char], len(self.widths) - 1)]
        return self.known[char]

    def __iter__(self) -> Iterator[str]:
        """Yield the characters of the font."""
        return iter(self.glyphs)

    def __len__(self) -> int:
        """Return the number of characters."""
        return len(self.glyphs)


def _unicode_cmap(data: bytes, cmap: int) -> int:
    """Return the position of the subtable for Windows' Unicode (platform 3, encoding 1)."""
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for record in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * record)
        if (platform, encoding) == (3, 1):
            return cmap + int(offset)
    raise ValueError("missing table: characters of Unicode")
