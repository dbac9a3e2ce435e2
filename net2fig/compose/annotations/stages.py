"""The stages of a network: what follows each other under one name, or at one resolution.

The name is that of the module or nested model in the author's code, or what the names of layers
begin with ("conv2_block1_add"). Else a stage is called by its stride from the input, "↓4".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from net2fig.compose.annotations.canvas import Canvas, Thing
from net2fig.compose.annotations.names import Occurrence
from net2fig.network import Network

PREFIX = re.compile(r"([A-Za-z]+_?\d+)[_./].+")
"""The name of a layer that begins with that of its stage."""
BLOCK = re.compile(r"[A-Za-z]+_?\d+[_./][A-Za-z]+\d+[_./].+")
"""The name of a layer in a block of its stage: papers call the stage "conv2_x"."""

Stage = tuple[str, Occurrence]
NameOf = Callable[[Thing], str]


def list_stages(canvas: Canvas, network: Network, mode: str) -> list[Stage]:
    """Return the stages in the order of reading; `mode` is auto, names or stride."""
    if canvas.levels:
        # Each level is a stage, and its resolution is printed in it.
        return []
    namers: list[NameOf] = []
    if mode != "stride":
        namers += _list_scope_names(canvas, network)
        namers.append(lambda thing: _find_prefix(thing, network))
    if mode != "names":
        namers.append(_make_stride_names(canvas, network))
    for name_of in namers:
        stages = list(_find_runs(canvas, name_of))
        if len({name for name, _ in stages}) > 1:
            return stages
    return []


def _find_runs(canvas: Canvas, name_of: NameOf) -> Iterator[Stage]:
    """Yield the things of each row that follow each other under one name."""
    things = [each for each in canvas.things if not each.frame]
    things.sort(key=lambda each: (each.row, each.body.centre.x))
    for (_, name), run in groupby(things, lambda each: (each.row, name_of(each))):
        if name:
            yield name, tuple(run)


def _list_scope_names(canvas: Canvas, network: Network) -> Iterator[NameOf]:
    """Yield what names things by their scopes, from the outermost inwards."""
    depth = max((len(layer.scope) for layer in network.layers), default=0)

    def make(level: int) -> NameOf:
        def name_of(thing: Thing) -> str:
            scopes = [network[id].scope for id in thing.layers if id in network]
            names = {scope[level].name if level < len(scope) else "" for scope in scopes}
            return names.pop() if len(names) == 1 else ""

        return name_of

    for level in range(depth):
        names = {make(level)(thing) for thing in canvas.things} - {""}
        if len(names) > 1:
            yield make(level)


def _find_prefix(thing: Thing, network: Network) -> str:
    """Return what the names of all layers of a thing begin with."""
    names = [network[id].name for id in thing.layers if id in network]
    found = [PREFIX.fullmatch(name) for name in names]
    prefixes = {match[1] if match else "" for match in found}
    prefix = prefixes.pop() if len(prefixes) == 1 else ""
    is_of_blocks = bool(prefix) and all(map(BLOCK.fullmatch, names))
    return f"{prefix}_x" if is_of_blocks else prefix


def _make_stride_names(canvas: Canvas, network: Network) -> NameOf:
    """Return what names things by how much smaller their resolution is than that of the input."""
    resolutions: dict[str, int] = {}
    for thing in canvas.things:
        extents = [network[id].extent() for id in thing.layers[-1:] if id in network]
        if extents and extents[0] and extents[0].spatial and extents[0].resolution:
            resolutions[thing.id] = extents[0].resolution
    greatest = max(resolutions.values(), default=0)

    def name_of(thing: Thing) -> str:
        share = greatest / resolutions.get(thing.id, greatest or 1)
        return f"↓{round(share)}" if share > 1 and abs(share - round(share)) < 0.05 else ""

    return name_of
