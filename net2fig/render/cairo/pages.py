"""Scenes → one PDF with a page for each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from net2fig.fonts.metrics import printable
from net2fig.render.cairo.library import load_cairo, render_surface
from net2fig.render.cairo.pdf import complete_date, read_creation_date
from net2fig.render.shipped_fonts import anchor_texts
from net2fig.render.svg.writer import render_svg
from net2fig.scene import Scene


def render_pages(scenes: Sequence[Scene]) -> bytes:
    """Return scenes as the pages of a PDF, each of its own size; the first gives the title."""
    cairosvg, cairo = load_cairo()
    output = io.BytesIO()
    first = scenes[0]
    shared = cairo.PDFSurface(output, first.size.width, first.size.height)
    entries = {
        cairo.PDF_METADATA_TITLE: printable(first.title),
        cairo.PDF_METADATA_SUBJECT: printable(first.description),
        cairo.PDF_METADATA_CREATOR: "net2fig",
        cairo.PDF_METADATA_CREATE_DATE: read_creation_date().strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    for key, text in entries.items():
        if text:
            shared.set_metadata(key, text)

    def turn(_target: io.BytesIO, width: float, height: float) -> Any:
        shared.set_size(width, height)
        return shared

    def finish(page: Any) -> None:
        page.cairo.show_page()

    base = cairosvg.surface.PDFSurface
    members = {"surface_class": staticmethod(turn), "finish": finish}
    page_type = type("Page", (base,), members)
    for scene in scenes:
        render_surface(page_type, render_svg(anchor_texts(scene), sharp=True))
    shared.finish()
    return complete_date(output.getvalue())
