"""Names that are valid in XML, and ids that are unique in one file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache


@cache
def make_token(name: str) -> str:
    """Return the name as one that XML and CSS accept: letters, digits, "-" and "_".

    >>> make_token("block 1/conv:0"), make_token("3d")
    ('block-1-conv-0', '_3d')
    """
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")
    return plain if re.match(r"[A-Za-z_]", plain) else f"_{plain}"


class Ids:
    """Gives out ids: the same for the same names in the same order, never one twice."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._used = set(reserved)
        self._first: dict[str, str] = {}

    def claim(self, name: str) -> str:
        """Return a new id for a thing of that name; the second of a name gets a number."""
        base = make_token(name)
        id, number = base, 2
        while id in self._used:
            id, number = f"{base}-{number}", number + 1
        self._used.add(id)
        self._first.setdefault(name, id)
        return id

    def of(self, name: str) -> str:
        """Return the id of the first thing of that name, for those who refer to it."""
        return self._first.get(name, name)
