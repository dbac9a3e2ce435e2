"""What the layout takes and gives: nodes, edges and spacing; boxes, handles and routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from net2fig.geometry import Box, Point, Route, Size

Meeting = Literal["fan", "port", "top", "handles", "side", "free"]


class Node(Struct, frozen=True):
    r"""A glyph to place.

        above  . . . .        room kept free over the glyph (a loop, tags), `crown` wide
               /|                left and right: heights of a side that has no edge;
        left  | | right          a side with edges is as high as their handles
               \|
        below  64 ×2           room for the label beneath, `label` wide

    A `small` node is a point or a little circle: its edges meet in its middle, by lines that run
    straight up or down, and it has no handles.

    `entering` and `leaving` tell how several edges meet a side: "fan" at handles where these are
    near each other, else at one port; "port" always at one port; "top" as at a port, but lines to
    higher lanes leave from the middle of the upper edge; "handles" each at its own handle; "side"
    each at a point of one straight side; "free" each on its lane, wherever that lies.

    What is joined to the node on its right may cover so much of it as it `overhangs`.

    `level` is the resolution at which a node stands, from the greatest down; None where it has
    none.
    """

    id: str
    width: float
    left: float
    right: float
    above: float = 0.0
    below: float = 0.0
    label: float = 0.0
    small: bool = False
    entering: Meeting = "handles"
    leaving: Meeting = "handles"
    level: int | None = None
    crown: float = 0.0
    overhangs: float = 0.0


class Edge(Struct, frozen=True):
    """A line to draw, with the heights of the handles at its ends and room for its label above.

    Where it is `joined` its ends touch if nothing else stands in their columns. It `is_main` where
    it brings a node what goes on through it, and others bring what is used for that.
    """

    source: str
    target: str
    leaving: float
    entering: float
    label: Size | None = None
    joined: bool = False
    is_main: bool = False


class Spacing(Struct, frozen=True):
    """Least distances, in points; `gap` is the least and the greatest between columns.

    With `early` every branch begins where data fork, and not where its lines are shortest.
    """

    gap: tuple[float, float]
    lane: float
    handle: float
    label: float
    row: float
    stub: float = 6.0
    fork: float = 4.0
    early: bool = False


class Handle(Struct, frozen=True):
    """One end on one side of a glyph: the middle of its height, and that height."""

    y: float
    height: float

    @property
    def top(self) -> float:
        """The y of its upper corner."""
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        """The y of its lower corner."""
        return self.y + self.height / 2


class Placed(Struct, frozen=True):
    """Where a glyph stands: its handles from top to bottom on both sides, and the box around."""

    x: float
    width: float
    left: tuple[Handle, ...]
    right: tuple[Handle, ...]
    row: int = 0

    @property
    def box(self) -> Box:
        """The box around all handles."""
        top = min(handle.top for handle in (*self.left, *self.right))
        bottom = max(handle.bottom for handle in (*self.left, *self.right))
        return Box(self.x, top, self.width, bottom - top)

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        return self.box.centre


class Placement(Struct, frozen=True):
    """The result: one `Placed` per node, per edge its routes (several where a row ends between)
    and the middle of its label's baseline; the points where a line splits; the size of all, labels
    included; whether each resolution has a line of its own.
    """

    nodes: Mapping[str, Placed]
    routes: tuple[tuple[Route, ...], ...]
    labels: tuple[Point | None, ...]
    size: Size
    rows: int
    crossings: int = 0
    dots: tuple[Point, ...] = ()
    tiered: bool = False


class Neighbours:
    """The edges at each node, by index, in the order in which they were given."""

    def __init__(self, nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> None:
        self.edges = edges
        self.into: dict[str, list[int]] = {node.id: [] for node in nodes}
        self.out_of: dict[str, list[int]] = {node.id: [] for node in nodes}
        for index, edge in enumerate(edges):
            self.into[edge.target].append(index)
            self.out_of[edge.source].append(index)

    def side_heights(self, node: Node) -> tuple[float, float]:
        """Return the heights of the left and right side of a node with one edge a side at most."""
        into, out_of = self.into[node.id], self.out_of[node.id]
        left = self.edges[into[0]].entering if into else node.left
        right = self.edges[out_of[0]].leaving if out_of else node.right
        return left, right
