"""The messages of the server to the page: typed, and told apart by the key `op`."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from net2fig.studio.messages import Rule


class Reply(Struct, frozen=True, tag_field="op", tag=str.lower):
    """A message of the server."""


class Welcome(Reply, frozen=True):
    """What does not change while the studio runs."""

    version: str
    model: str
    file: str
    outputs: list[str]
    other: str
    catalogue: dict[str, Any]


class File(Reply, frozen=True):
    """The text of the grouping file, and what can be undone."""

    rev: str
    text: str
    label: str
    by: str
    undo: str | None
    redo: str | None


class Glyph(Struct, frozen=True):
    """A glyph: where it stands, what it stands for, and its card."""

    id: str
    box: tuple[float, float, float, float]
    label: str
    title: str
    names: str
    rows: list[tuple[str, str]]
    layers: list[str]
    type: str
    is_group: bool
    is_frame: bool
    entry: int
    style: str


class Entry(Struct, frozen=True):
    """An entry of the legend, and the name by which its style is set."""

    box: tuple[float, float, float, float] | None
    label: str
    name: str
    color: str
    texture: str
    is_group: bool


class ClassRow(Struct, frozen=True):
    """A class of layers: how many there are, and how many are hidden."""

    name: str
    kind: str
    count: int
    hidden: int
    why: str


class GroupRow(Struct, frozen=True):
    """A group: where it comes from, and how often it is met."""

    name: str
    by: str
    match: list[str]
    active: bool
    count: int
    layers: int


class FigureDrawn(Reply, frozen=True, tag="figure"):
    """A figure."""

    rev: str
    svg: str
    width: float
    height: float
    page: float
    template: str
    level: str
    look: str
    opened: list[str]
    alt: str
    glyphs: list[Glyph]
    links: list[tuple[str, str]]
    entries: list[Entry]
    classes: list[ClassRow]
    groups: list[GroupRow]
    roles: list[tuple[str, str, list[str]]]
    warnings: list[str]
    rows: int
    milliseconds: float


class Settings(Reply, frozen=True):
    """The options in effect, and what sets each."""

    rev: str
    options: dict[str, tuple[Any, str]]


class Problem(Struct, frozen=True):
    """A problem, its hint, and its line in the grouping file."""

    text: str
    hint: str
    line: int | None


class Fault(Reply, frozen=True):
    """Why no figure can be drawn."""

    rev: str
    problems: list[Problem]


class Rung(Struct, frozen=True):
    """A pattern, how general it is, and the layers of each place at which it matches.

    `added` are the layers of the selection that were not picked.
    """

    label: str
    match: str
    places: list[list[str]]
    added: list[str]


class Offers(Reply, frozen=True):
    """The patterns by which a selection can be a group, or why there is none."""

    layers: list[str]
    rungs: list[Rung]
    chosen: int
    name: str
    inner: list[Rule]
    refusal: str


class Reason(Struct, frozen=True):
    """A reason, and the line of the grouping file that says it."""

    text: str
    line: int | None


class Reasons(Reply, frozen=True):
    """Why a glyph is drawn as it is."""

    id: str
    reasons: list[Reason]


class Checked(Reply, frozen=True):
    """What a colour cannot be told from."""

    name: str
    color: str
    alike: list[str]


class Compared(Reply, frozen=True):
    """The figure of two models, and their differences in words."""

    names: tuple[str, str]
    svg: str
    words: list[str]
    alt: str


class Written(Reply, frozen=True):
    """The files that were written."""

    paths: list[str]


class Exists(Reply, frozen=True):
    """Files that would be replaced."""

    paths: list[str]


class Copied(Reply, frozen=True):
    """A text for the clipboard."""

    what: str
    text: str


class Refused(Reply, frozen=True):
    """Why an edit was not made."""

    text: str
    hint: str


class Conflict(Reply, frozen=True):
    """A value that another program has changed meanwhile."""

    path: str
    mine: str
    theirs: str


encode_reply = msgspec.json.Encoder().encode
