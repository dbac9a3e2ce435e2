"""The textures of `grammar/textures/`: ink in a tile that repeats, for print without colour.

A band runs on over all tiles above and below; all other ink stays clear of the tile's edges. So
wherever ink crosses from one tile to the next, it does so along a band, and a renderer that draws
a band in one piece shows no seam.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec import Struct

from net2fig.data.grammar import load_toml, texture_names
from net2fig.data.resources import data_dir
from net2fig.errors import UsageError, one_of, suggestion
from net2fig.geometry import Point, Size


class Band(Struct, frozen=True):
    """Ink from `x` on, `width` wide, endless along y."""

    x: float
    width: float


class Dot(Struct, frozen=True):
    """A disc of ink."""

    centre: Point
    radius: float


class Wave(Struct, frozen=True):
    """A stroke along a cubic Bézier curve through four points, with round ends."""

    points: tuple[Point, Point, Point, Point]
    width: float


class Tile(Struct, frozen=True):
    """What a texture is made of; it is drawn once at each of the angles, in degrees, clockwise.

    `office` is the pattern of slides that is nearest, empty for plain paper.
    """

    id: str
    label: str
    size: Size
    angles: tuple[float, ...] = (0.0,)
    bands: tuple[Band, ...] = ()
    dots: tuple[Dot, ...] = ()
    polygons: tuple[tuple[Point, ...], ...] = ()
    waves: tuple[Wave, ...] = ()
    office: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether there is no ink at all."""
        return not (self.bands or self.dots or self.polygons or self.waves)


@cache
def load_texture(name: str) -> Tile:
    """Return a texture by its name."""
    names = texture_names()
    if name not in names:
        message = f"unknown texture: {name!r} {one_of(names)}"
        raise UsageError(message, hint=suggestion(name, names))
    return make_tile(name, load_toml(data_dir("grammar") / "textures" / f"{name}.toml", "texture"))


def make_tile(id: str, data: dict[str, Any]) -> Tile:
    """Return the tile that the data of a file describes."""
    return Tile(
        id=id,
        label=data["label"],
        size=Size(*data["tile"]),
        angles=tuple(data.get("angles", (0.0,))),
        bands=tuple(Band(*band) for band in data.get("bands", ())),
        dots=tuple(Dot(Point(x, y), radius) for x, y, radius in data.get("dots", ())),
        polygons=tuple(tuple(Point(*at) for at in shape) for shape in data.get("polygons", ())),
        waves=tuple(
            Wave((Point(*a), Point(*b), Point(*c), Point(*d)), data["stroke"])
            for a, b, c, d in data.get("waves", ())
        ),
        office=data.get("office", ""),
    )


def check_tile(tile: Tile) -> None:
    """Raise an AssertionError if ink other than a band's touches the edge of the tile.

    Polygons may touch it, with a corner, since no ink goes on beyond a corner.
    """
    width, height = tile.size.width, tile.size.height
    for band in tile.bands:
        assert 0 < band.x < band.x + band.width < width, (tile.id, band)
    for dot in tile.dots:
        assert dot.radius < dot.centre.x < width - dot.radius, (tile.id, dot)
        assert dot.radius < dot.centre.y < height - dot.radius, (tile.id, dot)
    for polygon in tile.polygons:
        for point in polygon:
            assert 0 <= point.x <= width, (tile.id, polygon)
            assert 0 <= point.y <= height, (tile.id, polygon)
        for first, second in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
            along_x = first.y == second.y and first.y in (0, height)
            along_y = first.x == second.x and first.x in (0, width)
            assert not along_x, (tile.id, polygon)
            assert not along_y, (tile.id, polygon)
    for wave in tile.waves:
        for point in _sample_curve(wave):
            assert wave.width / 2 < point.x < width - wave.width / 2, (tile.id, wave)
            assert wave.width / 2 < point.y < height - wave.width / 2, (tile.id, wave)


def _sample_curve(wave: Wave) -> list[Point]:
    """Return points of the curve, close to each other."""
    a, b, c, d = wave.points
    points = []
    for step in range(33):
        t = step / 32
        u = 1 - t
        weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
        x = sum(w * p.x for w, p in zip(weights, (a, b, c, d), strict=True))
        y = sum(w * p.y for w, p in zip(weights, (a, b, c, d), strict=True))
        points.append(Point(x, y))
    return points
