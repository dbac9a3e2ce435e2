"""Emphasises the differences from the reference: everything that equals it is drawn pale.

Requires: strips of a table.
Ensures: the reference is unchanged; in other strips, a piece is pale if it has an equal in the
reference, in the order of both. Pieces are equal if they show the same cells with the same
features, equally often.
"""

from __future__ import annotations

from collections.abc import Hashable
from difflib import SequenceMatcher

from msgspec.structs import replace

from net2fig.chips.drawing.lines import flatten
from net2fig.chips.strip.strip import Cell, Fork, Piece, Plate, Strip


def make_common_pale(strip: Strip, reference: Strip) -> Strip:
    """Return a strip with all pale that the reference has as well."""
    strip, reference = flatten(strip), flatten(reference)
    reference_keys = [_make_key(piece) for piece in reference.pieces]
    keys = [_make_key(piece) for piece in strip.pieces]
    matcher = SequenceMatcher(None, reference_keys, keys, autojunk=False)
    same = {block.b + step for block in matcher.get_matching_blocks() for step in range(block.size)}
    pieces = tuple(
        _make_piece_pale(piece) if number in same else piece
        for number, piece in enumerate(strip.pieces)
    )
    return replace(strip, pieces=pieces)


def _make_key(piece: Piece) -> Hashable:
    """Return a key that is equal for pieces with the same cells and features."""
    if isinstance(piece, Cell):
        features = piece.output.features if piece.output else None
        return piece.type, piece.curve, features
    if isinstance(piece, Plate):
        return "plate", piece.count, tuple(map(_make_key, piece.strip.pieces))
    return "fork", tuple(tuple(map(_make_key, lane.pieces)) for lane in piece.lanes)


def _make_piece_pale(piece: Piece) -> Piece:
    if isinstance(piece, Cell):
        return replace(piece, pale=True)
    if isinstance(piece, Plate):
        return replace(piece, strip=_make_strip_pale(piece.strip))
    assert isinstance(piece, Fork)
    return replace(piece, lanes=tuple(map(_make_strip_pale, piece.lanes)))


def _make_strip_pale(strip: Strip) -> Strip:
    return replace(strip, pieces=tuple(map(_make_piece_pale, strip.pieces)))
