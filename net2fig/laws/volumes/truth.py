"""L7 for volumes: the axes of maps on one scale, features on another, units on a third.

Height and depth grow with the axes of a map, and equal axes look equal, along either edge: a depth
is as long as the projection makes it. Widths of maps grow with their features, slabs are equally
thick. Bars grow with their units. All edges to the back are parallel.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot
from typing import Final

from net2fig.data.grammar import load_grammar
from net2fig.data.styles import BAR, MAP, SLAB, load_volumes
from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import ReaderView
from net2fig.laws.truth import Measurement, find_out_of_scale, is_flat
from net2fig.laws.volumes.cuboids import SeenCuboid, read_cuboid
from net2fig.outline import Block, Outline

LENGTH: Final = 0.25
"""The difference of lengths that nobody sees, in points."""
TURN: Final = 0.01
"""The same of the slope of an edge."""


def check_cuboids(view: ReaderView, outline: Outline) -> list[Breach]:
    """Return the lengths that lie (L7)."""
    blocks = {block.id: block for block in outline.blocks}
    cuboids = [
        (cuboid, blocks[cuboid.part.id])
        for cuboid in map(read_cuboid, view.network.glyphs)
        if cuboid and cuboid.part.id in blocks
    ]
    axes: list[Measurement] = []
    widths: list[Measurement] = []
    units: list[Measurement] = []
    slabs: list[Measurement] = []
    for cuboid, block in cuboids:
        features = block.output.features if block.output else None
        if is_flat(cuboid.part, outline):
            units += _measure(cuboid, features, cuboid.front.height)
            continue
        axes += _measure_axes(cuboid, block)
        form = _find_form(block)
        if cuboid.part.is_placeholder:
            continue
        if form in (MAP, BAR):
            widths += _measure(cuboid, features, cuboid.front.width)
        elif form == SLAB:
            slabs += _measure(cuboid, 1, cuboid.front.width)
    return [
        *find_out_of_scale(axes, LENGTH, "axis", "long"),
        *find_out_of_scale(widths, LENGTH, "features", "wide"),
        *find_out_of_scale(slabs, LENGTH, "thickness", "wide"),
        *find_out_of_scale(units, LENGTH, "units", "high"),
        *(breach for cuboid, _ in cuboids for breach in _check_edges(cuboid)),
        *(breach for cuboid, block in cuboids for breach in _check_bands(cuboid, block)),
    ]


def _find_form(block: Block) -> str:
    entry = "" if block.is_group else load_grammar().entry(block.op).id
    return load_volumes().find_form(block.kind, entry)


def _measure(cuboid: SeenCuboid, value: int | None, length: float) -> Iterator[Measurement]:
    if value is not None:
        yield Measurement(value, length, cuboid.part.id, cuboid.part.box.centre)


def _measure_axes(cuboid: SeenCuboid, block: Block) -> Iterator[Measurement]:
    """Yield the height and the depth of a map: of one axis the second is 1, of none both."""
    extent = block.output
    if extent is None:
        return
    known = extent.grid or extent.spatial
    high, deep = known[-2:] if len(known) > 1 else (*known, 1, 1)[:2]
    if len(known) > 1:
        # What is known of one axis stands for both.
        high, deep = high or deep, deep or high
    depth = hypot(cuboid.back.x, cuboid.back.y) / hypot(*load_volumes().back)
    yield from _measure(cuboid, high, cuboid.front.height)
    yield from _measure(cuboid, deep, depth)


def _check_edges(cuboid: SeenCuboid) -> Iterator[Breach]:
    """Yield the cuboid whose edges to the back are not parallel to those of all others."""
    right, up = load_volumes().back
    if abs(cuboid.back.y * right - cuboid.back.x * up) > TURN * max(cuboid.back.x, 1.0):
        message = f"{cuboid.part.id!r} is seen from another side than all else"
        yield Breach("L7", message, cuboid.part.box.centre)


def _check_bands(cuboid: SeenCuboid, block: Block) -> Iterator[Breach]:
    """Yield the map with another number of bands than it has layers; one may stand for all."""
    bands = sum("band" in getattr(item, "classes", ()) for item in cuboid.part.group.items)
    if bands not in (0, 1, block.count):
        message = f"{cuboid.part.id!r} stands for {block.count} and has {bands} bands"
        yield Breach("L7", message, cuboid.part.box.centre)
