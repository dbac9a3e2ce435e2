"""A composition with the annotations of its author, and a notice for each that has no place.

Requires: a finished composition.
Ensures: what was drawn keeps its size; it moves as far apart as annotations need.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from math import ceil
from string import ascii_lowercase

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.annotations.canvas import Canvas, Thing, measure_item, read_canvas
from net2fig.compose.annotations.ink import draw_mark
from net2fig.compose.annotations.marks import Mark
from net2fig.compose.annotations.names import FindMatches, Names, Occurrence
from net2fig.compose.annotations.panels import PanelOf, cut_panels, plan_panels
from net2fig.compose.annotations.planner import GAP, Planner
from net2fig.compose.annotations.stages import list_stages
from net2fig.compose.annotations.stretch import Cut, Stretch
from net2fig.compose.composition import MARGIN, Composition
from net2fig.compose.draw import LATTICE
from net2fig.data.grammar import load_palette
from net2fig.errors import Notice, suggestion
from net2fig.geometry import Box, Point, Size
from net2fig.network import Network
from net2fig.options.page import Page
from net2fig.options.table import Options
from net2fig.options.types import ABOVE, ArrowRule, BracketRule, NoteRule
from net2fig.scene import Group, Item, Text, transformed
from net2fig.toml import Place

TITLE_GAP = 6.0
"""Between the title of a figure and what is beneath it."""
PASSES = 5
"""How often annotations are planned at most: with more room they may go other ways."""
TITLE_SIZE = 1.15
"""The size of a title, in sizes of labels."""


class Rules(Struct, frozen=True):
    """The annotations whose things are drawn, and notices about the others."""

    panels: tuple[PanelOf, ...]
    brackets: tuple[tuple[BracketRule, Occurrence], ...]
    notes: tuple[tuple[NoteRule, Thing], ...]
    arrows: tuple[tuple[ArrowRule, Thing | None, Thing | None], ...]
    notices: tuple[Notice, ...]


def annotate(
    composition: Composition,
    network: Network,
    page: Page,
    options: Options,
    find_matches: FindMatches,
) -> Composition:
    """Return a composition with annotations."""
    scene, outline = composition.scene.enlarged(1 / page.zoom), composition.outline
    items = scene.items

    def read(items: Sequence[Item]) -> tuple[Planner, Rules]:
        network_group = next(i for i in items if isinstance(i, Group) and "network" in i.classes)
        canvas = read_canvas(network_group, composition.row_of)
        planner = Planner(canvas, Names(canvas, network, outline, find_matches), page)
        return planner, _find_rules(planner, options)

    planner, rules = read(items)
    items = _stretch(items, planner.canvas, cut_panels(rules.panels, planner))
    room: dict[tuple[int, int], float] = {}
    for _ in range(PASSES):
        planner, rules = read(items)
        marks = _plan(planner, rules)
        cuts = _cut_bands(planner, room)
        if not cuts:
            break
        items = _stretch(items, planner.canvas, cuts)
    notices = (*rules.notices, *_find_crowded(planner))
    palette = load_palette(page.palette)
    drawn = [draw_mark(mark, planner.canvas.turned, page, palette) for mark in marks]
    under = tuple(each for each in drawn if "panel" in each.classes)
    over = tuple(each for each in drawn if "panel" not in each.classes)
    moved = _arrange(scene.items, items, under, over)
    if options.labels.title:
        moved = _add_title(moved, scene.title, page, palette.ink["text"])
    box = reduce(Box.union, map(measure_item, moved))
    dx, dy = _on_lattice(MARGIN - box.x), _on_lattice(MARGIN - box.y)
    at_home = tuple(transformed(each, dx=dx, dy=dy) for each in moved)
    size = Size(box.right + dx + MARGIN, box.bottom + dy + MARGIN)
    alt = scene.description + _describe(marks)
    drawn_scene = replace(scene, size=size, items=at_home, description=alt)
    return replace(
        composition,
        scene=drawn_scene.enlarged(page.zoom),
        outline=replace(outline, notices=(*outline.notices, *notices)),
    )


def _describe(marks: Sequence[Mark]) -> str:
    """Return a sentence with the words that an author added."""
    words = dict.fromkeys(" ".join(label.lines) for mark in marks for label in mark.labels)
    return f" Added: {', '.join(f'“{each}”' for each in words)}." if words else ""


def _find_crowded(planner: Planner) -> Iterator[Notice]:
    """Yield a notice for each annotation that has no place without covering something."""
    for place in dict.fromkeys(planner.crowded):
        sort = place.path.split("[")[0]
        text = f"{place} is left out: it would cover other things (another `side` may be free)"
        yield Notice("crowded-annotation", text, (sort, str(place)), place)


def _stretch(items: Sequence[Item], canvas: Canvas, cuts: Sequence[Cut]) -> tuple[Item, ...]:
    """Return items with room in the network; the legend is moved afterwards."""
    stretch = Stretch(canvas, cuts)
    rest = [each for each in items if not _is_legend(each)]
    return (*stretch.stretch(rest), *(each for each in items if _is_legend(each)))


def _is_legend(item: Item) -> bool:
    return isinstance(item, Group) and "legend" in item.classes


def _cut_bands(planner: Planner, room: dict[tuple[int, int], float]) -> list[Cut]:
    """Return what the annotations above and below each row need beside the `room` that they have.

    That is the room after the cuts.
    """
    cuts = []
    for row, box in enumerate(planner.canvas.rows):
        for side, at in ((-1, box.y - 0.02), (1, box.bottom + 0.02)):
            depth = planner.bands.depth((row, side))
            lacking = depth + 2 * GAP - room.get((row, side), 0.0) if depth else 0.0
            if lacking > 0:
                cuts.append(Cut(at, lacking, is_across=True))
                room[row, side] = depth + 2 * GAP
    return cuts


def _plan(planner: Planner, rules: Rules) -> list[Mark]:
    """Return all marks: those nearest to the rows are planned first."""
    marks: list[Mark | None] = [*plan_panels(rules.panels, planner)]
    lanes, opened = [], []
    for rule, start, end in rules.arrows:
        if start is None or end is None:
            opened.append((rule, start or end))
        elif ends := planner.find_ends(rule, start, end):
            lanes.append((rule, start, end, ends))
    marks += [planner.plan_note(rule, thing) for rule, thing in rules.notes]
    marks += [planner.plan_open_arrow(rule, thing) for rule, thing in opened if thing]
    marks += [planner.plan_arrow(*lane) for lane in lanes]
    return [each for each in marks if each] + planner.plan_brackets(rules.brackets)


# What stands beside the network


def _arrange(
    before: Sequence[Item],
    items: Sequence[Item],
    under: tuple[Item, ...],
    over: tuple[Item, ...],
) -> list[Item]:
    """Return the network with its annotations, and the legend beside it as it was before."""
    old = reduce(Box.union, [measure_item(each) for each in before if not _is_legend(each)])
    own = [each for each in items if not _is_legend(each)]
    if under:
        own.insert(0, Group(under, classes=("annotations", "under")))
    if over:
        own.append(Group(over, classes=("annotations",)))
    new = reduce(Box.union, map(measure_item, own))
    drop = _on_lattice(new.bottom - old.bottom)
    legends = [each for each in items if isinstance(each, Group) and _is_legend(each)]
    moved: list[Item] = []
    below: list[Item] = []
    for legend in legends:
        for each in legend.items:
            box = measure_item(each)
            if box.y >= old.bottom - 0.5:
                below.append(transformed(each, dy=drop))
            elif box.x >= old.right - 0.5:
                moved.append(transformed(each, dx=_on_lattice(new.right - old.right), dy=drop))
            else:
                moved.append(each)
    if below:
        shift = _centre(new, reduce(Box.union, map(measure_item, below)), bool(moved))
        own = [transformed(each, dx=shift) for each in own]
    if moved or below:
        own.append(Group((*moved, *below), classes=("legend",)))
    return own


def _on_lattice(distance: float) -> float:
    """Return a distance by which lines stay in the middle of pixels."""
    return LATTICE * ceil(distance / LATTICE)


def _centre(network: Box, legend: Box, has_beside: bool) -> float:
    """Return how far the network moves to stand over the middle of a wider legend."""
    if has_beside:
        return 0.0
    room = legend.width - network.width
    return _on_lattice(legend.x - network.x + max(room, 0.0) / 2)


def _add_title(items: Sequence[Item], title: str, page: Page, ink: str) -> list[Item]:
    """Return items beneath the title of the figure."""
    box = reduce(Box.union, map(measure_item, items))
    size = TITLE_SIZE * page.size
    at = Point(box.centre.x, box.y - TITLE_GAP)
    classes = ("label", "title")
    text = Text(at, title, size, ink, "middle", bold=True, family=page.family, classes=classes)
    return [text, *items]


# The things of the rules


def _find_rules(planner: Planner, options: Options) -> Rules:
    """Return the annotations with their things."""
    finder = _Finder(planner)
    panels: list[PanelOf] = []
    for number, panel in enumerate(options.panels):
        has_letter = options.labels.letters and not planner.names.outline.parts
        letter = f"({ascii_lowercase[number % 26]}) " if has_letter else ""
        title = (letter + panel.title).strip()
        spans = finder.span("panel", panel.over, panel.place)
        panels += [(panel, title, things) for things in spans]
    brackets = [
        (each, things)
        for each in options.brackets
        for things in finder.span("bracket", each.over, each.place)
    ]
    if options.labels.stage != "none":
        stages = list_stages(planner.canvas, planner.names.network, options.labels.stage)
        if not stages:
            text = "labels.stage names nothing in this figure: a stage has a name or a stride"
            finder.notices[Place("", "labels.stage")] = Notice("idle-option", text)
        brackets += [(BracketRule(name, (), ABOVE), things) for name, things in stages]
    notes = [(each, finder.thing("note", each.at, each.place)) for each in options.notes]
    arrows = []
    for arrow in options.arrows:
        names = {"start": arrow.start, "end": arrow.end}
        ends = {
            key: finder.thing("arrow", name, arrow.place) if name is not None else None
            for key, name in names.items()
        }
        if all(ends[key] or name is None for key, name in names.items()):
            arrows.append((arrow, ends["start"], ends["end"]))
    return Rules(
        tuple(panels),
        tuple(brackets),
        tuple((rule, thing) for rule, thing in notes if thing),
        tuple(arrows),
        tuple(finder.notices.values()),
    )


class _Finder:
    """Finds the things of annotations, with a notice for each name that stands for nothing."""

    def __init__(self, planner: Planner) -> None:
        self.planner, self.names = planner, planner.names
        self.notices: dict[Place, Notice] = {}

    def span(self, sort: str, over: tuple[str, ...], place: Place) -> list[Occurrence]:
        spans, missing = self.names.span(over)
        if missing:
            self._report(sort, missing, place)
        return spans

    def thing(self, sort: str, name: str, place: Place) -> Thing | None:
        ends = self.names.find_line(name)
        if ends is not None:
            spot = self.planner.make_spot(*(each[0] if each else () for each in ends))
            if spot is None:
                self._report(sort, name, place)
            return spot
        occurrences = self.names.find(name)
        if not occurrences:
            self._report(sort, name, place)
            return None
        return occurrences[0][0] if len(occurrences[0]) == 1 else _join(occurrences[0])

    def _report(self, sort: str, name: str, place: Place) -> None:
        hint = suggestion(name, self.names.list_all())
        text = f"{sort} at {name!r} is for nothing that is drawn"
        text += f" ({hint})" if hint else ""
        self.notices.setdefault(place, Notice("idle-annotation", text, (sort, name), place))


def _join(things: Occurrence) -> Thing:
    """Return several things as one."""
    body = reduce(Box.union, (each.body for each in things))
    full = reduce(Box.union, (each.full for each in things))
    middle = min(things, key=lambda each: abs(each.body.centre.x - body.centre.x))
    return replace(middle, body=body, full=full, corners=())
