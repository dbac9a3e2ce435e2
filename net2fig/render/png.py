"""Scene → PNG: the pixels of its PDF, at a resolution that is written into the file.

PDFium draws them. Its wheel has builds for all systems, and the fonts are those of the PDF.
"""

from __future__ import annotations

import io
import math
from threading import Lock
from typing import Any

from net2fig.errors import Net2figError, UsageError
from net2fig.geometry import Size
from net2fig.render.pdf.writer import render_pdf
from net2fig.scene import Scene

PAPER, NOTHING = (255, 255, 255, 255), (255, 255, 255, 0)
"""The background of a drawing made of pixels, and of one that has none."""

MAX_PIXELS = 32_000
"""The most pixels that one side of a picture may have."""

_PDFIUM = Lock()
"""PDFium draws one page at a time."""


def render_png(scene: Scene, dpi: float) -> bytes:
    """Return a scene as a picture with `dpi` pixels to the inch, on paper or on nothing."""
    check_pixels(scene.size, dpi)
    paper = NOTHING if scene.background == "none" else PAPER
    data = render_pdf([scene])
    with _PDFIUM:
        document = load_pdfium().PdfDocument(data)
        try:
            # Sides are rounded up: one that is whole but for the last bit is that.
            scale = dpi / 72 * (1 - 1e-9)
            picture = document[0].render(scale=scale, fill_color=paper).to_pil()
        finally:
            document.close()
    file = io.BytesIO()
    picture.save(file, "PNG", dpi=(dpi, dpi))
    return file.getvalue()


def load_pdfium() -> Any:
    """Import PDFium."""
    try:
        import pypdfium2
    except ImportError as error:
        message = "missing package: pypdfium2, which draws pictures made of pixels"
        raise Net2figError(message, hint="pip install pypdfium2") from error
    return pypdfium2


def check_pixels(size: Size, dpi: float) -> None:
    """Raise a `UsageError` where a drawing of this size has no such picture."""
    if not 0 < dpi < math.inf:
        message = f"invalid resolution: {dpi!r} (pixels to the inch, greater than 0)"
        raise UsageError(message)
    width, height = (round(side * dpi / 72) for side in (size.width, size.height))
    if not (0 < width <= MAX_PIXELS and 0 < height <= MAX_PIXELS):
        pixels = f"{width} × {height} pixels at {dpi:g} dpi"
        message = f"unsupported picture: {pixels} (1 to {MAX_PIXELS} each)"
        raise UsageError(message, hint="choose another resolution, or a format made of lines")
