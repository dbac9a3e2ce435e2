"""The composition: the figure above, the legend below, as a scene of final size.

Ensures: nothing lies outside the scene; the scene is no wider than the template unless a single
column is.
"""

from __future__ import annotations

from msgspec import Struct

from net2fig.compose.diagram import Diagram, Style
from net2fig.compose.draw import drawn
from net2fig.compose.legend import Legend, legend
from net2fig.geometry import Size
from net2fig.layout import Placement
from net2fig.outline import Outline
from net2fig.scene import Group, Item, Scene, transformed

MARGIN = 1.5
"""Around everything, for strokes that stand on the edge."""


class Composition(Struct, frozen=True):
    """A finished scene, the outline that it shows, and what the report counts in it."""

    scene: Scene
    outline: Outline
    rows: int
    crossings: int
    entries: int
    drawn: int


def composed(
    outline: Outline, diagram: Diagram, placement: Placement, style: Style, title: str, alt: str
) -> Composition:
    """Return the scene of a placed diagram with its legend."""
    width = style.page.width - 2 * MARGIN
    explained = Legend((), Size(0.0, 0.0), 0)
    if style.page.legend:
        explained = legend(outline, style, width)
    figure = placement.size
    inner = max(figure.width, explained.size.width)
    items: list[Item] = [
        Group(tuple(drawn(diagram, placement, style, MARGIN, MARGIN)), classes=("network",))
    ]
    height = figure.height
    if explained.items:
        top = MARGIN + figure.height + style.page.legend_gap
        below = legend_at(explained, MARGIN, top)
        items.append(below)
        height += style.page.legend_gap + explained.size.height
    size = Size(inner + 2 * MARGIN, height + 2 * MARGIN)
    scene = Scene(size, tuple(items), title, alt, style.page.background)
    return Composition(
        scene,
        outline,
        placement.rows,
        placement.crossings,
        explained.entries,
        sum(block.kind != "sample" or bool(block.layers) for block in outline.blocks),
    )


def legend_at(explained: Legend, x: float, y: float) -> Group:
    """Return the legend with its upper left corner at (x, y)."""
    return Group(
        tuple(transformed(item, dx=x, dy=y) for item in explained.items), classes=("legend",)
    )
