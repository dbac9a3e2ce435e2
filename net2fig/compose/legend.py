"""The legend: one entry for each look, simple before complex, set like lines of text.

Ensures: exactly one entry for every entry of the style book; a group's entry is "=" and its body,
drawn by the same code as the figure; what is not shown is told at the end.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.body import (
    SWATCH_HEIGHT,
    SWATCH_WIDTH,
    make_body_diagram,
    place_body,
)
from net2fig.compose.diagram import CIRCLE, TAG, Diagram, DrawContext, is_sign
from net2fig.compose.draw import draw_diagram, draw_tag
from net2fig.compose.style.style_book import LegendEntry, find_used_groups
from net2fig.compose.tags import Tag
from net2fig.compose.wording import words
from net2fig.compose.wording.hidden import describe_hidden
from net2fig.compose.wording.notes import NoteLabels, write_all_sentences
from net2fig.geometry import Point, Size
from net2fig.glyphs import Look, Shape, draw, measure
from net2fig.glyphs.base import End
from net2fig.outline import ENTRY, Definition, Outline
from net2fig.scene import Group, Item, Path, Text, polygon, transformed

BETWEEN = 16.0
"""Between two entries of one line."""
TALL = 36.0
"""The height from which on a body does not stand on a line with simple entries."""
LEADING = 6.0
"""Between two lines."""
CLOSE = 1.8
"""Between two lines of notes."""
PAD = 4.0
"""Between a swatch and its words."""
LOWER = 0.8
"""How much lower a legend must be whose bodies stand beneath their names."""


class Piece(Struct, frozen=True):
    """Something of known size that is put on a line: how far it goes above and below its middle."""

    width: float
    above: float
    below: float
    items: tuple[Item, ...]
    entry: LegendEntry | None = None
    classes: tuple[str, ...] = ("note",)

    @property
    def is_body(self) -> bool:
        """Whether the piece explains a group."""
        return self.entry is not None and self.entry.kind == "group"

    @property
    def height(self) -> float:
        """The height of the piece."""
        return self.above + self.below

    def at(self, x: float, y: float) -> Item:
        """Return the piece with its left end at x and its middle at y."""
        items = tuple(transformed(item, dx=x, dy=y) for item in self.items)
        if self.entry is None:
            return Group(items, classes=self.classes)
        return Group(items, classes=("entry",), data=(("type", " ".join(self.entry.types)),))


class Legend(Struct, frozen=True):
    """The legend, its upper left corner at (0, 0)."""

    items: tuple[Item, ...]
    size: Size
    entries: int


def draw_legend(
    outline: Outline, context: DrawContext, width: float, *, has_tags: bool = False
) -> Legend:
    """Return the legend of an outline in lines no longer than `width`.

    Bodies stand beside their names; where that makes the legend much higher, beneath them.
    """
    definitions = {definition.name: definition for definition in find_used_groups(outline)}
    entries = context.style_book.entries
    simple = [
        _draw_simple_entry(entry, outline, context) for entry in entries if entry.kind != "group"
    ]
    if any(block.shared for block in outline.blocks):
        simple.append(_draw_tie_entry(context))
    if has_tags:
        simple.append(_draw_tag_entry(context))
    groups = [
        (entry, make_body_diagram(definitions[entry.key[1]].body, context))
        for entry in entries
        if entry.kind == "group"
    ]
    notes = _write_notes(outline, list(definitions.values()), context)
    beside = _place_lines(
        _fill_lines(
            [*simple, *(_draw_group_beside(*group, context, width) for group in groups)],
            notes,
            context,
            width,
        ),
        len(entries),
    )
    if len(groups) < 2:
        return beside
    block = _make_columns([_draw_group_beneath(*group, context, width) for group in groups], width)
    beneath = _place_lines(_fill_lines([*simple, block], notes, context, width), len(entries))
    return beneath if beneath.size.height < LOWER * beside.size.height else beside


def _place_lines(lines: list[list[Piece]], entries: int) -> Legend:
    """Return lines of pieces as a legend."""
    items: list[Item] = []
    y = reach = 0.0
    before: list[Piece] = []
    for line in lines:
        if before:
            y += CLOSE if _is_note(before) and _is_note(line) else LEADING
        above = max(piece.above for piece in line)
        x = 0.0
        for piece in line:
            items.append(piece.at(x, y + above))
            x += piece.width + BETWEEN
        reach = max(reach, x - BETWEEN)
        y += above + max(piece.below for piece in line)
        before = line
    return Legend(tuple(items), Size(reach, y), entries)


def _is_note(line: list[Piece]) -> bool:
    """Tell whether a line holds nothing but a part of the notes."""
    return all(piece.classes == ("note",) and piece.entry is None for piece in line)


def _draw_words(string: str, x: float, context: DrawContext) -> Text:
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


def _draw_swatch(
    glyph: str, look: Look, x: float, height: float = SWATCH_HEIGHT
) -> tuple[Item, ...]:
    """Return a glyph of the size of the legend, its middle on the line."""
    end = (End(-height / 2, height / 2),)
    return draw(glyph, Shape(x, SWATCH_WIDTH, end, end), look)


def _draw_circle(look: Look, sign: str, x: float) -> tuple[Item, ...]:
    end = (End(-CIRCLE / 2, CIRCLE / 2),)
    return draw("merge", Shape(x, CIRCLE, end, end), replace(look, small=True, sign=sign))


def _draw_simple_entry(entry: LegendEntry, outline: Outline, context: DrawContext) -> Piece:
    """Return the entry of a kind: swatch and words; a merge in each form that is drawn."""
    items: list[Item] = []
    x = 0.0
    above = measure(entry.glyph, entry.look).above
    blocks = [block for block in outline.blocks if context.style_book.is_of(block, entry)]
    sign = context.style_book.grammar.entry(entry.types[0]).sign if entry.kind == "merge" else ""
    as_sign = bool(sign) and (
        any(is_sign(block, outline, context) for block in blocks)
        or any(
            context.style_book.is_of(block, entry)
            for definition in find_used_groups(outline)
            for block in definition.body.blocks
        )
    )
    as_slab = any(not is_sign(block, outline, context) for block in blocks)
    if as_slab or not as_sign:
        items += _draw_swatch(entry.glyph, entry.look, x)
        x += SWATCH_WIDTH + PAD
    if as_sign:
        items += _draw_circle(entry.look, sign, x)
        x += CIRCLE + PAD
    items.append(_draw_words(entry.label, x, context))
    half = SWATCH_HEIGHT / 2
    return Piece(x + context.width(entry.label), half + above, half, tuple(items), entry)


def _draw_group_beside(
    entry: LegendEntry, diagram: Diagram, context: DrawContext, width: float
) -> Piece:
    """Return the entry of a group: swatch, words, "=" and the body, on one line."""
    items, body_at = _draw_group_name(entry, context)
    placement = place_body(diagram, max(width - body_at, width / 2))
    line = placement.nodes[ENTRY].left[0].y if placement.rows == 1 else placement.size.height / 2
    body = Group(
        tuple(draw_diagram(diagram, placement, context, body_at, -line)), classes=("body",)
    )
    half = SWATCH_HEIGHT / 2
    above = max(half, line)
    below = max(half, placement.size.height - line)
    return Piece(body_at + placement.size.width, above, below, (*items, body), entry)


def _draw_group_beneath(
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


def _make_columns(pieces: list[Piece], width: float) -> Piece:
    """Return pieces in columns of one width, read from top to bottom, the longest kept short."""
    width_each = max(piece.width for piece in pieces)
    count = min(len(pieces), max(1, int((width + BETWEEN) / (width_each + BETWEEN))))
    columns = _balance_columns(pieces, count)
    items: list[Item] = []
    for number, column in enumerate(columns):
        y = 0.0
        for piece in column:
            items.append(piece.at(number * (width_each + BETWEEN), y + piece.above))
            y += piece.height + LEADING
    height = max(_measure_stack(column) for column in columns)
    return Piece(
        (width_each + BETWEEN) * len(columns) - BETWEEN, 0.0, height, tuple(items), classes=()
    )


def _measure_stack(column: list[Piece]) -> float:
    """Return the height of pieces above each other."""
    return sum(piece.height + LEADING for piece in column) - LEADING


def _balance_columns(pieces: list[Piece], count: int) -> list[list[Piece]]:
    """Cut a sequence into at most `count` parts so that the highest is as low as can be."""
    limits = sorted(
        _measure_stack(pieces[start:end])
        for start in range(len(pieces))
        for end in range(start + 1, len(pieces) + 1)
    )
    for limit in limits:
        columns: list[list[Piece]] = []
        for piece in pieces:
            if columns and _measure_stack([*columns[-1], piece]) <= limit:
                columns[-1].append(piece)
            else:
                columns.append([piece])
        if len(columns) <= count and max(map(_measure_stack, columns)) <= limit:
            return columns
    return [pieces]


def _draw_group_name(entry: LegendEntry, context: DrawContext) -> tuple[tuple[Item, ...], float]:
    """Return swatch, words and "=" of a group, and where its body may begin."""
    name = f"{entry.label} ="
    start = SWATCH_WIDTH + 1.0 + PAD
    swatch = _draw_swatch(entry.glyph, replace(entry.look, border=min(entry.look.border, 1.8)), 0.0)
    return (*swatch, _draw_words(name, start, context)), start + context.width(name) + PAD


def _draw_tie_entry(context: DrawContext) -> Piece:
    """Return the entry of the mark that shared layers carry."""
    label = "same weights"
    corners = [Point(0, 0), Point(2, -2), Point(4, 0), Point(2, 2)]
    mark = Path(polygon(corners), fill=context.style_book.palette.ink["text"], classes=("tie",))
    words_ = _draw_words(label, 4 + PAD, context)
    return Piece(4 + PAD + context.width(label), 5.0, 5.0, (mark, words_))


def _draw_tag_entry(context: DrawContext) -> Piece:
    """Return the entry of a tag: where its tensor leaves, and where it is read."""
    label = "the same tensor"
    radius = TAG / 2
    items: list[Item] = []
    for number, leaves in enumerate((True, False)):
        middle = Point(radius + number * (TAG + PAD), 0.0)
        items.append(draw_tag(Tag("t", "", leaves=leaves), middle, context))
    start = 2 * TAG + 2 * PAD
    words_ = _draw_words(label, start, context)
    return Piece(start + context.width(label), radius, radius, (*items, words_))


def _write_notes(
    outline: Outline, definitions: list[Definition], context: DrawContext
) -> list[str]:
    """Return the sentences at the end: what is not shown, in what occurrences differ."""
    group_labels = {
        entry.key[1]: entry.label for entry in context.style_book.entries if entry.kind == "group"
    }
    labels = NoteLabels(context.style_book.grammar, group_labels, context.options.styles)
    sentences = (
        describe_hidden(outline.left_out, context.style_book.grammar),
        *outline.notes,
        *write_all_sentences(definitions, labels),
    )
    return [sentence for sentence in dict.fromkeys(sentences) if sentence]


def _fill_lines(
    pieces: list[Piece], notes: list[str], context: DrawContext, width: float
) -> list[list[Piece]]:
    """Fill lines with pieces; the notes follow on the last line or on lines of their own."""
    lines: list[list[Piece]] = []
    x = 0.0
    for piece in pieces:
        if lines and x + piece.width <= width and _may_share_line(lines[-1][-1], piece):
            lines[-1].append(piece)
        else:
            lines.append([piece])
            x = 0.0
        x += piece.width + BETWEEN
    sentences = " ".join(notes)
    if not sentences:
        return lines
    if lines and x + context.width(sentences, context.page.small) <= width:
        lines[-1].append(_draw_note(sentences, context))
        return lines
    broken = words.break_lines(
        sentences, lambda line: context.width(line, context.page.small) <= width
    )
    lines += [[_draw_note(line, context)] for line in broken]
    return lines


def _may_share_line(before: Piece, piece: Piece) -> bool:
    """Tell whether a piece may stand beside the one before: words keep apart from tall bodies."""
    if before.is_body and piece.is_body:
        return True
    return max(before.height, piece.height) <= TALL


def _draw_note(sentence: str, context: DrawContext) -> Piece:
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
