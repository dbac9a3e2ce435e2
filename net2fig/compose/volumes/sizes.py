"""From extents to cuboids: the axes of a map to height and depth, its features to width.

Ensures: every length grows with its number; one scale is for both axes of a map, so that a map that
is twice as wide as it is high looks so, but for the projection.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.diagram import DrawContext
from net2fig.compose.style.scales import Scale, Scales, choose_height_form, make_scales
from net2fig.data.grammar import Grammar
from net2fig.data.styles import BAR, MAP, Volumes
from net2fig.data.template import Range
from net2fig.geometry import Point
from net2fig.network import Extent
from net2fig.outline import Block, Outline

LOWER = 0.45
"""How heights follow widths that shrink, as a power."""
NARROWEST = 2.6
"""No map is narrower, however tightly it is drawn."""


class Cuboid(Struct, frozen=True):
    """The width and the height of the front, and how far the back is moved."""

    width: float
    height: float
    back: Point


class Sizes(Struct, frozen=True):
    """The scales of a figure in volumes; `axis` is for each axis of a map."""

    scales: Scales
    axis: Scale
    features: Scale
    volumes: Volumes
    grammar: Grammar

    def measure(self, block: Block) -> Cuboid:
        """Return the cuboid of what leaves a block."""
        form = find_form(block, self.grammar, self.volumes)
        if block.id in self.scales.vectors:
            features = block.output.features if block.output else None
            depth = self.volumes.bar_depth
            return Cuboid(self.volumes.bar, self.scales.units(features), self._move(depth))
        high, deep = self.measure_face(block.output)
        is_wide = form in (MAP, BAR)
        features = block.output.features if block.output else None
        width = self.features(features) if is_wide else self.volumes.slab
        return Cuboid(width, high, self._move(deep))

    def measure_face(self, extent: Extent | None) -> tuple[float, float]:
        """Return the height and the depth of a map, before it is projected."""
        high, deep = find_axes(extent)
        return self.axis(high), self.axis(deep)

    def _move(self, depth: float) -> Point:
        right, up = self.volumes.back
        return Point(depth * right, depth * up)


def find_form(block: Block, grammar: Grammar, volumes: Volumes) -> str:
    """Return what stands for a block."""
    return volumes.find_form(block.kind, "" if block.is_group else grammar.entry(block.op).id)


def find_axes(extent: Extent | None) -> tuple[int | None, int | None]:
    """Return the height and the width of a map; what is known of one stands for both."""
    if extent is None:
        return None, None
    axes = (extent.grid or extent.spatial)[-2:]
    if not axes:
        return 1, 1
    if len(axes) == 1:
        return axes[0], 1
    high, wide = axes
    return (high or wide), (wide or high)


def make_sizes(outline: Outline, context: DrawContext, volumes: Volumes) -> Sizes:
    """Return the scales of an outline at the density of a context."""
    page, shares = context.page, volumes
    scales = make_scales(outline, page, context.tall, context.wide)
    extents = [link.extent for link in outline.links]
    extents += [block.output for block in outline.blocks if block.id not in scales.vectors]
    axes: list[float] = [
        axis for e in extents if e and e.spatial for axis in find_axes(e) if axis is not None
    ]
    axes += [scales.resolution.least, scales.resolution.greatest]
    # What is drawn tightly is also lower: edges to the back take width as well.
    tall = context.tall * context.wide**LOWER
    least, greatest = page.glyph_height.least, page.glyph_height.greatest * tall
    heights = Range(least * shares.heights.least, max(greatest * shares.heights.greatest, least))
    axis = Scale(min(axes), max(axes), heights, choose_height_form(outline, page))
    widths = Range(
        max(page.glyph_width.least * shares.features.least * context.wide, NARROWEST),
        page.glyph_width.greatest * shares.features.greatest * context.wide,
    )
    features = replace(scales.features, lengths=widths)
    return Sizes(scales, axis, features, volumes, context.style_book.grammar)
