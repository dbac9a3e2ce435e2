"""The functions that TorchScript calls by their paths: on plain values, on shapes, on tensors.

Ensures: calls on tensors stand on the tape; values of data that code needs are noted, and stay
open.
"""

from __future__ import annotations

import ast
from typing import Any, Protocol

from net2fig.network import Shape
from net2fig.read.torch.values import FACTORIES
from net2fig.read.torchscript.plain import LISTS, PLAIN, QUERIES, compute
from net2fig.read.torchscript.tape import Tape
from net2fig.read.torchscript.values import OPEN, Tensor, iterate_tensors


class Follower(Protocol):
    """Follows code: its tape, and its notes of where code needs values of data."""

    tape: Tape

    def ask(self, node: ast.AST, what: str) -> None:
        """Note that a value is asked for that only data know."""


class RaisedError(Exception):
    """Raised where the code raises an error."""


SAME = frozenset({"unchecked_unwrap_optional", "data", "uninitialized", "wait"})
"""Functions that return what they are given."""

CONVERSIONS = {"int": "Int", "float": "Float", "bool": "Bool"}

OF_LISTS = frozenset({"min", "max", "sum", "prod", "to", "any", "all"})
"""Functions that are followed for constants of several numbers too."""

LONGEST = 16
"""The maximum length of a constant whose numbers are kept."""

SCALARS = frozenset({"Int", "Float", "item", "tolist"})
"""Functions that ask for the numbers of tensors; conditions are noted where they are used."""


def call_function(
    machine: Follower, path: str, args: list[Any], kwargs: dict[str, Any], node: ast.AST
) -> Any:
    """Return the result of a function, which is named by its path."""
    name = path.rpartition(".")[2]
    name = CONVERSIONS.get(name, name)
    first = args[0] if args else None
    if name == "RaiseException":
        raise RaisedError(str(first or "")[:200])
    if name in SAME:
        return first if args else OPEN
    if name in ("NumToTensor", "tensor", "as_tensor", "scalar_tensor"):
        return make_tensor(first)
    if isinstance(first, (list, dict, str)) and name in LISTS:
        return compute(name, args, kwargs)
    tensors = list(iterate_tensors([*args, *kwargs.values()]))
    if not tensors:
        if name in FACTORIES:
            return machine.tape.call(name, args, kwargs)
        return compute(name, args, kwargs)
    if name in ("__is__", "__isnot__", "__contains__"):
        return compare(name, args)
    if name in QUERIES and isinstance(first, Tensor):
        found = compute_query(name, args)
        if found is OPEN and name in SCALARS:
            machine.ask(node, name)
        return found
    found = fold(name, args) if name in PLAIN else None
    return machine.tape.call(name, args, kwargs) if found is None else found


def fold(name: str, args: list[Any]) -> Tensor | None:
    """Return the result of a function on constants; None if these are not known."""
    tensors = list(iterate_tensors(args))
    if not all(each.origin is None and each.number is not None for each in tensors):
        return None
    if any(isinstance(each.number, list) for each in tensors) and name not in OF_LISTS:
        return None
    values = [each.number if isinstance(each, Tensor) else each for each in args]
    found = compute(name, values, {})
    return None if found is OPEN or isinstance(found, (tuple, dict)) else make_tensor(found)


def compute_query(name: str, args: list[Any]) -> Any:
    """Return what is known of a tensor."""
    try:
        return QUERIES[name](*args[: 2 if name in ("size", "shape", "sym_size") else 1])
    except (IndexError, TypeError):
        return OPEN


def compare(name: str, args: list[Any]) -> Any:
    """Return whether two values are the same one; open for what a list holds."""
    if len(args) != 2 or name == "__contains__":
        return OPEN
    return (args[0] is args[1]) == (name == "__is__")


def make_tensor(value: Any) -> Tensor:
    """Return the tensor of a number or of a list of numbers."""
    if isinstance(value, Tensor):
        return value
    shape: list[int | None] = []
    inner = value
    while isinstance(inner, (list, tuple)) and len(shape) < 8:
        shape.append(len(inner))
        inner = inner[0] if inner else None
    axes: Shape = tuple(shape)
    plain = isinstance(value, list) and len(value) <= LONGEST
    plain = plain and all(isinstance(each, (int, float)) for each in value)
    number = value if plain or isinstance(value, (int, float)) else None
    return Tensor(axes if value is not OPEN else (), number=number)
