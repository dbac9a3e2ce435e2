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
from net2fig.grammar import Grammar
from net2fig.layout import Plan, arrange, spread, wrap
from net2fig.options import Options
from net2fig.outline import Outline
from net2fig.template import Template

MANY = 99
"""More rows than any figure should have: not worth trying."""
WIDE = (1.0, 0.8, 0.62, 0.46, 0.36)
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
    """Return the page of the first outline that fits in one row, else of the one in fewest rows."""
    width = template.width - 2 * MARGIN
    wrapped: list[tuple[int, Outline, Style]] = []
    for bare in outlines:
        outline = framed(bare, template, options)
        style = Style(template, options, wardrobe(outline, grammar, template, options))
        if _least_width(outline, template) > width:
            wrapped.append((MANY, outline, style))
            continue
        style = _flat(outline, style)
        for wide in WIDE:
            tried = _planned(outline, replace(style, wide=wide))
            rows = len(wrap(tried[1], width))
            if rows == 1:
                return _finished(outline, tried, width, title, describe)
            wrapped.append((rows, outline, tried[2]))
    fewest = min(rows for rows, _, _ in wrapped)
    _, outline, style = next(entry for entry in wrapped if entry[0] == fewest)
    tried = _planned(outline, style if fewest < MANY else _flat(outline, style))
    return _finished(outline, tried, width, title, describe)


Tried = tuple[Diagram, Plan, Style]


def _least_width(outline: Outline, template: Template) -> float:
    """Return a bound from below: the longest path in the narrowest glyphs and gaps."""
    depth: dict[str, int] = {}
    for block in outline.blocks:
        depth[block.id] = 1 + max(
            (depth[link.source] for link in outline.into(block.id)), default=0
        )
    return max(depth.values(), default=0) * (template.gap.least + 4.0)


def _flat(outline: Outline, style: Style) -> Style:
    """Return the style with heights low enough for the template's shape of figure."""
    limit = style.template.width * style.template.aspect
    for tall in TALL:
        style = replace(style, tall=tall)
        if _height(_planned(outline, style)[1]) <= limit:
            break
    return style


def _planned(outline: Outline, style: Style) -> Tried:
    made = diagram(outline, style)
    return made, arrange(made.nodes, made.edges, style.spacing()), style


def _height(plan: Plan) -> float:
    """Return the height of a plan in one row."""
    items = [item for column in plan.columns for item in column]
    return max(i.bottom for i in items) - min(i.top for i in items) if items else 0.0


def _finished(outline: Outline, tried: Tried, width: float, title: str, describe: Describe) -> Page:
    made, plan, style = tried
    return page(outline, made, spread(plan, width), style, title, describe(outline))
