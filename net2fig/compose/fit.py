"""A figure is for a page: take the first level of detail that fits, else break into rows.

Ensures: the figure is never scaled; what gives way is the size of the glyphs, then the detail, then
the single row. It is no higher than the template wants where any of that can help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.composition import MARGIN, Composition, composed
from net2fig.compose.diagram import Diagram, Style, diagram
from net2fig.compose.placeholders import framed
from net2fig.compose.samples import samples_of
from net2fig.compose.style.style_book import wardrobe
from net2fig.data.grammar import Grammar
from net2fig.graphs import longest_paths
from net2fig.layout import Plan, arrange, fits_in_one_row, spread, wrap
from net2fig.options.page import Page
from net2fig.options.types import Options
from net2fig.outline import Outline

EASE = (1.0, 0.8, 0.62)
"""How far the widths of glyphs shrink, step by step, before detail gives way."""
TIGHT = (0.46, 0.36)
"""How far they shrink before a row is broken."""
HALF = 0.5
"""A level that fits gives way to the next where that says the same with half as much."""
TALL = (1.0, 0.85, 0.72, 0.62, 0.54, 0.46)
"""How far the heights may shrink so that the figure stays flat."""
NARROWEST = 4.0
"""No glyph is narrower."""

Describe = Callable[[Outline], str]
Subject = TypeVar("Subject")


class Draft(Struct, Generic[Subject], frozen=True):
    """What may be drawn, in no size yet.

    `glyphs` is how many of them a reader has to look at, `height` is how high the plan in one row
    is wanted at most. Of trials that take as many rows, one with a lesser `rank` comes first.
    """

    subject: Subject
    outline: Outline
    style: Style
    glyphs: int
    height: float
    rank: int = 0

    def least_width(self) -> float:
        """Return a bound from below: the longest path in the narrowest glyphs and gaps."""
        outline = self.outline
        sources = {b.id: [link.source for link in outline.into(b.id)] for b in outline.blocks}
        longest = max(longest_paths(sources).values(), default=0)
        return longest * (self.style.page.gap.least + NARROWEST)


class Trial(Struct, Generic[Subject], frozen=True):
    """A draft in one size, planned but not yet spread over the page."""

    draft: Draft[Subject]
    style: Style
    diagram: Diagram
    plan: Plan


Planner = Callable[[Subject, Style], tuple[Diagram, Plan]]
"""Sizes and plans a subject in a style."""


def fitted(
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
    page = page.reduced()
    width = page.width - 2 * MARGIN
    lowest: Composition | None = None
    drafts = _drafts(outlines, grammar, page, options)
    for trial in by_preference(drafts, width, _planned):
        made = _finished(trial, width, title, describe)
        if made.scene.size.height <= page.height * page.zoom:
            return made
        if lowest is None or made.scene.size.height < lowest.scene.size.height:
            lowest = made
    assert lowest is not None, "there is a level at least"
    return lowest


def _drafts(
    outlines: Iterable[Outline], grammar: Grammar, page: Page, options: Options
) -> Iterator[Draft[Outline]]:
    """Yield each outline with its placeholders and what it is drawn with."""
    for bare in outlines:
        outline = framed(bare, page, options)
        dressed = wardrobe(outline, grammar, page, options)
        style = Style(page, options, dressed, samples=samples_of(outline, options.sample))
        glyphs = len(outline.blocks) + sum(len(group.body.blocks) for group in outline.groups)
        yield Draft(outline, outline, style, glyphs, page.width * page.aspect)


def by_preference(
    drafts: Iterable[Draft[Subject]], width: float, planned: Planner[Subject]
) -> Iterator[Trial[Subject]]:
    """Yield what may be drawn, best first; a level is made only when it is asked for.

    Four equal blocks are not drawn layer by layer though there is room: a level that fits in one
    row is passed over where the next needs half the glyphs, legend included.
    """
    trials: list[Trial[Subject]] = []
    kept: list[Draft[Subject]] = []

    def in_one_row(draft: Draft[Subject], wides: Iterable[float]) -> Trial[Subject] | None:
        """Try the widths in turn; return the first that takes a single row."""
        for wide in wides:
            style = replace(draft.style, wide=wide)
            trial = Trial(draft, style, *planned(draft.subject, style))
            trials.append(trial)
            if fits_in_one_row(trial.plan, width):
                return trial
        return None

    settled: Trial[Subject] | None = None
    for draft in drafts:
        if settled and draft.glyphs > HALF * settled.draft.glyphs:
            yield settled
            settled = None
        kept.append(draft)
        if draft.least_width() <= width:
            kept[-1] = _flat(draft, planned)
            settled = in_one_row(kept[-1], EASE) or settled
    if settled:
        yield settled
    for draft in kept:
        if draft.least_width() <= width:
            trial = in_one_row(draft, TIGHT)
            if trial:
                yield trial
    if not trials:
        in_one_row(_flat(kept[-1], planned), EASE[-1:])
    yield from sorted(trials, key=lambda trial: (len(wrap(trial.plan, width)), trial.draft.rank))


def _flat(draft: Draft[Subject], planned: Planner[Subject]) -> Draft[Subject]:
    """Return the draft with heights low enough for the template's shape of figure."""
    for tall in TALL:
        draft = replace(draft, style=replace(draft.style, tall=tall))
        if _height(planned(draft.subject, draft.style)[1]) <= draft.height:
            break
    return draft


def _planned(outline: Outline, style: Style) -> tuple[Diagram, Plan]:
    made = diagram(outline, style)
    return made, arrange(made.nodes, made.edges, style.spacing())


def _height(plan: Plan) -> float:
    """Return the height of a plan in one row."""
    items = [item for column in plan.columns for item in column]
    return max(i.bottom for i in items) - min(i.top for i in items) if items else 0.0


def _finished(trial: Trial[Outline], width: float, title: str, describe: Describe) -> Composition:
    outline, style = trial.draft.outline, trial.style
    placement = spread(trial.plan, width)
    done = composed(outline, trial.diagram, placement, style, title, describe(outline))
    return replace(done, scene=done.scene.enlarged(style.page.zoom))
