"""The pipeline: from a source to a figure, one line per stage."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose import Page, describe, fitted, group_styles, with_notices
from net2fig.data.grammar import load_grammar
from net2fig.data.template import Template, load_template, with_size
from net2fig.errors import ModelError, Notice
from net2fig.gc_tuning import seldom_collected
from net2fig.group import Outlines
from net2fig.network import Network
from net2fig.options.resolve import format_of, load_options
from net2fig.options.types import LEVELS, Options
from net2fig.outline import Outline
from net2fig.read import as_drawn, dump, read
from net2fig.render import FORMATS, render
from net2fig.render.files import write_all
from net2fig.scene import Scene, Text

DEFAULT_TEMPLATE = "base"


def draw(source: Any, *, config: str | Path | None = None, **arguments: Any) -> Figure:
    """Return the figure of a model, a path or a `Network`.

    Options are keyword arguments with the names of the grouping file; they win over the file.
    """
    began = time.perf_counter()
    options = load_options(source, config, arguments)
    network = read(source, **options.reading)
    return figure_of(network, options, time.perf_counter() - began)


@seldom_collected()
def figure_of(
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
    began = time.perf_counter() - read_seconds
    if not network.layers:
        message = f"missing layers: {network.source or network.name} has none to draw"
        raise ModelError(message)
    grammar = load_grammar()
    template = load_template(options.template or DEFAULT_TEMPLATE)
    template = with_size(template, options.width, options.height)
    template = replace(template, family=options.font or template.family)
    outlines = outlines or outlines_of(network)
    levels = LEVELS[1:] if options.detail == "auto" else (options.detail,)
    tried = (outlines.at(level, options, opened) for level in levels)
    title = options.title or network.name

    def told(made: Outline) -> str:
        return describe(network, made, grammar, options.styles)

    page = fitted(tried, grammar, template, options, title, told)
    page = with_notices(page, network, template, options)
    seconds = {"read": read_seconds, "total": time.perf_counter() - began}
    report = _report(network, page, template, seconds)
    return Figure(page.scene, page.outline, network, report, options, outlines)


def outlines_of(network: Network) -> Outlines:
    """Return the outlines of a network, each made when it is asked for."""
    return Outlines(as_drawn(network), load_grammar())


class Figure(Struct, frozen=True):
    """A finished figure: its scene, what it was drawn from, and what was done."""

    scene: Scene
    outline: Outline
    network: Network
    report: dict[str, Any]
    options: Options
    outlines: Outlines

    def __repr__(self) -> str:
        """Return what the figure is of and how large it is."""
        size = f"{self.report['width_pt']} × {self.report['height_pt']} pt"
        return f"<Figure of {self.network.name!r}: {self.report['drawn']} glyphs, {size}>"

    @property
    def alt(self) -> str:
        """The figure in prose."""
        return self.scene.description

    @property
    def warnings(self) -> tuple[Notice, ...]:
        """What a user should know."""
        return (*self.network.notices, *self.outline.notices)

    @seldom_collected()
    def to_bytes(self, format: str, **details: Any) -> bytes:
        """Return the figure in a format; as json the network that it shows."""
        if format == "json":
            return dump(self.network).encode()
        if format == "html":
            return self._page()
        return render(self.scene, format, **details)

    def save(self, *paths: str | Path, **details: Any) -> None:
        """Write the figure to files, all or none; the suffix of each says the format."""
        write_all([(p, self.to_bytes(format_of(p, formats()), **details)) for p in paths])

    def _page(self) -> bytes:
        """Return the figure as a page of its own, in which groups can be opened."""
        from net2fig.html import html

        options = replace(self.options, detail=self.outline.level)
        template = load_template(options.template or DEFAULT_TEMPLATE)
        # Where a group is open, the others keep their colours.
        styles = group_styles(self.outline, load_grammar(), template, options)
        options = replace(options, styles={**options.styles, **styles})

        def redraw(path: tuple[str, ...]) -> tuple[Scene, Outline]:
            figure = figure_of(self.network, options, opened=path, outlines=self.outlines)
            return figure.scene, figure.outline

        return html((self.scene, self.outline), redraw, self.network, template, options)

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        from net2fig.render.bundle import bundle

        return bundle(self.to_bytes, self.scene.size, include, exclude)

    def _repr_svg_(self) -> str:
        return self.to_bytes("svg").decode()


def formats() -> tuple[str, ...]:
    """Return the formats that a figure can be saved in."""
    return (*FORMATS, "html", "json")


def _report(
    network: Network, page: Page, template: Template, seconds: dict[str, float]
) -> dict[str, Any]:
    """Return what was done, for scripts and for tests."""
    sizes = [item.size for item, _ in page.scene.walk() if isinstance(item, Text)]
    made = page.outline
    return {
        "source": network.source,
        "reader": network.reader,
        "layers": len(network.layers),
        "params": network.params,
        "drawn": page.drawn,
        "legend": page.entries,
        "rows": page.rows,
        "hidden": dict(made.hidden),
        "groups": [
            {"name": group.name, "count": group.occurrences, "layers": group.layers}
            for group in made.groups
        ],
        "detail": made.level,
        "template": template.id,
        "width_pt": round(page.scene.size.width, 2),
        "height_pt": round(page.scene.size.height, 2),
        "min_text_pt": min(sizes, default=None),
        "crossings": page.crossings,
        "warnings": [
            {"code": notice.code, "text": notice.text}
            for notice in (*network.notices, *made.notices)
        ],
        "seconds": {name: round(value, 4) for name, value in seconds.items()},
    }
