"""L4 for volumes: cuboids keep apart, or touch so that the one hides a part of a side alone.

  ______
 /     /|__     A slab that touches a map stands in the plane of its side, and is no larger; a
|-----| |  |    map that touches a slab has its size. Lines lead from the middle of a side or of
|     | |--|    a top to the left border of what follows, over no other front or top.
|_____|/___|
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise
from math import hypot
from typing import Final

from net2fig.geometry import Point
from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import ReaderView, SeenDrawing, SeenGlyph, SeenLine
from net2fig.laws.shapes import Area, make_area, measure_distance, measure_to_line
from net2fig.laws.volumes.cuboids import SeenCuboid, read_cuboid

NEAR: Final = 0.6
"""How far the end of a line may be from where it should be."""
SLACK: Final = 0.05
"""Overlaps smaller than this are rounding, which nobody sees."""
PLANE: Final = 0.1
"""How far from the plane of a side something stands that touches it."""


def check_faces(view: ReaderView) -> list[Breach]:
    """Return the cuboids that hide each other, and the lines that miss their faces (L4)."""
    return [
        *_find_hidden(view),
        *(b for drawing in view.drawings for b in _find_wrong_lines(drawing)),
    ]


def _find_hidden(view: ReaderView) -> Iterator[Breach]:
    """Yield the glyphs that overlap though they do not touch, and those that touch wrongly."""
    joined = {(line.source, line.target) for line in view.network.lines if line.is_contact}
    parts = [part for drawing in view.drawings for part in drawing.glyphs]
    order = {part.id: number for number, part in enumerate(view.network.glyphs)}
    for one, two in combinations(parts, 2):
        if measure_distance(one.body, two.body, 1.0) >= -SLACK:
            continue
        pair = _find_contact(one, two, joined)
        if pair is None:
            yield Breach("L4", f"{one.id!r} and {two.id!r} overlap", two.box.centre)
        elif not _touches(*pair) or order[pair[0].part.id] > order[pair[1].part.id]:
            names = f"{pair[1].part.id!r} hides a part of {pair[0].part.id!r}"
            yield Breach("L4", f"{names} that is not its side", two.box.centre)
    parts_by_id = {part.id: part for part in view.network.glyphs}
    for source, target in sorted(joined):
        if source in parts_by_id and target in parts_by_id:
            yield from _check_contact(parts_by_id[source], parts_by_id[target])


def _find_contact(
    one: SeenGlyph, two: SeenGlyph, joined: set[tuple[str, str]]
) -> tuple[SeenCuboid, SeenCuboid] | None:
    """Return two glyphs as cuboids, the one that is touched first, if they may hide each other.

    What touches something else that does so may: pages lie on each other.
    """
    for first, second in ((one, two), (two, one)):
        cuboids = read_cuboid(first), read_cuboid(second)
        if cuboids[0] and cuboids[1] and second.id in _list_touching(first.id, joined):
            return cuboids[0], cuboids[1]
    return None


def _list_touching(id: str, joined: set[tuple[str, str]]) -> set[str]:
    """Return what touches a block, and what touches that."""
    after = dict(joined)
    found: set[str] = set()
    while id in after and after[id] not in found:
        id = after[id]
        found.add(id)
    return found


def _touches(one: SeenCuboid, two: SeenCuboid) -> bool:
    """Tell whether the second stands in or behind the plane of the side of the first, within it."""
    is_behind = two.front.x >= one.front.right - _measure_slack(one.part, two.part)
    return is_behind and two.front.height <= one.front.height + SLACK


def _measure_slack(one: SeenGlyph, two: SeenGlyph) -> float:
    """Return how far two that touch may be from each other's plane: borders have their widths."""
    return PLANE + abs(one.body.half - two.body.half)


def _check_contact(one: SeenGlyph, two: SeenGlyph) -> Iterator[Breach]:
    """Yield that two which are said to touch do not."""
    first, second = read_cuboid(one), read_cuboid(two)
    slack = _measure_slack(one, two)
    if not first or not second or abs(second.front.x - first.front.right) > slack:
        yield Breach("L4", f"{one.id!r} and {two.id!r} do not touch", two.box.centre)


def _find_wrong_lines(drawing: SeenDrawing) -> Iterator[Breach]:
    """Yield the lines that end nowhere, and those that lead over what they do not belong to."""
    cuboids = {part.id: cuboid for part in drawing.glyphs if (cuboid := read_cuboid(part))}
    circles = {part.id: part for part in drawing.glyphs if part.id not in cuboids}
    joined = {(line.source, line.target) for line in drawing.lines if line.is_contact}
    points: dict[str, Point] = {}
    for line in drawing.lines:
        if line.is_contact:
            continue
        name = f"the line {line.source!r} to {line.target!r}"
        for id, end, leaves in _list_ends(line):
            if id in cuboids:
                off = _measure_gap(cuboids[id], end, leaves)
            elif id in circles:
                body = circles[id].body
                off = min(measure_to_line(end, chain) for chain in body.chains) - body.half
            else:
                meeting = points.setdefault(id, end)
                off = hypot(end.x - meeting.x, end.y - meeting.y)
            if off > NEAR:
                verb = "leave" if leaves else "reach"
                yield Breach("L4", f"{name} does not {verb} {id!r}: it ends {off:.1f} pt away", end)
        for part in drawing.glyphs:
            if _passes(line, part, cuboids, joined):
                yield Breach("L4", f"{name} passes over {part.id!r}", part.box.centre)


def _list_ends(line: SeenLine) -> tuple[tuple[str, Point, bool], ...]:
    first, last = line.routes[0][0], line.routes[-1][-1]
    return (line.source, first, True), (line.target, last, False)


def _measure_gap(cuboid: SeenCuboid, end: Point, leaves: bool) -> float:
    """Return how far the end of a line is from where it should be."""
    if leaves:
        return min(hypot(end.x - exit.x, end.y - exit.y) for exit in cuboid.exits)
    (chain,) = cuboid.near_side.chains
    return max(measure_to_line(end, chain) - cuboid.part.body.half, 0.0)


def _passes(
    line: SeenLine,
    part: SeenGlyph,
    cuboids: Mapping[str, SeenCuboid],
    joined: set[tuple[str, str]],
) -> bool:
    """Tell whether a line leads over a glyph; over the side or the top of its own, it may.

    So it may over the side of what its own stands on.
    """
    if measure_distance(line.paint, part.body, 1.0) >= -SLACK:
        return False
    cuboid = cuboids.get(part.id)
    is_own = part.id in (line.source, line.target)
    if cuboid is None:
        return not is_own or _reaches_into(line.paint, part.body)
    if part.id == line.target:
        return _reaches_into(line.paint, part.body)
    if part.id == line.source or line.source in _list_touching(part.id, joined):
        faces = [_make_front(cuboid)]
        if part.id != line.source:
            faces.append(cuboid.top)
        return any(_reaches_into(line.paint, face) for face in faces)
    return True


def _make_front(cuboid: SeenCuboid) -> Area:
    front = cuboid.front
    corners = (
        Point(front.x, front.y),
        Point(front.right, front.y),
        Point(front.right, front.bottom),
        Point(front.x, front.bottom),
        Point(front.x, front.y),
    )
    return make_area([corners], filled=True, half=0.0)


def _reaches_into(paint: Area, face: Area) -> bool:
    """Tell whether some of a line lies further inside of a face than nobody sees."""
    for chain in paint.chains:
        for one, two in pairwise(chain):
            length = hypot(two.x - one.x, two.y - one.y)
            steps = max(int(length / NEAR), 1)
            for step in range(steps + 1):
                share = step / steps
                at = Point(one.x + share * (two.x - one.x), one.y + share * (two.y - one.y))
                dot = make_area([(at,)], filled=False, half=0.0)
                inside = measure_distance(dot, face, 1.0) <= 0.0
                depth = min(measure_to_line(at, rim) for rim in face.chains)
                if inside and depth > 2 * NEAR + face.half:
                    return True
    return False
