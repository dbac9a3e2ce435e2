"""The fonts of a PDF: what their codes say, and how wide each is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

ESCAPES: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class Font(Struct, frozen=True):
    """What the codes of a font say, how wide each is in thousandths, and the bytes of a code."""

    chars: Mapping[bytes, str]
    widths: Mapping[bytes, float]
    bytes: int


def fonts_of(objects: Mapping[int, bytes], names: Mapping[bytes, int]) -> dict[bytes, Font]:
    """Return the fonts by the names that content streams know them by."""
    return {name: _font(objects, objects.get(number, b"")) for name, number in names.items()}


def codes_of(token: bytes, length: int) -> Iterator[bytes]:
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
    chars = _unicode(followed(objects, body, b"ToUnicode"))
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


def followed(objects: Mapping[int, bytes], body: bytes, key: bytes) -> bytes:
    """Return the object that a key of a dictionary refers to."""
    found = re.search(rb"/" + key + rb"\s+(\d+)\s+0\s+R", body)
    return objects.get(int(found[1]), b"") if found else b""
