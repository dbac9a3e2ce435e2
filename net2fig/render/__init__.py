"""From the finished drawing to the bytes of a file; one format, one module."""

from __future__ import annotations

from typing import Final

from net2fig.errors import UsageError, one_of, suggestion
from net2fig.fonts.metrics import printable
from net2fig.render.files import write
from net2fig.render.svg.writer import svg
from net2fig.scene import Scene

__all__ = ["FORMATS", "render", "write"]

FORMATS: Final = ("svg", "pdf", "png", "tex")
"""The formats a scene can be rendered to."""


def render(scene: Scene, format: str, *, dpi: float = 300) -> bytes:
    """Return the scene as a file of a format; `dpi` is the resolution of those made of pixels."""
    if format == "svg":
        return svg(scene)
    if format == "tex":
        from net2fig.render.tex.writer import tex

        return tex(scene)
    if format in FORMATS:
        return _by_cairo(scene, format, dpi)
    message = f"unknown format: {format!r} {one_of(FORMATS)}"
    raise UsageError(message, hint=suggestion(format, FORMATS))


def _by_cairo(scene: Scene, format: str, dpi: float) -> bytes:
    """Return the scene as PDF or PNG, made from its SVG."""
    from net2fig.render.cairo.pdf import pdf
    from net2fig.render.cairo.png import check_pixels, png
    from net2fig.render.faces import used_files
    from net2fig.render.shipped_fonts import settled

    if format == "png":
        check_pixels(scene.size, dpi)
    drawing, fonts = svg(settled(scene), sharp=True), tuple(sorted(used_files([scene])))
    if format == "pdf":
        title, subject = printable(scene.title), printable(scene.description)
        return pdf(drawing, title=title, subject=subject, fonts=fonts)
    return png(drawing, dpi=dpi, fonts=fonts, clear=scene.background == "none")
