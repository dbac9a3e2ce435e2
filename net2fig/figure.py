"""The pipeline: from a source to a figure, one line per stage."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose import (
    Composition,
    add_notices,
    describe_parts,
    fit_to_page,
    has_annotations,
    make_group_styles,
)
from net2fig.data.grammar import Grammar, load_grammar
from net2fig.data.styles import load_volumes
from net2fig.errors import ModelError, Notice, issue_warnings
from net2fig.gc_tuning import rare_collection
from net2fig.group import Outlines
from net2fig.network import Network, count_part_params
from net2fig.options.arguments import FigureArguments
from net2fig.options.formats import find_format
from net2fig.options.option import FIGURE
from net2fig.options.page import Page, resolve_page
from net2fig.options.resolve import load_options
from net2fig.options.signature import takes_options
from net2fig.options.table import Options
from net2fig.options.types import LEVELS
from net2fig.outline import Outline
from net2fig.pattern import parse
from net2fig.read import dump, fill_open_axes, read
from net2fig.render import FORMATS, render
from net2fig.render.files import write_all
from net2fig.scene import Scene, Text

if TYPE_CHECKING:
    from net2fig.html import Redraw

SHARED = "shared-layer"
"""The code of the warning that layers share their weights, which a mark tells."""

REFITS = 5
"""How often a figure is fitted anew to leave the room that annotations need."""


@takes_options(FIGURE, FigureArguments)
def draw(
    source: Any,
    *,
    example: Any = None,
    config: str | os.PathLike[str] | None = None,
    **options: Unpack[FigureArguments],
) -> Figure:
    """Return the figure of a model, a path or a `Network`.

    Options have the names and the values of the grouping file; they win over the file. `example` is
    what a module of PyTorch is called with: a tensor, a tuple of arguments, or a dictionary.
    """
    figure = draw_source(source, load_options(source, config, options), example)
    issue_warnings(figure.warnings)
    return figure


def draw_source(source: Any, options: Options, example: Any = None) -> Figure:
    """Return the figure of a model that is read now, with options that are resolved."""
    start = time.perf_counter()
    network = read(source, example=example, **options.reading)
    return draw_network(network, options, time.perf_counter() - start)


@rare_collection()
def draw_network(
    network: Network,
    options: Options,
    read_seconds: float = 0.0,
    opened: tuple[str, ...] = (),
    outlines: Outlines | None = None,
) -> Figure:
    """Return the figure of a network that was read before, in so many seconds.

    `opened` names, by a layer in each, groups that are drawn open, outer before inner. `outlines`
    are those of the network that are kept from an earlier figure.
    """
    start = time.perf_counter() - read_seconds
    if options.excerpts:
        from net2fig.excerpts import take_excerpts

        network, outlines = take_excerpts(network, options.excerpts), None
        options = replace(options, parts=(), start=None, until=None)
    left_out = ""
    if options.hide and len(network.outputs) > 1:
        from net2fig.excerpts import drop_hidden_outputs

        whole = network
        network, options, left_out = drop_hidden_outputs(network, options)
        outlines = outlines if network is whole else None
    if not network.layers:
        message = f"missing layers: {network.source or network.name} has none to draw"
        raise ModelError(message)
    if has_annotations(options):
        # Annotations move glyphs apart after the legend is made.
        side = options.legend_side if options.legend_side == "right" else "below"
        options = replace(options, callouts=None, legend_side=side)
    grammar = load_grammar()
    page = resolve_page(options)
    outlines = outlines or make_outlines(network)
    title = options.title or network.name

    def make_drafts(levels: Iterable[str]) -> Iterator[Outline]:
        chosen = levels if options.detail == "auto" else (options.detail,)
        for level in chosen:
            outline = outlines.at(level, options, opened)
            yield replace(outline, notes=(*outline.notes, left_out)) if left_out else outline

    def describe_outline(composition: Outline) -> str:
        return describe_parts(network, composition, grammar, options.styles)

    def fit(page: Page) -> Composition:
        return _fit(network, grammar, page, options, make_drafts, title, describe_outline)

    composition = fit(page)
    if has_annotations(options):
        composition = _annotate(composition, network, page, options, fit, outlines)
    if options.opened:
        from net2fig.cells.opened import add_cells

        composition = add_cells(composition, network, page, options.opened)
    if options.pins or options.tint:
        from net2fig.marking import load_marks, mark_scene

        marks = load_marks(options.pins, options.tint, network)
        scene = mark_scene(composition.scene, network, page, marks)
        composition = replace(composition, scene=scene)
    composition = add_notices(composition, network, page, options)
    if options.dpi:
        composition = replace(composition, scene=replace(composition.scene, dpi=options.dpi))
    seconds = {"read": read_seconds, "total": time.perf_counter() - start}
    report = _make_report(network, composition, page, seconds)
    return Figure(composition.scene, composition.outline, network, report, page, options, outlines)


Fit = Callable[[Page], Composition]


def _fit(
    network: Network,
    grammar: Grammar,
    page: Page,
    options: Options,
    make_drafts: Callable[[Iterable[str]], Iterator[Outline]],
    title: str,
    describe_outline: Callable[[Outline], str],
) -> Composition:
    """Return the composition for a page: boxes where they are asked for, or fit.

    What volumes are not for is drawn as if nobody had asked for them.
    """
    if options.glyphs == "boxes" or (
        options.glyphs == "auto" and _is_made_of_attention(network, grammar)
    ):
        from net2fig.compose.boxes import LEVELS as BOX_LEVELS
        from net2fig.compose.boxes import fit_boxes

        drafts = make_drafts(BOX_LEVELS)
        composition = fit_boxes(drafts, grammar, page, options, title, describe_outline)
        if composition is not None:
            return composition
    drafts = make_drafts(LEVELS[1:])
    if options.glyphs != "volumes":
        return fit_to_page(drafts, grammar, page, options, title, describe_outline)
    from net2fig.compose.volumes import select_outlines

    chosen, reason = select_outlines(drafts, grammar, load_volumes())
    if chosen:
        return fit_to_page(chosen, grammar, page, options, title, describe_outline)
    plain = replace(options, glyphs="auto")
    composition = _fit(network, grammar, page, plain, make_drafts, title, describe_outline)
    notice = Notice("no-volumes", f"not drawn as volumes: {reason}")
    outline = composition.outline
    outline = replace(outline, notices=(*outline.notices, notice))
    return replace(composition, outline=outline)


def _annotate(
    composition: Composition,
    network: Network,
    page: Page,
    options: Options,
    fit: Fit,
    outlines: Outlines,
) -> Composition:
    """Return a composition with annotations, on a narrower page where they need its width."""
    from net2fig.compose.annotations.assembly import annotate

    def find_matches(pattern: str) -> list[tuple[str, ...]]:
        return outlines.find_matches(parse(pattern), composition.outline.level, options)

    annotated = annotate(composition, network, page, options, find_matches)
    narrow = page
    for _ in range(REFITS):
        excess = annotated.scene.size.width - page.width
        if excess <= 0:
            break
        narrow = replace(narrow, width=narrow.width - excess - 1.0)
        if narrow.width < page.width / 2:
            break
        annotated = annotate(fit(narrow), network, page, options, find_matches)
    return annotated


def _is_made_of_attention(network: Network, grammar: Grammar) -> bool:
    """Tell whether a network has more attentions than convolutions."""
    counts = Counter(grammar.entry(layer.op).kind for layer in network.layers)
    return counts["attention"] > counts["conv"]


def make_outlines(network: Network) -> Outlines:
    """Return the outlines of a network; each is made on its first use."""
    return Outlines(fill_open_axes(network), load_grammar())


class Figure(Struct, frozen=True):
    """A finished figure: its scene, what it was drawn from, and what was done."""

    scene: Scene
    outline: Outline
    network: Network
    report: dict[str, Any]
    page: Page
    options: Options
    outlines: Outlines

    def __repr__(self) -> str:
        """Return the name, the number of glyphs and the size."""
        size = f"{self.report['width_pt']} × {self.report['height_pt']} pt"
        return f"<Figure of {self.network.name!r}: {self.report['drawn']} glyphs, {size}>"

    @property
    def alt(self) -> str:
        """The figure described in sentences."""
        return self.scene.description

    @property
    def warnings(self) -> tuple[Notice, ...]:
        """The warnings of the network and of the outline, but for what the figure marks."""
        return tuple(list_warnings(self.network, self.outline))

    @rare_collection()
    def to_bytes(self, format: str, **details: Any) -> bytes:
        """Return the figure in a format; as json the network that it shows."""
        if format == "json":
            return dump(self.network).encode()
        if format == "html":
            return self._page()
        return render(self.scene, format, **details)

    def save(self, *paths: str | Path, **details: Any) -> None:
        """Write the figure to files, all or none; the suffix of each says the format."""
        write_all([(p, self.to_bytes(find_format(p, list_formats()), **details)) for p in paths])

    def _page(self) -> bytes:
        """Return the figure as a page of its own, in which groups can be opened."""
        from net2fig.html import render_html

        options, redraw = prepare_redraw(self)
        return render_html((self.scene, self.outline), redraw, self.network, self.page, options)

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        from net2fig.render.bundle import make_bundle

        return make_bundle(self.to_bytes, self.scene.size, include, exclude)

    def _repr_svg_(self) -> str:
        return self.to_bytes("svg").decode()


def prepare_redraw(figure: Figure) -> tuple[Options, Redraw]:
    """Return the options of a figure with groups open, and what draws it so."""
    options = replace(figure.options, detail=figure.outline.level)
    # Where a group is open, the others keep their colours.
    styles = make_group_styles(figure.outline, load_grammar(), figure.page, options)
    options = replace(options, styles={**options.styles, **styles})

    def redraw(path: tuple[str, ...]) -> tuple[Scene, Outline]:
        opened = draw_network(figure.network, options, opened=path, outlines=figure.outlines)
        return opened.scene, opened.outline

    return options, redraw


def list_warnings(network: Network, outline: Outline) -> Iterator[Notice]:
    """Yield the warnings of a figure; that weights are shared is none where a mark tells it."""
    is_marked = any(block.shared for block in outline.blocks)
    for notice in (*network.notices, *outline.notices):
        if not (is_marked and notice.code == SHARED):
            yield notice


def list_formats() -> tuple[str, ...]:
    """Return the formats that a figure can be saved in."""
    return (*FORMATS, "html", "json")


def _make_report(
    network: Network, composition: Composition, page: Page, seconds: dict[str, float]
) -> dict[str, Any]:
    """Return the report for scripts and tests."""
    sizes = [item.size for item, _ in composition.scene.walk() if isinstance(item, Text)]
    outline = composition.outline
    return {
        "source": network.source,
        "reader": network.reader,
        "layers": len(network.layers),
        "params": network.params,
        "parts": [
            {
                "name": part.name,
                "layers": len(part.layers),
                "params": count_part_params(network, part),
            }
            for part in network.parts
        ],
        "drawn": composition.drawn,
        "legend": composition.entries,
        "rows": composition.rows,
        "hidden": outline.hidden,
        "groups": [
            {"name": group.name, "count": group.occurrences, "layers": group.layers}
            for group in outline.groups
        ],
        "detail": outline.level,
        "template": page.id,
        "width_pt": round(composition.scene.size.width, 2),
        "height_pt": round(composition.scene.size.height, 2),
        "min_text_pt": min(sizes, default=None),
        "crossings": composition.crossings,
        "warnings": [
            {"code": notice.code, "text": notice.text} for notice in list_warnings(network, outline)
        ],
        "seconds": {name: round(value, 4) for name, value in seconds.items()},
    }
