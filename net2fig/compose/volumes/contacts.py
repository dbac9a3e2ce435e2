"""Which cuboids touch, and whose lines leave from the top.

A slab stands on the map that it works on, as a page in a book: a pooling at the end of the map that
it reads, an up-sampling at the beginning of the map that reads it. Where all blocks stand in one
line, and no two lines beside it cross, these lines leave from the tops.

Requires: what is written at each cuboid.
Ensures: two cuboids touch only where the second hides nothing but a part of the side of the first,
and where no word stands between them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations

from msgspec import Struct

from net2fig.compose.volumes.sizes import Cuboid
from net2fig.graphs import longest_paths
from net2fig.outline import Outline


class Standing(Struct, frozen=True):
    """A cuboid as it stands: the widths of the words above and beneath it.

    A `slab` may touch others; what is `free` may be touched: neither a circle nor a sample.
    """

    cuboid: Cuboid
    title: float
    caption: float
    is_slab: bool
    is_free: bool


Pairs = Collection[tuple[str, str]]


def find_contacts(
    outline: Outline, standings: Mapping[str, Standing], gap: float, tops: Collection[str]
) -> Pairs:
    """Return the pairs of blocks that touch; `gap` is the least between two words.

    Of the blocks in `tops` all lines but one leave from the top.
    """
    contacts: set[tuple[str, str]] = set()
    taken: set[str] = set()
    for block in outline.blocks:
        links = outline.into(block.id)
        if len(links) != 1 or links[0].count > 1:
            continue
        source = links[0].source
        if len(outline.out_of(source)) > 1 and source not in tops:
            continue
        one, two = standings[source], standings[block.id]
        if not (one.is_free and two.is_free) or source in taken:
            continue
        # The lines of a slab that several read would turn over the side of what it touches.
        behind = two.is_slab and len(outline.out_of(block.id)) < 2
        behind = behind and _is_within(two.cuboid, one.cuboid)
        before = one.is_slab and not two.is_slab and one.cuboid.height == two.cuboid.height
        before = before and len(outline.out_of(source)) == 1
        before = before and not any(pair[1] == source for pair in contacts)
        if (behind or before) and _has_room(one, two, gap):
            contacts.add((source, block.id))
            taken.add(source)
    return contacts


def _is_within(one: Cuboid, two: Cuboid) -> bool:
    """Tell whether a face is no larger than another."""
    return one.height <= two.height and one.back.x <= two.back.x


def _has_room(one: Standing, two: Standing, gap: float) -> bool:
    """Tell whether the words of two that touch stand clear of each other and of both."""
    if (two.title or two.caption) and two.cuboid.height < one.cuboid.height:
        return False
    # How far the middles of the boxes are apart.
    apart = one.cuboid.width + (two.cuboid.width + two.cuboid.back.x) / 2
    apart -= (one.cuboid.width + one.cuboid.back.x) / 2
    pairs = ((one.title, two.title), (one.caption, two.caption))
    return all(not (a and b) or (a + b) / 2 + gap <= apart for a, b in pairs)


def has_nested_lines(outline: Outline) -> bool:
    """Tell whether each part is one line of blocks, and no two links beside it cross."""
    place = longest_paths({b.id: [x.source for x in outline.into(b.id)] for b in outline.blocks})
    if outline.parts:
        homes = outline.homes
        groups = [
            [b.id for b in outline.blocks if homes[b.id] == number]
            for number in range(len(outline.parts))
        ]
    else:
        groups = [[block.id for block in outline.blocks]]
    for ids in groups:
        if sorted(place[id] for id in ids) != list(range(1, len(ids) + 1)):
            return False
        spans = [(place[x.source], place[x.target]) for id in ids for x in outline.into(id)]
        beside = sorted({(a, b) for a, b in spans if b - a > 1})
        if any(a < c < b < d for (a, b), (c, d) in combinations(beside, 2)):
            return False
    return True
