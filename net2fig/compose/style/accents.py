"""Which group has which accent: the same name has the same one from figure to figure.

Ensures: the accents of a figure differ as long as there are enough. Where two groups would have
one, the group with more glyphs in the figure has it; groups that stand in bodies alone come last.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from string import ascii_uppercase
from zlib import crc32

from net2fig.data.grammar import load_names
from net2fig.outline import Definition, Outline

SERIES = re.compile(r" ([A-Z])$")
"""The letter of a group that is one of several."""


def assign_accents(
    outline: Outline, definitions: Sequence[Definition], count: int, taken: Collection[int]
) -> dict[str, int]:
    """Return the number of the accent of each group, from 0; beyond `count` they are used again.

    `taken` are the accents that an author gave to something else.
    """
    glyphs: dict[str, int] = {}
    for block in outline.blocks:
        glyphs[block.type] = glyphs.get(block.type, 0) + block.is_group
    numbers: dict[str, int] = {}
    used = {*taken}
    for definition in sorted(definitions, key=lambda each: -glyphs.get(each.name, 0)):
        turn = 0
        while turn * count + count <= len(used):
            turn += 1
        first = choose_accent(definition.name, count)
        places = [turn * count + (first + step) % count for step in range(count)]
        number = next((place for place in places if place not in used), len(used))
        used.add(number)
        numbers[definition.name] = number
    return numbers


def choose_accent(name: str, count: int) -> int:
    """Return the accent that a name has by itself.

    Groups of a series follow each other; a name that nobody knows has one by its letters.
    """
    accents = load_names().accents
    letter = SERIES.search(name)
    base = SERIES.sub("", name)
    step = ascii_uppercase.index(letter[1]) if letter else 0
    first = accents[base] - 1 if base in accents else crc32(base.encode())
    return (first + step) % count
