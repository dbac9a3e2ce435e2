"""What annotations are made of, along and across the flow, before they are drawn."""

from __future__ import annotations

from msgspec import Struct

from net2fig.geometry import Box, Point


class Stroke(Struct, frozen=True):
    """A line; an arrow has its head at its last point."""

    points: tuple[Point, ...]
    is_arrow: bool = False
    is_dashed: bool = False
    is_leader: bool = False


class Label(Struct, frozen=True):
    """Lines of text in a box."""

    lines: tuple[str, ...]
    box: Box
    is_bold: bool = False


class Mark(Struct, frozen=True):
    """One annotation: `about` are the ids of the things that it is about.

    `ground` is a panel: a box, or several in steps, one beneath the other.
    """

    sort: str
    about: tuple[str, ...]
    labels: tuple[Label, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    ground: tuple[Box, ...] = ()
    color: str | None = None


class Slot(Struct, frozen=True):
    """Room that is taken beyond a row, up to `depth`; lines may pass it outside of `opaque`."""

    left: float
    right: float
    depth: float
    opaque: tuple[float, float]


class Bands:
    """The room that annotations take above (-1) and below (1) each row, nearest first."""

    def __init__(self) -> None:
        self._slots: dict[tuple[int, int], list[Slot]] = {}

    def reserve(
        self,
        at: tuple[int, int],
        left: float,
        right: float,
        room: float,
        *,
        floor: float = 0.0,
        opaque: tuple[float, float] | None = None,
    ) -> float:
        """Take room beyond all that is taken between two places; return how far away it begins."""
        offset = max(floor, self.depth(at, left, right))
        slot = Slot(left, right, offset + room, opaque or (left, right))
        self._slots.setdefault(at, []).append(slot)
        return offset

    def depth(
        self, at: tuple[int, int], left: float = float("-inf"), right: float = float("inf")
    ) -> float:
        """Return how much is taken between two places."""
        slots = self._slots.get(at, [])
        return max((s.depth for s in slots if s.left < right and left < s.right), default=0.0)

    def list_spans(self, at: tuple[int, int]) -> list[tuple[float, float]]:
        """Return from where to where no line may pass."""
        return [slot.opaque for slot in self._slots.get(at, [])]
