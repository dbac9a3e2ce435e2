"""The pipeline of chips: from sources to one chip or to a table of them."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from msgspec.structs import replace

from net2fig.chips.drawing.fit import fit_style
from net2fig.chips.drawing.marks import load_chip_grammar
from net2fig.chips.drawing.page import MARGIN, ChipStyle, draw_single_chip
from net2fig.chips.drawing.scale import choose_scale, parse_scale
from net2fig.chips.formats.sheet import Material
from net2fig.chips.options import ChipOptions, resolve_chip_options
from net2fig.chips.result import Chips
from net2fig.chips.strip.emphasis import make_common_pale
from net2fig.chips.strip.marked import mark_models
from net2fig.chips.strip.model import ChipModel, make_chip_model
from net2fig.chips.table.columns import TableRow, choose_columns
from net2fig.chips.table.curves import read_curves
from net2fig.chips.table.metrics import read_metrics
from net2fig.chips.table.names import RowNames, name_rows
from net2fig.chips.table.select_rows import select_rows
from net2fig.chips.table.table import draw_tables
from net2fig.data.grammar import load_grammar, load_palette
from net2fig.errors import Notice, UsageError, issue_warnings, one_of, suggestion
from net2fig.options.chip_table import ChipArguments
from net2fig.options.option import CHIP
from net2fig.options.signature import takes_options
from net2fig.pins import Tint
from net2fig.read import read
from net2fig.read.parts import check_single
from net2fig.rules.facts import compute_facts, find_unknown_layers
from net2fig.scene import Scene, Text

COUNTED_COLUMNS = frozenset({"params", "delta", "trainable"})
"""The columns that need the number of parameters."""
MAX_NAMES = 3
"""The maximum number of layers in a notice."""
DEFAULT_SIZE = "m"
"""The size of chips if no size is requested."""


@takes_options(CHIP, ChipArguments)
def chip(
    models: Any,
    *,
    names: Sequence[str | None] = (),
    config: str | os.PathLike[str] | None = None,
    **options: Unpack[ChipArguments],
) -> Chips:
    """Return the chip of a model, or of several models a table of chips.

    A model is whatever `draw` takes: a path, a Keras model, a `Network`. Options that are those of
    figures have the names and the values of the grouping file.
    """
    chips = make_chips(models, resolve_chip_options(options, config, names))
    issue_warnings(chips.warnings)
    return chips


def make_chips(models: Any, options: ChipOptions) -> Chips:
    """Return the chips of one model or of several, with options that are resolved."""
    sources = list(models) if isinstance(models, list | tuple) else [models]
    if not sources:
        message = "missing argument: a model"
        raise UsageError(message)
    start = time.perf_counter()
    rows, tint = read_rows(sources, options)
    read_end = time.perf_counter()
    style = replace(make_style(rows, options), tint=tint)
    is_many = is_table(rows, options)
    draw = draw_table if is_many else draw_one
    scene, pages, material = draw(rows, style, options)
    style = material.style
    zoom = style.page.zoom
    scene, pages = scene.enlarged(zoom), tuple(page.enlarged(zoom) for page in pages)
    seconds = {"read": read_end - start, "total": time.perf_counter() - start}
    notices = (
        *collect_warnings(rows),
        *material.notices,
        *find_oversize(scene, style),
        *find_unaligned(material, options),
    )
    return Chips(scene, pages, material, make_report(rows, style, pages, seconds, notices), notices)


def read_rows(sources: Sequence[Any], options: ChipOptions) -> tuple[list[ChipModel], Tint | None]:
    """Read the models with their options, each under the name of its row, and their tint."""
    options_each = [options.for_model(source) for source in sources]
    networks = [
        check_single(read(source, **model_options.reading))
        for source, model_options in zip(sources, options_each, strict=True)
    ]
    names = [*options.names, *[None] * len(networks)][: len(networks)]
    row_names = name_rows(sources, networks, names)
    grammar, chips = load_grammar(), load_chip_grammar()
    models = [
        replace(
            make_chip_model(network, name, options.detail, grammar, chips, model_options),
            aliases=tuple(row_names.list_aliases(name)),
        )
        for network, name, model_options in zip(
            networks, row_names.names, options_each, strict=True
        )
    ]
    return mark_models(models, options_each)


def is_table(rows: Sequence[ChipModel], options: ChipOptions) -> bool:
    """Tell whether to make a table: for several models, or if an option needs one."""
    table_options = options.table_only
    if options.table is False and table_options:
        message = f"unsupported option: {table_options[0]!r} without a table"
        raise UsageError(message)
    return bool(len(rows) > 1 or table_options) if options.table is None else options.table


def make_style(rows: Sequence[ChipModel], options: ChipOptions) -> ChipStyle:
    """Return the settings that all chips share."""
    chips = load_chip_grammar()
    strips = [row.strip for row in rows]
    scale = parse_scale(options.scale) if options.scale else choose_scale(strips, chips.decades)
    size = DEFAULT_SIZE if options.size == "auto" else options.size
    return ChipStyle(
        load_grammar(),
        chips,
        options.page.undo_zoom(),
        load_palette(options.palette),
        scale,
        chips.get_size(size),
        options.vertical,
    )


def draw_one(
    models: Sequence[ChipModel], style: ChipStyle, options: ChipOptions
) -> tuple[Scene, tuple[Scene, ...], Material]:
    """Return the chip of the first model, its only page, and its material."""
    model = models[0]
    room = style.page.width - 2 * MARGIN
    style = fit_style(style, [model.strip], room, options.size)
    legend = bool(style.sizes.mark) if options.legend is None else options.legend
    row = TableRow(model, compute_facts(model.network, style.grammar, style.chips.deep))
    title = options.title or model.name
    material = Material([row], (), row, style, room, options.size, legend, title)
    scene = draw_single_chip(model, style, with_legend=legend, title=title)
    return scene, (scene,), material


def draw_table(
    models: Sequence[ChipModel], style: ChipStyle, options: ChipOptions
) -> tuple[Scene, tuple[Scene, ...], Material]:
    """Return the table of some models, its pages, and its material."""
    row_names = RowNames({model.name: model.aliases for model in models})
    metrics = read_metrics(options.metrics, row_names)
    curves = read_curves(options.curve, options.curves, options.curve_column, row_names)
    deep = style.chips.deep
    rows = [
        TableRow(
            model, compute_facts(model.network, style.grammar, deep), metrics.get_row(model.name)
        )
        for model in models
    ]
    reference = rows[0]
    if options.reference is not None:
        name = row_names.find_row(options.reference)
        if name is None:
            message = (
                f"unknown model: {options.reference!r} in --reference {one_of(row_names.names)}"
            )
            raise UsageError(message, hint=suggestion(options.reference, row_names.names))
        reference = rows[row_names.names.index(name)]
    selected = select_rows(
        rows, reference, metrics.names, keep=options.keep, sort=options.sort, pareto=options.pareto
    )
    shown_columns = choose_columns(options.columns, metrics.names, curves)
    notices = (*metrics.notices, *curves.notices, *find_uncounted(rows, options.columns))
    legend = options.legend is not False
    title = options.title or "Models"
    # Rows are compared by identity, and marks have made new ones of them.
    reference = next((row for row in selected if row.model is reference.model), reference)
    if options.align and options.vertical:
        raise UsageError("unsupported option: 'align' with 'vertical' (chips that go down)")
    if options.align if options.emphasis is None else options.emphasis:
        selected = emphasise_rows(selected, reference)
        reference = next((row for row in selected if row.model is reference.model), reference)
    return draw_tables(
        Material(
            *(
                selected,
                shown_columns,
                reference,
                style,
                0.0,
                options.size,
                legend,
                title,
                options.align,
            ),
            notices=notices,
        )
    )


def emphasise_rows(rows: Sequence[TableRow], reference: TableRow) -> list[TableRow]:
    """Return rows in which all is pale that the reference has as well."""
    strip = reference.model.strip
    return [
        row
        if row is reference
        else replace(row, model=replace(row.model, strip=make_common_pale(row.model.strip, strip)))
        for row in rows
    ]


def collect_warnings(rows: Sequence[ChipModel]) -> tuple[Notice, ...]:
    """Return the warnings of the models."""
    return tuple(notice for row in rows for notice in (*row.network.notices, *row.outline.notices))


def find_uncounted(rows: Sequence[TableRow], column_names: Sequence[str] | None) -> list[Notice]:
    """Return notices about models whose parameters are shown but cannot be counted."""
    if column_names is not None and not COUNTED_COLUMNS.intersection(column_names):
        return []
    notices = []
    for row in rows:
        layers = find_unknown_layers(row.model.network)
        if layers and row.facts.params is None:
            names = [f"{layer.id!r} ({layer.class_name})" for layer in layers[:MAX_NAMES]]
            names += [f"{len(layers) - MAX_NAMES} others"] if len(layers) > MAX_NAMES else []
            text = f"the parameters of {row.model.name!r} are not known, for those of"
            notices.append(Notice("uncounted", f"{text} {', '.join(names)} are not"))
    return notices


def find_oversize(scene: Scene, style: ChipStyle) -> list[Notice]:
    """Return notices if cells of the requested size do not fit the page."""
    page, zoom = style.page, style.page.zoom
    notices = []
    if scene.size.width > page.width * zoom + 0.01:
        text = f"the chip is {scene.size.width:.0f} pt wide, not {page.width * zoom:.0f}: a part of"
        notices.append(
            Notice("too-wide", f"{text} it cannot be broken at the size {style.sizes.id!r}")
        )
    if style.vertical and scene.size.height > page.height * zoom + 0.01:
        text = f"the chip is {scene.size.height:.0f} pt high, not {page.height * zoom:.0f}: chips"
        notices.append(Notice("too-high", f"{text} that go down are not broken"))
    return notices


def find_unaligned(material: Material, options: ChipOptions) -> list[Notice]:
    """Return a notice if stages cannot be aligned because chips do not fit on one line."""
    if not options.align or material.align or len(material.rows) < 2:
        return []
    text = "stages are not aligned: at no size do all chips stand on one line"
    return [Notice("not-aligned", f"{text} (a greater --width, or fewer --columns, makes room)")]


def make_report(
    rows: Sequence[ChipModel],
    style: ChipStyle,
    pages: Sequence[Scene],
    seconds: Mapping[str, float],
    notices: Sequence[Notice],
) -> dict[str, Any]:
    """Return the report for scripts and tests."""
    sizes = [item.size for page in pages for item, _ in page.walk() if isinstance(item, Text)]
    return {
        "models": [
            {
                "name": row.name,
                "source": row.network.source,
                "reader": row.network.reader,
                "layers": len(row.network.layers),
                "cells": sum(1 for _ in row.strip.cells()),
                "hidden": row.outline.hidden,
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
        "warnings": [{"code": n.code, "text": n.text} for n in notices],
        "seconds": {name: round(value, 4) for name, value in seconds.items()},
    }
