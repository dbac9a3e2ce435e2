"""Every block a cuboid, a bar or a circle: from the outline to what the layout places.

Requires: an outline in topological order, a context with the measures of volumes.
Ensures: one node per block and per placeholder, one edge per link, as in every diagram; a node is
as large as all of its cuboid, so that none hides a part of another that it does not touch.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from net2fig.compose.brackets import reserve_brackets
from net2fig.compose.dashes import find_copies
from net2fig.compose.diagram import (
    CIRCLE,
    FRAME,
    PILL,
    Diagram,
    DrawContext,
    Glyph,
    LabelledLink,
    caption_blocks,
    find_level,
    find_reach,
    is_sign,
    measure_caption,
)
from net2fig.compose.labels import Caption
from net2fig.compose.placeholders import is_output_frame
from net2fig.compose.tags import find_tags, measure_tags
from net2fig.compose.volumes.contacts import (
    Pairs,
    Standing,
    find_contacts,
    has_nested_lines,
)
from net2fig.compose.volumes.shading import has_bands
from net2fig.compose.volumes.sizes import Cuboid, Sizes, find_form, make_sizes
from net2fig.compose.volumes.titles import choose_titles
from net2fig.compose.wording import words
from net2fig.data.styles import SLAB
from net2fig.geometry import Size
from net2fig.glyphs import Look, Solid, measure
from net2fig.layout import Edge, Node
from net2fig.outline import Block, Outline

CAP = 0.72
"""The height of a line of text without descents, in sizes."""


def make_volumes(outline: Outline, context: DrawContext, tagged: Collection[int] = ()) -> Diagram:
    """Return the diagram of a whole figure; the links `tagged` have tags instead of lines."""
    volumes = context.volumes
    assert volumes is not None
    sizes = make_sizes(outline, context, volumes)
    tags = find_tags(outline, tagged)
    links = {n: link for n, link in enumerate(outline.links) if n not in tags.links}
    shown = replace(outline, links=tuple(links.values()))
    # Lines to other rows leave from the sides.
    tops = set() if context.levels else _find_tops(shown, tags.at)
    captions, titles = caption_blocks(outline, context), choose_titles(outline, context)
    # A bar has no resolution: what is made of it has one.
    on_lines = {id: titles[id] for id in titles if id in tops or id in sizes.scales.vectors}
    copies = find_copies(outline, context.style_book.grammar) & set(links)
    told = {links[number].source for number in copies}
    glyphs = {
        block.id: replace(
            _make_glyph(block, outline, context, sizes, captions.get(block.id)),
            tags=tags.at.get(block.id, ()),
            title="" if block.id in {*on_lines, *told} else titles.get(block.id, ""),
        )
        for block in outline.blocks
    }
    standings = {id: _measure_standing(glyph, sizes, context) for id, glyph in glyphs.items()}
    contacts = find_contacts(shown, standings, 2 * context.page.label_gap, tops)
    nodes = tuple(_make_node(g, outline, sizes, context, tops) for g in glyphs.values())
    nodes = reserve_brackets(nodes, outline.brackets, PILL)
    on_lines = {id: title for id, title in on_lines.items() if id not in told}
    lines = _make_lines(outline, links, copies, glyphs, context, on_lines, tops)
    heights = {node.id: node.left for node in nodes}
    edges = tuple(_make_edge(line, heights, contacts, context) for line in lines)
    return Diagram(glyphs, lines, nodes, edges, outline.brackets)


def _find_tops(shown: Outline, tagged: Collection[str]) -> set[str]:
    """Return the blocks whose lines to others than the next leave from the top."""
    if not has_nested_lines(shown):
        return set()
    return {b.id for b in shown.blocks if len(shown.out_of(b.id)) > 1 and b.id not in tagged}


def _make_glyph(
    block: Block, outline: Outline, context: DrawContext, sizes: Sizes, caption: Caption | None
) -> Glyph:
    """Return the glyph of one block."""
    links_in = outline.into(block.id)
    extent_in = links_in[0].extent if links_in else None
    cuboid = sizes.measure(block)
    if block.kind == "sample":
        ink = context.style_book.palette.ink
        sample = context.samples.get(block.id)
        grey, paper = ink["placeholder"], ink["paper"]
        look = Look(None, grey, sizes.volumes.border, grey, paper, small=sample is not None)
        role = "output" if is_output_frame(block) else "input"
        more = (caption.more if caption else ()) or (role,)
        below = Caption(text=words.format_features(block.output), more=more)
        solid = None if sample else Solid(cuboid.back)
        return Glyph(block, "sheet", look, below, role, extent_in, sample, solid=solid)
    entry = context.style_book.of(block)
    look = replace(entry.look, shared=block.shared, frozen=block.frozen)
    if is_sign(block, outline, context):
        look = replace(look, small=True, sign=context.style_book.sign(block))
        below = replace(caption, text="") if caption else Caption()
        return Glyph(block, "merge", look, below or None, "block", extent_in)
    solid = Solid(cuboid.back, *_count_bands(block, look, cuboid, sizes))
    glyph = "cuboid" if entry.glyph == "merge" else entry.glyph
    return Glyph(block, glyph, look, caption, "block", extent_in, solid=solid)


def _count_bands(block: Block, look: Look, cuboid: Cuboid, sizes: Sizes) -> tuple[int, float]:
    """Return how many bands a cuboid has, and their width: one for each layer that has room."""
    volumes = sizes.volumes
    form = find_form(block, sizes.grammar, volumes)
    if not has_bands(block.kind, form, look) or block.id in sizes.scales.vectors:
        return 0, 0.0
    count = block.count if cuboid.width >= block.count * volumes.least_band else 1
    return count, min(volumes.band, 0.45 * cuboid.width / count)


def _measure_standing(glyph: Glyph, sizes: Sizes, context: DrawContext) -> Standing:
    """Return a glyph as it stands beside others."""
    block = glyph.block
    is_vector = block.id in sizes.scales.vectors
    return Standing(
        sizes.measure(block),
        context.width(glyph.title) if glyph.title else 0.0,
        measure_caption(glyph.caption, context).width,
        is_slab=find_form(block, sizes.grammar, sizes.volumes) == SLAB and not is_vector,
        is_free=glyph.glyph == "cuboid" and not glyph.tags,
    )


def _measure_glyph(glyph: Glyph, sizes: Sizes, density: float) -> Size:
    """Return the size of the box around a glyph, its border included."""
    if glyph.glyph == "merge":
        return Size(CIRCLE, CIRCLE)
    cuboid, border = sizes.measure(glyph.block), glyph.look.border
    if glyph.sample:
        # A picture takes no more of a row than the sheet in whose place it stands.
        aspect = glyph.sample.aspect
        wide = min(cuboid.height * aspect, max(FRAME * density, cuboid.back.x))
        return Size(wide, wide / aspect)
    front = 0.0 if glyph.glyph == "sheet" else cuboid.width
    return Size(front + cuboid.back.x + border, cuboid.height + cuboid.back.y + border)


def _make_node(
    glyph: Glyph, outline: Outline, sizes: Sizes, context: DrawContext, tops: Collection[str]
) -> Node:
    """Return what the layout needs of a glyph."""
    block, size = glyph.block, _measure_glyph(glyph, sizes, context.wide)
    caption = measure_caption(glyph.caption, context)
    crown, room = measure_tags(glyph.tags, context.measure_letters)
    above = measure(glyph.glyph, glyph.look).above + room
    if glyph.title:
        above += CAP * context.page.size + 2 * context.page.label_gap
        crown = max(crown, context.width(glyph.title))
    is_plain = glyph.glyph == "merge" and not glyph.caption and not glyph.tags
    return Node(
        block.id,
        size.width,
        size.height,
        size.height,
        above=above,
        below=caption.height,
        label=caption.width,
        small=is_plain,
        entering="handles" if is_plain else "port",
        leaving="top" if block.id in tops and not is_plain else "port",
        level=find_level(block, outline),
        crown=crown,
        overhangs=glyph.solid.back.x + glyph.look.border if glyph.solid else 0.0,
    )


def _make_lines(
    outline: Outline,
    links: Collection[int],
    copies: Collection[int],
    glyphs: Mapping[str, Glyph],
    context: DrawContext,
    titles: Mapping[str, str],
    tops: Collection[str],
) -> tuple[LabelledLink, ...]:
    """Return the lines of links by their numbers; what is copied is told on the `copies`.

    On the first line of a block stands its one of `titles`: of those in `tops` on the first that
    leaves from the top.
    """
    is_told = context.options.labels.resolution != "none"
    untold = dict(titles)
    lines = []
    for number in links:
        link = outline.links[number]
        told = words.format_extent(link.extent) if is_told and number in copies else ""
        is_above = link.source in tops and link != outline.out_of(link.source)[0]
        if link.source in untold and (is_above or link.source not in tops):
            told = untold.pop(link.source)
        count = f"{words.TIMES}{link.count}" if link.count > 1 else ""
        label = " ".join(filter(None, (told, count)))
        lines.append(
            LabelledLink(link, label, number in copies, reach=find_reach(glyphs[link.source]))
        )
    return tuple(lines)


def _make_edge(
    line: LabelledLink, heights: Mapping[str, float], contacts: Pairs, context: DrawContext
) -> Edge:
    """Return what the layout needs of a line."""
    source, target = line.link.source, line.link.target
    size = Size(context.width(line.label), CAP * context.page.size) if line.label else None
    is_joined = (source, target) in contacts
    return Edge(source, target, heights[source], heights[target], size, is_joined)
