"""Fonts of the author's own, as a drawing holds them: only what its texts need.

A font file is a directory of tables. Those that set letters are kept, those that place them in
another way than one after the other are left out, and of TrueType outlines only those in use.

Ensures: the same texts and the same font give the same bytes.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from net2fig.fonts.metrics import (
    Glyphs,
    bold_file,
    is_font_path,
    printable,
    read_names,
    tables_of,
)
from net2fig.scene import Scene, Text

KEPT = (
    "CFF ",
    "OS/2",
    "cmap",
    "cvt ",
    "fpgm",
    "glyf",
    "head",
    "hhea",
    "hmtx",
    "loca",
    "maxp",
    "name",
    "post",
    "prep",
)
"""The tables that are kept, in the order of the file."""

CHECK = 0xB1B0AFBA
"""What the sum of a font file is made to be."""

# Flags of a part of a composite glyph.
WORDS, SCALE, MORE, TWO_SCALES, MATRIX = 0x0001, 0x0008, 0x0020, 0x0040, 0x0080


def find_font_files(scenes: Iterable[Scene]) -> dict[Path, set[str]]:
    """Return the files of the author's own fonts that drawings use, with their characters."""
    files: dict[Path, set[str]] = {}
    for scene in scenes:
        for item, _ in scene.walk():
            if isinstance(item, Text) and is_font_path(item.family):
                bold = bold_file(item.family) if item.bold else None
                files.setdefault(bold or Path(item.family), set()).update(printable(item.string))
    return files


def write_font_faces(scenes: Iterable[Scene]) -> str:
    """Return the rules of CSS by which drawings hold the fonts that they use."""
    files = find_font_files(scenes)
    return "".join(_write_rule(path, files[path]) for path in sorted(files))


def _write_rule(path: Path, chars: set[str]) -> str:
    names = read_names(path)
    kind = "otf" if path.suffix.lower() == ".otf" else "ttf"
    data = base64.b64encode(subset_font(path.read_bytes(), chars)).decode("ascii")
    weight = "bold" if names.weight >= 600 else "normal"
    return (
        f"@font-face {{ font-family: {quote_family(names.family)}; font-weight: {weight};"
        f' src: url("data:font/{kind};base64,{data}"); }}\n'
    )


def quote_family(family: str) -> str:
    """Return the name of a family in the notation of CSS."""
    return "'" + "".join(char for char in printable(family) if char not in "'\"\\;,{}()<>&") + "'"


def subset_font(data: bytes, chars: Iterable[str]) -> bytes:
    """Return a font file with all that is needed to set some characters."""
    tables = {tag: table for tag in KEPT if (table := find_table(data, tag)) is not None}
    tables["post"] = b"\x00\x03\x00\x00" + tables["post"][4:32]
    if "glyf" in tables:
        by_char = Glyphs(data, tables_of(data))
        glyphs = {by_char[char] for char in chars if char in by_char}
        tables |= _subset_outlines(data, glyphs)
    return write_font(data[:4], tables)


def find_table(data: bytes, tag: str) -> bytes | None:
    """Return a table of a font file, if it has one."""
    (count,) = struct.unpack_from(">H", data, 4)
    for name, _, offset, length in struct.iter_unpack(">4sIII", data[12 : 12 + 16 * count]):
        if name.decode("latin-1") == tag:
            return data[offset : offset + length]
    return None


class Outlines(Struct, frozen=True):
    """The outlines of a TrueType font, by the number of the glyph; `unit` is that of its places."""

    glyf: bytes
    places: tuple[int, ...]
    unit: int
    letter: str

    @staticmethod
    def read(data: bytes) -> Outlines:
        """Read the outlines of a font file."""
        head, loca, glyf = (find_table(data, tag) or b"" for tag in ("head", "loca", "glyf"))
        long = struct.unpack_from(">h", head, 50)[0]
        unit, letter = (1, "I") if long else (2, "H")
        count = len(loca) // struct.calcsize(letter)
        places = tuple(place * unit for place in struct.unpack(f">{count}{letter}", loca))
        return Outlines(glyf, places, unit, letter)

    def __len__(self) -> int:
        """Return the number of outlines."""
        return len(self.places) - 1

    def outline(self, glyph: int) -> bytes:
        """Return the outline of a glyph; that of one that is not there is empty."""
        if not 0 <= glyph < len(self):
            return b""
        return self.glyf[self.places[glyph] : self.places[glyph + 1]]


def _subset_outlines(data: bytes, glyphs: set[int]) -> dict[str, bytes]:
    """Return the outlines of some glyphs, of the first, and of all that they are composed of."""
    outlines = Outlines.read(data)
    used, waiting = set[int](), [0, *glyphs]
    while waiting:
        glyph = waiting.pop()
        if glyph not in used and glyph < len(outlines):
            used.add(glyph)
            outline = outlines.outline(glyph)
            waiting.extend(
                struct.unpack_from(">H", outline, place)[0] for place in list_part_places(outline)
            )
    body, places = bytearray(), [0]
    for glyph in range(len(outlines)):
        if glyph in used:
            body += outlines.outline(glyph)
            body += bytes(-len(body) % 4)
        places.append(len(body) // outlines.unit)
    return {"glyf": bytes(body), "loca": struct.pack(f">{len(places)}{outlines.letter}", *places)}


def list_part_places(outline: bytes | bytearray) -> Iterator[int]:
    """Yield where a composite outline names each of the glyphs that it consists of."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return
    at, flags = 10, MORE
    while flags & MORE:
        (flags,) = struct.unpack_from(">H", outline, at)
        yield at + 2
        at += 4 + (4 if flags & WORDS else 2)
        at += 2 if flags & SCALE else 4 if flags & TWO_SCALES else 8 if flags & MATRIX else 0


def write_font(signature: bytes, tables: Mapping[str, bytes]) -> bytes:
    """Return tables as a font file, its sums right."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    steps = (power * 16, power.bit_length() - 1, (count - power) * 16)
    head = bytearray(signature + struct.pack(">HHHH", count, *steps))
    body = bytearray()
    for tag in sorted(tables):
        table = tables[tag]
        if tag == "head":
            table = table[:8] + bytes(4) + table[12:]
        place = 12 + 16 * count + len(body)
        head += struct.pack(">4sIII", tag.encode("latin-1"), _compute_sum(table), place, len(table))
        if tag == "head":
            adjusted = len(body) + 8
        body += table + bytes(-len(table) % 4)
    total = (_compute_sum(bytes(head)) + _compute_sum(bytes(body))) & 0xFFFFFFFF
    body[adjusted : adjusted + 4] = struct.pack(">I", (CHECK - total) & 0xFFFFFFFF)
    return bytes(head + body)


def _compute_sum(data: bytes) -> int:
    padded = data + bytes(-len(data) % 4)
    total: int = sum(struct.unpack(f">{len(padded) // 4}I", padded))
    return total & 0xFFFFFFFF
