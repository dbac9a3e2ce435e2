"""Runs definitions without decorators that are not there, or that fail.

    @BACKBONES.register_module()          of a library that is not installed
    @add_code_sample_docstrings(…)        of a version that takes other arguments

Requires: a definition of a function or a class.
Ensures: what is defined stays as it is; decorators of Python and of properties stay.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping
from typing import Any

from net2fig.read.script.effects import get_last_name, root_names
from net2fig.read.script.unknown.values import MissingImport, is_unknown

KEPT = frozenset(
    {
        *("property", "staticmethod", "classmethod", "setter", "getter", "dataclass"),
        *("abstractmethod", "cached_property", "contextmanager"),
    }
)
"""Decorators that change what a definition is."""

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def drop_decorators(statement: ast.stmt, is_dropped: Callable[[ast.expr], bool]) -> ast.stmt | None:
    """Return a definition without some decorators, also of methods; None if none is dropped."""
    if not isinstance(statement, DEFINITIONS):
        return None
    new = copy.deepcopy(statement)
    dropped = False
    for node in ast.walk(new):
        if isinstance(node, DEFINITIONS):
            kept = [each for each in node.decorator_list if not is_dropped(each)]
            dropped = dropped or len(kept) < len(node.decorator_list)
            node.decorator_list = kept
    return new if dropped else None


def drop_missing(statement: ast.stmt, names: Mapping[str, Any]) -> ast.stmt:
    """Return a definition without the decorators of modules that are not installed."""

    def is_missing(node: ast.expr) -> bool:
        values = (names.get(root) for root in root_names(node))
        return any(type(each) is MissingImport or is_unknown(each) for each in values)

    return drop_decorators(statement, is_missing) or statement


def drop_failing(statement: ast.stmt) -> ast.stmt | None:
    """Return a definition without all decorators that may fail; None if it has none."""
    return drop_decorators(statement, lambda node: get_last_name(node) not in KEPT)
