"""Every block a sized glyph: from the outline to what the layout places.

Requires: an outline in topological order.
Ensures: one node per block and per placeholder, one edge per link, in the order of the outline;
sizes include the labels, so that nothing has to be moved away afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from net2fig.compose.brackets import reserve_brackets
from net2fig.compose.copies import find_copies
from net2fig.compose.labels import Caption, choose_link_labels, make_captions
from net2fig.compose.placeholders import choose_port_names, is_output_frame
from net2fig.compose.samples import Sample
from net2fig.compose.settings import find_settings
from net2fig.compose.style.scales import Scales, make_scales
from net2fig.compose.style.style_book import StyleBook
from net2fig.compose.tags import Tag, find_tags, measure_tags
from net2fig.compose.wording import words
from net2fig.data.styles import Volumes
from net2fig.fonts import metrics
from net2fig.geometry import Point, Size
from net2fig.glyphs import Look, Solid, measure
from net2fig.layout import Edge, Meeting, Node, Spacing
from net2fig.network import Extent
from net2fig.options.page import Page
from net2fig.options.table import Options
from net2fig.outline import Block, Bracket, Link, Outline

DENSE_WIDTH = 11.0
CIRCLE = 8.4
"""The size of a merge that is drawn as a circle."""
FRAME = 44.0
"""The greatest width of a placeholder."""
LINE_GAP = 1.5
"""Between two lines beneath a glyph."""
LEAST_FRAME, STRETCH = 14.0, 2.0
"""The least height of one that has the room, and how far its proportions go."""
PILL = 8.6
"""The height of a badge."""
PILL_PAD = 2.4
PILL_GAP = 2.0


class Glyph(Struct, frozen=True):
    """A block to draw: which glyph, how it looks, what stands beneath it, and above a cuboid."""

    block: Block
    glyph: str
    look: Look
    caption: Caption | None
    role: str = "block"
    extent_in: Extent | None = None
    sample: Sample | None = None
    tags: tuple[Tag, ...] = ()
    solid: Solid | None = None
    title: str = ""


class LabelledLink(Struct, frozen=True):
    """A link to draw, with the text above it.

    A line begins so far inside of the box of a cuboid as is its `reach`: in the middle of a face.
    """

    link: Link
    label: str = ""
    is_dashed: bool = False
    reach: Point = Point(0.0, 0.0)


class Diagram(Struct, frozen=True):
    """Glyphs by id and lines, each with what the layout needs of it."""

    glyphs: dict[str, Glyph]
    lines: tuple[LabelledLink, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    brackets: tuple[Bracket, ...] = ()

    @property
    def has_tags(self) -> bool:
        """Whether letters stand for some of the lines."""
        return any(glyph.tags for glyph in self.glyphs.values())

    @property
    def has_copies(self) -> bool:
        """Whether some of the lines are dashed."""
        return any(line.is_dashed for line in self.lines)


class DrawContext(Struct, frozen=True):
    """Settings for drawing a figure: page, options, style book, and density.

    With `tiers` each resolution has a line of its own, with `levels` a row; `volumes` are the
    measures of cuboids, where there are some.
    """

    page: Page
    options: Options
    style_book: StyleBook
    tall: float = 1.0
    wide: float = 1.0
    samples: Mapping[str, Sample] = field(default_factory=dict)
    tiers: bool = False
    levels: bool = False
    volumes: Volumes | None = None

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

    def measure_letters(self, letters: str) -> float:
        """Return the width of the letters of a tag."""
        return self.width(letters, self.page.small, bold=True)


def find_reach(glyph: Glyph | None) -> Point:
    """Return how far from the box of a cuboid the middles of its faces are."""
    if glyph is None or glyph.solid is None:
        return Point(0.0, 0.0)
    back, border = glyph.solid.back, glyph.look.border
    return Point((back.x + border) / 2, (back.y + border) / 2)


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
    copies = find_copies(outline, context.style_book.grammar)
    dashed = [n in copies for n in range(len(outline.links)) if n not in tags.links]
    lines = tuple(
        LabelledLink(link, _label_link(link, labels.get(number, "")), dashed[number])
        for number, link in enumerate(links)
    )
    edges = tuple(_make_edge(line, glyphs, outline, scale, context) for line in lines)
    nodes = reserve_brackets(nodes, outline.brackets, PILL)
    return Diagram(glyphs, lines, nodes, edges, outline.brackets)


def caption_blocks(outline: Outline, context: DrawContext) -> dict[str, Caption]:
    """Return what stands beneath each block, by its id."""
    kinds = context.style_book.grammar.kinds
    return make_captions(
        outline,
        context.options.labels,
        {id: kind.features for id, kind in kinds.items()},
        choose_port_names(outline),
        find_settings(outline, lambda block: context.style_book.of(block).key),
        _list_told(outline, context),
    )


def _label_link(link: Link, resolution: str) -> str:
    """Return what stands above a line: the resolution, and of how many links of a comb it is."""
    count = f"{words.TIMES}{link.count}" if link.count > 1 else ""
    return " ".join(filter(None, (resolution, count)))


def _list_told(outline: Outline, context: DrawContext) -> dict[str, str]:
    """Return what the legend calls each block, where there is one."""
    blocks = [block for block in outline.blocks if block.kind != "sample"]
    book = context.style_book
    return {block.id: book.of(block).label for block in blocks} if context.page.legend else {}


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
        ink = context.style_book.palette.ink
        sample = context.samples.get(block.id)
        grey, paper = ink["placeholder"], ink["paper"]
        look = Look(None, grey, 0.7, grey, paper, small=sample is not None)
        role = "output" if is_output_frame(block) else "input"
        lines = captions_by_id.get(block.id, Caption()).more or (role,)
        is_inside = lines == (role,) and _is_word_inside(outline, scale, context)
        more = () if is_inside else lines
        caption = Caption(text=words.format_features(block.output), more=more)
        return Glyph(block, "sample", look, caption, role, extent_in, sample)
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


def _is_word_inside(outline: Outline, scale: Scales, context: DrawContext) -> bool:
    """Tell whether the words fit into all frames: they stand inside all of them or beneath all."""
    sizes = [
        _measure_frame(block, scale, context) for block in outline.blocks if block.kind == "sample"
    ]
    room = min(side for size in sizes for side in (size.width, size.height))
    return room >= context.width("output") + 8.0


def _measure_frame(
    block: Block, scale: Scales, context: DrawContext, sample: Sample | None = None
) -> Size:
    """Return the size of a frame: no higher than the resolution beside it, in its own proportions.

    It may be lower, as its size tells nothing.
    """
    axes = [axis for axis in (block.output.spatial if block.output else ()) if axis]
    aspect = axes[-1] / axes[-2] if len(axes) > 1 else 1.0
    aspect = sample.aspect if sample else min(max(aspect, 1 / STRETCH), STRETCH)
    highest = scale.output_height(block)
    height = min(highest, FRAME * context.wide / aspect)
    height = max(height, min(highest, LEAST_FRAME))
    return Size(height * aspect, height)


def _make_node(glyph: Glyph, outline: Outline, scale: Scales, context: DrawContext) -> Node:
    """Return what the layout needs of a glyph."""
    block = glyph.block
    links_in = outline.into(block.id)
    right = scale.output_height(block)
    dense = glyph.glyph == "dense" and block.id in scale.vectors
    flat = dense or not links_in
    left = right if flat else scale.entering_height(links_in[0], block)
    if glyph.glyph == "sample":
        frame = _measure_frame(block, scale, context, glyph.sample)
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
    one_shape = block.is_group or block.shared
    one_shape = one_shape or (glyph.glyph == "sample" and len(outline.out_of(block.id)) > 1)
    is_circle = glyph.glyph == "merge" and glyph.look.small
    entering: Meeting = "side" if one_shape else "fan" if glyph.glyph == "merge" else "handles"
    entering = "port" if is_circle else entering
    leaving: Meeting = "port" if one_shape or is_circle else "fan"
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
        # The side outputs of a comb may have another size than what goes on.
        leaving="handles" if len(extents) > 1 and not block.is_group else leaving,
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
    outline: Outline,
    scale: Scales,
    context: DrawContext,
) -> Edge:
    """Return what the layout needs of a line."""
    link = line.link
    height = scale.link_height(link)
    source, target = glyphs[link.source], glyphs[link.target]
    leaving = scale.output_height(source.block) if _is_dense(source, scale) else height
    entering = scale.entering_height(link, target.block)
    entering = scale.output_height(target.block) if _is_dense(target, scale) else entering
    if link.source in scale.vectors and _reads_map(target.block, outline):
        # The height of the side shows the resolution of the map, not the units beside it.
        entering = min(entering, scale.resolution(1))
    if source.glyph == "sample":
        leaving = _measure_frame(source.block, scale, context, source.sample).height
    if target.glyph == "sample":
        entering = _measure_frame(target.block, scale, context, target.sample).height
    borders = (2 * source.look.border + 1.0, 2 * target.look.border + 1.0)
    label = None
    if line.label:
        label = Size(context.width(line.label), 0.72 * context.page.size)
    return Edge(
        link.source, link.target, max(leaving, borders[0]), max(entering, borders[1]), label
    )


def _reads_map(block: Block, outline: Outline) -> bool:
    """Tell whether a block reads a tensor that has a resolution."""
    extents = (link.extent for link in outline.into(block.id))
    return any(extent is not None and bool(extent.spatial) for extent in extents)


def _is_dense(glyph: Glyph, scale: Scales) -> bool:
    """Tell whether a glyph is as high as it has units, on both sides."""
    return glyph.glyph == "dense" and glyph.block.id in scale.vectors


def measure_pill(badge: str, context: DrawContext) -> float:
    """Return the width of a badge."""
    return context.width(badge, context.page.small, bold=True) + 2 * PILL_PAD


def measure_first_line(caption: Caption, page: Page) -> float:
    """Return the height of the first line; what stands beneath a badge keeps clear of its frame."""
    if not caption.badge:
        return caption.size(page)
    return PILL + (0.9 if caption.more else 0.3)


def measure_caption(caption: Caption | None, context: DrawContext) -> Size:
    """Return the room of what stands beneath a glyph, the gap above it included."""
    if not caption:
        return Size(0.0, 0.0)
    page = context.page
    first = context.width(caption.text, caption.size(page)) if caption.text else 0.0
    if caption.badge:
        first += measure_pill(caption.badge, context) + (PILL_GAP if caption.text else 0.0)
    lines = [context.width(line, page.small) for line in caption.more]
    height = page.label_gap
    if caption.text or caption.badge:
        height += measure_first_line(caption, page)
    height += len(lines) * (page.small + LINE_GAP)
    return Size(max([first, *lines]), height + 0.6)
