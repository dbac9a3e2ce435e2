"""A figure is for a page: take the first level of detail that fits, else break into rows.

Ensures: the figure is never scaled; what gives way is the size of the glyphs, then the detail, then
the single row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from net2fig.compose.diagram import Diagram, Style, diagram
from net2fig.compose.looks import wardrobe
from net2fig.compose.page import MARGIN, Page, page
from net2fig.grammar import Grammar
from net2fig.layout import Plan, arrange, spread, wrap
from net2fig.options import Options
from net2fig.outline import Outline
from net2fig.template import Template

WIDE = (1.0, 0.8, 0.62, 0.46)
"""How far the widths of glyphs may shrink, step by step, before detail gives way."""
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
    """Return the page of the first outline that fits in one row; else of the last, in rows."""
    width = template.width - 2 * MARGIN
    last: tuple[Outline, Style] | None = None
    for outline in outlines:
        style = Style(template, options, wardrobe(outline, grammar, template, options))
        last = (outline, style)
        if _least_width(outline, template) > width:
            continue
        for wide in WIDE:
            tried = _try(outline, replace(style, wide=wide))
            if len(wrap(tried[1], width)) == 1:
                return _finished(outline, tried, width, title, describe)
    assert last is not None, "there is always an outline"
    tried = _try(last[0], replace(last[1], wide=WIDE[1]))
    return _finished(last[0], tried, width, title, describe)


Tried = tuple[Diagram, Plan, Style]


def _least_width(outline: Outline, template: Template) -> float:
    """Return a bound from below: the longest path in the narrowest glyphs and gaps."""
    depth: dict[str, int] = {}
    for block in outline.blocks:
        depth[block.id] = 1 + max((depth[link.source] for link in outline.into(block.id)), default=0)
    return max(depth.values(), default=0) * (template.gap.least + 4.0)


def _try(outline: Outline, style: Style) -> Tried:
    """Return diagram and plan with heights low enough for the template's shape of figure."""
    limit = style.template.width * style.template.aspect
    tried = None
    for tall in TALL:
        tried = _planned(outline, replace(style, tall=tall))
        if _height(tried[1]) <= limit:
            break
    assert tried is not None
    return tried


def _planned(outline: Outline, style: Style) -> Tried:
    made = diagram(outline, style)
    return made, arrange(made.nodes, made.edges, style.spacing()), style


def _height(plan: Plan) -> float:
    """Return the height of a plan in one row."""
    items = [item for column in plan.columns for item in column]
    return max(i.bottom for i in items) - min(i.top for i in items) if items else 0.0


def _finished(
    outline: Outline, tried: Tried, width: float, title: str, describe: Describe
) -> Page:
    made, plan, style = tried
    return page(outline, made, spread(plan, width), style, title, describe(outline))
