"""The options as typed values: lengths in points, patterns parsed, paths from where we are.

Precedence: argument, then grouping file, then template, then grammar. `Options` holds what the
first two set; `None` means that the template or the grammar decides. `options.page` lays the
options over the template.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import force_setattr

from net2fig.pattern import GROUP, Series, parse
from net2fig.toml import Place

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

LEVELS = ("everything", "layers", "blocks", "stages")
"""Levels of detail, from all to least; `auto` chooses among them."""

STRICTNESS = ("type", "config", "shape")
"""What must agree of repeated pieces, from least to most; each asks for what those before ask."""

TIMEOUT = 300.0
"""The default limit on the run time of code, in seconds."""


def parse_seconds(value: float | str) -> float:
    """Return a time in seconds.

    >>> parse_seconds("5min"), parse_seconds(90)
    (300.0, 90.0)
    """
    number, minutes, _ = str(value).strip().partition("min")
    return float(number.strip().removesuffix("s")) * (60 if minutes else 1)


class GroupRule(Struct, frozen=True):
    """A named group: what it is called, the pattern that finds it, how it looks.

    Several patterns find the variants of one group; the body shown is that of the first. `place` is
    where the rule is written. Ensures: `patterns` is `match`, parsed.
    """

    name: str
    match: str | tuple[str, ...]
    color: str | None = None
    texture: str | None = None
    active: bool = True
    place: Place = GROUP
    patterns: tuple[Series, ...] = ()

    def __post_init__(self) -> None:
        """Parse the patterns, but where that was done."""
        if not self.patterns:
            force_setattr(self, "patterns", tuple(parse(text, self.place) for text in self.texts))

    @property
    def texts(self) -> tuple[str, ...]:
        """The patterns as they are written, one at least."""
        return (self.match,) if isinstance(self.match, str) else self.match


class Style(Struct, frozen=True):
    """How a class, a kind (":conv") or a group looks, where it differs from the grammar."""

    label: str | None = None
    color: str | None = None
    texture: str | None = None


class Labels(Struct, frozen=True):
    """What is printed beside the glyphs.

    `resolution` is all, change or none. `type`, `kernel`, `stride`, `activation` and `params` are
    further lines under the features.
    """

    resolution: str = "change"
    features: bool = True
    name: bool = False
    type: bool = False
    kernel: bool = False
    stride: bool = False
    activation: bool = False
    params: bool = False


class Options(Struct, frozen=True):
    """All options, with their names in the grouping file; keyword arguments of `draw`.

    `hide` lists kinds (":norm"), classes ("Dropout") and layer names; None means the level's own.
    `show` lists kinds, classes and names that are drawn although the level would hide them.
    `width` and `height` are in points, `timeout` is in seconds. `font` is a family or the path of a
    font file. `page` holds the fields of a template that differ. `sample` maps the name of a port
    to a picture's path.
    """

    template: str | None = None
    width: float | None = None
    height: float | None = None
    detail: str = "auto"
    hide: tuple[str, ...] | None = None
    show: tuple[str, ...] = ()
    groups: tuple[GroupRule, ...] = ()
    repeats: bool = True
    match: str = "type"
    split: bool = False
    styles: Mapping[str, Style] = field(default_factory=dict)
    labels: Labels = Labels()
    page: Mapping[str, Any] = field(default_factory=dict)
    palette: str | None = None
    font: str | None = None
    mono: bool | None = None
    legend: bool | None = None
    background: str | None = None
    placeholders: str | None = None
    sample: Mapping[str, str] = field(default_factory=dict)
    reader: str = "auto"
    input_shape: tuple[InputShape, ...] = ()
    timeout: float = TIMEOUT
    title: str | None = None

    @property
    def reading(self) -> dict[str, Any]:
        """The keyword arguments of `read`."""
        return {
            "reader": self.reader,
            "timeout": self.timeout,
            "input_shape": self.input_shape,
        }
