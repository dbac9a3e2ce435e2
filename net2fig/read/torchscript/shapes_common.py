"""What the rules for the shapes of PyTorch's functions have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from net2fig.network import Shape
from net2fig.read.torchscript.values import Tensor

Arguments = Mapping[str, Any]
Shapes = Sequence[Shape | None]
Rule = Callable[[Arguments], Shapes]


class UnknownError(Exception):
    """Raised if what a shape follows from is not known."""


def shape_of(value: Any) -> Shape:
    """Return the shape of a tensor, or raise an UnknownError."""
    if not isinstance(value, Tensor) or value.shape is None:
        raise UnknownError
    return value.shape


def first(arguments: Arguments) -> Shape:
    """Return the shape of the first argument."""
    return shape_of(next(iter(arguments.values())))


def ints(value: Any) -> list[int | None]:
    """Return whole numbers, None for those that are not known."""
    values = value if isinstance(value, (list, tuple)) else [value]
    return [each if type(each) is int else None for each in values]


def known(value: Any) -> list[int]:
    """Return whole numbers, or raise an UnknownError if one is not known."""
    found = [each for each in ints(value) if each is not None]
    if len(found) != len(ints(value)):
        raise UnknownError
    return found


def axis_of(arguments: Arguments, rank: int, word: str = "dim", default: int = 0) -> int:
    """Return an axis that an argument names."""
    value = arguments.get(word, default)
    return int(default if value is None else value) % max(rank, 1)


def check_same(one: int | None, two: int | None) -> None:
    """Raise a ValueError unless two sizes agree, as far as they are known."""
    if one is not None and two is not None and one != two:
        raise ValueError("sizes do not agree")
