"""The measures of a style: what `grammar/styles/` says of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import cos, radians, sin

from msgspec import Struct

from net2fig.data.grammar import load_toml
from net2fig.data.resources import data_dir
from net2fig.data.template import Range

STYLES = "styles"

MAP, SLAB, BAR, CIRCLE = FORMS = ("map", "slab", "bar", "circle")
"""What stands for a layer in volumes."""


class Shades(Struct, frozen=True):
    """How much white is in each face of a cuboid."""

    front: float
    top: float
    side: float


class Limits(Struct, frozen=True):
    """What a style is for: counts that a figure may reach, and the least share of maps."""

    glyphs: int
    beside: int
    skips: int
    maps: float


class Volumes(Struct, frozen=True):
    """The measures of volumes, resolved: `back` is how far a unit of depth moves the back face.

    `heights` and `features` are shares of the template's lengths, other lengths are in points.
    """

    label: str
    back: tuple[float, float]
    heights: Range
    features: Range
    slab: float
    bar: float
    bar_depth: float
    band: float
    least_band: float
    border: float
    edge: float
    map_shades: Shades
    full_shades: Shades
    swatch: float
    swatch_back: tuple[float, float]
    limits: Limits
    forms: Mapping[str, str]
    entries: Mapping[str, str]

    def find_form(self, kind: str, entry: str) -> str:
        """Return what stands for a layer; a sample is seen as a map."""
        return self.entries.get(entry) or self.forms.get(kind, MAP)


@cache
def load_volumes() -> Volumes:
    """Return the measures of volumes."""
    data = load_toml(data_dir("grammar") / STYLES / "volumes.toml", "style")
    size, shade, swatch = dict(data["size"]), data["shade"], data["swatch"]
    angle, share = radians(data["projection"]["angle"]), data["projection"]["share"]
    return Volumes(
        label=data["label"],
        back=(share * cos(angle), share * sin(angle)),
        heights=Range(*size.pop("height")),
        features=Range(*size.pop("features")),
        **size,
        map_shades=Shades(**shade["map"]),
        full_shades=Shades(**shade["full"]),
        swatch=swatch["width"],
        swatch_back=(swatch["back"][0], swatch["back"][1]),
        limits=Limits(**data["limit"]),
        forms=data["form"],
        entries=data["entry"],
    )
