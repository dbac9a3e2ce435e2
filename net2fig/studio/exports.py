"""The files that the page may write: those of the command, and others below its folder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from net2fig.errors import UsageError
from net2fig.figure import Figure, list_formats
from net2fig.options.formats import find_format

MAX_PATH = 300
"""The most characters of a path that the page may name."""


class Outputs:
    """Where figures are written, and which files were written before."""

    def __init__(self, folder: Path, named: Sequence[str], inputs: Collection[Path] = ()) -> None:
        self.folder = folder.resolve()
        self.named = tuple(named)
        self.inputs = {path.resolve() for path in inputs}
        self.written: set[Path] = set()
        self.last: tuple[str, ...] = self.named

    def find_path(self, name: str) -> Path:
        """Return the path of an output that the page names; raise if it may not be written."""
        if name in self.named:
            return Path(name)
        path = Path(name)
        bad = len(name) > MAX_PATH or not name.isprintable() or path.is_absolute()
        if bad or ".." in path.parts or any(part.startswith(".") for part in path.parts):
            raise UsageError(f"invalid output: {name!r} (must be below the folder of the studio)")
        find_format(path, list_formats())
        full = (self.folder / path).resolve()
        if not full.is_relative_to(self.folder):
            raise UsageError(f"invalid output: {name!r} (it leads out of the folder)")
        if full in self.inputs:
            raise UsageError(f"invalid output: {name!r} (the figure is made from it)")
        return full

    def list_foreign(self, names: Sequence[str]) -> list[str]:
        """Return the outputs that exist and that were not written here."""
        paths = {name: self.find_path(name) for name in names if name not in self.named}
        return [n for n, path in paths.items() if path.exists() and path not in self.written]

    def write(self, figure: Figure, names: Sequence[str]) -> list[str]:
        """Write a figure, to all files or to none, and return their names."""
        paths = [self.find_path(name) for name in names]
        figure.save(*paths)
        self.written.update(path.resolve() for path in paths)
        self.last = tuple(names)
        return list(names)
