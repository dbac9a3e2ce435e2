"""The composition: the figure above, the legend below, as a scene of final size.

Ensures: nothing lies outside the scene; the scene is no wider than the template unless a single
column is.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from net2fig.compose.diagram import Diagram, DrawContext
from net2fig.compose.draw import draw_diagram
from net2fig.compose.legend import Legend, draw_legend
from net2fig.compose.panels import draw_titles
from net2fig.geometry import Size
from net2fig.layout import Placement
from net2fig.outline import Outline
from net2fig.scene import Group, Item, Scene, transformed

MARGIN = 1.5
"""Around everything, for strokes that stand on the edge."""


class Composition(Struct, frozen=True):
    """A finished scene, the outline that it shows, and what the report counts in it.

    `is_bounded` tells that not all was tried, since the outline is too large. `row_of` is the row
    of each glyph where a layout has rows.
    """

    scene: Scene
    outline: Outline
    rows: int
    crossings: int
    entries: int
    drawn: int
    is_bounded: bool = False
    row_of: Mapping[str, int] = {}


def compose(
    outline: Outline,
    diagram: Diagram,
    placement: Placement,
    context: DrawContext,
    title: str,
    alt: str,
) -> Composition:
    """Return the scene of a placed diagram with its legend."""
    width = context.page.width - 2 * MARGIN
    drawn_legend = Legend((), Size(0.0, 0.0), 0)
    if context.page.legend:
        drawn_legend = draw_legend(outline, context, width, diagram)
    figure = placement.size
    inner = max(figure.width, drawn_legend.size.width)
    left = MARGIN + (inner - figure.width) / 2
    items: list[Item] = [
        Group(
            tuple(draw_diagram(diagram, placement, context, left, MARGIN, on_lattice=True)),
            classes=_list_classes(placement, context),
        ),
        *draw_titles(outline, diagram, placement, context, left, MARGIN),
    ]
    height = figure.height
    if drawn_legend.items:
        top = MARGIN + figure.height + context.page.legend_gap
        below = place_legend(drawn_legend, MARGIN, top)
        items.append(below)
        height += context.page.legend_gap + drawn_legend.size.height
    size = Size(inner + 2 * MARGIN, height + 2 * MARGIN)
    scene = Scene(size, tuple(items), title, alt, context.page.background)
    return Composition(
        scene,
        outline,
        placement.rows,
        placement.crossings,
        drawn_legend.entries,
        sum(block.kind != "sample" or bool(block.layers) for block in outline.blocks),
        row_of={id: placed.row for id, placed in placement.nodes.items()},
    )


def _list_classes(placement: Placement, context: DrawContext) -> tuple[str, ...]:
    """Return what tells a figure from others: its style, its layout."""
    tiers = ("tiers",) if placement.tiered else ()
    return ("network", *tiers, *(("volumes",) if context.volumes else ()))


def place_legend(legend: Legend, x: float, y: float) -> Group:
    """Return the legend with its upper left corner at (x, y)."""
    return Group(tuple(transformed(item, dx=x, dy=y) for item in legend.items), classes=("legend",))
