"""Several models in one figure: panels one above the other, each under its title.

    Generator
    ─▭─▭──▭─
    Discriminator
    ─▭─▭─

Requires: an outline whose parts share no link, and a diagram of it.
Ensures: each panel is placed as if it were alone; nothing is scaled or moved afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from string import ascii_lowercase
from typing import TypeVar

from msgspec.structs import replace

from net2fig.compose.diagram import Diagram, DrawContext
from net2fig.geometry import Point, Size
from net2fig.layout import Edge, Handle, Node, Placed, Placement
from net2fig.options.types import Labels
from net2fig.outline import Outline
from net2fig.scene import Text

TITLE = 5.0
"""Between the title of a panel and its figure."""
BETWEEN = 10.0
"""Between two panels, beside the room for a title."""

Key = TypeVar("Key", bound=Hashable)


def make_text(
    at: Point,
    string: str,
    context: DrawContext,
    *,
    bold: bool = False,
    classes: tuple[str, ...] = ("label", "note"),
) -> Text:
    """Return a text of the size of labels."""
    page, ink = context.page, context.style_book.palette.ink["text"]
    return Text(at, string, page.size, ink, bold=bold, family=page.family, classes=classes)


def make_title(at: Point, string: str, context: DrawContext) -> Text:
    """Return the title of a panel."""
    return make_text(at, string, context, bold=True, classes=("label", "name"))


def measure_title(context: DrawContext) -> float:
    """Return the height of a title, with the room beneath it."""
    return context.page.size + TITLE


def measure_between(context: DrawContext) -> float:
    """Return the distance of two panels, with room for the title of the second."""
    return BETWEEN + measure_title(context)


def find_tops(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    placement: Placement,
    part_of: Callable[[str], Key],
    label_gap: float,
) -> dict[tuple[Key, int], float]:
    """Return how high each part reaches in each of its rows."""
    tops: dict[tuple[Key, int], float] = {}

    def cover(id: str, row: int, y: float) -> None:
        key = part_of(id), row
        tops[key] = min(y, tops.get(key, y))

    for node in nodes:
        placed = placement.nodes[node.id]
        cover(node.id, placed.row, placed.box.y - node.above)
    for edge, routes in zip(edges, placement.routes, strict=True):
        room = edge.label.height + label_gap if edge.label else 0.0
        for row, route in enumerate(routes, placement.nodes[edge.source].row):
            cover(edge.source, row, min(point.y for point in route) - room)
    return tops


# The parts of an outline


def list_titles(outline: Outline, labels: Labels) -> list[str]:
    """Return the titles of the parts, with letters where these are wanted."""
    return [
        f"({ascii_lowercase[number % 26]}) {part.name}" if labels.letters else part.name
        for number, part in enumerate(outline.parts)
    ]


def split_diagram(
    outline: Outline, diagram: Diagram
) -> list[tuple[tuple[Node, ...], tuple[Edge, ...]]]:
    """Return the nodes and edges of each part; all, if the outline has no parts."""
    if not outline.parts:
        return [(diagram.nodes, diagram.edges)]
    homes = outline.homes
    return [
        (
            tuple(node for node in diagram.nodes if homes[node.id] == number),
            tuple(edge for edge in diagram.edges if homes[edge.source] == number),
        )
        for number in range(len(outline.parts))
    ]


def stack_placements(
    outline: Outline, diagram: Diagram, placements: Sequence[Placement], context: DrawContext
) -> Placement:
    """Return the placement of all parts, each under the room for its title."""
    if not outline.parts:
        return placements[0]
    homes = outline.homes
    shifted: list[Placement] = []
    y, row = measure_title(context), 0
    for placement in placements:
        shifted.append(_shift(placement, y, row))
        y += placement.size.height + measure_between(context)
        row += placement.rows
    routes = [iter(each.routes) for each in shifted]
    labels = [iter(each.labels) for each in shifted]
    order = [homes[edge.source] for edge in diagram.edges]
    width = max(each.size.width for each in placements)
    titles = max(
        context.width(title, bold=True) for title in list_titles(outline, context.options.labels)
    )
    return Placement(
        {id: placed for each in shifted for id, placed in each.nodes.items()},
        tuple(next(routes[number]) for number in order),
        tuple(next(labels[number]) for number in order),
        Size(max(width, titles), y - measure_between(context)),
        row,
        sum(each.crossings for each in placements),
        tuple(dot for each in shifted for dot in each.dots),
    )


def _shift(placement: Placement, dy: float, rows: int) -> Placement:
    """Return a placement further down, its rows counted from `rows`."""
    return replace(
        placement,
        nodes={id: _lower(placed, dy, rows) for id, placed in placement.nodes.items()},
        routes=tuple(
            tuple(tuple(point.moved(0.0, dy) for point in route) for route in routes)
            for routes in placement.routes
        ),
        labels=tuple(at and at.moved(0.0, dy) for at in placement.labels),
        dots=tuple(dot.moved(0.0, dy) for dot in placement.dots),
    )


def _lower(placed: Placed, dy: float, rows: int) -> Placed:
    left, right = (
        tuple(Handle(handle.y + dy, handle.height) for handle in side)
        for side in (placed.left, placed.right)
    )
    return replace(placed, left=left, right=right, row=placed.row + rows)


def draw_titles(
    outline: Outline,
    diagram: Diagram,
    placement: Placement,
    context: DrawContext,
    left: float,
    top: float,
) -> Iterator[Text]:
    """Yield the titles of the parts, each above the first row of its panel."""
    if not outline.parts:
        return
    homes = outline.homes
    tops = find_tops(
        diagram.nodes, diagram.edges, placement, homes.__getitem__, context.page.label_gap
    )
    first: Mapping[int, float] = {
        number: y for (number, _), y in sorted(tops.items(), reverse=True)
    }
    for number, title in enumerate(list_titles(outline, context.options.labels)):
        at = Point(left, top + first[number] - TITLE)
        yield make_title(at, title, context)
