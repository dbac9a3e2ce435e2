"""The chip before it has a size: cells, plates and forks in the order of the data.

strip   cell · cell · plate · fork · cell      arcs jump over what lies between their ends
plate   a strip that occurs several times      (a group, or equal neighbours)
fork    strips side by side                    between a split and a merge
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from net2fig.data.grammar import Entry
from net2fig.network import Extent, Share


class Cell(Struct, frozen=True):
    """One layer: what it is, what it gives out, and the layers of the network it stands for.

    `label` and `color` are what its author calls and paints it, where that is not what all do.
    It is `pale` where the reference of a table has the same.
    """

    key: str
    type: str
    entry: Entry
    output: Extent | None
    layers: tuple[str, ...] = ()
    curve: str = ""
    shared: bool = False
    label: str = ""
    color: str = ""
    pale: bool = False

    @property
    def is_open(self) -> bool:
        """Whether its size hangs on that of the input, which the model leaves open."""
        return self.output is not None and any(isinstance(a, Share) for a in self.output.spatial)

    @property
    def values(self) -> int | None:
        """The number of values that the layer gives out; None where an axis is unknown."""
        if self.output is None or not self.output.known or self.output.features is None:
            return None
        number = self.output.features
        for axis in self.output.spatial:
            number *= axis or 0
        return number


class Plate(Struct, frozen=True):
    """A strip that occurs `count` times in a row; `name` is that of the group, if it is one.

    A group that the author named is `named`: it has a bracket also where it occurs once.
    """

    key: str
    strip: Strip
    count: int
    name: str = ""
    named: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether it is drawn as if it were no plate."""
        return self.count == 1 and not self.named


class Fork(Struct, frozen=True):
    """Strips between a split and a merge; open where there is none, at the ends of a network."""

    key: str
    lanes: tuple[Strip, ...]
    open_left: bool = False
    open_right: bool = False


CUT = "@cut"

Piece = Cell | Plate | Fork


class Arc(Struct, frozen=True):
    """Data that jumps over its neighbours.

    Ends are keys of pieces, `ENTRY` or `EXIT`; `CUT` where a line of the chip ends under the arc.
    """

    source: str
    target: str


class Strip(Struct, frozen=True):
    """Pieces in a row and the arcs over them.

    `breaks` holds the keys of pieces that read nothing of the one that stands before them, `pads`
    the room before some pieces that aligns them with those of other strips.
    """

    pieces: tuple[Piece, ...]
    arcs: tuple[Arc, ...] = ()
    breaks: frozenset[str] = frozenset()
    pads: tuple[tuple[str, float], ...] = ()

    def cells(self) -> Iterator[Cell]:
        """Yield all cells, those of plates and forks included, in order."""
        for piece in self.pieces:
            if isinstance(piece, Cell):
                yield piece
            elif isinstance(piece, Plate):
                yield from piece.strip.cells()
            else:
                for lane in piece.lanes:
                    yield from lane.cells()
