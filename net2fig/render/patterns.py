"""Textures as SVG patterns: one pattern per angle, filled over the paper."""

from __future__ import annotations

from typing import Any

from net2fig.geometry import Point
from net2fig.render.numbers import number
from net2fig.render.textures import Tile, Wave
from net2fig.scene import Texture

REACH = 6000.0
"""How long a band is drawn, in points: longer than any page, so that its ends are never seen."""


def pattern_id(texture: Texture, index: int) -> str:
    """Return the id of a pattern; it says what the pattern is, so equal ids are equal patterns."""
    colour = "".join(char for char in texture.ink.lower() if char.isalnum())
    return f"texture-{texture.name}-{colour}" + (f"-{index + 1}" if index else "")


def pattern_ids(texture: Texture, tile: Tile) -> list[str]:
    """Return the ids of the patterns that make up a texture, lowest first; none where it is blank."""
    count = 0 if tile.blank else len(tile.angles)
    return [pattern_id(texture, index) for index in range(count)]


def patterns(drawing: Any, texture: Texture, tile: Tile) -> list[Any]:
    """Return the SVG patterns whose fills, one over the other, are the ink of a texture.

    A tile with bands is as long as no page is: its bands are drawn in one piece, without seams.
    """
    height = REACH if tile.bands else tile.size.height
    found = []
    for id, angle in zip(pattern_ids(texture, tile), tile.angles, strict=False):
        pattern = drawing.pattern(
            size=(number(tile.size.width), number(height)),
            patternUnits="userSpaceOnUse",
            id=id,
        )
        steps = [f"rotate({number(angle)})"] if angle else []
        steps += [f"translate(0 {number(-height / 2)})"] if tile.bands else []
        pattern["patternTransform"] = " ".join(steps)
        _add_ink(drawing, pattern, texture.ink, tile, height)
        found.append(pattern)
    return found


def _add_ink(drawing: Any, pattern: Any, ink: str, tile: Tile, height: float) -> None:
    for band in tile.bands:
        extent = (number(band.width), number(height))
        pattern.add(drawing.rect((number(band.x), 0), extent, fill=ink))
    for dot in tile.dots:
        centre = (number(dot.centre.x), number(dot.centre.y))
        pattern.add(drawing.circle(centre, number(dot.radius), fill=ink))
    for polygon in tile.polygons:
        pattern.add(drawing.path("M" + " L".join(map(_pair, polygon)) + " Z", fill=ink))
    for wave in tile.waves:
        pattern.add(_wave(drawing, ink, wave))


def _wave(drawing: Any, ink: str, wave: Wave) -> Any:
    start, *rest = map(_pair, wave.points)
    stroke = drawing.path(f"M{start} C" + " ".join(rest), fill="none", stroke=ink)
    stroke["stroke-width"] = number(wave.width)
    stroke["stroke-linecap"] = "round"
    return stroke


def _pair(point: Point) -> str:
    return f"{number(point.x)} {number(point.y)}"
