"""A tuple with the attributes of a TensorFlow shape."""

from __future__ import annotations

from typing import Any


class RankedShape(tuple[Any, ...]):
    """A shape with TensorFlow's names for its axes."""

    __slots__ = ()

    @property
    def ndims(self) -> int:
        """The number of axes."""
        return len(self)

    rank = ndims

    def as_list(self) -> list[int | None]:
        """Return the axes."""
        return list(self)
