"""A figure as a view: its drawings, and the cards of its glyphs."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from msgspec.structs import replace

from net2fig.compose.style.style_book import StyleBook, make_style_book
from net2fig.data.grammar import load_grammar
from net2fig.fonts.metrics import printable
from net2fig.html.cards import Card, make_card
from net2fig.html.document import PlacedSection, render_page
from net2fig.html.glyph_info import DrawingAnnotator, GlyphInfo, list_interactive
from net2fig.html.models import Places
from net2fig.html.pin_cards import describe_marks, make_pin_card, write_strip
from net2fig.html.section import Section, Shown
from net2fig.html.states import Drawing, Redraw, State, draw_states
from net2fig.marking import Marks, load_marks
from net2fig.network import Network
from net2fig.options.page import Page
from net2fig.options.table import Options
from net2fig.outline import Block, Outline

CLOSED = "Whole figure"
"""The label of the link back to the figure with no group open."""

HINT = (
    "Point at a glyph to be told of its layers. {groups}Click an entry of the legend to keep its"
    " glyphs in sight. <kbd>Tab</kbd>, <kbd>←</kbd> and <kbd>→</kbd> go from glyph to glyph."
)
GROUPS = "Click a group to open it, press <kbd>Esc</kbd> to close it. "

MARKUP = """{strip}<nav class="trail" id="{prefix}trail" aria-label="Open groups"></nav>
<div class="sheet" id="{prefix}sheet">
{figure}
</div>
{templates}"""


def render_html(
    first: Drawing, redraw: Redraw, network: Network, page: Page, options: Options
) -> bytes:
    """Return the page of a figure; `redraw` draws it with the groups opened that a path names."""
    section = make_figure_section(first, redraw, network, page, options)
    hint = HINT.format(groups=GROUPS if len(section.scenes) > 1 else "")
    scene = first[0]
    return render_page(scene.title, scene.description, [PlacedSection(section)], hint)


def make_figure_section(
    first: Drawing,
    redraw: Redraw,
    network: Network,
    page: Page,
    options: Options,
    prefix: str = "",
) -> Section:
    """Return a figure as a view; `prefix` begins its ids where others stand beside it."""
    page_states = draw_states(first, redraw)
    cards: dict[Card, int] = {}
    marks = load_marks(options.pins, options.tint, network)
    drawings = [
        ET.tostring(
            _annotate_drawing(number, state, network, page, options, cards, marks, prefix),
            encoding="unicode",
        )
        for number, state in enumerate(page_states)
    ]
    title = printable(first[0].title).strip()
    return Section(
        "figure",
        title,
        MARKUP.format(
            strip=write_strip(marks),
            prefix=prefix,
            figure=drawings[0],
            templates="".join(
                f'<template id="{prefix}state-{number}">\n{drawing}\n</template>\n'
                for number, drawing in enumerate(drawings)
                if number
            ),
        ),
        (Shown(network, network.name, first[1]),),
        {
            "alone": not prefix,
            "closed": CLOSED,
            "states": [{"title": state.title, "parent": state.parent} for state in page_states],
            "cards": [{"title": c.title, "names": c.names, "rows": c.rows} for c in cards],
        },
        tuple(state.scene for state in page_states),
        "Point at a glyph to be told of its layers; click a group to open it.",
    )


# The data of each glyph


def _annotate_drawing(
    number: int,
    state: State,
    network: Network,
    page: Page,
    options: Options,
    cards: dict[Card, int],
    marks: Marks,
    prefix: str,
) -> ET.Element:
    """Return the drawing of a state; cards that are not there yet are put to the others."""
    style_book = make_style_book(state.outline, load_grammar(), page, options)
    numbers = _number_entries(state, style_book)
    shapes = _list_shapes(state)
    glyphs: dict[str, GlyphInfo] = {}
    drawn = {id for block in state.outline.blocks for id in block.layers}
    places = Places(network, drawn)
    for block in state.outline.blocks:
        plain = make_card(block, network, *shapes.get(block.id, ("", "")))
        marked = (*describe_marks(block, marks), *plain.rows)
        card = _make_printable(replace(plain, rows=marked))
        label = card.label
        if block.id in state.targets:
            label += ". A group: press Enter to open it."
        entry = None if block.kind == "sample" else numbers.get(style_book.of(block).key)
        entries_inside = _list_entries_inside(block, state.outline, style_book, numbers)
        glyphs[block.id] = GlyphInfo(
            cards.setdefault(card, len(cards)),
            label,
            entry,
            entries_inside,
            places.find(block.layers),
            places.find_carried(block.layers),
        )
    labels = _list_labels(glyphs, numbers, style_book)
    pins: dict[str, GlyphInfo] = {}
    for pin_number, pin in enumerate(marks.pins, start=1):
        card = _make_printable(make_pin_card(pin_number, pin))
        label = printable(f"Pin {pin_number}: {pin.text}")
        pins[str(pin_number)] = GlyphInfo(cards.setdefault(card, len(cards)), label)
    lit = _choose_highlights(glyphs)
    return DrawingAnnotator(number, state, lit, labels, prefix, pins).annotate()


def _number_entries(state: State, style_book: StyleBook) -> dict[tuple[str, ...], int]:
    """Return the number of the legend's entry for each key of the style book."""
    groups = [group for group, _ in list_interactive(state.scene.items) if "entry" in group.classes]
    types = [dict(group.data).get("type", "") for group in groups]
    numbers: dict[tuple[str, ...], int] = {}
    for entry in style_book.entries:
        entry_types = " ".join(entry.types)
        free_numbers = [
            n for n, type in enumerate(types) if type == entry_types and n not in numbers.values()
        ]
        if free_numbers:
            numbers[entry.key] = free_numbers[0]
    return numbers


def _list_shapes(state: State) -> dict[str, tuple[str, str]]:
    """Return the input and output of each glyph, as the drawing labels them."""
    shapes: dict[str, tuple[str, str]] = {}
    for group, inside in list_interactive(state.scene.items):
        if group.id is not None and not inside:
            data = dict(group.data)
            shapes[group.id] = (data.get("in", ""), data.get("out", ""))
    return shapes


def _list_entries_inside(
    block: Block, outline: Outline, style_book: StyleBook, numbers: dict[tuple[str, ...], int]
) -> tuple[int, ...]:
    """Return the entries of all that is in a group, and in groups within it."""
    bodies = {definition.name: definition.body for definition in outline.groups}
    numbers_inside: dict[int, None] = {}
    waiting, visited = [block] if block.is_group else [], {block.type}
    while waiting:
        body = bodies.get(waiting.pop().type)
        for each in body.blocks if body else ():
            number = numbers.get(style_book.of(each).key)
            if number is not None:
                numbers_inside[number] = None
            if each.is_group and each.type not in visited:
                visited.add(each.type)
                waiting.append(each)
    return tuple(numbers_inside)


def _choose_highlights(glyphs: dict[str, GlyphInfo]) -> dict[str, GlyphInfo]:
    """Return the glyphs with the legend entries that highlight them."""
    drawn_entries = {each.entry for each in glyphs.values()}
    return {
        id: replace(
            each,
            highlights=(
                *((each.entry,) if each.entry is not None else ()),
                *(number for number in each.highlights if number not in drawn_entries),
            ),
        )
        for id, each in glyphs.items()
    }


def _list_labels(
    glyphs: dict[str, GlyphInfo], numbers: dict[tuple[str, ...], int], style_book: StyleBook
) -> dict[int, str]:
    """Return the labels of the entries that highlight a glyph."""
    highlighted = {number for each in glyphs.values() for number in (each.entry, *each.highlights)}
    return {
        numbers[entry.key]: printable(entry.label)
        for entry in style_book.entries
        if entry.key in numbers and numbers[entry.key] in highlighted
    }


def _make_printable(card: Card) -> Card:
    rows = tuple((printable(key), printable(value)) for key, value in card.rows)
    return Card(printable(card.title), printable(card.names), rows)
