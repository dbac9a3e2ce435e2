"""A picture as scene items: frames first, lines over them, then boxes with their words.

Data flow upwards or to the right: a picture is turned on its way to the page.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.boxes.faces import LINE, PILL_GAP, SMALL_LINE, measure_face, reach_below
from net2fig.compose.boxes.picture import (
    CLEAR,
    STRIP,
    Frame,
    Picture,
    PlacedBox,
    Wire,
    measure_sample,
)
from net2fig.compose.boxes.runs import is_run
from net2fig.compose.boxes.setting import Setting
from net2fig.compose.diagram import PILL, DrawContext, measure_pill
from net2fig.compose.draw import DASH, draw_pill, snap
from net2fig.compose.style.colours import lighten
from net2fig.compose.wording import words
from net2fig.geometry import Box, Point
from net2fig.glyphs import Shape, draw
from net2fig.glyphs.base import End
from net2fig.outline import EXIT, Block, Link
from net2fig.scene import Group, Image, Item, Path, Text, Texture, polygon, polyline, rounded

ROUND = 2.2
"""The radius of the corners of a box."""
ARROW = (3.4, 2.6)
"""Length and width of an arrow's head."""
SHAFT = 0.8
"""How much of its line an arrow's head leaves at least."""
PALE = 0.6
"""How much paler a box is than a glyph: words stand in it."""
FRAME_FILL = 0.9
"""How much paler a frame is."""
BORDER = 0.8
SLACK = 0.01


class Turn(Struct, frozen=True):
    """How a picture is turned and moved to the page: upwards, or to the right."""

    up: bool
    length: float
    dx: float = 0.0
    dy: float = 0.0

    def point(self, point: Point) -> Point:
        """Return the place of a point on the page."""
        if self.up:
            return Point(point.y + self.dx, self.length - point.x + self.dy)
        return point.moved(self.dx, self.dy)

    def box(self, box: Box) -> Box:
        """Return the place of a box on the page."""
        if self.up:
            corner = self.point(Point(box.right, box.y))
            return Box(corner.x, corner.y, box.height, box.width)
        return box.moved(self.dx, self.dy)

    def inside(self, frame: Frame) -> Turn:
        """Return the turn of what stands in a frame."""
        at = frame.inside_at
        if self.up:
            return Turn(self.up, self.length - at.x, self.dx + at.y, self.dy)
        return Turn(self.up, self.length, self.dx + at.x, self.dy + at.y)


def draw_picture(picture: Picture, setting: Setting, dx: float, dy: float) -> list[Item]:
    """Return the items of a picture, its upper left corner at (dx, dy)."""
    items = _draw(picture, setting, Turn(setting.up, picture.size.width, dx, dy))
    if not picture.title:
        return items
    page = setting.context.page
    wide = setting.turn(picture.size).width
    at = Point(dx + wide / 2 if setting.up else dx, dy + 0.76 * page.size)
    ink = setting.context.style_book.palette.ink["text"]
    title = _make_text(picture.title, at, page.size, ink, page.family, "title")
    return [replace(title, bold=True, anchor="middle" if setting.up else "start"), *items]


def _draw(picture: Picture, setting: Setting, turn: Turn) -> list[Item]:
    context = setting.context
    return [
        *(_draw_frame(frame, setting, turn) for frame in picture.frames),
        *(_draw_wire(wire, context, turn) for wire in picture.wires),
        *(_draw_box(placed, context, turn) for placed in picture.boxes),
    ]


def _draw_wire(wire: Wire, context: DrawContext, turn: Turn) -> Group:
    """Return a line, with its arrow, and how many lines it stands for."""
    ink = context.style_book.palette.ink["line"]
    # In the middle of pixels at 150 dpi, all lines look equally thick.
    points = [Point(snap(p.x), snap(p.y)) for p in map(turn.point, wire.route)]
    items: list[Item] = []
    if wire.is_arrow:
        head, points[-1] = make_head(points[-2], points[-1])
        items.append(Path(polygon(head), fill=ink, classes=("arrow",)))
    dash = DASH if wire.is_state or wire.is_dashed else ()
    items.insert(0, Path(polyline(points), stroke=ink, width=context.page.line, dash=dash))
    if wire.label and wire.label_at:
        items.append(_draw_label(wire.label, turn.point(wire.label_at), context, turn))
    link = wire.link
    return Group(
        tuple(items),
        classes=("edge", *["side"] * wire.is_side, *["state"] * wire.is_state),
        data=(("from", link.begin), ("to", link.end)),
    )


def _draw_label(words: str, at: Point, context: DrawContext, turn: Turn) -> Text:
    """Return the number of lines that one stands for, or what it brings, beside it."""
    page = context.page
    text = context.style_book.palette.ink["text"]
    if turn.up:
        at = Point(at.x, at.y + 0.36 * page.small)
    label = _make_text(words, at, page.small, text, page.family, "resolution")
    return replace(label, anchor="end") if turn.up else label


def make_head(before: Point, tip: Point) -> tuple[list[Point], Point]:
    """Return the corners of an arrow's head, and where its line ends."""
    far = max(abs(tip.x - before.x), abs(tip.y - before.y)) or 1.0
    # On a short piece of line the head is smaller.
    scale = min(1.0, far / (ARROW[0] + SHAFT))
    length, width = scale * ARROW[0], scale * ARROW[1]
    x, y = (tip.x - before.x) / far, (tip.y - before.y) / far
    base = Point(tip.x - x * length, tip.y - y * length)
    half = width / 2
    corners = [tip, Point(base.x - y * half, base.y + x * half)]
    return [*corners, Point(base.x + y * half, base.y - x * half)], base


def _find_colour(block: Block, context: DrawContext) -> str:
    """Return the colour that the paler one of a box is made of."""
    entry = context.style_book.of(block)
    if block.is_group and not context.style_book.mono:
        return entry.colour
    fill = entry.look.fill
    return fill.paper if isinstance(fill, Texture) else fill or entry.look.stroke


def _describe(block: Block) -> tuple[tuple[str, str], ...]:
    """Return the data of a block, for whoever styles the SVG."""
    return (
        ("type", block.type),
        ("layers", " ".join(block.layers)),
        ("count", str(block.count)),
        ("in", words.format_extent(block.arrives)),
        ("out", words.format_extent(block.output)),
    )


def _draw_box(placed: PlacedBox, context: DrawContext, turn: Turn) -> Group:
    """Return a box with its words, or a circle with its sign."""
    block, box = placed.block, turn.box(placed.box)
    if block.kind == "sample":
        return _draw_port(placed, box, context)
    look = context.style_book.of(block).look
    classes = ("glyph", f"kind-{block.kind}") + (("group",) if block.is_group else ())
    if placed.sign:
        end = (End(box.y, box.bottom),)
        shape = Shape(box.x, box.width, end, end)
        items = draw("merge", shape, replace(look, small=True, sign=placed.sign))
        return Group(tuple(items), id=block.id, classes=classes, data=_describe(block))
    colour = _find_colour(block, context)
    mono = context.style_book.mono
    body = Path(
        rounded(box.grown(-BORDER / 2), ROUND),
        fill=look.paper if mono else lighten(colour, PALE),
        stroke=look.stroke if mono or not block.is_group else colour,
        width=BORDER,
        classes=("body",),
    )
    return Group(
        (body, *_draw_words(placed, box, context)),
        id=block.id,
        classes=(*classes, "box"),
        data=_describe(block),
    )


def _draw_port(placed: PlacedBox, box: Box, context: DrawContext) -> Group:
    """Return what goes in or comes out: its name, and its sample on the far side of it."""
    role = "input" if placed.block.layers else "output"
    items: list[Item] = []
    if placed.sample is not None:
        size = measure_sample(placed.sample)
        y = box.bottom - size.height if role == "input" else box.y
        x = box.centre.x - size.width / 2
        frame = Box(x, y, size.width, size.height)
        items.append(Image(frame, placed.sample.data, placed.sample.media_type, ("sample",)))
        rest = box.height - size.height
        box = Box(box.x, box.y if role == "input" else box.y + size.height, box.width, rest)
    items += _draw_words(placed, box, context)
    return Group(
        tuple(items),
        id=placed.block.id,
        classes=("placeholder", role),
        data=_describe(placed.block),
    )


def _draw_words(placed: PlacedBox, box: Box, context: DrawContext) -> list[Item]:
    """Return the words in the middle of a box: name and count, then the smaller line."""
    face, page, ink = placed.face, context.page, context.style_book.palette.ink
    text = measure_face(face, context)
    y = box.centre.y - text.height / 2
    items: list[Item] = []
    badge = measure_pill(face.badge, context) + PILL_GAP if face.badge else 0.0
    for number, line in enumerate(face.name):
        x = box.centre.x - (badge / 2 if number == 0 else 0.0)
        at = Point(x, y + 0.5 * page.size * LINE + 0.36 * page.size)
        items.append(_make_text(line, at, page.size, ink["text"], page.family, "name"))
        if number == 0 and badge:
            left = x + context.width(line) / 2 + PILL_GAP
            pill = Box(left, at.y - 0.36 * page.size - PILL / 2, badge - PILL_GAP, PILL)
            items.append(draw_pill(face.badge, pill, context))
        y += page.size * LINE
    y += reach_below(face)
    for line in face.details:
        at = Point(box.centre.x, y + 0.5 * page.small * SMALL_LINE + 0.36 * page.small)
        items.append(_make_text(line, at, page.small, ink["text"], page.family, "features"))
        y += page.small * SMALL_LINE
    return items


def _make_text(string: str, at: Point, size: float, color: str, family: str, sort: str) -> Text:
    return Text(at, string, size, color, anchor="middle", family=family, classes=("label", sort))


def _draw_frame(frame: Frame, setting: Setting, turn: Turn) -> Group:
    """Return an opened group: its frame, its words, its body, the line that leaves it."""
    context = setting.context
    colour = _choose_frame_colour(frame, context)
    box = turn.box(frame.box)
    body = Path(
        rounded(box.grown(-BORDER / 2), 2 * ROUND),
        fill=lighten(colour, FRAME_FILL),
        stroke=colour,
        width=BORDER,
        classes=("body",),
    )
    inner = turn.inside(frame)
    inside = _draw(frame.inside, setting, inner)
    if frame.is_definition:
        at = Point(box.centre.x, box.y - STRIP / 2 + 0.36 * context.page.size)
        text = context.style_book.palette.ink["text"]
        words_above: list[Item] = [
            _make_text(frame.name, at, context.page.size, text, context.page.family, "name")
        ]
    else:
        inside.append(_draw_exit(frame, context, inner))
        words_above = _draw_frame_words(frame, box, setting)
    return Group(
        (body, Group(tuple(inside), classes=("body",)), *words_above),
        id=frame.block.id,
        classes=("glyph", "kind-group", "group", "box", "open"),
        data=_describe(frame.block),
    )


def _choose_frame_colour(frame: Frame, context: DrawContext) -> str:
    """Return the colour of a group; of a run, which has none, that of lines."""
    if is_run(frame.block):
        return context.style_book.palette.ink["placeholder"]
    return _find_colour(frame.block, context)


def _draw_exit(frame: Frame, context: DrawContext, inner: Turn) -> Group:
    """Return the line from the end of a body to the end of its frame."""
    out, middle = frame.inside, frame.inside.enters
    end = frame.box.width
    route = [Point(out.size.width, out.leaves), Point(end, middle)]
    if abs(out.leaves - middle) > SLACK:
        between = out.size.width + 1.0
        route[1:1] = [Point(between, out.leaves), Point(between, middle)]
    wire = Wire(Link(EXIT, EXIT, None), tuple(route))
    return _draw_wire(wire, context, inner)


def _draw_frame_words(frame: Frame, box: Box, setting: Setting) -> list[Item]:
    """Return the name and the count of a frame, on both sides of the line that leaves it."""
    context = setting.context
    page = context.page
    y = box.y + STRIP / 2
    middle = box.centre.x
    if not setting.up:
        middle = box.x + CLEAR + context.width(frame.name, page.small) + CLEAR
    items: list[Item] = []
    if frame.name:
        at = Point(middle - CLEAR, y + 0.36 * page.small)
        muted = context.style_book.palette.ink["muted"]
        name = _make_text(frame.name, at, page.small, muted, page.family, "name")
        items.append(replace(name, anchor="end"))
    if frame.badge:
        width = measure_pill(frame.badge, context)
        pill = Box(middle + CLEAR, y - PILL / 2, width, PILL)
        items.append(draw_pill(frame.badge, pill, context))
    return items
