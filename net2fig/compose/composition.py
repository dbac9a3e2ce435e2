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
from net2fig.compose.legend.callouts import Callouts, measure_ink, set_callouts
from net2fig.compose.legend.place import CORNER, Setting, measure_room, set_legend
from net2fig.compose.panels import draw_titles
from net2fig.geometry import Box, Point, Size
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
    setting, callouts = _set_legend(outline, diagram, placement, context)
    left, top = MARGIN + setting.figure_at.x, MARGIN + setting.figure_at.y
    items = _draw_figure(outline, diagram, placement, context, Point(left + callouts.dx, top))
    explained = [transformed(item, dx=left, dy=top) for item in callouts.items]
    if setting.legend.items:
        at = setting.legend_at
        explained += place_legend(setting.legend, MARGIN + at.x, MARGIN + at.y).items
    if explained:
        items.append(Group(tuple(explained), classes=("legend",)))
    size = Size(setting.size.width + 2 * MARGIN, setting.size.height + 2 * MARGIN)
    scene = Scene(size, tuple(items), title, alt, context.page.background)
    return Composition(
        scene,
        outline,
        placement.rows,
        placement.crossings,
        setting.legend.entries,
        sum(block.kind != "sample" or bool(block.layers) for block in outline.blocks),
        row_of={id: placed.row for id, placed in placement.nodes.items()},
    )


def _draw_figure(
    outline: Outline, diagram: Diagram, placement: Placement, context: DrawContext, at: Point
) -> list[Item]:
    """Return the network and the titles of its panels, their upper left corner at a point."""
    items = list(draw_diagram(diagram, placement, context, at.x, at.y, on_lattice=True))
    if any(block.shared for block in outline.blocks):
        from net2fig.compose.annotations.twins import link_twins

        items += link_twins(outline, items, context.style_book.palette.ink["line"])
    return [
        Group(tuple(items), classes=_list_classes(placement, context)),
        *draw_titles(outline, diagram, placement, context, at.x, at.y),
    ]


def _set_legend(
    outline: Outline, diagram: Diagram, placement: Placement, context: DrawContext
) -> tuple[Setting, Callouts]:
    """Return the legend with its place and that of the figure, and the callouts of the figure."""
    side, width = context.options.legend_side, context.page.width - 2 * MARGIN
    callouts = Callouts(size=placement.size)
    ink: list[Box] = []
    if context.page.legend and (side == CORNER or context.options.callouts):
        items = _draw_figure(outline, diagram, placement, context, Point(0.0, 0.0))
        room = width - measure_room(side, width, context.page.legend_gap)
        found = set_callouts(outline, items, placement.size, context, room)
        callouts = found if found.names else callouts
        ink = [box.moved(callouts.dx, 0.0) for box in measure_ink(items)]

    def draw(width: float) -> Legend:
        if not context.page.legend:
            return Legend((), Size(0.0, 0.0), 0)
        return draw_legend(outline, context, width, diagram, callouts.names)

    ink += callouts.frames
    return set_legend(side, callouts.size, ink, draw, width, context.page.legend_gap), callouts


def _list_classes(placement: Placement, context: DrawContext) -> tuple[str, ...]:
    """Return what tells a figure from others: its style, its layout."""
    tiers = ("tiers",) if placement.tiered else ()
    return ("network", *tiers, *(("volumes",) if context.volumes else ()))


def place_legend(legend: Legend, x: float, y: float) -> Group:
    """Return the legend with its upper left corner at (x, y)."""
    return Group(tuple(transformed(item, dx=x, dy=y) for item in legend.items), classes=("legend",))
