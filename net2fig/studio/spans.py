"""Where everything stands in a text of TOML: statements, keys, values, comments.

Requires: a text that `tomllib` reads.
Ensures: the statements follow one another without gaps and are the whole text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from msgspec import Struct

Path = tuple[str | int, ...]
"""A path of keys and of numbers of items."""

Span = tuple[int, int]

TABLE, ARRAY, SCALAR = "table", "array", "scalar"
BLANK, COMMENT, HEADER, KEY = "blank", "comment", "header", "key"

_BASIC = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
_LONG_BASIC = re.compile(r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''.*?'''(?:'{0,2})", re.DOTALL)
_STRINGS = (_LONG_BASIC, _LONG_LITERAL, _BASIC, _LITERAL)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\r\n]+")
_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_REST_OF_LINE = re.compile(r"[^\n]*\n?")


class Item(Struct, frozen=True):
    """An item of an array, or a key and its value in an inline table.

    `start` is where it begins, its key included; `comma` where the comma behind it stands, if any.
    """

    key: Path
    keys: tuple[Span, ...]
    start: int
    value: Value
    comma: int | None = None


class Value(Struct, frozen=True):
    """A value and its parts."""

    start: int
    end: int
    kind: str = SCALAR
    items: tuple[Item, ...] = ()


class Statement(Struct, frozen=True):
    """One or more whole lines: a header, a key with its value, a comment, or nothing.

    `table` is the path of the table whose header stands above, `path` that of what is set or of the
    header itself. `keys` are the places of the last steps of the path, as they are written.
    """

    kind: str
    start: int
    end: int
    table: Path = ()
    path: Path = ()
    keys: tuple[Span, ...] = ()
    value: Value | None = None
    comment: int | None = None
    is_array: bool = False


def scan(text: str) -> tuple[Statement, ...]:
    """Return the statements of a text."""
    return tuple(_Scanner(text).statements())


class _Scanner:
    """Walks over a text that is known to be right."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.counts: dict[Path, int] = {}

    def statements(self) -> Iterator[Statement]:
        table: Path = ()
        while self.at < len(self.text):
            start = self.at
            self.skip(_SPACE)
            char = self.text[self.at : self.at + 1]
            if char == "[":
                statement = self.header(start)
                table = statement.path
                yield statement
            elif char in ("", "\n", "\r"):
                yield Statement(BLANK, start, self.skip(_REST_OF_LINE), table)
            elif char == "#":
                at = self.at
                yield Statement(COMMENT, start, self.skip(_REST_OF_LINE), table, comment=at)
            else:
                names, keys = self.key()
                self.at += 1  # the sign =
                self.skip(_SPACE)
                value = self.value()
                comment, end = self.rest()
                path = (*table, *names)
                yield Statement(KEY, start, end, table, path, keys, value, comment)

    def header(self, start: int) -> Statement:
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        self.skip(_SPACE)
        names, keys = self.key()
        self.at += 2 if is_array else 1
        path: Path = ()
        for number, name in enumerate(names):
            path = (*path, name)
            if is_array and number == len(names) - 1:
                self.counts[path] = self.counts.get(path, 0) + 1
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        comment, end = self.rest()
        return Statement(HEADER, start, end, path, path, keys, None, comment, is_array)

    def rest(self) -> tuple[int | None, int]:
        """Return where the comment of the line stands, if any, and where the line ends."""
        self.skip(_SPACE)
        comment = self.at if self.text.startswith("#", self.at) else None
        return comment, self.skip(_REST_OF_LINE)

    def skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def key(self) -> tuple[tuple[str, ...], tuple[Span, ...]]:
        """Step over a dotted key and the space behind it."""
        names: list[str] = []
        keys: list[Span] = []
        while True:
            start = self.at
            for pattern in (_BARE_KEY, _BASIC, _LITERAL):
                if self.skip(pattern) > start:
                    break
            word = self.text[start : self.at]
            names.append(word if _BARE_KEY.fullmatch(word) else tomllib.loads(f"k={word}")["k"])
            keys.append((start, self.at))
            self.skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return tuple(names), tuple(keys)
            self.at += 1
            self.skip(_SPACE)

    def value(self) -> Value:
        start = self.at
        char = self.text[start]
        if char in "[{":
            kind, end = (ARRAY, "]") if char == "[" else (TABLE, "}")
            items = tuple(self.items(kind, end))
            return Value(start, self.at, kind, items)
        if char in "\"'":
            for pattern in _STRINGS:
                if self.skip(pattern) > start:
                    break
            return Value(start, self.at)
        length = len(_SCALAR.match(self.text, start)[0].rstrip())  # type: ignore[index]
        self.at = start + length
        return Value(start, self.at)

    def items(self, kind: str, end: str) -> Iterator[Item]:
        """Yield the items of an array or of an inline table, and step over its end."""
        self.at += 1
        number = 0
        self.skip(_GAP)
        while not self.text.startswith(end, self.at):
            start, key, keys = self.at, (number,), ()
            if kind == TABLE:
                key, keys = self.key()  # type: ignore[assignment]
                self.at += 1
                self.skip(_SPACE)
            value = self.value()
            self.skip(_GAP)
            comma = self.at if self.text.startswith(",", self.at) else None
            if comma is not None:
                self.at += 1
                self.skip(_GAP)
            number += 1
            yield Item(key, keys, start, value, comma)
        self.at += 1
