"""Try what may be drawn, best first: every level of detail at ease, then tightly, then in rows.

Requires: drafts, from the most detailed to the least.
Ensures: a level is made only when it is asked for; what is tried is bounded, by counting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.diagram import Diagram, DrawContext
from net2fig.graphs import longest_paths
from net2fig.layout import Plan, breaks_easily, fits_in_one_row, wrap
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
EFFORT = 10_000
"""How many glyphs, lines and places that lines pass are planned for one level, in all its trials,
and then for the pages that are made of them.

The applications of Keras take less than a thousand.
"""
FREE = 500
"""An outline with at most so many glyphs and lines is always planned."""
NARROWEST = 4.0
"""No glyph is narrower."""

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

    @property
    def is_tiered(self) -> bool:
        """Tell whether each resolution has a line of its own."""
        return any(plan.tiered for plan in self.plans)

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


def try_drafts(
    drafts: Iterable[Draft[Subject]], width: float, make_plan: Planner[Subject]
) -> Iterator[Trial[Subject]]:
    """Yield what may be drawn, best first; a level is made only when it is asked for.

    Four equal blocks are not drawn layer by layer though there is room: a level that fits in one
    row is passed over where the next needs half the glyphs, legend included.
    """
    yield from _Search(width, make_plan).run(drafts)


class _Search(Generic[Subject]):
    """The drafts that were tried, and the trials that need more than one row."""

    def __init__(self, width: float, make_plan: Planner[Subject]) -> None:
        self.width, self.make_plan = width, make_plan
        self.efforts: dict[int, Effort] = {}
        self.drafts: list[Draft[Subject]] = []
        self.in_rows: list[Trial[Subject]] = []

    def run(self, drafts: Iterable[Draft[Subject]]) -> Iterator[Trial[Subject]]:
        """Yield the trials of all drafts."""
        accepted: Trial[Subject] | None = None
        for draft in drafts:
            if accepted and not says_more_with_less(draft, accepted.draft):
                yield accepted
                accepted = None
            self.drafts.append(draft)
            if draft.least_width() <= self.width:
                accepted = self._at_ease(draft) or accepted
        if accepted:
            yield accepted
        for draft in self.drafts:
            if draft.least_width() <= self.width:
                trial = self._in_tiers(draft, TIGHT) or self._in_one_row(draft, TIGHT)
                if trial:
                    yield trial
        if not self.in_rows:
            self._in_one_row(self._flatten(self.drafts[-1], Effort()), EASE[-1:])
        yield from self._sorted()

    def _effort(self, draft: Draft[Subject]) -> Effort:
        """Return what is left for the level of a draft."""
        return self.efforts.setdefault(id(draft.outline), Effort())

    def _allows(self, draft: Draft[Subject]) -> bool:
        return self._effort(draft).allows(draft.outline)

    def _at_ease(self, draft: Draft[Subject]) -> Trial[Subject] | None:
        """Return the first trial at ease; what is clearer with tiers may be tighter for it."""
        self.drafts[-1] = self._flatten(draft, self._effort(draft))
        trial = self._in_one_row(self.drafts[-1], EASE)
        return self._in_tiers(draft, (*EASE, *TIGHT) if trial else EASE) or trial

    def _in_one_row(self, draft: Draft[Subject], wides: Iterable[float]) -> Trial[Subject] | None:
        """Try the widths in turn; return the first that takes a single row."""
        for wide in wides:
            if self.in_rows and not self._allows(draft):
                return None
            trial = self._plan(draft, wide)
            if trial.fits(self.width):
                return trial
            self.in_rows.append(trial)
        return None

    def _in_tiers(self, draft: Draft[Subject], wides: Iterable[float]) -> Trial[Subject] | None:
        """Return the first width at which resolutions side by side have room in a single row."""
        is_flat = draft.context.options.layout == "rows" or draft.context.volumes is not None
        if is_flat or not self._allows(draft):
            return None
        context = replace(draft.context, tiers=True, tall=TALL[0])
        draft = replace(draft, context=context)
        if not any(plan.tiered for plan in self.make_plan(draft.subject, context)[1]):
            return None
        draft = self._flatten(draft, self._effort(draft))
        for wide in wides:
            trial = self._plan(draft, wide)
            if trial.fits(self.width):
                return trial
            if all(breaks_easily(plan, self.width) for plan in trial.plans):
                self.in_rows.append(trial)
        return None

    def _plan(self, draft: Draft[Subject], wide: float) -> Trial[Subject]:
        """Return a draft planned at a width of its glyphs."""
        context = replace(draft.context, wide=wide)
        trial = Trial(draft, context, *self.make_plan(draft.subject, context))
        self._effort(draft).spend(trial.plans)
        return trial

    def _sorted(self) -> list[Trial[Subject]]:
        """Return the trials that need rows, the fewest rows first.

        Where not all was tried, what has the fewest glyphs comes first.
        """
        is_bounded = not all(map(self._allows, self.drafts))
        return sorted(
            self.in_rows,
            key=lambda trial: (
                trial.draft.glyphs if is_bounded else 0,
                trial.count_rows(self.width) - trial.is_tiered,
                not trial.is_tiered,
                trial.draft.rank,
            ),
        )

    def _flatten(self, draft: Draft[Subject], effort: Effort) -> Draft[Subject]:
        """Return the draft with heights low enough for the template's shape of figure."""
        for tall in TALL:
            draft = replace(draft, context=replace(draft.context, tall=tall))
            if not effort.allows(draft.outline):
                break
            plans = self.make_plan(draft.subject, draft.context)[1]
            effort.spend(plans)
            height = sum(map(_measure_height, plans))
            if height <= draft.height:
                break
            if height * TALL[-1] / tall > draft.height:
                # No height shrinks by more than its glyphs: the least is too high as well.
                return replace(draft, context=replace(draft.context, tall=TALL[-1]))
        return draft


def says_more_with_less(draft: Draft[Subject], before: Draft[Subject]) -> bool:
    """Tell whether a level is better than the one before it, which fits."""
    most = before.glyphs * (1.0 if draft.covered >= COVERED else HALF)
    return draft.glyphs < most if draft.covered >= COVERED else draft.glyphs <= most


def _measure_height(plan: Plan) -> float:
    """Return the height of a plan in one row."""
    items = [item for column in plan.columns for item in column]
    return max(i.bottom for i in items) - min(i.top for i in items) if items else 0.0
