"""The small drawings of groups in a legend, and what stands beneath their glyphs."""

from __future__ import annotations

import re

from net2fig.geometry import Box
from net2fig.laws.shapes import measure_to_line
from tests.laws.picture import PAPER, Shape, Word
from tests.laws.recognised import Entry, Seen

TOUCH = 1.0
"""How far the end of a line may be from what it meets."""
PILL_PAD = 2.4
"""The room around a count in its pill."""
BESIDE = 60.0
REACH = 12.0
"""How far the small drawing of a group begins behind its name, or beneath its swatch."""


def is_line(shape: Shape) -> bool:
    return not (shape.fill or shape.dashed or shape.curved) and shape.stroke != PAPER


def read_bodies(
    entries: list[Entry], shapes: list[Shape], words: list[Word], by_colour: dict[str, Entry]
) -> None:
    """Give each group the glyphs of its small drawing, with what stands beneath them."""
    swatches = {(e.swatch.x, e.swatch.y) for e in entries}
    drawn = [
        s
        for s in shapes
        if is_line(s)
        # The circle of a merge may have no entry: its sign explains it.
        or (
            (s.colour in by_colour or (s.colour and s.curved))
            and (s.box.x, s.box.y) not in swatches
        )
    ]
    owners: list[tuple[Box, Entry]] = []
    for pieces in sorted(_connected(drawn), key=lambda some: min(s.box.y for s in some)):
        box = pieces[0].box
        for piece in pieces:
            box = box.union(piece.box)
        owner = _owner(box, entries, owners)
        if owner is None:
            continue
        owners.append((box, owner))
        for shape in pieces:
            if shape.colour in by_colour:
                seen = Seen(shape, by_colour[shape.colour])
                _caption(seen, words)
                owner.glyphs.append(seen)


def _connected(shapes: list[Shape]) -> list[list[Shape]]:
    """Return the small drawings: what lines hold together."""
    found: list[list[Shape]] = []
    for shape in shapes:
        near = [some for some in found if any(_meet(shape, other) for other in some)]
        found = [some for some in found if some not in near]
        found.append([shape, *(other for some in near for other in some)])
    return found


def _meet(one: Shape, two: Shape) -> bool:
    """Tell whether an end of a line lies on the other shape."""
    return any(
        b.box.grown(TOUCH).contains(Box(end.x, end.y, 0.0, 0.0))
        and (not is_line(b) or measure_to_line(end, b.chain) < TOUCH)
        for a, b in ((one, two), (two, one))
        if is_line(a)
        for end in (a.chain[0], a.chain[-1])
    )


def _owner(box: Box, entries: list[Entry], owners: list[tuple[Box, Entry]]) -> Entry | None:
    """Return the group that a small drawing belongs to: it begins beside or beneath its name.

    What does neither is a further row of the drawing above it.
    """
    near: list[tuple[float, int]] = []
    for number, entry in enumerate(entries):
        beside, beneath = box.x - entry.right, box.y - entry.swatch.bottom
        if box.y <= entry.swatch.centre.y <= box.bottom and 0.0 < beside < BESIDE:
            near.append((beside, number))
        if abs(box.x - entry.swatch.x) < REACH and 0.0 < beneath < REACH:
            near.append((beneath, number))
    groups = [entries[number] for _, number in sorted(near) if entries[number].is_group]
    if groups:
        return groups[0]
    above = [
        (box.y - other.bottom, number)
        for number, (other, _) in enumerate(owners)
        if other.x < box.right and box.x < other.right and box.y >= other.bottom
    ]
    return owners[min(above)[1]][1] if above else None


def _caption(seen: Seen, words: list[Word]) -> None:
    """Read what stands beneath a small glyph: its window, its stride, how often it follows."""
    box = seen.shape.box
    for line, strings in _lines(words):
        if abs(line.centre.x - box.centre.x) < 1.0 and -0.5 < line.y - box.bottom < 6.0:
            seen.captions += strings
            counts = [int(s[1:]) for s in strings if re.fullmatch(r"×\d+", s)]
            seen.count = counts[0] if counts else seen.count


def _lines(words: list[Word]) -> list[tuple[Box, list[str]]]:
    """Return words as they stand beneath glyphs: a window alone, or with the pill behind it."""
    pills = [w for w in words if re.fullmatch(r"×\d+", w.string)]
    lines: list[tuple[Box, list[str]]] = []
    used: list[Word] = []
    for word in words:
        if word in pills:
            continue
        beside = [
            p
            for p in pills
            if abs(p.box.centre.y - word.box.centre.y) < 1.5
            and 2.0 < p.box.x - word.box.right < 6.0
        ]
        used += beside
        ends = [_pill_box(p) for p in beside]
        box = word.box.union(ends[0]) if ends else word.box
        lines.append((box, [word.string, *(p.string for p in beside)]))
    return lines + [(_pill_box(p), [p.string]) for p in pills if p not in used]


def _pill_box(count: Word) -> Box:
    """Return the box of the pill around a count."""
    return count.box.grown(PILL_PAD)
