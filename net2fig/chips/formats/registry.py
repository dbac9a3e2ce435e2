"""The formats of chips: pictures, and tables whose texts the document sets itself.

A chip is a picture in svg, pdf, png and tex. A table is a picture in svg, pdf and png; in tex, html
and md it is a table with a picture in each row. In sty each model is a command for running text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from net2fig.chips.formats.sheet import Material, draw_inline_chips, make_sheet
from net2fig.options.formats import check_format, find_format
from net2fig.render import FORMATS, render
from net2fig.scene import Scene

Files = list[tuple[Path, bytes]]

CHIP_FORMATS: Final = (*FORMATS, "html", "md", "sty")


def render_file(
    material: Material, scene: Scene, pages: tuple[Scene, ...], format: str, **details: Any
) -> bytes:
    """Return the chips as one file, which refers to no other."""
    if format == "pdf" and len(pages) > 1:
        from net2fig.render.pdf.writer import render_pdf

        return render_pdf(pages)
    if format == "tex" and material.columns:
        from net2fig.chips.formats.latex import write_table

        return write_table(make_sheet(material))
    if format == "html":
        from net2fig.chips.formats.html import write_page

        return write_page(make_sheet(material))
    if format == "md":
        from net2fig.chips.formats.markdown import write_one_file

        return write_one_file(make_sheet(material))
    if format == "sty":
        from net2fig.chips.formats.package import write_package

        return write_package(draw_inline_chips(material))
    return render(scene, check_format(format, CHIP_FORMATS), **details)


def render_files(
    material: Material, scene: Scene, pages: tuple[Scene, ...], path: Path, **details: Any
) -> Files:
    """Return the files to write for a path, the one of that name last."""
    format = find_format(path, CHIP_FORMATS)
    if format == "md":
        from net2fig.chips.formats.markdown import write_files

        return write_files(make_sheet(material), path)
    return [(path, render_file(material, scene, pages, format, **details))]
