"""Pins and tints: marks on the layers of a network, and a number for each of them.

Neither changes the network. Checks, runs and files of the user make them; figures draw them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from msgspec import Struct

ERROR, WARNING, NOTE = TIERS = ("error", "warning", "note")
"""How much a pin claims, the strongest first."""


class Place(Struct, frozen=True):
    """A layer, one of the tensors that it returns, or the edge that carries this to `target`.

    An empty `layer` is the network as a whole.
    """

    layer: str = ""
    port: int | None = None
    target: str = ""

    def __str__(self) -> str:
        """Return the place as it is written: "dense", "dense:0", "dense:0>add"."""
        port = "" if self.port is None else f":{self.port}"
        return f"{self.layer}{port}{f'>{self.target}' if self.target else ''}"


class Pin(Struct, frozen=True):
    """A mark on a place, with one line of text beneath the figure, and more of it on a page.

    `card` holds what a page tells of it: pairs of a key and a value. `code` says what sort of mark
    it is; `line` is the line of code of the layer, if it is known.
    """

    place: Place
    text: str
    tier: str = NOTE
    code: str = ""
    card: tuple[tuple[str, str], ...] = ()
    line: str = ""


class Tint(Struct, frozen=True):
    """A number for each of some layers, with a name. Values that are not finite are kept."""

    name: str
    values: Mapping[str, float]

    @property
    def range(self) -> tuple[float, float]:
        """The least and the greatest finite value; both 0 if there is none."""
        finite = [value for value in self.values.values() if math.isfinite(value)]
        return (min(finite), max(finite)) if finite else (0.0, 0.0)
