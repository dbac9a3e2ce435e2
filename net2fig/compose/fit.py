"""A figure is for a page: take the first level of detail that fits, else break into rows.

Ensures: the figure is never scaled; what gives way is the size of the glyphs, then the detail, then
the single row. It is no higher than the template wants where any of that can help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from net2fig.compose.composition import MARGIN, Composition, compose
from net2fig.compose.diagram import Diagram, Style, diagram
from net2fig.compose.placeholders import framed
from net2fig.compose.samples import samples_of
from net2fig.compose.style.style_book import wardrobe
from net2fig.data.grammar import Grammar
from net2fig.graphs import longest_paths
from net2fig.layout import Plan, arrange, in_one_row, spread, wrap
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
Draft = tuple[Outline, Style]
Tried = tuple[Outline, Diagram, Plan, Style]


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
    for tried in _by_preference(_drafts(outlines, grammar, page, options), width):
        made = _finished(tried, width, title, describe)
        if made.scene.size.height <= page.height * page.zoom:
            return made
        if lowest is None or made.scene.size.height < lowest.scene.size.height:
            lowest = made
    assert lowest is not None, "there is a level at least"
    return lowest


def _drafts(
    outlines: Iterable[Outline], grammar: Grammar, page: Page, options: Options
) -> Iterator[Draft]:
    """Yield each outline with its placeholders and what it is drawn with."""
    for bare in outlines:
        outline = framed(bare, page, options)
        dressed = wardrobe(outline, grammar, page, options)
        samples = samples_of(outline, options.sample)
        yield outline, Style(page, options, dressed, samples=samples)


def _by_preference(drafts: Iterable[Draft], width: float) -> Iterator[Tried]:
    """Yield what may be drawn, best first; a level is made only when it is asked for.

    Four equal blocks are not drawn layer by layer though there is room: a level that fits in one
    row is passed over where the next needs half the glyphs, legend included.
    """
    tries: list[Tried] = []
    kept: list[Draft] = []

    def tried_in_one_row(outline: Outline, style: Style, wides: Iterable[float]) -> Tried | None:
        """Try the widths in turn; return the first that takes a single row."""
        for wide in wides:
            tried = _planned(outline, replace(style, wide=wide))
            tries.append(tried)
            if in_one_row(tried[2], width):
                return tried
        return None

    settled: Tried | None = None
    for outline, style in drafts:
        if settled and _size(outline) > HALF * _size(settled[0]):
            yield settled
            settled = None
        kept.append((outline, style))
        if least_width(outline, style.page) <= width:
            kept[-1] = (outline, _flat(outline, style))
            settled = tried_in_one_row(*kept[-1], EASE) or settled
    if settled:
        yield settled
    for outline, style in kept:
        if least_width(outline, style.page) <= width:
            tried = tried_in_one_row(outline, style, TIGHT)
            if tried:
                yield tried
    if not tries:
        outline, style = kept[-1]
        tried_in_one_row(outline, _flat(outline, style), EASE[-1:])
    yield from sorted(tries, key=lambda tried: len(wrap(tried[2], width)))


def least_width(outline: Outline, page: Page) -> float:
    """Return a bound from below: the longest path in the narrowest glyphs and gaps."""
    sources = {b.id: [link.source for link in outline.into(b.id)] for b in outline.blocks}
    return max(longest_paths(sources).values(), default=0) * (page.gap.least + NARROWEST)


def _size(outline: Outline) -> int:
    """Return how many glyphs a reader has to look at, in the figure and in its legend."""
    return len(outline.blocks) + sum(len(group.body.blocks) for group in outline.groups)


def _flat(outline: Outline, style: Style) -> Style:
    """Return the style with heights low enough for the template's shape of figure."""
    limit = style.page.width * style.page.aspect
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


def _finished(tried: Tried, width: float, title: str, describe: Describe) -> Composition:
    outline, made, plan, style = tried
    done = compose(outline, made, spread(plan, width), style, title, describe(outline))
    return replace(done, scene=done.scene.enlarged(style.page.zoom))
