"""Pins and numbers of layers on the cells of chips.

Requires: models with their strips, and the options of each.
Ensures: pins are numbered through all models; a layer without a cell has the cell of the nearest
layer before it, else after it, as in figures. Numbers stay with the cells of their own layers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from net2fig.chips.strip.model import ChipModel
from net2fig.chips.strip.strip import Badge, Cell, Fork, Piece, Plate, Strip
from net2fig.marking import Marks, load_marks
from net2fig.marking.places import give_to_hidden
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.pins import Tint


def mark_models(
    models: Sequence[ChipModel], options: Sequence[Options]
) -> tuple[list[ChipModel], Tint | None]:
    """Return the models with their marks, and the numbers of all of them together."""
    marked: list[ChipModel] = []
    numbers: dict[str, float] = {}
    names: list[str] = []
    count = 0
    for model, chosen in zip(models, options, strict=True):
        marks = load_marks(chosen.pins, chosen.tint, model.network)
        marked.append(mark_model(model, marks, count))
        count += len(marks.pins)
        if marks.tint is not None:
            names.append(marks.tint.name)
            numbers |= {f"{model.name}/{id}": n for id, n in marks.tint.values.items()}
    return marked, Tint(names[0], numbers) if names else None


def mark_model(model: ChipModel, marks: Marks, before: int) -> ChipModel:
    """Return a model whose pins are numbered after those of others."""
    if not marks:
        return model
    homes = find_homes(model.strip, model.network)
    badges: dict[str, list[Badge]] = {}
    pins = tuple(enumerate(marks.pins, start=before + 1))
    for number, pin in pins:
        home = homes.get(pin.place.layer)
        if home is not None:
            badges.setdefault(home, []).append(Badge(number, pin.tier, pin.place.layer, pin.code))
    values = {} if marks.tint is None else marks.tint.values
    return replace(model, strip=mark_strip(model.strip, badges, values), pins=pins)


def find_homes(strip: Strip, network: Network) -> dict[str, str]:
    """Return a layer of the cell that each layer belongs to."""
    homes = {layer: cell.layers[0] for cell in strip.cells() for layer in cell.layers}
    give_to_hidden(network, homes)
    return homes


def mark_strip(
    strip: Strip, badges: Mapping[str, Sequence[Badge]], values: Mapping[str, float]
) -> Strip:
    """Return a strip whose cells have badges and numbers."""

    def mark(piece: Piece) -> Piece:
        if isinstance(piece, Plate):
            return replace(piece, strip=mark_strip(piece.strip, badges, values))
        if isinstance(piece, Fork):
            lanes = tuple(mark_strip(lane, badges, values) for lane in piece.lanes)
            return replace(piece, lanes=lanes)
        own = piece.layers[:1]
        return replace(
            piece,
            badges=tuple(badge for layer in own for badge in badges.get(layer, ())),
            measured=tuple((layer, values[layer]) for layer in piece.layers if layer in values),
        )

    return replace(strip, pieces=tuple(map(mark, strip.pieces)))


def spread_marks(cell: Cell, count: int) -> list[Cell]:
    """Return the copies of a cell that stands for several layers, each with the marks of its own.

    Where layers and copies differ in number, the first copy has all pins.
    """
    if len(cell.layers) != count:
        return [replace(cell, badges=cell.badges if not n else ()) for n in range(count)]
    return [
        replace(
            cell,
            badges=tuple(
                badge
                for badge in cell.badges
                if badge.layer == layer or (not n and badge.layer not in cell.layers)
            ),
            measured=tuple(pair for pair in cell.measured if pair[0] == layer),
        )
        for n, layer in enumerate(cell.layers)
    ]
