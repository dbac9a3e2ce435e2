"""The formats of chips: those of every drawing, and those whose texts the document sets itself.

A chip is a picture in svg, pdf, png and tex. A table is a picture in svg, pdf and png; in tex, html
and md it is a table with a picture in each row. In sty each model is a command for running text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from net2fig.chips.formats.sheet import Material, inline_chips, sheet_of
from net2fig.options.formats import format_of, known_format
from net2fig.render import FORMATS, render
from net2fig.scene import Scene

Files = list[tuple[Path, bytes]]

CHIP_FORMATS: Final = (*FORMATS, "html", "md", "sty")


def one_file(
    material: Material, scene: Scene, pages: tuple[Scene, ...], format: str, **details: Any
) -> bytes:
    """Return the chips as one file, which refers to no other."""
    if format == "pdf" and len(pages) > 1:
        from net2fig.render.cairo.pages import render_pages as bound

        return bound(pages)
    if format == "tex" and material.columns:
        from net2fig.chips.formats.latex import tabular

        return tabular(sheet_of(material))
    if format == "html":
        from net2fig.chips.formats.html import page

        return page(sheet_of(material))
    if format == "md":
        from net2fig.chips.formats.markdown import whole

        return whole(sheet_of(material))
    if format == "sty":
        from net2fig.chips.formats.package import package

        return package(inline_chips(material))
    return render(scene, known_format(format, CHIP_FORMATS), **details)


def files(
    material: Material, scene: Scene, pages: tuple[Scene, ...], path: Path, **details: Any
) -> Files:
    """Return the files to write for a path, the one of that name last."""
    format = format_of(path, CHIP_FORMATS)
    if format == "md":
        from net2fig.chips.formats.markdown import parts

        return parts(sheet_of(material), path)
    return [(path, one_file(material, scene, pages, format, **details))]
