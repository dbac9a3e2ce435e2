"""The result of `cell`: the figure of the inside of a layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.cells.cell import Cell
from net2fig.cells.equations import write_equations
from net2fig.cells.player.trace import Trace
from net2fig.errors import Notice, UsageError
from net2fig.network import Network
from net2fig.options.formats import find_format
from net2fig.options.page import Page
from net2fig.render import FORMATS, render
from net2fig.render.files import write_all
from net2fig.scene import Scene, Text

CELL_FORMATS = (*FORMATS, "html")

NO_SEQUENCE = "missing option: '--input' (the sequence that the page steps through)"


class CellFigure(Struct, frozen=True):
    """The figure of a cell: its scene, and what it was drawn from.

    `trace` is what the cell computes of a sequence, for the page.
    """

    scene: Scene
    cell: Cell
    network: Network
    page: Page
    warnings: tuple[Notice, ...] = ()
    trace: Trace | None = None

    def __repr__(self) -> str:
        """Return the layer and its kind."""
        return f"<CellFigure of {self.cell.layer.name!r}: {self.cell.label}>"

    @property
    def alt(self) -> str:
        """The cell described in sentences."""
        return self.scene.description

    @property
    def equations(self) -> tuple[str, ...]:
        """The equations of the cell in plain signs."""
        return tuple(equation.text for equation in write_equations(self.cell))

    @property
    def report(self) -> dict[str, Any]:
        """What was drawn, for scripts."""
        sizes = [item.size for item, _ in self.scene.walk() if isinstance(item, Text)]
        return {
            "source": self.network.source,
            "reader": self.network.reader,
            "layer": self.cell.layer.id,
            "cell": self.cell.label,
            "equations": list(self.equations),
            "template": self.page.id,
            "width_pt": round(self.scene.size.width, 2),
            "height_pt": round(self.scene.size.height, 2),
            "min_text_pt": min(sizes, default=None),
            "warnings": [{"code": each.code, "text": each.text} for each in self.warnings],
        }

    def to_bytes(self, format: str, **details: Any) -> bytes:
        """Return the figure as svg, pdf, png or tex, or with a sequence the page as html."""
        if format == "html":
            if self.trace is None:
                raise UsageError(NO_SEQUENCE, hint="net2fig cell MODEL:LAYER --input seq.npy")
            from net2fig.cells.player.document import render_player

            return render_player(self.scene, self.trace)
        return render(self.scene, format, **details)

    def save(self, *paths: str | Path, **details: Any) -> None:
        """Write the figure to files, all or none; the suffix of each says the format."""
        write_all([(p, self.to_bytes(find_format(p, CELL_FORMATS), **details)) for p in paths])

    def _repr_svg_(self) -> str:
        return self.to_bytes("svg").decode()
