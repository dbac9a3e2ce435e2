"""L12: a pin touches its glyph, and covers no text, no line and no other pin.

The bar of a tint lies inside of its glyph. That texts are apart from pins and bars is L2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import ReaderView, SeenGlyph, SeenPath
from net2fig.laws.shapes import is_enclosed, measure_distance

TOUCH: Final = 0.3
"""How far a disc may be from the border of its glyph, in points."""

CLEAR: Final = 0.4
"""The least distance between two discs, and between a disc and a line."""


def check_pins(view: ReaderView) -> list[Breach]:
    """Return the breaches of pins and of the bars of a tint (L12)."""
    # The body of a group in the legend may show a layer that the network shows as well.
    glyphs: dict[str, list[SeenGlyph]] = {}
    for drawing in view.drawings:
        for glyph in drawing.glyphs:
            glyphs.setdefault(glyph.id, []).append(glyph)
    discs = [mark for mark in view.marks if is_of(mark, "pin") and "disc" in mark.path.classes]
    bars = [mark for mark in view.marks if is_of(mark, "tint") and "bar" in mark.path.classes]
    return [
        *(breach for disc in discs for breach in check_disc(disc, glyphs)),
        *(breach for disc in discs for breach in check_cover(disc, view)),
        *find_near(discs),
        *(breach for bar in bars for breach in check_bar(bar, glyphs)),
    ]


def is_of(mark: SeenPath, name: str) -> bool:
    """Tell whether a path belongs to a group of a class."""
    return bool(mark.around) and name in mark.around[-1].classes


def check_disc(disc: SeenPath, glyphs: dict[str, list[SeenGlyph]]) -> Iterator[Breach]:
    """Yield the breach of a disc that does not touch its glyph; those of the list have none."""
    data = dict(disc.around[-1].data)
    if "glyph" not in data:
        return
    id, where = data["glyph"], disc.paint.box.centre
    gaps = [measure_distance(disc.paint, glyph.body) for glyph in glyphs.get(id, ())]
    if not gaps:
        yield Breach("L12", f"a pin is for {id!r}, which is not drawn", where)
    elif min(gaps) > TOUCH:
        yield Breach("L12", f"a pin is {min(gaps):.2f} pt from its glyph {id!r}", where)


def check_cover(disc: SeenPath, view: ReaderView) -> Iterator[Breach]:
    """Yield the breaches of a disc over a text or a line."""
    for each in view.texts:
        own = bool(each.around) and each.around[-1] is disc.around[-1]
        if not own and measure_distance(disc.paint, each.ink, CLEAR) < CLEAR:
            yield Breach("L12", f"a pin covers {each.text.string!r}", disc.paint.box.centre)
    for drawing in view.drawings:
        for line in drawing.lines:
            if measure_distance(disc.paint, line.paint, CLEAR) < CLEAR:
                text = f"a pin covers the line {line.source!r} to {line.target!r}"
                yield Breach("L12", text, disc.paint.box.centre)


def find_near(discs: list[SeenPath]) -> Iterator[Breach]:
    """Yield the breaches of discs that touch each other."""
    for number, one in enumerate(discs):
        for two in discs[:number]:
            if measure_distance(one.paint, two.paint, CLEAR) < CLEAR:
                yield Breach("L12", "two pins touch each other", one.paint.box.centre)


def check_bar(bar: SeenPath, glyphs: dict[str, list[SeenGlyph]]) -> Iterator[Breach]:
    """Yield the breach of a bar that is not inside of its glyph."""
    id = dict(bar.around[-1].data).get("glyph", "")
    bodies = [glyph.body for glyph in glyphs.get(id, ())]
    if not any(all(is_enclosed(body, point) for point in bar.paint.points) for body in bodies):
        yield Breach("L12", f"the bar of a tint is not inside of {id!r}", bar.paint.box.centre)
