"""L8: all that an outline says is drawn, once: its blocks, their links, its runs, its groups.

What is not drawn is told in the legend; here is what should be drawn and neither is. The body of a
group may lead its lines through points, where they fork and join; links are followed through them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator
from typing import Final, TypeVar

from net2fig.geometry import Point
from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import ReaderView, SeenBracket, SeenDrawing, SeenGlyph
from net2fig.outline import ENTRY, EXIT, Bracket, Definition, Outline

T = TypeVar("T", bound=Hashable)

ENDS: Final = 3.0
"""How far a bracket may end from the outermost glyphs of its run, in points."""


def check_whole(view: ReaderView, outline: Outline) -> list[Breach]:
    """Return what of an outline is not drawn, or drawn more than once (L8)."""
    network = view.network
    breaches = [
        *_compare_counts("the block", Counter(b.id for b in outline.blocks), _count_ids(network)),
        *_compare_counts("the link", _count_links(outline), _count_lines(network)),
        *_check_brackets(network, outline),
    ]
    if view.keys is not None:
        shown = {part.type for drawing in view.drawings for part in drawing.glyphs}
        for definition in outline.groups:
            if definition.name in shown:
                breaches += _check_body(view, definition)
    return breaches


def _count_ids(drawing: SeenDrawing) -> Counter[str]:
    return Counter(part.id for part in drawing.glyphs)


def _count_lines(drawing: SeenDrawing) -> Counter[tuple[str, str]]:
    """Return how often each link is drawn, as a line or as a tag at its reader."""
    lines = Counter((line.source, line.target) for line in drawing.lines)
    tags = ((tag, part.id) for part in drawing.glyphs for tag in part.tags if tag != part.id)
    return lines + Counter(tags)


def _count_links(outline: Outline) -> Counter[tuple[str, str]]:
    return Counter((link.begin, link.end) for link in outline.links)


def _compare_counts(what: str, expected: Counter[T], actual: Counter[T]) -> Iterator[Breach]:
    """Yield a breach for each thing drawn more or less often than expected."""
    names: dict[T, None] = dict.fromkeys([*expected, *actual])
    for one in names:
        if expected[one] != actual[one]:
            name = " to ".join(map(repr, one)) if isinstance(one, tuple) else repr(one)
            yield Breach("L8", f"{what} {name} is drawn {actual[one]} times, not {expected[one]}")


def _check_body(view: ReaderView, definition: Definition) -> Iterator[Breach]:
    """Yield what the body of a group lacks, or has in excess."""
    bodies = [drawing for drawing in view.drawings if drawing.owner == definition.name]
    if len(bodies) != 1:
        yield Breach("L8", f"{definition.name!r} has {len(bodies)} bodies")
    for drawing in bodies:
        what = f"in the body of {definition.name!r}, the"
        expected = Counter(block.id for block in definition.body.blocks)
        yield from _compare_counts(f"{what} block", expected, _count_ids(drawing))
        links = Counter(dict.fromkeys(_count_links(definition.body), 1))
        yield from _compare_counts(f"{what} link", links, Counter(set(follow_lines(drawing))))


def follow_lines(drawing: SeenDrawing) -> Iterator[tuple[str, str]]:
    """Yield the links of a body, followed through its points; inputs have numbers."""
    after: dict[str, list[str]] = {}
    for wire in drawing.lines:
        after.setdefault(wire.source, []).append(wire.target)
    entries = {start for start in after if re.fullmatch(rf"{ENTRY}\d*", start)}
    targets = {target for found in after.values() for target in found}
    exits = {target for target in targets if re.fullmatch(rf"{EXIT}\d*", target)}
    ends = {*exits, *entries, *(part.id for part in drawing.glyphs)}
    for start in ends:
        waiting = list(after.get(start, []))
        while waiting:
            here = waiting.pop()
            if here in ends:
                yield start, here
            else:
                waiting += after.get(here, [])


def _check_brackets(drawing: SeenDrawing, outline: Outline) -> Iterator[Breach]:
    """Yield the runs without their bracket, and the brackets without a run."""
    waiting = list(drawing.brackets)
    for bracket in outline.brackets:
        name = f"the run from {bracket.blocks[0]!r}"
        matching = [run for run in waiting if run.blocks == bracket.blocks]
        if len(matching) != 1:
            count = f"occurs {bracket.count} times, which is not told"
            yield Breach(
                "L8", f"{name} {count}" if not matching else f"{name} has {len(matching)} brackets"
            )
        for run in matching:
            waiting.remove(run)
            numbers = [number for words in run.words for number in re.findall(r"\d+", words)]
            if numbers != [str(bracket.count)]:
                yield Breach("L8", f"{name} occurs {bracket.count} times, {run.words} is told")
            yield from _check_span(drawing, bracket, run)
    for run in waiting:
        where = run.spans[0].centre if run.spans else Point(0.0, 0.0)
        yield Breach("L8", "a bracket stands beneath no run", where)


def _check_span(drawing: SeenDrawing, bracket: Bracket, run: SeenBracket) -> Iterator[Breach]:
    """Yield the glyphs that a bracket takes in or leaves out, though they are not, or are, its own.

    A piece of a bracket stands beneath the glyphs of its row.
    """
    for part in drawing.glyphs:
        is_member = part.id in bracket.blocks
        if is_member != any(
            _is_beneath(drawing, part, run, number) for number in range(len(run.spans))
        ):
            verb = "leaves out" if is_member else "takes in"
            message = f"the bracket of the run from {bracket.blocks[0]!r} {verb} {part.id!r}"
            yield Breach("L8", message, part.box.centre)


def _is_beneath(drawing: SeenDrawing, part: SeenGlyph, run: SeenBracket, number: int) -> bool:
    """Tell whether a piece of a bracket stands beneath a glyph, and no other row between them."""
    span, box = run.spans[number], part.box
    across = span.x - ENDS <= box.x and box.right <= span.right + ENDS
    if not across or box.bottom > span.y:
        return False
    rows = sorted(one.y for one in run.spans if box.bottom <= one.y)
    between = any(
        other.box.y > box.bottom and other.box.bottom < span.y
        for other in drawing.glyphs
        if other.box.x < span.right and span.x < other.box.right
        if not (part.id in run.blocks and other.id in run.blocks)
    )
    return rows[0] == span.y and not between
