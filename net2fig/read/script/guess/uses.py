"""How the code of a function or a class uses its arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeGuard

from net2fig.read.script.guess.compared import is_argument

WALKS = ("len", "list", "tuple", "set", "enumerate", "sorted", "zip")
"""Functions of Python that go through their first argument."""


def flatten(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements with those in branches, where a file may define things in two ways."""
    for each in statements:
        if isinstance(each, (ast.If, ast.Try)):
            yield from flatten([*each.body, *each.orelse])
        else:
            yield each


def list_takers(nodes: Mapping[str, ast.AST], function: str, argument: str) -> list[ast.AST]:
    """Return a function or a class, and the functions that have an argument of the same name."""
    owner = nodes.get(function.partition(".")[0])
    others = (
        node
        for node in nodes.values()
        if isinstance(node, ast.FunctionDef) and argument in [each.arg for each in node.args.args]
    )
    return [owner, *(each for each in others if each is not owner)] if owner else []


def is_method(name: str) -> bool:
    """Tell whether a name is that of a method of texts, lists or dictionaries."""
    return any(hasattr(each, name) for each in (str, list, dict))


def is_called(node: ast.AST | None, name: str) -> bool:
    """Tell whether a function or a class calls an argument: it is a function or a class too."""
    return node is not None and any(
        isinstance(each, ast.Call) and is_argument(each.func, name) for each in ast.walk(node)
    )


def is_mapping(node: ast.AST | None, name: str) -> bool:
    """Tell whether code reads items of an argument by their names, as by `params["units"]`."""
    return node is not None and any(
        isinstance(each, ast.Subscript)
        and is_argument(each.value, name)
        and isinstance(each.slice, ast.Constant)
        and isinstance(each.slice.value, str)
        for each in ast.walk(node)
    )


def is_iterated(node: ast.AST | None, name: str) -> bool:
    """Tell whether code goes through an argument, as by `for each in labels` or `len(labels)`."""
    nodes = [] if node is None else [*ast.walk(node)]
    asked = [each.args[0] for each in nodes if is_walk(each)]
    asked += [each.iter for each in nodes if isinstance(each, (ast.For, ast.comprehension))]
    return any(is_argument(each, name) for each in asked)


def is_walk(node: ast.AST) -> TypeGuard[ast.Call]:
    """Tell whether a call of Python goes through its first argument."""
    called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
    return called in WALKS and isinstance(node, ast.Call) and bool(node.args)


def count_items(node: ast.AST | None, name: str) -> int:
    """Return how many items of an argument code reads, as by `image_size[2]`; 0 if none."""
    indexes = [
        each.slice.value
        for each in (ast.walk(node) if node is not None else ())
        if isinstance(each, ast.Subscript)
        and is_argument(each.value, name)
        and isinstance(each.slice, ast.Constant)
        and type(each.slice.value) is int
    ]
    return max(indexes, default=-1) + 1


def is_item(node: ast.AST | None, name: str) -> bool:
    """Tell whether an argument is one of the sizes of a shape: `(input_size, input_size, 3)`."""
    if count_items(node, name):
        return False
    return node is not None and any(
        isinstance(each, ast.Tuple) and any(is_argument(item, name) for item in each.elts)
        for each in ast.walk(node)
    )


def walk_in_order(node: ast.AST) -> list[ast.AST]:
    """Return the nodes inside of a node that have a place, in the order of the text."""
    placed = [each for each in ast.walk(node) if isinstance(each, ast.expr)]
    return [*sorted(placed, key=lambda each: (each.lineno, each.col_offset))]
