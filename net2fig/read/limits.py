"""The limits of what is read: bytes of a text, and values, which all parsers count together.

Ensures: a source within the limits takes less than 500 MB of memory and less than ten seconds.
"""

from __future__ import annotations

import json
from typing import Any

from net2fig.errors import ModelError

CONFIG_LIMIT = 64 * 2**20
"""The maximum size of an unpacked architecture in bytes: about 30 000 layers."""

ITEMS_LIMIT = 2_500_000
"""The maximum number of values in an architecture: about 20 000 layers.

A parsed value takes at most about 180 bytes, so that no file takes more than about 450 MB of
memory, and one of 1 000 layers about 10 MB.
"""

DEPTH_LIMIT = 200
"""The maximum depth of a value: what walks through values recurses, a few calls for each level."""

JSON_MARKS = "{[,"
"""The characters one of which begins every value of JSON but the first."""


class ValueCounter:
    """Counts the values of one source, whichever parsers read it."""

    def __init__(self, where: str, sort: str = "JSON", limit: int | None = None) -> None:
        self.where = where
        self.sort = sort
        self.limit = ITEMS_LIMIT if limit is None else limit
        self.count = 0

    def add(self, count: int = 1) -> None:
        """Add values, or raise an error if they are too many."""
        self.count += count
        if self.count > self.limit:
            message = f"unsupported {self.sort}: {self.where} (more than {self.limit:,} values)"
            raise ModelError(message)

    def add_marks(self, text: str | bytes, marks: str = JSON_MARKS) -> None:
        """Add as many values as a text has marks that begin one."""
        if isinstance(text, str):
            self.add(sum(text.count(mark) for mark in marks))
        else:
            self.add(sum(text.count(mark.encode()) for mark in marks))


def check_size(text: str | bytes, where: str, sort: str = "JSON") -> None:
    """Raise an error if a text is longer than the limit."""
    if len(text) > CONFIG_LIMIT:
        raise ModelError(f"unsupported {sort}: {where} (more than {CONFIG_LIMIT // 2**20} MiB)")


def parse_json(text: str | bytes, where: str, counter: ValueCounter | None = None) -> Any:
    """Return JSON data, or raise an error with the place of the mistake.

    `counter` counts the values of all texts of one source.
    """
    check_size(text, where)
    (counter or ValueCounter(where)).add_marks(text)
    try:
        data = json.loads(text)
    except RecursionError:
        raise make_depth_error(where) from None
    except (ValueError, UnicodeDecodeError) as error:
        raise ModelError(f"invalid JSON: {where}: {error}") from error
    check_depth(data, where)
    return data


def check_depth(data: Any, where: str, sort: str = "JSON") -> None:
    """Raise an error if a value is nested more deeply than the limit, or contains itself."""
    level: list[Any] = [data] if isinstance(data, dict | list) else []
    depth = 0
    while level:
        depth += 1
        if depth > DEPTH_LIMIT:
            raise make_depth_error(where, sort)
        level = [
            item
            for value in level
            for item in (value.values() if isinstance(value, dict) else value)
            if isinstance(item, dict | list)
        ]


def make_depth_error(where: str, sort: str = "JSON") -> ModelError:
    """Return the error for a value that is nested too deeply."""
    return ModelError(f"unsupported {sort}: {where} is nested too deeply")
