"""Values that code compares an argument with: it can be one of these.

    assert depth in [18, 34]          18
    if shape == (473, 473): …         (473, 473)
    if backbone == "drn": …           "drn"
    if phase == "test": …             "train": what follows a network in a test is not drawn
    {"b0": …, "b1": …}[name]          "b0"

Requires: a function or a class.
Ensures: texts, and numbers of which several are named; a value that is refused is none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from net2fig.read.script.guess.lines import describe_line

TRAIN = "train"
TESTS = ("test", "eval", "val", "inference", "predict", "detect")
"""Values that tell what a model is used for."""


def find_compared(
    nodes: Sequence[ast.AST], name: str, names: Mapping[str, Any]
) -> tuple[Any, str] | None:
    """Return the first value that functions or classes compare an argument with, and its line.

    `names` hold the tables of the file.
    """
    stated = [each for node in nodes for each in list_stated(node, name)]
    values = [*stated, *(each for node in nodes for each in list_equal(node, name))]
    numbers = {value for value, _ in values if type(value) is int}
    tests = [line for value, line in values if value in TESTS]
    if tests and all(value in (*TESTS, TRAIN) for value, _ in values):
        return TRAIN, describe_line(tests[0])
    for value, line in values:
        is_one_of_some = type(value) is int and len(numbers) > 1
        if isinstance(value, (str, tuple)) or is_one_of_some:
            return value, describe_line(line)
    return find_key(nodes[:1], name, names)


def find_key(
    nodes: Sequence[ast.AST], name: str, names: Mapping[str, Any]
) -> tuple[Any, str] | None:
    """Return the first key of a table of the file in which code looks an argument up, and a line.

    `TABLE = {"vgg11": …, "vgg16": …}` and `TABLE[name]`.
    """
    for each in (inner for node in nodes for inner in ast.walk(node)):
        if isinstance(each, ast.Subscript) and is_argument(each.slice, name):
            table = names.get(getattr(each.value, "id", ""))
            if type(table) is dict and table:
                return next(iter(table)), describe_line(each.lineno)
    return None


def list_stated(node: ast.AST, name: str) -> Iterator[tuple[Any, int]]:
    """Yield the values of `name in (…)` and the keys of `{…}[name]`."""
    for each in ast.walk(node):
        if isinstance(each, ast.Compare) and isinstance(each.ops[0], ast.In):
            items = each.comparators[0]
            if is_argument(each.left, name) and isinstance(items, (ast.List, ast.Tuple, ast.Set)):
                yield from list_constants(items.elts)
        elif (
            isinstance(each, ast.Subscript)
            and isinstance(each.value, ast.Dict)
            and is_argument(each.slice, name)
        ):
            yield from list_constants(key for key in each.value.keys if key is not None)


def list_equal(node: ast.AST, name: str) -> Iterator[tuple[Any, int]]:
    """Yield the values of `name == …`, in the order of the text."""
    found = [
        each
        for each in ast.walk(node)
        if isinstance(each, ast.Compare)
        and isinstance(each.ops[0], ast.Eq)
        and is_argument(each.left, name)
    ]
    for each in sorted(found, key=lambda one: one.lineno):
        yield from list_constants(each.comparators[:1])


def list_constants(nodes: Any) -> Iterator[tuple[Any, int]]:
    """Yield the constants among nodes, with their lines."""
    for each in nodes:
        if isinstance(each, ast.Constant):
            yield each.value, each.lineno
        elif isinstance(each, ast.Tuple) and all(isinstance(e, ast.Constant) for e in each.elts):
            yield ast.literal_eval(each), each.lineno


def is_argument(node: ast.expr, name: str) -> bool:
    """Tell whether a node is an argument, or the attribute of that name: `depth`, `self.depth`."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr == name and node.value.id == "self"
    return isinstance(node, ast.Name) and node.id == name
