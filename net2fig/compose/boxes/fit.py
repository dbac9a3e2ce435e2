"""A block diagram for a page: the groups that are opened, the frames beside them, the notes.

Ensures: every group that is drawn closed is explained by a frame of its own beside the stack.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.boxes.draw import draw_picture
from net2fig.compose.boxes.inlined import inline_groups
from net2fig.compose.boxes.picture import (
    Picture,
    add_title,
    can_open,
    frame_definition,
)
from net2fig.compose.boxes.runs import frame_runs
from net2fig.compose.boxes.setting import Setting
from net2fig.compose.boxes.towers import find_stacks, find_unfit, make_towers
from net2fig.compose.composition import MARGIN, Composition
from net2fig.compose.dashes import find_copies, find_states, join_states
from net2fig.compose.diagram import DrawContext, name_blocks
from net2fig.compose.legend import write_notes
from net2fig.compose.legend.entries import draw_note
from net2fig.compose.legend.lines import Panel, place_lines
from net2fig.compose.panels import list_titles
from net2fig.compose.placeholders import add_frames
from net2fig.compose.samples import load_samples
from net2fig.compose.style.style_book import find_used_groups, make_style_book
from net2fig.compose.wording import words
from net2fig.data.grammar import Grammar
from net2fig.geometry import Size
from net2fig.options.page import Page
from net2fig.options.table import Options
from net2fig.outline import Definition, Outline
from net2fig.scene import Group, Item, Scene, transformed

LEVELS = ("blocks", "stages", "layers")
"""The levels of detail, the one that reads best in boxes first."""
DIRECTIONS = {"auto": (True, False), "up": (True,), "right": (False,)}
"""Whether data flow upwards, by the option."""
COPIED = "Dashed lines copy what they lead past others."
"""The sentence about lines that lead to a concatenation."""
STATED = "Dashed lines copy what they lead past others, or are states where they say so."
"""The sentence where recurrent layers hand on their states as well."""

ASIDE = 16.0
"""Between the stack and what explains its groups."""
HIGHEST = 0.8
"""How much of the height of a page a figure may take that nobody asked to be in boxes."""
NOTE_WIDTH = 200.0
"""Notes beneath a narrower stack are so wide."""
SUM = "add"
"""The entry of the catalogue whose operations add."""
DRAWN_NOTES = ("also-reads", "two-before", "all-before", "inputs")
"""The notes on what a body reads, which lines tell where the group is open."""

Describe = Callable[[Outline], str]


class Trial(Struct, frozen=True):
    """Rows of pictures with the notes beneath: the models first, then what explains their groups.

    `base` is the outline as it was made, `outline` that which is drawn.
    """

    base: Outline
    outline: Outline
    setting: Setting
    rows: tuple[tuple[Picture, ...], ...]
    models: int
    notes: Panel
    size: Size


def fit_boxes(
    outlines: Iterable[Outline],
    grammar: Grammar,
    page: Page,
    options: Options,
    title: str,
    describe: Describe,
) -> Composition | None:
    """Return the first block diagram that fits the page, else the lowest.

    None where none fits that nobody asked for.
    """
    is_asked = options.glyphs == "boxes"
    page = page.undo_zoom()
    height = page.height * (1.0 if is_asked else HIGHEST)
    lowest: Trial | None = None
    for trial in _list_trials(outlines, grammar, page, options):
        if trial.size.width <= page.width and trial.size.height <= height:
            return _compose(trial, title, describe)
        if lowest is None or _excess(trial, page) < _excess(lowest, page):
            lowest = trial
    return _compose(lowest, title, describe) if is_asked and lowest else None


def _excess(trial: Trial, page: Page) -> float:
    """Return by how much a trial is larger than the page."""
    return max(trial.size.width / page.width, trial.size.height / page.height)


def _list_trials(
    outlines: Iterable[Outline], grammar: Grammar, page: Page, options: Options
) -> Iterator[Trial]:
    """Yield what may be drawn: with groups opened where they stand, else beside the stack.

    Data flow upwards, or to the right where that is too high.
    """
    always = replace(page, placeholders="always")
    bases = [(plain, add_frames(join_states(plain), always, options)) for plain in outlines]
    for up in DIRECTIONS[options.direction]:
        for plain, framed in bases:
            outline, runs = frame_runs(_name_ports(framed))
            book = make_style_book(framed, grammar, page, options)
            samples = load_samples(outline, options.sample)
            context = DrawContext(page, options, book, samples=samples)
            names = name_blocks(framed, context)
            sums = frozenset(grammar.entries[SUM].classes)
            groups = {each.name: each for each in find_used_groups(framed)}
            outline, definitions = inline_groups(outline, groups | runs, sums)
            openable = _list_openable(outline, definitions)
            links = [outline.links[number] for number in sorted(find_copies(outline, grammar))]
            copies = frozenset((link.source, link.target) for link in links)
            if not openable >= set(runs):
                # The count of a run stands on its frame, which only one line may enter.
                continue
            for opened in dict.fromkeys((openable, frozenset(runs))):
                setting = Setting(context, definitions, names, opened, up, sums, copies)
                yield _arrange(plain, outline, setting)


def _name_ports(outline: Outline) -> Outline:
    """Return the outline with inputs as bare words."""
    blocks = [
        replace(block, type="input", kind="sample") if block.kind == "input" else block
        for block in outline.blocks
    ]
    return replace(outline, blocks=tuple(blocks))


def _list_openable(outline: Outline, definitions: Mapping[str, Definition]) -> frozenset[str]:
    """Return the groups that stand in one place, the body of another group included.

    In a body they have one input; in the figure, further inputs come from another stack.
    """
    bodies = [each.body for each in definitions.values()]
    blocks = [*outline.blocks, *(block for body in bodies for block in body.blocks)]
    places = Counter(block.type for block in blocks if block.is_group)
    several = {b.type for body in bodies for b in body.blocks if len(body.into(b.id)) > 1}
    opened = {
        name
        for name, count in places.items()
        if count == 1 and name not in several and can_open(definitions[name].body)
    }
    while unfit := find_unfit(outline, opened, find_stacks(outline, opened)):
        opened -= unfit
    return frozenset(opened)


def _arrange(base: Outline, outline: Outline, setting: Setting) -> Trial:
    """Return the stack and the frames beside it, in rows no wider than the page."""
    context = setting.context
    width = context.page.width - 2 * MARGIN
    closed = [each for each in setting.definitions.values() if each.name not in setting.opened]
    explained = closed if context.page.legend else []
    models = _draw_models(outline, setting)
    pictures = [*models, *(frame_definition(each, setting) for each in explained)]
    rows: list[list[Picture]] = []
    reach = width
    for picture in pictures:
        across = setting.turn(picture.size).width
        if reach + ASIDE + across > width:
            rows.append([])
            reach = -ASIDE
        rows[-1].append(picture)
        reach += ASIDE + across
    sizes = [_measure_row(row, setting) for row in rows]
    inner = max(size.width for size in sizes)
    is_dashed = any(wire.is_dashed for row in rows for picture in row for wire in picture.wires)
    wide = max(inner, min(width, NOTE_WIDTH))
    dashed = STATED if find_states(outline) else COPIED
    notes = _draw_notes(base, setting, wide, dashed if is_dashed else "")
    height = sum(size.height for size in sizes) + ASIDE * (len(rows) - 1)
    if notes.items:
        height += context.page.legend_gap + notes.size.height
    size = Size(max(inner, notes.size.width) + 2 * MARGIN, height + 2 * MARGIN)
    placed = tuple(tuple(row) for row in rows)
    return Trial(base, outline, setting, placed, len(models), notes, size)


def _draw_models(outline: Outline, setting: Setting) -> list[Picture]:
    """Return the picture of a model, or of each of several under its name."""
    if not outline.parts:
        return [make_towers(outline, setting)]
    homes = outline.homes
    titles = list_titles(outline, setting.context.options.labels)
    return [
        add_title(
            make_towers(
                replace(
                    outline,
                    blocks=tuple(b for b in outline.blocks if homes[b.id] == number),
                    links=tuple(link for link in outline.links if homes[link.source] == number),
                    parts=(),
                ),
                setting,
            ),
            title,
            setting,
        )
        for number, title in enumerate(titles)
    ]


def _draw_notes(outline: Outline, setting: Setting, width: float, more: str) -> Panel:
    """Return the notes in lines, and one more; not those that lines tell."""
    context = setting.context
    if not context.page.legend:
        return place_lines([])
    definitions = {
        name: replace(each, notes=tuple(n for n in each.notes if n.kind not in DRAWN_NOTES))
        if name in setting.opened
        else each
        for name, each in setting.definitions.items()
        if not name.startswith("@")
    }
    sentences = (*write_notes(outline, definitions, context, has_heights=False), more)
    notes = " ".join(filter(None, sentences))
    lines = words.break_lines(notes, lambda line: context.width(line, context.page.small) <= width)
    return place_lines([[draw_note(line, context)] for line in lines if line])


def _measure_row(row: Sequence[Picture], setting: Setting) -> Size:
    sizes = [setting.turn(picture.size) for picture in row]
    width = sum(size.width for size in sizes) + ASIDE * (len(row) - 1)
    return Size(width, max(size.height for size in sizes))


def _compose(trial: Trial, title: str, describe: Describe) -> Composition:
    """Return the scene: rows of pictures that stand on one line, then the notes."""
    setting, page = trial.setting, trial.setting.context.page
    network: list[Item] = []
    legend: list[Item] = []
    inner = trial.size.width - 2 * MARGIN
    y, drawn = MARGIN, 0
    for row in trial.rows:
        size = _measure_row(row, setting)
        x = MARGIN + (inner - size.width) / 2
        for picture in row:
            own = setting.turn(picture.size)
            items = draw_picture(picture, setting, x, y + size.height - own.height)
            (network if drawn < trial.models else legend).extend(items)
            drawn += 1
            x += own.width + ASIDE
        y += size.height + ASIDE
    if trial.notes.items:
        y += page.legend_gap - ASIDE
        legend += [transformed(item, dx=MARGIN, dy=y) for item in trial.notes.items]
    style = ("boxes", "up" if setting.up else "right")
    items = [Group(tuple(network), classes=("network", *style))]
    if legend:
        items.append(Group(tuple(legend), classes=("legend",)))
    scene = Scene(trial.size, tuple(items), title, describe(trial.base), page.background)
    blocks = sum(bool(block.layers) for block in trial.outline.blocks)
    entries = len(find_used_groups(trial.base))
    return Composition(scene.enlarged(page.zoom), trial.base, 1, 0, entries, blocks)
