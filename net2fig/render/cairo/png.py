"""SVG → PNG, by cairo, on white paper, at a resolution that is written into the file."""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path
from typing import Any

from net2fig.errors import UsageError
from net2fig.geometry import Size
from net2fig.render.cairo.library import load_cairo, render_surface

PAPER = "#ffffff"
"""The background of a drawing made of pixels."""


MAX_PIXELS = 32_000
"""The most pixels that one side of a picture may have: cairo's own limit is little higher."""


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


def render_png(
    svg: bytes, *, dpi: float, fonts: tuple[Path, ...] = (), transparent: bool = False
) -> bytes:
    """Return an SVG file as a picture with `dpi` pixels to the inch, on paper or on nothing."""
    cairosvg, cairo = load_cairo(fonts)

    base = cairosvg.surface.PNGSurface

    def set_context_size(surface: Any, *sizes: Any) -> None:
        """Grey edges, and letters where the metrics say.

        cairo's defaults for pictures depend on the screen, and move each letter to a whole pixel.
        """
        set_font_options = surface.context.set_font_options

        def set_plain_options(options: Any) -> None:
            options.set_antialias(cairo.ANTIALIAS_GRAY)
            options.set_hint_style(cairo.HINT_STYLE_NONE)
            options.set_hint_metrics(cairo.HINT_METRICS_OFF)
            set_font_options(options)

        surface.context.set_font_options = set_plain_options
        base.set_context_size(surface, *sizes)

    surface_type = type("Surface", (base,), {"set_context_size": set_context_size})
    picture = render_surface(
        surface_type, svg, scale=dpi / 96, background_color=None if transparent else PAPER
    )
    return add_resolution(picture, dpi)


def add_resolution(data: bytes, dpi: float) -> bytes:
    """Return a PNG file that tells its resolution, in a `pHYs` chunk behind its header."""
    metre = round(dpi / 0.0254)
    body = b"pHYs" + struct.pack(">IIB", metre, metre, 1)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    header = 8 + 25
    return data[:header] + chunk + data[header:]
