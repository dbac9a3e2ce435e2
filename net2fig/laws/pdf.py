"""L9 in the file itself: fonts embedded as TrueType or Type 1, text that can be selected.

Only as much of PDF is read as is needed for that: objects, compressed streams, fonts with their way
to Unicode, and the operators that set text. A page size, a place or a size of text that is not the
scene's is a breach as well: what was checked there would not be what is printed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import cos, hypot, radians, sin
from typing import Final

from net2fig.geometry import Point
from net2fig.laws.breach import Breach
from net2fig.laws.ink import ANCHORS
from net2fig.scene import Scene, Text
from net2fig.text import printable, text_width

EMBEDDED: Final = {b"TrueType", b"Type1", b"CIDFontType2", b"CIDFontType0"}
"""The kinds of font that print and search; a Type0 font stands for one of the CID kinds."""
NEAR: Final = 0.2
"""How far a letter may be from its place in the scene: widths in the file are whole thousandths."""
SIZE: Final = 0.01
"""How far sizes may differ, in points."""

TOKEN: Final = re.compile(
    rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>|\[|\]|/[^\s/\[\]()<>]+|[-+]?\d*\.?\d+|[A-Za-z'\"*]+",
    re.DOTALL,
)
ESCAPES: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in the file: where it begins, and its size."""

    char: str
    at: Point
    size: float


@dataclass(frozen=True, slots=True)
class Font:
    """What the codes of a font say, how wide each is in thousandths, and the bytes of a code."""

    chars: Mapping[bytes, str]
    widths: Mapping[bytes, float]
    bytes: int


def check_pdf(data: bytes, scene: Scene) -> list[Breach]:
    """Return where a PDF is not the scene, or its text is not text (L9)."""
    objects = _objects(data)
    return [*_sizes(objects, scene), *_fonts(objects), *_texts(objects, scene)]


def _objects(data: bytes) -> dict[int, bytes]:
    """Return the objects of a file by number, streams unpacked behind their dictionaries."""
    found = {}
    for match in re.finditer(rb"(?:^|\n)(\d+) 0 obj\b(.*?)\bendobj", data, re.DOTALL):
        head, _, rest = match[2].partition(b"stream")
        body = rest.lstrip(b"\r\n").rpartition(b"endstream")[0]
        if b"/FlateDecode" in head:
            body = zlib.decompressobj().decompress(body)
        found[int(match[1])] = head + b"stream\n" + body if rest else head
    return found


def _sizes(objects: Mapping[int, bytes], scene: Scene) -> Iterator[Breach]:
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    if len(pages) != 1:
        yield Breach("L9", f"the file has {len(pages)} pages")
    for page in pages:
        box = re.search(rb"/MediaBox\s*\[\s*([-\d.\s]+)\]", page)
        x0, y0, x1, y1 = map(float, box[1].split()) if box else (0.0, 0.0, 0.0, 0.0)
        off = max(abs(x1 - x0 - scene.size.width), abs(y1 - y0 - scene.size.height))
        if off > SIZE:
            size = f"{x1 - x0:.2f}×{y1 - y0:.2f}"
            wanted = f"{scene.size.width:.2f}×{scene.size.height:.2f}"
            yield Breach("L9", f"the page is {size} pt, the scene {wanted}")


def _fonts(objects: Mapping[int, bytes]) -> Iterator[Breach]:
    for body in objects.values():
        kind = re.search(rb"/Type\s*/Font\b.*?/Subtype\s*/(\w+)", body, re.DOTALL)
        if kind is None or kind[1] == b"Type0":
            continue
        name = re.search(rb"/BaseFont\s*/([^\s/]+)", body)
        called = name[1].decode("latin-1") if name else "without a name"
        if kind[1] not in EMBEDDED:
            yield Breach("L9", f"the font {called} is {kind[1].decode()}")
        elif b"/FontFile" not in _followed(objects, body, b"FontDescriptor"):
            yield Breach("L9", f"the font {called} is not embedded")


def _texts(objects: Mapping[int, bytes], scene: Scene) -> Iterator[Breach]:
    """Yield the texts of the scene that cannot be found, and letters found that are not in it."""
    waiting: dict[str, list[Letter]] = {}
    for letter in _letters(objects):
        if letter.char.strip():
            waiting.setdefault(letter.char, []).append(letter)
    for item, _ in scene.walk():
        if isinstance(item, Text):
            for wanted in _expected(item):
                near = [one for one in waiting.get(wanted.char, ()) if _off(one, wanted) <= NEAR]
                if not near:
                    yield Breach("L9", f"{item.string!r} cannot be found in the file", item.at)
                    break
                waiting[wanted.char].remove(near[0])
                if abs(near[0].size - item.size) > SIZE:
                    message = f"{item.string!r} is {near[0].size:g} pt, not {item.size:g}"
                    yield Breach("L9", message, item.at)
                    break
    for char, left in waiting.items():
        for letter in left:
            yield Breach("L9", f"{char!r} is in the file, but not in the scene", letter.at)


def _off(one: Letter, two: Letter) -> float:
    return hypot(one.at.x - two.at.x, one.at.y - two.at.y)


def _expected(text: Text) -> Iterator[Letter]:
    """Yield the letters of a text where the scene has them; a space has no ink."""
    string = printable(text.string)

    def width(part: str) -> float:
        return text_width(part, text.size, family=text.family, bold=text.bold, italic=text.italic)

    start, turn = -ANCHORS[text.anchor] * width(string), radians(text.angle)
    for number, char in enumerate(string):
        if char.strip():
            along = start + width(string[:number])
            at = text.at.moved(along * cos(turn), along * sin(turn))
            yield Letter(char, at, text.size)


def _letters(objects: Mapping[int, bytes]) -> Iterator[Letter]:
    """Yield the letters of all content streams.

    The page's own first matrix turns y downwards, so places are those of the scene.
    """
    fonts = {
        name: _font(objects, objects.get(int(number), b""))
        for body in objects.values()
        for block in re.findall(rb"/Font\s*<<(.*?)>>", body, re.DOTALL)
        for name, number in re.findall(rb"(/\S+)\s+(\d+)\s+0\s+R", block)
    }
    for body in objects.values():
        content = body.partition(b"stream\n")[2]
        for block in re.findall(rb"\bBT\b(.*?)\bET\b", content, re.DOTALL):
            yield from _block(block, fonts)


def _block(block: bytes, fonts: Mapping[bytes, Font]) -> Iterator[Letter]:
    """Yield the letters of one text object, moved on by each one's width and by what lies between.

    A place in it is (a x + e, b x + f) with the matrix (a b c d e f) and x in sizes of the font.
    """
    a = b = c = d = e = f = size = along = 0.0
    font = Font({}, {}, 1)
    held: list[bytes] = []
    for token in TOKEN.findall(block):
        if not token.isalpha():
            held.append(token)
            continue
        if token == b"Tm":
            a, b, c, d, e, f = map(float, held[-6:])
            along = 0.0
        elif token == b"Td":
            dx, dy = map(float, held[-2:])
            e, f, along = e + dx * a + dy * c, f + dx * b + dy * d, 0.0
        elif token == b"Tf":
            font, size = fonts.get(held[-2], font), float(held[-1])
        for piece in held if token in (b"Tj", b"TJ") else ():
            if piece[:1] not in b"(<":
                along -= 0.0 if piece in b"[]" else float(piece) / 1000 * size
                continue
            for code in _codes(piece, font.bytes):
                at = Point(e + along * a, f + along * b)
                yield Letter(font.chars.get(code, "\ufffd"), at, size * hypot(a, b))
                along += font.widths.get(code, 0.0) / 1000 * size
        held = []


def _codes(token: bytes, length: int) -> Iterator[bytes]:
    """Yield the codes of a string of a file."""
    if token.startswith(b"<"):
        codes = bytes.fromhex(token[1:-1].decode())
    else:
        codes = re.sub(rb"\\([0-7]{1,3}|.)", _unescaped, token[1:-1], flags=re.DOTALL)
    for at in range(0, len(codes), length):
        yield codes[at : at + length]


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if code.isdigit() else ESCAPES.get(code, code)


def _font(objects: Mapping[int, bytes], body: bytes) -> Font:
    """Return a font: its table of Unicode, and the widths of one of codes or of one of glyphs."""
    chars = _unicode(_followed(objects, body, b"ToUnicode"))
    wide = b"/Type0" in body
    if wide:
        inner = re.search(rb"/DescendantFonts\s*\[\s*(\d+)\s+0\s+R", body)
        table = objects.get(int(inner[1]), b"") if inner else b""
        lists = re.findall(rb"(\d+)\s*\[([-\d.\s]*)\]", table.partition(b"/W ")[2])
    else:
        first = re.search(rb"/FirstChar\s+(\d+)", body)
        listed = re.search(rb"/Widths\s*\[([-\d.\s]*)\]", body)
        lists = [(first[1], listed[1])] if first and listed else []
    length = 2 if wide else 1
    widths = {
        (int(start) + number).to_bytes(length, "big"): float(value)
        for start, values in lists
        for number, value in enumerate(values.split())
    }
    return Font(chars, widths, length)


def _unicode(table: bytes) -> dict[bytes, str]:
    """Return the letters of a font by their codes, from its table of Unicode; none without one."""
    letters = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, letter in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            letters[_hex(code)] = _hex(letter).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, letter in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                code = (int(first, 16) + step).to_bytes(len(first) // 2, "big")
                letters[code] = chr(int(letter, 16) + step)
    return letters


def _hex(digits: bytes) -> bytes:
    return bytes.fromhex(digits.decode())


def _followed(objects: Mapping[int, bytes], body: bytes, key: bytes) -> bytes:
    """Return the object that a key of a dictionary refers to."""
    found = re.search(rb"/" + key + rb"\s+(\d+)\s+0\s+R", body)
    return objects.get(int(found[1]), b"") if found else b""
