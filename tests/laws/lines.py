"""Lines joined to the glyphs at their ends: within a row, over several rows, and by tags."""

from __future__ import annotations

from math import hypot

from net2fig.geometry import Box
from tests.laws.picture import PAPER, Shape, Word
from tests.laws.recognised import Seen, Wire

TOUCH = 1.0
"""How near to a glyph a line must end to belong to it."""


def join_lines(lines: list[Shape], glyphs: list[Seen]) -> list[Wire]:
    """Join lines to glyphs; free ends of a row go on in the next, from top to bottom."""
    wires = []
    ending: list[Wire] = []
    beginning: list[tuple[Shape, Seen]] = []
    between: list[Shape] = []
    for line in lines:
        first, last = sorted((line.chain[0], line.chain[-1]), key=lambda p: p.x)
        source = _touching(glyphs, first.x, first.y, True)
        target = _touching(glyphs, last.x, last.y, False)
        if not source and not target:
            # A line to another row runs back to the left.
            source = _touching(glyphs, last.x, last.y, True)
            target = _touching(glyphs, first.x, first.y, False)
        if source and target:
            wires.append(Wire([line], source=source, target=target))
        elif source:
            ending.append(Wire([line], source=source))
        elif target:
            beginning.append((line, target))
        else:
            between.append(line)
    wires += _continued(ending, beginning, between)
    for wire in wires:
        assert wire.source is not None
        assert wire.target is not None
        # Circles and frames show no height: there the other end of the line tells it.
        wire.height = (
            _height(wire.target, wire.pieces[-1], right=False)
            if wire.source.shape.round or wire.source.shape.dashed
            else _height(wire.source, wire.pieces[0], right=True)
        )
        wire.source.out_of.append(wire)
        wire.target.into.append(wire)
    return wires


def join_tags(
    stems: list[Shape], letters: list[tuple[Shape, Word]], glyphs: list[Seen]
) -> list[Wire]:
    """Return what tags join: the filled circle with a letter stands where its tensor leaves."""
    sources: dict[str, Seen] = {}
    readers: list[tuple[str, Seen, Shape]] = []
    for stem in stems:
        foot = stem.box.bottom
        (circle, word) = min(letters, key=lambda one: _off(one[0].box, stem.box))
        glyph = min(glyphs, key=lambda g: abs(g.shape.box.y - foot) + _off(g.shape.box, stem.box))
        if circle.fill == PAPER:
            readers.append((word.string, glyph, stem))
        else:
            sources[word.string] = glyph
    wires = [Wire([stem], source=sources[letter], target=g) for letter, g, stem in readers]
    for wire in wires:
        assert wire.source is not None
        assert wire.target is not None
        wire.height = wire.source.shape.side(True, wire.source.shape.box.centre.y)
        wire.source.out_of.append(wire)
        wire.target.into.append(wire)
    return wires


def _off(box: Box, other: Box) -> float:
    """Return how far the middles of two boxes are apart."""
    return abs(box.centre.x - other.centre.x) + abs(box.centre.y - other.centre.y)


def _continued(
    ending: list[Wire], beginning: list[tuple[Shape, Seen]], between: list[Shape]
) -> list[Wire]:
    """Return the lines that run over several rows."""
    open_ = [(wire, ends_of(wire.pieces[-1])[1]) for wire in ending]
    starts = [(ends_of(line)[0], line, target) for line, target in beginning]
    starts += [(ends_of(line)[0], line, None) for line in between]
    done = []
    # From the last free start upwards: each continues the nearest free end above of its row.
    while open_:
        rows = sorted(open_, key=lambda one: one[1][1])
        wire, (_, y) = rows[0]
        near = sorted((s for s in starts if s[0][1] > y + 5.0), key=lambda s: s[0][1])
        waiting = [one for one in rows if not near or one[1][1] < near[0][0][1] - 5.0]
        if not near:
            break
        for (one, _), start in zip(waiting, near, strict=False):
            one.pieces.append(start[1])
            starts.remove(start)
            open_ = [o for o in open_ if o[0] is not one]
            if start[2] is not None:
                one.target = start[2]
                done.append(one)
            else:
                open_.append((one, ends_of(start[1])[1]))
        del wire
    return done


def ends_of(line: Shape) -> tuple[tuple[float, float], tuple[float, float]]:
    first, last = sorted((line.chain[0], line.chain[-1]), key=lambda p: p.x)
    return (first.x, first.y), (last.x, last.y)


def _height(glyph: Seen, line: Shape, *, right: bool) -> float:
    """Return the height of the side of a glyph at which a line ends."""
    ends = (line.chain[0], line.chain[-1])
    near = min(
        ends, key=lambda p: abs(p.x - (glyph.shape.box.right if right else glyph.shape.box.x))
    )
    return glyph.shape.side(right, near.y)


def _touching(glyphs: list[Seen], x: float, y: float, right: bool) -> Seen | None:
    for glyph in glyphs:
        box = glyph.shape.box
        if glyph.shape.round:
            # Lines leave a circle at its right; they come from the left, from above or below.
            off = hypot(x - box.centre.x, y - box.centre.y)
            if abs(off - box.width / 2) <= TOUCH and right == (x > box.centre.x + TOUCH):
                return glyph
            continue
        side = box.right if right else box.x
        if abs(side - x) <= TOUCH and glyph.shape.side(right, y):
            return glyph
    return None
