"""Stacks side by side: what a stack reads from another beside its own input comes from the side.

[   ]-[ encoder ]-.          A decoder that reads an encoder is no part of its stack: both begin on
                  |          one line, and the encoder's output runs between them.
[   ]-[ decoder ]<'-[   ]

Ensures: stacks stand in the order in which they read each other; a line from the side joins
neighbours only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.boxes.picture import (
    Frame,
    Picture,
    PlacedBox,
    Wire,
    make_picture,
    move,
)
from net2fig.compose.boxes.setting import Setting
from net2fig.compose.dashes import STATES, is_state, takes_states
from net2fig.geometry import Box, Point, Route, Size
from net2fig.graphs import DisjointSets
from net2fig.outline import Link, Outline

BETWEEN = 14.0
"""Between two stacks."""
STUB = 4.0
"""How far from a box a line turns to the side."""
BESIDE, ABOVE = 4.0, 5.0
"""How far states run beside other lines, and their name above them."""


class Stacks(Struct, frozen=True):
    """The parts of an outline that stand beside each other, and the links between them.

    `states` are those with which a recurrent layer begins.
    """

    parts: tuple[Outline, ...]
    sides: tuple[Link, ...] = ()
    states: tuple[Link, ...] = ()

    def find(self, id: str) -> int:
        """Return the number of the stack that holds a block."""
        return next(n for n, part in enumerate(self.parts) if any(b.id == id for b in part.blocks))


def find_stacks(outline: Outline, opened: Collection[str]) -> Stacks:
    """Return the stacks of an outline; one where a line from the side would lead past another."""
    candidates = []
    for block in outline.blocks:
        is_opened = block.is_group and block.type in opened
        if is_opened or block.kind == "attention" or takes_states(block.id, outline):
            # The inputs of a group are numbered as its links are.
            candidates += outline.into(block.id)[1:]
    stack_of = _find_components(outline, frozenset(candidates))
    sides = [link for link in candidates if stack_of[link.source] != stack_of[link.target]]
    states = tuple(link for link in sides if is_state(link, outline))
    stacks = Stacks(tuple(_split(outline, sides)), tuple(sides), states)
    if any(stacks.find(side.target) - stacks.find(side.source) != 1 for side in sides):
        return Stacks((outline,))
    return stacks


def find_unfit(outline: Outline, opened: Collection[str], stacks: Stacks) -> set[str]:
    """Return the groups that cannot be opened: not all further inputs come from the side."""
    return {
        block.type
        for block in outline.blocks
        if block.type in opened
        for link in outline.into(block.id)[1:]
        if link not in stacks.sides
    }


def make_towers(outline: Outline, setting: Setting) -> Picture:
    """Return the picture of a whole figure, its stacks side by side."""
    stacks = find_stacks(outline, setting.opened)
    pictures = [make_picture(part, setting, aside=stacks.sides) for part in stacks.parts]
    sides = [(link, outline.into(link.target).index(link)) for link in stacks.sides]
    for link, number in sides:
        stack = stacks.find(link.target)
        pictures[stack] = _choose_mirror(pictures[stack], link, number)
    return _stack(pictures, stacks, sides, setting)


def _find_components(outline: Outline, without: Collection[Link]) -> dict[str, int]:
    """Return for each block the number of its stack, once some links are gone."""
    place = {block.id: number for number, block in enumerate(outline.blocks)}
    sets = DisjointSets(len(place))
    for link in outline.links:
        if link not in without:
            sets.join(place[link.source], place[link.target])
    return {id: sets.root(number) for id, number in place.items()}


def _split(outline: Outline, sides: list[Link]) -> list[Outline]:
    """Return the stacks, each after those that it reads."""
    component = _find_components(outline, frozenset(sides))
    after = {number: set[int]() for number in component.values()}
    for link in sides:
        after[component[link.target]].add(component[link.source])
    order: list[int] = []
    while len(order) < len(after):
        free = [n for n in after if n not in order and after[n] <= set(order)]
        order.append(free[0] if free else next(n for n in after if n not in order))
    return [
        replace(
            outline,
            blocks=tuple(block for block in outline.blocks if component[block.id] == number),
            links=tuple(link for link in outline.links if component[link.target] == number),
        )
        for number in order
    ]


def _list_readers(picture: Picture, link: Link, entry: int) -> Iterator[Box]:
    """Yield the boxes that read a link from the side."""
    for placed in picture.boxes:
        if placed.block.id == link.target:
            yield placed.box
    for frame in picture.frames:
        if frame.block.id == link.target:
            dx, dy = frame.inside_at.x, frame.inside_at.y
            sides = frame.inside.sides
            yield from (box.moved(dx, dy) for number, box in sides if number == entry)


def _choose_mirror(picture: Picture, link: Link, entry: int) -> Picture:
    """Return a picture, mirrored if fewer of its lines are crossed so by one from the side."""

    def count(picture: Picture) -> int:
        crossings = 0
        for box in _list_readers(picture, link, entry):
            crossings += sum(
                one.y == two.y
                and one.y < box.y
                and min(one.x, two.x) < box.centre.x < max(one.x, two.x)
                for route in list_routes(picture)
                for one, two in pairwise(route)
            )
        return crossings

    return min(picture, mirror(picture), key=count)


def list_routes(picture: Picture) -> Iterator[Route]:
    """Yield all lines of a picture, those of opened groups too."""
    yield from (wire.route for wire in picture.wires)
    for frame in picture.frames:
        at = frame.inside_at
        for route in list_routes(frame.inside):
            yield tuple(point.moved(at.x, at.y) for point in route)


def mirror(picture: Picture) -> Picture:
    """Return a picture mirrored across the flow."""
    high = picture.size.height

    def turn(box: Box) -> Box:
        return Box(box.x, high - box.bottom, box.width, box.height)

    def turn_point(point: Point) -> Point:
        return Point(point.x, high - point.y)

    return Picture(
        tuple(replace(placed, box=turn(placed.box)) for placed in picture.boxes),
        tuple(
            replace(frame, box=turn(frame.box), inside=mirror(frame.inside))
            for frame in picture.frames
        ),
        tuple(
            replace(
                wire,
                route=tuple(turn_point(point) for point in wire.route),
                label_at=turn_point(wire.label_at) if wire.label_at else None,
            )
            for wire in picture.wires
        ),
        picture.size,
        tuple((entry, turn(box)) for entry, box in picture.sides),
    )


def _stack(
    pictures: list[Picture], stacks: Stacks, sides: list[tuple[Link, int]], setting: Setting
) -> Picture:
    """Return the pictures one beneath the other, with the lines from the side."""
    boxes: list[PlacedBox] = []
    frames: list[Frame] = []
    wires: list[Wire] = []
    tops: list[float] = []
    gaps = _measure_gaps(stacks, setting)
    y = length = 0.0
    for picture, gap in zip(pictures, gaps, strict=True):
        y += gap
        tops.append(y)
        moved = move(picture, Point(0.0, y))
        boxes += moved.boxes
        frames += moved.frames
        wires += moved.wires
        y += picture.size.height
        length = max(length, picture.size.width)
    whole = Picture(tuple(boxes), tuple(frames), tuple(wires), Size(length, y))
    at = {placed.block.id: placed.box for placed in boxes}
    at |= {frame.block.id: frame.box for frame in frames}
    # A name stands before a point where data flow upwards, else about it.
    context = setting.context
    aside = 0.0 if setting.up else context.width(STATES, context.page.small) / 2
    for link, entry in sides:
        stack = stacks.find(link.target)
        is_state = link in stacks.states
        beside = any(other.source == link.source for other in stacks.states) and not is_state
        for box in _list_readers(whole, link, entry):
            lane = Lane(tops[stack], gaps[stack], is_state, beside, ABOVE + aside)
            wire = _make_side(link, at[link.source], box, lane)
            length = max(length, wire.route[1].x + 1.0)
            wires.append(wire)
    return replace(whole, wires=tuple(wires), size=Size(length, y))


class Lane(Struct, frozen=True):
    """Where a line from the side runs: in the gap of a width that ends at the `top` of a stack.

    States leave a box `beside` what else it returns, and turn before it. Their name stands so much
    `ahead` of where they end.
    """

    top: float
    gap: float
    is_state: bool
    beside: bool
    ahead: float


def _measure_gaps(stacks: Stacks, setting: Setting) -> list[float]:
    """Return the room before each stack: that of the word where states cross it."""
    context = setting.context
    wide = BESIDE + context.width(STATES, context.page.small) + BETWEEN
    named = {stacks.find(link.target) for link in stacks.states}
    gaps = [wide if number in named else BETWEEN for number in range(len(stacks.parts))]
    return [0.0, *gaps[1:]]


def _make_side(link: Link, source: Box, box: Box, lane: Lane) -> Wire:
    """Return the line from a box to one that reads it from the side."""
    turn = source.right + STUB + (BESIDE if lane.beside else 0.0)
    begin = source.centre.y + (BESIDE if lane.is_state else 0.0)
    gutter = lane.top - (lane.gap - BESIDE if lane.is_state else BETWEEN / 2)
    level = box.centre.x
    route = (
        Point(source.right, begin),
        Point(turn, begin),
        Point(turn, gutter),
        Point(level, gutter),
        Point(level, box.y),
    )
    if not lane.is_state:
        return Wire(link, route, is_arrow=True, is_side=True)
    at = Point(level + lane.ahead, box.y - BESIDE)
    return Wire(link, route, True, True, True, label=STATES, label_at=at)
