"""Boxes, opened groups and lines at their places; data flow along x, as in every layout.

     .-frame------------------.
-----|-.-[   ]-[   ]-[Add]----|-->[   ]     A group that is met once is opened: its body stands
     | '---------------'      |             in a frame, on the line that runs through it.
     '------------------------'

A picture is drawn upwards or to the right (`draw`). A further input of an opened group enters its
frame from the side.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.boxes.faces import PAD, Face, make_face, measure_face
from net2fig.compose.boxes.joined import Joined, join_blocks
from net2fig.compose.boxes.routes import clip, reach_ends
from net2fig.compose.boxes.runs import is_run
from net2fig.compose.boxes.setting import Setting
from net2fig.compose.dashes import STATES, find_states
from net2fig.compose.diagram import CIRCLE, is_sign, measure_pill
from net2fig.compose.diagram.main_path import find_main
from net2fig.compose.legend.points import add_points, is_point
from net2fig.compose.samples import Sample
from net2fig.compose.wording import words
from net2fig.compose.wording.inside import format_turns
from net2fig.geometry import Box, Point, Route, Size
from net2fig.layout import Edge, Node, Placement, Spacing, layout
from net2fig.outline import ENTRY, EXIT, Block, Definition, Link, Outline

SPACING = Spacing(gap=(8.0, 8.0), lane=4.0, handle=2.0, label=1.4, row=8.0, fork=4.5, early=True)
FRAME_PAD = 4.0
"""Between a frame and what stands in it, across the flow."""
CLEAR = 3.0
"""Between the line through a frame and the words beside it."""
FORMULA = frozenset("+×−÷")
"""The signs that a circle may hold; what any other merge does is written in a box."""
STRIP = 12.0
"""The room for the words of a frame, where its line leaves."""
WORDS = 1.4
"""Between words without a border and the arrows beside them."""
SAMPLE = 40.0
"""The greatest side of a sample."""
ENDLESS = 1e6


class PlacedBox(Struct, frozen=True):
    """A box at its place; a `sign` is the mark of a circle."""

    block: Block
    face: Face
    box: Box
    sign: str = ""
    sample: Sample | None = None


class Wire(Struct, frozen=True):
    """A line, and whether it ends in an arrow; `label` stands beside it, at `label_at`.

    `is_side` is whether it comes from another stack, `is_state` whether a recurrent layer begins
    with what it brings, `is_dashed` whether it copies past others.
    """

    link: Link
    route: Route
    is_arrow: bool = False
    is_side: bool = False
    is_state: bool = False
    is_dashed: bool = False
    label: str = ""
    label_at: Point | None = None


class Picture(Struct, frozen=True):
    """Everything placed, the upper left corner at (0, 0).

    `sides` are the boxes that read a further input of a group from the side, with its number.
    `title` is the name of a model that is one of several.
    """

    boxes: tuple[PlacedBox, ...] = ()
    frames: tuple[Frame, ...] = ()
    wires: tuple[Wire, ...] = ()
    size: Size = Size(0.0, 0.0)
    sides: tuple[tuple[int, Box], ...] = ()
    title: str = ""

    @property
    def enters(self) -> float:
        """Where the first line enters that runs through a body."""
        return next((w.route[0].y for w in self.wires if w.link.source == ENTRY), 0.0)

    @property
    def leaves(self) -> float:
        """Where the last line leaves that runs through a body."""
        return next((w.route[-1].y for w in self.wires if w.link.target == EXIT), self.enters)


class Frame(Struct, frozen=True):
    """An opened group at its place: its name, its count, and its body.

    A group that is explained beside the figure has its name over the frame.
    """

    block: Block
    name: str
    badge: str
    box: Box
    inside: Picture
    is_definition: bool = False

    @property
    def inside_at(self) -> Point:
        """Where the body's picture has its corner: its line runs through the middle.

        That of a group that is explained stands in the middle.
        """
        lead = self.inside.size.height / 2 if self.is_definition else self.inside.enters
        return Point(self.box.x, self.box.centre.y - lead)


def list_side_links(body: Outline) -> list[Link]:
    """Return the links of further inputs whose readers read something else as well."""
    return [
        link
        for link in body.out_of(ENTRY)
        if link.entry and any(other.begin != link.begin for other in body.into(link.target))
    ]


def can_open(body: Outline) -> bool:
    """Tell whether one line runs through a body, and what else it reads may enter from the side."""
    sides = list_side_links(body)
    main = [link for link in body.out_of(ENTRY) if link not in sides]
    into = body.into(EXIT)
    is_one = len({link.source for link in into}) == 1 and not any(link.exit for link in into)
    return bool(main) and is_one and not any(link.entry for link in main)


def make_picture(
    outline: Outline,
    setting: Setting,
    definition: Definition | None = None,
    *,
    aside: Collection[Link] = (),
    opened: bool = True,
) -> Picture:
    """Return the picture of an outline, or of the body of a definition.

    Lines `aside` are left to the caller. Further inputs of a body that is `opened` in a figure
    enter it from the side.
    """
    joined = join_blocks(outline, setting.sums)
    sides = list_side_links(joined.outline) if opened else []
    apart = frozenset((*sides, *aside))
    links = tuple(link for link in joined.outline.links if link not in apart)
    painter = _Painter(replace(joined.outline, links=links), joined, setting, definition)
    picture = painter.place(is_body=definition is not None)
    boxes = {placed.block.id: placed.box for placed in picture.boxes}
    return replace(picture, sides=tuple((link.entry, boxes[link.target]) for link in sides))


def make_frame(block: Block, setting: Setting, outer: Definition | None = None) -> Frame:
    """Return an opened group, its box in the corner; its line runs through the middle.

    `outer` is the definition in whose body it stands.
    """
    context = setting.context
    definition = setting.definitions[block.type]
    inside = make_picture(definition.body, setting, definition)
    name = "" if is_run(block) else context.style_book.of(block).label
    badge = format_turns(block, outer)
    reach = max(inside.enters, inside.size.height - inside.enters) + FRAME_PAD
    length = inside.size.width
    if setting.up:
        room = max(context.width(name, context.page.small), measure_pill(badge, context))
        return Frame(
            block, name, badge,
            Box(0.0, 0.0, length + STRIP, 2 * max(reach, room + 2 * CLEAR)), inside,
        )  # fmt: skip
    room = context.width(name, context.page.small) + measure_pill(badge, context)
    length = max(length, room + 2 * CLEAR)
    return Frame(block, name, badge, Box(0.0, 0.0, length, 2 * (reach + STRIP)), inside)


def frame_definition(definition: Definition, setting: Setting) -> Picture:
    """Return the picture of a group by itself, its name over its frame."""
    context = setting.context
    block = Block(definition.name, definition.name, "group", (), None)
    inside = make_picture(definition.body, setting, definition, opened=False)
    title = context.style_book.of(block).label
    text = setting.turn(Size(context.width(title), STRIP))
    high = inside.size.height + 2 * FRAME_PAD
    # The name stands above the frame, whichever way data flow.
    down = (max(text.height, high) - high) / 2 if setting.up else STRIP
    box = Box(0.0, down, inside.size.width, high)
    frame = Frame(block, title, "", box, inside, is_definition=True)
    size = Size(box.width + STRIP, max(high, text.height)) if setting.up else Size(
        max(box.width, text.width), high + STRIP
    )  # fmt: skip
    return Picture((), (frame,), (), size)


def add_title(picture: Picture, title: str, setting: Setting) -> Picture:
    """Return a picture with room for its name above it."""
    text = Size(setting.context.width(title, bold=True), STRIP)
    page = setting.turn(picture.size)
    wide = max(page.width, text.width)
    if setting.up:
        moved = move(picture, Point(0.0, (wide - page.width) / 2))
    else:
        moved = move(picture, Point(0.0, STRIP))
    size = setting.turn(Size(wide, page.height + STRIP))
    return replace(moved, size=size, title=title)


def move(picture: Picture, by: Point) -> Picture:
    """Return a picture in which all that is placed is moved."""
    return replace(
        picture,
        boxes=tuple(replace(each, box=each.box.moved(by.x, by.y)) for each in picture.boxes),
        frames=tuple(replace(each, box=each.box.moved(by.x, by.y)) for each in picture.frames),
        wires=tuple(
            replace(
                wire,
                route=tuple(point.moved(by.x, by.y) for point in wire.route),
                label_at=wire.label_at.moved(by.x, by.y) if wire.label_at else None,
            )
            for wire in picture.wires
        ),
    )


class _Painter:
    """Places one outline."""

    def __init__(
        self,
        outline: Outline,
        joined: Joined,
        setting: Setting,
        definition: Definition | None,
    ) -> None:
        self.outline, self.joined, self.setting = outline, joined, setting
        self.frames = {
            block.id: make_frame(block, setting, definition)
            for block in outline.blocks
            if block.is_group and block.type in setting.opened
        }
        self.faces = {
            block.id: make_face(block, joined, setting, definition)
            for block in outline.blocks
            if block.id not in self.frames
        }
        self.samples = setting.context.samples
        self.signs = {block.id: sign for block in outline.blocks if (sign := self._sign(block))}
        self.joins = {block.id for block in outline.blocks if len(outline.into(block.id)) > 1}
        self.sizes = self._measure()

    def _sign(self, block: Block) -> str:
        """Return the mark of a merge that is drawn as a circle."""
        if block.kind == "sample" or block.id in (*self.joined.runs, *self.frames):
            return ""
        # A circle has no room for a count.
        if block.count > 1 or not is_sign(block, self.outline, self.setting.context):
            return ""
        sign = self.setting.context.style_book.sign(block)
        return sign if sign in FORMULA else ""

    def _measure(self) -> dict[str, Size]:
        """Return the sizes of all boxes along and across the flow; named ones are equally wide."""
        sizes, named = {}, []
        for block in self.outline.blocks:
            if block.id in self.frames:
                box = self.frames[block.id].box
                sizes[block.id] = Size(box.width, box.height)
            elif block.id in self.signs:
                sizes[block.id] = Size(CIRCLE, CIRCLE)
            else:
                sizes[block.id] = self.setting.turn(self._measure_box(block))
                named += [block.id] if block.kind != "sample" else []
        across = max((sizes[id].height for id in named), default=0.0)
        return sizes | {id: Size(sizes[id].width, across) for id in named}

    def _measure_box(self, block: Block) -> Size:
        """Return the size of a box on the page; of a port, of its words and its sample."""
        text = measure_face(self.faces[block.id], self.setting.context)
        if block.kind != "sample":
            return Size(text.width + 2 * PAD.width, text.height + 2 * PAD.height)
        sample = self.samples.get(block.id)
        if sample is None:
            return Size(text.width + 2 * WORDS, text.height + WORDS)
        picture = measure_sample(sample)
        wide = max(text.width + 2 * WORDS, picture.width)
        return Size(wide, text.height + WORDS + picture.height)

    def _make_node(self, block: Block) -> Node:
        if is_point(block):
            return Node(block.id, 0.0, 0.0, 0.0, small=True)
        size = self.sizes[block.id]
        # Lines come to what joins several from its sides, as to a circle.
        small = block.id in self.joins
        return Node(block.id, size.width, size.height, size.height, small=small)

    def place(self, *, is_body: bool) -> Picture:
        """Return the picture."""
        blocks, links = add_points(self.outline, is_body=is_body)
        nodes = [self._make_node(block) for block in blocks]
        if any(link.entry for link in self.outline.out_of(ENTRY)):
            # Each input has a line of its own from the beginning.
            nodes[0] = replace(nodes[0], small=False, leaving="free")
        if any(link.exit for link in self.outline.into(EXIT)):
            nodes[-1] = replace(nodes[-1], small=False, entering="free")
        heights = {node.id: node.left for node in nodes}
        # The lines to and from points stand before those of the outline.
        points = len(links) - len(self.outline.links)
        main = {points + number for number in find_main(self.outline)}
        states = {points + number for number in find_states(self.outline)}
        labels = [STATES if n in states else _name_line(link) for n, link in enumerate(links)]
        edges = tuple(
            Edge(
                link.source,
                link.target,
                heights[link.source],
                heights[link.target],
                self._measure_label(labels[number]),
                is_main=number in main,
            )
            for number, link in enumerate(links)
        )
        placement = layout(tuple(nodes), edges, SPACING, ENDLESS)
        at = {id: placed.box for id, placed in placement.nodes.items()}
        boxes = tuple(
            PlacedBox(
                block,
                self.faces[block.id],
                at[block.id],
                self.signs.get(block.id, ""),
                self.samples.get(block.id),
            )
            for block in self.outline.blocks
            if block.id in self.faces
        )
        frames = tuple(replace(frame, box=at[id]) for id, frame in self.frames.items())
        return Picture(boxes, frames, self._wires(links, labels, placement, at), placement.size)

    def _measure_label(self, label: str) -> Size | None:
        """Return the room of what is written beside a line."""
        if not label:
            return None
        context = self.setting.context
        width = context.width(label, context.page.small)
        return self.setting.turn(Size(width, 0.72 * context.page.small))

    def _wires(
        self, links: list[Link], labels: list[str], placement: Placement, at: Mapping[str, Box]
    ) -> tuple[Wire, ...]:
        end = placement.size.width
        # The layout knows circles; the borders of boxes it does not.
        box_of = {id: box for id, box in at.items() if id not in self.signs}
        # At a point, the lines of one source part.
        known = {block.id for block in self.outline.blocks}
        made = {link.target: link.source for link in links if link.target not in known}
        copies = self.setting.copies
        return tuple(
            Wire(
                link,
                reach_ends(
                    link, clip(routes[0], box_of.get(link.source), box_of.get(link.target)), end
                ),
                is_arrow=link.target in self.faces,
                is_state=label == STATES,
                is_dashed=(made.get(link.source, link.source), link.target) in copies,
                label=label if at_label else "",
                label_at=at_label,
            )
            for link, label, routes, at_label in zip(
                links, labels, placement.routes, placement.labels, strict=True
            )
        )


def _name_line(link: Link) -> str:
    """Return the number of lines that one stands for."""
    return words.format_times(link.count) if link.count > 1 else ""


def measure_sample(sample: Sample) -> Size:
    """Return the size of a sample."""
    if sample.aspect > 1:
        return Size(SAMPLE, SAMPLE / sample.aspect)
    return Size(SAMPLE * sample.aspect, SAMPLE)
