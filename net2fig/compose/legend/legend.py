"""The legend: one entry for each look, simple before complex, then what is not shown.

Ensures: one entry for every entry of the style book, but for what a name or a sign in the figure
explains; a group's entry is "=" and its body, drawn by the same code as the figure. It is as low as
it can be: bodies stand on the line of their names, or beneath them on a grid, which takes a place
under the simple entries or beside them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from net2fig.compose.diagram import Diagram, DrawContext
from net2fig.compose.legend.body import make_body_diagram
from net2fig.compose.legend.entries import (
    draw_copy_entry,
    draw_frost_entry,
    draw_group_beneath,
    draw_group_beside,
    draw_note,
    draw_simple_entry,
    draw_tag_entry,
    draw_tie_entry,
    fit_label,
    is_told_elsewhere,
    measure_group_name,
)
from net2fig.compose.legend.lines import (
    BETWEEN,
    Panel,
    Piece,
    fill_columns,
    fill_last_row,
    fill_lines,
    measure_line,
    place_grid,
    place_lines,
    set_beside,
    stack,
)
from net2fig.compose.placeholders import name_ports
from net2fig.compose.style.entry import LegendEntry
from net2fig.compose.style.scales import choose_height_form
from net2fig.compose.style.style_book import find_used_groups
from net2fig.compose.wording import words
from net2fig.compose.wording.hidden import describe_hidden
from net2fig.compose.wording.inside import WHOLE, has_shares
from net2fig.compose.wording.notes import NoteLabels, choose_noun, write_all_sentences
from net2fig.geometry import Size
from net2fig.outline import Definition, Outline
from net2fig.scene import Item

LOWER = 0.9
"""How much lower a legend must be whose bodies stand beneath their names."""
NARROWEST = 130.0
"""The least width of simple entries and notes beside the bodies."""

GroupEntry = tuple[LegendEntry, Diagram]

HEIGHTS = {
    "root": "square root of the resolution.",
    "log": "logarithm of the resolution.",
}
"""How heights follow the resolution, by the form of the scale; proportional ones need no note."""


class Legend(Struct, frozen=True):
    """The legend, its upper left corner at (0, 0)."""

    items: tuple[Item, ...]
    size: Size
    entries: int


def draw_legend(
    outline: Outline,
    context: DrawContext,
    width: float,
    diagram: Diagram | None = None,
    apart: Collection[str] = (),
) -> Legend:
    """Return the legend of an outline in lines no longer than `width`, as low as it can be.

    A diagram may have tags and dashed lines, which it explains as well. The bodies of groups that
    are `apart` stand elsewhere.
    """
    definitions = {definition.name: definition for definition in find_used_groups(outline)}
    names = name_ports(outline)
    entries = [
        fit_label(entry, context, width)
        for entry in context.style_book.entries
        if not is_told_elsewhere(entry, outline, definitions, names, context)
    ]
    entries = _sort_entries(entries, context.options.legend_order)
    simple = [
        draw_simple_entry(entry, outline, definitions, context)
        for entry in entries
        if entry.kind != "group"
    ]
    if any(block.shared for block in outline.blocks):
        simple.append(draw_tie_entry(context))
    bodies = [definition.body for definition in definitions.values()]
    if any(block.frozen for each in (outline, *bodies) for block in each.blocks):
        simple.append(draw_frost_entry(context))
    if diagram and diagram.has_tags:
        simple.append(draw_tag_entry(context))
    if diagram and diagram.has_copies:
        simple.append(draw_copy_entry(context))
    groups = [
        (entry, make_body_diagram(definitions[entry.key[1]], context))
        for entry in entries
        if entry.kind == "group" and entry.key[1] not in apart
    ]
    notes = " ".join(write_notes(outline, definitions, context))
    panel = _choose_panel(simple, groups, notes, context, width)
    return Legend(panel.items, panel.size, len(entries))


def _choose_panel(
    simple: list[Piece], groups: list[GroupEntry], notes: str, context: DrawContext, width: float
) -> Panel:
    """Return the lowest arrangement; that on lines where no other is much lower."""
    pieces = [*simple, *(draw_group_beside(*group, context, width) for group in groups)]
    lines = _fill(pieces, context, width)
    on_lines = place_lines(_add_notes(lines, notes, context, width))
    if not groups:
        return on_lines
    reach = max(measure_group_name(entry, context) for entry, _ in groups)
    grids = (
        place_grid([draw_group_beneath(*group, context, width) for group in groups], width),
        place_grid([draw_group_beside(*group, context, width, reach) for group in groups], width),
    )
    panels = [
        panel
        for grid in grids
        for panel in (
            _set_beneath(simple, grid, notes, context, width),
            _set_beside(simple, grid, notes, context, width),
            _set_above_notes(_set_beside(simple, grid, "", context, width), notes, context, width),
        )
        if panel is not None
    ]
    lowest = min(panels, key=lambda panel: panel.size.height)
    # Bodies of several lines stand on a grid.
    is_even = sum(any(piece.is_body for piece in line) for line in lines) == 1
    return on_lines if is_even and on_lines.size.height * LOWER <= lowest.size.height else lowest


def _fill(pieces: list[Piece], context: DrawContext, width: float) -> list[list[Piece]]:
    """Return pieces on lines: in the author's columns and order, or where they have room."""
    options = context.options
    if not options.legend_columns:
        return fill_lines(pieces, width, in_order=bool(options.legend_order))
    simple = [piece for piece in pieces if not piece.is_body]
    bodies = [piece for piece in pieces if piece.is_body]
    return [*fill_columns(simple, options.legend_columns, width), *fill_lines(bodies, width)]


def _sort_entries(entries: list[LegendEntry], order: Sequence[str]) -> list[LegendEntry]:
    """Return entries in the order of the author; those that it does not name come last."""

    def find_place(entry: LegendEntry) -> int:
        words = (entry.label, *entry.types, entry.op, f":{entry.kind}", *entry.key[1:])
        return next((n for n, word in enumerate(order) if word in words), len(order))

    return sorted(entries, key=find_place)


def _set_beneath(
    simple: list[Piece], grid: Panel, notes: str, context: DrawContext, width: float
) -> Panel:
    """Return simple entries, the grid of bodies, and notes, one beneath the other.

    The notes stand behind the last body where they have room.
    """
    lines = [place_lines(part) for part in (_fill(simple, context, width),) if part]
    room = width - grid.last.x
    behind = place_lines(_break_notes(notes, context, room) if room >= NARROWEST else [])
    if behind.items and behind.size.height <= grid.size.height - grid.last.y:
        return stack([*lines, fill_last_row(grid, behind)])
    last = [place_lines(part) for part in (_break_notes(notes, context, width),) if part]
    return stack([*lines, grid, *last])


def _set_beside(
    simple: list[Piece], grid: Panel, notes: str, context: DrawContext, width: float
) -> Panel | None:
    """Return simple entries and notes, the grid to their right; None where it leaves no room."""
    room = width - grid.size.width - BETWEEN
    if room < max([NARROWEST, *(piece.width for piece in simple)]):
        return None
    left = place_lines(_add_notes(_fill(simple, context, room), notes, context, room))
    return set_beside(left, grid, left.size.width + BETWEEN) if left.items else None


def _set_above_notes(
    panel: Panel | None, notes: str, context: DrawContext, width: float
) -> Panel | None:
    """Return a panel with the notes beneath it."""
    if panel is None or not notes:
        return panel
    return stack([panel, place_lines(_break_notes(notes, context, width))])


def _add_notes(
    lines: list[list[Piece]], notes: str, context: DrawContext, width: float
) -> list[list[Piece]]:
    """Add the notes: on the last line where they have room, else on lines of their own."""
    if not notes:
        return lines
    room = width - (measure_line(lines[-1]) + BETWEEN if lines else 0.0)
    if lines and context.width(notes, context.page.small) <= room:
        return [*lines[:-1], [*lines[-1], draw_note(notes, context)]]
    return [*lines, *_break_notes(notes, context, width)]


def _break_notes(notes: str, context: DrawContext, width: float) -> list[list[Piece]]:
    """Return the notes as lines."""
    broken = words.break_lines(notes, lambda line: context.width(line, context.page.small) <= width)
    return [[draw_note(line, context)] for line in broken if line]


def _write_heights(outline: Outline, context: DrawContext) -> str:
    """Return what heights are, where that is not plain: of cuboids depths as well."""
    form = HEIGHTS.get(choose_height_form(outline, context.page))
    sizes = "Height and depth" if context.volumes else "Height"
    return f"{sizes}: {form}" if form else ""


def write_notes(
    outline: Outline,
    definitions: Mapping[str, Definition],
    context: DrawContext,
    *,
    has_heights: bool = True,
) -> list[str]:
    """Return the sentences at the end: what is not shown, in what occurrences differ.

    `has_heights` is whether the heights of glyphs tell anything.
    """
    group_labels = {
        entry.key[1]: entry.label for entry in context.style_book.entries if entry.kind == "group"
    }
    labels = NoteLabels(context.style_book.grammar, group_labels, context.options.styles)
    sentences = (
        describe_hidden(outline.left_out, context.style_book.grammar),
        *outline.notes,
        *write_all_sentences(list(definitions.values()), labels),
        _explain_shares(definitions),
        _write_heights(outline, context) if has_heights else "",
    )
    return [sentence for sentence in dict.fromkeys(sentences) if sentence]


def _explain_shares(definitions: Mapping[str, Definition]) -> str:
    """Return what the letter stands for by which features are written, where they are."""
    nouns = [choose_noun(name) for name, group in definitions.items() if has_shares(group)]
    return f"{WHOLE}: the features of a {' or '.join(dict.fromkeys(nouns))}." if nouns else ""
