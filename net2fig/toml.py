"""TOML as text: how values are written, and on which line of a file a key stands.

`tomllib` keeps no line numbers. They are found again by reading more and more of a file: the
statement that makes a key appear is the one that says it.
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

MOST_LINES = 1000
"""A file with more lines than this is not searched, since each line is a reading of its own."""

_STEP = re.compile(r'"((?:[^"\\]|\\.)*)"|([^.\[\]"]+)|\[(\d+)\]')


def written(value: Any) -> str:
    """Return a value as TOML.

    >>> written({"label": "Conv", "sizes": [1, 2.5]})
    '{ label = "Conv", sizes = [1, 2.5] }'
    """
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{key_written(key)} = {written(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(written(each) for each in value) + "]"
    # What JSON writes of a text, a number or a truth value is TOML too, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def key_written(key: str) -> str:
    """Return a key, in quotes where it needs them.

    >>> key_written("Residual block")
    '"Residual block"'
    """
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else written(key)


class Place(Struct, frozen=True):
    """Where something stands: a file, and a key path in it such as `group[1].match`.

    Without a file the path is an option of the command or an argument: "--hide[0]".
    """

    file: str
    path: str = ""

    def __str__(self) -> str:
        """Return the place as it stands in a message."""
        return ", ".join(word for word in (self.file, self.path) if word)

    @property
    def line(self) -> int | None:
        """The line of the key path in a file of TOML, as the file is now."""
        if not (self.path and self.file.endswith(SUFFIX)):
            return None
        try:
            return line_of(Path(self.file).read_text(encoding="utf-8"), self.path)
        except (OSError, UnicodeDecodeError):
            return None

    @property
    def numbered(self) -> str:
        """The place with its line, where that is known."""
        line = self.line
        words = (self.file, f"line {line}" if line else "", self.path)
        return ", ".join(word for word in words if word)

    def key(self, path: str) -> Place:
        """Return the place of a key path below this one."""
        return Place(self.file, self.path + path)


def numbered(text: str, places: Iterable[Place]) -> str:
    """Return a message with the line numbers of the places that it names."""
    for place in places:
        text = text.replace(f" in {place}", f" in {place.numbered}", 1)
    return text


@cache
def line_of(text: str, path: str) -> int | None:
    """Return the line on which a key path such as `group[1].match` is said, counted from 1.

    Ensures: None where the text does not say it. An item of a list that goes over several lines is
    looked for in them.
    """
    steps = _steps(path)
    lines = text.splitlines()[:MOST_LINES]
    start = 0
    for end, data in _readings(lines):
        if _has(data, steps):
            return _within(lines[start:end], data, steps) + start + 1
        start = end
    return None


def _steps(path: str) -> list[str | int]:
    """Split a key path into keys and numbers of items."""
    steps: list[str | int] = []
    for quoted, bare, index in _STEP.findall(path):
        if index:
            steps.append(int(index))
        else:
            steps.append(json.loads(f'"{quoted}"') if quoted else bare)
    return steps


def _readings(lines: list[str]) -> Iterator[tuple[int, Any]]:
    """Yield what the first lines say, wherever they end with a whole statement."""
    for end in range(1, len(lines) + 1):
        if not lines[end - 1].strip():
            continue
        try:
            yield end, tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue


def _has(data: Any, steps: list[str | int]) -> bool:
    """Tell whether data has something at a path."""
    for step in steps:
        if isinstance(step, int):
            if not isinstance(data, list) or step >= len(data):
                return False
        elif not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return True


def _within(lines: list[str], data: Any, steps: list[str | int]) -> int:
    """Return which of the lines of a statement is meant: that of an item, or its first."""
    for step in steps:
        data = data[step]
    said = [number for number, line in enumerate(lines) if line.strip() and line.strip()[0] != "#"]
    first = said[0] if said else 0
    if not isinstance(steps[-1], int) or not isinstance(data, str):
        return first
    forms = (written(data), f"'{data}'")
    return next((n for n in said if any(form in lines[n] for form in forms)), first)
