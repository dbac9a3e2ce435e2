"""SVG → PDF, by cairo: vectors throughout, the fonts embedded, the same bytes on every run."""

from __future__ import annotations

import io
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from net2fig.render.cairo.library import load_cairo, render_surface

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The date a PDF bears where SOURCE_DATE_EPOCH does not say another."""


def render_pdf(
    svg: bytes, *, title: str = "", subject: str = "", fonts: tuple[Path, ...] = ()
) -> bytes:
    """Return an SVG file as a PDF of one page, with a title that viewers show."""
    cairosvg, cairo = load_cairo(fonts)
    entries = {
        cairo.PDF_METADATA_TITLE: title,
        cairo.PDF_METADATA_SUBJECT: subject,
        cairo.PDF_METADATA_CREATOR: "net2fig",
        cairo.PDF_METADATA_CREATE_DATE: read_creation_date().strftime("%Y-%m-%dT%H:%M:%SZ"),
    }

    def open_surface(target: io.BytesIO, width: float, height: float) -> Any:
        surface = cairo.PDFSurface(target, width, height)
        for key, text in entries.items():
            if text:
                surface.set_metadata(key, text)
        return surface

    base = cairosvg.surface.PDFSurface
    surface_type = type("Surface", (base,), {"surface_class": staticmethod(open_surface)})
    return complete_date(render_surface(surface_type, svg))


def complete_date(data: bytes) -> bytes:
    """Return a PDF whose date begins with "D:", as it must; cairo before 1.16 leaves that out.

    Two spaces of the indentation make room: no byte behind moves.
    """
    return re.sub(rb"  (/CreationDate \()(\d{14}Z\))", rb"\1D:\2", data)


def read_creation_date() -> datetime:
    """Return the date that SOURCE_DATE_EPOCH gives, in seconds since 1970, or a fixed one."""
    value = os.environ.get("SOURCE_DATE_EPOCH", "")
    if re.fullmatch(r"\d{1,11}", value):
        return datetime.fromtimestamp(int(value), UTC)
    return EPOCH
