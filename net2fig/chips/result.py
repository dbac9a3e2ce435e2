"""What `chip` returns: one drawing, or several pages of a table, to be saved in any format."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from net2fig.errors import Notice, UsageError, one_of, suggestion
from net2fig.render import FORMATS, render, write
from net2fig.scene import Scene


@dataclass(frozen=True, slots=True)
class Chips:
    """Finished chips: `scene` is all of them on one page, `pages` as they fit a page's height."""

    scene: Scene
    pages: tuple[Scene, ...]
    report: dict[str, Any] = field(repr=False)
    warnings: tuple[Notice, ...] = ()

    @property
    def alt(self) -> str:
        """The chips in sentences."""
        return self.scene.description

    def to_bytes(self, format: str, **details: Any) -> bytes:
        """Return the chips as svg, png or pdf; a PDF has as many pages as are needed."""
        if format == "pdf" and len(self.pages) > 1:
            from net2fig.render.pages import pages

            return pages(self.pages)
        return render(self.scene, format, **details)

    def save(self, *paths: str | Path, **details: Any) -> None:
        """Write the chips to files; the suffix of each says the format."""
        made = [(Path(p), self.to_bytes(chip_format(p), **details)) for p in paths]
        for path, data in made:
            write(path, data)

    def _repr_svg_(self) -> str:
        return self.to_bytes("svg").decode()


def chip_format(path: str | Path) -> str:
    """Return the format that a path's suffix says."""
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        choices = [f".{name}" for name in FORMATS]
        message = f"unknown format: {Path(path).suffix!r} in {str(path)!r} {one_of(choices)}"
        raise UsageError(message, hint=suggestion(f".{suffix}", choices))
    return suffix
