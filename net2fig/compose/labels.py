"""Labels: features beneath glyphs, resolutions above lines.

A label is printed only where its value changes. Blocks and links of one resolution form a region;
a region is labelled once: on a lane that leads past other resolutions, else where it begins.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from math import prod

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.wording import words
from net2fig.graphs import DisjointSets
from net2fig.network import Extent
from net2fig.options.page import Page
from net2fig.options.types import Labels
from net2fig.outline import Block, Link, Outline


class Caption(Struct, frozen=True):
    """What stands beneath a glyph: the first line, its badge, further lines."""

    text: str = ""
    badge: str = ""
    more: tuple[str, ...] = ()
    muted: bool = False

    def size(self, page: Page) -> float:
        """Return the size of the first line: what is muted is small."""
        return page.small if self.muted else page.size

    def __bool__(self) -> bool:
        """Tell whether there is anything to print."""
        return bool(self.text or self.badge or self.more)


def choose_link_labels(outline: Outline, mode: str) -> dict[int, str]:
    """Return the resolution to print on each link, by the link's place in the outline."""
    if mode == "none":
        return {}
    texts = [_format_on_map(outline, link) for link in outline.links]
    if mode == "relative":
        whole = find_whole(outline)
        shares = [words.format_shares(link.extent, whole) for link in outline.links]
        texts = [share or text for share, text in zip(shares, texts, strict=True)]
    if mode == "all":
        return {number: text for number, text in enumerate(texts) if text}
    chosen = {}
    place = {block.id: number for number, block in enumerate(outline.blocks)}
    resolutions = _Resolutions(outline)
    for members in _find_regions(outline, texts):
        number = _choose_link(outline, members, place, resolutions)
        if texts[number]:
            chosen[number] = texts[number]
    return chosen


def find_whole(outline: Outline) -> Extent | None:
    """Return the greatest input that has a resolution."""
    inputs = [outline[id].output for _, id in outline.inputs]
    known = [each for each in inputs if each and each.spatial and None not in each.spatial]
    return max(known, key=lambda each: each.resolution or 0, default=None)


def _format_on_map(outline: Outline, link: Link) -> str:
    """Return the resolution on a link; that of the map for tokens that are a map before or after.

    So a stage that takes its map apart into tokens again and again has one resolution.
    """
    extent = link.extent
    near = [*outline.into(link.source), *outline.out_of(link.target)]
    maps = {each.extent.spatial for each in near if each.extent is not None}
    if extent is None or extent.grid not in maps or not is_whole(extent):
        return format_link(outline, link)
    return words.format_resolution(replace(extent, spatial=extent.grid))


def is_whole(extent: Extent) -> bool:
    """Tell whether the tokens of a grid are those of the grid alone."""
    return bool(extent.grid) and extent.spatial == (prod(axis or 0 for axis in extent.grid),)


def format_link(outline: Outline, link: Link) -> str:
    """Return the resolution on a link; what was pooled to a point is 1×1."""
    if link.extent is not None and not link.extent.spatial:
        extents = [into.extent for into in outline.into(link.source)]
        axes = max((len(extent.spatial) for extent in extents if extent), default=0)
        arriving = outline[link.target].arrives
        if arriving is not None and arriving.spatial and not axes:
            return words.format_resolution(arriving)
        is_pooled = axes > 1 and outline[link.source].kind == "pool"
        return words.TIMES.join(["1"] * axes) if is_pooled else ""
    # A sequence of one step is what an embedding makes of a single number.
    is_one = link.extent is not None and link.extent.spatial == (1,)
    return "" if is_one else words.format_resolution(link.extent)


def _find_regions(outline: Outline, texts: list[str]) -> list[list[int]]:
    """Return the links of each region: those of one text that hang together through blocks."""
    regions = DisjointSets(len(texts))
    at: dict[tuple[str, str], int] = {}
    for number, link in enumerate(outline.links):
        for block in (link.source, link.target):
            regions.join(at.setdefault((block, texts[number]), number), number)
    return regions.sets()


class _Resolutions:
    """Where the blocks of each resolution stand, to tell what a link passes."""

    def __init__(self, outline: Outline) -> None:
        self.known: list[int] = []
        self.places: dict[tuple[int | None, ...], list[int]] = {}
        for number, block in enumerate(outline.blocks):
            if block.output:
                self.known.append(number)
                self.places.setdefault(block.output.spatial, []).append(number)

    def has_other(self, first: int, last: int, resolution: tuple[int | None, ...]) -> bool:
        """Tell whether a block from `first` on and before `last` has another resolution."""
        same = _count_between(self.places.get(resolution, []), first, last)
        return _count_between(self.known, first, last) > same


def _count_between(places: list[int], first: int, last: int) -> int:
    return bisect_left(places, last) - bisect_left(places, first)


def _choose_link(
    outline: Outline, members: list[int], place: Mapping[str, int], resolutions: _Resolutions
) -> int:
    """Return the link of a region to print on; `place` numbers the blocks."""
    lanes = []
    for number in members:
        link = outline.links[number]
        first, last = place.get(link.source, -1), place.get(link.target, len(place))
        resolution = link.extent.spatial if link.extent else ()
        if resolutions.has_other(first + 1, last, resolution):
            lanes.append((last - first, -number))
    return -max(lanes)[1] if lanes else members[0]


def make_captions(
    outline: Outline,
    labels: Labels,
    features_of: Mapping[str, str],
    names: Mapping[str, str],
    settings: Mapping[str, str] | None = None,
    told: Mapping[str, str] | None = None,
) -> dict[str, Caption]:
    """Return what stands beneath each block.

    `features_of` says for each kind when its features are printed; `names` gives the ports
    that are named, `settings` what is printed unasked. `told` holds the words of the legend for
    each block: what they say is not printed again.
    """
    captions_by_id = {}
    for block in outline.blocks:
        text = ""
        if labels.features and _is_printed(outline, block, features_of.get(block.kind, "change")):
            text = words.format_features(block.output)
        caption = Caption(
            text=text,
            badge=words.format_times(block.count) if block.count > 1 else "",
            more=tuple(
                _list_lines(
                    block,
                    labels,
                    names,
                    (settings or {}).get(block.id, ""),
                    (told or {}).get(block.id, ""),
                )
            ),
        )
        if caption:
            captions_by_id[block.id] = caption
    return captions_by_id


def _is_printed(outline: Outline, block: Block, when: str) -> bool:
    """Tell whether to print a block's number of features.

    Some kinds set it themselves: theirs is always printed. Of others it is news only where no
    block before has the same.
    """
    if when != "change":
        return when == "own"
    extents = [link.extent for link in outline.into(block.id)]
    if block.output is None:
        return False
    if not outline.out_of(block.id):
        return True
    return not any(_has_same_features(extent, block.output) for extent in extents)


def _has_same_features(one: Extent | None, two: Extent) -> bool:
    return one is not None and one.features == two.features


def _list_lines(
    block: Block, labels: Labels, names: Mapping[str, str], setting: str, told: str
) -> list[str]:
    """Return the further lines beneath a block."""
    lines = [names[block.id]] if block.id in names else []
    if labels.name and block.name and block.name not in lines:
        lines.append(block.type if block.is_group else _name_layers(block))
    if labels.type and block.kind != "sample" and block.type not in lines:
        lines.append(block.type)
    if block.is_group:
        window = activation = ""
    else:
        window = words.format_window(
            block.attributes,
            is_up=block.kind == "up",
            kernel=labels.kernel,
            stride=labels.stride or (labels.kernel and bool(setting)),
        )
        activation = words.format_activation(block.attributes) if labels.activation else ""
    window = window or setting
    if window and not words.has_window(told, window):
        lines.append(window)
    if labels.params and block.params:
        lines.append(words.format_parameters(block.params))
    if activation and not told.endswith(f", {activation}"):
        lines.append(activation)
    return lines


def _name_layers(block: Block) -> str:
    """Return the name of a layer; of folded ones the first and the last: "block1_conv1–2"."""
    stem = block.name.rstrip("0123456789")
    numbered = [id for id in block.layers if id.startswith(stem) and id[len(stem) :].isdigit()]
    if block.count < 2 or len(numbered) != block.count:
        return block.name
    return f"{numbered[0]}–{numbered[-1][len(stem) :]}"
