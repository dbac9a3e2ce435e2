"""L7: heights and widths are true.

Along a line the right height of a glyph equals the left height of what follows it; where several
lines meet one side, it is as high as the highest of them. Heights grow with the resolution, widths
with the number of features, and equal numbers look equal. A dense layer between vectors has a scale
of its own: its height grows with its units. Circles with a sign and the frames of
samples have no scale.

Only the drawing of the network is to scale; the bodies of groups in the legend are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct

from net2fig.data.grammar import load_grammar
from net2fig.geometry import Point
from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import ReaderView, SeenGlyph, SeenLine
from net2fig.network import Extent
from net2fig.outline import Outline

HEIGHT: Final = 0.25
"""The difference of heights that nobody sees, in points."""
WIDTH: Final = 0.5
"""The same of widths, which borders of different strength blur."""


class Measurement(Struct, frozen=True):
    """A number and the length that shows it."""

    value: float
    length: float
    name: str
    at: Point


class JoinedLine(Struct, frozen=True):
    """A line of the network with what it carries and the handles that it joins."""

    wire: SeenLine
    extent: Extent | None
    source: SeenGlyph
    target: SeenGlyph

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


def check_heights(view: ReaderView, outline: Outline) -> list[Breach]:
    """Return the lines whose ends differ in height, and the heights that lie (L7)."""
    groups = _group_by_side(list(_list_joined_lines(view, outline)))
    breaches = [breach for group in groups for breach in _check_heights(group, outline)]
    measurements = [m for group in groups for m in _measure_resolutions(group, outline)]
    breaches += find_out_of_scale(measurements, HEIGHT, "resolution", "high")
    return breaches + find_out_of_scale(
        list(_measure_units(view, outline)), HEIGHT, "units", "high"
    )


def check_widths(view: ReaderView, outline: Outline) -> list[Breach]:
    """Return the widths that lie (L7)."""
    measurements = []
    for part in view.network.glyphs:
        block = find_output(part, outline)
        hidden = part.is_sign or load_grammar().is_thin(part.kind) or is_flat(part, outline)
        if block is None or hidden or not block.features:
            continue
        measurements.append(Measurement(block.features, part.box.width, part.id, part.box.centre))
    return find_out_of_scale(measurements, WIDTH, "features", "wide")


def _list_joined_lines(view: ReaderView, outline: Outline) -> Iterator[JoinedLine]:
    """Yield the lines between glyphs; those of one pair stand in the order of their links.

    The states of a recurrent layer come to its side, whose height is that of the sequence.
    """
    parts = {part.id: part for part in view.network.glyphs}
    extents: dict[tuple[str, str], list[Extent | None]] = {}
    for link in outline.links:
        extents.setdefault((link.source, link.target), []).append(link.extent)
    outputs = {block.id: block.output for block in outline.blocks}
    for wire in view.network.lines:
        if wire.source in parts and wire.target in parts:
            waiting = extents.get((wire.source, wire.target))
            extent = waiting.pop(0) if waiting else outputs.get(wire.source)
            if wire.is_state:
                continue
            yield JoinedLine(wire, extent, parts[wire.source], parts[wire.target])


def _group_by_side(joints: list[JoinedLine]) -> list[list[JoinedLine]]:
    """Return the lines that come to one handle together, and each other line by itself."""
    groups: dict[tuple[str, tuple[float, float] | None, int], list[JoinedLine]] = {}
    for number, joint in enumerate(joints):
        at = joint.wire.routes[-1][-1].y if joint.wire.routes else 0.0
        alone = len(joint.target.side(False)) != 1
        key = (joint.target.id, joint.target.handle(False, at), number if alone else -1)
        groups.setdefault(key, []).append(joint)
    return list(groups.values())


def _check_heights(joints: list[JoinedLine], outline: Outline) -> Iterator[Breach]:
    """Yield the line that misses the height of the handle at which these lines end."""
    ends = [part for joint in joints for part in (joint.source, joint.target)]
    if any(_is_out_of_scale(part, outline) for part in ends):
        return
    joint = max(joints, key=lambda joint: joint.heights[0] or 0.0)
    left, right = joint.heights
    if left is None or right is None or abs(left - right) > HEIGHT:
        heights = [f"{height:.2f}" if height is not None else "none" for height in (left, right)]
        message = (
            f"{joint.source.id!r} ends {heights[0]} pt high, "
            f"{joint.target.id!r} after it begins {heights[1]} pt high"
        )
        yield Breach("L7", message, joint.wire.routes[0][0] if joint.wire.routes else None)


def _measure_resolutions(joints: list[JoinedLine], outline: Outline) -> Iterator[Measurement]:
    """Yield resolutions and the handles that show them; what was pooled to a point has 1.

    Where lines come to one handle together, that shows the greatest of them, which may be units.
    """
    highest = max(joints, key=lambda joint: (joint.extent and joint.extent.resolution) or 0)
    is_mixed = any(is_flat(joint.source, outline) for joint in joints)
    for joint in joints:
        extent = joint.extent
        if extent is None:
            continue
        value = extent.resolution
        if not extent.spatial and not is_flat(joint.source, outline):
            value = 1
        if value is None:
            continue
        ends = [(joint.source, joint.heights[0])]
        ends += [(joint.target, joint.heights[1])] if joint is highest and not is_mixed else []
        for part, height in ends:
            if height is not None and not _is_out_of_scale(part, outline):
                yield Measurement(value, height, part.id, part.box.centre)


def _measure_units(view: ReaderView, outline: Outline) -> Iterator[Measurement]:
    for part in view.network.glyphs:
        block = find_output(part, outline)
        handles = [*part.side(True), *part.side(False)]
        if block and block.features and handles and _is_on_unit_scale(part, outline):
            # One that opens to several handles is as high as one of them.
            height = max(low - top for top, low in handles)
            yield Measurement(block.features, height, part.id, part.box.centre)


def find_output(part: SeenGlyph, outline: Outline) -> Extent | None:
    """Return what leaves the block of a glyph; None for a placeholder."""
    if part.is_placeholder:
        return None
    return next((block.output for block in outline.blocks if block.id == part.id), None)


def is_flat(part: SeenGlyph, outline: Outline) -> bool:
    """Tell whether a glyph takes vectors and gives a vector."""
    out = next((block.output for block in outline.blocks if block.id == part.id), None)
    if out is None or out.spatial:
        return False
    into = [link.extent for link in outline.into(part.id)]
    return part.kind == "dense" or all(e is not None and not e.spatial for e in into)


def _is_out_of_scale(part: SeenGlyph, outline: Outline) -> bool:
    """Tell whether the height of a glyph does not show a resolution."""
    return part.is_sign or part.is_placeholder or _is_on_unit_scale(part, outline)


def _is_on_unit_scale(part: SeenGlyph, outline: Outline) -> bool:
    return part.kind == "dense" and is_flat(part, outline)


def find_out_of_scale(
    measurements: list[Measurement], slack: float, quantity: str, size: str
) -> list[Breach]:
    """Return what is drawn smaller than something with less; each once, though it has many ends."""
    measurements = sorted(measurements, key=lambda each: (each.value, each.length, each.name))
    breaches = []
    greatest: Measurement | None = None
    reported: set[str] = set()
    for each in measurements:
        if greatest and each.length < greatest.length - slack and each.name not in reported:
            reported.add(each.name)
            message = (
                f"{each.name!r} with {quantity} {each.value:g} is {each.length:.2f} pt {size}, "
                f"{greatest.name!r} with {greatest.value:g} is {greatest.length:.2f}"
            )
            breaches.append(Breach("L7", message, each.at))
        if greatest is None or each.length > greatest.length:
            greatest = each
    return breaches + _find_unequal(measurements, slack, quantity, size)


def _find_unequal(
    measurements: list[Measurement], slack: float, quantity: str, size: str
) -> list[Breach]:
    """Return the pairs of one value that are drawn at different lengths."""
    breaches = []
    for one, two in pairwise(measurements):
        if one.value == two.value and two.length - one.length > slack:
            message = (
                f"{one.name!r} and {two.name!r}, both with {quantity} {one.value:g}, "
                f"are {one.length:.2f} and {two.length:.2f} pt {size}"
            )
            breaches.append(Breach("L7", message, two.at))
    return breaches
