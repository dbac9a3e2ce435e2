"""The laws of block diagrams: boxes with names in a stack, opened groups in frames.

    L4 boxes keep apart or stand in a frame, lines meet them
    L6 data flow one way, but for what a stack reads from the side
    L8 every layer is in one box, every link is drawn, every box has a name, every closed group has
       a frame that explains it

Sizes tell nothing there, so that L7 asks for nothing. L1, L2, L3 and L5 are those of all figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import hypot
from typing import Final

from net2fig.geometry import Point
from net2fig.graphs import DisjointSets
from net2fig.laws.breach import Breach
from net2fig.laws.legend import find_missing_notes
from net2fig.laws.reader_view import ReaderView, SeenDrawing, SeenGlyph, SeenLine
from net2fig.laws.shapes import list_segments, measure_distance, measure_to_line
from net2fig.laws.whole import follow_lines
from net2fig.outline import ENTRY, EXIT, Block, Outline
from net2fig.scene import Group, Item, Text

NEAR: Final = 0.6
"""How far the end of a line may be from the border that it meets."""
WORDS: Final = 5.0
"""How far it may be from the ink of words that have no border."""
SLACK: Final = 0.05
"""Overlaps smaller than this are rounding, which nobody sees."""


DASHED = "Dashed lines"
"""How the sentence about them begins."""


def check_boxes(view: ReaderView, outline: Outline, *, has_legend: bool) -> list[Breach]:
    """Return what is wrong with a block diagram (L4, L6, L8)."""
    return [
        *_find_overlaps(view),
        *_find_passing(view),
        *_find_loose_ends(view),
        *_find_backwards(view),
        *_find_nameless(view, outline),
        *_find_missing(view, outline),
        *(_find_unexplained(view) if has_legend else ()),
        *(find_missing_notes(view, outline) if has_legend else ()),
        *(_find_unexplained_dashes(view) if has_legend else ()),
    ]


def _find_unexplained_dashes(view: ReaderView) -> Iterator[Breach]:
    """Yield that lines are dashed and no sentence says why, or the reverse."""
    dashed = [
        mark
        for mark in view.marks
        if mark.path.dash
        and any("edge" in g.classes and "state" not in g.classes for g in mark.around)
    ]
    if bool(dashed) != (DASHED in view.notes):
        yield Breach("L8", f"{len(dashed)} lines are dashed, of which the notes tell otherwise")


def _list_parts(view: ReaderView) -> list[SeenGlyph]:
    return [part for drawing in view.drawings for part in drawing.glyphs] + [*view.explained]


def _is_open(part: SeenGlyph) -> bool:
    return "open" in part.group.classes


def _find_overlaps(view: ReaderView) -> Iterator[Breach]:
    """Yield the boxes that overlap; one may stand in the frame of an opened group."""
    for one, two in combinations(_list_parts(view), 2):
        if measure_distance(one.body, two.body, 1.0) >= -SLACK:
            continue
        if _is_open(one) and one.box.contains(two.box):
            continue
        if not (_is_open(two) and two.box.contains(one.box)):
            yield Breach("L4", f"{one.id!r} and {two.id!r} overlap", two.box.centre)


def _find_passing(view: ReaderView) -> Iterator[Breach]:
    """Yield the lines that run through a box, or leave the frame of their group."""
    parts = _list_parts(view)
    for drawing in view.drawings:
        for line in drawing.lines:
            name = f"the line {line.source!r} to {line.target!r}"
            for part in parts:
                if measure_distance(line.paint, part.body, 1.0) >= -SLACK:
                    continue
                is_own = part.id in (line.source, line.target)
                is_around = part.box.grown(2 * NEAR + 2 * line.paint.half).contains(line.paint.box)
                if _is_open(part) and (is_around or (is_own and line.is_side)):
                    continue
                depth = max(-measure_distance(line.paint, part.body), 0.0)
                if not is_own or depth > 2 * NEAR + line.paint.half + part.body.half:
                    yield Breach("L4", f"{name} passes through {part.id!r}", part.box.centre)


def _find_loose_ends(view: ReaderView) -> Iterator[Breach]:
    """Yield the ends of lines that do not meet the border of their box."""
    # A group and the last layer in it have one id.
    inside = list(_list_parts(view))
    for drawing in view.drawings:
        own = {part.id: part for part in drawing.glyphs}
        points: dict[str, Point] = {}
        for line in drawing.lines:
            ends = ((line.source, line.routes[0][0]), (line.target, line.routes[-1][-1]))
            for id, end in ends:
                if id in own:
                    off = _measure_gap(own[id], end)
                    if line.is_side and _is_open(own[id]):
                        off = min(_measure_gap(part, end) for part in inside)
                elif re.fullmatch(rf"({ENTRY}|{EXIT})\d*", id):
                    off = 0.0
                else:
                    meeting = points.setdefault(id, end)
                    off = hypot(end.x - meeting.x, end.y - meeting.y)
                if off > NEAR:
                    message = f"the line {line.source!r} to {line.target!r} ends {off:.1f} pt away"
                    yield Breach("L4", f"{message} from {id!r}", end)
    yield from _find_broken_lines(view)


def _measure_gap(part: SeenGlyph, end: Point) -> float:
    """Return how far a point is from the border of a box."""
    if part.is_placeholder:
        # Words have no border.
        box = part.box
        dx = max(box.x - end.x, end.x - box.right, 0.0)
        return hypot(dx, max(box.y - end.y, end.y - box.bottom, 0.0)) - WORDS
    gap = min(measure_to_line(end, chain) for chain in part.body.chains)
    return max(gap - part.body.half, 0.0)


def _find_broken_lines(view: ReaderView) -> Iterator[Breach]:
    """Yield the frames at whose border no line of the body goes on from one outside."""
    for drawing in view.drawings:
        for part in filter(_is_open, drawing.glyphs):
            bodies = [each for each in view.drawings if each.frame == part.id]
            inner = [
                (line.routes[0][0], line.routes[-1][-1]) for each in bodies for line in each.lines
            ]
            outer = [line for line in drawing.lines if not line.is_side]
            for line in outer:
                if line.target == part.id:
                    yield from _check_goes_on(line, line.routes[-1][-1], [a for a, _ in inner])
                if line.source == part.id:
                    yield from _check_goes_on(line, line.routes[0][0], [b for _, b in inner])


def _check_goes_on(line: SeenLine, end: Point, others: list[Point]) -> Iterator[Breach]:
    gap = min((hypot(end.x - p.x, end.y - p.y) for p in others), default=float("inf"))
    if gap > NEAR:
        name = f"the line {line.source!r} to {line.target!r}"
        yield Breach("L4", f"{name} does not go on in the frame", end)


def _find_backwards(view: ReaderView) -> Iterator[Breach]:
    """Yield the lines that run against the flow (L6)."""
    for drawing in view.drawings:
        for line in drawing.lines:
            if line.is_side:
                continue
            for route in line.routes:
                for one, two in list_segments(route):
                    ahead = one.y - two.y if view.is_up else two.x - one.x
                    if ahead < -SLACK:
                        name = f"the line {line.source!r} to {line.target!r}"
                        yield Breach("L6", f"{name} runs against the flow", one)


def _list_texts(group: Group) -> Iterator[Text]:
    """Yield the texts of a box, those of a body in it left out."""
    for item in group.items:
        yield from _list_own_texts(item)


def _list_own_texts(item: Item) -> Iterator[Text]:
    if isinstance(item, Text):
        yield item
    elif isinstance(item, Group) and "body" not in item.classes:
        yield from _list_texts(item)


def _find_nameless(view: ReaderView, outline: Outline) -> Iterator[Breach]:
    """Yield the boxes without a name, and the counts that are not told (L8)."""
    repeated = {(id, each.body[id].type) for each in outline.groups for id in each.repeated}
    for part in _list_parts(view):
        texts = list(_list_texts(part.group))
        is_run = part.type.startswith("@")
        named = any("name" in t.classes and t.string.strip() for t in texts)
        if not named and not part.is_sign and not is_run:
            yield Breach("L8", f"{part.id!r} has no name", part.box.centre)
        counts = [t.string for t in texts if "count" in t.classes]
        if (part.id, part.type) in repeated:
            if counts != ["×n"]:
                yield Breach("L8", f"{part.id!r} does not stand for n", part.box.centre)
            continue
        numbers = [n for text in counts for n in re.findall(r"\d+", text)]
        if part.count > 1 and numbers != [str(part.count)]:
            message = f"{part.id!r} stands for {part.count}, {numbers} is told"
            yield Breach("L8", message, part.box.centre)


def _find_missing(view: ReaderView, outline: Outline) -> Iterator[Breach]:
    """Yield the layers and links that are not drawn, or more than once."""
    yield from _compare(view.network, outline.blocks, outline, "")
    bodies: dict[str, Outline] = {each.name: each.body for each in outline.groups}
    for drawing in view.drawings[1:]:
        if drawing.owner.startswith("@run"):
            run = outline.brackets[int(drawing.owner.removeprefix("@run"))]
            blocks = tuple(outline[id] for id in run.blocks)
            inner = tuple(
                link
                for link in outline.links
                if link.source in run.blocks and link.target in run.blocks
            )
            body = Outline(blocks=blocks, links=inner)
            yield from _compare(drawing, blocks, body, f" in the run {drawing.owner!r}")
        elif drawing.owner in bodies:
            body = bodies[drawing.owner]
            yield from _compare(drawing, body.blocks, body, f" in {drawing.owner!r}")
        else:
            yield Breach("L8", f"a frame explains nothing: {drawing.owner!r}")
    outputs = sum("output" in part.group.classes for part in view.network.glyphs)
    if outputs != len(outline.outputs):
        yield Breach("L8", f"{outputs} outputs are drawn, not {len(outline.outputs)}")


def _compare(
    drawing: SeenDrawing, blocks: tuple[Block, ...], outline: Outline, where: str
) -> Iterator[Breach]:
    """Yield the difference between a drawing and what it should show."""
    expected = Counter(layer for block in blocks for layer in block.layers)
    layers_of = {
        part.id: dict(part.group.data).get("layers", "").split() for part in drawing.glyphs
    }
    drawn = Counter(layer for layers in layers_of.values() for layer in layers)
    for layer in [*expected, *(drawn - expected)]:
        if expected[layer] != drawn[layer]:
            yield Breach("L8", f"the layer {layer!r} is drawn {drawn[layer]} times{where}")
    # Several blocks may be one box, and one block several boxes: lines between these are its own.
    both = [*(block.layers for block in blocks), *layers_of.values()]
    unit_of = _find_units([layers for layers in both if layers])
    ends = {id: unit_of[layers[0]] for id, layers in layers_of.items() if layers}
    sources = {block.id: unit_of[block.layers[0]] for block in blocks if block.layers}
    wanted = _name_ends(((link.source, link.target) for link in outline.links), sources)
    lines = _name_ends(follow_lines(drawing), ends)
    for one, two in sorted(wanted - lines):
        yield Breach("L8", f"the link {one!r} to {two!r} is not drawn{where}")
    for one, two in sorted(lines - wanted):
        yield Breach("L8", f"a line {one!r} to {two!r} stands for no link{where}")


def _find_units(groups: list[Sequence[str]]) -> dict[str, str]:
    """Return for each layer the last layer of all that it is grouped with."""
    place: dict[str, int] = {}
    for group in groups:
        for layer in group:
            place.setdefault(layer, len(place))
    sets = DisjointSets(len(place))
    for group in groups:
        for layer in group:
            sets.join(place[group[0]], place[layer])
    last = {sets.root(number): layer for layer, number in place.items()}
    return {layer: last[sets.root(number)] for layer, number in place.items()}


def _name_ends(pairs: Iterable[tuple[str, str]], names: Mapping[str, str]) -> set[tuple[str, str]]:
    """Return pairs of ends by their names, without those inside of one thing."""
    named = {(names.get(one, one), names.get(two, two)) for one, two in pairs}
    return {(one, two) for one, two in named if one != two and not _is_end(one, two)}


def _is_end(one: str, two: str) -> bool:
    """Tell whether a line leads to an output of a figure, or into or out of a body."""
    return one.startswith(ENTRY) or two.startswith((EXIT, "output@"))


def _find_unexplained(view: ReaderView) -> Iterator[Breach]:
    """Yield the groups that are drawn closed without a frame of their own, or with several."""
    explained: Mapping[str, int] = Counter(part.type for part in view.explained)
    closed = {
        part.type for part in _list_parts(view) if part.kind == "group" and not _is_open(part)
    }
    for name in sorted(closed | set(explained)):
        if explained.get(name, 0) != (name in closed):
            count = explained.get(name, 0)
            yield Breach("L8", f"{name!r} is drawn closed and has {count} frames that explain it")
