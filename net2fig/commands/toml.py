"""TOML as it is written: values as text, and the line on which a key stands.

`tomllib` keeps no line numbers. They are found again by reading more and more of a file: the
statement that makes a key appear is the one that says it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

MOST_LINES = 1000
"""A file with more lines than this is not searched, since each line is a reading of its own."""

_PLACE = re.compile(
    r""" in (?P<file>(?:(?! in ).)+?\.toml), (?!line )"""
    r"""(?P<path>(?:"(?:[^"\\]|\\.)*"|[\w-]+)(?:\.(?:"(?:[^"\\]|\\.)*"|[\w-]+)|\[\d+\])*)"""
)
"""Where a message says that something stands: a file of TOML and a key path."""

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


def lined(message: str) -> str:
    """Return a message with the line of each key path that it names in a file."""

    def told(place: re.Match[str]) -> str:
        try:
            line = line_of(Path(place["file"]).read_text(encoding="utf-8"), place["path"])
        except (OSError, UnicodeDecodeError):
            line = None
        where = f", line {line}" if line else ""
        return f" in {place['file']}{where}, {place['path']}"

    return _PLACE.sub(told, message)


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
