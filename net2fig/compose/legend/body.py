"""The body of a group as the legend shows it: the same glyphs and the same layout, small.

--.--[1×1]--[3×3]--[1×1]--(+)--        Where data forks stands a point; a merge is a circle
  '------------------------'           with its sign; lines turn at right angles.
"""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.compose.diagram import (
    CIRCLE,
    Diagram,
    DrawContext,
    Glyph,
    LabelledLink,
    find_reach,
    measure_caption,
)
from net2fig.compose.diagram.main_path import find_main
from net2fig.compose.labels import Caption
from net2fig.compose.legend.points import add_points, is_point
from net2fig.compose.settings import find_curves
from net2fig.compose.style.entry import LegendEntry
from net2fig.compose.wording import words
from net2fig.compose.wording.inside import (
    DENSE,
    count_heads,
    format_inner_features,
    format_turns,
)
from net2fig.geometry import Point
from net2fig.glyphs import Solid, measure
from net2fig.layout import Edge, Node, Placement, Spacing, layout
from net2fig.outline import ENTRY, EXIT, Block, Definition

SWATCH_WIDTH = 6.0
GROUP_WIDTH = 11.0
"""The width of groups, wide enough to show their texture."""
SWATCH_HEIGHT = 13.0
FLAT_HEIGHT = 9.0
"""The height of glyphs in a body of many branches."""
MANY_BRANCHES = 3
SPACING = Spacing(gap=(6.5, 8.0), lane=3.0, handle=2.0, label=2.4, row=8.0, fork=4.5, early=True)


def make_body_diagram(definition: Definition, context: DrawContext) -> Diagram:
    """Return the diagram of a body, with a point where it begins, ends, forks or joins."""
    body = definition.body
    captions = _list_lines(definition)
    blocks, links = add_points(body, lambda block: not _is_circle(block, context))
    glyphs = {
        block.id: _make_glyph(block, definition, captions.get(block.id, ()), context)
        for block in blocks
        if not is_point(block)
    }
    branches = max(len(body.out_of(id)) for id in (ENTRY, *(block.id for block in body.blocks)))
    height = SWATCH_HEIGHT if branches < MANY_BRANCHES else FLAT_HEIGHT
    nodes = tuple(_make_node(block, glyphs.get(block.id), context, height) for block in blocks)
    if any(link.entry for link in body.out_of(ENTRY)):
        # Each input has a line of its own from the beginning.
        nodes = (replace(nodes[0], small=False, leaving="free"), *nodes[1:])
    if any(link.exit for link in body.into(EXIT)):
        # The side output of a unit of a comb leaves it beside what goes on.
        nodes = (*nodes[:-1], replace(nodes[-1], small=False, entering="free"))
    lines = tuple(LabelledLink(link, reach=find_reach(glyphs.get(link.source))) for link in links)
    sides = {node.id: (node.left, node.right) for node in nodes}
    # The lines of the body stand behind those to points, in their order.
    main = {len(links) - len(body.links) + number for number in find_main(body)}
    edges = tuple(
        Edge(
            link.source,
            link.target,
            sides[link.source][1],
            sides[link.target][0],
            is_main=number in main,
        )
        for number, link in enumerate(links)
    )
    return Diagram(glyphs, lines, nodes, edges)


def measure_swatch(entry: LegendEntry, context: DrawContext) -> tuple[float, Solid | None]:
    """Return the width of a small glyph, and what makes a cuboid of it."""
    width = GROUP_WIDTH if entry.kind == "group" else SWATCH_WIDTH
    volumes = context.volumes
    if volumes is None:
        return width, None
    from net2fig.compose.volumes.shading import find_entry_form, has_bands

    back = Point(*volumes.swatch_back)
    form = find_entry_form(entry, context.style_book, volumes)
    bands = (1, volumes.band) if has_bands(entry.kind, form, entry.look) else (0, 0.0)
    return width + back.x, Solid(back, *bands)


def place_body(diagram: Diagram, width: float) -> Placement:
    """Return the placement of a body within a width."""
    return layout(diagram.nodes, diagram.edges, SPACING, width)


def _is_circle(block: Block, context: DrawContext) -> bool:
    return block.kind == "merge" and not block.is_group and bool(context.style_book.sign(block))


def _list_lines(definition: Definition) -> dict[str, tuple[str, ...]]:
    """Return what stands beneath layers beside their windows.

    Equal layers side by side have their activations, and convolutions along a path their features,
    if these change and are those of every occurrence.
    """
    body = definition.body
    lines: dict[str, tuple[str, ...]] = {id: (curve,) for id, curve in find_curves(body).items()}
    convs = [block for block in body.blocks if block.kind == "conv" and block.output]
    widths = {block.id: words.format_features(block.output) for block in convs}
    is_path = len(body.out_of(ENTRY)) < MANY_BRANCHES
    is_path = is_path and all(len(body.out_of(block.id)) < 2 for block in body.blocks)
    is_steady = not any(block.id in definition.varying for block in convs)
    if is_path and is_steady and len(set(widths.values())) > 1:
        lines |= {id: (width, *lines.get(id, ())) for id, width in widths.items()}
    return lines


def _make_glyph(
    block: Block, definition: Definition, lines: tuple[str, ...], context: DrawContext
) -> Glyph:
    """Return the small glyph of a block."""
    entry = context.style_book.of(block)
    if _is_circle(block, context):
        look = replace(entry.look, small=True, sign=context.style_book.sign(block))
        return Glyph(block, "merge", look, None)
    border = min(entry.look.border, 1.8)
    look = replace(entry.look, border=border)
    solid = measure_swatch(entry, context)[1]
    plain = "cuboid" if solid else "slab"
    glyph = plain if entry.glyph == "merge" else entry.glyph
    return Glyph(block, glyph, look, _make_caption(block, entry, definition, lines), solid=solid)


def _make_caption(
    block: Block, entry: LegendEntry, definition: Definition, lines: tuple[str, ...]
) -> Caption | None:
    """Return the numbers of a layer that all occurrences have, and how often it is repeated.

    Further `lines` stand with it.

    Dilations are those of one occurrence, and left to the figure. A window that the entry of the
    legend tells of all such layers is not told again.
    """
    text = _describe(block, definition)
    is_known = words.has_window(entry.label, text)
    badge = format_turns(block, definition)
    first, *others = [line for line in ("" if is_known else text, *lines) if line] or [""]
    return Caption(text=first, badge=badge, more=tuple(others), muted=True) or None


def _describe(block: Block, definition: Definition) -> str:
    """Return the heads of an attention, the features of a dense layer, the window of any other."""
    if block.is_group:
        return ""
    if block.kind == "attention":
        return "" if block.id in definition.varying else count_heads(block)
    if block.op == DENSE and block.count == 1:
        return format_inner_features(block.id, block.output, definition)
    return words.format_window(block.attributes, is_up=block.kind == "up", dilation=False)


def _make_node(block: Block, glyph: Glyph | None, context: DrawContext, height: float) -> Node:
    """Return what the layout needs of a glyph or a point."""
    if glyph is None:
        return Node(block.id, 0.0, 0.0, 0.0, small=True)
    if glyph.look.small:
        return Node(block.id, CIRCLE, CIRCLE, CIRCLE, small=True)
    size = measure_caption(glyph.caption, context)
    above = measure(glyph.glyph, glyph.look).above
    return Node(
        block.id,
        measure_swatch(context.style_book.of(block), context)[0],
        height,
        height,
        above=above,
        below=size.height,
        label=size.width,
    )
