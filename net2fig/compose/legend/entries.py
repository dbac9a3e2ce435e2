"""The entries of a legend as pieces: swatch and words; of a group also "=" and its body."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from net2fig.compose.diagram import CIRCLE, Diagram, DrawContext, is_sign
from net2fig.compose.draw import DASH, draw_diagram, draw_tag
from net2fig.compose.legend.body import SWATCH_HEIGHT, measure_swatch, place_body
from net2fig.compose.legend.lines import Piece
from net2fig.compose.style.entry import LegendEntry
from net2fig.compose.tags import TAG, Tag
from net2fig.compose.wording import words
from net2fig.geometry import Point
from net2fig.glyphs import Look, Shape, draw, measure
from net2fig.glyphs.base import FROST, TIE, End, draw_frost, draw_tie
from net2fig.outline import ENTRY, Block, Definition, Outline
from net2fig.scene import Group, Item, Path, Text, polyline

PAD = 4.0
"""Between a swatch and its words."""


def is_told_elsewhere(
    entry: LegendEntry,
    outline: Outline,
    groups: Mapping[str, Definition],
    names: Mapping[str, str],
    context: DrawContext,
) -> bool:
    """Tell whether a look needs no entry.

    So it is with inputs that bear their names, and with merges in bodies whose sign says it all.
    """
    if entry.kind == "group":
        return False
    in_figure = _list_blocks(entry, outline, context)
    in_bodies = [b for d in groups.values() for b in _list_blocks(entry, d.body, context)]
    if entry.key[:2] == ("kind", "input"):
        return not in_bodies and all(block.id in names for block in in_figure)
    grammar = context.style_book.grammar
    return not in_figure and all(grammar.entry(block.op).is_clear for block in in_bodies)


def _list_blocks(entry: LegendEntry, outline: Outline, context: DrawContext) -> list[Block]:
    """Return the blocks of an outline that look like an entry."""
    return [block for block in outline.blocks if context.style_book.is_of(block, entry)]


def fit_label(entry: LegendEntry, context: DrawContext, width: float) -> LegendEntry:
    """Return an entry whose name is cut in its middle where it is wider than a line."""
    room = width - measure_swatch(entry, context)[0] - CIRCLE - 3 * PAD
    name = words.shorten(entry.label, lambda text: context.width(f"{text} =") <= room)
    return entry if name == entry.label else replace(entry, label=name)


def draw_words(string: str, x: float, context: DrawContext) -> Text:
    """Return the words of an entry, their middle on the line."""
    page = context.page
    return Text(
        Point(x, 0.36 * page.size),
        string,
        page.size,
        context.style_book.palette.ink["text"],
        family=page.family,
        classes=("label", "name"),
    )


def _draw_swatch(entry: LegendEntry, look: Look, x: float, context: DrawContext) -> Piece:
    """Return a glyph of the size of the legend, its middle on the line."""
    half = SWATCH_HEIGHT / 2
    width, solid = measure_swatch(entry, context)
    glyph = "cuboid" if solid and entry.glyph == "merge" else entry.glyph
    end = (End(-half, half),)
    return Piece(width, half, half, draw(glyph, Shape(x, width, end, end, solid), look))


def _draw_circle(look: Look, sign: str, x: float) -> tuple[Item, ...]:
    end = (End(-CIRCLE / 2, CIRCLE / 2),)
    return draw("merge", Shape(x, CIRCLE, end, end), replace(look, small=True, sign=sign))


def draw_simple_entry(
    entry: LegendEntry, outline: Outline, groups: Mapping[str, Definition], context: DrawContext
) -> Piece:
    """Return the entry of a kind: swatch and words; a merge in each form that is drawn."""
    items: list[Item] = []
    x = 0.0
    above = measure(entry.glyph, entry.look).above
    blocks = _list_blocks(entry, outline, context)
    inside = [
        block
        for definition in groups.values()
        for block in _list_blocks(entry, definition.body, context)
    ]
    merges = [block for block in (*blocks, *inside) if block.kind == "merge"]
    sign = context.style_book.sign(merges[0]) if merges else ""
    as_sign = bool(sign) and (
        bool(inside) or any(is_sign(block, outline, context) for block in blocks)
    )
    if not as_sign or any(not is_sign(block, outline, context) for block in blocks):
        swatch = _draw_swatch(entry, entry.look, x, context)
        items += swatch.items
        x += swatch.width + PAD
    if as_sign:
        items += _draw_circle(entry.look, sign, x)
        x += CIRCLE + PAD
    items.append(draw_words(entry.label, x, context))
    half = SWATCH_HEIGHT / 2
    return Piece(x + context.width(entry.label), half + above, half, tuple(items), entry)


def draw_group_beside(
    entry: LegendEntry, diagram: Diagram, context: DrawContext, width: float, reach: float = 0.0
) -> Piece:
    """Return the entry of a group: swatch, words, "=" and the body, on one line.

    The body begins at `reach`, where the name leaves it free.
    """
    items, body_at = _draw_group_name(entry, context)
    body_at = max(body_at, reach)
    placement = place_body(diagram, max(width - body_at, width / 2))
    line = placement.nodes[ENTRY].left[0].y if placement.rows == 1 else placement.size.height / 2
    body = Group(
        tuple(draw_diagram(diagram, placement, context, body_at, -line)), classes=("body",)
    )
    half = SWATCH_HEIGHT / 2
    above = max(half, line)
    below = max(half, placement.size.height - line)
    return Piece(body_at + placement.size.width, above, below, (*items, body), entry)


def draw_group_beneath(
    entry: LegendEntry, diagram: Diagram, context: DrawContext, width: float
) -> Piece:
    """Return the entry of a group with the body under swatch, words and "="."""
    items, reach = _draw_group_name(entry, context)
    placement = place_body(diagram, width)
    half = SWATCH_HEIGHT / 2
    body = Group(
        tuple(draw_diagram(diagram, placement, context, 0.0, half + PAD)), classes=("body",)
    )
    below = half + PAD + placement.size.height
    return Piece(max(reach, placement.size.width), half, below, (*items, body), entry)


def measure_group_name(entry: LegendEntry, context: DrawContext) -> float:
    """Return where the body of a group may begin beside its name."""
    return _draw_group_name(entry, context)[1]


def _draw_group_name(entry: LegendEntry, context: DrawContext) -> tuple[tuple[Item, ...], float]:
    """Return swatch, words and "=" of a group, and where its body may begin."""
    name = f"{entry.label} ="
    look = replace(entry.look, border=min(entry.look.border, 1.8))
    swatch = _draw_swatch(entry, look, 0.0, context)
    start = swatch.width + PAD
    return (*swatch.items, draw_words(name, start, context)), start + context.width(name) + PAD


def draw_tie_entry(context: DrawContext) -> Piece:
    """Return the entry of the mark that shared layers carry."""
    mark = draw_tie(Point(TIE, 0.0), context.style_book.palette.ink["text"])
    return _draw_mark_entry(mark, 2 * TIE, "same weights", context)


def draw_frost_entry(context: DrawContext) -> Piece:
    """Return the entry of the mark that frozen layers carry."""
    mark = draw_frost(Point(FROST, 0.0), context.style_book.palette.ink["text"])
    return _draw_mark_entry(mark, 2 * FROST, "frozen", context)


def _draw_mark_entry(mark: Path, size: float, label: str, context: DrawContext) -> Piece:
    text = draw_words(label, size + PAD, context)
    return Piece(size + PAD + context.width(label), 5.0, 5.0, (mark, text), classes=())


def draw_tag_entry(context: DrawContext) -> Piece:
    """Return the entry of a tag: where its tensor leaves, and where it is read."""
    label = "the same tensor"
    radius = TAG / 2
    items: list[Item] = []
    for number, leaves in enumerate((True, False)):
        middle = Point(radius + number * (TAG + PAD), 0.0)
        items.append(draw_tag(Tag("t", "", leaves=leaves), middle, context))
    start = 2 * TAG + 2 * PAD
    text = draw_words(label, start, context)
    return Piece(start + context.width(label), radius, radius, (*items, text), classes=())


def draw_copy_entry(context: DrawContext) -> Piece:
    """Return the entry of the dashed lines, which copy what they lead past others."""
    label, length = "copied", 16.0
    ends = [Point(0.0, 0.0), Point(length, 0.0)]
    ink = context.style_book.palette.ink["line"]
    line = Path(polyline(ends), stroke=ink, width=context.page.line, dash=DASH, classes=("copy",))
    text = draw_words(label, length + PAD, context)
    return Piece(length + PAD + context.width(label), 5.0, 5.0, (line, text), classes=())


def draw_note(sentence: str, context: DrawContext) -> Piece:
    """Return a line of small, quiet text."""
    page = context.page
    text = Text(
        Point(0, 0.36 * page.small),
        sentence,
        page.small,
        context.style_book.palette.ink["muted"],
        family=page.family,
        classes=("label", "note"),
    )
    half = page.small * 0.55
    return Piece(context.width(sentence, page.small), half, half, (text,))
