"""A placed diagram as scene items: lines first, glyphs over them, texts last."""

from __future__ import annotations

from math import sqrt

from net2fig.compose.brackets import CLEAR, TURN
from net2fig.compose.diagram import (
    LINE_GAP,
    PILL,
    PILL_GAP,
    Diagram,
    DrawContext,
    Glyph,
    LabelledLink,
    measure_caption,
    measure_first_line,
    measure_pill,
)
from net2fig.compose.labels import Caption
from net2fig.compose.tags import (
    GAP,
    STEM,
    STEM_INSET,
    TAG,
    PlacedTag,
    Tag,
    measure_tag,
    measure_tags,
    place_tags,
)
from net2fig.compose.wording import words
from net2fig.geometry import Box, Point, Route
from net2fig.glyphs import Shape, Solid, draw, measure
from net2fig.glyphs.base import End
from net2fig.glyphs.sample import measure_frame
from net2fig.layout import Handle, Placed, Placement
from net2fig.outline import Bracket
from net2fig.scene import Group, Image, Item, Path, Text, polyline, rounded

LATTICE = 0.24
"""Half a pixel at 150 dpi, in points."""
DOT = 1.2
"""The radius of a fork."""
SLIGHT = 0.05
"""A shorter line joins two that touch."""
DASH = (2.6, 1.8)
"""The dashes of a line that copies."""


def draw_diagram(
    diagram: Diagram,
    placement: Placement,
    context: DrawContext,
    dx: float,
    dy: float,
    *,
    on_lattice: bool = False,
) -> list[Item]:
    """Return the items of a diagram whose placement is moved by (dx, dy)."""
    edges = [
        _draw_edge(line, routes, context, dx, dy, on_lattice=on_lattice)
        for line, routes in zip(diagram.lines, placement.routes, strict=True)
    ]
    glyphs = [
        _draw_glyph(glyph, make_shape(placement.nodes[id], dx, dy, glyph.solid), context)
        for id, glyph in diagram.glyphs.items()
    ]
    labels = [
        _draw_resolution(line.label, at.moved(dx, dy), context)
        for line, at in zip(diagram.lines, placement.labels, strict=True)
        if line.label and at is not None
    ]
    brackets = [_draw_bracket(run, diagram, placement, context, dx, dy) for run in diagram.brackets]
    dots = [_draw_dot(dot.moved(dx, dy), context) for dot in placement.dots]
    # A line begins on the face of a cuboid.
    drawn: list[Item] = [*glyphs, *edges, *dots] if context.volumes else [*edges, *dots, *glyphs]
    return [*drawn, *labels, *brackets]


def _draw_dot(at: Point, context: DrawContext) -> Path:
    """Return the mark where a line splits."""
    box = Box(snap(at.x) - DOT, snap(at.y) - DOT, 2 * DOT, 2 * DOT)
    return Path(rounded(box, DOT), fill=context.style_book.palette.ink["line"], classes=("fork",))


def make_shape(placed: Placed, dx: float, dy: float, solid: Solid | None = None) -> Shape:
    """Return the shape of a placed glyph."""

    def move_ends(handles: tuple[Handle, ...]) -> tuple[End, ...]:
        return tuple(End(handle.top + dy, handle.bottom + dy) for handle in handles)

    left, right = move_ends(placed.left), move_ends(placed.right)
    return Shape(placed.x + dx, placed.width, left, right, solid)


def _draw_edge(
    line: LabelledLink,
    routes: tuple[Route, ...],
    context: DrawContext,
    dx: float,
    dy: float,
    *,
    on_lattice: bool,
) -> Group:
    """Return the line of a link."""
    ink = context.style_book.palette.ink["line"]
    placed = [[point.moved(dx, dy) for point in route] for route in routes]
    first, second = placed[0][:2]
    is_upright = first.x == second.x and first.y > second.y
    if is_upright or first.x < second.x - SLIGHT:
        step = (0.0, line.reach.y) if is_upright else (-line.reach.x, 0.0)
        placed[0][0] = first.moved(*step)
    paths = tuple(
        Path(
            polyline(_on_lattice(route) if on_lattice else route),
            stroke=ink,
            width=context.page.line,
            dash=DASH if line.is_dashed else (),
        )
        for route in placed
    )
    return Group(
        paths,
        classes=("edge", "state") if line.is_state else ("edge",),
        data=(("from", line.link.begin), ("to", line.link.end)),
    )


def _on_lattice(points: list[Point]) -> list[Point]:
    """Return a line whose level and upright pieces lie in the middle of pixels, at 150 dpi.

    There, and at multiples of it, all lines look equally thick.
    """
    placed = []
    for number, point in enumerate(points):
        beside = points[max(number - 1, 0) : number + 2]
        level = any(other.y == point.y for other in beside if other is not point)
        upright = any(other.x == point.x for other in beside if other is not point)
        placed.append(
            Point(snap(point.x) if upright else point.x, snap(point.y) if level else point.y)
        )
    return placed


def snap(value: float) -> float:
    """Return the next place on the lattice of half pixels at 150 dpi, in points."""
    return round((value - LATTICE / 2) / LATTICE) * LATTICE + LATTICE / 2


def _draw_glyph(glyph: Glyph, shape: Shape, context: DrawContext) -> Group:
    """Return a glyph with what stands beneath it."""
    block = glyph.block
    items: list[Item] = [*_draw_sample(glyph, shape), *draw(glyph.glyph, shape, glyph.look)]
    items += [*_draw_tags(glyph, shape, context), *_draw_title(glyph, shape, context)]
    if glyph.role != "block":
        items += _draw_frame_name(glyph, shape, context)
        items += draw_caption(glyph.caption, shape, context)
        return Group(
            tuple(items),
            id=block.id,
            classes=("placeholder", glyph.role),
            data=(("out", words.format_extent(block.output)),),
        )
    items += draw_caption(glyph.caption, shape, context)
    classes = ("glyph", f"kind-{block.kind}") + (("group",) if block.is_group else ())
    return Group(
        tuple(items),
        id=block.id,
        classes=classes,
        data=(
            ("type", block.type),
            ("layers", " ".join(block.layers)),
            ("count", str(block.count)),
            ("in", words.format_extent(glyph.extent_in)),
            ("out", words.format_extent(block.output)),
        ),
    )


def _draw_title(glyph: Glyph, shape: Shape, context: DrawContext) -> list[Item]:
    """Return the resolution above a cuboid."""
    if not glyph.title:
        return []
    raised = measure(glyph.glyph, glyph.look).above
    raised += measure_tags(glyph.tags, context.measure_letters)[1]
    at = Point(shape.x + shape.width / 2, shape.top - raised - context.page.label_gap)
    return [_draw_resolution(glyph.title, at, context)]


def _draw_tags(glyph: Glyph, shape: Shape, context: DrawContext) -> list[Item]:
    """Return the tags above a glyph, side by side, each of the lowest row on a stem.

    Where its tensor leaves, a tag is filled.
    """
    raised = measure(glyph.glyph, glyph.look).above
    items: list[Item] = []
    highest = float("inf")
    for placed in place_tags(glyph.tags, context.measure_letters):
        tag, x = placed.tag, shape.x + shape.width / 2 + placed.x
        top = min(shape.upper(min(max(x, shape.x), shape.x + shape.width)), shape.bottom)
        low = highest if placed.row else top - raised - STEM
        highest = min(highest, low)
        middle = Point(x, low - TAG / 2 - placed.row * (TAG + GAP))
        items.append(
            Group(
                (*_draw_stem(placed, middle, shape, context), draw_tag(tag, middle, context)),
                classes=("tag",),
                data=(("from", tag.source),),
            )
        )
    return items


def _draw_stem(
    placed: PlacedTag, middle: Point, shape: Shape, context: DrawContext
) -> tuple[Path, ...]:
    """Return the line from a tag to its glyph; from one that stands beside it, to the next tag."""
    if placed.row:
        return ()
    x = min(max(middle.x, shape.x + STEM_INSET), shape.x + shape.width - STEM_INSET)
    half, aside = placed.width / 2, abs(x - middle.x)
    if aside < TAG / 2 - STEM_INSET:
        start = middle.y + sqrt((TAG / 2) ** 2 - aside**2)
        ends = [Point(x, start), Point(x, min(shape.upper(x), shape.bottom))]
    else:
        side = half if x > middle.x else -half
        ends = [
            Point(middle.x + side, middle.y),
            Point(middle.x + side * (1 + GAP / half), middle.y),
        ]
    line = context.style_book.palette.ink["line"]
    return (Path(polyline(ends), stroke=line, width=context.page.line),)


def draw_tag(tag: Tag, middle: Point, context: DrawContext) -> Group:
    """Return the circle of a tag with its letter, or the pill with several."""
    page, ink = context.page, context.style_book.palette.ink
    fill, text = (ink["line"], ink["paper"]) if tag.leaves else (ink["paper"], ink["text"])
    half, wide = TAG / 2 - 0.3, measure_tag(tag, context.measure_letters) / 2 - 0.3
    frame = Path(
        rounded(Box(middle.x - wide, middle.y - half, 2 * wide, 2 * half), half),
        fill=fill,
        stroke=ink["line"],
        width=0.6,
    )
    letter = Text(
        Point(middle.x, middle.y + 0.3 * page.small),
        tag.letter,
        page.small,
        text,
        anchor="middle",
        bold=True,
        family=page.family,
        classes=("label", "letter"),
    )
    return Group((frame, letter), classes=("badge",))


def _draw_bracket(
    run: Bracket, diagram: Diagram, placement: Placement, context: DrawContext, dx: float, dy: float
) -> Group:
    """Return the bracket beneath a run, in as many pieces as it has rows; the last has the count.

    '-------'     Its ends turn up to the outermost glyphs, below all captions.
       ×4
    """
    ink = context.style_book.palette.ink["line"]
    rows: dict[int, list[str]] = {}
    for id in run.blocks:
        rows.setdefault(placement.nodes[id].row, []).append(id)
    items: list[Item] = []
    for _, ids in sorted(rows.items()):
        boxes = [placement.nodes[id].box.moved(dx, dy) for id in ids]
        left, right = min(box.x for box in boxes), max(box.right for box in boxes)
        captions = [measure_caption(diagram.glyphs[id].caption, context).height for id in ids]
        low = max(box.bottom + below for box, below in zip(boxes, captions, strict=True))
        y = low + CLEAR + TURN
        corners = [Point(left, y - TURN), Point(left, y), Point(right, y), Point(right, y - TURN)]
        items.append(Path(polyline(corners), stroke=ink, width=context.page.line))
    badge = words.format_times(run.count)
    width = measure_pill(badge, context)
    items.append(draw_pill(badge, Box((left + right - width) / 2, y + CLEAR, width, PILL), context))
    return Group(tuple(items), classes=("bracket",), data=(("blocks", " ".join(run.blocks)),))


def _draw_sample(glyph: Glyph, shape: Shape) -> list[Item]:
    """Return the sample in its frame, where there is one."""
    if glyph.sample is None:
        return []
    box = measure_frame(shape, glyph.look.border)
    return [Image(box, glyph.sample.data, glyph.sample.media_type, classes=("sample",))]


def _draw_frame_name(glyph: Glyph, shape: Shape, context: DrawContext) -> list[Item]:
    """Return the word inside a placeholder, where it has one."""
    if not glyph.word:
        return []
    size = context.page.size
    middle = shape.middle
    at = Point(middle.x, middle.y + 0.35 * size)
    return [
        Text(
            at,
            glyph.word,
            size,
            context.style_book.palette.ink["muted"],
            anchor="middle",
            family=context.page.family,
            classes=("label", "name"),
        )
    ]


def draw_caption(caption: Caption | None, shape: Shape, context: DrawContext) -> list[Item]:
    """Return the texts beneath a glyph.

    256 (×3)      the first line and its badge, centred together
    3×3 /2        further lines, smaller
    """
    if not caption:
        return []
    page, ink = context.page, context.style_book.palette.ink
    x = shape.x + shape.width / 2
    y = shape.bottom + page.label_gap
    items: list[Item] = []
    if caption.text or caption.badge:
        width = context.width(caption.text, caption.size(page)) if caption.text else 0.0
        badge = measure_pill(caption.badge, context) if caption.badge else 0.0
        total = width + badge + (PILL_GAP if width and badge else 0.0)
        baseline = y + (
            0.3 + PILL / 2 + 0.36 * caption.size(page) if badge else 0.76 * caption.size(page)
        )
        if caption.text:
            color = ink["muted"] if caption.muted else ink["text"]
            items.append(
                Text(
                    Point(x - total / 2 + width / 2, baseline),
                    caption.text,
                    caption.size(page),
                    color,
                    anchor="middle",
                    family=page.family,
                    classes=("label", "name" if caption.muted else "features"),
                )
            )
        if badge:
            box = Box(x + total / 2 - badge, y + 0.3, badge, PILL)
            items.append(draw_pill(caption.badge, box, context))
        y += measure_first_line(caption, page)
    for line in caption.more:
        y += page.small + LINE_GAP
        items.append(
            Text(
                Point(x, y - 1.6),
                line,
                page.small,
                ink["muted"],
                anchor="middle",
                family=page.family,
                classes=("label", "name"),
            )
        )
    return items


def draw_pill(badge: str, box: Box, context: DrawContext) -> Group:
    """Return a badge: a count in a rounded frame."""
    page, ink = context.page, context.style_book.palette.ink
    frame = Path(rounded(box, PILL / 2), fill=ink["paper"], stroke=ink["line"], width=0.45)
    baseline = box.y + box.height / 2 + 0.36 * page.small
    count = Text(
        Point(box.centre.x, baseline),
        badge,
        page.small,
        ink["text"],
        anchor="middle",
        bold=True,
        family=page.family,
        classes=("label", "count"),
    )
    return Group((frame, count), classes=("badge",))


def _draw_resolution(label: str, at: Point, context: DrawContext) -> Text:
    """Return the text above a line."""
    return Text(
        at,
        label,
        context.page.size,
        context.style_book.palette.ink["text"],
        anchor="middle",
        family=context.page.family,
        classes=("label", "resolution"),
    )
