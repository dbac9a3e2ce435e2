"""Show where data forks as a glyph of its own, so that a block begins where readers expect it.

Ensures: no block but a split is followed by several; what flows is the same. A block that gives
out several different tensors keeps its handles, as nothing is split there.
"""

from __future__ import annotations

from collections.abc import Sequence

from net2fig.outline import Block, Link

SPLIT = "Split"
"""The class of the catalogue by which a split is drawn."""


def with_splits(
    blocks: Sequence[Block], links: Sequence[Link], kind: str
) -> tuple[tuple[Block, ...], tuple[Link, ...]]:
    """Return blocks and links with a split put in after every block whose one tensor forks."""
    leaving: dict[str, list[Link]] = {}
    for link in links:
        leaving.setdefault(link.source, []).append(link)
    split: dict[str, str] = {}
    shown: list[Block] = []
    joined: list[Link] = []
    for block in blocks:
        shown.append(block)
        found = leaving.get(block.id, [])
        if len({link.target for link in found}) > 1 and len({link.extent for link in found}) == 1:
            split[block.id] = f"{block.id}@split"
            extent = found[0].extent
            shown.append(Block(split[block.id], SPLIT, kind, (), extent, name=SPLIT))
            joined.append(Link(block.id, split[block.id], extent))
    moved = [Link(split.get(link.source, link.source), link.target, link.extent) for link in links]
    return tuple(shown), (*joined, *moved)
