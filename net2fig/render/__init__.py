"""From the finished drawing to the bytes of a file; one format, one module."""

from __future__ import annotations

from typing import Final

from net2fig.errors import UsageError, one_of, suggestion
from net2fig.render.files import write
from net2fig.render.pdf import pdf
from net2fig.render.png import png
from net2fig.render.settled import settled
from net2fig.render.svg import svg
from net2fig.scene import Scene

__all__ = ["FORMATS", "render", "write"]

FORMATS: Final = ("svg", "pdf", "png")
"""The formats a scene can be rendered to."""


def render(scene: Scene, format: str, *, dpi: float = 300) -> bytes:
    """Return the scene as a file of a format; `dpi` is the resolution of those made of pixels."""
    if format == "svg":
        return svg(scene)
    if format == "pdf":
        return pdf(svg(settled(scene), sharp=True), title=scene.title, subject=scene.description)
    if format == "png":
        return png(svg(settled(scene), sharp=True), dpi=dpi)
    message = f"unknown format: {format!r} {one_of(FORMATS)}"
    raise UsageError(message, hint=suggestion(format, FORMATS))
