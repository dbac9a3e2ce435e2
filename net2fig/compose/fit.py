"""A figure is for a page: take the first level of detail that fits, else break into rows.

Ensures: the figure is never scaled; what gives way is the size of the glyphs, then the detail, then
the single row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from net2fig.compose.diagram import Diagram, Style, diagram
from net2fig.compose.frames import framed
from net2fig.compose.looks import wardrobe
from net2fig.compose.page import MARGIN, Page, page
from net2fig.compose.samples import samples_of
from net2fig.grammar import Grammar
from net2fig.layout import Plan, arrange, spread, wrap
from net2fig.options import Options
from net2fig.outline import Outline
from net2fig.template import Template

EASE = (1.0, 0.8, 0.62)
"""How far the widths of glyphs shrink, step by step, before detail gives way."""
TIGHT = (0.46, 0.36)
"""How far they shrink before a row is broken."""
HALF = 0.5
"""A level that fits gives way to the next where that says the same with half as much."""
TALL = (1.0, 0.85, 0.72, 0.62, 0.54, 0.46)
"""How far the heights may shrink so that the figure stays flat."""

Describe = Callable[[Outline], str]


def fitted(
    outlines: Iterable[Outline],
    grammar: Grammar,
    template: Template,
    options: Options,
    title: str,
    describe: Describe,
) -> Page:
    """Return the page of the first outline that fits in one row, else of the one in fewest rows.

    Every level is tried at ease before any is tried tightly: fewer and wider glyphs read better
    than a crowd. For the same reason four equal blocks are not drawn layer by layer though there
    is room: a level that fits is passed over where the next needs half the glyphs, legend included.
    """
    template = template.reduced()
    width = template.width - 2 * MARGIN
    tries: list[tuple[int, Tried]] = []
    drafts: list[tuple[Outline, Style]] = []

    def tried_in_one_row(outline: Outline, style: Style, wides: Iterable[float]) -> bool:
        """Try the widths in turn; tell whether the last one tried takes a single row."""
        for wide in wides:
            tried = _planned(outline, replace(style, wide=wide))
            tries.append((len(wrap(tried[2], width)), tried))
            if tries[-1][0] == 1:
                return True
        return False

    settled: Tried | None = None
    for bare in outlines:
        outline = framed(bare, template, options)
        if settled and _size(outline) > HALF * _size(settled[0]):
            break
        dressed = wardrobe(outline, grammar, template, options)
        samples = samples_of(outline, options.sample)
        style = Style(template, options, dressed, samples=samples)
        drafts.append((outline, style))
        if _least_width(outline, template) <= width:
            drafts[-1] = (outline, _flat(outline, style))
            if tried_in_one_row(*drafts[-1], EASE):
                settled = tries[-1][1]
    if settled:
        return _finished(settled, width, title, describe)
    for outline, style in drafts:
        if _least_width(outline, template) <= width and tried_in_one_row(outline, style, TIGHT):
            return _finished(tries[-1][1], width, title, describe)
    if not tries:
        outline, style = drafts[-1]
        tried_in_one_row(outline, _flat(outline, style), EASE[-1:])
    _, best = min(tries, key=lambda entry: entry[0])
    return _finished(best, width, title, describe)


Tried = tuple[Outline, Diagram, Plan, Style]


def _least_width(outline: Outline, template: Template) -> float:
    """Return a bound from below: the longest path in the narrowest glyphs and gaps."""
    depth: dict[str, int] = {}
    for block in outline.blocks:
        depth[block.id] = 1 + max(
            (depth[link.source] for link in outline.into(block.id)), default=0
        )
    return max(depth.values(), default=0) * (template.gap.least + 4.0)


def _size(outline: Outline) -> int:
    """Return how many glyphs a reader has to look at, in the figure and in its legend."""
    return len(outline.blocks) + sum(len(group.body.blocks) for group in outline.groups)


def _flat(outline: Outline, style: Style) -> Style:
    """Return the style with heights low enough for the template's shape of figure."""
    limit = style.template.width * style.template.aspect
    for tall in TALL:
        style = replace(style, tall=tall)
        if _height(_planned(outline, style)[2]) <= limit:
            break
    return style


def _planned(outline: Outline, style: Style) -> Tried:
    made = diagram(outline, style)
    return outline, made, arrange(made.nodes, made.edges, style.spacing()), style


def _height(plan: Plan) -> float:
    """Return the height of a plan in one row."""
    items = [item for column in plan.columns for item in column]
    return max(i.bottom for i in items) - min(i.top for i in items) if items else 0.0


def _finished(tried: Tried, width: float, title: str, describe: Describe) -> Page:
    outline, made, plan, style = tried
    done = page(outline, made, spread(plan, width), style, title, describe(outline))
    return replace(done, scene=done.scene.enlarged(style.template.zoom))
