"""Strip → positions of the cells, brackets, wires and arcs of a chip.

Cells stand on a common line, y = 0; y is negative above it. The lanes of a fork are stacked
upwards, the longest at the bottom, so that the line of the strip continues through it.

              ╭─────────╮             arcs, inner ones lower
         ┌─┐  │ ┌─┐     │
    ┌─┐  │ │┌─┐ │ │┌─┐ ┌─┐
    └─┘  └─┘└─┘ └─┘└─┘ └─┘   y = 0
              └────×3────┘            bracket of a plate
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.drawing.arcs import SPREAD, Anchor, draw_arc, place_arcs
from net2fig.chips.drawing.marks import ChipSizes
from net2fig.chips.drawing.placed import (
    PlacedBadge,
    PlacedCell,
    PlacedLine,
    PlacedStrip,
    PlacedText,
    place_in_row,
)
from net2fig.chips.drawing.scale import ValueScale
from net2fig.chips.strip.marked import spread_marks
from net2fig.chips.strip.strip import Cell, Fork, Piece, Plate, Strip
from net2fig.chips.table.numbers import format_short
from net2fig.fonts.metrics import metrics, text_width
from net2fig.geometry import Box, Point
from net2fig.marking.mark import PAD, measure_disc
from net2fig.outline import ENTRY, EXIT

TIMES = "×"
LETTERS = 0.14
"""How much higher letters are than digits, and as much deeper, as a share of their size."""

FOOT_GAP, FOOT = 0.6, 1.6
"""Between a cell and the bar of its number, and the height of the bar."""

BADGE_GAP = 0.5
"""Between a cell and the disc of a pin, and between two discs."""

TIE_GAP = 0.5
"""The gap between a cell and its mark of a shared layer."""


class ChipSpacing(Struct, frozen=True):
    """Lengths that follow from a size of chip and the type of the page."""

    sizes: ChipSizes
    scale: ValueScale
    text: float
    family: str
    vertical: bool = False
    names: bool = True
    tinted: bool = False

    @property
    def foot(self) -> float:
        """The room beneath cells for the bars of a tint."""
        return FOOT_GAP + FOOT if self.tinted else 0.0

    def measure_badge(self, number: int) -> float:
        """Return the radius of the disc of a pin."""
        return measure_disc(str(number), self.text, self.family, PAD)

    @property
    def drop(self) -> float:
        """From the cells to the bracket beneath them."""
        return 0.6 + self.sizes.stroke / 2

    @property
    def tick(self) -> float:
        """The height of a bracket's ends."""
        return min(1.5, 0.5 + self.sizes.cell / 3)

    @property
    def digits(self) -> float:
        """The height of a number."""
        return metrics(self.text, family=self.family).cap_height

    @property
    def breath(self) -> float:
        """The gap above a number, and between numbers."""
        return 1.2

    @property
    def lane(self) -> float:
        """Between two lanes of a fork."""
        return max(0.9, self.sizes.cell * 0.3)

    @property
    def rail(self) -> float:
        """From a fork's rail to its lanes and to its neighbours."""
        return max(0.8, self.sizes.gap * 2)

    @property
    def pause(self) -> float:
        """Between pieces of which the second does not read the first."""
        return self.sizes.gap + self.sizes.cell * 0.55

    def measure_along(self, string: str) -> float:
        """Return the room that a number needs along the strip."""
        return self.digits if self.vertical else text_width(string, self.text, family=self.family)

    def measure_across(self, string: str) -> float:
        """Return the room that a number needs beneath the strip."""
        return text_width(string, self.text, family=self.family) if self.vertical else self.digits


def place_strip(strip: Strip, spacing: ChipSpacing) -> PlacedStrip:
    """Return a strip with everything in its place, from x = 0 on, along the x axis."""
    return _StripPlacer(spacing).place_pieces(strip)


class _StripPlacer:
    """Places strips within strips."""

    def __init__(self, spacing: ChipSpacing) -> None:
        self.spacing, self.sizes = spacing, spacing.sizes

    def place_pieces(self, strip: Strip) -> PlacedStrip:
        """Place the pieces of a strip and the arcs over them."""
        parts: list[PlacedStrip] = []
        gaps: list[float] = []
        pads = dict(strip.pads)
        for piece in strip.pieces:
            parts.append(self.place_piece(piece))
            wide = piece.key in strip.breaks
            gap = self.spacing.pause if wide else self.sizes.gap
            gaps.append(gap + pads.get(piece.key, 0.0))
        placed = place_in_row(parts, gaps)
        if strip.arcs and self.sizes.arcs:
            placed = self.add_arcs(placed, strip, parts, gaps)
        first = pads.get(strip.pieces[0].key, 0.0) if strip.pieces else 0.0
        return replace(placed.moved(first, 0.0), width=placed.width + first) if first else placed

    def add_arcs(
        self, placed: PlacedStrip, strip: Strip, parts: Sequence[PlacedStrip], gaps: Sequence[float]
    ) -> PlacedStrip:
        """Draw the arcs of a strip over its pieces."""
        anchors: dict[str, Anchor] = {}
        tops: list[tuple[float, float, float]] = []
        x = 0.0
        for number, (piece, part) in enumerate(zip(strip.pieces, parts, strict=True)):
            x += gaps[number] if number else 0.0
            anchors[piece.key] = Anchor(
                x + part.entry.x, part.entry.y, x + part.exit.x, part.exit.y
            )
            tops.append((x, x + part.width, -part.above))
            x += part.width
        first, last = parts[0].entry, parts[-1].exit
        edge = self.sizes.gap + self.sizes.stroke / 2
        anchors[ENTRY] = Anchor(-edge, first.y, -edge, first.y)
        anchors[EXIT] = Anchor(placed.width + edge, last.y, placed.width + edge, last.y)
        ends = [(arc.source, arc.target) for arc in strip.arcs]
        clear = max(1.0, self.sizes.stroke * 2.2)
        arcs = place_arcs(ends, anchors, tops, clear, self.sizes.cell)
        lines = tuple(PlacedLine("arc", draw_arc(arc, self.sizes.cell)) for arc in arcs)
        above = max([placed.above, *(-arc.top + self.sizes.stroke / 2 for arc in arcs)])
        left = 2 * edge if any(ENTRY in pair for pair in ends) else 0.0
        right = 2 * edge if any(EXIT in pair for pair in ends) else 0.0
        exit = placed.exit
        if strip.pieces[-1].key in {arc.target for arc in strip.arcs}:
            exit = exit.moved(SPREAD * self.sizes.cell, 0.0)
        placed = replace(placed, lines=placed.lines + lines, above=above, exit=exit)
        return replace(placed.moved(left, 0), width=placed.width + left + right)

    def place_piece(self, piece: Piece) -> PlacedStrip:
        """Place one piece."""
        if isinstance(piece, Cell):
            return self.place_cell(piece)
        if isinstance(piece, Plate):
            return self.place_plate(piece)
        return self.place_fork(piece) if self.sizes.arcs else self.place_in_turn(piece)

    def place_cell(self, cell: Cell) -> PlacedStrip:
        """Place a cell, with its number below if the size has numbers."""
        length = self.sizes.length.at(self.spacing.scale.share(cell.values))
        wide = self.sizes.cell
        box = Box(0.0, -length, wide, length)
        texts: tuple[PlacedText, ...] = ()
        below = self.spacing.foot
        number = cell.output.features if cell.output else None
        if self.sizes.numbers and number is not None and cell.entry.kind != "merge":
            below += self.spacing.breath + self.spacing.measure_across(format_short(number))
            texts = (PlacedText("features", wide / 2, below, format_short(number)),)
        top = length + (self.sizes.tie * 2 + TIE_GAP if cell.shared and self.sizes.tie else 0.0)
        middle = Point(wide / 2, -top)
        placed = PlacedStrip(
            wide,
            top,
            below,
            middle,
            middle,
            (PlacedCell(cell, box, torn=cell.values is None),),
            (),
            texts,
        )
        return self.add_badges(placed, cell) if cell.badges else placed

    def add_badges(self, placed: PlacedStrip, cell: Cell) -> PlacedStrip:
        """Put the discs of pins over a cell, side by side; the cell stands in the middle."""
        radii = [self.spacing.measure_badge(badge.number) for badge in cell.badges]
        long = 2 * sum(radii) + BADGE_GAP * len(radii)
        wide = max(placed.width, long)
        moved = placed.moved((wide - placed.width) / 2, 0.0)
        x, y = (wide - long + BADGE_GAP) / 2, -placed.above - BADGE_GAP - max(radii)
        discs: list[PlacedBadge] = []
        for badge, radius in zip(cell.badges, radii, strict=True):
            discs.append(PlacedBadge(badge, Point(x + radius, y), radius))
            x += 2 * radius + BADGE_GAP
        top = max(radii) - y
        middle = Point(wide / 2, -top)
        return replace(moved, width=wide, above=top, entry=middle, exit=middle, badges=tuple(discs))

    def place_plate(self, plate: Plate) -> PlacedStrip:
        """Place a strip that occurs several times: once in a bracket; few equal cells, each."""
        inner = self.place_pieces(plate.strip)
        if plate.is_bare:
            return inner
        only = plate.strip.pieces[0] if len(plate.strip.pieces) == 1 else None
        if isinstance(only, Cell) and plate.count <= self.sizes.expand and not plate.named:
            cells = spread_marks(only, plate.count)
            parts = [self.place_cell(cell) for cell in cells]
            return place_in_row(parts, [self.sizes.gap] * plate.count)
        badge = f"{TIMES}{plate.count}" if plate.count > 1 else ""
        if self.sizes.badge == "beside":
            return self.add_badge(inner, badge) if badge else inner
        long = " ".join(filter(None, (plate.name, badge)))
        fits = self.spacing.measure_along(long) <= inner.width + 2 * self.sizes.gap
        named = plate.named or (self.spacing.names and fits)
        return self.add_bracket(inner, long if named else badge)

    def add_bracket(self, inner: PlacedStrip, badge: str) -> PlacedStrip:
        """Draw a bracket beneath a strip, and how often it occurs beneath that."""
        space, inset = self.spacing, self.sizes.gap + self.sizes.stroke / 2
        wide = max(inner.width + 2 * inset, space.measure_along(badge) + space.breath)
        shift = (wide - inner.width) / 2
        moved = inner.moved(shift, 0)
        top = inner.below + space.drop
        bottom = top + space.tick
        left, right = shift - inset / 2, shift + inner.width + inset / 2
        corners = [(left, top), (left, bottom), (right, bottom), (right, top)]
        line = PlacedLine("bracket", tuple(Point(x, y) for x, y in corners))
        letters = 0.0 if badge.startswith(TIMES) else LETTERS * space.text
        baseline = bottom + space.breath + letters + space.measure_across(badge)
        text = PlacedText("count", wide / 2, baseline, badge)
        return replace(
            moved,
            width=wide,
            below=baseline + letters,
            lines=(*moved.lines, line),
            texts=(*moved.texts, text),
        )

    def add_badge(self, inner: PlacedStrip, badge: str) -> PlacedStrip:
        """Draw a line beneath a strip, and how often it occurs to its right."""
        space = self.spacing
        y = inner.below + 0.9
        lead = space.pause
        inner = inner.moved(lead, 0.0)
        line = PlacedLine("bracket", (Point(lead, y), Point(lead + inner.width, y)))
        start = lead + inner.width + self.sizes.gap + 0.4
        text = PlacedText("count", start, 0.0, badge, "start")
        return replace(
            inner,
            width=start + space.measure_along(badge) + space.pause,
            above=max(inner.above, space.measure_across(badge)),
            below=y + self.sizes.stroke / 2,
            lines=(*inner.lines, line),
            texts=(*inner.texts, text),
        )

    def place_in_turn(self, fork: Fork) -> PlacedStrip:
        """Place the lanes of a fork one after the other."""
        parts = [self.place_pieces(lane) for lane in fork.lanes]
        return place_in_row(parts, [self.spacing.pause] * len(parts))

    def place_fork(self, fork: Fork) -> PlacedStrip:
        """Stack the lanes of a fork between two rails."""
        space = self.spacing
        lanes = [self.place_pieces(lane) for lane in fork.lanes]
        order = sorted(range(len(lanes)), key=lambda number: (-lanes[number].width, number))
        wide = max(lane.width for lane in lanes)
        left = 0.0 if fork.open_left else 2 * space.rail
        right = 0.0 if fork.open_right else 2 * space.rail
        placed = PlacedStrip(left + wide + right)
        wire = self.sizes.length.least / 2
        floor = 0.0
        wires: list[float] = []
        for turn, number in enumerate(order):
            lane = lanes[number]
            if turn:
                floor -= lane.below + space.lane
            moved = lane.moved(left, floor)
            wires.append(floor - wire)
            placed = placed.combine(moved)
            ends = (0.0 if turn else -1.0, left, left + lane.width)
            placed = self.add_wires(placed, fork, floor - wire, ends)
            floor -= lane.above
        return self.add_rails(placed, fork, wires, order, lanes)

    def add_wires(
        self, placed: PlacedStrip, fork: Fork, y: float, ends: tuple[float, float, float]
    ) -> PlacedStrip:
        """Draw the wires from the rails to a lane; the first lane's go on to the neighbours."""
        rail = self.spacing.rail
        kind_of_lane, start, stop = ends
        lines: list[PlacedLine] = []
        if not fork.open_left:
            begin = 0.0 if kind_of_lane < 0 else rail
            lines.append(PlacedLine("wire", (Point(begin, y), Point(start, y))))
        if not fork.open_right:
            end = placed.width if kind_of_lane < 0 else placed.width - rail
            lines.append(PlacedLine("wire", (Point(stop, y), Point(end, y))))
        return replace(placed, lines=(*placed.lines, *lines))

    def add_rails(
        self,
        placed: PlacedStrip,
        fork: Fork,
        wires: Sequence[float],
        order: Sequence[int],
        lanes: Sequence[PlacedStrip],
    ) -> PlacedStrip:
        """Draw the rails that the lanes begin and end at."""
        rail = self.spacing.rail
        sides = [(fork.open_left, rail), (fork.open_right, placed.width - rail)]
        lines = [
            PlacedLine("wire", (Point(x, wires[0]), Point(x, wires[-1])))
            for is_open, x in sides
            if not is_open
        ]
        top = min(-lanes[order[0]].above, wires[-1])
        return replace(
            placed,
            lines=(*placed.lines, *lines),
            entry=Point(rail, top),
            exit=Point(placed.width - rail, top),
        )
