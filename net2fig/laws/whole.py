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
from net2fig.laws.reader_view import Part, Plane, Run, Sight
from net2fig.outline import ENTRY, EXIT, Bracket, Definition, Outline

T = TypeVar("T", bound=Hashable)

ENDS: Final = 3.0
"""How far a bracket may end from the outermost glyphs of its run, in points."""


def check_whole(sight: Sight, outline: Outline) -> list[Breach]:
    """Return what of an outline is not drawn, or drawn more than once (L8)."""
    network = sight.network
    breaches = [
        *_counted("the block", Counter(b.id for b in outline.blocks), _ids(network)),
        *_counted(
            "the link", _links(outline), Counter((w.source, w.target) for w in network.wires)
        ),
        *_runs(network, outline),
    ]
    if sight.keys is not None:
        shown = {part.type for plane in sight.planes for part in plane.parts}
        for definition in outline.groups:
            if definition.name in shown:
                breaches += _body(sight, definition)
    return breaches


def _ids(plane: Plane) -> Counter[str]:
    return Counter(part.id for part in plane.parts)


def _links(outline: Outline) -> Counter[tuple[str, str]]:
    return Counter((link.begin, link.target) for link in outline.links)


def _counted(what: str, wanted: Counter[T], found: Counter[T]) -> Iterator[Breach]:
    """Yield what is found more or less often than it is wanted."""
    names: dict[T, None] = dict.fromkeys([*wanted, *found])
    for one in names:
        if wanted[one] != found[one]:
            name = " to ".join(map(repr, one)) if isinstance(one, tuple) else repr(one)
            yield Breach("L8", f"{what} {name} is drawn {found[one]} times, not {wanted[one]}")


def _body(sight: Sight, definition: Definition) -> Iterator[Breach]:
    """Yield what the body of a group lacks, or has in excess."""
    bodies = [plane for plane in sight.planes if plane.owner == definition.name]
    if len(bodies) != 1:
        yield Breach("L8", f"{definition.name!r} has {len(bodies)} bodies")
    for plane in bodies:
        what = f"in the body of {definition.name!r}, the"
        wanted = Counter(block.id for block in definition.body.blocks)
        yield from _counted(f"{what} block", wanted, _ids(plane))
        links = Counter(dict.fromkeys(_links(definition.body), 1))
        yield from _counted(f"{what} link", links, Counter(set(_followed(plane))))


def _followed(plane: Plane) -> Iterator[tuple[str, str]]:
    """Yield the links of a body, followed through its points; inputs have numbers."""
    after: dict[str, list[str]] = {}
    for wire in plane.wires:
        after.setdefault(wire.source, []).append(wire.target)
    entries = {start for start in after if re.fullmatch(rf"{ENTRY}\d*", start)}
    ends = {EXIT, *entries, *(part.id for part in plane.parts)}
    for start in ends:
        waiting = list(after.get(start, []))
        while waiting:
            here = waiting.pop()
            if here in ends:
                yield start, here
            else:
                waiting += after.get(here, [])


def _runs(plane: Plane, outline: Outline) -> Iterator[Breach]:
    """Yield the runs without their bracket, and the brackets without a run."""
    waiting = list(plane.runs)
    for bracket in outline.brackets:
        name = f"the run from {bracket.blocks[0]!r}"
        mine = [run for run in waiting if run.blocks == bracket.blocks]
        if len(mine) != 1:
            said = f"occurs {bracket.count} times, which is not told"
            yield Breach("L8", f"{name} {said}" if not mine else f"{name} has {len(mine)} brackets")
        for run in mine:
            waiting.remove(run)
            numbers = [number for words in run.words for number in re.findall(r"\d+", words)]
            if numbers != [str(bracket.count)]:
                yield Breach("L8", f"{name} occurs {bracket.count} times, {run.words} is told")
            yield from _spanned(plane, bracket, run)
    for run in waiting:
        where = run.spans[0].centre if run.spans else Point(0.0, 0.0)
        yield Breach("L8", "a bracket stands beneath no run", where)


def _spanned(plane: Plane, bracket: Bracket, run: Run) -> Iterator[Breach]:
    """Yield the glyphs that a bracket takes in or leaves out, though they are not, or are, its own.

    A piece of a bracket stands beneath the glyphs of its row.
    """
    for part in plane.parts:
        own = part.id in bracket.blocks
        if own != any(_beneath(plane, part, run, number) for number in range(len(run.spans))):
            verb = "leaves out" if own else "takes in"
            message = f"the bracket of the run from {bracket.blocks[0]!r} {verb} {part.id!r}"
            yield Breach("L8", message, part.box.centre)


def _beneath(plane: Plane, part: Part, run: Run, number: int) -> bool:
    """Tell whether a piece of a bracket stands beneath a glyph, and no other row between them."""
    span, box = run.spans[number], part.box
    across = span.x - ENDS <= box.x and box.right <= span.right + ENDS
    if not across or box.bottom > span.y:
        return False
    rows = sorted(one.y for one in run.spans if box.bottom <= one.y)
    between = any(
        other.box.y > box.bottom and other.box.bottom < span.y
        for other in plane.parts
        if other.box.x < span.right and span.x < other.box.right
        if not (part.id in run.blocks and other.id in run.blocks)
    )
    return rows[0] == span.y and not between
