"""The pipeline of a cell: a source and the name of a layer → the figure of its inside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Unpack

from msgspec.structs import replace

from net2fig.cells.cell import Cell
from net2fig.cells.configure import find_layer, make_cell
from net2fig.cells.draw import Pen
from net2fig.cells.equations import write_equations
from net2fig.cells.player.trace import make_trace
from net2fig.cells.result import CellFigure
from net2fig.cells.sheet import draw_sheet
from net2fig.compose.composition import MARGIN
from net2fig.data.grammar import load_palette
from net2fig.errors import Notice, issue_warnings
from net2fig.geometry import Size
from net2fig.network import Network
from net2fig.options.arguments import FigureArguments
from net2fig.options.option import FIGURE
from net2fig.options.page import Page, resolve_page
from net2fig.options.resolve import load_options
from net2fig.options.signature import takes_options
from net2fig.options.table import Options
from net2fig.read import read
from net2fig.scene import Scene, transformed

IDLE = ("parts", "notes", "brackets", "arrows", "panels", "pins", "tint")
"""What a figure of a cell has no use for."""


@takes_options(FIGURE, FigureArguments)
def cell(
    source: Any,
    layer: str = "",
    *,
    input: Any = None,
    example: Any = None,
    config: str | os.PathLike[str] | None = None,
    **options: Unpack[FigureArguments],
) -> CellFigure:
    """Return the figure of the inside of a layer: a recurrent layer or an attention.

    `source` is whatever `draw` takes. `layer` is the name of the layer; it may be left out if there
    is only one such layer. `input` is a sequence, steps by features, or the path of an .npy file:
    the page of the figure steps through it, with the weights of the source.
    """
    resolved = load_options(source, config, options)
    network = read(source, example=example, **resolved.reading)
    figure = draw_layer(network, layer, resolved)
    if input is not None:
        figure = replace(figure, trace=make_trace(figure.cell, source, input))
    issue_warnings(figure.warnings)
    return figure


def draw_layer(network: Network, name: str, options: Options) -> CellFigure:
    """Return the figure of the inside of a layer of a network."""
    made = make_cell(network, find_layer(network, name))
    page = resolve_page(options)
    drawing = page.undo_zoom()
    panel = draw_sheet(made, Pen(drawing, load_palette(page.palette)))
    items = tuple(transformed(item, dx=MARGIN, dy=MARGIN) for item in panel.items)
    size = Size(panel.size.width + 2 * MARGIN, panel.size.height + 2 * MARGIN)
    title = options.title or f"{made.label}: {made.layer.name}"
    scene = Scene(size, items, title, " ".join(describe(made)), page.background)
    scene = scene.enlarged(page.zoom)
    notices = tuple(list_notices(scene, page, options))
    return CellFigure(scene, made, network, page, notices)


def describe(made: Cell) -> Iterator[str]:
    """Yield the cell in sentences."""
    yield f"The inside of the layer {made.layer.name}, a {made.label}."
    equations = "; ".join(equation.text for equation in write_equations(made))
    yield f"{equations}."
    yield from made.notes
    if made.inner is not None:
        yield from describe(made.inner)


def list_notices(scene: Scene, page: Page, options: Options) -> Iterator[Notice]:
    """Yield notices for a cell that is wider than its page, and for what it has no use for."""
    wide = scene.size.width
    if wide > page.width + 0.01:
        text = f"the cell is {wide:.0f} pt wide, more than the {page.width:.0f} pt of the page"
        yield Notice("wide", text)
    if any(getattr(options, name) for name in IDLE):
        yield Notice("idle-option", "a cell is drawn without parts, annotations, pins and tints")
