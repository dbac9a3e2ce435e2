"""L7: heights and widths are true.

Along a line the right height of a glyph equals the left height of what follows it. Heights grow
with the resolution, widths with the number of features, and equal numbers look equal. A dense layer
between vectors has a scale of its own: its height grows with its units.

Only the drawing of the network is to scale; the bodies of groups in the legend are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct

from net2fig.geometry import Point
from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import Part, Sight, Wire
from net2fig.network import Extent
from net2fig.outline import Outline

HEIGHT: Final = 0.25
"""The difference of heights that nobody sees, in points."""
WIDTH: Final = 0.5
"""The same of widths, which borders of different strength blur."""


class Measured(Struct, frozen=True):
    """A number and the length that shows it."""

    value: float
    length: float
    name: str
    at: Point


class Joint(Struct, frozen=True):
    """A line of the network with what it carries and the handles that it joins."""

    wire: Wire
    extent: Extent | None
    source: Part
    target: Part

    @property
    def heights(self) -> tuple[float | None, float | None]:
        """The height of the handle at either end."""
        if not self.wire.routes:
            return None, None
        leaving = self.source.handle(True, self.wire.routes[0][0].y)
        entering = self.target.handle(False, self.wire.routes[-1][-1].y)
        return (
            leaving[1] - leaving[0] if leaving else None,
            entering[1] - entering[0] if entering else None,
        )


def check_heights(sight: Sight, outline: Outline) -> list[Breach]:
    """Return the lines whose ends differ in height, and the heights that lie (L7)."""
    joints = list(_joints(sight, outline))
    breaches = [breach for joint in joints for breach in _uneven(joint, outline)]
    breaches += _out_of_scale(list(_resolutions(joints, outline)), HEIGHT, "resolution", "high")
    return breaches + _out_of_scale(list(_units(sight, outline)), HEIGHT, "units", "high")


def check_widths(sight: Sight, outline: Outline) -> list[Breach]:
    """Return the widths that lie (L7)."""
    found = []
    for part in sight.network.parts:
        block = _block(part, outline)
        if block is None or _is_flat(part, outline) or not block.features:
            continue
        found.append(Measured(block.features, part.box.width, part.id, part.box.centre))
    return _out_of_scale(found, WIDTH, "features", "wide")


def _joints(sight: Sight, outline: Outline) -> Iterator[Joint]:
    """Yield the lines between glyphs; those of one pair stand in the order of their links."""
    parts = {part.id: part for part in sight.network.parts}
    extents: dict[tuple[str, str], list[Extent | None]] = {}
    for link in outline.links:
        extents.setdefault((link.source, link.target), []).append(link.extent)
    outputs = {block.id: block.output for block in outline.blocks}
    for wire in sight.network.wires:
        if wire.source in parts and wire.target in parts:
            waiting = extents.get((wire.source, wire.target))
            extent = waiting.pop(0) if waiting else outputs.get(wire.source)
            yield Joint(wire, extent, parts[wire.source], parts[wire.target])


def _uneven(joint: Joint, outline: Outline) -> Iterator[Breach]:
    if _on_own_scale(joint.source, outline) or _on_own_scale(joint.target, outline):
        return
    left, right = joint.heights
    if left is None or right is None or abs(left - right) > HEIGHT:
        said = [f"{height:.2f}" if height is not None else "none" for height in (left, right)]
        message = (
            f"{joint.source.id!r} ends {said[0]} pt high, "
            f"{joint.target.id!r} after it begins {said[1]} pt high"
        )
        yield Breach("L7", message, joint.wire.routes[0][0] if joint.wire.routes else None)


def _resolutions(joints: list[Joint], outline: Outline) -> Iterator[Measured]:
    """Yield resolutions and the handles that show them; what was pooled to a point has 1."""
    for joint in joints:
        extent = joint.extent
        if extent is None:
            continue
        value = extent.resolution
        if not extent.spatial and not _is_flat(joint.source, outline):
            value = 1
        if value is None:
            continue
        for part, height in zip((joint.source, joint.target), joint.heights, strict=True):
            if height is not None and not _on_own_scale(part, outline):
                yield Measured(value, height, part.id, part.box.centre)


def _units(sight: Sight, outline: Outline) -> Iterator[Measured]:
    for part in sight.network.parts:
        block = _block(part, outline)
        handles = [*part.side(True), *part.side(False)]
        if block and block.features and handles and _on_own_scale(part, outline):
            # One that opens to several handles is as high as one of them.
            height = max(low - top for top, low in handles)
            yield Measured(block.features, height, part.id, part.box.centre)


def _block(part: Part, outline: Outline) -> Extent | None:
    """Return what leaves the block of a glyph; None for a placeholder."""
    if part.is_placeholder:
        return None
    return next((block.output for block in outline.blocks if block.id == part.id), None)


def _is_flat(part: Part, outline: Outline) -> bool:
    """Tell whether a glyph takes vectors and gives a vector."""
    out = next((block.output for block in outline.blocks if block.id == part.id), None)
    if out is None or out.spatial:
        return False
    into = [link.extent for link in outline.into(part.id)]
    return part.kind == "dense" or all(e is not None and not e.spatial for e in into)


def _on_own_scale(part: Part, outline: Outline) -> bool:
    return part.kind == "dense" and _is_flat(part, outline)


def _out_of_scale(found: list[Measured], slack: float, quantity: str, size: str) -> list[Breach]:
    """Return what is drawn smaller than something with less; each once, though it has many ends."""
    found = sorted(found, key=lambda one: (one.value, one.length, one.name))
    breaches = []
    greatest: Measured | None = None
    told: set[str] = set()
    for one in found:
        if greatest and one.length < greatest.length - slack and one.name not in told:
            told.add(one.name)
            message = (
                f"{one.name!r} with {quantity} {one.value:g} is {one.length:.2f} pt {size}, "
                f"{greatest.name!r} with {greatest.value:g} is {greatest.length:.2f}"
            )
            breaches.append(Breach("L7", message, one.at))
        if greatest is None or one.length > greatest.length:
            greatest = one
    return breaches + _unequal(found, slack, quantity, size)


def _unequal(found: list[Measured], slack: float, quantity: str, size: str) -> list[Breach]:
    """Return the pairs of one value that are drawn at different lengths."""
    breaches = []
    for one, two in pairwise(found):
        if one.value == two.value and two.length - one.length > slack:
            message = (
                f"{one.name!r} and {two.name!r}, both with {quantity} {one.value:g}, "
                f"are {one.length:.2f} and {two.length:.2f} pt {size}"
            )
            breaches.append(Breach("L7", message, two.at))
    return breaches
