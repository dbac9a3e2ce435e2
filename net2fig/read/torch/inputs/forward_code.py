"""What the code of `forward` tells of its inputs.

    n, c, t, v, m = x.size()         the names of the axes
    image, text = inputs             an input is a list
    self.init_hidden(batch)          a method makes the first state

Requires: a module.
Ensures: nothing is told where there is no source.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Sequence
from typing import Any

from net2fig.read.torch.inputs.feed import list_forward_parameters

STATES = ("hidden", "state", "hx", "memory")
"""Parts of the names of parameters that hold the state of a recurrent module."""

STATE_MAKER = re.compile(r"_?(init|initial|zero|get_init)\w*(hidden|state)\w*").fullmatch
"""Matches the names of methods that make such a state."""


def count_packed(module: Any, name: str) -> int:
    """Return how many tensors an input is a list of; 0 if it is a tensor.

    The code takes them apart, as by `image, text = inputs` or `inputs[1]`, and asks for no shape.
    """
    function = parse_forward(module)
    nodes = [] if function is None else [*ast.walk(function)]
    asked = any(isinstance(n, ast.Attribute) and ast.unparse(n.value) == name for n in nodes)
    if asked:
        return 0
    counts = [
        1 + each.slice.value
        for each in nodes
        if isinstance(each, ast.Subscript)
        and ast.unparse(each.value) == name
        and isinstance(each.slice, ast.Constant)
        and type(each.slice.value) is int
    ]
    counts += [
        len(each.targets[0].elts)
        for each in nodes
        if isinstance(each, ast.Assign)
        and isinstance(each.targets[0], (ast.Tuple, ast.List))
        and ast.unparse(each.value) == name
    ]
    return max(counts, default=0)


def find_makers(module: Any, names: Sequence[str]) -> list[tuple[str, Any]]:
    """Return the methods that make the first state of a recurrent module for a batch, by inputs.

    `init_hidden(batch)` makes what `forward` takes as `hidden`.
    """
    methods = [getattr(module, name) for name in dir(type(module)) if STATE_MAKER(name.lower())]
    found: list[tuple[str, Any]] = []
    for name in (each for each in names[1:] if any(part in each.lower() for part in STATES)):
        for method in methods:
            parameters = inspect.signature(method).parameters.values()
            if sum(each.default is each.empty for each in parameters) == 1:
                found.append((name, method))
                break
    return found


def find_unpacked(module: Any) -> list[str]:
    """Return the names of the axes of the first input, in small letters; none if it has none."""
    function = parse_forward(module)
    names, _ = list_forward_parameters(module)
    for node in ast.walk(function) if function is not None else ():
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple) and names:
            text = ast.unparse(node.value)
            if text in (f"{names[0]}.shape", f"{names[0]}.size()"):
                return [ast.unparse(each).lower() for each in node.targets[0].elts]
    return []


def parse_forward(module: Any) -> ast.AST | None:
    """Return the syntax tree of `forward`; None if there is no source."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(type(module).forward))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        return None
