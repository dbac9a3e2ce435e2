"""L1 and L2: text is large enough, and touches nothing.

L1  no text is smaller than the template's minimum.
L2  no text comes nearer than `CLEAR` to another text, to a glyph, a mark or a line. A count stands
    inside its pill, the sign of a merge inside its circle: there it must fit, with its margin.
    Letters of one formula stand close together, and do not overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from net2fig.data.template import Template
from net2fig.geometry import Box, Point
from net2fig.laws.breach import Breach
from net2fig.laws.nearby import Nearby
from net2fig.laws.reader_view import ReaderView, SeenPath, SeenText
from net2fig.laws.shapes import Area, is_enclosed, measure_distance, measure_to_line

CLEAR: Final = 0.4
"""The least distance between a text and anything that it does not stand in, in points."""
TIGHT: Final = 0.06
"""How far the boxes of two letters of one formula may overlap, in sizes of the font."""
SLACK: Final = 1e-6


def check_size(view: ReaderView, template: Template) -> list[Breach]:
    """Return the texts that are smaller than the template allows (L1)."""
    return [
        Breach(
            "L1", f"{w.text.string!r} is {w.text.size:g} pt, below {template.minimum:g}", w.text.at
        )
        for w in view.texts
        if w.text.size < template.minimum - SLACK
    ]


def check_clear(view: ReaderView) -> list[Breach]:
    """Return the breaches of texts that touch something (L2)."""
    texts = [w for w in view.texts if w.text.string.strip()]
    marks = Nearby([mark.paint for mark in view.marks])
    frames: dict[int, list[int]] = {}
    for number, mark in enumerate(view.marks):
        if mark.around:
            frames.setdefault(id(mark.around[-1]), []).append(number)

    def list_marks(text: SeenText) -> Iterator[SeenPath]:
        """Yield the paths that may touch a text, and those that it may have to fit into."""
        own = frames.get(id(text.around[-1]), ()) if text.around else ()
        for number in sorted({*marks.find(text.ink, CLEAR), *own}):
            yield view.marks[number]

    return [
        *(_make_breach(one, two) for one, two in _list_near_pairs(texts)),
        *(breach for w in texts for mark in list_marks(w) for breach in _check_path(w, mark)),
        *(breach for w in texts for box in view.pictures for breach in _check_picture(w, box)),
    ]


def _list_near_pairs(texts: list[SeenText]) -> Iterator[tuple[SeenText, SeenText]]:
    ordered = sorted(texts, key=lambda w: w.ink.box.x)
    nearby = Nearby([text.ink for text in ordered])
    for number, one in enumerate(ordered):
        for other in nearby.find(one.ink, CLEAR):
            two = ordered[other]
            if other > number and _are_near(one, two):
                yield one, two


def _are_near(one: SeenText, two: SeenText) -> bool:
    """Tell whether two texts are too near; letters of a formula may touch."""
    if not _is_one_formula(one, two):
        return measure_distance(one.ink, two.ink, CLEAR) < CLEAR - SLACK
    a, b = one.ink.box, two.ink.box
    across = min(a.right, b.right) - max(a.x, b.x)
    return min(across, min(a.bottom, b.bottom) - max(a.y, b.y)) > TIGHT * one.text.size


def _is_one_formula(one: SeenText, two: SeenText) -> bool:
    """Tell whether two texts are letters of one formula, which stand close together."""
    group = one.around[-1] if one.around else None
    return group is not None and "formula" in group.classes and two.around[-1:] == (group,)


def _make_breach(one: SeenText, two: SeenText) -> Breach:
    gap = measure_distance(one.ink, two.ink)
    return Breach(
        "L2",
        f"{_describe_text(one)} and {_describe_text(two)} are {_describe_gap(gap)}",
        _find_middle(one.ink.box, two.ink.box),
    )


def _check_path(text: SeenText, path: SeenPath) -> Iterator[Breach]:
    """Yield the breach of a text that is too near to a path, or does not fit in its own."""
    if _is_frame_of(path, text):
        if not _fits_inside(text.ink, path.paint):
            yield Breach("L2", f"{_describe_text(text)} does not fit in its frame", text.text.at)
        return
    # Texts stand on a panel, clear of its border.
    is_ground = "panel" in path.path.classes
    paint = replace(path.paint, filled=False) if is_ground else path.paint
    gap = measure_distance(text.ink, paint, CLEAR)
    if gap < CLEAR - SLACK:
        yield Breach(
            "L2",
            f"{_describe_text(text)} and {_describe_path(path)} are {_describe_gap(gap)}",
            text.ink.box.centre,
        )


def _check_picture(text: SeenText, box: Box) -> Iterator[Breach]:
    if box.grown(CLEAR).overlaps(text.ink.box):
        yield Breach("L2", f"{_describe_text(text)} touches a picture", text.text.at)


def _is_frame_of(path: SeenPath, text: SeenText) -> bool:
    """Tell whether a text is meant to stand inside a path: a pill, a sign's circle, a box."""
    if path.around and "box" in path.around[-1].classes and "body" in path.path.classes:
        if text.around and "pin" in text.around[-1].classes:
            # A pin at a box of an opened group stands inside of the frame.
            return "open" in path.around[-1].classes and is_enclosed(
                path.paint, text.ink.box.centre
            )
        is_title = "open" in path.around[-1].classes and text.ink.box.bottom < path.paint.box.y
        return path.around[-1] in text.around and not is_title
    if path.around != text.around or not path.around or not path.paint.filled:
        return False
    if "badge" in path.around[-1].classes:
        return True
    return "sign" in text.text.classes and "body" in path.path.classes


def _fits_inside(text: Area, frame: Area) -> bool:
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
        is_enclosed(frame, point)
        and all(
            measure_to_line(point, chain) - frame.half >= CLEAR - SLACK for chain in frame.chains
        )
        for point in sides
    )


def _describe_text(text: SeenText) -> str:
    """Return a short description of a text, with what it labels."""
    string = text.text.string
    short = string if len(string) <= 24 else string[:23] + "…"
    owner = next((group.id for group in reversed(text.around) if group.id), None)
    return f"{short!r} of {owner!r}" if owner else repr(short)


def _describe_path(path: SeenPath) -> str:
    """Return a description of a path."""
    group = next((group for group in reversed(path.around) if group.classes), None)
    if group is None:
        return "a path"
    data = dict(group.data)
    if "edge" in group.classes:
        return f"the line {data.get('from', '?')!r} to {data.get('to', '?')!r}"
    if "entry" in group.classes:
        return f"the swatch of {data.get('type', '?')!r}"
    if "badge" in group.classes:
        return "a badge"
    part = (path.path.classes or ("border",))[0]
    if "annotation" in group.classes:
        return f"the {'border' if part == 'panel' else part} of the {group.classes[-1]}"
    return f"the {part} of {group.id!r}"


def _describe_gap(gap: float) -> str:
    return "overlapping" if gap <= 0 else f"{gap:.2f} pt apart"


def _find_middle(one: Box, two: Box) -> Point:
    return Point((one.centre.x + two.centre.x) / 2, (one.centre.y + two.centre.y) / 2)
