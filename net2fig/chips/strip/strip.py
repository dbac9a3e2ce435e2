"""A chip without sizes: cells, plates and forks in the order of the data.

strip   cell · cell · plate · fork · cell      arcs jump over the pieces between their ends
plate   a strip that occurs several times      (a group, or equal neighbours)
fork    strips side by side                    between a split and a merge
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from net2fig.data.grammar import Entry
from net2fig.network import Extent, Share


class Badge(Struct, frozen=True):
    """The number of a pin on a layer of a cell; `tier` and `code` are those of the pin."""

    number: int
    tier: str
    layer: str
    code: str = ""


class Cell(Struct, frozen=True):
    """One layer: its operation, its output, and the layers of the network that it represents.

    `label` and `color` are the author's own, if there are any. It is `pale` if the reference of a
    table has the same. `badges` are the pins of its layers, `measured` their numbers of a tint.
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
    badges: tuple[Badge, ...] = ()
    measured: tuple[tuple[str, float], ...] = ()

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

    A group of the author is `named`: it has a bracket even if it occurs once.
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
    """Strips between a split and a merge; open at the ends of a network that have none."""

    key: str
    lanes: tuple[Strip, ...]
    open_left: bool = False
    open_right: bool = False


CUT = "@cut"

Piece = Cell | Plate | Fork


class Arc(Struct, frozen=True):
    """Data that jumps over its neighbours.

    Ends are keys of pieces, `ENTRY` or `EXIT`, or `CUT` if a line of the chip ends under the arc.
    """

    source: str
    target: str


class Strip(Struct, frozen=True):
    """Pieces in a row and the arcs over them.

    `breaks` holds the keys of pieces that do not read the piece before them, `pads` the room before
    pieces that aligns them with other strips.
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
