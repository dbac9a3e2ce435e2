"""A figure is for a page: take the first level of detail that fits, else break into rows.

Ensures: the figure is never scaled; what gives way is the size of the glyphs, then the detail, then
the single row. It is no higher than the template wants where any of that can help.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import tee
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.composition import MARGIN, Composition, compose
from net2fig.compose.diagram import Diagram, DrawContext, make_diagram
from net2fig.compose.panels import split_diagram, stack_placements
from net2fig.compose.placeholders import add_frames
from net2fig.compose.samples import load_samples
from net2fig.compose.style.style_book import make_style_book
from net2fig.data.grammar import Grammar
from net2fig.graphs import longest_paths
from net2fig.layout import (
    Placement,
    Plan,
    arrange,
    find_broken,
    fits_in_one_row,
    is_clear,
    plan_levels,
    spread,
    spread_levels,
    wrap,
)
from net2fig.options.page import Page
from net2fig.options.table import Options
from net2fig.outline import Outline

EASE = (1.0, 0.8, 0.62)
"""How far the widths of glyphs shrink, step by step, before detail gives way."""
TIGHT = (0.46, 0.36)
"""How far they shrink before a row is broken."""
HALF = 0.5
"""A level that fits gives way to the next where that says the same with half as much."""
COVERED = 0.6
"""It gives way to one that says the same with less, where groups hold so much of the network."""
TALL = (1.0, 0.85, 0.72, 0.62, 0.54, 0.46)
"""How far the heights may shrink so that the figure stays flat."""
HIGHER = 1.25
"""How much higher than in rows a figure with a row for each resolution may be: it reads better."""
TAG_ROUNDS = 4
"""How often rows are broken anew with tags in place of lines."""
LEVEL_HEIGHT = 0.6
"""How far the heights shrink where each resolution has a row of its own."""
EFFORT = 10_000
"""How many glyphs, lines and places that lines pass are planned for one level, in all its trials,
and then for the pages that are made of them.

The applications of Keras take less than a thousand.
"""
FREE = 500
"""An outline with at most so many glyphs and lines is always planned."""
NARROWEST = 4.0
"""No glyph is narrower."""

Describe = Callable[[Outline], str]
Subject = TypeVar("Subject")


class Draft(Struct, Generic[Subject], frozen=True):
    """What may be drawn, in no size yet.

    `glyphs` is how many of them a reader has to look at, `height` is how high the plan in one row
    is wanted at most. Of trials that take as many rows, one with a lesser `rank` comes first.
    `covered` is the share of the layers that are in groups.
    """

    subject: Subject
    outline: Outline
    context: DrawContext
    glyphs: int
    height: float
    rank: int = 0
    covered: float = 0.0

    def least_width(self) -> float:
        """Return a bound from below: the longest path in the narrowest glyphs and gaps."""
        outline = self.outline
        sources = {b.id: [link.source for link in outline.into(b.id)] for b in outline.blocks}
        longest = max(longest_paths(sources).values(), default=0)
        return longest * (self.context.page.gap.least + NARROWEST)


class Trial(Struct, Generic[Subject], frozen=True):
    """A draft in one size, planned but not yet spread over the page: a plan for each panel."""

    draft: Draft[Subject]
    context: DrawContext
    diagram: Diagram
    plans: tuple[Plan, ...]

    def fits(self, width: float) -> bool:
        """Tell whether every panel takes a single row."""
        return all(fits_in_one_row(plan, width) for plan in self.plans)

    def count_rows(self, width: float) -> int:
        """Return the number of rows of all panels."""
        return sum(len(wrap(plan, width)) for plan in self.plans)


class Effort:
    """How much may still be planned: counted, so that it is the same on every machine."""

    def __init__(self) -> None:
        self.left = EFFORT

    def spend(self, plans: Sequence[Plan]) -> None:
        """Count what plans have placed; places that lines pass cost time where lines cross."""
        for plan in plans:
            strands = plan.strands
            slots = sum(map(len, strands.columns)) if strands.crossings else len(plan.nodes)
            self.left -= slots + len(plan.edges)

    def allows(self, outline: Outline) -> bool:
        """Tell whether an outline may be planned once more."""
        return self.left > 0 or len(outline.blocks) + len(outline.links) <= FREE


Planner = Callable[[Subject, DrawContext], tuple[Diagram, tuple[Plan, ...]]]
"""Sizes and plans a subject in a style."""


def fit_to_page(
    outlines: Iterable[Outline],
    grammar: Grammar,
    page: Page,
    options: Options,
    title: str,
    describe: Describe,
) -> Composition:
    """Return the first page that is no higher than the template wants, else the lowest of all.

    Every level is tried at ease before any is tried tightly: fewer and wider glyphs read better
    than a crowd; then come rows, the fewest first.
    """
    page = page.undo_zoom()
    width = page.width - 2 * MARGIN
    lowest: Composition | None = None
    effort = Effort()
    drafts = _make_drafts(outlines, grammar, page, options)
    for composition in _compose_trials(drafts, width, options.layout, title, describe, effort):
        if lowest is None or composition.scene.size.height < lowest.scene.size.height:
            lowest = composition
        fits = composition.scene.size.height <= page.height * page.zoom
        if fits or not effort.allows(composition.outline):
            break
    assert lowest is not None, "there is a level at least"
    return replace(lowest, is_bounded=not effort.allows(lowest.outline))


def _compose_trials(
    drafts: Iterator[Draft[Outline]],
    width: float,
    layout: str,
    title: str,
    describe: Describe,
    effort: Effort,
) -> Iterator[Composition]:
    """Yield what may be drawn, best first: in one row, with a row for each resolution, in rows."""
    drafts, again = tee(drafts)

    def compose_levels() -> Iterator[Composition]:
        for trial, placement in _try_levels(again, width):
            yield _compose_trial(trial, placement, title, describe)

    levels = compose_levels() if layout != "rows" else iter(())
    if layout == "levels":
        yield from levels
    for trial in try_drafts(drafts, width, _make_plans):
        effort.spend(trial.plans)
        if trial.fits(width) or trial.draft.outline.parts:
            yield _compose_trial(trial, _spread(trial, width), title, describe)
            continue
        rows, placement, saved = _tag_broken(trial, width, effort)
        composition = _compose_trial(rows, placement, title, describe)
        # Lines are compared with lines: letters in their place make any figure lower.
        for other in levels:
            if other.scene.size.height <= HIGHER * (composition.scene.size.height + saved):
                yield other
        yield composition


def _tag_broken(
    trial: Trial[Outline], width: float, effort: Effort
) -> tuple[Trial[Outline], Placement, float]:
    """Return the trial with tags in place of the lines that rows break, if that makes it lower.

    Other lines may be broken then, since rows end elsewhere. With it comes its placement, and the
    height that the tags save.
    """
    outline, lines = trial.draft.outline, trial
    placement = _spread(lines, width)
    tagged: set[int] = set()
    for _ in range(TAG_ROUNDS):
        broken = find_broken(trial.plans[0], width)
        more = {n for n, link in enumerate(outline.links) if (link.source, link.target) in broken}
        if more <= tagged or (tagged and not effort.allows(outline)):
            break
        tagged |= more
        diagram, plans = _make_plans(outline, trial.context, tagged)
        effort.spend(plans)
        trial = replace(trial, diagram=diagram, plans=plans)
    if tagged:
        lower = _spread(trial, width)
        saved = placement.size.height - lower.size.height
        if saved > 0:
            return trial, lower, saved
    return lines, placement, 0.0


def _try_levels(
    drafts: Iterator[Draft[Outline]], width: float
) -> Iterator[tuple[Trial[Outline], Placement]]:
    """Yield the draft that is drawn best as a U, with a row for each resolution, if there is one.

    It gives way to the next that fits as well by the same rule as in one row. No line may touch
    what it does not end at, or cross more often than elsewhere.
    """
    best: tuple[Trial[Outline], Placement] | None = None
    for draft in drafts:
        if draft.outline.parts:
            break
        if best and not _says_more_with_less(draft, best[0].draft):
            break
        for wide in (*EASE, *TIGHT):
            context = replace(draft.context, tall=LEVEL_HEIGHT, wide=wide)
            diagram = make_diagram(draft.subject, context)
            levels = plan_levels(diagram.nodes, diagram.edges, context.spacing())
            if levels is None:
                break
            if not levels.fits(width):
                continue
            placement = spread_levels(levels, width)
            plans = _arrange(draft.outline, diagram, context)
            crosses = placement.crossings > plans[0].strands.crossings
            if not crosses and is_clear(levels, placement):
                best = Trial(draft, context, diagram, plans), placement
            break
    if best:
        yield best


def _make_drafts(
    outlines: Iterable[Outline], grammar: Grammar, page: Page, options: Options
) -> Iterator[Draft[Outline]]:
    """Yield each outline with its placeholders and what it is drawn with."""
    for plain in outlines:
        outline = add_frames(plain, page, options)
        book = make_style_book(outline, grammar, page, options)
        context = DrawContext(page, options, book, samples=load_samples(outline, options.sample))
        glyphs = len(outline.blocks) + sum(len(group.body.blocks) for group in outline.groups)
        height = page.width * page.aspect * max(len(outline.parts), 1)
        yield Draft(outline, outline, context, glyphs, height, covered=_measure_cover(outline))


def _measure_cover(outline: Outline) -> float:
    """Return the share of the layers that are in groups which occur more than once."""
    often = {group.name for group in outline.groups if group.occurrences > 1}
    layers = [(len(block.layers), block.type in often) for block in outline.blocks]
    return sum(n for n, in_group in layers if in_group) / max(sum(n for n, _ in layers), 1)


def try_drafts(
    drafts: Iterable[Draft[Subject]],
    width: float,
    make_plan: Planner[Subject],
) -> Iterator[Trial[Subject]]:
    """Yield what may be drawn, best first; a level is made only when it is asked for.

    Four equal blocks are not drawn layer by layer though there is room: a level that fits in one
    row is passed over where the next needs half the glyphs, legend included.
    """
    efforts: dict[int, Effort] = {}
    trials: list[Trial[Subject]] = []
    tried_drafts: list[Draft[Subject]] = []

    def effort_of(draft: Draft[Subject]) -> Effort:
        """Return what is left for the level of a draft."""
        return efforts.setdefault(id(draft.outline), Effort())

    def try_one_row(draft: Draft[Subject], wides: Iterable[float]) -> Trial[Subject] | None:
        """Try the widths in turn; return the first that takes a single row."""
        for wide in wides:
            effort = effort_of(draft)
            if trials and not effort.allows(draft.outline):
                return None
            context = replace(draft.context, wide=wide)
            trial = Trial(draft, context, *make_plan(draft.subject, context))
            trials.append(trial)
            effort.spend(trial.plans)
            if trial.fits(width):
                return trial
        return None

    accepted: Trial[Subject] | None = None
    for draft in drafts:
        if accepted and not _says_more_with_less(draft, accepted.draft):
            yield accepted
            accepted = None
        tried_drafts.append(draft)
        if draft.least_width() <= width:
            tried_drafts[-1] = _flatten(draft, make_plan, effort_of(draft))
            accepted = try_one_row(tried_drafts[-1], EASE) or accepted
    if accepted:
        yield accepted
    for draft in tried_drafts:
        if draft.least_width() <= width:
            trial = try_one_row(draft, TIGHT)
            if trial:
                yield trial
    if not trials:
        try_one_row(_flatten(tried_drafts[-1], make_plan, Effort()), EASE[-1:])
    # Where not all was tried, what has the fewest glyphs comes first.
    is_bounded = any(not effort_of(draft).allows(draft.outline) for draft in tried_drafts)
    yield from sorted(
        trials,
        key=lambda trial: (
            trial.draft.glyphs if is_bounded else 0,
            trial.count_rows(width),
            trial.draft.rank,
        ),
    )


def _says_more_with_less(draft: Draft[Subject], before: Draft[Subject]) -> bool:
    """Tell whether a level is better than the one before it, which fits."""
    most = before.glyphs * (1.0 if draft.covered >= COVERED else HALF)
    return draft.glyphs < most if draft.covered >= COVERED else draft.glyphs <= most


def _flatten(draft: Draft[Subject], make_plan: Planner[Subject], effort: Effort) -> Draft[Subject]:
    """Return the draft with heights low enough for the template's shape of figure."""
    for tall in TALL:
        draft = replace(draft, context=replace(draft.context, tall=tall))
        if not effort.allows(draft.outline):
            break
        plans = make_plan(draft.subject, draft.context)[1]
        effort.spend(plans)
        height = sum(map(_measure_height, plans))
        if height <= draft.height:
            break
        if height * TALL[-1] / tall > draft.height:
            # No height shrinks by more than its glyphs: the least is too high as well.
            return replace(draft, context=replace(draft.context, tall=TALL[-1]))
    return draft


def _make_plans(
    outline: Outline, context: DrawContext, tagged: Collection[int] = ()
) -> tuple[Diagram, tuple[Plan, ...]]:
    diagram = make_diagram(outline, context, tagged)
    return diagram, _arrange(outline, diagram, context)


def _arrange(outline: Outline, diagram: Diagram, context: DrawContext) -> tuple[Plan, ...]:
    parts = split_diagram(outline, diagram)
    return tuple(arrange(nodes, edges, context.spacing()) for nodes, edges in parts)


def _spread(trial: Trial[Outline], width: float) -> Placement:
    """Return where everything stands, the panels one above the other."""
    placements = [spread(plan, width) for plan in trial.plans]
    return stack_placements(trial.draft.outline, trial.diagram, placements, trial.context)


def _measure_height(plan: Plan) -> float:
    """Return the height of a plan in one row."""
    items = [item for column in plan.columns for item in column]
    return max(i.bottom for i in items) - min(i.top for i in items) if items else 0.0


def _compose_trial(
    trial: Trial[Outline], placement: Placement, title: str, describe: Describe
) -> Composition:
    outline, context = trial.draft.outline, trial.context
    composition = compose(outline, trial.diagram, placement, context, title, describe(outline))
    return replace(composition, scene=composition.scene.enlarged(context.page.zoom))
