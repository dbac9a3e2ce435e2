"""A TrueType font with the outlines of some characters and no others, numbered anew.

Ensures: outline n is that of the nth character, outline 0 that of missing ones; parts of composite
outlines follow behind. The same font and characters give the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from net2fig.render.faces import Outlines, find_table, list_part_places, write_font

KEPT = ("cvt ", "fpgm", "head", "hhea", "maxp", "prep")
"""The tables that are kept beside outlines and widths."""

LONG_PLACES = struct.pack(">h", 1)


def compact_font(data: bytes, glyphs: Sequence[int], advances: Sequence[int]) -> bytes:
    """Return a font whose outlines are those of some glyphs, with these advances."""
    outlines = Outlines.read(data)
    numbers: dict[int, int] = {}
    chosen = [0, *glyphs]
    body, places, lefts, at = bytearray(), [0], list[int](), 0
    while at < len(chosen):
        outline = bytearray(outlines.outline(chosen[at]))
        for place in list_part_places(outline):
            (part,) = struct.unpack_from(">H", outline, place)
            if part not in numbers:
                numbers[part] = len(chosen)
                chosen.append(part)
            struct.pack_into(">H", outline, place, numbers[part])
        # Outlines begin where their bearing says, which is where they lie.
        lefts.append(struct.unpack_from(">h", outline, 2)[0] if outline else 0)
        body += outline
        body += bytes(-len(body) % 4)
        places.append(len(body))
        at += 1
    tables = {tag: table for tag in KEPT if (table := find_table(data, tag)) is not None}
    count = len(chosen)
    tables["head"] = tables["head"][:50] + LONG_PLACES + tables["head"][52:]
    tables["maxp"] = tables["maxp"][:4] + struct.pack(">H", count) + tables["maxp"][6:]
    tables["hhea"] = tables["hhea"][:34] + struct.pack(">H", count)
    widths = [*advances, *[0] * (count - len(advances))]
    pairs = zip(widths, lefts, strict=True)
    tables["hmtx"] = b"".join(struct.pack(">Hh", *pair) for pair in pairs)
    tables["glyf"] = bytes(body)
    tables["loca"] = struct.pack(f">{count + 1}I", *places)
    return write_font(data[:4], tables)
