"""A placed cell as items of a scene: the frame, then lines, then shapes with their words."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from net2fig.cells.cell import Cell
from net2fig.cells.mathematics import list_pieces, set_formula, write_tex
from net2fig.cells.picture import CLEAR, COPIES, DEPTH, Picture, PlacedLine, PlacedPort
from net2fig.cells.routes import round_corners
from net2fig.cells.topology import CellNode, MonoBorder, Part, load_borders, load_parts
from net2fig.compose.boxes.draw import BORDER, PALE, make_head
from net2fig.compose.draw import snap
from net2fig.compose.style.colours import darken, lighten, resolve_colour
from net2fig.data.grammar import Palette
from net2fig.geometry import Box, Point
from net2fig.glyphs import Look, Shape
from net2fig.glyphs import draw as draw_glyph
from net2fig.glyphs.base import End
from net2fig.options.page import Page
from net2fig.scene import Close, Command, Group, Item, Path, Text, polygon, rounded

ROUND = 2.2
"""The radius of the corners of a box."""

FRAME_ROUND = 7.0
FRAME_PALE = 0.86
STACK_PALE = 0.72
"""How much paler the frame of a cell is than its colour, and that of a stack."""

LANE = 2.2
"""How much thicker the line of a state is that is handed on."""

FRAME_ROLE = "sequence"
"""The role of the colour of the frame."""


class Pen(Struct, frozen=True):
    """The page, its colours, and what ids of the cell begin with.

    `is_part` tells that the cell stands in the figure of a network.
    """

    page: Page
    palette: Palette
    prefix: str = ""
    is_part: bool = False

    def colour(self, role: str) -> str:
        """Return the colour of a role."""
        return resolve_colour(self.palette, role)

    def ink(self, name: str) -> str:
        """Return the colour of an ink."""
        return self.palette.ink[name]


def draw_cell(cell: Cell, picture: Picture, pen: Pen) -> Group:
    """Return the drawing of a cell, its upper left corner at (0, 0)."""
    items = [
        draw_frame(picture, pen),
        *draw_stack(picture, pen),
        *(draw_line(line, pen) for line in picture.lines),
        *(draw_node(cell, node, box, pen) for node, box in picture.nodes if not node.is_point),
        *(draw_port(port, pen) for port in picture.ports),
        *(draw_formula(each.symbol, each.at, pen, "name") for each in picture.symbols),
    ]
    return Group(tuple(items), classes=("cell",) if pen.is_part else ("network", "cell"))


def draw_frame(picture: Picture, pen: Pen) -> Path:
    """Return the ground on which the cell stands."""
    colour = pen.colour(FRAME_ROLE)
    return Path(
        rounded(picture.frame.grown(-BORDER / 2), FRAME_ROUND),
        fill=pen.ink("paper") if pen.page.mono else lighten(colour, FRAME_PALE),
        stroke=pen.ink("line") if pen.page.mono else lighten(colour, 0.25),
        width=BORDER,
        classes=("panel",),
    )


def draw_stack(picture: Picture, pen: Pen) -> Iterator[Item]:
    """Yield the frame around heads, the copies behind it, and their number."""
    if picture.stack is None:
        return
    box, page = picture.stack, pen.page
    colour = pen.colour(FRAME_ROLE)
    paths = [
        Path(
            rounded(box.moved(step * DEPTH, -step * DEPTH), ROUND + 1.0),
            fill=pen.ink("paper") if page.mono else lighten(colour, STACK_PALE),
            stroke=pen.ink("line") if page.mono else lighten(colour, 0.25),
            width=BORDER * 0.7,
            classes=("panel",),
        )
        for step in range(COPIES if not picture.stack_label.startswith("1 ") else 0, -1, -1)
    ]
    yield Group(tuple(paths), classes=("heads",))
    at = Point(box.x, box.y - COPIES * DEPTH - CLEAR)
    yield write_label(picture.stack_label, at, pen, anchor="start")


def write_label(text: str, at: Point, pen: Pen, anchor: str = "middle") -> Text:
    """Return a small text."""
    return Text(
        at,
        text,
        pen.page.small,
        pen.ink("muted"),
        anchor=anchor,
        family=pen.page.family,
        classes=("label", "features"),
    )


def draw_line(line: PlacedLine, pen: Pen) -> Group:
    """Return a line with its arrow, and the size of its tensor."""
    edge, ink = line.edge, pen.ink("line")
    # In the middle of pixels at 150 dpi, all lines look equally thick.
    points = [Point(snap(point.x), snap(point.y)) for point in line.points]
    items: list[Item] = []
    if line.is_arrow:
        head, points[-1] = make_head(points[-2], points[-1])
        items.append(Path(polygon(head), fill=ink, classes=("arrow",)))
    width = pen.page.line * (LANE if edge.lane else 1.25)
    items.insert(0, Path(round_corners(points), stroke=ink, width=width))
    if line.size_at is not None:
        items.append(write_label(line.size, line.size_at, pen, line.anchor))
    data = (("from", pen.prefix + edge.source), ("to", pen.prefix + edge.target))
    return Group(tuple(items), classes=("edge", "lane") if edge.lane else ("edge",), data=data)


def draw_port(placed: PlacedPort, pen: Pen) -> Group:
    """Return the symbol of a port, and the size of its tensor."""
    items: list[Item] = [draw_formula(placed.port.symbol, placed.at, pen, "name")]
    if placed.size_at is not None:
        items.append(write_label(placed.size, placed.size_at, pen, placed.anchor))
    return Group(tuple(items), classes=("port",), data=(("port", pen.prefix + placed.port.id),))


def draw_formula(formula: str, at: Point, pen: Pen, *classes: str) -> Group:
    """Return a formula that TeX sets as mathematics."""
    small, names = pen.page.small, ("label", *classes)
    texts = set_formula(formula, at, small, pen.ink("text"), names)
    return Group(texts, classes=("formula",), data=(("tex", write_tex(formula)),))


def draw_node(cell: Cell, node: CellNode, box: Box, pen: Pen) -> Group:
    """Return a shape with its words."""
    part = load_parts()[node.op]
    text = cell.write_text(node)
    shape = part.shape
    if shape == "circle":
        items: tuple[Item, ...] = draw_circle(part, box, pen)
    else:
        items = draw_box(part, text, box, pen, copies=COPIES if cell.count(node) > 1 else 0)
    classes = ("glyph", f"kind-{node.op}") + (("box",) if shape != "circle" else ())
    data = (("type", node.op), *((("name", node.name),) if node.name else ()))
    return Group(items, id=pen.prefix + node.id, classes=classes, data=data)


def draw_circle(part: Part, box: Box, pen: Pen) -> tuple[Item, ...]:
    """Return the circle of a pointwise operation."""
    colour = pen.colour(part.role)
    look = Look(
        fill=pen.ink("text") if pen.page.mono else colour,
        stroke=pen.ink("text") if pen.page.mono else darken(colour),
        border=pen.page.border,
        ink=pen.ink("text"),
        paper=pen.ink("paper"),
        family=pen.page.family,
        sign=part.text,
        small=True,
    )
    end = (End(box.y, box.bottom),)
    items = draw_glyph("merge", Shape(box.x, box.width, end, end), look)
    if all(isinstance(item, Path) for item in items):
        return items
    words = write_words(part.text, box, pen, pen.page.small)
    return (items[0], replace(words, color=look.paper, bold=True, classes=("sign",)))


def draw_box(part: Part, text: str, box: Box, pen: Pen, copies: int = 0) -> tuple[Item, ...]:
    """Return a box or a pill with its words, and the copies behind it."""
    colour = pen.colour(part.role)
    radius = box.height / 2 if part.shape == "pill" else ROUND
    border = load_borders()[part.role] if pen.page.mono else MonoBorder(BORDER)
    body = Path(
        rounded(box.grown(-border.width / 2), radius),
        fill=pen.ink("paper") if pen.page.mono else lighten(colour, PALE),
        stroke=pen.ink("text") if pen.page.mono else darken(colour),
        width=border.width,
        dash=border.dash,
        classes=("body",),
    )
    behind = tuple(
        replace(body, commands=outline_copy(box, step * DEPTH), width=BORDER, classes=("copy",))
        for step in range(copies, 0, -1)
    )
    if not text:
        return (*behind, body)
    return (*behind, body, write_words(text, box, pen, pen.page.size))


def outline_copy(box: Box, by: float) -> tuple[Command, ...]:
    """Return what is seen of a copy behind a box: its upper and its right edge.

      .------.
    .-|----. |     The strip begins and ends at the border of the box.
    |      |-'
    """
    half = BORDER / 2
    x0, y0, x1, y1 = box.x + half, box.y + half, box.right - half, box.bottom - half
    corners = [
        Point(x0 + by, y0 + half),
        Point(x0 + by, y0 - by),
        Point(x1 + by, y0 - by),
        Point(x1 + by, y1 - by),
        Point(x1 - half, y1 - by),
        Point(x1 - ROUND, y0 + ROUND),
    ]
    return (*round_corners(corners, ROUND), Close())


def write_words(text: str, box: Box, pen: Pen, size: float) -> Text:
    """Return the words in the middle of a box."""
    page = pen.page
    middle = box.centre
    return Text(
        Point(middle.x, middle.y + 0.36 * size),
        text,
        size,
        pen.ink("text"),
        anchor="middle",
        family=page.family,
        classes=("label", "name"),
    )


def find_start(formula: str, small: float) -> float:
    """Return where the sign "=" of an equation begins, from its beginning."""
    return next(piece.x for piece in list_pieces(formula, small) if piece.string == "=")
