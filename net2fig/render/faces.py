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
    places = tables_of(data)
    tables = {tag: _find_table(data, tag) for tag in KEPT if tag in places}
    tables["post"] = b"\x00\x03\x00\x00" + tables["post"][4:32]
    if "glyf" in tables:
        by_char = Glyphs(data, places)
        glyphs = {by_char[char] for char in chars if char in by_char}
        tables |= _subset_outlines(tables, glyphs)
    return _write_file(data[:4], tables)


def _find_table(data: bytes, tag: str) -> bytes:
    (count,) = struct.unpack_from(">H", data, 4)
    for name, _, offset, length in struct.iter_unpack(">4sIII", data[12 : 12 + 16 * count]):
        if name.decode("latin-1") == tag:
            return data[offset : offset + length]
    raise KeyError(tag)


def _subset_outlines(tables: Mapping[str, bytes], glyphs: set[int]) -> dict[str, bytes]:
    """Return the outlines of some glyphs, of the first, and of all that they are composed of."""
    long = struct.unpack_from(">h", tables["head"], 50)[0]
    unit, letter = (1, "I") if long else (2, "H")
    count = len(tables["loca"]) // struct.calcsize(letter)
    starts = [start * unit for start in struct.unpack(f">{count}{letter}", tables["loca"])]
    glyf = tables["glyf"]

    def read_outline(glyph: int) -> bytes:
        return glyf[starts[glyph] : starts[glyph + 1]]

    used, waiting = set[int](), [0, *glyphs]
    while waiting:
        glyph = waiting.pop()
        if glyph not in used and glyph < count - 1:
            used.add(glyph)
            waiting.extend(_list_parts(read_outline(glyph)))
    body, places = bytearray(), [0]
    for glyph in range(count - 1):
        if glyph in used:
            body += read_outline(glyph)
            body += bytes(-len(body) % 4)
        places.append(len(body) // unit)
    return {"glyf": bytes(body), "loca": struct.pack(f">{count}{letter}", *places)}


def _list_parts(outline: bytes) -> Iterator[int]:
    """Yield the glyphs that a composite one consists of."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return
    at, flags = 10, MORE
    while flags & MORE:
        flags, glyph = struct.unpack_from(">HH", outline, at)
        yield glyph
        at += 4 + (4 if flags & WORDS else 2)
        at += 2 if flags & SCALE else 4 if flags & TWO_SCALES else 8 if flags & MATRIX else 0


def _write_file(signature: bytes, tables: Mapping[str, bytes]) -> bytes:
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
