"""Textures in SVG: patterns, which are easy to edit."""

from __future__ import annotations

from typing import Any

from net2fig.render.numbers import format_number
from net2fig.render.svg.paths import format_points
from net2fig.render.textures import Tile, Wave, load_texture
from net2fig.scene import Texture

REACH = 6000.0
"""How long a band is drawn, in points: longer than any page, so that its ends are never seen."""


def list_pattern_ids(texture: Texture) -> list[str]:
    """Return the ids of the patterns that make up a texture, lowest first; none where it is blank.

    An id says what the pattern is: equal ids are equal patterns, in any file.
    """
    tile = load_texture(texture.name)
    colour = "".join(char for char in texture.ink.lower() if char.isalnum())
    id = f"texture-{texture.name}-{colour}"
    ids = [id, *(f"{id}-{number}" for number in range(2, len(tile.angles) + 1))]
    return [] if tile.is_blank else ids


def make_patterns(drawing: Any, texture: Texture) -> list[Any]:
    """Return the SVG patterns whose fills, one over the other, are the ink of a texture.

    A tile with bands is as long as no page is: its bands are drawn in one piece, without seams.
    """
    tile = load_texture(texture.name)
    height = REACH if tile.bands else tile.size.height
    made_patterns = []
    for id, angle in zip(list_pattern_ids(texture), tile.angles, strict=False):
        pattern = drawing.pattern(
            size=(format_number(tile.size.width), format_number(height)),
            patternUnits="userSpaceOnUse",
            id=id,
        )
        steps = [f"rotate({format_number(angle)})"] if angle else []
        steps += [f"translate(0 {format_number(-height / 2)})"] if tile.bands else []
        pattern["patternTransform"] = " ".join(steps)
        _add_ink(drawing, pattern, texture.ink, tile, height)
        made_patterns.append(pattern)
    return made_patterns


def _add_ink(drawing: Any, pattern: Any, ink: str, tile: Tile, height: float) -> None:
    for band in tile.bands:
        extent = (format_number(band.width), format_number(height))
        pattern.add(drawing.rect((format_number(band.x), 0), extent, fill=ink))
    for dot in tile.dots:
        centre = (format_number(dot.centre.x), format_number(dot.centre.y))
        pattern.add(drawing.circle(centre, format_number(dot.radius), fill=ink))
    for polygon in tile.polygons:
        pattern.add(drawing.path("M" + " L".join(format_points(polygon)) + " Z", fill=ink))
    for wave in tile.waves:
        pattern.add(_make_wave(drawing, ink, wave))


def _make_wave(drawing: Any, ink: str, wave: Wave) -> Any:
    start, *rest = format_points(wave.points)
    element = drawing.path(f"M{start} C" + " ".join(rest))
    _set_stroke(element, ink, wave.width)
    return element


def _set_stroke(element: Any, ink: str, width: float) -> None:
    element["fill"] = "none"
    element["stroke"] = ink
    element["stroke-width"] = format_number(width)
    element["stroke-linecap"] = "round"
