"""Break a strip that is too wide for its column into lines, as text is broken.

Requires: a width that every single piece fits.
Ensures: no line is wider; pieces keep their order; an arc over a break goes off to the right and
comes in from the left. Lines end where no arc is, if that does not leave them half empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from net2fig.chips.drawing.place import ChipSpacing, place_strip
from net2fig.chips.drawing.placed import PlacedStrip
from net2fig.chips.strip.strip import CUT, Arc, Plate, Strip

FULL = 0.55
"""The least filled share of a line that may end early, where no arc is."""


def flatten(strip: Strip) -> Strip:
    """Return the strip without bare plates around all of it."""
    while len(strip.pieces) == 1 and isinstance(strip.pieces[0], Plate):
        plate = strip.pieces[0]
        if not plate.is_bare:
            break
        strip = plate.strip
    return strip


def measure_widest(strip: Strip, spacing: ChipSpacing) -> float:
    """Return the width of the piece that needs most."""
    pieces = flatten(strip).pieces
    return max(place_strip(Strip((piece,)), spacing).width for piece in pieces)


def break_strip(strip: Strip, spacing: ChipSpacing, width: float) -> list[PlacedStrip]:
    """Return the lines of a strip, each with everything in its place."""
    strip = flatten(strip)
    one_line = place_strip(strip, spacing)
    if one_line.width <= width or len(strip.pieces) == 1:
        return [one_line]
    widths = [place_strip(Strip((piece,)), spacing).width for piece in strip.pieces]
    gap = max(spacing.sizes.gap, spacing.pause if strip.breaks else 0.0)
    room = width - 4 * spacing.sizes.gap
    free = _find_free_breaks(strip)
    stops = _find_stops(widths, gap, room, free)
    # The least width that needs no more lines: none is left nearly empty.
    for share in range(50, 100, 5):
        even = _find_stops(widths, gap, room * share / 100, free)
        if len(even) == len(stops) and max(widths) <= room * share / 100:
            stops = even
            break
    starts = [0, *stops[:-1]]
    parts = [_cut_strip(strip, start, stop) for start, stop in zip(starts, stops, strict=True)]
    return [place_strip(part, spacing) for part in parts]


def stack_lines(lines: Sequence[PlacedStrip], gap: float) -> PlacedStrip:
    """Return lines beneath each other, about the baseline of the first."""
    stack = lines[0]
    base = 0.0
    for above, line in pairwise(lines):
        base += above.below + gap + line.above
        stack = stack.combine(line.moved(0.0, base))
    return replace(stack, width=max(line.width for line in lines))


def _find_stops(
    widths: Sequence[float], gap: float, room: float, free: Sequence[bool]
) -> list[int]:
    """Return where each line ends."""
    stops = [0]
    while stops[-1] < len(widths):
        stops.append(_find_stop(widths, stops[-1], gap, room, free))
    return stops[1:]


def _find_free_breaks(strip: Strip) -> list[bool]:
    """Tell for each place between pieces whether no arc is over it."""
    order = {piece.key: number for number, piece in enumerate(strip.pieces)}
    covered = [0] * (len(order) + 1)
    for arc in strip.arcs:
        first = order.get(arc.source, -1) + 1
        last = order.get(arc.target, len(order))
        for number in range(first, last + 1):
            covered[number] += 1
    return [count == 0 for count in covered]


def _find_stop(
    widths: Sequence[float], start: int, gap: float, room: float, free: Sequence[bool]
) -> int:
    """Return the end of the line that begins at `start`."""
    used, stop = 0.0, start
    good: int | None = None
    while stop < len(widths):
        used += widths[stop] + (gap if stop > start else 0.0)
        if used > room and stop > start:
            return good or stop
        stop += 1
        if stop < len(free) and free[stop] and used > FULL * room:
            good = stop
    return stop


def _cut_strip(strip: Strip, start: int, stop: int) -> Strip:
    """Return the pieces from `start` to `stop` and the remaining parts of the arcs."""
    pieces = strip.pieces[start:stop]
    inside = {piece.key for piece in pieces}
    arcs = dict.fromkeys(
        Arc(
            arc.source if arc.source in inside else CUT,
            arc.target if arc.target in inside else CUT,
        )
        for arc in strip.arcs
        if arc.source in inside or arc.target in inside
    )
    return Strip(pieces, tuple(arcs), strip.breaks - {pieces[0].key})
