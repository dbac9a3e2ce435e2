"""Arcs over a strip: data that jumps over its neighbours.

Requires: anchors of both ends, and the tops of all pieces, from left to right.
Ensures: an arc is above every piece between its ends and above every arc within it; two arcs whose
spans overlap have different heights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from net2fig.chips.strip.strip import CUT
from net2fig.geometry import Point
from net2fig.scene import KAPPA, Command, Curve, Line, Move

SPREAD = 0.22
"""How far from its middle, in widths of a cell, arcs land on a cell at which others begin."""

LANDING = 0.35
"""Between the end of an arc and the top of the cell."""


class Anchor(Struct, frozen=True):
    """The points of a piece where arcs end (`x`, `top`) and begin (`x_out`, `top_out`)."""

    x: float
    top: float
    x_out: float
    top_out: float


class PlacedArc(Struct, frozen=True):
    """An arc from (x0, y0) up to `top`, and down to (x1, y1).

    If a line of the chip ends under the arc, the arc is cut and continues in the next line.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    top: float
    cut_left: bool = False
    cut_right: bool = False


def place_arcs(
    ends: Sequence[tuple[str, str]],
    anchors: Mapping[str, Anchor],
    tops: Sequence[tuple[float, float, float]],
    clear: float,
    cell: float,
) -> list[PlacedArc]:
    """Return the arcs between ends, each as low as the pieces below it allow."""
    begin = {source for source, _ in ends} - {CUT}
    stop = {target for _, target in ends} - {CUT}
    left, right = min(tops)[0], max(top[1] for top in tops)
    spans = []
    for source, target in ends:
        start = anchors.get(source, Anchor(left, 0.0, left, 0.0))
        end = anchors.get(target, Anchor(right, 0.0, right, 0.0))
        # Arcs that spread at the first or the last piece of a line still stay within the line.
        x0 = min(start.x_out + (SPREAD * cell if source in stop else 0.0), right)
        x1 = max(end.x - (SPREAD * cell if target in begin else 0.0), left)
        spans.append((x0, start.top_out, x1, end.top, source == CUT, target == CUT))
    arcs: list[PlacedArc] = []
    for x0, y0, x1, y1, *cuts in sorted(spans, key=lambda span: (span[2] - span[0], span[0])):
        under = [top for left, right, top in tops if left < x1 and x0 < right]
        under += [arc.top for arc in arcs if arc.x0 < x1 and x0 < arc.x1]
        top = min([*under, y0, y1]) - clear - compute_rise(x1 - x0, cell) * 0.25
        arcs.append(PlacedArc(x0, y0 - LANDING, x1, y1 - LANDING, top, *cuts))
    return arcs


def compute_rise(span: float, cell: float) -> float:
    """Return the height of the round part of an arc."""
    return min(span / 3, cell * 0.8)


def draw_arc(arc: PlacedArc, cell: float) -> tuple[Command, ...]:
    """Return an arc: straight up, a round corner, across, a round corner, down."""
    wide = min((arc.x1 - arc.x0) / 2, cell * 1.6)
    tall = min(compute_rise(arc.x1 - arc.x0, cell), arc.y0 - arc.top, arc.y1 - arc.top)
    k, h = wide * (1 - KAPPA), tall * (1 - KAPPA)
    x0, x1, top = arc.x0, arc.x1, arc.top
    up: tuple[Command, ...] = (
        Move(Point(x0, arc.y0)),
        Line(Point(x0, top + tall)),
        Curve(Point(x0, top + h), Point(x0 + k, top), Point(x0 + wide, top)),
    )
    down: tuple[Command, ...] = (
        Line(Point(x1 - wide, top)),
        Curve(Point(x1 - k, top), Point(x1, top + h), Point(x1, top + tall)),
        Line(Point(x1, arc.y1)),
    )
    begin = (Move(Point(x0, top)),) if arc.cut_left else up
    return (*begin, Line(Point(x1, top))) if arc.cut_right else (*begin, *down)
