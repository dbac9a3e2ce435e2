"""Expressions of code → what is known of their values, without running them.

Requires: names that are bound in the order of the statements (`samples.py`), and what is imported.
Ensures: None for what is not known. A function counts only if its name leads to a package that is
imported: one of the code's own is never taken for it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from net2fig.read.training.arrays import Array, is_number, read_literal, reduce_last
from net2fig.read.training.functions import (
    BY_PACKAGE,
    METHODS,
    SCALERS,
    SPLIT,
    TRANSFORMS,
)
from net2fig.read.training.names import DataSet, load_words

LOAD = "load_data"

BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Pow: lambda a, b: a**b if abs(b) < 64 else None,
}
LINEAR = (ast.Add, ast.Sub, ast.Mult, ast.Div)


class Scaler(Struct, frozen=True):
    """An object whose `transform` keeps the shape of an array."""


class Evaluation(Struct):
    """What the names of code stand for at one place."""

    modules: Mapping[str, str]
    names: dict[str, Any] = field(default_factory=dict)

    def value(self, node: ast.expr | None) -> Any:
        """Return what is known of the value of an expression."""
        method = getattr(self, f"value_of_{type(node).__name__.lower()}", None)
        try:
            return None if method is None else method(node)
        except (ArithmeticError, IndexError, RecursionError, TypeError, ValueError):
            # Arguments that the function does not take, or an expression too deep to follow.
            return None

    def value_of_constant(self, node: ast.Constant) -> Any:
        """Return a literal."""
        return node.value

    def value_of_name(self, node: ast.Name) -> Any:
        """Return what a name is bound to."""
        return self.names.get(node.id)

    def value_of_tuple(self, node: ast.Tuple) -> Any:
        """Return a tuple of values."""
        if any(isinstance(each, ast.Starred) for each in node.elts):
            return None
        return tuple(self.value(each) for each in node.elts)

    def value_of_list(self, node: ast.List) -> Any:
        """Return a list of values."""
        found = self.value_of_tuple(ast.Tuple(node.elts))
        return None if found is None else list(found)

    def value_of_unaryop(self, node: ast.UnaryOp) -> Any:
        """Return a number with its sign, or an array with its range turned."""
        if not isinstance(node.op, ast.USub):
            return None
        return self.compute(ast.Mult(), self.value(node.operand), -1)

    def value_of_binop(self, node: ast.BinOp) -> Any:
        """Return the result of an operator on numbers, tuples or arrays."""
        return self.compute(node.op, self.value(node.left), self.value(node.right))

    def compute(self, kind: ast.operator, left: Any, right: Any) -> Any:
        """Return the result of an operator on two values."""
        if is_number(left) and is_number(right) and type(kind) in BINARY:
            return BINARY[type(kind)](left, right)
        if isinstance(left, tuple) and isinstance(right, tuple) and isinstance(kind, ast.Add):
            return left + right
        if isinstance(left, Array) and is_number(right):
            return shift(kind, left, right)
        if isinstance(left, Array | int | float) and isinstance(right, Array):
            if is_number(left):
                return Array(right.shape)
            same = isinstance(left, Array) and left.shape == right.shape
            return Array(right.shape) if same else None
        return None

    def value_of_attribute(self, node: ast.Attribute) -> Any:
        """Return `x.shape`, `x.T` or the size of an array."""
        value = self.value(node.value)
        if not isinstance(value, Array):
            return None
        if node.attr == "shape":
            return value.shape
        if node.attr == "T":
            return replace(value, shape=value.shape[::-1])
        return len(value.shape) if node.attr == "ndim" else None

    def value_of_subscript(self, node: ast.Subscript) -> Any:
        """Return a part of an array, of a tuple or of a list."""
        value = self.value(node.value)
        if isinstance(value, Array):
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            return self.take(value, list(parts))
        if isinstance(value, tuple | list):
            return value[self.place(node.slice)]
        return None

    def place(self, node: ast.expr) -> Any:
        """Return a number, or a slice, that is a place in a tuple."""
        if isinstance(node, ast.Slice):
            ends = [self.bound(each) for each in (node.lower, node.upper, node.step)]
            return slice(*ends)
        place = self.value(node)
        if type(place) is not int:
            raise ValueError
        return place

    def bound(self, node: ast.expr | None) -> int | None:
        """Return an end of a slice; raise an error if it is not known."""
        value = None if node is None else self.value(node)
        if node is not None and type(value) is not int:
            raise ValueError
        return value

    def take(self, array: Array, parts: list[ast.expr]) -> Array | None:
        """Return the part of an array that a subscript takes."""
        if len(parts) == 1 and isinstance(chosen := self.value(parts[0]), Array):
            # Rows by their numbers: numpy.eye(10)[y].
            if not chosen.whole:
                return None
            return replace(array, shape=(*chosen.shape, *array.shape[1:]))
        dots = [at for at, each in enumerate(parts) if is_constant(each, Ellipsis)]
        axes = sum(not self.is_new(each) for each in parts) - len(dots)
        if dots:
            gap: list[ast.expr] = [ast.Slice()] * (len(array.shape) - axes)
            parts = [*parts[: dots[0]], *gap, *parts[dots[0] + 1 :]]
        sizes, rest = list[int | None](), list(array.shape)
        for part in parts:
            if self.is_new(part):
                sizes.append(1)
                continue
            size = rest.pop(0)
            if isinstance(part, ast.Slice):
                sizes.append(self.length(part, size))
            elif type(self.value(part)) is not int:
                # A mask or a list of places: how many it chooses is not known.
                return None
        return replace(array, shape=(*sizes, *rest))

    def is_new(self, node: ast.expr) -> bool:
        """Tell whether a part of a subscript is a further axis: None or `numpy.newaxis`."""
        return is_constant(node, None) or (
            isinstance(node, ast.Attribute) and node.attr == "newaxis"
        )

    def length(self, part: ast.Slice, size: int | None) -> int | None:
        """Return the number of places that a slice takes; None if it is not known."""
        if part.lower is None and part.upper is None and part.step is None:
            return size
        try:
            ends = [self.bound(each) for each in (part.lower, part.upper, part.step)]
        except ValueError:
            return None
        return None if size is None else len(range(*slice(*ends).indices(size)))

    def value_of_call(self, node: ast.Call) -> Any:
        """Return the result of a function that is known."""
        if any(isinstance(each, ast.Starred) for each in node.args) or None in [
            each.arg for each in node.keywords
        ]:
            return None
        if isinstance(node.func, ast.Name) and node.func.id == "len" and len(node.args) == 1:
            value = self.value(node.args[0])
            return value.shape[0] if isinstance(value, Array) else None
        args = [self.value(each) for each in node.args]
        words = {each.arg: self.value(each.value) for each in node.keywords if each.arg}
        path = self.path(node.func)
        if path:
            return self.call_package(path, args, words)
        if not isinstance(node.func, ast.Attribute):
            return None
        owner, name = self.value(node.func.value), node.func.attr
        if isinstance(owner, Array) and name in METHODS:
            return METHODS[name]([owner, *args], words)
        if isinstance(owner, Scaler) and name in TRANSFORMS and args:
            return Array(args[0].shape) if isinstance(args[0], Array) else None
        return None

    def path(self, node: ast.expr) -> str:
        """Return the dotted name of a function of an imported package; empty for others."""
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id in self.names or node.id not in self.modules:
            return ""
        return ".".join([self.modules[node.id], *reversed(names)])

    def call_package(self, path: str, args: Sequence[Any], words: Mapping[str, Any]) -> Any:
        """Return the result of a function of a package."""
        parts = path.split(".")
        package, name = (
            ("keras" if "keras" in parts or "tf_keras" in parts else parts[0]),
            parts[-1],
        )
        if package == "sklearn":
            if name == SPLIT:
                return split(args)
            return Scaler() if name in SCALERS else None
        if package == "keras" and name == LOAD and len(parts) > 1:
            return load(load_words().datasets.get(parts[-2]))
        function = BY_PACKAGE.get(package, {}).get(name)
        if function is None or (function in METHODS.values() and not args):
            return None
        whole = [each if isinstance(each, Array) else read_literal(each) or each for each in args]
        first = [whole[0], *args[1:]] if args and function is reduce_last else args
        return function(first, words)


def is_constant(node: ast.expr, value: object) -> bool:
    """Tell whether an expression is one literal."""
    return isinstance(node, ast.Constant) and node.value is value


def shift(kind: ast.operator, array: Array, number: float) -> Array:
    """Return an array after an operator with a number."""
    if not isinstance(kind, LINEAR) or array.low is None or array.high is None:
        return Array(array.shape)
    compute = BINARY[type(kind)]
    low, high = sorted((compute(array.low, number), compute(array.high, number)))
    whole = array.whole and type(number) is int and not isinstance(kind, ast.Div)
    return Array(array.shape, low, high, whole)


def split(args: Sequence[Any]) -> tuple[Array | None, ...]:
    """Return what `train_test_split` makes of arrays: two of each, of unknown lengths."""
    halves = [
        replace(each, shape=(None, *each.shape[1:])) if isinstance(each, Array) else None
        for each in args
    ]
    return tuple(half for half in halves for _ in range(2))


def load(found: DataSet | None) -> Any:
    """Return the arrays of a data set of Keras: two pairs."""
    if found is None:
        return None
    low, labelled = (None if found.high is None else 0), found.classes > 0
    first, last = (0, found.classes - 1) if labelled else (None, None)
    return tuple(
        (
            Array((count, *found.shape), low, found.high, found.high is not None),
            Array((count, *found.labels), first, last, labelled),
        )
        for count in found.count
    )
