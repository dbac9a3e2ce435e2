"""Drawings to render: one that holds a little of everything, and random ones."""

from __future__ import annotations

import struct
import zlib

import pytest

from net2fig.geometry import Box, Point, Size
from net2fig.scene import Group, Image, Path, Scene, Text, Texture, polygon, polyline, rounded

INK = "#1a1a1a"


def one_pixel(colour: tuple[int, int, int] = (255, 0, 0)) -> bytes:
    """A PNG file of one pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00" + bytes(colour))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def trapezoid(x: float, y: float, fill: str | Texture | None) -> Path:
    """A glyph 12 wide, 40 high on the left and 20 on the right."""
    corners = [Point(x, y), Point(x + 12, y + 10), Point(x + 12, y + 30), Point(x, y + 40)]
    return Path(polygon(corners), fill, INK, 0.7)


@pytest.fixture
def scene() -> Scene:
    """A little of everything."""
    conv = Group(
        (trapezoid(10, 10, "#4e79a7"), Text(Point(16, 60), "64", 7, INK, "middle")),
        id="conv/1",
        classes=("glyph", "kind-conv"),
        data=(("type", "Conv2D"), ("layers", "conv/1")),
        title="Conv2D, 64 features",
    )
    pool = Group(
        (trapezoid(60, 10, Texture("crosshatch", INK, "#ffffff")),),
        id="pool",
        classes=("glyph", "kind-pool"),
    )
    line = Path(polyline([Point(22, 30), Point(60, 30)]), None, "#4d4d4d", 0.6, (2, 1.5))
    edge = Group((line,), classes=("edge",), data=(("from", "conv/1"), ("to", "pool")))
    badge = Path(rounded(Box(80, 52, 14, 9), 4.5), "#ffffff", "#666666", 0.45)
    return Scene(
        Size(120, 72),
        (
            edge,
            conv,
            pool,
            badge,
            Text(Point(87, 58.5), "×3", 6.2, INK, "middle", bold=True),
            Text(Point(110, 60), "Features", 7, INK, angle=-90, italic=True),
            Text(Point(30, 70), "serif", 7, INK, "end", family="serif"),
            Image(Box(98, 10, 8, 8), one_pixel(), "image/png"),
        ),
        title="A small network",
        description="Two layers & an edge.",
    )
