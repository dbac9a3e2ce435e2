"""L1 and L2: text is large enough, and touches nothing.

L1  no text is smaller than the template's minimum.
L2  no text comes nearer than `CLEAR` to another text, to a glyph, a mark or a line. A count stands
    inside its pill, the sign of a merge inside its circle: there it must fit, with its margin.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from net2fig.data.template import Template
from net2fig.geometry import Box, Point
from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import Mark, Sight, Writing
from net2fig.laws.shapes import Area, apart, encloses, to_line

CLEAR: Final = 0.4
"""The least distance between a text and anything that it does not stand in, in points."""
SLACK: Final = 1e-6


def check_size(sight: Sight, template: Template) -> list[Breach]:
    """Return the texts that are smaller than the template allows (L1)."""
    return [
        Breach(
            "L1", f"{w.text.string!r} is {w.text.size:g} pt, below {template.minimum:g}", w.text.at
        )
        for w in sight.writings
        if w.text.size < template.minimum - SLACK
    ]


def check_clear(sight: Sight) -> list[Breach]:
    """Return what texts touch (L2)."""
    written = [w for w in sight.writings if w.text.string.strip()]
    return [
        *(_between(one, two) for one, two in _near_pairs(written)),
        *(breach for w in written for mark in sight.marks for breach in _against(w, mark)),
        *(breach for w in written for box in sight.pictures for breach in _on_picture(w, box)),
    ]


def _near_pairs(written: list[Writing]) -> Iterator[tuple[Writing, Writing]]:
    for one, two in combinations(sorted(written, key=lambda w: w.ink.box.x), 2):
        if apart(one.ink, two.ink, CLEAR) < CLEAR - SLACK:
            yield one, two


def _between(one: Writing, two: Writing) -> Breach:
    gap = apart(one.ink, two.ink)
    return Breach(
        "L2",
        f"{_named(one)} and {_named(two)} are {_said(gap)}",
        _middle(one.ink.box, two.ink.box),
    )


def _against(writing: Writing, mark: Mark) -> Iterator[Breach]:
    """Yield the breach of a text that is too near to a path, or does not fit in its own."""
    if _holds(mark, writing):
        if not _within(writing.ink, mark.paint):
            yield Breach("L2", f"{_named(writing)} does not fit in its frame", writing.text.at)
        return
    gap = apart(writing.ink, mark.paint, CLEAR)
    if gap < CLEAR - SLACK:
        yield Breach(
            "L2",
            f"{_named(writing)} and {_what(mark)} are {_said(gap)}",
            writing.ink.box.centre,
        )


def _on_picture(writing: Writing, box: Box) -> Iterator[Breach]:
    if box.grown(CLEAR).overlaps(writing.ink.box):
        yield Breach("L2", f"{_named(writing)} touches a picture", writing.text.at)


def _holds(mark: Mark, writing: Writing) -> bool:
    """Tell whether a text is meant to stand inside a path: a pill, or the circle of its sign."""
    if mark.around != writing.around or not mark.around or not mark.paint.filled:
        return False
    if "badge" in mark.around[-1].classes:
        return True
    return "sign" in writing.text.classes and "body" in mark.path.classes


def _within(text: Area, frame: Area) -> bool:
    """Tell whether a text stands inside a frame, clear of its border.

    Of a sign, which may be any character, the middle of each side counts: corners hold no ink.
    """
    box = text.box
    sides = [
        Point(box.x, box.centre.y),
        Point(box.right, box.centre.y),
        Point(box.centre.x, box.y),
        Point(box.centre.x, box.bottom),
    ]
    return all(
        encloses(frame, point)
        and all(to_line(point, chain) - frame.half >= CLEAR - SLACK for chain in frame.chains)
        for point in sides
    )


def _named(writing: Writing) -> str:
    """Return a text as it is spoken of: shortened, with what it labels."""
    string = writing.text.string
    short = string if len(string) <= 24 else string[:23] + "…"
    owner = next((group.id for group in reversed(writing.around) if group.id), None)
    return f"{short!r} of {owner!r}" if owner else repr(short)


def _what(mark: Mark) -> str:
    """Return what a path is."""
    group = next((group for group in reversed(mark.around) if group.classes), None)
    if group is None:
        return "a path"
    data = dict(group.data)
    if "edge" in group.classes:
        return f"the line {data.get('from', '?')!r} to {data.get('to', '?')!r}"
    if "entry" in group.classes:
        return f"the swatch of {data.get('type', '?')!r}"
    if "badge" in group.classes:
        return "a badge"
    part = (mark.path.classes or ("border",))[0]
    return f"the {part} of {group.id!r}"


def _said(gap: float) -> str:
    return "overlapping" if gap <= 0 else f"{gap:.2f} pt apart"


def _middle(one: Box, two: Box) -> Point:
    return Point((one.centre.x + two.centre.x) / 2, (one.centre.y + two.centre.y) / 2)
