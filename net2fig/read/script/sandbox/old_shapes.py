"""A shape as TensorFlow's users know it: a tuple that also counts and lists its axes."""

from __future__ import annotations

from typing import Any


class Countable(tuple[Any, ...]):
    """A shape with the words that TensorFlow has for its axes."""

    __slots__ = ()

    @property
    def ndims(self) -> int:
        """How many axes there are."""
        return len(self)

    rank = ndims

    def as_list(self) -> list[int | None]:
        """Return the axes."""
        return list(self)
