"""Which areas may be near a box: a grid of cells over the page, for the laws of pairs.

Ensures: whatever is nearer to a box than the reach is found; what is found may be further away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from net2fig.geometry import Box
from net2fig.laws.shapes import Area, list_segments

CELL: Final = 24.0
"""The least side of a cell, in points."""
MOST_CELLS: Final = 400
"""The most cells along a side of the page."""


class Nearby:
    """Areas by the cells in which they have paint; a long line is in those along it alone."""

    def __init__(self, areas: Sequence[Area]) -> None:
        width = max((area.box.right for area in areas), default=0.0)
        height = max((area.box.bottom for area in areas), default=0.0)
        self.sides = (max(CELL, width / MOST_CELLS), max(CELL, height / MOST_CELLS))
        self.cells: dict[tuple[int, int], list[int]] = {}
        for number, area in enumerate(areas):
            for cell in {cell for box in list_boxes(area) for cell in self._cells(box)}:
                self.cells.setdefault(cell, []).append(number)

    def find(self, area: Area, reach: float) -> list[int]:
        """Return the numbers of all areas that may be nearer than `reach`, in their order."""
        return self.find_boxes(box.grown(reach) for box in list_boxes(area))

    def find_boxes(self, boxes: Iterator[Box]) -> list[int]:
        """Return the numbers of all areas that may touch one of some boxes."""
        cells = {cell for box in boxes for cell in self._cells(box)}
        return sorted({number for cell in cells for number in self.cells.get(cell, ())})

    def _cells(self, box: Box) -> Iterator[tuple[int, int]]:
        wide, high = self.sides
        for column in range(int(box.x // wide), int(box.right // wide) + 1):
            for row in range(int(box.y // high), int(box.bottom // high) + 1):
                yield column, row


def list_boxes(area: Area) -> Iterator[Box]:
    """Yield boxes that hold all paint of an area: one for each piece of a line."""
    if area.filled:
        yield area.box
        return
    for chain in area.chains:
        for one, two in list_segments(chain):
            left, top = min(one.x, two.x), min(one.y, two.y)
            box = Box(left, top, abs(one.x - two.x), abs(one.y - two.y))
            yield box.grown(area.half)
