"""A drawing as a notebook shows it: as SVG, and as a picture for readers that know no SVG."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

from net2fig.errors import Net2figError
from net2fig.geometry import Size

SVG = "image/svg+xml"
PNG = "image/png"

DPI = 192
"""The resolution of the picture, twice that of a screen."""


def make_bundle(
    make: Callable[..., bytes],
    size: Size,
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a drawing by the types of its data, and the size at which a picture is shown.

    `make` returns the bytes of a format. It is called for the included types only. Where no library
    draws pixels, the drawing is shown as SVG alone.
    """

    def is_included(type: str) -> bool:
        return (not include or type in include) and type not in (exclude or ())

    data: dict[str, Any] = {}
    if is_included(SVG):
        data[SVG] = make("svg").decode()
    if is_included(PNG):
        with suppress(Net2figError):
            data[PNG] = make("png", dpi=DPI)
    sides = {"width": round(size.width * 96 / 72), "height": round(size.height * 96 / 72)}
    return data, {PNG: sides} if PNG in data else {}
