"""The formats of chips: those of every drawing, and those whose texts the document sets itself.

A chip is a picture in svg, pdf, png and tex. A table is a picture in svg, pdf and png; in tex, html
and md it is a table with a picture in each row. In sty each model is a command for running text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from net2fig.chips.sheet import Material, inline_chips, sheet_of
from net2fig.errors import UsageError, one_of, suggestion
from net2fig.render import FORMATS, render
from net2fig.scene import Scene

Files = list[tuple[Path, bytes]]

CHIP_FORMATS: Final = (*FORMATS, "html", "md", "sty")


def chip_format(path: str | Path) -> str:
    """Return the format that a path's suffix says."""
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in CHIP_FORMATS:
        choices = [f".{name}" for name in CHIP_FORMATS]
        message = f"unknown format: {Path(path).suffix!r} in {str(path)!r} {one_of(choices)}"
        raise UsageError(message, hint=suggestion(f".{suffix}", choices))
    return suffix


def known_format(name: str, place: str) -> str:
    """Return the name of a format."""
    if name not in CHIP_FORMATS:
        message = f"unknown format: {name!r}{place} {one_of(CHIP_FORMATS)}"
        raise UsageError(message, hint=suggestion(name, CHIP_FORMATS))
    return name


def one_file(
    material: Material, scene: Scene, pages: tuple[Scene, ...], format: str, **details: Any
) -> bytes:
    """Return the chips as one file, which refers to no other."""
    if format == "pdf" and len(pages) > 1:
        from net2fig.render.pages import pages as bound

        return bound(pages)
    if format == "tex" and material.columns:
        from net2fig.chips.tabular import tabular

        return tabular(sheet_of(material))
    if format == "html":
        from net2fig.chips.html import page

        return page(sheet_of(material))
    if format == "md":
        from net2fig.chips.markdown import whole

        return whole(sheet_of(material))
    if format == "sty":
        from net2fig.chips.package import package

        return package(inline_chips(material))
    return render(scene, known_format(format, ""), **details)


def files(
    material: Material, scene: Scene, pages: tuple[Scene, ...], path: Path, **details: Any
) -> Files:
    """Return the files to write for a path, the one of that name last."""
    format = chip_format(path)
    if format == "md":
        from net2fig.chips.markdown import parts

        return parts(sheet_of(material), path)
    return [(path, one_file(material, scene, pages, format, **details))]
