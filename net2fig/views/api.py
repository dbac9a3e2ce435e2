"""`net2fig.view`: views of models, and `net2fig.page`: some of them as one file."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from typing import Any, Unpack

from net2fig.chips import Chips, chip
from net2fig.comparison import Comparison, compare
from net2fig.errors import UsageError
from net2fig.figure import Figure, draw, make_outlines, prepare_redraw
from net2fig.fonts.metrics import printable
from net2fig.html import make_figure_section
from net2fig.html.section import Section, Shown
from net2fig.options.arguments import FigureArguments
from net2fig.options.chip_table import ChipArguments
from net2fig.options.option import CHIP, FIGURE
from net2fig.options.page import resolve_page
from net2fig.options.resolve import load_options
from net2fig.options.signature import takes_options
from net2fig.options.table import Options
from net2fig.read import read
from net2fig.render import render
from net2fig.scene import Scene
from net2fig.views.metrics import make_layer_chart, make_metrics_section, make_model_chart
from net2fig.views.sections import (
    list_chip_models,
    make_chips_section,
    make_comparison_section,
)
from net2fig.views.table import make_table_section
from net2fig.views.text import write_paragraphs
from net2fig.views.view import ROOM, Bundle, Content, View

Types = Collection[str] | None

BLOCKS = "blocks"
"""The level of detail whose groups tables name."""


class Views:
    """The views of models; each is in a room, and shares its selection with all views there.

    Views that name no room are in one room together. With `room=None` a view is on its own.
    """

    @takes_options(FIGURE, FigureArguments)
    def __call__(
        self,
        source: Any,
        *,
        room: str | None = ROOM,
        config: str | os.PathLike[str] | None = None,
        **options: Unpack[FigureArguments],
    ) -> View:
        """Return the figure of a model in which groups open and layers are selected.

        `source` is whatever `draw` takes, or a `Figure`; options are those of `draw`.
        """
        is_drawn = isinstance(source, Figure)
        figure = source if is_drawn else draw(source, config=config, **options)
        return View(make_figure_content(figure), room)

    @takes_options(FIGURE, FigureArguments)
    def table(
        self,
        source: Any,
        *,
        room: str | None = ROOM,
        config: str | os.PathLike[str] | None = None,
        **options: Unpack[FigureArguments],
    ) -> View:
        """Return the table of the layers of a model: sorted, filtered, in groups."""
        return View(make_table_content(_load_shown(source, config, options)), room)

    @takes_options(CHIP, ChipArguments)
    def chips(
        self,
        models: Any,
        *,
        room: str | None = ROOM,
        names: Sequence[str | None] = (),
        config: str | os.PathLike[str] | None = None,
        **options: Unpack[ChipArguments],
    ) -> View:
        """Return the chips of models: cells stand for layers, rows for models.

        `models` and the options are those of `chip`; it may be the result of `chip`.
        """
        is_drawn = isinstance(models, Chips)
        chips = models if is_drawn else chip(models, names=names, config=config, **options)
        return View(make_chips_content(chips), room)

    @takes_options(FIGURE, FigureArguments)
    def compare(
        self,
        first: Any,
        second: Any = None,
        *,
        room: str | None = ROOM,
        names: Sequence[str | None] = (),
        config: str | os.PathLike[str] | None = None,
        **options: Unpack[FigureArguments],
    ) -> View:
        """Return two models, aligned; blocks that correspond are selected together.

        The models and the options are those of `compare`; `first` may be the result of it.
        """
        if isinstance(first, Comparison):
            return View(make_comparison_content(first), room)
        result = compare(first, second, names=names, config=config, **options)
        return View(make_comparison_content(result), room)

    @takes_options(FIGURE, FigureArguments)
    def metrics(
        self,
        models: Any,
        *,
        metrics: str | os.PathLike[str] | Mapping[str, Sequence[Any]] | None = None,
        x: str | None = None,
        y: str | None = None,
        names: Sequence[str | None] = (),
        room: str | None = ROOM,
        config: str | os.PathLike[str] | None = None,
        **options: Unpack[FigureArguments],
    ) -> View:
        """Return a chart: the layers of a model, or one point for each of several models.

        `metrics` are lists by name in the order of the models, or a CSV file. `x` and `y` name a
        metric, or parameters, multiply–adds, depth or layers.
        """
        sources = list(models) if isinstance(models, list | tuple) else [models]
        if not sources:
            raise UsageError("missing argument: a model")
        shown = name_models([_load_shown(each, config, options) for each in sources], names)
        page_options = load_options(sources[0], config, options)
        return View(make_metrics_content(shown, metrics, x, y, page_options), room)

    def text(self, text: str, *, title: str = "") -> View:
        """Return paragraphs for a page, with empty lines between them."""
        return View(make_text_content(text, title), None)


view = Views()


def _load_shown(
    source: Any, config: str | os.PathLike[str] | None, options: FigureArguments
) -> Shown:
    """Return a network with the outline that says what its groups are."""
    if isinstance(source, Figure):
        return Shown(source.network, source.network.name, source.outline)
    return load_shown(source, load_options(source, config, options))


def load_shown(source: Any, options: Options) -> Shown:
    """Return the network of a source, with the outline that says what its groups are."""
    network = read(source, **options.reading)
    outline = make_outlines(network).at(BLOCKS, options)
    return Shown(network, options.title or network.name, outline)


def name_models(shown: Sequence[Shown], names: Sequence[str | None]) -> list[Shown]:
    """Return models under names that differ."""
    wanted = [*names, *[None] * len(shown)][: len(shown)]
    used: dict[str, int] = {}
    result = []
    for each, own in zip(shown, wanted, strict=True):
        name = own or each.name or "model"
        used[name] = used.get(name, 0) + 1
        number = f" ({used[name]})" if used[name] > 1 else ""
        result.append(Shown(each.network, f"{name}{number}", each.outline))
    return result


# The contents of views


def make_figure_content(figure: Figure) -> Content:
    """Return a figure as the content of a view."""
    shown = (Shown(figure.network, figure.network.name, figure.outline),)
    title = printable(figure.scene.title)

    def make(prefix: str) -> Section:
        options, redraw = prepare_redraw(figure)
        drawing = figure.scene, figure.outline
        return make_figure_section(drawing, redraw, figure.network, figure.page, options, prefix)

    static = figure._repr_mimebundle_
    return Content("figure", title, shown, make, static)


def make_table_content(shown: Shown) -> Content:
    """Return the table of the layers of a network as the content of a view."""
    title = f"Layers of {shown.name}"

    def make(_: str) -> Section:
        return make_table_section(shown, title)

    def bundle(include: Types, exclude: Types) -> Bundle:
        section = make_table_section(shown, title)
        html = f"<h2>{escape(printable(title))}</h2>\n{section.html}"
        return ({"text/html": html} if _is_wanted("text/html", include, exclude) else {}), {}

    return Content("table", title, (shown,), make, bundle)


def make_chips_content(chips: Chips) -> Content:
    """Return chips as the content of a view."""
    title = printable(chips.scene.title)

    def make(prefix: str) -> Section:
        return make_chips_section(chips, title, prefix)

    return Content("chips", title, list_chip_models(chips), make, chips._repr_mimebundle_)


def make_comparison_content(comparison: Comparison) -> Content:
    """Return a comparison as the content of a view."""
    title = printable(comparison.scene.title)
    pairs = zip(comparison.networks, comparison.names, strict=True)
    shown = tuple(Shown(network, name) for network, name in pairs)

    def make(prefix: str) -> Section:
        return make_comparison_section(comparison, title, prefix)

    return Content("compare", title, shown, make, _bundle_scene(comparison.scene))


def make_metrics_content(
    shown: Sequence[Shown], metrics: Any, x: str | None, y: str | None, options: Options
) -> Content:
    """Return a chart as the content of a view."""
    page = resolve_page(options)
    if len(shown) == 1:
        title = options.title or f"Layers of {shown[0].name} in numbers"
        chart = make_layer_chart(shown[0], page, title)
    else:
        title = options.title or "Models in numbers"
        chart = make_model_chart(shown, metrics, x, y, page, title)

    def make(prefix: str) -> Section:
        return make_metrics_section(chart, title, prefix)

    return Content("metrics", title, chart.shown, make, _bundle_scene(chart.scene))


def make_text_content(text: str, title: str) -> Content:
    """Return paragraphs as the content of a view."""
    html = write_paragraphs(text)

    def make(_: str) -> Section:
        return Section("text", title, html)

    def bundle(include: Types, exclude: Types) -> Bundle:
        return ({"text/html": html} if _is_wanted("text/html", include, exclude) else {}), {}

    return Content("text", title, (), make, bundle)


def _bundle_scene(scene: Scene) -> Any:
    """Return what makes the static form of a drawing."""

    def to_bytes(format: str, **details: Any) -> bytes:
        return render(scene, format, **details)

    def bundle(include: Types, exclude: Types) -> Bundle:
        from net2fig.render.bundle import make_bundle

        return make_bundle(to_bytes, scene.size, include, exclude)

    return bundle


def _is_wanted(type: str, include: Types, exclude: Types) -> bool:
    return (not include or type in include) and type not in (exclude or ())


def list_views(views: Iterable[Any]) -> list[View]:
    """Return views: those among the values, and figures, chips and comparisons as views."""
    makers: tuple[tuple[type, Any], ...] = (
        (Figure, make_figure_content),
        (Chips, make_chips_content),
        (Comparison, make_comparison_content),
    )
    result = []
    for each in views:
        make = next((make for type, make in makers if isinstance(each, type)), None)
        if isinstance(each, View):
            result.append(each)
        elif make is not None:
            result.append(View(make(each)))
        else:
            message = f"invalid view: {type(each).__name__} (as net2fig.view makes them)"
            raise UsageError(message)
    return result
