"""A cell placed: its shapes on columns and rows, its lines between them, its ports at the frame.

Ensures: shapes keep apart, and every line ends at the border of what it belongs to. The picture is
as wide as the page allows, up to what looks best.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from net2fig.cells.cell import Cell
from net2fig.cells.mathematics import LARGE, measure_formula
from net2fig.cells.routes import ROUND as CORNER
from net2fig.cells.routes import clip_to_box, trace_path
from net2fig.cells.topology import CellEdge, CellNode, CellPort, load_parts
from net2fig.fonts.metrics import text_width
from net2fig.geometry import Box, Point, Size
from net2fig.options.page import Page

HEIGHT = 12.5
"""The height of boxes, for texts of 7 pt."""


PILL = 11.4
CIRCLE = 10.6
"""The height of a pill, the diameter of a circle, for the same texts."""


OVER = 24.0
"""How far a box that spans columns reaches over the first and the last together."""

LEAST_COLUMN = 24.0
"""The least distance of two columns."""

BESIDE = 18.0
"""The room beside a line for a symbol and for gaps."""

ROW = 20.5
STACKED_ROW = 19.5
"""From row to row, without a stack and with one."""

STUB = 11.0
"""How far the lines of ports reach out of the frame at least."""

ABOVE = 9.0
"""Between the frame and what stands in it, above and below."""

STACK_PAD = Size(5.0, 4.0)
"""Between the frame of a stack and what stands in it."""

DEPTH = 2.2
"""How far the copies of a stack stand behind each other."""

COPIES = 2
"""How many copies of what is stacked are seen behind it."""

SYMBOL = 4.3
"""How far the line of a symbol is above the box whose result it names."""

CLEAR = 2.4
"""Between lines and the texts beside them."""


class Density(Struct, frozen=True):
    """Distances: between a text and the border of its box, two boxes on one row, box and frame.

    `gap` is the least distance of two boxes, `best` the one that looks best.
    """

    pad: float = 4.2
    gap: float = 5.0
    best: float = 13.0
    beside: float = 8.0


LOOSE, TIGHT = Density(), Density(pad=2.4, gap=2.6, best=5.0, beside=4.5)


class PlacedLine(Struct, frozen=True):
    """A line: its corners, and where the size stands that is printed beside it."""

    edge: CellEdge
    points: tuple[Point, ...]
    is_arrow: bool
    size: str = ""
    size_at: Point | None = None
    anchor: str = "middle"


class PlacedPort(Struct, frozen=True):
    """A port: its symbol, and the size of its tensor, each with the beginning of its line."""

    port: CellPort
    at: Point
    size: str = ""
    size_at: Point | None = None
    anchor: str = "middle"


class PlacedSymbol(Struct, frozen=True):
    """What equations call the result of a node, beside the line that leaves it."""

    symbol: str
    at: Point


class Picture(Struct, frozen=True):
    """Everything placed, the upper left corner at `corner`; `stack` is the frame around heads."""

    nodes: tuple[tuple[CellNode, Box], ...]
    lines: tuple[PlacedLine, ...]
    ports: tuple[PlacedPort, ...]
    symbols: tuple[PlacedSymbol, ...]
    frame: Box
    corner: Point
    size: Size
    stack: Box | None = None
    stack_label: str = ""


def make_picture(cell: Cell, page: Page, width: float) -> Picture:
    """Return the picture of a cell, no wider than a width if that can be.

    Where the room is too small for them, the sizes of tensors are left out, then all stands closer.
    """
    bare = replace(cell, sizes={})
    trials = [(cell, LOOSE), (bare, LOOSE)]
    # Copies behind each other need their room.
    trials += [(bare, TIGHT)] if cell.topology.stack is None else []
    for shown, density in trials:
        picture = _Placer(shown, page, width, density).place()
        if picture.size.width <= width:
            break
    return picture


class _Placer:
    """Places one cell."""

    def __init__(self, cell: Cell, page: Page, width: float, density: Density) -> None:
        self.cell, self.page, self.density = cell, page, density
        self.topology = cell.topology
        self.scale = page.size / 7.0
        self.sizes = {node.id: self.measure_node(node) for node in self.topology.node}
        self.is_up = any(port.side == "top" for port in self.topology.port)
        nodes = [node.at[0] for node in self.topology.node]
        self.reach = max([*nodes, *(port.at[0] for port in self.topology.port)])
        self.sides: dict[str, float] = {
            side: self.measure_side(side) for side in ("left", "right", "top", "bottom")
        }
        self.pitch = self.choose_pitch(width)

    def text_width(self, text: str, size: float) -> float:
        """Return the width of a text in the letters of the page."""
        return text_width(text, size, family=self.page.family)

    def measure_node(self, node: CellNode) -> Size:
        """Return the size of a shape, without what it spans."""
        shape = load_parts()[node.op].shape
        text = self.text_width(self.cell.write_text(node), self.page.size)
        if shape == "box":
            return Size(text + 2 * self.density.pad, HEIGHT * self.scale)
        if shape == "pill":
            return Size(text + 2 * self.density.pad + 1.0, PILL * self.scale)
        across = CIRCLE * self.scale if shape == "circle" else 0.0
        return Size(across, across)

    def measure_side(self, side: str) -> float:
        """Return the room that ports need beside the frame."""
        ports = [port for port in self.topology.port if port.side == side]
        if not ports:
            return 0.0
        if side in ("top", "bottom"):
            return STUB + CLEAR + LARGE * self.page.small
        symbols = max(measure_formula(port.symbol, self.page.small) for port in ports)
        return self.measure_stub(side) + CLEAR + symbols

    def measure_stub(self, side: str) -> float:
        """Return how far the lines of ports reach out of the frame at a side."""
        if side in ("top", "bottom"):
            return STUB
        texts = [self.size_of(port.size) for port in self.topology.port if port.side == side]
        longest = max((self.text_width(text, self.page.small) for text in texts), default=0.0)
        return max(STUB, longest + 2 * CLEAR)

    def size_of(self, word: str) -> str:
        """Return the size of a tensor."""
        return self.cell.sizes.get(word, "") if word else ""

    def choose_pitch(self, width: float) -> float:
        """Return the distance of two columns."""
        texts = [self.text_width(self.size_of(e.size), self.page.small) for e in self.topology.edge]
        beside = max(texts, default=0.0) + BESIDE if self.is_up else 0.0
        least = max(beside, *self.list_least(), LEAST_COLUMN)
        room = width - self.sides["left"] - self.sides["right"] - 2 * self.density.beside
        ends = self.widest if self.is_up else 0.0
        best = least + self.density.best - self.density.gap
        return max(least, min(best, (room - ends) / max(self.reach, 1.0)))

    def list_least(self) -> Iterator[float]:
        """Yield distances of columns at which shapes have room: in a box, and on one row."""
        for node in self.topology.node:
            if node.span:
                yield (self.sizes[node.id].width - OVER) / node.span
        for one, two in combinations(self.topology.node, 2):
            apart = abs(one.at[0] - two.at[0])
            if one.at[1] == two.at[1] and apart and not (one.span or two.span):
                both = self.sizes[one.id].width + self.sizes[two.id].width
                yield (both / 2 + self.density.gap) / apart

    @property
    def widest(self) -> float:
        """The width of the widest shape that stands in one column."""
        widths = [self.sizes[each.id].width for each in self.topology.node if not each.span]
        return max(widths, default=0.0)

    def column(self, number: float) -> float:
        """Return the x of a column, counted from the first."""
        return number * self.pitch

    def row(self, number: float) -> float:
        """Return the y of a row, counted from the first."""
        return number * (STACKED_ROW if self.is_up else ROW) * self.scale

    def place_node(self, node: CellNode) -> Box:
        """Return the box of a node."""
        size = self.sizes[node.id]
        wide = size.width
        if node.span:
            wide = max(wide, node.span * self.pitch + OVER)
        elif self.is_up:
            wide = self.widest
        x, y = self.column(node.at[0]), self.row(node.at[1])
        return Box(x - wide / 2, y - size.height / 2, wide, size.height)

    def place(self) -> Picture:
        """Return the picture."""
        boxes = {node.id: self.place_node(node) for node in self.topology.node}
        frame = self.find_frame(boxes)
        ends = {port.id: self.find_end(port, frame) for port in self.topology.port}
        corner = Point(frame.x - self.sides["left"], frame.y - self.sides["top"])
        size = Size(
            frame.right + self.sides["right"] - corner.x,
            frame.bottom + self.sides["bottom"] - corner.y,
        )
        return Picture(
            tuple((node, boxes[node.id]) for node in self.topology.node),
            tuple(self.place_line(edge, boxes, ends) for edge in self.topology.edge),
            tuple(self.place_port(port, ends[port.id]) for port in self.topology.port),
            tuple(self.place_symbols(boxes)),
            frame,
            corner,
            size,
            self.place_stack(boxes),
            self.write_stack(),
        )

    def find_frame(self, boxes: Mapping[str, Box]) -> Box:
        """Return the frame around all nodes and the rows at which lines turn."""
        around = reduce(Box.union, boxes.values())
        beside, above = self.density.beside, ABOVE
        bottom = max([around.bottom, *(self.row(number) for number in self.list_turns())]) + above
        if self.topology.stack:
            above += COPIES * DEPTH
        left = around.x - beside if self.is_up else min(self.column(0.0), around.x - beside)
        right = max(around.right, self.find_reach()) + beside
        right = right + COPIES * DEPTH if self.is_up else max(self.column(self.reach), right)
        return Box(left, around.y - above, right - left, bottom - around.y + above)

    def find_reach(self) -> float:
        """Return how far to the right the sizes beside upright lines reach."""
        nodes = ((self.cell.node(e.source), e) for e in self.topology.edge if e.path[0] == "v")
        ends = [(node.at[0], edge.size) for node, edge in nodes if node is not None]
        ends += [(p.at[0], p.size) for p in self.topology.port if p.side in ("top", "bottom")]
        widths = [(at, self.text_width(self.size_of(size), self.page.small)) for at, size in ends]
        return max((self.column(at) + CLEAR + width for at, width in widths if width), default=0.0)

    def list_turns(self) -> list[float]:
        """Return the rows at which lines turn."""
        steps = [step for edge in self.topology.edge for step in edge.path.split()]
        return [float(step[1:]) for step in steps if step[0] == "v" and len(step) > 1]

    def place_stack(self, boxes: Mapping[str, Box]) -> Box | None:
        """Return the frame around what is there once for each head."""
        if self.topology.stack is None:
            return None
        inside = [boxes[id] for id in self.topology.stack.around if id in boxes]
        around = reduce(Box.union, inside)
        beside, above = STACK_PAD.width, STACK_PAD.height
        wide, high = around.width + 2 * beside, around.height + 2 * above
        return Box(around.x - beside, around.y - above, wide, high)

    def write_stack(self) -> str:
        """Return what is written at the frame of a stack."""
        heads = self.cell.counts.get("heads", 1)
        if self.topology.stack is None:
            return ""
        return f"{heads} {self.topology.stack.label if heads > 1 else 'head'}"

    def find_end(self, port: CellPort, frame: Box) -> Point:
        """Return the end of the line of a port, outside of the frame."""
        stub = self.measure_stub(port.side)
        x, y = self.column(port.at[0]), self.row(port.at[1])
        match port.side:
            case "left":
                return Point(frame.x - stub, y)
            case "right":
                return Point(frame.right + stub, y)
            case "top":
                return Point(x, frame.y - stub)
            case _:
                return Point(x, frame.bottom + stub)

    def place_port(self, port: CellPort, end: Point) -> PlacedPort:
        """Return a port with its texts."""
        small, symbol = self.page.small, measure_formula(port.symbol, self.page.small)
        text = self.size_of(port.size)
        stub = self.measure_stub(port.side)
        middle = 0.3 * LARGE * small
        match port.side:
            case "left":
                at = Point(end.x - CLEAR - symbol, end.y + middle)
                beside = Point(end.x + stub / 2, end.y - CLEAR)
            case "right":
                at = Point(end.x + CLEAR, end.y + middle)
                beside = Point(end.x - stub / 2 - 1.0, end.y - CLEAR)
            case "top":
                at = Point(end.x - symbol / 2, end.y - CLEAR - 0.24 * LARGE * small)
                beside = Point(end.x + CLEAR, end.y + stub / 2 + 0.36 * small)
            case _:
                at = Point(end.x - symbol / 2, end.y + CLEAR + 0.72 * LARGE * small)
                beside = Point(end.x + CLEAR, end.y - stub / 2 + 0.36 * small)
        anchor = "middle" if port.side in ("left", "right") else "start"
        return PlacedPort(port, at, text, beside if text else None, anchor)

    def place_symbols(self, boxes: Mapping[str, Box]) -> Iterator[PlacedSymbol]:
        """Yield the symbols of results beside the lines that leave upwards, but for outputs."""
        outputs = {edge.source for edge in self.topology.edge if self.is_output(edge.target)}
        for node in self.topology.node:
            paths = [edge.path for edge in self.topology.edge if edge.source == node.id]
            if not node.symbol or node.id in outputs or paths[0][0] != "v":
                continue
            box = boxes[node.id]
            width = measure_formula(node.symbol, self.page.small)
            dx = -CLEAR - width if self.is_up else CLEAR
            y = box.y - SYMBOL - self.measure_copies(node)
            yield PlacedSymbol(node.symbol, Point(box.centre.x + dx, y))

    def measure_copies(self, node: CellNode) -> float:
        """Return how far the copies of a node, or of a stack that ends with it, reach above it."""
        stack = self.topology.stack
        if stack is not None and node.id == stack.around[-1]:
            return STACK_PAD.height + COPIES * DEPTH
        return COPIES * DEPTH if self.cell.count(node) > 1 else 0.0

    def is_output(self, id: str) -> bool:
        """Tell whether an end of a line is a port."""
        return self.cell.port(id) is not None

    def place_line(
        self, edge: CellEdge, boxes: Mapping[str, Box], ports: Mapping[str, Point]
    ) -> PlacedLine:
        """Return a line between the borders of its ends."""
        start = boxes[edge.source].centre if edge.source in boxes else ports[edge.source]
        end = boxes[edge.target].centre if edge.target in boxes else ports[edge.target]
        points = trace_path(edge.path, start, end, self.column, self.row)
        node = self.cell.node(edge.target)
        if edge.source in boxes and boxes[edge.source].width:
            points = clip_to_box(points, boxes[edge.source])
        if node is not None and boxes[edge.target].width:
            points = clip_to_box(points[::-1], boxes[edge.target])[::-1]
        text = self.size_of(edge.size)
        source = self.cell.node(edge.source)
        up = self.measure_copies(source) if source is not None else 0.0
        line = PlacedLine(edge, tuple(points), node is None or not node.is_point)
        return self.add_size(line, text, up) if text else line

    def add_size(self, line: PlacedLine, text: str, up: float) -> PlacedLine:
        """Return a line with the size of its tensor beside its first piece."""
        one, two = line.points[:2]
        if abs(one.y - two.y) < 1e-9:
            room = abs(two.x - one.x) - (CORNER if len(line.points) > 2 else 0.0)
            if self.text_width(text, self.page.small) > room:
                return line
            at, anchor = Point(one.x + room / 2, one.y - CLEAR), "middle"
        else:
            at, anchor = Point(one.x + CLEAR, one.y - CLEAR - 1.0 - up), "start"
        return PlacedLine(line.edge, line.points, line.is_arrow, text, at, anchor)
