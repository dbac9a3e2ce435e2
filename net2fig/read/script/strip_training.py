"""Removes statements that only train, test, print, save, load or plot.

Their arguments are not evaluated either, so that an outdated option of an optimizer does no harm.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from net2fig.read.script.effects import find_function_names, is_irrelevant
from net2fig.read.script.slicing import rebuild_compound

REMEMBER = "__net2fig_remember__"
"""The function that gets the object on which a removed method was called."""

Transform = Callable[[ast.stmt], ast.stmt | None]


def drop_irrelevant(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return the statements without irrelevant ones, at the top and inside functions."""
    defined = find_function_names(statements)
    return transform_statements(
        statements, lambda item: None if is_irrelevant(item, defined) else item
    )


def replace_irrelevant(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return the statements, with a call that remembers the object for each irrelevant one."""
    defined = find_function_names(statements)
    return transform_statements(
        statements, lambda item: make_remember_call(item) if is_irrelevant(item, defined) else item
    )


def transform_statements(statements: Sequence[ast.stmt], transform: Transform) -> list[ast.stmt]:
    """Return the statements with each one, at any depth, replaced by what `transform` returns."""

    def transform_one(statement: ast.stmt) -> ast.stmt | None:
        result = transform(statement)
        if result is not statement:
            return result
        inner = any(isinstance(getattr(statement, name, None), list) for name in ("body", "cases"))
        return rebuild_compound(statement, transform_one) if inner else statement

    return [part for part in map(transform_one, statements) if part is not None]


def make_remember_call(statement: ast.stmt) -> ast.stmt | None:
    """Return a statement that remembers `x`, in place of `x.fit(…)`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    remember = ast.Call(ast.Name(REMEMBER, ast.Load()), [call.func.value], [])
    new = ast.copy_location(ast.Expr(remember), statement)
    return ast.fix_missing_locations(new)
