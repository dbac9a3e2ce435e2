"""The pipeline of chips: from sources to one chip or to a table of them."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from net2fig.chips.drawing.fit import fitting
from net2fig.chips.drawing.marks import load_chips
from net2fig.chips.drawing.page import MARGIN, Style, single
from net2fig.chips.drawing.scale import asked_scale, scale_of
from net2fig.chips.formats.sheet import Material
from net2fig.chips.options import ChipOptions, chip_options
from net2fig.chips.result import Chips
from net2fig.chips.strip.emphasis import emphasised
from net2fig.chips.strip.model import ChipModel, chip_model
from net2fig.chips.table.columns import Row, columns
from net2fig.chips.table.curves import read_curves
from net2fig.chips.table.metrics import read_metrics
from net2fig.chips.table.names import Called, called
from net2fig.chips.table.select_rows import arranged
from net2fig.chips.table.table import tables
from net2fig.data.grammar import load_grammar, load_palette
from net2fig.errors import Notice, UsageError, one_of, suggestion
from net2fig.read import read
from net2fig.rules.facts import compute_facts, find_unknown_layers
from net2fig.scene import Scene, Text

COUNTED = frozenset({"params", "delta", "trainable"})
"""The columns that need the number of parameters."""
FEW = 3
"""So many layers are named."""
LARGE = "m"
"""The size of chips where nothing else is said."""


def chip(
    models: Any,
    *,
    names: Sequence[str | None] = (),
    config: str | os.PathLike[str] | None = None,
    template: str | os.PathLike[str] | None = None,
    width: float | str | None = None,
    detail: str = "blocks",
    hide: Sequence[str] | None = None,
    show: Sequence[str] | None = None,
    repeats: bool | None = None,
    split: bool | None = None,
    palette: str | os.PathLike[str] | None = None,
    mono: bool | None = None,
    legend: bool | None = None,
    background: str | None = None,
    reader: str | None = None,
    input_shape: str | int | Sequence[Any] | Mapping[str, Any] | None = None,
    timeout: float | str | None = None,
    title: str | None = None,
    page: Mapping[str, Any] | None = None,
    style: Mapping[str, Mapping[str, str]] | None = None,
    group: Sequence[Mapping[str, Any]] | None = None,
    size: str = "auto",
    scale: str | None = None,
    vertical: bool = False,
    align: bool = False,
    emphasis: bool | None = None,
    table: bool | None = None,
    columns: Sequence[str] | None = None,
    metrics: str | os.PathLike[str] | Mapping[str, Sequence[Any]] | None = None,
    reference: str | None = None,
    sort: str | None = None,
    keep: Sequence[str] = (),
    pareto: str | None = None,
    curve: Sequence[str] | Mapping[str, Any] = (),
    curves: str | os.PathLike[str] | None = None,
    curve_column: str | None = None,
) -> Chips:
    """Return the chip of a model, or of several models a table of chips.

    A model is whatever `draw` takes: a path, a Keras model, a `Network`. Options that are those of
    figures have the names and the values of the grouping file.
    """
    arguments = dict(locals())
    for name in ("models", "names", "config"):
        del arguments[name]
    return chips_of(models, chip_options(arguments, config, names))


def chips_of(models: Any, options: ChipOptions) -> Chips:
    """Return the chips of one model or of several, with options that are resolved."""
    sources = list(models) if isinstance(models, list | tuple) else [models]
    if not sources:
        message = "missing argument: a model"
        raise UsageError(message)
    began = time.perf_counter()
    rows = read_rows(sources, options)
    done = time.perf_counter()
    style = style_of(rows, options)
    many = as_table(rows, options)
    make = table_of if many else one_of_them
    scene, pages, material = make(rows, style, options)
    style = material.style
    zoom = style.page.zoom
    scene, pages = scene.enlarged(zoom), tuple(page.enlarged(zoom) for page in pages)
    seconds = {"read": done - began, "total": time.perf_counter() - began}
    told = (
        *warnings(rows),
        *material.notices,
        *too_large(scene, style),
        *unaligned(material, options),
    )
    return Chips(scene, pages, material, report(rows, style, pages, seconds, told), told)


def read_rows(sources: Sequence[Any], options: ChipOptions) -> list[ChipModel]:
    """Read the models, each under the name of its row, with what is asked of each."""
    each = [options.of_model(source) for source in sources]
    networks = [read(source, **own.reading) for source, own in zip(sources, each, strict=True)]
    names = [*options.names, *[None] * len(networks)][: len(networks)]
    known = called(sources, networks, names)
    grammar, chips = load_grammar(), load_chips()
    return [
        replace(
            chip_model(network, name, options.detail, grammar, chips, own),
            also=tuple(known.aliases(name)),
        )
        for network, name, own in zip(networks, known.names, each, strict=True)
    ]


def as_table(rows: Sequence[ChipModel], options: ChipOptions) -> bool:
    """Tell whether a table is made: of several models, or where a column of one is asked for."""
    wanted = options.for_tables
    if options.table is False and wanted:
        message = f"unsupported option: {wanted[0]!r} without a table"
        raise UsageError(message)
    return bool(len(rows) > 1 or wanted) if options.table is None else options.table


def style_of(rows: Sequence[ChipModel], options: ChipOptions) -> Style:
    """Return what all chips share."""
    chips = load_chips()
    strips = [row.strip for row in rows]
    scale = asked_scale(options.scale) if options.scale else scale_of(strips, chips.decades)
    size = LARGE if options.size == "auto" else options.size
    return Style(
        load_grammar(),
        chips,
        options.page.reduced(),
        load_palette(options.palette),
        scale,
        chips.size(size),
        options.vertical,
    )


def one_of_them(
    models: Sequence[ChipModel], style: Style, options: ChipOptions
) -> tuple[Scene, tuple[Scene, ...], Material]:
    """Return the chip of the first model, which is one page, and what it was made of."""
    model = models[0]
    room = style.page.width - 2 * MARGIN
    style = fitting(style, [model.strip], room, options.size)
    legend = bool(style.sizes.mark) if options.legend is None else options.legend
    row = Row(model, compute_facts(model.network, style.grammar, style.chips.deep))
    title = options.title or model.name
    material = Material([row], (), row, style, room, options.size, legend, title)
    scene = single(model, style, with_legend=legend, title=title)
    return scene, (scene,), material


def table_of(
    models: Sequence[ChipModel], style: Style, options: ChipOptions
) -> tuple[Scene, tuple[Scene, ...], Material]:
    """Return the table of some models, its pages, and what it was made of."""
    known = Called({model.name: model.also for model in models})
    metrics = read_metrics(options.metrics, known)
    curves = read_curves(options.curve, options.curves, options.curve_column, known)
    deep = style.chips.deep
    rows = [
        Row(model, compute_facts(model.network, style.grammar, deep), metrics.of(model.name))
        for model in models
    ]
    reference = rows[0]
    if options.reference is not None:
        name = known.meant(options.reference)
        if name is None:
            message = f"unknown model: {options.reference!r} in --reference {one_of(known.names)}"
            raise UsageError(message, hint=suggestion(options.reference, known.names))
        reference = rows[known.names.index(name)]
    chosen = arranged(
        rows, reference, metrics.names, keep=options.keep, sort=options.sort, pareto=options.pareto
    )
    asked = columns(options.columns, metrics.names, curves)
    told = (*metrics.notices, *curves.notices, *uncounted(rows, options.columns))
    legend = options.legend is not False
    title = options.title or "Models"
    # Rows are compared by identity, and marks have made new ones of them.
    reference = next((row for row in chosen if row.model is reference.model), reference)
    if options.align and options.vertical:
        raise UsageError("unsupported option: 'align' with 'vertical' (chips that go down)")
    if options.align if options.emphasis is None else options.emphasis:
        chosen = beside(chosen, reference)
        reference = next((row for row in chosen if row.model is reference.model), reference)
    return tables(
        Material(
            *(chosen, asked, reference, style, 0.0, options.size, legend, title, options.align),
            notices=told,
        )
    )


def beside(rows: Sequence[Row], reference: Row) -> list[Row]:
    """Return rows in which all is pale that the reference has as well."""
    strip = reference.model.strip
    return [
        row
        if row is reference
        else replace(row, model=replace(row.model, strip=emphasised(row.model.strip, strip)))
        for row in rows
    ]


def warnings(rows: Sequence[ChipModel]) -> tuple[Notice, ...]:
    """Return what a user should know of the models."""
    return tuple(notice for row in rows for notice in (*row.network.notices, *row.outline.notices))


def uncounted(rows: Sequence[Row], asked: Sequence[str] | None) -> list[Notice]:
    """Return what is told of models whose parameters are asked for and cannot be counted."""
    if asked is not None and not COUNTED.intersection(asked):
        return []
    found = []
    for row in rows:
        layers = find_unknown_layers(row.model.network)
        if layers and row.facts.params is None:
            each = [f"{layer.id!r} ({layer.class_name})" for layer in layers[:FEW]]
            each += [f"{len(layers) - FEW} others"] if len(layers) > FEW else []
            text = f"the parameters of {row.model.name!r} are not known, for those of"
            found.append(Notice("uncounted", f"{text} {', '.join(each)} are not"))
    return found


def too_large(scene: Scene, style: Style) -> list[Notice]:
    """Return what is said where cells of the size asked for do not fit the page."""
    page, zoom = style.page, style.page.zoom
    found = []
    if scene.size.width > page.width * zoom + 0.01:
        text = f"the chip is {scene.size.width:.0f} pt wide, not {page.width * zoom:.0f}: a part of"
        found.append(
            Notice("too-wide", f"{text} it cannot be broken at the size {style.sizes.id!r}")
        )
    if style.vertical and scene.size.height > page.height * zoom + 0.01:
        text = f"the chip is {scene.size.height:.0f} pt high, not {page.height * zoom:.0f}: chips"
        found.append(Notice("too-high", f"{text} that go down are not broken"))
    return found


def unaligned(material: Material, options: ChipOptions) -> list[Notice]:
    """Return what is said where stages were to be aligned and do not fit on one line."""
    if not options.align or material.align or len(material.rows) < 2:
        return []
    text = "stages are not aligned: at no size do all chips stand on one line"
    return [Notice("not-aligned", f"{text} (a greater --width, or fewer --columns, makes room)")]


def report(
    rows: Sequence[ChipModel],
    style: Style,
    pages: Sequence[Scene],
    seconds: Mapping[str, float],
    told: Sequence[Notice],
) -> dict[str, Any]:
    """Return what was done, for scripts and for tests."""
    sizes = [item.size for page in pages for item, _ in page.walk() if isinstance(item, Text)]
    return {
        "models": [
            {
                "name": row.name,
                "source": row.network.source,
                "reader": row.network.reader,
                "layers": len(row.network.layers),
                "cells": sum(1 for _ in row.strip.cells()),
                "hidden": dict(row.outline.hidden),
            }
            for row in rows
        ],
        "size": style.sizes.id,
        "scale": [10**style.scale.low, 10**style.scale.high],
        "template": style.page.id,
        "pages": len(pages),
        "width_pt": round(pages[0].size.width, 2),
        "height_pt": round(max(page.size.height for page in pages), 2),
        "min_text_pt": min(sizes, default=None),
        "warnings": [{"code": n.code, "text": n.text} for n in told],
        "seconds": {name: round(value, 4) for name, value in seconds.items()},
    }
