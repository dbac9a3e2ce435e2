"""L6: along every row, x grows with the flow of data; where a row ends, the next lies below.

Where each resolution has a row, a line to another row may run back, level between two pieces that
go down, or up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from net2fig.geometry import Point
from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import ReaderView, SeenDrawing, SeenGlyph, SeenLine
from net2fig.laws.shapes import list_segments

SLACK: Final = 0.01


def check_flow(view: ReaderView) -> list[Breach]:
    """Return the lines that run against the flow (L6)."""
    return [breach for drawing in view.drawings for breach in _find_backwards(drawing)]


def _find_backwards(drawing: SeenDrawing) -> Iterator[Breach]:
    glyphs = {glyph.id: glyph for glyph in drawing.glyphs}
    for line in drawing.lines:
        name = f"the line {line.source!r} to {line.target!r}"
        returns = list(_list_returns(line))
        for route in line.routes:
            for one, two in list_segments(route):
                if two.x < one.x - SLACK and one not in returns:
                    yield Breach("L6", f"{name} runs to the left", one)
        for above, below in zip(line.routes, line.routes[1:], strict=False):
            if below[0].y <= above[-1].y:
                yield Breach("L6", f"{name} goes on in a row that is not below", below[0])
        source, target = glyphs.get(line.source), glyphs.get(line.target)
        if source and target and len(line.routes) == 1 and not returns and not line.is_contact:
            yield from _check_order(line, source, target)


def _list_returns(line: SeenLine) -> Iterator[Point]:
    """Yield where a line turns back to the begin of another row."""
    for route in line.routes:
        pieces = list(list_segments(route))
        for (a, b), (c, d), (e, f) in zip(pieces, pieces[1:], pieces[2:], strict=False):
            upright = a.x == b.x and e.x == f.x
            if upright and c.y == d.y and (b.y - a.y) * (f.y - e.y) > 0:
                yield c


def _check_order(line: SeenLine, source: SeenGlyph, target: SeenGlyph) -> Iterator[Breach]:
    if target.box.x < source.box.right - SLACK:
        message = f"{line.target!r} does not stand to the right of {line.source!r}, which feeds it"
        yield Breach("L6", message, target.box.centre)
