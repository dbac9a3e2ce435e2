"""The messages of the page to the server: typed, and told apart by the key `op`.

`rev` is the digest of the text for which an edit was made.
"""

from __future__ import annotations

from typing import Annotated

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


class Compare(Message, frozen=True):
    """Ask for the comparison with the second model of the command."""


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
    | Compare
    | Export
    | Copy
    | Resolve
)

decode_request = msgspec.json.Decoder(Request).decode
