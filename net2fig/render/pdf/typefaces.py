"""The fonts of a PDF: embedded with the characters in use, which can be searched and copied.

Each character of a TrueType font has a code of its own, also where two look alike or the font has
no shape for it. Fonts with PostScript outlines are embedded whole, and a code is a glyph.
"""

from __future__ import annotations

import hashlib
import struct
import unicodedata
from pathlib import Path

from net2fig.fonts.metrics import MISSING_WIDTH, Glyphs, read_face, read_postscript_name, tables_of
from net2fig.render.faces import find_table, subset_font
from net2fig.render.numbers import format_number
from net2fig.render.pdf.compact_font import compact_font
from net2fig.render.pdf.objects import Objects, refer

POSTSCRIPT = b"OTTO"
"""How a font with PostScript outlines begins."""

SYMBOLIC = "4"
STEM = "80"
"""The flags and the stroke that a font is described with; nobody needs them where it is there."""

BLOCK = 100
"""The most characters that a part of a table of Unicode may list."""

TABLE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{blocks}endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


class Typeface:
    """A font of one file: gives out codes while text is written, and is added at the end."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.data = path.read_bytes()
        self.face = read_face(path)
        self.glyphs = Glyphs(self.data, tables_of(self.data))
        self.is_postscript = self.data.startswith(POSTSCRIPT)
        self.codes: dict[str, int] = {}

    def encode(self, text: str) -> str:
        """Return the codes of a text, as a string of a content stream."""
        return "<" + "".join(f"{self._code(char):04X}" for char in text) + ">"

    def _code(self, char: str) -> int:
        if char not in self.codes:
            glyph = self.glyphs.get(char, 0)
            self.codes[char] = glyph if self.is_postscript else len(self.codes) + 1
        return self.codes[char]

    def _advance(self, char: str) -> int:
        """Return the advance of a character, as text is measured."""
        advance = self.face.advances.get(char)
        if advance is not None:
            return advance
        return 0 if unicodedata.combining(char) else int(MISSING_WIDTH * self.face.em)

    def add(self, objects: Objects) -> int:
        """Add the font with all characters that were encoded; return the number of its object."""
        file = self._add_file(objects)
        digest = hashlib.sha256(repr((self.path.name, [*self.codes])).encode()).digest()
        tag = "".join(chr(65 + byte % 26) for byte in digest[:6])
        base = f"/{tag}+{read_postscript_name(self.path)}"
        descriptor = objects.add(
            {
                "Type": "/FontDescriptor",
                "FontName": base,
                "Flags": SYMBOLIC,
                "FontBBox": f"[{' '.join(map(self._scale, self._read_box()))}]",
                "ItalicAngle": "0",
                "Ascent": self._scale(self.face.ascent),
                "Descent": self._scale(-self.face.descent),
                "CapHeight": self._scale(self.face.cap_height),
                "StemV": STEM,
                "FontFile3" if self.is_postscript else "FontFile2": refer(file),
            }
        )
        kind = {"Subtype": "/CIDFontType0"}
        if not self.is_postscript:
            kind = {"Subtype": "/CIDFontType2", "CIDToGIDMap": "/Identity"}
        inner = objects.add(
            {
                "Type": "/Font",
                **kind,
                "BaseFont": base,
                "CIDSystemInfo": "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
                "FontDescriptor": refer(descriptor),
                "W": f"[{self._list_widths()}]",
            }
        )
        table = objects.add_stream(self._write_table().encode())
        return objects.add(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": base,
                "Encoding": "/Identity-H",
                "DescendantFonts": f"[{refer(inner)}]",
                "ToUnicode": refer(table),
            }
        )

    def _add_file(self, objects: Objects) -> int:
        if self.is_postscript:
            data = subset_font(self.data, self.codes)
            return objects.add_stream(data, {"Subtype": "/OpenType"})
        data = self.make_subset()
        return objects.add_stream(data, {"Length1": str(len(data))})

    def make_subset(self) -> bytes:
        """Return the font with the characters that were encoded; their codes number its glyphs.

        Requires: its outlines are TrueType.
        """
        glyphs = [self.glyphs.get(char, 0) for char in self.codes]
        advances = [int(self.face.em / 2), *map(self._advance, self.codes)]
        return compact_font(self.data, glyphs, advances)

    def _list_widths(self) -> str:
        widths = {code: self._advance(char) for char, code in reversed(self.codes.items())}
        return " ".join(f"{code} [{self._scale(widths[code])}]" for code in sorted(widths))

    def _read_box(self) -> tuple[int, ...]:
        return struct.unpack_from(">4h", find_table(self.data, "head") or bytes(44), 36)

    def _scale(self, units: float) -> str:
        """Return units of the font in thousandths of its size."""
        return format_number(units * 1000 / self.face.em)

    def _write_table(self) -> str:
        """Return the table that tells which characters the codes stand for."""
        letters = {code: char for char, code in reversed(self.codes.items())}
        lines = [
            f"<{code:04X}> <{letters[code].encode('utf-16-be').hex().upper()}>\n"
            for code in sorted(letters)
        ]
        blocks = ""
        for start in range(0, len(lines), BLOCK):
            part = lines[start : start + BLOCK]
            blocks += f"{len(part)} beginbfchar\n{''.join(part)}endbfchar\n"
        return TABLE.format(blocks=blocks)
