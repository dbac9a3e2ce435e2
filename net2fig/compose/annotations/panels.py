"""Panels: tinted grounds with titles behind spans, one for each row of a span.

+-Encoder--+     A panel is as high as its row, so that neighbours are alike. Where other
| ─▭──▭──▭─|     things of the row stand above or below its own, it is as high as these.
+----------+
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import groupby, pairwise
from math import inf

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.annotations.canvas import Canvas, Thing
from net2fig.compose.annotations.field import list_segments
from net2fig.compose.annotations.marks import Label, Mark
from net2fig.compose.annotations.names import Occurrence
from net2fig.compose.annotations.planner import GAP, Planner
from net2fig.compose.annotations.stretch import Cut
from net2fig.geometry import Box, Size
from net2fig.options.types import PanelRule

PAD = 4.0
"""Between the things of a panel and its border."""
OUTSIDE = 3.0
"""Between the border of a panel and what is beside it."""
TITLE = 2.0
"""Beneath the title of a panel."""

BESIDE = 0.6
"""Between a body and a cut beside it: lines end on pixels, not quite at the body."""
UNCUT = -1
"""No row."""

PanelOf = tuple[PanelRule, str, Occurrence]
"""A rule, the title with its letter, and the things."""


class Piece(Struct, frozen=True):
    """A panel in one row: its things, the box around them, and whether it is as high as the row.

    `left` and `right` are the ends of the bodies of its things.
    """

    rule: PanelRule
    title: str
    members: tuple[str, ...]
    row: int
    box: Box
    fills_row: bool
    left: float
    right: float


def cut_panels(panels: Sequence[PanelOf], planner: Planner) -> list[Cut]:
    """Return the room that borders and titles need along the flow."""
    cuts = []
    for piece in _list_pieces(panels, planner.canvas):
        before, after = (_find_gap(piece, planner.canvas, side) for side in (-1, 1))
        size = _measure_title(piece, planner)
        is_up = planner.canvas.turned.is_up
        strip = size.width + TITLE if is_up and piece.title else 0.0
        lacking = 0.0 if is_up else max(size.width - piece.box.width, 0.0) / 2
        need = PAD + OUTSIDE + lacking
        for at, room in (
            (piece.left - BESIDE, need + strip - _halve(before)),
            (piece.right + BESIDE, need - _halve(after)),
        ):
            row = _choose_row(piece, at, planner.canvas)
            if row != UNCUT:
                cuts.append(Cut(at, room, row))
    return cuts


def _choose_row(piece: Piece, at: float, canvas: Canvas) -> int | None:
    """Return the row that is cut at a place: all that stand side by side, else that of a panel."""
    frames = {each.frame for each in canvas.things}
    across = {
        each.row
        for each in canvas.things
        if each.body.x < at < each.body.right and each.id not in frames
    }
    if piece.row in across:
        return UNCUT
    return piece.row if across or canvas.follow else None


def _halve(gap: float) -> float:
    """Return what a panel may use of a gap; of one that is negative, all is lacking."""
    return gap / 2 if gap > 0 else gap


def _fit_pad(wanted: float, gap: float) -> float:
    """Return how far a border stands from its things, where the next thing is so far away."""
    return min(wanted, max(gap - OUTSIDE, gap / 2))


def plan_panels(panels: Sequence[PanelOf], planner: Planner) -> Iterator[Mark]:
    """Yield the panels; those that fill their rows take room above and below."""
    for piece in _list_pieces(panels, planner.canvas):
        mark = _plan_piece(piece, planner)
        if mark is not None:
            yield mark


def _plan_piece(piece: Piece, planner: Planner) -> Mark | None:
    """Return a panel in one row; None where it would hold what is not its own."""
    size = _measure_title(piece, planner)
    is_up = planner.canvas.turned.is_up
    strip = size.width + TITLE if is_up and piece.title else 0.0
    lacking = 0.0 if is_up else max(size.width - piece.box.width, 0.0) / 2
    before, after = (_find_gap(piece, planner.canvas, side) for side in (-1, 1))
    if planner.canvas.levels:
        before = after = inf
        piece = replace(piece, box=_take_texts(piece, planner.canvas))
    left = piece.box.x - _fit_pad(PAD + strip + lacking, before)
    right = piece.box.right + _fit_pad(PAD + lacking, after)
    high = 0.0 if is_up or not piece.title else size.height + TITLE
    wide = max(size.height + 2 * PAD - planner.canvas.rows[piece.row].height, 0.0) * is_up
    top, has_top = _find_side(piece, planner, -1, left, right, high + wide / 2)
    bottom, _ = _find_side(piece, planner, 1, left, right, wide / 2)
    whole = Box(left, top, right - left, bottom - top)
    steps = _make_steps(piece, planner.canvas, whole)
    ground = steps[0]
    if _is_mixed(piece, planner.canvas, steps):
        planner.crowded.append(piece.rule.place)
        return None
    for step in steps:
        planner.field.add_border(step)
    labels: tuple[Label, ...] = ()
    has_room = left <= piece.box.x - PAD - strip + 0.3 if is_up else has_top
    if piece.title and has_room and ground.width >= min(whole.width, size.width + PAD):
        ys = (ground.bottom - PAD - size.height, top + PAD) if is_up else (top + PAD / 2,)
        places = [Box(ground.x + PAD, y, size.width, size.height) for y in ys]
        first = planner.canvas.thing(piece.members[0])
        free = [box for box in places if not is_up or planner.field.is_free(box, first)]
        if free:
            labels = (Label((piece.title,), free[0], is_bold=True),)
            planner.field.taken.append(free[0])
    if piece.title and not labels:
        labels = (_place_outside(piece, planner, size, ground.x),)
    return Mark("panel", piece.members, labels, (), steps, piece.rule.color)


def _take_texts(piece: Piece, canvas: Canvas) -> Box:
    """Return the box of a piece with the texts that its borders would cut."""
    box = piece.box
    for text in sorted(canvas.texts, key=lambda text: abs(text.centre.x - box.centre.x)):
        if text.y > box.bottom or text.bottom < box.y or box.contains(text):
            continue
        room = box.grown(PAD + OUTSIDE / 2)
        wider = box.union(Box(text.x, box.y, text.width, 0.0))
        others = [each for each in canvas.things if each.id not in piece.members]
        if room.overlaps(text) and not any(
            each.full.overlaps(wider) and not each.full.overlaps(box) for each in others
        ):
            box = wider
    return box


def _make_steps(piece: Piece, canvas: Canvas, whole: Box) -> tuple[Box, ...]:
    """Return the ground: a box, or one for each level where things of others would stand in it."""
    others = [each for each in canvas.things if each.id not in piece.members]
    if not canvas.levels or not any(each.full.overlaps(whole) for each in others):
        return (whole,)
    levels: dict[int, list[Thing]] = {}
    for each in canvas.things:
        levels.setdefault(canvas.levels.get(each.id, 0), []).append(each)
    steps: list[Box] = []
    for _, things in sorted(levels.items()):
        own = [each.full for each in things if each.id in piece.members]
        beside = [each.full for each in things if each.id not in piece.members]
        if not own:
            continue
        box = reduce(Box.union, own)
        left, right = whole.x, whole.right
        for other in beside:
            if other.right <= box.x + 0.5 and other.right > left - OUTSIDE:
                left = max(left, box.x - _fit_pad(PAD, box.x - other.right))
            if other.x >= box.right - 0.5 and other.x < right + OUTSIDE:
                right = min(right, box.right + _fit_pad(PAD, other.x - box.right))
        top = min(each.full.y for each in things)
        bottom = max(each.full.bottom for each in things)
        steps.append(Box(left, top, right - left, bottom - top))
    return tuple(_join_steps(steps, whole))


def _is_mixed(piece: Piece, canvas: Canvas, steps: Sequence[Box]) -> bool:
    """Tell whether a thing of others stands in a panel, or a text on its border."""
    around = {
        frame
        for each in canvas.things
        if each.id in piece.members
        for frame in canvas.frames_of(each)
    }
    others = [e for e in canvas.things if e.id not in piece.members and e.id not in around]
    cut = (_is_cut(text.grown(0.5), steps) for text in canvas.texts)
    return any(step.overlaps(each.body) for step in steps for each in others) or any(cut)


def _is_cut(text: Box, steps: Sequence[Box]) -> bool:
    """Tell whether a text lies inside of a panel in part."""
    ends = ((text.x, text.centre.y), (text.right, text.centre.y))
    inside = {any(s.x <= x <= s.right and s.y <= y <= s.bottom for s in steps) for x, y in ends}
    return len(inside) > 1


def _join_steps(steps: Sequence[Box], whole: Box) -> Iterator[Box]:
    """Yield boxes that meet between the levels, and reach to both ends of the whole."""
    middles = [(one.bottom + two.y) / 2 for one, two in pairwise(steps)]
    for step, (top, bottom) in zip(
        steps, pairwise([whole.y, *middles, max(whole.y, whole.bottom)]), strict=True
    ):
        yield Box(step.x, top, step.width, bottom - top)


def _find_side(
    piece: Piece, planner: Planner, side: int, left: float, right: float, room: float
) -> tuple[float, bool]:
    """Return where a panel ends above or below, and whether it has all the room it needs there.

    Where nothing of its row is beyond it, it takes room beyond the row.
    """
    gap = planner.field.gap(piece.box, side, piece.members)
    if piece.fills_row or gap == inf:
        return _reserve(piece, planner, side, left, right, room), True
    pad = _fit_pad(PAD + room, gap)
    edge = piece.box.y if side < 0 else piece.box.bottom
    return edge + side * pad, pad >= PAD + room - 0.3


def _reserve(
    piece: Piece, planner: Planner, side: int, left: float, right: float, room: float
) -> float:
    """Take the room of a panel beyond its row; return where it ends."""
    at = piece.row, side
    opaque = (left, right) if room and not planner.canvas.turned.is_up else (left, left)
    size = PAD + room
    offset = planner.bands.reserve(
        at, left - OUTSIDE, right + OUTSIDE, size, opaque=_cut_short(piece, planner, opaque)
    )
    return planner.beyond(*at, offset + size - GAP)


def _cut_short(piece: Piece, planner: Planner, span: tuple[float, float]) -> tuple[float, float]:
    """Return the part of a span that the title takes."""
    width = _measure_title(piece, planner).width + 2 * PAD if piece.title else 0.0
    return span[0], min(span[1], span[0] + width)


def _place_outside(piece: Piece, planner: Planner, size: Size, left: float) -> Label:
    """Return the title above the row, where there is no room in the panel."""
    at = piece.row, -1
    offset = planner.bands.reserve(at, left, left + size.width, size.height + GAP)
    box = planner.place_beyond(*at, offset, left, size)
    return Label((piece.title,), box, is_bold=True)


def _measure_title(piece: Piece, planner: Planner) -> Size:
    return planner.measure((piece.title,), bold=True) if piece.title else Size(0.0, 0.0)


def _list_pieces(panels: Sequence[PanelOf], canvas: Canvas) -> Iterator[Piece]:
    """Yield a piece for each row of each panel."""
    for rule, title, things in panels:
        rows = groupby(sorted(things, key=lambda each: each.row), lambda each: each.row)
        for row, group in rows:
            members = _add_enclosed(list(group), canvas)
            box = reduce(Box.union, (each.full for each in members))
            inside = tuple(each.id for each in canvas.things if _is_in(each, members, canvas))
            others = [
                each
                for each in canvas.things
                if each.row == row and not each.frame and each.id not in inside
            ]
            is_alone = not any(e.full.x < box.right and box.x < e.full.right for e in others)
            fills = is_alone and not any(each.frame for each in members)
            if fills:
                high = canvas.rows[row]
                box = Box(box.x, high.y, box.width, high.height)
            left = min(each.body.x for each in members)
            right = max(each.body.right for each in members)
            if fills and not canvas.levels:
                inner = [t for t in canvas.texts if left < t.centre.x < right]
                inner = [t for t in inner if canvas.find_row(t.centre.y) == row]
                box = reduce(Box.union, inner, box)
            yield Piece(rule, title, inside, row, box, fills, left, right)


def _add_enclosed(members: list[Thing], canvas: Canvas) -> list[Thing]:
    """Return the things of a span with those that stand among them."""
    if canvas.levels:
        return members
    row, frame = members[0].row, members[0].frame
    beside = [each for each in canvas.things if each.row == row and each.frame == frame]
    while True:
        box = reduce(Box.union, (each.full for each in members))
        more = [each for each in beside if each not in members and each.full.overlaps(box)]
        if not more:
            return members
        members = [*members, *more]


def _is_in(thing: Thing, members: list[Thing], canvas: Canvas) -> bool:
    ids = {each.id for each in members}
    return thing.id in ids or bool(canvas.frames_of(thing) & ids)


def _find_gap(piece: Piece, canvas: Canvas, side: int) -> float:
    """Return how far the next thing, text or line across is before or after a piece."""
    box = piece.box
    others = [e.full for e in canvas.things if e.id not in piece.members and e.row == piece.row]
    others += [t for t in canvas.texts if canvas.find_row(t.centre.y) == piece.row]
    others += [
        segment
        for wire in canvas.wires
        for segment in list_segments(wire)
        if segment.height > segment.width
    ]
    gaps = [
        box.x - each.right if side < 0 else each.x - box.right
        for each in others
        if each.y < box.bottom and box.y < each.bottom
        if (each.centre.x < piece.left if side < 0 else each.centre.x > piece.right)
    ]
    return min(gaps, default=inf)
