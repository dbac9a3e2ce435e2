"""Writes values as TOML, and finds the lines of keys in a file.

`tomllib` keeps no line numbers. They are found by parsing longer and longer beginnings of a file:
the statement with which a key appears is the one that sets it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

SUFFIX = ".toml"

MAX_LINES = 1000
"""The maximum number of lines of a file that is searched, since each is one more parse."""

_STEP = r'"((?:[^"\\]|\\.)*)"|([^.\[\]"]+)|\[(\d+)\]'
"""One step of a key path. It is compiled when a line is searched, which is rare."""


def parse_toml(text: str) -> dict[str, Any]:
    """Return the data of a text in TOML. One with the character 0, which no path may hold, is none.

    >>> parse_toml('width = "84mm"')
    {'width': '84mm'}
    """
    if re.search(r"\\u0000|\\U00000000", text):
        raise tomllib.TOMLDecodeError("it holds the character 0")
    return tomllib.loads(text)


def to_toml(value: Any) -> str:
    """Return a value as TOML.

    >>> to_toml({"label": "Conv", "sizes": [1, 2.5]})
    '{ label = "Conv", sizes = [1, 2.5] }'
    """
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{key_to_toml(key)} = {to_toml(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(to_toml(each) for each in value) + "]"
    # JSON text, numbers and booleans are valid TOML, but for half a character.
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else "".join(map(_escape_char, text))


def _escape_char(char: str) -> str:
    """Return a character of a text in TOML, with an escape if it could not be seen."""
    if char.isprintable():
        return char
    code = ord(char)
    if 0xD800 <= code < 0xE000:
        return "\ufffd"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def key_to_toml(key: str) -> str:
    """Return a key, in quotes if it needs them.


    >>> key_to_toml("Residual block")
    '"Residual block"'
    """
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else to_toml(key)


class Place(Struct, frozen=True):
    """A place in a file: its name and a key path such as `group[1].match`.

    Without a file the path is an option of the command or an argument: "--hide[0]". `line_path`
    is the key path whose line the place has, if this is not `path`: that of an unknown key in the
    table at `path`.
    """

    file: str
    path: str = ""
    line_path: str = ""

    def __str__(self) -> str:
        """Return the place in the form of a message."""
        return ", ".join(word for word in (self.file, self.path) if word)

    @property
    def line(self) -> int | None:
        """The line of the key path in the current TOML file; None if unknown."""
        path = self.line_path or self.path
        if not (path and self.file.endswith(SUFFIX)):
            return None
        try:
            return line_of(Path(self.file).read_text(encoding="utf-8"), path)
        except (OSError, UnicodeDecodeError):
            return None

    @property
    def numbered(self) -> str:
        """The place with its line, if known."""
        line = self.line
        words = (self.file, f"line {line}" if line else "", self.path)
        return ", ".join(word for word in words if word)

    def key(self, path: str) -> Place:
        """Return the place of a key path below this one."""
        return Place(self.file, self.path + path)


def numbered(text: str, places: Iterable[Place]) -> str:
    """Return a message with line numbers for the places in it."""
    for place in places:
        text = text.replace(f" in {place}", f" in {place.numbered}", 1)
    return text


@cache
def line_of(text: str, path: str) -> int | None:
    """Return the line, from 1, on which a key path such as `group[1].match` is set.

    Ensures: None if the text does not set it. Items of lists over several lines have their own
    line.
    """
    steps = _split_path(path)
    lines = text.splitlines()[:MAX_LINES]
    start = 0
    for end, data in _parse_prefixes(lines):
        if _has_path(data, steps):
            return _find_line(lines[start:end], data, steps) + start + 1
        start = end
    return None


def _split_path(path: str) -> list[str | int]:
    """Split a key path into keys and numbers of items."""
    steps: list[str | int] = []
    for quoted, bare, index in re.findall(_STEP, path):
        if index:
            steps.append(int(index))
        else:
            steps.append(json.loads(f'"{quoted}"') if quoted else bare)
    return steps


def _parse_prefixes(lines: list[str]) -> Iterator[tuple[int, Any]]:
    """Yield the data of the first lines, at every end of a statement."""
    for end in range(1, len(lines) + 1):
        if not lines[end - 1].strip():
            continue
        try:
            yield end, tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue


def _has_path(data: Any, steps: list[str | int]) -> bool:
    """Tell whether data has something at a path."""
    for step in steps:
        if isinstance(step, int):
            if not isinstance(data, list) or step >= len(data):
                return False
        elif not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return True


def _find_line(lines: list[str], data: Any, steps: list[str | int]) -> int:
    """Return the line of a statement that sets the item at a path, else its first line."""
    for step in steps:
        data = data[step]
    statements = [
        number for number, line in enumerate(lines) if line.strip() and line.strip()[0] != "#"
    ]
    first = statements[0] if statements else 0
    if not isinstance(steps[-1], int) or not isinstance(data, str):
        return first
    forms = (to_toml(data), f"'{data}'")
    return next((n for n in statements if any(form in lines[n] for form in forms)), first)
