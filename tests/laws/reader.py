"""A figure as a person reads it: legend, glyphs, lines, labels, recognised by place and colour.

The legend is at the bottom: a swatch, its words to the right, and for a group "=" and a small
drawing. Above are glyphs in the colours of the swatches, the lines between them, numbers of
features and counts beneath, resolutions above lines.
"""

from __future__ import annotations

import re
from itertools import pairwise
from math import prod

from net2fig.geometry import Box
from tests.laws.bodies import is_line, read_bodies
from tests.laws.lines import TOUCH, ends_of, join_lines, join_tags
from tests.laws.picture import PAPER, Shape, Word, look
from tests.laws.recognised import Entry, Reading, Seen, Wire

GAP = (3.0, 6.0)
"""How far the words of an entry stand from its swatch."""


def read_figure(svg: bytes) -> Reading:
    """Return what a figure says."""
    shapes, words = look(svg)
    entries = _entries(shapes, words)
    top = _legend_top(shapes, words, entries)
    above = [s for s in shapes if s.box.bottom <= top]
    texts = [w for w in words if w.box.bottom <= top]
    by_colour = {entry.colour: entry for entry in entries}
    by_colour |= _named_inputs(above, texts, by_colour)
    glyphs = [Seen(s, by_colour.get(s.colour or "")) for s in above if _is_glyph(s, by_colour)]
    lines = [s for s in above if is_line(s) and not _is_bracket(s) and not _names_an_end(s, texts)]
    wires = join_lines([line for line in lines if not _is_stem(line)], glyphs)
    _label_wires(wires, texts)
    letters = [(s, w) for s in above if s.round for w in texts if s.box.contains(w.box)]
    wires += join_tags([line for line in lines if _is_stem(line)], letters, glyphs)
    pills = [s for s in above if _is_pill(s)]
    brackets = [(s, _beneath(s, pills)) for s in above if _is_bracket(s)]
    held = [id(pill) for _, pill in brackets]
    _label_glyphs(glyphs, [pill for pill in pills if id(pill) not in held], texts, wires)
    for bracket, pill in brackets:
        _repeat(bracket, pill, glyphs, texts)
    _resolve(wires)
    below = [s for s in shapes if s.box.y >= top]
    notes = [w for w in words if w.box.y >= top]
    read_bodies(entries, below, notes, by_colour)
    return Reading(entries, glyphs, wires, " ".join(w.string for w in notes))


def _named_inputs(
    shapes: list[Shape], words: list[Word], by_colour: dict[str, Entry]
) -> dict[str, Entry]:
    """Return what has no entry and a word beneath that is no number: inputs with their names."""
    found = {}
    for shape in shapes:
        if (
            not shape.colour
            or shape.colour in by_colour
            or shape.curved
            or not shape.side(True, shape.box.centre.y)
        ):
            continue
        beneath = [
            w.string
            for w in words
            if abs(w.box.centre.x - shape.box.centre.x) < 1.0
            and -0.5 < w.box.y - shape.box.bottom < 16.0
            and re.search(r"[A-Za-z]", w.string)
        ]
        if beneath:
            found[shape.colour] = Entry("Input", shape.colour, shape.box, shape.box.right)
    return found


def _entries(shapes: list[Shape], words: list[Word]) -> list[Entry]:
    found = []
    for word in words:
        middle = word.box.centre.y
        beside = [
            s
            for s in shapes
            if s.colour
            and GAP[0] <= word.box.x - s.box.right <= GAP[1]
            and abs(s.box.centre.y - middle) < 2.0
            and s.box.width < 14.0
        ]
        if beside and re.search(r"[A-Za-z]{2}", word.string):
            shape = max(beside, key=lambda s: s.box.width)
            found.append(Entry(word.string, shape.colour or "", shape.box, word.box.right))
    return found


def _legend_top(shapes: list[Shape], words: list[Word], entries: list[Entry]) -> float:
    """Return where the legend begins: the first band, free of what is above, with an entry."""
    spans = sorted(
        [(s.box.y, s.box.bottom) for s in shapes] + [(w.box.y, w.box.bottom) for w in words]
    )
    tops = {entry.swatch.y for entry in entries}
    start = end = -1.0
    for top, low in spans:
        if top > end + 3.0:
            start = top
        end = max(end, low)
        if top in tops:
            return start
    return float("inf")


def _is_glyph(shape: Shape, by_colour: dict[str, Entry]) -> bool:
    if shape.colour in by_colour:
        # The lozenge that marks shared layers has no upright side. A merge may be a circle.
        return shape.round or any(
            one.x == two.x for one, two in pairwise(shape.chain) if one.y != two.y
        )
    return shape.dashed and not shape.fill


def _is_pill(shape: Shape) -> bool:
    return shape.fill == PAPER and shape.curved and not shape.round


def _is_stem(line: Shape) -> bool:
    """Tell the line from a tag down to its glyph: every other line begins and ends level."""
    return len({point.x for point in line.chain}) == 1


def _is_bracket(shape: Shape) -> bool:
    """Tell a line that turns up at both ends, as no line between glyphs does."""
    if not is_line(shape) or len(shape.chain) != 4:
        return False
    a, b, c, d = shape.chain
    return a.x == b.x < c.x == d.x and b.y == c.y > max(a.y, d.y)


def _names_an_end(line: Shape, texts: list[Word]) -> bool:
    """Tell a line that leads to a word: nothing goes on there."""
    end = line.chain[-1]
    return any(
        0.0 < word.box.x - end.x < 4.0 and abs(word.box.centre.y - end.y) < 2.0 for word in texts
    )


def _beneath(bracket: Shape, pills: list[Shape]) -> Shape:
    """Return the pill that stands under the middle of a bracket."""
    x, y = bracket.box.centre.x, bracket.box.bottom
    return min(pills, key=lambda p: abs(p.box.centre.x - x) + abs(p.box.y - y))


def _repeat(bracket: Shape, pill: Shape, glyphs: list[Seen], texts: list[Word]) -> None:
    """Let the glyphs over a bracket, those of its own row, count as often as its pill says."""
    times = next(int(w.string[1:]) for w in texts if pill.box.contains(w.box))
    box = bracket.box
    over = [
        glyph
        for glyph in glyphs
        if box.x - TOUCH <= glyph.shape.box.x
        and glyph.shape.box.right <= box.right + TOUCH
        and glyph.shape.box.bottom < box.y
    ]
    waiting = [max(over, key=lambda glyph: glyph.shape.box.bottom)]
    row: list[Seen] = []
    while waiting:
        here = waiting.pop()
        row.append(here)
        ends = [wire for wire in (*here.into, *here.out_of) if len(wire.pieces) == 1]
        near = [end for wire in ends for end in (wire.source, wire.target)]
        waiting += [g for g in over if not _among(g, row + waiting) and _among(g, near)]
    for glyph in row:
        glyph.count *= times


def _among(glyph: Seen, others: list[Seen | None] | list[Seen]) -> bool:
    return any(glyph is other for other in others)


def _label_wires(wires: list[Wire], texts: list[Word]) -> None:
    """Give each line the text that stands over one of its level pieces."""
    for word in texts:
        for wire in wires:
            for piece in wire.pieces:
                for one, two in zip(piece.chain, piece.chain[1:], strict=False):
                    over = one.y - word.box.bottom
                    left, right = sorted((one.x, two.x))
                    level = abs(one.y - two.y) < 0.01 and left < word.box.centre.x < right
                    if level and 1.0 < over < 3.5 and re.match(r"^[\dHWDL?]", word.string):
                        wire.label = word.string


def _label_glyphs(
    glyphs: list[Seen], pills: list[Shape], texts: list[Word], wires: list[Wire]
) -> None:
    """Give each glyph the number and the count that stand centred beneath it."""
    taken = {id(word) for word in texts for wire in wires if word.string == wire.label}
    counts = {id(pill): w for pill in pills for w in texts if pill.box.contains(w.box)}
    held = {id(word) for word in counts.values()}
    units: list[tuple[Box, str, int]] = []
    used: set[int] = set()
    for word in texts:
        if id(word) in held or not re.fullmatch(r"\d+", word.string):
            continue
        beside = [
            p for p in pills if 1.0 < p.box.x - word.box.right < 3.0 and p.box.contains(_mid(word))
        ]
        box, count = word.box, 1
        if beside:
            used.add(id(beside[0]))
            box = box.union(beside[0].box)
            count = int(counts[id(beside[0])].string[1:])
        elif id(word) in taken and _over_a_line(word, wires):
            continue
        units.append((box, word.string, count))
    units += [
        (pill.box, "", int(counts[id(pill)].string[1:])) for pill in pills if id(pill) not in used
    ]
    for box, string, count in units:
        near = [
            g
            for g in glyphs
            if abs(g.shape.box.centre.x - box.centre.x) < 1.0
            and -0.5 < box.y - g.shape.box.bottom < 6.0
        ]
        for glyph in near[:1]:
            glyph.features, glyph.count = string, count


def _mid(word: Word) -> Box:
    """Return what of a text a pill beside it covers, were it longer: its middle line."""
    return Box(word.box.right + 4.0, word.box.centre.y, 0.1, 0.1)


def _over_a_line(word: Word, wires: list[Wire]) -> bool:
    return any(
        wire.label == word.string
        and any(1.0 < p.y - word.box.bottom < 3.5 for piece in wire.pieces for p in piece.chain)
        for wire in wires
    )


def _resolve(wires: list[Wire]) -> None:
    """Give each line its resolution: its label, or that of a line between handles as high."""
    known = sorted({(round(w.height, 2), w.label) for w in wires if w.label and w.height})
    for wire in wires:
        if wire.label:
            wire.resolution = tuple(wire.label.split("×"))
            continue
        alike = [(abs(h - wire.height), label) for h, label in known if abs(h - wire.height) < 0.06]
        if alike:
            wire.resolution = tuple(min(alike)[1].split("×"))
    # A merge that is drawn as a circle keeps the resolution.
    for wire in sorted(wires, key=lambda wire: ends_of(wire.pieces[0])[0][0]):
        if not wire.resolution and wire.source and wire.source.shape.round:
            known_before = [each.resolution for each in wire.source.into if each.resolution]
            wire.resolution = known_before[0] if known_before else ()
    # Tokens are as high as the grid that they were made from: the number counts its places.
    for wire in wires:
        for grid in {each.resolution for each in wires if abs(each.height - wire.height) < 0.06}:
            two = len(grid) > 1 and "".join(grid).isdigit()
            if two and wire.resolution == (str(prod(map(int, grid))),):
                wire.resolution = grid
