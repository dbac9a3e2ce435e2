"""What a reader recognises in a figure: entries of the legend, glyphs, lines."""

from __future__ import annotations

from dataclasses import dataclass, field

from net2fig.geometry import Box
from tests.laws.picture import Shape


@dataclass(slots=True)
class Entry:
    """What a colour means; `parts` are the glyphs of a group's small drawing."""

    words: str
    colour: str
    swatch: Box
    right: float
    glyphs: list[Seen] = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        return self.words.endswith("=")


@dataclass(slots=True)
class Seen:
    """A glyph with what is written at it."""

    shape: Shape
    entry: Entry | None
    features: str = ""
    count: int = 1
    captions: list[str] = field(default_factory=list)
    into: list[Wire] = field(default_factory=list)
    out_of: list[Wire] = field(default_factory=list)

    @property
    def words(self) -> str:
        return self.entry.words if self.entry else ""


@dataclass(slots=True, eq=False)
class Wire:
    """A line with the glyphs at its ends, the height of its handle and the text above it."""

    pieces: list[Shape]
    label: str = ""
    source: Seen | None = None
    target: Seen | None = None
    height: float = 0.0
    resolution: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """All that was recognised."""

    entries: list[Entry]
    glyphs: list[Seen]
    lines: list[Wire]
    notes: str
