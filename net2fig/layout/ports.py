r"""Where the edges of a side meet a glyph: at handles, at one port, or along a straight side.

 fan         port        handles      side
  /|---      |   ,---     |  ,---      |  ,---     A fan opens as far as its lanes lie. That is
 / |         |   |        |--'         |--'        bounded: beyond it the lines travel and not
 \ |         |---o---     |--,         |-----      the glyph.
  \|---      |   '---     |  '---      |--.

Requires: the y of every lane at the side, from top to bottom.
Ensures: handles and points stand in the order of their lanes; handles reach no further than the
bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from net2fig.layout.graph import Handle, Meeting, Spacing

STRAIGHT = 0.015
"""Less of a turn than that is none."""
TRACK = 3.0
"""How far apart lines are that turn beside each other."""
ROOM = 0.5
"""How much further than closely stacked handles may reach, in heights of the other side."""
MOST_HANDLES = 3
"""A fan has no more handles than so many."""


class Side(Struct, frozen=True):
    """One side of a glyph: its handles, the y where each edge meets it, and how far it turns.

    `turns` tells how far from the glyph each edge turns; 0 where it is straight. `port` is whether
    all edges meet at one point; at the `top` those to higher lanes leave from the upper edge.
    """

    handles: tuple[Handle, ...]
    meets: tuple[float, ...] = ()
    turns: tuple[float, ...] = ()
    port: bool = False
    top: bool = False

    @property
    def far(self) -> float:
        """How far from the glyph its edges turn."""
        return max(self.turns, default=0.0)


def is_port(meeting: Meeting, count: int, *, wide: bool) -> bool:
    """Tell whether `count` edges meet a side at one port; `wide` where a fan would be too wide."""
    if count < 2 or meeting not in ("fan", "port", "top"):
        return False
    return meeting != "fan" or wide or count > MOST_HANDLES


def is_too_wide(lanes: Sequence[float], sizes: Sequence[float], other: float, gap: float) -> bool:
    """Tell whether handles on their lanes reach further than the bound.

    The bound is the height of all handles, closely stacked, and half of the `other` side.
    """
    return _reach(lanes, sizes) > _bound(sizes, other, gap) + 0.01


def _reach(lanes: Sequence[float], sizes: Sequence[float]) -> float:
    return lanes[-1] + sizes[-1] / 2 - lanes[0] + sizes[0] / 2


def _bound(sizes: Sequence[float], other: float, gap: float) -> float:
    return sum(sizes) + gap * (len(sizes) - 1) + ROOM * other


def make_side(
    lanes: Sequence[float],
    sizes: Sequence[float],
    line: float,
    other: float,
    spacing: Spacing,
    meeting: Meeting,
    overhangs: tuple[float, float],
    *,
    port: bool,
) -> Side:
    """Return a side with these lanes; `port` where they meet at one point.

    Lines that turn upwards or downwards keep clear of what stands above or beneath the glyph and
    reaches over it by one of the `overhangs`.
    """
    # A lane that goes straight on does so exactly.
    line = next((y for y in lanes if abs(y - line) < STRAIGHT), line)
    whole = Handle(line, max(sizes))
    above, below = (max(spacing.fork, over + spacing.label) for over in overhangs)
    if port and meeting == "top":
        turns = tuple(below if y - line > STRAIGHT else 0.0 for y in lanes)
        return Side((whole,), (line,) * len(lanes), turns, port=True, top=True)
    if port:
        turn = max(above * (lanes[0] < line), below * (lanes[-1] > line))
        turns = tuple(0.0 if abs(y - line) < STRAIGHT else turn for y in lanes)
        return Side((whole,), (line,) * len(lanes), turns, port=True)
    if meeting == "free":
        own = tuple(Handle(y, size) for y, size in zip(lanes, sizes, strict=True))
        return Side(own, tuple(lanes), (0.0,) * len(lanes))
    handles: tuple[Handle, ...] = (whole,)
    if meeting == "side":
        meets = _place_points(lanes, line, whole.height, spacing.fork)
    else:
        handles = _place_handles(lanes, sizes, line, ROOM * other, spacing.handle)
        meets = tuple(handle.y for handle in handles)
    return Side(handles, meets, _find_turns(lanes, meets, above, below))


def _place_handles(
    lanes: Sequence[float], sizes: Sequence[float], line: float, room: float, gap: float
) -> tuple[Handle, ...]:
    """Return handles near their lanes that reach no further than the bound.

    If a lane lies on the line of the glyph, its handle does. Each further one stands on its lane
    too, as long as that is within the room that is left, else as close as it may. If no lane does,
    and they are too far apart, the handles are stacked about the line.
    """
    order = _outwards(lanes, line)
    anchor = order[0][0]
    first = lanes[anchor]
    if abs(first - line) > STRAIGHT and _reach(lanes, sizes) > sum(sizes) + gap * len(sizes) + room:
        total = sum(sizes) + gap * (len(sizes) - 1)
        top = line - total / 2
        # Beyond the lanes something else may stand.
        top = max(top, lanes[0] - sizes[0] / 2)
        top = min(top, lanes[-1] + sizes[-1] / 2 - total)
        first = top + sum(sizes[:anchor]) + gap * anchor + sizes[anchor] / 2
        room = 0.0
    y = {anchor: first}
    for here, before in order[1:]:
        least = (sizes[here] + sizes[before]) / 2 + gap
        distance = abs(lanes[here] - y[before])
        if least <= distance <= least + room:
            room -= distance - least
        else:
            distance = least
        y[here] = y[before] + (distance if here > before else -distance)
    return tuple(Handle(y[n], sizes[n]) for n in range(len(lanes)))


def _place_points(
    lanes: Sequence[float], line: float, height: float, gap: float
) -> tuple[float, ...]:
    """Return points of a side near their lanes, apart, and off the corners of the side."""
    end = max(height / 2 - gap / 2, height / 4)
    most = 2 * end / (len(lanes) - 1) if len(lanes) > 1 else gap
    apart = min(gap, most)
    order = _outwards(lanes, line)
    if lanes[order[0][0]] == line:
        # The lane on the line of the glyph stays there, however low the glyph is.
        apart = min(apart, end / max(order[0][0], len(lanes) - 1 - order[0][0], 1))
    y: dict[int, float] = {}
    for here, before in order:
        place = min(max(lanes[here], line - end), line + end)
        if here > before:
            place = max(place, y[before] + apart)
        elif here < before:
            place = min(place, y[before] - apart)
        y[here] = place
    points = [y[n] for n in range(len(lanes))]
    if points[0] < line - end - 0.01 or points[-1] > line + end + 0.01:
        points = [line - end + most * n for n in range(len(lanes))]
    return tuple(points)


def _outwards(lanes: Sequence[float], line: float) -> list[tuple[int, int]]:
    """Return the lanes by distance from the one nearest to a line, each with the one before it."""
    anchor = min(range(len(lanes)), key=lambda n: (abs(lanes[n] - line), n))
    steps = [(n, n - 1) for n in range(anchor + 1, len(lanes))]
    steps += [(n, n + 1) for n in range(anchor)]
    return [(anchor, anchor), *sorted(steps, key=lambda step: abs(step[0] - anchor))]


def _find_turns(
    lanes: Sequence[float], meets: Sequence[float], above: float, below: float
) -> tuple[float, ...]:
    """Return for each lane how far from the glyph it turns; 0 where it is straight.

    A lane that comes from above turns the further out the lower it meets the glyph, one from below
    the further out the higher: so no two cross. The nearest turn at `above` or `below`.
    """
    turns = [0.0] * len(lanes)
    downwards = [n for n, y in enumerate(lanes) if meets[n] - y > STRAIGHT]
    upwards = [n for n, y in enumerate(lanes) if y - meets[n] > STRAIGHT]
    for turning, nearest in ((downwards, above), (upwards[::-1], below)):
        for track, n in enumerate(turning):
            turns[n] = nearest + TRACK * track
    return tuple(turns)


def check_side(side: Side, other: float, gap: float) -> None:
    """Raise AssertionError unless handles and points stand in order, and within the bound."""
    handles = side.handles
    sizes = [handle.height for handle in handles]
    for upper, lower in pairwise(handles):
        assert lower.top - upper.bottom >= gap - 0.01, f"{upper} and {lower} touch"
    reach = handles[-1].bottom - handles[0].top
    assert reach <= _bound(sizes, other, gap) + 0.01, f"the handles reach over {reach}"
    for one, two in pairwise(side.meets):
        assert side.port or one < two, f"edges change places at {one} and {two}"
    for y in side.meets:
        assert handles[0].top - 0.01 <= y <= handles[-1].bottom + 0.01, f"no side at {y}"
