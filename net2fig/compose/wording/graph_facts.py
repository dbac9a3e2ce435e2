"""Facts of blocks and links that sentences need: sizes, and where data go from one to another."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from net2fig.network import Extent
from net2fig.outline import Block, Outline


def count_features(block: Block) -> int:
    """Return the number of features, 0 where it is unknown."""
    return (block.output.features if block.output else 0) or 0


def find_height(extent: Extent | None) -> int | None:
    """Return the greatest spatial axis, 0 for a vector, None where it is unknown."""
    if extent is None:
        return None
    return extent.resolution if extent.spatial else 0


def find_ancestors(outline: Outline, place: Mapping[str, int], ends: Collection[str]) -> set[str]:
    """Return those of some blocks from which data go to another of them."""
    first = min((place.get(end, -1) for end in ends), default=-1)
    waiting, visited = list(ends), set[str]()
    while waiting:
        for link in outline.into(waiting.pop()):
            if link.source not in visited and place.get(link.source, -1) >= first:
                visited.add(link.source)
                waiting.append(link.source)
    return visited & set(ends)
