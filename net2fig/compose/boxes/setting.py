"""What is the same for all pictures of a block diagram."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct, field

from net2fig.compose.diagram import DrawContext
from net2fig.geometry import Size
from net2fig.outline import Definition


class Setting(Struct, frozen=True):
    """What is the same for all pictures of a figure.

    `names` has those of inputs and outputs, and of equal layers side by side. `opened` are the
    names of the groups that are drawn open; `up` is whether data flow upwards; `sums` are the
    operations that add, `copies` the ends of the links that copy past others.
    """

    context: DrawContext
    definitions: Mapping[str, Definition]
    names: Mapping[str, str] = field(default_factory=dict)
    opened: Collection[str] = ()
    up: bool = True
    sums: Collection[str] = ()
    copies: Collection[tuple[str, str]] = ()

    def turn(self, size: Size) -> Size:
        """Return a size on the page as one along and across the flow, or back."""
        return Size(size.height, size.width) if self.up else size
