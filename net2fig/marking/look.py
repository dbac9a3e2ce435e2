"""How pins and tints look: grammar/marks.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct, convert

from net2fig.data.grammar import load_toml
from net2fig.data.resources import data_dir


class PinLook(Struct, frozen=True):
    """How the pins of one tier look."""

    label: str
    fill: str
    ink: str
    stroke: str
    width: float


class Ramp(Struct, frozen=True):
    """The colours of a scale from low to high, with hue and without."""

    colour: tuple[str, ...]
    grey: tuple[str, ...]
    missing: str


class MarkLooks(Struct, frozen=True):
    """The contents of grammar/marks.toml."""

    pin: Mapping[str, PinLook]
    ramp: Ramp


@cache
def load_looks() -> MarkLooks:
    """Return how pins and tints look."""
    return convert(load_toml(data_dir("grammar") / "marks.toml", "marks"), MarkLooks)
