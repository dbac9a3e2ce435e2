"""The two figures one above the other, with differences marked, in words, and explained.

    First model
    ─▭─▭──────▭─        corresponding blocks are above each other
    Second model
    ─▭─▭─[+]▭─▭─        a sign, a tint and a border for a block without a counterpart
    + Dropout after …   in words
    ▭ Convolution …     one legend

Ensures: nothing is scaled or moved afterwards; room for the signs is part of the layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.comparison.caption import (
    DISC,
    draw_caption,
    draw_sign,
    list_number_texts,
    measure_disc,
    resolve_mark,
)
from net2fig.comparison.differences import CHANGED
from net2fig.comparison.joint import SIDES
from net2fig.comparison.lift import BlockDifferences
from net2fig.comparison.phrases import Sentence
from net2fig.compose.composition import MARGIN as PAGE_MARGIN
from net2fig.compose.composition import Composition, place_legend
from net2fig.compose.diagram import Diagram, DrawContext, make_diagram
from net2fig.compose.draw import draw_diagram, make_shape
from net2fig.compose.legend import draw_legend
from net2fig.compose.panels import (
    TITLE,
    find_tops,
    make_title,
    measure_between,
    measure_title,
)
from net2fig.compose.style.style_book import make_style_book
from net2fig.compose.trials import Draft, Trial, try_drafts
from net2fig.data.grammar import Grammar
from net2fig.geometry import Box, Point, Size
from net2fig.layout import Edge, Node, Placement, Plan, spread
from net2fig.layout.stacked import closed, stack_graphs
from net2fig.options.page import Page
from net2fig.options.table import Options
from net2fig.outline import Outline
from net2fig.scene import Group, Item, Path, Scene, rounded

TINT_REACH = 0.9
"""How far a tint reaches beyond its block."""
MARGIN = PAGE_MARGIN + 1.6
"""Around everything, for tints reach further than blocks."""
MOST = 0.6
"""Where a greater share of the blocks differs, what differs in its settings has no mark."""
MAX_SENTENCES = 16
"""The maximum number of sentences in the figure; its description has all."""
LIFT = 2.0
"""Between a block and its sign."""
BORDER = 0.6


class OutlinePair(Struct, frozen=True):
    """Two outlines as one, with the blocks that belong together and the marks, by joint ids.

    `homes` holds the block of each layer of either network.
    """

    outline: Outline
    blocks: tuple[tuple[str, str], ...]
    marks: Mapping[str, str]
    names: tuple[str, str]
    homes: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {})


class ComparisonPicture(Struct, frozen=True):
    """The finished scene of a comparison."""

    scene: Scene
    pair: OutlinePair
    rows: int
    crossings: int

    def composition(self) -> Composition:
        """Return the picture as a composition, for its notices."""
        outline = self.pair.outline
        return Composition(self.scene, outline, self.rows, self.crossings, 0, len(outline.blocks))


def mark_blocks(
    outline: Outline, block_differences: BlockDifferences, names: tuple[str, str]
) -> OutlinePair:
    """Return the pairs and marks of blocks under the ids of the joint outline."""
    blocks = tuple((SIDES[0] + one, SIDES[1] + two) for one, two in block_differences.pairs)
    sides = zip(SIDES, (block_differences.first, block_differences.second), strict=True)
    marks = {side + id: mark for side, each in sides for id, mark in each.items()}
    if len(marks) > MOST * len(outline.blocks):
        # Where nearly all differs, only what is added or gone is marked: blocks, or some of a run.
        unlike = {
            id
            for pair in blocks
            if len({(outline[id].type, outline[id].count) for id in pair}) > 1
            for id in pair
        }
        marks = {id: mark for id, mark in marks.items() if mark != CHANGED or id in unlike}
    one, two = (
        {layer: side + id for layer, id in home.items()}
        for side, home in zip(SIDES, block_differences.homes, strict=True)
    )
    return OutlinePair(outline, blocks, marks, names, (one, two))


def draw_comparison(
    pairs: Iterable[OutlinePair],
    grammar: Grammar,
    page: Page,
    options: Options,
    title: str,
    sentences: Sequence[Sentence],
) -> ComparisonPicture:
    """Return the figure of the first level that fits in one row, else of fewest rows and glyphs.

    Every level is tried with usual gaps before any is tried with least gaps; a level that fits
    gives way to the next if that needs half the glyphs.
    """
    page = page.undo_zoom()
    width = page.width - 2 * MARGIN
    drafts = _make_drafts(pairs, grammar, page, options)
    return _compose_trial(next(try_drafts(drafts, width, _make_plans)), width, title, sentences)


def _make_drafts(
    pairs: Iterable[OutlinePair], grammar: Grammar, page: Page, options: Options
) -> Iterator[Draft[OutlinePair]]:
    """Yield each pair with its draft; the two are one above the other."""
    for pair in pairs:
        context = DrawContext(page, options, make_style_book(pair.outline, grammar, page, options))
        count = len(pair.outline.blocks)
        # Of as many rows, the fewest glyphs: groups are found to be drawn.
        yield Draft(pair, pair.outline, context, count, 2 * page.width * page.aspect, rank=count)


def _make_plans(pair: OutlinePair, context: DrawContext) -> tuple[Diagram, tuple[Plan]]:
    """Return a pair with its plan; marked blocks have room for their sign."""
    drawing = make_diagram(pair.outline, context)
    nodes = tuple(
        replace(node, above=node.above + LIFT + DISC) if node.id in pair.marks else node
        for node in drawing.nodes
    )
    first, second = (_select_side(nodes, drawing.edges, side) for side in SIDES)
    spacing = context.spacing()
    spacing = replace(spacing, label=spacing.label + 2 * TINT_REACH, lane=spacing.lane + TINT_REACH)
    plan = stack_graphs(first, second, pair.blocks, spacing, measure_between(context))
    return replace(drawing, nodes=nodes), (plan,)


def _select_side(
    nodes: tuple[Node, ...], edges: tuple[Edge, ...], side: str
) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    return (
        tuple(node for node in nodes if node.id.startswith(side)),
        tuple(edge for edge in edges if edge.source.startswith(side)),
    )


# The page


def _compose_trial(
    trial: Trial[OutlinePair], width: float, title: str, sentences: Sequence[Sentence]
) -> ComparisonPicture:
    """Return the page: names and figures, words, legend."""
    pair, context, page = trial.draft.subject, trial.context, trial.context.page
    nodes, edges = _select_side(trial.plans[0].nodes, trial.plans[0].edges, SIDES[0])
    counts = len(nodes), len(edges)
    placement = closed(
        spread(trial.plans[0], width), trial.plans[0], counts, measure_between(context)
    )
    top = MARGIN + measure_title(context)
    network_items = draw_diagram(trial.diagram, placement, context, MARGIN, top)
    sentences_shown, numbers = _number_sentences(_shorten(sentences), pair)
    tints, signs = _draw_marks(trial, placement, top, numbers)
    items: list[Item] = [
        Group((*tints, *network_items, *signs), classes=("network",)),
        *_draw_titles(trial, placement, top),
    ]
    y = top + placement.size.height + page.legend_gap
    drawn_caption = draw_caption(
        sentences_shown,
        pair.marks.values(),
        pair.names,
        context,
        width,
    )
    items.append(drawn_caption.at(MARGIN, y))
    y += drawn_caption.size.height
    reach = max(placement.size.width, drawn_caption.size.width)
    if page.legend:
        drawn_legend = draw_legend(pair.outline, context, width, trial.diagram)
        y += page.legend_gap
        items.append(place_legend(drawn_legend, MARGIN, y))
        y += drawn_legend.size.height
        reach = max(reach, drawn_legend.size.width)
    size = Size(reach + 2 * MARGIN, y + MARGIN)
    text = f"{title}: {'; '.join(map(str, sentences))}."
    scene = Scene(size, tuple(items), title, text, page.background)
    return ComparisonPicture(scene.enlarged(page.zoom), pair, placement.rows, placement.crossings)


def _number_sentences(
    sentences: Sequence[Sentence], pair: OutlinePair
) -> tuple[list[Sentence], dict[str, list[int]]]:
    """Return the sentences with numbers, and the numbers of the marked blocks that they are about.

    A sentence about no marked block has none.
    """
    numbered: list[Sentence] = []
    numbers: dict[str, list[int]] = {}
    count = 0
    for sentence in sentences:
        sides = zip(pair.homes, sentence.layers, strict=True)
        blocks = {home[id] for home, layers in sides for id in layers if id in home}
        marked = [id for id in pair.marks if id in blocks]
        count += bool(marked)
        numbered.append(replace(sentence, number=count if marked else 0))
        for id in marked:
            numbers.setdefault(id, []).append(count)
    return numbered, numbers


def _shorten(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Return as many sentences as a figure bears: the first, and those of the sums."""
    with_marks = [each for each in sentences if each.mark]
    if len(with_marks) <= MAX_SENTENCES:
        return list(sentences)
    more = Sentence(f"and {len(with_marks) - MAX_SENTENCES + 1} other differences", CHANGED)
    return [*with_marks[: MAX_SENTENCES - 1], more, *(each for each in sentences if not each.mark)]


def _draw_titles(trial: Trial[OutlinePair], placement: Placement, top: float) -> Iterator[Item]:
    """Yield the names of the two models above their figures, on every row."""
    context, plan = trial.context, trial.plans[0]
    sides = {node.id: node.id[: len(SIDES[0])] for node in plan.nodes}
    tops = find_tops(plan.nodes, plan.edges, placement, sides.__getitem__, context.page.label_gap)
    names = dict(zip(SIDES, trial.draft.subject.names, strict=True))
    for (side, row), y in sorted(tops.items()):
        at = Point(MARGIN, top + y - TITLE)
        name = f"{names[side]} (continued)" if (side, row - 1) in tops else names[side]
        yield make_title(at, name, context)


def _draw_marks(
    trial: Trial[OutlinePair],
    placement: Placement,
    top: float,
    numbers: Mapping[str, Sequence[int]],
) -> tuple[list[Item], list[Item]]:
    """Return the tints behind the marked blocks, and the signs or the numbers above them."""
    tints: list[Item] = []
    signs: list[Item] = []
    above = {node.id: node.above for node in trial.diagram.nodes}
    for id, name in trial.draft.subject.marks.items():
        shape = make_shape(placement.nodes[id], MARGIN, top)
        border = trial.diagram.glyphs[id].look.border / 2
        box = Box(shape.x, shape.top, shape.width, shape.bottom - shape.top)
        ground = box.grown(TINT_REACH + border)
        look = resolve_mark(name, trial.context)
        tint = rounded(ground, 1.6)
        path = Path(tint, look.tint, look.ink, BORDER, look.dash, classes=("tint",))
        data = (("block", id),)
        tints.append(Group((path,), classes=("mark", name), data=data))
        y = box.y - above[id]
        middle = Point(box.centre.x, y + DISC / 2)
        texts = list_number_texts(numbers.get(id, ()))
        fitting = [text for text in texts if measure_disc(text, trial.context) <= ground.width]
        text = next(iter(fitting or texts[-1:]), "")
        signs.append(draw_sign(look, middle, name, trial.context, text))
    return tints, signs
