"""Where annotations stand: texts, brackets, arrows and panels, in bands above and below the rows.

    above   'Encoder'          brackets, arrows, notes: those nearest to the row come last
            .--------.
    row     ─▭──▭──▭──▭─
    below     '-loss-'

Requires: a canvas; with the room that `bands` names above and below its rows, nothing is covered.
Ensures: on a canvas with that room the same places are chosen again.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import inf

from msgspec import Struct

from net2fig.compose.annotations.canvas import Canvas, Thing
from net2fig.compose.annotations.field import CLEAR, Field, Route, box_between
from net2fig.compose.annotations.marks import Bands, Label, Mark, Stroke
from net2fig.compose.annotations.names import Names, Occurrence
from net2fig.compose.wording.words import break_lines
from net2fig.fonts.metrics import text_width
from net2fig.geometry import Box, Point, Size
from net2fig.options.page import Page
from net2fig.options.types import ABOVE, AUTO, ArrowRule, BracketRule, NoteRule
from net2fig.toml import Place

LEADING = 1.2
GAP = 2.0
"""Between an annotation and the row or the annotation nearer to it."""
TURN = 2.4
"""How far the ends of a bracket are turned to what it is over."""
LANE = 6.0
"""How far the lane of an arrow is from its row."""
LEAD = 9.0
"""How long a line is that comes to the end of a text."""
JUST = 0.1
"""How far beyond a row a line passes what is placed there."""
APART = 3.0
"""Between annotations side by side."""
WIDEST = 120.0
"""Longer notes are broken into lines."""
FAR, BARRED = 40.0, 2.0
"""A way out of a row that is so long, or has so many crossings, is avoided."""
NEAR = 4.0
"""A text so near to its thing needs no line to it."""

Rule = NoteRule | BracketRule | ArrowRule


class End(Struct, frozen=True):
    """One end of an arrow: how it leaves its thing, on which side of which row."""

    route: Route
    row: int
    side: int
    cost: float = 0.0


class Planner:
    """The marks of a canvas, planned one after the other."""

    def __init__(self, canvas: Canvas, names: Names, page: Page) -> None:
        self.canvas, self.names, self.page = canvas, names, page
        self.field = Field(canvas)
        self.bands = Bands()
        self.crowded: list[Place] = []
        self._arrows: dict[tuple[int, int], list[float]] = {}
        self.left = min(row.x for row in canvas.rows)
        self.right = max(row.right for row in canvas.rows)
        self.outer = self.left, self.right
        # Beside a word, ink looks nearer than above it.
        self.clear = 2.4 if canvas.turned.is_up else CLEAR

    # Texts

    def break_text(self, text: str, widest: float = inf) -> tuple[str, ...]:
        """Return a text in lines: those of its author, broken where they are too long."""
        return tuple(
            line
            for part in text.split("\n")
            for line in break_lines(part, lambda line: self.width(line) <= widest)
        )

    def width(self, line: str, *, bold: bool = False) -> float:
        """Return the width of a line."""
        return text_width(line, self.page.size, family=self.page.family, bold=bold)

    def measure(self, lines: Sequence[str], *, bold: bool = False) -> Size:
        """Return the size of lines, along and across the flow."""
        wide = max((self.width(line, bold=bold) for line in lines), default=0.0)
        high = len(lines) * LEADING * self.page.size
        return Size(high, wide) if self.canvas.turned.is_up else Size(wide, high)

    def edge(self, row: int, side: int) -> float:
        """Return the upper or the lower edge of a row."""
        box = self.canvas.rows[row]
        return box.y if side < 0 else box.bottom

    def beyond(self, row: int, side: int, offset: float) -> float:
        """Return a place beyond the edge of a row."""
        return self.edge(row, side) + side * (GAP + offset)

    def place_beyond(self, row: int, side: int, offset: float, left: float, size: Size) -> Box:
        """Return the box of a text beyond the edge of a row."""
        near = self.beyond(row, side, offset)
        return Box(left, near - size.height if side < 0 else near, size.width, size.height)

    def fit_left(self, middle: float, width: float) -> float:
        """Return where a text begins: about its middle, no further out than the drawing."""
        return max(min(middle - width / 2, self.right - width), self.left)

    def fit_between(
        self, at: tuple[int, int], middle: float, width: float, *, has_leader: bool = False
    ) -> float:
        """Return where a text beyond a row begins: no line of the network passes it.

        A leader in the middle meets the text, or is well beside it.
        """
        row, side = at
        passing = self._list_passing(row, side)
        wanted = self.fit_left(middle, width)
        beside = [x + APART for x in passing] + [x - width - APART for x in passing]
        if has_leader:
            beside += [middle + LEAD, middle - width - LEAD]
        free = [
            left
            for left in (wanted, *beside)
            if not any(left - CLEAR < x < left + width + CLEAR for x in passing)
            if not has_leader
            or left <= middle <= left + width
            or min(abs(middle - left), abs(middle - left - width)) >= LEAD - JUST
        ]

        def rate(left: float) -> tuple[bool, float]:
            is_outside = left < self.left or left + width > self.right
            return is_outside and left != wanted, abs(left - wanted)

        return min(free, key=rate, default=wanted)

    def _list_passing(self, row: int, side: int) -> list[float]:
        """Return where lines of the network and arrows leave a row."""
        passing = self.field.list_passing(self.edge(row, side) + side * JUST)
        return passing + self._arrows.get((row, side), [])

    def order_sides(self, side: str, row: int) -> tuple[int, int]:
        """Return the sides in the order in which they are tried, above being -1."""
        if side == AUTO:
            is_last_stack = self.canvas.turned.is_up and 0 < row == len(self.canvas.rows) - 1
            return (1, -1) if is_last_stack else (-1, 1)
        return (-1, 1) if side == ABOVE else (1, -1)

    # Notes

    def plan_note(self, rule: NoteRule, thing: Thing, lead: float = 0.0) -> Mark | None:
        """Place a text beside its thing where it is free, else beyond the row with a line.

        `lead` is room for the line beyond the row.
        """
        lines = self.break_text(rule.text, WIDEST)
        size = self.measure(lines)
        box = None if rule.line else self._find_place(thing, rule.side, size)
        if box is not None:
            self.field.taken.append(box)
            return Mark("note", (thing.id,), (Label(lines, box),), color=rule.color)
        end = self._find_end(thing, rule.side)
        spot = self._find_spot(thing, end, rule, size) if not lead else None
        if spot is not None:
            self.field.taken.append(spot[0])
            self.field.add_line(spot[1])
            leader = (Stroke(spot[1], is_leader=True),)
            return Mark("note", (thing.id,), (Label(lines, spot[0]),), leader, color=rule.color)
        if end is None:
            self.crowded.append(rule.place)
            return None
        x = end.route[-1].x
        at = end.row, end.side
        left = self.fit_between(at, x, size.width, has_leader=True)
        room = lead + size.height + GAP
        first, last = min(left, x) - APART, max(left + size.width, x) + APART
        offset = self.bands.reserve(at, first, last, room) + lead
        box = self.place_beyond(*at, offset, left, size)
        points = (*end.route[:-1], *_lead_to(box, x, end.side, self.clear))
        length = sum(abs(a.x - b.x) + abs(a.y - b.y) for a, b in pairwise(points))
        has_line = rule.line or (rule.line is None and length > NEAR)
        strokes: tuple[Stroke, ...] = ()
        if has_line:
            strokes = (Stroke(points, is_leader=True),)
            self.field.add_line(points)
        return Mark("note", (thing.id,), (Label(lines, box),), strokes, color=rule.color)

    def _find_spot(
        self, thing: Thing, end: End | None, rule: NoteRule, size: Size
    ) -> tuple[Box, Route] | None:
        """Return a place among the things of a row, where the way out of it is long or barred."""
        if end is not None:
            far = abs(end.route[0].y - end.route[-1].y)
            if rule.side != AUTO or (end.cost < BARRED and far < FAR):
                return None
        return self.field.find_spot(thing, size, self.canvas.rows[thing.row])

    def _find_place(self, thing: Thing, wanted: str, size: Size) -> Box | None:
        """Return where a text can stand beside its thing, inside of its row; None if nowhere.

        Beside a line, it may stand anywhere along it.
        """
        row, spare = self.canvas.rows[thing.row], max(thing.body.width - size.width, 0.0)
        sides = self.order_sides(wanted, thing.row)
        middle = thing.body.centre.x
        steps = (0.0,) if thing.id else tuple(n / 16 * s for n in range(9) for s in (1, -1))
        for side in sides if wanted == AUTO else sides[:1]:
            edge = thing.full.y if side < 0 else thing.full.bottom
            y = edge - self.clear - size.height if side < 0 else edge + self.clear
            for step in steps:
                left = self.fit_left(middle + step * spare, size.width)
                box = Box(left, y, size.width, size.height)
                is_inside = row.y <= box.y and box.bottom <= row.bottom
                if is_inside and self.field.is_free(box.grown(CLEAR - 0.2), thing):
                    return box
        return None

    def _find_end(self, thing: Thing, wanted: str, side: int = 0) -> End | None:
        """Return how a line leaves a thing, on the side that is wanted; None if it cannot."""
        sides = (side,) if side else self.order_sides(wanted, thing.row)
        drops = []
        for number, each in enumerate(sides if wanted == AUTO or side else sides[:1]):
            passing = self._list_passing(thing.row, each)
            spans = self.bands.list_spans((thing.row, each))
            spans += [(x - CLEAR, x + CLEAR) for x in passing]
            drop = self.field.find_drop(thing, each, self.edge(thing.row, each), spans)
            if drop:
                drops.append((drop[0] + 0.5 * number, End(drop[1], thing.row, each, drop[0])))
        if drops:
            return min(drops, key=lambda drop: drop[0])[1]
        return None

    # Brackets

    def plan_brackets(self, rules: Sequence[tuple[BracketRule, Occurrence]]) -> list[Mark]:
        """Place brackets; those of one side of a row stand on one line where they can."""
        pieces = [
            (row, self.order_sides(rule.side, row)[0], tuple(things), rule)
            for rule, members in rules
            for row, things in groupby(sorted(members, key=lambda t: t.row), lambda t: t.row)
        ]
        pieces.sort(key=lambda each: (each[:2], _measure_span(each[2])[2]))
        marks = []
        for at, group in groupby(pieces, lambda each: each[:2]):
            own = list(group)
            spans = [_measure_span(things) for _, _, things, _ in own]
            left, right = min(a for a, _, _ in spans), max(b for _, b, _ in spans)
            floor = self.bands.depth(at, left, right)
            marks += [self._plan_bracket(at, things, rule, floor) for _, _, things, rule in own]
        return marks

    def _plan_bracket(
        self, at: tuple[int, int], things: Occurrence, rule: BracketRule, floor: float
    ) -> Mark:
        lines = self.break_text(rule.text, WIDEST / 2 if self.canvas.turned.is_up else inf)
        size = self.measure(lines)
        left, right, _ = _measure_span(things)
        text = self.fit_between(at, (left + right) / 2, size.width)
        first, last = min(left, text - APART / 3), max(right, text + size.width + APART / 3)
        room = TURN + self.clear + size.height + GAP
        offset = self.bands.reserve(at, first, last, room, floor=floor)
        near, far = self.beyond(*at, offset), self.beyond(*at, offset + TURN)
        corners = Point(left, near), Point(left, far), Point(right, far), Point(right, near)
        box = self.place_beyond(*at, offset + TURN + self.clear, text, size)
        ids = tuple(each.id for each in things)
        return Mark("bracket", ids, (Label(lines, box),), (Stroke(corners),), color=rule.color)

    # Arrows

    def find_ends(self, rule: ArrowRule, start: Thing, end: Thing) -> tuple[End, End] | None:
        """Return both ends of an arrow, whose ways out of their rows are taken."""
        ends = self._choose_ends(rule, start, end)
        if ends is None:
            self.crowded.append(rule.place)
            return None
        for each in ends:
            self.field.add_line(each.route)
            self._arrows.setdefault((each.row, each.side), []).append(each.route[-1].x)
        return ends

    def plan_arrow(self, rule: ArrowRule, start: Thing, end: Thing, ends: tuple[End, End]) -> Mark:
        """Place an arrow in a lane beside its row; between rows it runs around them."""
        first, last = ends
        lines = self.break_text(rule.label) if rule.label else ()
        size = self.measure(lines)
        one, two = first.route[-1].x, last.route[-1].x
        if (first.row, first.side) == (last.row, last.side):
            at = first.row, first.side
            left, right = min(one, two), max(one, two)
            text = self.fit_between(at, (left + right) / 2, size.width)
            offset = self._reserve_lane(at, left, right, text, size)
            y = self.beyond(*at, offset + LANE - GAP)
            lane: Route = (Point(one, y), Point(two, y))
        else:
            sign = 1 if one + two > self.left + self.right else -1
            column = self.outer[max(sign, 0)] + sign * LANE
            at = first.row, first.side
            text = self.fit_between(at, (one + column) / 2, size.width)
            offset = self._reserve_lane(at, min(one, column), max(one, column), text, size)
            y = self.beyond(*at, offset + LANE - GAP)
            there = last.row, last.side
            other = self._reserve_lane(there, min(two, column), max(two, column), two, Size(0, 0))
            z = self.beyond(*there, other + LANE - GAP)
            lane = (Point(one, y), Point(column, y), Point(column, z), Point(two, z))
            self._widen(column)
        points = (*first.route[:-1], *lane, *reversed(last.route[:-1]))
        box = self.place_beyond(*at, offset + LANE - GAP + self.clear, text, size)
        labels = (Label(lines, box),) if lines else ()
        route = _drop_repeats(points)
        stroke = Stroke(route, is_arrow=True, is_dashed=rule.dashed)
        return Mark("arrow", (start.id, end.id), labels, (stroke,), color=rule.color)

    def _choose_ends(self, rule: ArrowRule, start: Thing, end: Thing) -> tuple[End, End] | None:
        """Return both ends, on one side of their row if that can be."""
        below = 1 if rule.side == AUTO and not self.canvas.turned.is_up else None
        sides = (below, -below) if below else self.order_sides(rule.side, start.row)
        choices = [*((side, side) for side in sides), sides, sides[::-1]]
        if rule.side == AUTO and start.row != end.row:
            towards = 1 if start.row < end.row else -1
            choices.insert(0, (towards, -towards))
        pairs = []
        for number, (one, two) in enumerate(choices):
            first = self._find_end(start, rule.side, one)
            last = self._find_end(end, rule.side, two)
            if first and last:
                pairs.append((len(first.route) + len(last.route) + 3 * number, (first, last)))
        return min(pairs, key=lambda pair: pair[0])[1] if pairs else None

    def _reserve_lane(
        self, at: tuple[int, int], left: float, right: float, text: float, size: Size
    ) -> float:
        """Take a lane with its text, which no other line may pass."""
        opaque = text - CLEAR, text + size.width + CLEAR
        left, right = min(left, text), max(right, text + size.width)
        room = LANE + size.height + GAP
        return self.bands.reserve(at, left - APART, right + APART, room, opaque=opaque)

    def _widen(self, column: float) -> None:
        self.outer = min(self.outer[0], column), max(self.outer[1], column)

    def plan_open_arrow(self, rule: ArrowRule, thing: Thing) -> Mark | None:
        """Place an arrow between a thing and its label."""
        is_out = rule.end is None
        note = NoteRule(rule.label, "", rule.side, True, rule.color, rule.place)
        mark = self.plan_note(note, thing, 2 * LANE)
        if mark is None:
            return None
        points = mark.strokes[0].points
        ordered = points if is_out else points[::-1]
        stroke = Stroke(ordered, is_arrow=True, is_dashed=rule.dashed)
        return Mark("arrow", mark.about, mark.labels, (stroke,), color=rule.color)

    def make_spot(self, source: Occurrence, target: Occurrence) -> Thing | None:
        """Return the middle of the longest level piece of the lines between two things."""
        sources, targets = {each.id for each in source}, {each.id for each in target}
        pieces = [
            box_between(one, two)
            for wire in self.canvas.wires
            if wire.source in sources and wire.target in targets
            for route in wire.routes
            for one, two in pairwise(route)
        ]
        if not pieces:
            return None
        piece = max(pieces, key=lambda box: (box.width, box.height))
        body = Box(piece.x, piece.centre.y, piece.width, 0.0)
        return Thing("", "", (), body, body, self.canvas.find_row(body.y))


def _lead_to(box: Box, x: float, side: int, clear: float) -> Route:
    """Return the end of a line to a text: to its near side, or to its end if it is beside."""
    if box.x <= x <= box.right:
        return (Point(x, box.bottom + clear if side < 0 else box.y - clear),)
    y, end = box.centre.y, box.x - CLEAR if x < box.x else box.right + CLEAR
    return Point(x, y), Point(end, y)


def _measure_span(things: Occurrence) -> tuple[float, float, float]:
    """Return where things begin and end along the flow, and how far that is."""
    left = min(each.body.x for each in things)
    right = max(each.body.right for each in things)
    return left, right, right - left


def _drop_repeats(points: Sequence[Point]) -> Route:
    """Return points without those that are equal to the one before."""
    return tuple(each for n, each in enumerate(points) if n == 0 or each != points[n - 1])
