"""Aligns the chips of a table: equal stages stand below each other.

A stage is a run of pieces with one resolution, counted as halvings of the input, so that networks
for images of different sizes are aligned as well.

    ▮▮▯▮▮▯▮▮▮▯▮      0 0 1 1 1 2 …
    ▮▯  ▮▯▮▮  ▮      each stage begins after the widest of the stages before it

Requires: strips that go along one line.
Ensures: stages of one column begin at one x; the pieces of a row keep their order and, except
before a stage, their distances.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from math import log2

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.drawing.lines import flatten
from net2fig.chips.drawing.place import ChipSpacing, place_strip
from net2fig.chips.strip.strip import Cell, Fork, Piece, Plate, Strip
from net2fig.network import Network

VECTOR = "vector"
UNKNOWN = "unknown"


class ChipStage(Struct, frozen=True):
    """Pieces of one resolution in a row: the index of the first, and its level."""

    level: Hashable
    start: int
    stop: int


def align_stages(
    strips: Sequence[Strip], resolutions: Sequence[int | None], first: int, spacing: ChipSpacing
) -> list[Strip]:
    """Return the strips with room before their stages; strip number `first` is in the lead.

    `wholes` are the input resolutions of the networks.
    """
    strips = [flatten(strip) for strip in strips]
    stages = [
        find_stages(strip, resolution)
        for strip, resolution in zip(strips, resolutions, strict=True)
    ]
    order = [first, *(number for number in range(len(strips)) if number != first)]
    columns = _assign_columns([[stage.level for stage in stages[number]] for number in order])
    column_of = dict(zip(order, columns, strict=True))
    ends = [0.0] * len(strips)
    pads: list[list[tuple[str, float]]] = [[] for _ in strips]
    at = [0] * len(strips)
    for column in sorted({column for each in columns for column in each}):
        here = [n for n in order if column in column_of[n]]
        naturals = {n: ends[n] + _measure_gap(strips[n], stages[n][at[n]], spacing) for n in here}
        start = max(naturals.values())
        for number in here:
            stage = stages[number][at[number]]
            room = start - naturals[number]
            if room > 0.01:
                pads[number].append((strips[number].pieces[stage.start].key, room))
            ends[number] = start + _measure_width(strips[number], stage, spacing)
            at[number] += 1
    return [replace(strip, pads=tuple(each)) for strip, each in zip(strips, pads, strict=True)]


def find_input_resolution(network: Network) -> int | None:
    """Return the input resolution of a network."""
    sizes = [network[port.layer].extent() for port in network.inputs]
    return max((size.resolution for size in sizes if size and size.resolution), default=None)


def find_stages(strip: Strip, input_resolution: int | None) -> list[ChipStage]:
    """Return the stages of a strip, in their order; `whole` is the resolution of the input."""
    levels: list[Hashable] = []
    for piece in strip.pieces:
        cell = _find_last_cell(piece)
        resolution = cell.output.resolution if cell.output else None
        input_resolution = input_resolution or resolution
        if resolution and input_resolution:
            levels.append(round(log2(input_resolution / resolution)))
        else:
            levels.append(VECTOR if cell.output and not cell.output.spatial else UNKNOWN)
    starts = [n for n, level in enumerate(levels) if n == 0 or level != levels[n - 1]]
    stops = [*starts[1:], len(levels)]
    return [ChipStage(levels[a], a, b) for a, b in zip(starts, stops, strict=True)]


def _find_last_cell(piece: Piece) -> Cell:
    """Return the cell whose output a piece gives on; of a fork, that of its first lane."""
    if isinstance(piece, Cell):
        return piece
    inner = piece.strip if isinstance(piece, Plate) else piece.lanes[0]
    if isinstance(piece, Fork):
        inner = next((lane for lane in piece.lanes if lane.pieces), inner)
    return _find_last_cell(inner.pieces[-1])


def _assign_columns(rows: Sequence[Sequence[Hashable]]) -> list[list[int]]:
    """Return the column of every stage: rows are laid over all rows before them in turn."""
    master: list[tuple[int, Hashable]] = []
    columns_by_row: list[list[int]] = []
    order: list[int] = []
    for row in rows:
        matcher = SequenceMatcher(None, [level for _, level in master], list(row), autojunk=False)
        merged: list[tuple[int, Hashable]] = []
        columns: list[int] = []
        for _, a, b, c, d in matcher.get_opcodes():
            same = master[a:b] if b - a == d - c and _is_equal(master[a:b], row[c:d]) else []
            added = [] if same else [(len(order) + n, level) for n, level in enumerate(row[c:d])]
            order += [0] * len(added)
            merged += same or [*master[a:b], *added]
            columns += [key for key, _ in (same or added)]
        master = merged
        columns_by_row.append(columns)
    place_of = {key: number for number, (key, _) in enumerate(master)}
    return [[place_of[key] for key in columns] for columns in columns_by_row]


def _is_equal(some: Sequence[tuple[int, Hashable]], row: Sequence[Hashable]) -> bool:
    return [level for _, level in some] == list(row)


def _measure_gap(strip: Strip, stage: ChipStage, spacing: ChipSpacing) -> float:
    """Return the distance before a stage when nothing is aligned."""
    if stage.start == 0:
        return 0.0
    wide = strip.pieces[stage.start].key in strip.breaks
    return spacing.pause if wide else spacing.sizes.gap


def _measure_width(strip: Strip, stage: ChipStage, spacing: ChipSpacing) -> float:
    pieces = strip.pieces[stage.start : stage.stop]
    keys = frozenset(piece.key for piece in pieces[1:])
    return place_strip(Strip(pieces, (), strip.breaks & keys), spacing).width
