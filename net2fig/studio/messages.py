"""The messages between the page and the server: typed, and told apart by the key `op`.

`rev` is the digest of the text for which an edit was made.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

Word = Annotated[str, Meta(max_length=2_000)]
Words = Annotated[list[Word], Meta(max_length=20_000)]
Scalar = (
    bool | int | float | Word | Annotated[list[int | float | Word], Meta(max_length=2_000)] | None
)


class Message(Struct, frozen=True, tag_field="op", tag=str.lower, forbid_unknown_fields=True):
    """A message of the page."""


class Hello(Message, frozen=True):
    """The first message: the token of the address."""

    token: Word


class Look(Message, frozen=True):
    """What a window shows: the level ("" for that of the file), and the groups drawn open."""

    level: Word = ""
    opened: Words = msgspec.field(default_factory=list)


class Set(Message, frozen=True):
    """Set an option, or with null unset it."""

    rev: Word
    path: Annotated[list[Word], Meta(min_length=1, max_length=4)]
    value: Scalar


class Style(Message, frozen=True):
    """Set how a class, a kind or a group looks: its label, color or texture."""

    rev: Word
    name: Word
    key: Word
    value: Word | None


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """A group as it is written: a name and its patterns."""

    name: Word
    match: Word | Words


class Group(Message, frozen=True):
    """Write a group, and before it those that its pattern names."""

    rev: Word
    rule: Rule
    inner: Annotated[list[Rule], Meta(max_length=50)] = msgspec.field(default_factory=list)


class TakeOver(Message, frozen=True):
    """Write groups that were found as patterns; without names, all of them."""

    rev: Word
    names: Words


class Ungroup(Message, frozen=True):
    """Remove a group."""

    rev: Word
    name: Word


class Activate(Message, frozen=True):
    """Switch a group on or off."""

    rev: Word
    name: Word
    on: bool


class Rename(Message, frozen=True):
    """Give a group another name, wherever it is named."""

    rev: Word
    name: Word
    new: Word


class Hide(Message, frozen=True):
    """Hide a class, a kind or a layer, or show it."""

    rev: Word
    what: Word
    on: bool


class Annotate(Message, frozen=True):
    """Write an annotation: a note, a bracket, a panel or an arrow."""

    rev: Word
    kind: Word
    fields: Annotated[dict[Word, Scalar], Meta(max_length=20)]


class Amend(Message, frozen=True):
    """Set a key of an annotation, or with null unset it; `number` is its place in its array."""

    rev: Word
    kind: Word
    number: Annotated[int, Meta(ge=0, le=10_000)]
    key: Word
    value: Scalar


class Erase(Message, frozen=True):
    """Remove an annotation."""

    rev: Word
    kind: Word
    number: Annotated[int, Meta(ge=0, le=10_000)]


class WriteText(Message, frozen=True, tag="text"):
    """Write the whole text."""

    rev: Word
    text: Annotated[str, Meta(max_length=900_000)]


class Undo(Message, frozen=True):
    """Undo the last change."""


class Redo(Message, frozen=True):
    """Redo what was undone."""


class Try(Message, frozen=True):
    """Ask by which patterns some layers can be a group."""

    layers: Words


class Why(Message, frozen=True):
    """Ask why a glyph is drawn as it is."""

    id: Word


class Check(Message, frozen=True):
    """Ask whether a colour can be told from the others."""

    name: Word
    color: Word


class Export(Message, frozen=True):
    """Write the figure to files: those of the command, or others below its folder."""

    paths: Annotated[list[Word], Meta(max_length=20)]
    replace: bool = False


class Copy(Message, frozen=True):
    """Ask for a text for the clipboard: snippet, alt, command or report."""

    what: Word


class Resolve(Message, frozen=True):
    """Decide a conflict: mine or theirs."""

    choice: Word


Request = (
    Hello
    | Look
    | Set
    | Style
    | Group
    | TakeOver
    | Ungroup
    | Activate
    | Rename
    | Hide
    | Annotate
    | Amend
    | Erase
    | WriteText
    | Undo
    | Redo
    | Try
    | Why
    | Check
    | Export
    | Copy
    | Resolve
)

decode_request = msgspec.json.Decoder(Request).decode


# To the page


class Reply(Struct, frozen=True, tag_field="op", tag=str.lower):
    """A message of the server."""


class Welcome(Reply, frozen=True):
    """What does not change while the studio runs."""

    version: str
    model: str
    file: str
    outputs: list[str]
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
