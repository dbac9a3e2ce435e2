"""The entry of a legend: what a look is called, and what it is for."""

from __future__ import annotations

from msgspec import Struct

from net2fig.glyphs import Look

Key = tuple[str, ...]
"""The key of a legend entry: ("kind", "pool", "0"), ("class", "MyLayer"), ("group", "Block")."""


class LegendEntry(Struct, frozen=True):
    """How one entry of the legend looks, and what it is called.

    `colour` is the one that the look of a group was made from, `op` the operation of its first
    block, empty for a group.
    """

    key: Key
    label: str
    kind: str
    glyph: str
    look: Look
    order: int
    types: tuple[str, ...]
    colour: str = ""
    op: str = ""
