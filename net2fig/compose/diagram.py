"""Every block a sized glyph: from the outline to what the layout places.

Requires: an outline in topological order.
Ensures: one node per block and per placeholder, one edge per link, in the order of the outline;
sizes include the labels, so that nothing has to be moved away afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from net2fig.compose.labels import Caption, captions, link_labels
from net2fig.compose.placeholders import is_output_frame, port_names
from net2fig.compose.samples import Sample
from net2fig.compose.style.scales import Scales, scales
from net2fig.compose.style.style_book import Wardrobe
from net2fig.compose.wording import words
from net2fig.fonts import metrics
from net2fig.geometry import Size
from net2fig.glyphs import Look, measure
from net2fig.layout import Edge, Node, Spacing
from net2fig.network import Extent
from net2fig.options.page import Page
from net2fig.options.types import Options
from net2fig.outline import Block, Bracket, Link, Outline

DENSE_WIDTH = 11.0
FRAME = 44.0
"""The greatest width of a placeholder."""
PILL = 8.6
"""The height of a badge."""
PILL_PAD = 2.4
PILL_GAP = 2.0
TURN = 2.4
"""How far the ends of a bracket are turned up."""
CLEAR = 1.6
"""Between captions and a bracket, and between it and its count."""


class Glyph(Struct, frozen=True):
    """A block to draw: which glyph, how it looks, what stands beneath it."""

    block: Block
    glyph: str
    look: Look
    caption: Caption | None
    role: str = "block"
    extent_in: Extent | None = None
    sample: Sample | None = None


class Line(Struct, frozen=True):
    """A link to draw, with the text above it."""

    link: Link
    label: str = ""


class Diagram(Struct, frozen=True):
    """Glyphs by id and lines, each with what the layout needs of it."""

    glyphs: dict[str, Glyph]
    lines: tuple[Line, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    brackets: tuple[Bracket, ...] = ()


class Style(Struct, frozen=True):
    """What the figure is drawn with: page, options and wardrobe, and the page's density."""

    page: Page
    options: Options
    wardrobe: Wardrobe
    tall: float = 1.0
    wide: float = 1.0
    samples: Mapping[str, Sample] = field(default_factory=dict)

    def spacing(self) -> Spacing:
        """Return the distances that the layout keeps."""
        page = self.page
        return Spacing(
            gap=(page.gap.least, page.gap.greatest),
            lane=page.lane,
            handle=page.handle,
            label=page.label_gap,
            row=page.row,
        )

    def width(self, string: str, size: float | None = None, *, bold: bool = False) -> float:
        """Return the width of a text in the template's font."""
        return metrics.text_width(
            string, size or self.page.size, family=self.page.family, bold=bold
        )


def diagram(outline: Outline, style: Style) -> Diagram:
    """Return the diagram of a whole figure."""
    scale = scales(outline, style.page, style.tall, style.wide)
    kinds = style.wardrobe.grammar.kinds
    told = captions(
        outline,
        style.options.labels,
        {id: kind.features for id, kind in kinds.items()},
        port_names(outline),
    )
    labels = link_labels(outline, style.options.labels.resolution)
    glyphs = {block.id: _glyph(block, outline, style, scale, told) for block in outline.blocks}
    nodes = tuple(_node(glyph, outline, scale, style) for glyph in glyphs.values())
    lines = tuple(Line(link, labels.get(n, "")) for n, link in enumerate(outline.links))
    edges = tuple(_edge(line, glyphs, scale, style) for line in lines)
    nodes = _with_room(nodes, outline.brackets)
    return Diagram(glyphs, lines, nodes, edges, outline.brackets)


def _glyph(
    block: Block, outline: Outline, style: Style, scale: Scales, told: dict[str, Caption]
) -> Glyph:
    """Return the glyph of one block."""
    before = outline.into(block.id)
    extent_in = before[0].extent if before else None
    if block.kind == "sample":
        ink = style.wardrobe.palette.ink
        sample = style.samples.get(block.id)
        grey, paper = ink["placeholder"], ink["paper"]
        look = Look(None, grey, 0.7, grey, paper, small=sample is not None)
        role = "output" if is_output_frame(block) else "input"
        named = told.get(block.id, Caption()).more or (role,)
        inside = named == (role,) and _word_fits(outline, scale, style)
        more = () if inside else named
        caption = Caption(text=words.features(block.output), more=more)
        return Glyph(block, "sample", look, caption, role, extent_in, sample)
    wear = style.wardrobe.of(block)
    look = replace(wear.look, shared=block.shared)
    return Glyph(block, wear.glyph, look, told.get(block.id), "block", extent_in)


def _word_fits(outline: Outline, scale: Scales, style: Style) -> bool:
    """Tell whether the words fit into all frames: they stand inside all of them or beneath all.

    Where a frame opens into handles, the notch between them takes the room.
    """
    frames = [block for block in outline.blocks if block.kind == "sample"]
    if any(len(outline.out_of(block.id)) > 1 for block in frames):
        return False
    room = min([FRAME * style.wide, *(scale.out(block) for block in frames)])
    return room >= style.width("output") + 8.0


def _node(glyph: Glyph, outline: Outline, scale: Scales, style: Style) -> Node:
    """Return what the layout needs of a glyph."""
    block = glyph.block
    before = outline.into(block.id)
    right = scale.out(block)
    dense = glyph.glyph == "dense" and block.id in scale.vectors
    flat = dense or not before
    left = right if flat else scale.entering(before[0], block)
    if glyph.glyph == "sample":
        width = min(right, FRAME * style.wide)
        width = right * glyph.sample.aspect if glyph.sample else width
    elif dense:
        width = DENSE_WIDTH
    else:
        width = scale.width(block)
    border = 2 * glyph.look.border + 1.0
    margins = measure(glyph.glyph, glyph.look)
    size = caption_size(glyph.caption, style)
    return Node(
        block.id,
        max(width, border + 1.0),
        max(left, border),
        max(right, border),
        above=margins.above,
        below=size.height,
        label=size.width,
    )


def _with_room(nodes: tuple[Node, ...], brackets: tuple[Bracket, ...]) -> tuple[Node, ...]:
    """Return nodes that reserve the room of the brackets beneath them.

    Those of a run reach equally far down where they stand on one line, as a run mostly does.
    """
    run_of = {id: run for run in brackets for id in run.blocks}
    depths: dict[tuple[str, ...], float] = {}
    for node in nodes:
        if node.id in run_of:
            blocks = run_of[node.id].blocks
            depths[blocks] = max(depths.get(blocks, 0.0), _half(node) + node.below)
    room = CLEAR + TURN + CLEAR + PILL + 1.0
    return tuple(
        replace(
            node,
            below=depths[run_of[node.id].blocks] - _half(node) + room,
            label=max(node.label, node.width),
        )
        if node.id in run_of
        else node
        for node in nodes
    )


def _half(node: Node) -> float:
    """Return half the height of a node with one line on each side."""
    return max(node.left, node.right) / 2


def _edge(line: Line, glyphs: dict[str, Glyph], scale: Scales, style: Style) -> Edge:
    """Return what the layout needs of a line."""
    link = line.link
    height = scale.link(link)
    source, target = glyphs[link.source], glyphs[link.target]
    leaving = scale.out(source.block) if _is_dense(source, scale) else height
    entering = scale.entering(link, target.block)
    entering = scale.out(target.block) if _is_dense(target, scale) else entering
    borders = (2 * source.look.border + 1.0, 2 * target.look.border + 1.0)
    label = None
    if line.label:
        label = Size(style.width(line.label), 0.72 * style.page.size)
    return Edge(
        link.source, link.target, max(leaving, borders[0]), max(entering, borders[1]), label
    )


def _is_dense(glyph: Glyph, scale: Scales) -> bool:
    """Tell whether a glyph is as high as it has units, on both sides."""
    return glyph.glyph == "dense" and glyph.block.id in scale.vectors


def pill_width(badge: str, style: Style) -> float:
    """Return the width of a badge."""
    return style.width(badge, style.page.small, bold=True) + 2 * PILL_PAD


def first_line(caption: Caption, page: Page) -> float:
    """Return the height of the first line; what stands beneath a badge keeps clear of its frame."""
    if not caption.badge:
        return page.size
    return PILL + (0.9 if caption.more else 0.3)


def caption_size(caption: Caption | None, style: Style) -> Size:
    """Return the room of what stands beneath a glyph, the gap above it included."""
    if not caption:
        return Size(0.0, 0.0)
    page = style.page
    first = style.width(caption.text) if caption.text else 0.0
    if caption.badge:
        first += pill_width(caption.badge, style) + (PILL_GAP if caption.text else 0.0)
    lines = [style.width(line, page.small) for line in caption.more]
    height = page.label_gap
    if caption.text or caption.badge:
        height += first_line(caption, page)
    height += len(lines) * (page.small + 1.2)
    return Size(max([first, *lines]), height + 0.6)
