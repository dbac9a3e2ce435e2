"""What the variables of TorchScript hold while its code is followed.

Numbers, texts, lists and dictionaries are those of Python. Tensors have a shape and no data, but
for small constants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from msgspec import Struct, field

from net2fig.network import Shape
from net2fig.read.torch.trace import Origin


class _Open:
    """A value that only data know."""

    def __repr__(self) -> str:
        return "?"


OPEN: Final = _Open()


class Tensor(Struct, eq=False):
    """A tensor: its shape, who returned it, the weights it is made of, what it is a part of.

    `shape` is None where nothing is known. `number` is the value of a constant with one number.
    """

    shape: Shape | None = None
    origin: Origin | None = None
    weights: frozenset[int] = frozenset()
    base: Tensor | None = None
    number: Any = None


class Module(Struct, eq=False):
    """A module, or another object: its class, its path, and the attributes that are known."""

    class_name: str
    path: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    is_module: bool = True


class Name(Struct, frozen=True):
    """A function, a class or a part of the path of one."""

    path: str


def iterate_tensors(value: Any, depth: int = 0) -> Iterator[Tensor]:
    """Yield the tensors in a value."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple)) and depth < 8:
        for each in value:
            yield from iterate_tensors(each, depth + 1)
    elif isinstance(value, dict) and depth < 8:
        yield from iterate_tensors(list(value.values()), depth + 1)


def is_open(values: Iterable[Any]) -> bool:
    """Tell whether one of some values is known by data alone."""
    return any(
        value is OPEN or (isinstance(value, (list, tuple)) and is_open(value)) for value in values
    )
