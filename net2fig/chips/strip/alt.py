"""Strip → a description for screen readers: "conv, pool, 3 × (2 × conv, add), dense"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from net2fig.chips.strip.strip import Cell, Plate, Strip

LONGEST = 600
"""The approximate maximum length of a description: it is heard, not read."""

Namer = Callable[[Cell], str]


def describe_strip(strip: Strip, name: Namer) -> str:
    """Return a sentence about the pieces of a strip in order; equal neighbours are counted."""
    text = _join_pieces(strip, name)
    if len(text) <= LONGEST:
        return f"{text}."
    return text[:LONGEST].rpartition(",")[0] + ", …"


def _join_pieces(strip: Strip, name: Namer) -> str:
    return ", ".join(_count_repeats(strip, name))


def _count_repeats(strip: Strip, name: Namer) -> Iterator[str]:
    """Yield the pieces of a strip in words, "2 × conv" for two equal neighbours.

    Plates are not counted so: two with the same words contain layers of different sizes.
    """
    for word, same in groupby(_name_pieces(strip, name)):
        count = sum(1 for _ in same)
        if count == 1:
            yield word
        elif _is_layer_name(word):
            yield f"{count} × {word}"
        else:
            yield from [word] * count


def _name_pieces(strip: Strip, name: Namer) -> Iterator[str]:
    """Yield each piece in words; a cell that is drawn several times as often."""
    for piece in strip.pieces:
        if isinstance(piece, Cell):
            yield name(piece)
        elif isinstance(piece, Plate):
            yield from _describe_plate(piece, name)
        else:
            lanes = " | ".join(_join_pieces(lane, name) for lane in piece.lanes)
            yield f"({lanes})"


def _describe_plate(plate: Plate, name: Namer) -> Iterator[str]:
    if plate.is_bare:
        yield from _name_pieces(plate.strip, name)
        return
    inner = _join_pieces(plate.strip, name)
    single = len(plate.strip.pieces) == 1 and isinstance(plate.strip.pieces[0], Cell)
    if plate.count == 1:
        yield f"{plate.name}: {_add_brackets(inner)}"
    elif single:
        yield from [inner] * plate.count
    else:
        yield f"{plate.count} × {_add_brackets(inner)}"


def _is_layer_name(word: str) -> bool:
    """Tell whether a word is the name of a layer."""
    return not set(word) & set("(×:")


def _add_brackets(text: str) -> str:
    return f"({text})" if "," in text else text
