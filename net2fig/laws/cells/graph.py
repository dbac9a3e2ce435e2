"""The laws of the figure of a cell: shapes on a frame, and every line of its graph once.

    L4 shapes keep apart, lines meet them
    L5 lines cross no more often than the graph says that they must
    L8 every node and every edge is drawn once and nothing else is; the legend explains every look

Sizes tell nothing there, and data flow in circles: L6 and L7 ask for nothing. L1, L2 and L3 are
those of all figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from net2fig.data.template import Template
from net2fig.geometry import Point
from net2fig.laws.breach import Breach
from net2fig.laws.crossings import check_crossings
from net2fig.laws.glyphs import check_apart, check_ends, check_passing
from net2fig.laws.page import check_page
from net2fig.laws.reader_view import ReaderView, SeenDrawing, SeenLine, read_scene
from net2fig.laws.shapes import find_crossing, list_segments
from net2fig.laws.texts import check_clear, check_size
from net2fig.scene import Scene

End = tuple[str, str]


class Wiring(Struct, frozen=True):
    """What a cell consists of: the operations of its nodes, "" for a point, and its edges.

    `crossings` is how often its lines must cross.
    """

    ops: Mapping[str, str]
    edges: tuple[End, ...]
    crossings: int = 0


def find_cell_breaches(
    scene: Scene, wirings: tuple[Wiring, ...], template: Template
) -> list[Breach]:
    """Return every breach of a law in the figure of a cell, and of what it wraps."""
    seen = read_scene(scene)
    view = replace(seen, drawings=seen.cells)
    breaches = [
        *check_size(view, template),
        *check_clear(view),
        *check_page(view, template),
        *check_apart(view),
        *check_ends(view),
        *check_passing(view),
        *(each for each in check_crossings(view) if "cross" not in each.message),
        *(find_unexplained(view, wirings) if template.legend else ()),
    ]
    drawings = {min(_list_ends(each), default=""): each for each in view.drawings}
    for wiring in wirings:
        drawing = drawings.get(min(name for edge in wiring.edges for name in edge))
        if drawing is None:
            breaches.append(Breach("L8", "a cell is not drawn"))
            continue
        breaches += [*find_missing(drawing, wiring), *find_needless(drawing, wiring)]
    return breaches


def _list_ends(drawing: SeenDrawing) -> set[str]:
    return {end for line in drawing.lines for end in (line.source, line.target)}


def find_missing(drawing: SeenDrawing, wiring: Wiring) -> Iterator[Breach]:
    """Yield the nodes and edges that are not drawn once, and what is drawn besides (L8)."""
    shapes = {id: op for id, op in wiring.ops.items() if op}
    drawn = Counter(part.id for part in drawing.glyphs)
    for id in sorted({*shapes, *drawn}):
        wanted = int(id in shapes)
        if drawn[id] != wanted:
            yield Breach("L8", f"the node {id!r} is drawn {drawn[id]} times, not {wanted}")
    for part in drawing.glyphs:
        if part.id in shapes and part.type != shapes[part.id]:
            yield Breach("L8", f"{part.id!r} is drawn as {part.type!r}", part.box.centre)
    lines = Counter((line.source, line.target) for line in drawing.lines)
    edges = Counter(wiring.edges)
    for edge in sorted({*edges, *lines}):
        if edges[edge] != lines[edge]:
            name = f"the line {edge[0]!r} to {edge[1]!r}"
            yield Breach("L8", f"{name} is drawn {lines[edge]} times, not {edges[edge]}")


def find_needless(drawing: SeenDrawing, wiring: Wiring) -> Iterator[Breach]:
    """Yield a breach if lines cross more often than they must (L5)."""
    places = find_line_crossings(drawing.lines)
    if len(places) > wiring.crossings:
        count = f"{len(places)} times, {wiring.crossings} are enough"
        yield Breach("L5", f"lines cross {count}", places[0])


def find_line_crossings(lines: tuple[SeenLine, ...]) -> list[Point]:
    """Return where lines cross that have no common end; places that many lines share once."""
    places: dict[tuple[int, int], Point] = {}
    for number, one in enumerate(lines):
        for two in lines[number + 1 :]:
            if {one.source, one.target} & {two.source, two.target}:
                continue
            for place in _list_crossings(one, two):
                places.setdefault((round(place.x), round(place.y)), place)
    return list(places.values())


def _list_crossings(one: SeenLine, two: SeenLine) -> Iterator[Point]:
    for first in one.routes:
        for a, b in list_segments(first):
            for second in two.routes:
                for c, d in list_segments(second):
                    place = find_crossing(a, b, c, d)
                    if place is not None:
                        yield place


def find_unexplained(view: ReaderView, wirings: tuple[Wiring, ...]) -> Iterator[Breach]:
    """Yield the operations without an entry in the legend, or with several, and idle entries."""
    ops = {op for wiring in wirings for op in wiring.ops.values() if op}
    entries = Counter(type for key in view.keys or () for type in key.types.split())
    for op in sorted({*ops, *entries}):
        wanted = int(op in ops)
        if entries[op] != wanted:
            yield Breach("L8", f"{op!r} has {entries[op]} entries in the legend, not {wanted}")
