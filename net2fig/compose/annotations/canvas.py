"""A composed drawing as annotations see it: things, lines and texts, along and across the flow.

All places are turned so that data flow along x: a picture whose data flow upwards lies on its
side. There `above` is what is on the right on the page.

Requires: a scene with the classes and data that the figure's style sheet knows.
Ensures: every glyph of the network is one thing; a thing knows the frame that it stands in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import reduce
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from net2fig.fonts.metrics import metrics, text_width
from net2fig.geometry import Box, Point
from net2fig.scene import Close, Group, Image, Item, Path, Text

ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
BETWEEN, OVERLAP = 0.1, 3.0
"""The least distance of two rows; and how far the texts of one may reach into another."""
NOTHING = Box(0.0, 0.0, 0.0, 0.0)


class Turned(Struct, frozen=True):
    """How places of the page are turned: not at all, or so that what goes up goes to the left."""

    is_up: bool = False

    def point(self, point: Point) -> Point:
        """Return the place of a point of the page."""
        return Point(point.y, -point.x) if self.is_up else point

    def back(self, point: Point) -> Point:
        """Return the point of the page for a place."""
        return Point(-point.y, point.x) if self.is_up else point

    def box(self, box: Box) -> Box:
        """Return the place of a box of the page."""
        return Box(box.y, -box.right, box.height, box.width) if self.is_up else box

    def box_back(self, box: Box) -> Box:
        """Return the box of the page for a place."""
        return Box(-box.bottom, box.x, box.height, box.width) if self.is_up else box


class Thing(Struct, frozen=True):
    """A glyph, a box, an opened frame or a placeholder: its body, and all that it paints.

    `frame` is the id of the opened group that it stands in, `corners` are those of its body.
    """

    id: str
    type: str
    layers: tuple[str, ...]
    body: Box
    full: Box
    row: int = 0
    frame: str = ""
    role: str = ""
    corners: tuple[Point, ...] = ()

    def reach(self, x: float, side: int) -> float:
        """Return how far it paints at a place along it: upwards (-1) or downwards (1).

        Captions and tags end its body there.
        """
        own, body = (self.full.y, self.body.y) if side < 0 else (self.full.bottom, self.body.bottom)
        if abs(own - body) > 1.0:
            return own
        ends = [
            one.y + (x - one.x) / (two.x - one.x) * (two.y - one.y)
            for one, two in pairwise((*self.corners, *self.corners[:1]))
            if min(one.x, two.x) <= x <= max(one.x, two.x) and one.x != two.x
        ]
        return (min if side < 0 else max)(ends, default=own)


class Wire(Struct, frozen=True):
    """A line of the network with its routes."""

    source: str
    target: str
    routes: tuple[tuple[Point, ...], ...]


class Canvas(Struct, frozen=True):
    """What annotations are placed among; `rows` is the place of all that belongs to each row."""

    turned: Turned
    things: tuple[Thing, ...]
    wires: tuple[Wire, ...]
    texts: tuple[Box, ...]
    rows: tuple[Box, ...]
    follow: bool = True
    """Whether rows follow each other, and do not stand side by side."""
    levels: Mapping[str, int] = {}
    """The levels of things, where each resolution has a row of its own and all are one row."""

    def thing(self, id: str) -> Thing | None:
        """Return the thing with this id."""
        return next((each for each in self.things if each.id == id), None)

    def frames_of(self, thing: Thing) -> set[str]:
        """Return the ids of the frames around a thing."""
        frames: set[str] = set()
        while thing.frame and thing.frame not in frames:
            frames.add(thing.frame)
            thing = self.thing(thing.frame) or thing
        return frames

    def find_row(self, y: float) -> int:
        """Return the row that is nearest to a height."""
        away = [max(row.y - y, y - row.bottom, 0.0) for row in self.rows]
        return min(range(len(self.rows)), key=lambda row: away[row])


def read_canvas(network: Group, row_of: Mapping[str, int]) -> Canvas:
    """Return what is drawn in a group of a scene; `row_of` gives the rows where they are known."""
    turned = Turned("up" in network.classes)
    things: list[Thing] = []
    wires: list[Wire] = []
    texts: list[Box] = []
    _read_items(network.items, turned, things, wires, texts)
    ids = {each.id for each in things}
    wires = [
        replace(
            each, source=find_thing_id(each.source, ids), target=find_thing_id(each.target, ids)
        )
        for each in wires
    ]
    is_levels = _runs_back(wires, row_of)
    rows = _find_rows(things, {} if is_levels else row_of)
    if is_levels:
        rows = dict.fromkeys(rows, 0)
    things = [replace(each, row=rows[each.id]) for each in things]
    boxes = _measure_rows(things, wires, texts)
    if len(boxes) > 1 and not (row_of and not is_levels):
        merged = _merge_rows(boxes)
        things = [replace(each, row=merged[each.row]) for each in things]
        boxes = _measure_rows(things, wires, texts)
    levels = row_of if is_levels else {}
    follow = bool(row_of) and not is_levels
    return Canvas(turned, tuple(things), tuple(wires), tuple(texts), boxes, follow, levels)


def find_thing_id(end: str, ids: Collection[str]) -> str:
    """Return the thing at the end of a line, which may be a fork behind it: "conv@fork"."""
    return end if end in ids else end.rpartition("@")[0]


def _runs_back(wires: list[Wire], row_of: Mapping[str, int]) -> bool:
    """Tell whether data run back up from row to row: each resolution has one then."""
    ends = [(row_of.get(wire.source, 0), row_of.get(wire.target, 0)) for wire in wires]
    return any(source > target for source, target in ends)


def _read_items(
    items: Iterable[Item],
    turned: Turned,
    things: list[Thing],
    wires: list[Wire],
    texts: list[Box],
    frame: str = "",
) -> None:
    for item in items:
        if isinstance(item, Text):
            texts.append(turned.box(measure_item(item)))
        elif not isinstance(item, Group):
            continue
        elif {"glyph", "placeholder"} & set(item.classes):
            things.append(_read_thing(item, turned, frame))
            if "open" in item.classes:
                _read_items(item.items, turned, things, wires, texts, item.id or "")
        elif "edge" in item.classes:
            wires.append(_read_wire(item, turned))
            _read_items(item.items, turned, things, wires, texts, frame)
        elif "bracket" in item.classes:
            texts.extend(turned.box(measure_item(each)) for each in item.items)
        else:
            _read_items(item.items, turned, things, wires, texts, frame)


def _read_thing(group: Group, turned: Turned, frame: str) -> Thing:
    data = dict(group.data)
    full = turned.box(measure_item(group))
    paths = [
        each
        for each in group.items
        if isinstance(each, Path) and {"body", "frame"} & set(each.classes)
    ]
    bodies = [turned.box(measure_item(each)) for each in paths]
    corners = tuple(turned.point(each) for each in list_points(paths[0])) if paths else ()
    role = group.classes[1] if "placeholder" in group.classes and len(group.classes) > 1 else ""
    layers = tuple(data.get("layers", "").split())
    body = reduce(Box.union, bodies) if bodies else full
    return Thing(group.id or "", data.get("type", ""), layers, body, full, 0, frame, role, corners)


def _read_wire(group: Group, turned: Turned) -> Wire:
    """Return a line; where it has an arrow, it goes on to the tip."""
    data = dict(group.data)
    paths = [each for each in group.items if isinstance(each, Path)]
    routes = [tuple(map(turned.point, list_points(each))) for each in paths if not each.fill]
    tips = [next(list_points(each)) for each in paths if "arrow" in each.classes]
    if routes and tips:
        routes[-1] = (*routes[-1], turned.point(tips[0]))
    return Wire(data.get("from", ""), data.get("to", ""), tuple(routes))


def _find_rows(things: list[Thing], row_of: Mapping[str, int]) -> dict[str, int]:
    """Return the rows of things: those of the layout, else of things that stand side by side."""
    if row_of:
        return {each.id: row_of.get(each.id, 0) for each in things}
    outer = sorted((each for each in things if not each.frame), key=lambda each: each.full.y)
    rows, number, reach = {}, -1, float("-inf")
    for each in outer:
        number += each.full.y >= reach
        reach = max(reach, each.full.bottom)
        rows[each.id] = number
    for each in things:
        rows.setdefault(each.id, rows.get(each.frame, 0))
    return rows


def _measure_rows(things: list[Thing], wires: list[Wire], texts: list[Box]) -> tuple[Box, ...]:
    """Return the box of each row: its things, the lines among them, the texts near these."""
    row_of = {each.id: each.row for each in things}
    count = max(row_of.values(), default=0) + 1
    boxes: list[Box | None] = [None] * count

    def cover(row: int, box: Box) -> None:
        old = boxes[row]
        boxes[row] = box if old is None else old.union(box)

    for each in things:
        cover(each.row, each.full)
    for wire in wires:
        if wire.source in row_of and row_of[wire.source] == row_of.get(wire.target):
            for route in wire.routes:
                cover(row_of[wire.source], box_of_points(route))
    inked = [box or NOTHING for box in boxes]
    for text in texts:
        y = text.centre.y
        away = [max(row.y - y, y - row.bottom, 0.0) for row in inked]
        cover(min(range(count), key=lambda row: away[row]), text)
    return _part_rows([box or NOTHING for box in boxes])


def _merge_rows(rows: tuple[Box, ...]) -> list[int]:
    """Return the new numbers of rows: those that reach far into each other are one."""
    numbers, reach = [0], rows[0].bottom
    for row in rows[1:]:
        numbers.append(numbers[-1] + (row.y > reach - OVERLAP))
        reach = max(reach, row.bottom)
    return numbers


def _part_rows(rows: list[Box]) -> tuple[Box, ...]:
    """Return rows that do not touch the next where texts are a little higher than theirs."""
    for number in range(len(rows) - 1):
        one, two = rows[number], rows[number + 1]
        if 0 < one.bottom + BETWEEN - two.y < OVERLAP:
            top = one.bottom + BETWEEN
            rows[number + 1] = replace(two, y=top, height=two.bottom - top)
    return tuple(rows)


# What items paint


def list_points(path: Path) -> Iterator[Point]:
    """Yield the corners of a path."""
    return (command.to for command in path.commands if not isinstance(command, Close))


def box_of_points(points: Iterable[Point]) -> Box:
    """Return the box around points."""
    places = list(points)
    x, y = min(p.x for p in places), min(p.y for p in places)
    return Box(x, y, max(p.x for p in places) - x, max(p.y for p in places) - y)


def measure_item(item: Item) -> Box:
    """Return the box around all that an item paints."""
    match item:
        case Group():
            boxes = [measure_item(each) for each in item.items]
            return reduce(Box.union, boxes) if boxes else NOTHING
        case Image():
            return item.box
        case Path():
            half = item.width / 2 if item.stroke else 0.0
            return box_of_points(list_points(item)).grown(half)
        case Text():
            face = metrics(item.size, family=item.family, bold=item.bold)
            wide = text_width(item.string, item.size, family=item.family, bold=item.bold)
            left = item.at.x - ANCHORS[item.anchor] * wide
            high = face.cap_height * 1.08
            return Box(left, item.at.y - high, wide, high + face.descent)
