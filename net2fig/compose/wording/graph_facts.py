"""Facts of blocks and links that sentences need: sizes, and whether data go from one to another."""

from __future__ import annotations

from collections.abc import Mapping

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


def is_reachable(outline: Outline, place: Mapping[str, int], source: str, target: str) -> bool:
    """Tell whether data go from one block to another; only what lies between them is looked at."""
    first = place.get(source, -1)
    waiting, visited = [target], {target}
    while waiting:
        for link in outline.into(waiting.pop()):
            if link.source == source:
                return True
            if link.source not in visited and place.get(link.source, -1) > first:
                visited.add(link.source)
                waiting.append(link.source)
    return False
