"""From the finished drawing to the bytes of a file; one format, one module."""

from __future__ import annotations

from typing import Final

from net2fig.errors import UsageError, one_of, suggestion
from net2fig.render.files import write
from net2fig.render.svg.writer import render_svg
from net2fig.scene import Scene

__all__ = ["FORMATS", "render", "write"]

FORMATS: Final = ("svg", "pdf", "png", "tex", "eps", "pptx")
"""The formats a scene can be rendered to."""


def render(scene: Scene, format: str, *, dpi: float | None = None) -> bytes:
    """Return the scene as a file of a format.

    `dpi` is the resolution of those made of pixels, in place of that of the scene.
    """
    if format == "svg":
        return render_svg(scene)
    if format == "tex":
        from net2fig.render.tex.writer import render_tex

        return render_tex(scene)
    if format == "pdf":
        from net2fig.render.pdf.writer import render_pdf

        return render_pdf([scene])
    if format == "png":
        from net2fig.render.png import render_png

        return render_png(scene, scene.dpi if dpi is None else dpi)
    if format == "eps":
        from net2fig.render.eps.writer import render_eps

        return render_eps(scene)
    if format == "pptx":
        from net2fig.render.pptx.writer import render_pptx

        return render_pptx(scene)
    message = f"unknown format: {format!r} {one_of(FORMATS)}"
    raise UsageError(message, hint=suggestion(format, FORMATS))
