"""From numbers to lengths: resolution to height, features to width, units to height.

Every scale is monotone and runs over the figure's own range. What is unknown, and what does not
vary, stands at a fixed share of the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import inf, log, sqrt

from msgspec import Struct

from net2fig.data.template import Range
from net2fig.network import Extent
from net2fig.options.page import Page
from net2fig.outline import Block, Link, Outline

VOCABULARY = 8
"""A dense layer with so many times the usual features classifies tokens."""

LINEAR, ROOT, LOG, AUTO = "linear", "root", "log", "auto"
"""The forms of a scale; `AUTO` is linear or root, as the figure needs."""
FORMS: dict[str, Callable[[float], float]] = {LINEAR: float, ROOT: sqrt, LOG: log}

RANGE, LOW, CROWD, SIZES = 16, 0.15, 1 / 3, 3
"""Heights are drawn to the root where they range further than this, more than this share of the
glyphs would lie in the lowest part of the range, and there are so many sizes: two look alike."""

CONSTANT = 0.55
"""The share of the range at which a quantity is drawn that is unknown or always the same."""


LARGER = 2
"""What stands for an unknown resolution beside what is pooled to a point: something larger."""


EMBEDDING = "embedding"


class Scale(Struct, frozen=True):
    """Maps numbers from `least` to `greatest` onto a range of lengths."""

    least: float
    greatest: float
    lengths: Range
    form: str = LINEAR
    constant: float = CONSTANT

    def __call__(self, value: float | None) -> float:
        """Return the length for a value."""
        if value is None or self.greatest <= self.least:
            return self.lengths.at(self.constant)
        shape = FORMS[self.form]
        low, high = shape(self.least), shape(self.greatest)
        here = shape(min(max(value, self.least), self.greatest))
        return self.lengths.at((here - low) / (high - low))


class Scales(Struct, frozen=True):
    """The three scales of a figure, and which blocks are drawn as vectors or single numbers."""

    resolution: Scale
    features: Scale
    units: Scale
    vectors: frozenset[str]
    numbers: frozenset[str] = frozenset()

    def link_height(self, link: Link) -> float:
        """Return the height of a link's handles."""
        extent = link.extent
        if extent is None or extent.spatial:
            return self.resolution(extent.resolution if extent else None)
        if link.source in self.numbers:
            return self.units(1)
        if link.source in self.vectors:
            return self.units(extent.features)
        return self.resolution(1)

    def entering_height(self, link: Link, target: Block) -> float:
        """Return the height with which a link enters a block.

        It is that of the link, but where a hidden layer made a resolution of a vector.
        """
        becomes_spatial = target.arrives is not None and bool(target.arrives.spatial)
        if link.source in self.vectors and target.id not in self.vectors and becomes_spatial:
            assert target.arrives is not None
            return self.resolution(target.arrives.resolution)
        return self.link_height(link)

    def output_height(self, block: Block) -> float:
        """Return the height of what leaves a block."""
        return self.link_height(Link(block.id, "", block.output))

    def width(self, block: Block) -> float:
        """Return the width of a block."""
        if block.id in self.vectors:
            return self.features(self.features.least)
        return self.features(block.output.features if block.output else None)


def make_scales(outline: Outline, page: Page, tall: float, wide: float) -> Scales:
    """Return the scales of an outline, the ranges of the template shrunk by the two factors."""
    vectors = frozenset(_find_vectors(outline))
    extents = [link.extent for link in outline.links] + [block.output for block in outline.blocks]
    # A hidden layer may make a map of a vector: its resolution is drawn where it arrives.
    extents += [
        block.arrives
        for block in outline.blocks
        if any(link.source in vectors for link in outline.into(block.id))
    ]
    heights = [e.resolution for e in extents if e and e.resolution is not None]
    is_known = True
    if set(heights) == {1} and any(e and e.spatial and e.resolution is None for e in extents):
        heights.append(LARGER)
        is_known = False
    outputs = [(block.id, block.output) for block in outline.blocks]
    outputs += [(link.source, link.extent) for link in outline.links]
    is_pooled = any(extent and not extent.spatial and id not in vectors for id, extent in outputs)
    features = _find_features([block for block in outline.blocks if block.id not in vectors])
    units = [
        block.output.features
        for block in outline.blocks
        if block.id in vectors and block.output and block.output.features is not None
    ]
    numbers = frozenset(_find_numbers(outline))
    units += [1 for _ in numbers]
    heights = [*heights, 1] if is_pooled else heights
    form = choose_height_form(outline, page)
    lengths = _height_range(page, tall)
    is_linear = is_known and form == LINEAR and len(set(heights)) > 1
    return Scales(
        _make_scale(heights, _raise(lengths, heights) if is_linear else lengths, form),
        _make_scale(features, _width_range(page, wide), constant=0.2),
        # Lengths of units begin at none: 1000 of them are drawn nearly as high as 1024.
        _make_scale(
            [0, *units] if len(set(units)) > 1 else units,
            _shrink(page.dense_height, tall),
            constant=_choose_share(units),
        ),
        vectors,
        numbers,
    )


def _find_numbers(outline: Outline) -> Iterable[str]:
    """Yield the inputs that are single numbers: those of words of which each is embedded."""
    for _, id in outline.inputs:
        readers = [outline[link.target] for link in outline.out_of(id)]
        is_bare = outline[id].output == Extent()
        if is_bare and readers and all(reader.kind == EMBEDDING for reader in readers):
            yield id


def choose_height_form(outline: Outline, page: Page) -> str:
    """Return the form of the scale of heights: that of the page, or what shows differences best."""
    if page.scale != AUTO:
        return page.scale
    sizes = [
        block.output.resolution
        for block in outline.blocks
        if block.kind != "sample" and block.output and block.output.spatial
    ]
    known = [size for size in sizes if size]
    if len(set(known)) < SIZES or max(known) <= RANGE * min(known):
        return LINEAR
    limit = min(known) + LOW * (max(known) - min(known))
    return ROOT if sum(size <= limit for size in known) > CROWD * len(known) else LINEAR


def _find_features(blocks: Sequence[Block]) -> list[int]:
    """Return the numbers of features that the widths range over.

    The classes that a dense layer gives each token of a vocabulary are many times what all else
    has. They are left out and drawn as wide as the widest: their number is printed.
    """
    known = [
        (block, block.output.features)
        for block in blocks
        if block.output and block.output.features is not None
    ]
    rest = sorted(features for block, features in known if block.kind != "dense")
    limit = VOCABULARY * rest[len(rest) // 2] if rest else inf
    return [features for block, features in known if block.kind != "dense" or features <= limit]


def _find_vectors(outline: Outline) -> Iterable[str]:
    """Yield the blocks whose input and output are vectors: they stand on the scale of units.

    The frame of an output is as high as what leads to it, be that a vector or pooled to a point.
    """
    vectors: set[str] = set()
    for block in outline.blocks:
        links_in = outline.into(block.id)
        flat = block.output is not None and not block.output.spatial
        if block.kind == "sample":
            flat = flat and all(link.source in vectors for link in links_in)
        if flat and (block.kind == "dense" or all(_is_vector(link.extent) for link in links_in)):
            vectors.add(block.id)
            yield block.id


def _is_vector(extent: Extent | None) -> bool:
    return extent is not None and not extent.spatial


def _make_scale(
    values: list[int], lengths: Range, form: str = LINEAR, constant: float = CONSTANT
) -> Scale:
    least, greatest = min(values, default=1), max(values, default=1)
    return Scale(least, greatest, lengths, form if least > 0 else LINEAR, constant)


def _choose_share(units: list[int]) -> float:
    """Return the share at which units that do not vary are drawn: low for 1, high for 1000."""
    return min(log(max([1, *units])) / log(1000), 1.0)


def _shrink(lengths: Range, factor: float) -> Range:
    return Range(lengths.least * max(factor, 0.8), lengths.greatest * factor)


def _height_range(page: Page, factor: float) -> Range:
    return Range(page.glyph_height.least, page.glyph_height.greatest * factor)


def _raise(lengths: Range, sizes: Sequence[int]) -> Range:
    """Return a range in which lengths are proportional to sizes, where the least allows for it."""
    share = min(sizes, default=0) / max(sizes, default=1)
    return Range(max(lengths.least, share * lengths.greatest), lengths.greatest)


def _width_range(page: Page, factor: float) -> Range:
    least = max(page.glyph_width.least * factor, 6.0)
    return Range(least, max(page.glyph_width.greatest * factor, least))
