"""The inside of layers beneath the figure of their network: "LSTM = …", as the legend explains.

Requires: a finished composition.
Ensures: nothing of the figure is changed; the scene is as much higher as the cells need, and no
wider than the page unless a cell is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from net2fig.cells.cell import Cell
from net2fig.cells.configure import find_layer, make_cell
from net2fig.cells.draw import Pen
from net2fig.cells.pipeline import describe
from net2fig.cells.sheet import draw_sheet
from net2fig.compose import Composition
from net2fig.compose.composition import MARGIN
from net2fig.data.grammar import load_grammar, load_palette
from net2fig.geometry import Size
from net2fig.network import Layer, Network
from net2fig.options.page import Page
from net2fig.scene import Group, Item, Scene, transformed


def add_cells(
    composition: Composition, network: Network, page: Page, opened: Sequence[Mapping[str, str]]
) -> Composition:
    """Return a composition with the cells of layers beneath it."""
    layers = dict.fromkeys(find_layer(network, each["layer"]).id for each in opened)
    cells = [make_cell(network, network[id]) for id in layers]
    scene = composition.scene
    for cell in cells:
        scene = add_below(scene, draw_opened(cell, network, page), page.legend_gap * page.zoom)
    text = " ".join((scene.description, *(word for cell in cells for word in describe(cell))))
    return replace(composition, scene=replace(scene, description=text))


def draw_opened(cell: Cell, network: Network, page: Page) -> Scene:
    """Return the sheet of a cell as a scene of its own."""
    pen = Pen(page.undo_zoom(), load_palette(page.palette), f"{cell.layer.id}/", is_part=True)
    panel = draw_sheet(cell, pen, f"{name_layer(cell.layer, network)} =")
    return Scene(panel.size, panel.items).enlarged(page.zoom)


def name_layer(layer: Layer, network: Network) -> str:
    """Return what the legend calls a layer; with its name where it calls others so."""
    grammar = load_grammar()
    entry = grammar.entry(layer.op)
    others = [each for each in network.layers if grammar.entry(each.op) == entry]
    return entry.label if len(others) == 1 else f"{entry.label} ({layer.name})"


def add_below(scene: Scene, below: Scene, gap: float) -> Scene:
    """Return a scene with another one beneath it; a narrower one stands in the middle."""
    y = scene.size.height - MARGIN + gap
    width = max(scene.size.width, below.size.width + 2 * MARGIN)
    right = (width - scene.size.width) / 2
    above = scene.items if not right else tuple(transformed(i, dx=right) for i in scene.items)
    items: tuple[Item, ...] = tuple(transformed(each, dx=MARGIN, dy=y) for each in below.items)
    size = Size(width, y + below.size.height + MARGIN)
    return replace(scene, size=size, items=(*above, Group(items, classes=("opened",))))
