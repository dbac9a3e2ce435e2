"""Edits of a grouping file as text: comments, order and spacing of all else stay.

Each edit says what the data shall be. The new text is read again and compared with that.

Ensures: the data of the new text are those of the old one with the one change; no comment is lost
but those of a group that is removed; an edit that cannot be made so raises `EditError`.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from typing import Any

from net2fig.errors import UsageError
from net2fig.studio.spans import Path
from net2fig.studio.text_editor import TextEditor, find_in
from net2fig.toml import key_to_toml


class EditError(UsageError):
    """The text cannot be changed so without changing something else."""


def set_value(text: str, path: Path, value: Any) -> str:
    """Return the text with a value set; a value that is there is replaced in its place."""
    data = tomllib.loads(text)
    wanted = copy.deepcopy(data)
    _set_in(wanted, path, value)
    if wanted == data:
        return text
    return _checked(TextEditor(text).set(path, value), wanted, path)


def unset_value(text: str, path: Path) -> str:
    """Return the text without a value, or without all of a table; comments stay."""
    wanted = tomllib.loads(text)
    if not _delete_in(wanted, path):
        return text
    return _checked(TextEditor(text).unset(path), wanted, path)


def append_table(text: str, path: Path, fields: Mapping[str, Any]) -> str:
    """Return the text with a table more at the end of an array of tables, such as `group`."""
    wanted = tomllib.loads(text)
    items = find_in(wanted, path)
    _set_in(wanted, path, [*(items or ()), dict(fields)])
    return _checked(TextEditor(text).append(path, fields), wanted, path)


def rename_key(text: str, path: Path, name: str) -> str:
    """Return the text with another last step of a path."""
    wanted = tomllib.loads(text)
    table = find_in(wanted, path[:-1]) if len(path) > 1 else wanted
    if not isinstance(table, dict) or path[-1] not in table:
        return text
    if name in table:
        raise EditError(f"duplicate key: {name!r} in {_format_path(path[:-1])}")
    table[name] = table.pop(str(path[-1]))
    return _checked(TextEditor(text).rename(path, name), wanted, path)


def _checked(text: str, wanted: Any, path: Path) -> str:
    """Return the text if its data are those that were wanted."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        data = None
    if data is None or _without_empty(data) != _without_empty(wanted):
        message = f"unsupported edit: {_format_path(path)} cannot be changed as the file is written"
        raise EditError(message, hint="change it in the text of the file")
    return text


def _format_path(path: Path) -> str:
    return "".join(f"[{s}]" if isinstance(s, int) else f".{key_to_toml(s)}" for s in path)[1:]


def _without_empty(data: Any) -> Any:
    """Return data without tables that hold nothing, which a text need not name."""
    if isinstance(data, dict):
        pairs = ((key, _without_empty(value)) for key, value in data.items())
        return {key: value for key, value in pairs if value != {}}
    return [_without_empty(each) for each in data] if isinstance(data, list) else data


# Data


def _set_in(data: Any, path: Path, value: Any) -> None:
    for number, step in enumerate(path[:-1]):
        if isinstance(data, dict):
            data = data.setdefault(step, {})
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            raise EditError(f"invalid path: {_format_path(path[: number + 1])} is no table")
    last = path[-1]
    is_key = isinstance(data, dict) and isinstance(last, str)
    is_item = isinstance(data, list) and isinstance(last, int) and last < len(data)
    if is_key or is_item:
        data[last] = value
    else:
        raise EditError(f"invalid path: {_format_path(path)} is not there")


def _delete_in(data: Any, path: Path) -> bool:
    """Delete what is at a path, and an array that has no more tables."""
    parent, last = find_in(data, path[:-1]) if len(path) > 1 else data, path[-1]
    if find_in(data, path) is None:
        return False
    was_table = isinstance(parent[last], dict)
    del parent[last]
    if isinstance(last, int) and was_table and not parent:
        _delete_in(data, path[:-1])
    return True
