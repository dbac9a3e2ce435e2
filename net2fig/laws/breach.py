"""The breach of a law."""

from __future__ import annotations

from msgspec import Struct

from net2fig.geometry import Point


class Breach(Struct, frozen=True):
    """A broken law: which one ("L2"), in what, and where on the page."""

    law: str
    message: str
    where: Point | None = None

    def __str__(self) -> str:
        """Return the breach as one line: "L2: '64' touches '128' at (10.5, 20.0)"."""
        place = f" at ({self.where.x:.1f}, {self.where.y:.1f})" if self.where else ""
        return f"{self.law}: {self.message}{place}"
