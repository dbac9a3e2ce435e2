"""Tensors that a layer of the author's own asks for their sizes alone.

Queries and latents that are learned take a tensor for its batch size. What they return does not
depend on its values: no data pass, and no line is drawn.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

SIZE_FUNCTIONS = frozenset(
    {"shape", "int_shape", "size", "rank", "ndim", "len", "zeros_like", "ones_like"}
)
"""Functions whose result does not depend on the values of a tensor."""

SIZE_ATTRIBUTES = frozenset({"shape", "get_shape", "ndim", "dtype"})
"""Attributes and methods of a tensor that do not depend on its values."""

FRAMEWORKS = frozenset({"keras", "tf_keras", "net2fig", "builtins"})
"""Packages whose classes are not the author's."""


def take_size_arguments(
    operation: Any, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any], list[Any]]:
    """Return arguments of a call without those that only give sizes, and these."""
    call = getattr(type(operation), "call", None) if is_written(type(operation)) else None
    names = find_size_parameters(call) if inspect.isfunction(call) else frozenset()
    if call is None or not names:
        return list(args), dict(kwargs), []
    order = [*inspect.signature(call).parameters][1:]
    given = [*zip(order, args, strict=False)]
    sizes = [value for name, value in [*given, *kwargs.items()] if name in names]
    rest = [None if name in names else value for name, value in given]
    words = {name: value for name, value in kwargs.items() if name not in names}
    return [*rest, *args[len(given) :]], words, sizes


def is_written(value: type) -> bool:
    """Tell whether a class is the author's."""
    return value.__module__.split(".")[0] not in FRAMEWORKS


@cache
def find_size_parameters(call: Any) -> frozenset[str]:
    """Return the parameters of which the code of a method reads sizes alone."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(call)))
    except (OSError, SyntaxError, TypeError, ValueError):
        return frozenset()
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef):
        return frozenset()
    names = {each.arg for each in (*function.args.posonlyargs, *function.args.args)[1:]}
    uses = [
        node
        for statement in function.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and node.id in names
    ]
    for_size = set(map(id, _find_size_uses(function)))
    asked = {node.id for node in uses if id(node) in for_size}
    return frozenset(asked - {node.id for node in uses if id(node) not in for_size})


def _find_size_uses(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield the names whose sizes are asked for: `x.shape`, `shape(x)`, `ops.shape(x)`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and node.attr in SIZE_ATTRIBUTES:
            yield node.value
        elif isinstance(node, ast.Call) and _get_name(node.func) in SIZE_FUNCTIONS and node.args:
            yield node.args[0]


def _get_name(function: ast.expr) -> str:
    """Return the last word of a function's name."""
    return str(getattr(function, "attr", "") or getattr(function, "id", ""))
