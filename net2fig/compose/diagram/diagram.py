"""Every block a sized glyph: from the outline to what the layout places.

Requires: an outline in topological order.
Ensures: one node per block and per placeholder, one edge per link, in the order of the outline;
sizes include the labels, so that nothing has to be moved away afterwards.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from net2fig.compose.brackets import reserve_brackets
from net2fig.compose.dashes import STATES, find_copies, find_states, gives_states, takes_states
from net2fig.compose.diagram.captions import PILL, caption_blocks, measure_caption
from net2fig.compose.diagram.context import DrawContext
from net2fig.compose.diagram.frames import make_frame, measure_frame
from net2fig.compose.diagram.main_path import find_main
from net2fig.compose.diagram.parts import Diagram, Glyph, LabelledLink
from net2fig.compose.labels import Caption, choose_link_labels
from net2fig.compose.style.scales import Scales, make_scales
from net2fig.compose.tags import find_tags, measure_tags
from net2fig.compose.wording import words
from net2fig.geometry import Size
from net2fig.glyphs import measure
from net2fig.layout import Edge, Meeting, Node
from net2fig.outline import Block, Link, Outline

DENSE_WIDTH = 11.0
CIRCLE = 8.4
"""The size of a merge that is drawn as a circle."""


def make_diagram(outline: Outline, context: DrawContext, tagged: Collection[int] = ()) -> Diagram:
    """Return the diagram of a whole figure; the links `tagged` have tags instead of lines."""
    scale = make_scales(outline, context.page, context.tall, context.wide)
    captions_by_id = caption_blocks(outline, context)
    tags = find_tags(outline, tagged)
    links = tuple(link for n, link in enumerate(outline.links) if n not in tags.links)
    labels = choose_link_labels(replace(outline, links=links), context.options.labels.resolution)
    glyphs = {
        block.id: replace(
            _make_glyph(block, outline, context, scale, captions_by_id),
            tags=tags.at.get(block.id, ()),
        )
        for block in outline.blocks
    }
    nodes = tuple(_make_node(glyph, outline, scale, context) for glyph in glyphs.values())
    copies, states = find_copies(outline, context.style_book.grammar), find_states(outline)
    places = [n for n in range(len(outline.links)) if n not in tags.links]
    lines = tuple(
        LabelledLink(link, STATES, is_dashed=True, is_state=True)
        if place in states
        else LabelledLink(link, _label_link(link, labels.get(number, "")), place in copies)
        for number, (place, link) in enumerate(zip(places, links, strict=True))
    )
    main = find_main(outline)
    map_readers = {
        link.target for link in outline.links if link.extent is not None and link.extent.spatial
    }
    edges = tuple(
        replace(_make_edge(line, glyphs, map_readers, scale, context), is_main=place in main)
        for place, line in zip(places, lines, strict=True)
    )
    nodes = reserve_brackets(nodes, outline.brackets, PILL)
    return Diagram(glyphs, lines, nodes, edges, outline.brackets)


def _label_link(link: Link, resolution: str) -> str:
    """Return what stands above a line: the resolution, and of how many links of a comb it is."""
    count = f"{words.TIMES}{link.count}" if link.count > 1 else ""
    return " ".join(filter(None, (resolution, count)))


def _make_glyph(
    block: Block,
    outline: Outline,
    context: DrawContext,
    scale: Scales,
    captions_by_id: dict[str, Caption],
) -> Glyph:
    """Return the glyph of one block."""
    links_in = outline.into(block.id)
    extent_in = links_in[0].extent if links_in else None
    if block.kind == "sample":
        return make_frame(block, outline, context, scale, captions_by_id)
    entry = context.style_book.of(block)
    look = replace(entry.look, shared=block.shared, frozen=block.frozen)
    words_below = captions_by_id.get(block.id)
    if is_sign(block, outline, context):
        look = replace(look, small=True, sign=context.style_book.sign(block))
        is_silent = context.volumes or any(
            link.extent == block.output for link in outline.into(block.id)
        )
        words_below = replace(words_below, text="") if words_below and is_silent else words_below
    return Glyph(block, entry.glyph, look, words_below or None, "block", extent_in)


def is_sign(block: Block, outline: Outline, context: DrawContext) -> bool:
    """Tell whether a block is drawn as a circle with its sign.

    A merge is, that keeps a shape or makes one number of vectors. Among volumes it is any merge:
    what it makes is seen where it is read.
    """
    entry = context.style_book.of(block)
    links = outline.into(block.id)
    if entry.glyph != "merge" or not context.style_book.sign(block) or len(links) < 2:
        return False
    is_kept = any(link.extent == block.output for link in links)
    is_number = block.output is not None and not block.output.spatial and block.output.features == 1
    return bool(context.volumes) or (not block.is_group and (is_kept or is_number))


def _make_node(glyph: Glyph, outline: Outline, scale: Scales, context: DrawContext) -> Node:
    """Return what the layout needs of a glyph."""
    block = glyph.block
    links_in = outline.into(block.id)
    right = scale.output_height(block)
    dense = glyph.glyph == "dense" and block.id in scale.vectors
    flat = dense or not links_in
    left = right if flat else scale.entering_height(links_in[0], block)
    if block.kind == "sample":
        frame = measure_frame(glyph, scale, context)
        width, left, right = frame.width, frame.height, frame.height
    elif dense:
        width = DENSE_WIDTH
    elif context.style_book.grammar.is_thin(block.kind):
        width = scale.features.lengths.least
    else:
        width = scale.width(block)
    border = 2 * glyph.look.border + 1.0
    margins = measure(glyph.glyph, glyph.look)
    size = measure_caption(glyph.caption, context)
    if glyph.glyph == "merge" and glyph.look.small:
        width = left = right = CIRCLE
    extents = {link.extent for link in outline.out_of(block.id)}
    one_shape = block.is_group or block.shared or takes_states(block.id, outline)
    one_shape = one_shape or (glyph.glyph == "sample" and len(outline.out_of(block.id)) > 1)
    is_circle = glyph.glyph == "merge" and glyph.look.small
    entering: Meeting = "side" if one_shape else "fan" if glyph.glyph == "merge" else "handles"
    entering = "port" if is_circle else entering
    leaving: Meeting = "port" if one_shape or is_circle else "fan"
    if gives_states(block.id, outline) or (len(extents) > 1 and block.is_group):
        # States, and the side outputs of a comb, are other tensors than what goes on.
        leaving = "side"
    elif len(extents) > 1:
        leaving = "handles"
    crown, room = measure_tags(glyph.tags, context.measure_letters)
    return Node(
        block.id,
        max(width, border + 1.0),
        max(left, border),
        max(right, border),
        above=margins.above + room,
        below=size.height,
        label=size.width,
        # Lines come to a circle from above and from below, where nothing is written beneath it.
        small=is_circle and not glyph.caption and not glyph.tags,
        entering="handles" if is_circle and not glyph.caption and not glyph.tags else entering,
        leaving=leaving,
        level=find_level(block, outline),
        crown=crown,
    )


def find_level(block: Block, outline: Outline) -> int | None:
    """Return the level of a block: its resolution, the greatest first.

    What makes the resolution of its only input greater stands on the level that it reads.
    """
    links = outline.into(block.id)
    extents = [block.output, *(link.extent for link in links if len(links) == 1)]
    known = [e.resolution for e in extents if e and e.spatial and e.resolution]
    if not known or block.output is None or not block.output.spatial:
        return None
    if block.kind == "sample" and not links:
        return -known[0]
    return -(min(known) if known[0] == max(known) else known[0])


def _make_edge(
    line: LabelledLink,
    glyphs: dict[str, Glyph],
    map_readers: Collection[str],
    scale: Scales,
    context: DrawContext,
) -> Edge:
    """Return what the layout needs of a line; `map_readers` read what has a resolution."""
    link = line.link
    height = scale.link_height(link)
    source, target = glyphs[link.source], glyphs[link.target]
    leaving = scale.output_height(source.block) if _is_dense(source, scale) else height
    entering = scale.entering_height(link, target.block)
    entering = scale.output_height(target.block) if _is_dense(target, scale) else entering
    if link.source in scale.vectors and link.target in map_readers:
        # The height of the side shows the resolution of the map, not the units beside it.
        entering = min(entering, scale.resolution(1))
    if source.glyph == "sample":
        leaving = measure_frame(source, scale, context).height
    if target.glyph == "sample":
        entering = measure_frame(target, scale, context).height
    if target.glyph == "word":
        entering = leaving
    if line.is_state:
        # A state is a line to a side, whose height is that of the sequence.
        leaving = entering = 0.0
    borders = (2 * source.look.border + 1.0, 2 * target.look.border + 1.0)
    label = None
    if line.label:
        label = Size(context.width(line.label), 0.72 * context.page.size)
    return Edge(
        link.source, link.target, max(leaving, borders[0]), max(entering, borders[1]), label
    )


def _is_dense(glyph: Glyph, scale: Scales) -> bool:
    """Tell whether a glyph is as high as it has units, on both sides."""
    return glyph.glyph == "dense" and glyph.block.id in scale.vectors
