"""The result of `chip`: one drawing, or a table of several pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.chips.formats.registry import Files, render_file, render_files
from net2fig.chips.formats.sheet import Material
from net2fig.errors import Notice, UsageError
from net2fig.render.files import write_all
from net2fig.scene import Scene


class Chips(Struct, frozen=True):
    """Finished chips: `scene` is all of them on one page, `pages` as they fit a page's height."""

    scene: Scene
    pages: tuple[Scene, ...]
    material: Material
    report: dict[str, Any]
    warnings: tuple[Notice, ...] = ()

    def __repr__(self) -> str:
        """Return the names of the models and the size."""
        names = ", ".join(model["name"] for model in self.report["models"])
        size = f"{self.report['width_pt']} × {self.report['height_pt']} pt"
        return f"<Chips of {names}: {size}>"

    @property
    def alt(self) -> str:
        """The chips described in sentences."""
        return self.scene.description

    def to_bytes(self, format: str, **details: Any) -> bytes:
        """Return the chips in a format, as one file; a PDF has as many pages as are needed."""
        return render_file(self.material, self.scene, self.pages, format, **details)

    def save(self, *paths: str | Path, **details: Any) -> None:
        """Write the chips to files, all or none; the suffix of each says the format.

        The pictures of a Markdown file are written to a folder beside it.
        """
        targets = list(dict.fromkeys(map(Path, paths)))
        files: Files = []
        for path in targets:
            files += render_files(self.material, self.scene, self.pages, path, **details)
        folders = {path.parent for path, _ in files} - {path.parent for path in targets}
        with make_folders(sorted(folders)):
            write_all(files)

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        from net2fig.render.bundle import make_bundle

        return make_bundle(self.to_bytes, self.scene.size, include, exclude)

    def _repr_svg_(self) -> str:
        return self.to_bytes("svg").decode()


@contextmanager
def make_folders(needed: Iterable[Path]) -> Iterator[None]:
    """Make folders whose parents exist; remove them again after an error."""
    created = []
    for folder in dict.fromkeys(needed):
        if not folder.exists() and folder.parent.is_dir():
            try:
                folder.mkdir()
            except OSError as error:
                message = f"invalid output: {str(folder)!r} cannot be made ({error.strerror})"
                raise UsageError(message) from error
            created.append(folder)
    try:
        yield
    except Exception:
        for folder in created:
            with suppress(OSError):
                folder.rmdir()
        raise
