"""A figure is for a page: take the first level of detail that fits, else break into rows.

Ensures: the figure is never scaled; what gives way is the size of the glyphs, then the detail, then
the single row. It is no higher than the template wants where any of that can help.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import tee

from msgspec.structs import replace

from net2fig.compose.composition import MARGIN, Composition, compose
from net2fig.compose.dashes import add_alike, join_states
from net2fig.compose.diagram import Diagram, DrawContext, make_diagram
from net2fig.compose.legend.place import measure_room
from net2fig.compose.panels import split_diagram, stack_placements
from net2fig.compose.placeholders import add_frames
from net2fig.compose.samples import load_samples
from net2fig.compose.style.style_book import make_style_book
from net2fig.compose.trials import (
    EASE,
    TIGHT,
    Draft,
    Effort,
    Trial,
    says_more_with_less,
    try_drafts,
)
from net2fig.data.grammar import Grammar
from net2fig.data.styles import load_volumes
from net2fig.layout import (
    Edge,
    Node,
    Placement,
    Plan,
    Spacing,
    arrange,
    arrange_tiers,
    breaks_at_crossings,
    find_broken,
    is_clear,
    plan_levels,
    spread,
    spread_levels,
)
from net2fig.options.page import Page
from net2fig.options.table import Options
from net2fig.outline import Outline

HIGHER = 1.25
"""How much higher than in rows a figure with a row for each resolution may be: it reads better."""
MORE = 2
"""How many times as often lines may cross where each resolution has a line of its own."""
TAG_ROUNDS = 4
"""How often rows are broken anew with tags in place of lines."""
LEVEL_HEIGHT = 0.6
"""How far the heights shrink where each resolution has a row of its own."""
LEVEL_TRIALS = [
    (wide, apart) for wides in (EASE, TIGHT) for apart in (False, True) for wide in wides
]
"""How wide glyphs are there, and whether the first and the last ones have a row of their own."""
CLOSE = 0.75
"""How far the room between columns may shrink where each resolution has a line or a row."""

Describe = Callable[[Outline], str]


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
    if page.legend:
        width -= measure_room(options.legend_side, width, page.legend_gap)
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
    for trial in try_drafts(drafts, width, _make_plans):
        if layout == "levels" and not trial.is_tiered:
            yield from levels
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

    Where lines would change places between two rows, they are tags in any case.
    Other lines may be broken then, since rows end elsewhere. With it comes its placement, and the
    height that the tags save.
    """
    outline, lines = trial.draft.outline, trial
    placement = _spread(lines, width)
    tagged: set[int] = set()
    for _ in range(TAG_ROUNDS):
        broken = find_broken(trial.plans[0], width)
        more = {n for n, link in enumerate(outline.links) if (link.source, link.target) in broken}
        more = add_alike(more, outline, trial.context.style_book.grammar)
        if more <= tagged or (tagged and not effort.allows(outline)):
            break
        tagged |= more
        diagram, plans = _make_plans(outline, trial.context, tagged)
        effort.spend(plans)
        trial = replace(trial, diagram=diagram, plans=plans)
    if tagged:
        lower = _spread(trial, width)
        saved = placement.size.height - lower.size.height
        if saved > 0 or breaks_at_crossings(lines.plans[0], width):
            return trial, lower, max(saved, 0.0)
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
        if best and not says_more_with_less(draft, best[0].draft):
            break
        for wide, apart in LEVEL_TRIALS:
            context = replace(draft.context, tall=LEVEL_HEIGHT, wide=wide, levels=True)
            diagram = make_sized(draft.subject, context)
            spacing = _close(context)
            levels = plan_levels(diagram.nodes, diagram.edges, spacing, apart=apart)
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
        outline = add_frames(join_states(plain), page, options)
        book = make_style_book(outline, grammar, page, options)
        context = DrawContext(page, options, book, samples=load_samples(outline, options.sample))
        if options.glyphs == "volumes":
            from net2fig.compose.volumes import shade_book

            volumes = load_volumes()
            context = replace(context, volumes=volumes, style_book=shade_book(book, volumes))
        glyphs = len(outline.blocks) + sum(len(group.body.blocks) for group in outline.groups)
        height = page.width * page.aspect * max(len(outline.parts), 1)
        yield Draft(outline, outline, context, glyphs, height, covered=_measure_cover(outline))


def _measure_cover(outline: Outline) -> float:
    """Return the share of the layers that are in groups which occur more than once."""
    often = {group.name for group in outline.groups if group.occurrences > 1}
    layers = [(len(block.layers), block.type in often) for block in outline.blocks]
    return sum(n for n, in_group in layers if in_group) / max(sum(n for n, _ in layers), 1)


def _make_plans(
    outline: Outline, context: DrawContext, tagged: Collection[int] = ()
) -> tuple[Diagram, tuple[Plan, ...]]:
    diagram = make_sized(outline, context, tagged)
    return diagram, _arrange(outline, diagram, context)


def make_sized(outline: Outline, context: DrawContext, tagged: Collection[int] = ()) -> Diagram:
    """Return the diagram of an outline in the style of a context."""
    if context.volumes is None:
        return make_diagram(outline, context, tagged)
    from net2fig.compose.volumes import make_volumes

    return make_volumes(outline, context, tagged)


def _arrange(outline: Outline, diagram: Diagram, context: DrawContext) -> tuple[Plan, ...]:
    parts = split_diagram(outline, diagram)
    return tuple(_arrange_part(nodes, edges, context) for nodes, edges in parts)


def _close(context: DrawContext) -> Spacing:
    """Return distances with less room between columns where glyphs are narrow."""
    spacing = context.spacing()
    least, greatest = spacing.gap
    return replace(spacing, gap=(CLOSE * least, greatest)) if context.wide in TIGHT else spacing


def _arrange_part(nodes: tuple[Node, ...], edges: tuple[Edge, ...], context: DrawContext) -> Plan:
    """Return the plan of a part, with a line for each resolution where that is wanted and clear."""
    plain = arrange(nodes, edges, context.spacing())
    if context.tiers:
        tiers = arrange_tiers(nodes, edges, _close(context))
        if tiers and tiers.strands.crossings <= MORE * plain.strands.crossings:
            return tiers
    return plain


def _spread(trial: Trial[Outline], width: float) -> Placement:
    """Return where everything stands, the panels one above the other."""
    placements = [spread(plan, width) for plan in trial.plans]
    return stack_placements(trial.draft.outline, trial.diagram, placements, trial.context)


def _compose_trial(
    trial: Trial[Outline], placement: Placement, title: str, describe: Describe
) -> Composition:
    outline, context = trial.draft.outline, trial.context
    composition = compose(outline, trial.diagram, placement, context, title, describe(outline))
    return replace(composition, scene=composition.scene.enlarged(context.page.zoom))
