"""Strip → words, for whoever cannot see the chip: "conv, pool, 3 × (2 × conv, add), dense"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from net2fig.chips.strip import Cell, Piece, Plate, Strip

LONGEST = 600
"""A description has about so many letters at most: it is heard, not read."""

Name = Callable[[Cell], str]


def sentence(strip: Strip, name: Name) -> str:
    """Return what stands in a strip, in order; equal neighbours are counted."""
    text = _row(strip, name)
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rpartition(",")[0] + " …"


def _row(strip: Strip, name: Name) -> str:
    return ", ".join(_counted(strip, name))


def _counted(strip: Strip, name: Name) -> Iterator[str]:
    """Yield each piece in words, "2 × conv" where two of the same stand side by side."""
    words = (word for piece in strip.pieces for word in _piece(piece, name))
    for word, same in groupby(words):
        count = sum(1 for _ in same)
        yield word if count == 1 else f"{count} × {_bracketed(word)}"


def _piece(piece: Piece, name: Name) -> list[str]:
    if isinstance(piece, Cell):
        return [name(piece)]
    if isinstance(piece, Plate):
        if piece.bare:
            return list(_counted(piece.strip, name))
        inner = _row(piece.strip, name)
        if piece.count == 1:
            return [f"{piece.name}: {_bracketed(inner)}"]
        # A cell that is drawn several times is counted with its neighbours.
        single = len(piece.strip.pieces) == 1 and isinstance(piece.strip.pieces[0], Cell)
        return [inner] * piece.count if single else [f"{piece.count} × {_bracketed(inner)}"]
    lanes = " | ".join(_row(lane, name) for lane in piece.lanes)
    return [f"({lanes})"]


def _bracketed(text: str) -> str:
    return f"({text})" if "," in text else text
