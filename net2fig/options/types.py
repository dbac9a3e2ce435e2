"""The values of options: named groups, styles, labels, levels of detail."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import force_setattr

from net2fig.pattern import GROUP, Series, parse
from net2fig.toml import Place

LEVELS = ("everything", "layers", "blocks", "stages")
"""Levels of detail, from all to least; `auto` chooses among them."""

STRICTNESS = ("type", "config", "shape")
"""What must agree of repeated pieces, from least to most; each asks for what those before ask."""

AUTO, ABOVE, BELOW = "auto", "above", "below"
"""The sides of an annotation; of data that flow upwards, right is above and left is below."""

TIMEOUT = 300
"""The default limit on the run time of code, in seconds."""


class GroupRule(Struct, frozen=True):
    """A named group: its name, the pattern that finds it, its looks.

    Several patterns find the variants of one group; the body shown is that of the first. `place` is
    the place of the rule in a source. Ensures: `patterns` is `match`, parsed.
    """

    name: str
    match: str | tuple[str, ...]
    color: str | None = None
    texture: str | None = None
    active: bool = True
    place: Place = GROUP
    patterns: tuple[Series, ...] = ()

    def __post_init__(self) -> None:
        """Parse the patterns, unless they are parsed."""
        if not self.patterns:
            force_setattr(self, "patterns", tuple(parse(text, self.place) for text in self.texts))

    @property
    def texts(self) -> tuple[str, ...]:
        """The patterns as they are written, one at least."""
        return (self.match,) if isinstance(self.match, str) else self.match


class NoteRule(Struct, frozen=True):
    """A text at a thing of the figure; `line` tells whether a line leads to it, None as needed."""

    text: str
    at: str
    side: str = AUTO
    line: bool | None = None
    color: str | None = None
    place: Place = GROUP


class BracketRule(Struct, frozen=True):
    """A text over a span: over all that a name stands for, or from one name to another."""

    text: str
    over: tuple[str, ...]
    side: str = AUTO
    color: str | None = None
    place: Place = GROUP


class ArrowRule(Struct, frozen=True):
    """An arrow from one thing to another; where one is None, its label stands in its place."""

    start: str | None
    end: str | None
    label: str = ""
    dashed: bool = False
    side: str = AUTO
    color: str | None = None
    place: Place = GROUP


class PanelRule(Struct, frozen=True):
    """A tinted ground with a title behind a span."""

    title: str
    over: tuple[str, ...]
    color: str | None = None
    place: Place = GROUP


class PartRule(Struct, frozen=True):
    """A part of a network that is drawn alone: a nested model, or what lies between two layers."""

    model: str = ""
    start: str = ""
    end: str = ""
    name: str = ""
    place: Place = GROUP


class Style(Struct, frozen=True):
    """The looks of a class, a kind (":conv") or a group that differ from the grammar."""

    label: str | None = None
    color: str | None = None
    texture: str | None = None


class Labels(Struct, frozen=True):
    """The labels of glyphs.

    `resolution` is all, change, relative or none; `stage` is auto, names, stride or none. `type`,
    `kernel`, `stride`, `activation` and `params` are further lines under the features. `title`
    prints the title above the figure, `letters` numbers its panels.
    """

    resolution: str = "change"
    features: bool = True
    name: bool = False
    type: bool = False
    kernel: bool = False
    stride: bool = False
    activation: bool = False
    params: bool = False
    title: bool = False
    letters: bool = False
    stage: str = "none"
