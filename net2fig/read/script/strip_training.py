"""Statements without what only trains, tests, prints, saves, loads or plots.

Their arguments are not evaluated either: an optimizer with an option of long ago does no harm.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from net2fig.read.script.effects import functions_in, is_silent
from net2fig.read.script.slicing import rebuilt

ASKED = "__net2fig_asked__"
"""A function that is told what a method that does nothing was called on."""

Change = Callable[[ast.stmt], ast.stmt | None]


def without_silent(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return the statements without silent ones, at the top and inside functions."""
    own = functions_in(statements)
    return changed(statements, lambda item: None if is_silent(item, own) else item)


def with_asked(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return the statements with silent ones replaced by a call that tells of their object."""
    own = functions_in(statements)
    return changed(statements, lambda item: asked(item) if is_silent(item, own) else item)


def changed(statements: Sequence[ast.stmt], change: Change) -> list[ast.stmt]:
    """Return the statements, and all inside them, with each replaced by what `change` returns."""

    def one(statement: ast.stmt) -> ast.stmt | None:
        found = change(statement)
        if found is not statement:
            return found
        inner = any(isinstance(getattr(statement, name, None), list) for name in ("body", "cases"))
        return rebuilt(statement, one) if inner else statement

    return [part for part in map(one, statements) if part is not None]


def asked(statement: ast.stmt) -> ast.stmt | None:
    """Return a statement that tells what `x.fit(…)` is called on, in place of it."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    tell = ast.Call(ast.Name(ASKED, ast.Load()), [call.func.value], [])
    new = ast.copy_location(ast.Expr(tell), statement)
    return ast.fix_missing_locations(new)
