"""Which of its inputs goes on through a block, where others say what is done with it.

A recurrent layer reads a sequence and begins with states; an attention asks with its first input.
What goes on through a group looks like what leaves it: it is the stream to which the group adds.
Where sequences are put together, one with more places than all others have goes on. A part of a
split that is less than what leaves the block says what is done with the rest.
What no input reaches, learned queries for one, is joined by the path and does not begin it.
"""

from __future__ import annotations

from collections.abc import Collection
from math import prod

from net2fig.compose.dashes import RECURRENT
from net2fig.network import Extent
from net2fig.outline import Block, Link, Outline

FIRST = (RECURRENT, "attention")
"""The kinds of layers whose first input is what goes on."""

CONCATENATION = "Concatenate"
"""The operation that puts tokens together."""

SPLIT = "Split"
"""The operation that takes a tensor apart."""

PORTS = ("input", "sample")
"""The kinds of inputs."""


def find_main(outline: Outline) -> set[int]:
    """Return the main links of blocks that have one and read others as well, by their places."""
    learned = _find_learned(outline)
    splits = {block.id for block in outline.blocks if block.op == SPLIT}
    main = [_choose(block, outline.into(block.id), splits) for block in outline.blocks]
    chosen = {id(link) for link in main if link is not None and link.source not in learned}
    return {number for number, link in enumerate(outline.links) if id(link) in chosen}


def _find_learned(outline: Outline) -> set[str]:
    """Return the blocks that no input reaches; `blocks` are in the order of their data."""
    learned: set[str] = set()
    for block in outline.blocks:
        into = outline.into(block.id)
        if block.kind not in PORTS and all(link.source in learned for link in into):
            learned.add(block.id)
    return learned


def _choose(block: Block, links: list[Link], splits: Collection[str]) -> Link | None:
    if len({link.begin for link in links}) < 2:
        return None
    if block.kind in FIRST:
        return links[0]
    if block.op == CONCATENATION:
        return _choose_greatest(links)
    size = _measure(block.output)
    alike = [link for link in links if size and _measure(link.extent) == size]
    is_stream = block.is_group or any(link.source in splits for link in links)
    return alike[0] if is_stream and len(alike) == 1 else None


def _choose_greatest(links: list[Link]) -> Link | None:
    """Return the link with more places than all others together, if there is one."""
    places = [
        prod(axis or 0 for axis in link.extent.spatial) if link.extent else 0 for link in links
    ]
    greatest = max(places)
    return links[places.index(greatest)] if 2 * greatest > sum(places) else None


def _measure(extent: Extent | None) -> tuple[int, int] | None:
    """Return the number of places and of features; a map and its tokens have the same."""
    if extent is None or extent.features is None or None in extent.spatial:
        return None
    return prod(axis or 0 for axis in extent.spatial), extent.features
