"""Runs statements where data are missing: what depends on them becomes unknown.

Requires: names in which `prepare_names` has put the functions that accept unknown values.
Ensures: a statement that fails since it asks for data makes unknown what it would have bound. A
model or a layer that it would have changed is not used any more.
"""

from __future__ import annotations

import ast
import copy
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from net2fig.read.script.effects import Effects, find_effects, root_names
from net2fig.read.script.guess.lines import CELL_OFFSET, describe_line
from net2fig.read.script.unknown.functions import (
    FUNCTIONS,
    HOLDS,
    ITEM,
    LIBRARY,
    PREFIX,
    make_functions,
)
from net2fig.read.script.unknown.modules import UnknownModule
from net2fig.read.script.unknown.values import (
    UnknownData,
    UnknownDataError,
    UnknownValue,
    holds_unknown,
    is_unknown,
)

DATA_ERRORS = (FileNotFoundError, NotADirectoryError, ConnectionError, UnknownDataError)
"""Errors that tell that data are missing."""

NO_FILE = "File not found: "
"""The beginning of Keras' message about a saved model that is not there."""

UNKNOWN = (UnknownValue, UnknownModule)
"""What is not installed, or what it returned."""

KEPT = (ModuleType, type)
"""What a failed statement does not change, even if it calls its methods."""


def prepare_names(names: dict[str, Any]) -> None:
    """Give the names of a module functions that accept unknown values."""
    names.update(make_functions())


def prepare_statement(statement: ast.stmt, names: Mapping[str, Any]) -> ast.stmt:
    """Return a statement whose calls accept unknown values, without decorators that are missing.

    Only calls change: `type(x) is list` asks for the class itself.
    """
    new = CallReplacer(names).visit(copy.deepcopy(drop_decorators(statement, names)))
    return new if isinstance(new, ast.stmt) else statement


class CallReplacer(ast.NodeTransformer):
    """Replaces calls of functions of Python that ask for a value."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names
        self.inside = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Visit a function."""
        self.inside += 1
        self.generic_visit(node)
        self.inside -= 1
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Replace the function of a call, unless the code defines one with its name."""
        self.generic_visit(node)
        function = node.func
        is_known = isinstance(function, ast.Name) and function.id in FUNCTIONS
        if isinstance(function, ast.Name) and function.id == "range" and not self.inside:
            # What a loop of the module carries on is unknown.
            return node
        if is_known and isinstance(function, ast.Name) and function.id not in self.names:
            function.id = f"{PREFIX}{function.id}"
        if isinstance(function, ast.Attribute) and self.is_library(function.value):
            return ast.copy_location(call(LIBRARY, function, *node.args, words=node.keywords), node)
        return node

    def is_library(self, node: ast.expr) -> bool:
        """Tell whether an expression is a module of Python's library, as `os.path`."""
        while isinstance(node, ast.Attribute):
            node = node.value
        value = self.names.get(node.id) if isinstance(node, ast.Name) else None
        return isinstance(value, ModuleType) and value.__name__ in sys.stdlib_module_names

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Replace an item that is chosen by a name or a call: only data may know which it is."""
        self.generic_visit(node)
        chosen = isinstance(node.slice, (ast.Name, ast.Attribute, ast.Call, ast.Subscript))
        if not chosen or not isinstance(node.ctx, ast.Load):
            return node
        return ast.copy_location(call(ITEM, node.value, node.slice), node)

    def visit_If(self, node: ast.If) -> ast.If:
        """Ask for the condition under which code gives up, or does not."""
        self.generic_visit(node)
        if isinstance(node.body[-1], ast.Raise) and not node.orelse:
            node.test = ask_for(node.test)
        elif node.orelse and isinstance(node.orelse[-1], ast.Raise):
            node.test = refute(node.test)
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        """Ask for the condition of an assertion."""
        self.generic_visit(node)
        node.test = refute(node.test)
        return node


def call(name: str, *args: ast.expr, words: Sequence[ast.keyword] = ()) -> ast.Call:
    """Return a call of a function that accepts unknown values."""
    made = ast.Call(ast.Name(name, ast.Load()), list(args), list(words))
    return ast.fix_missing_locations(ast.copy_location(made, args[0]))


def refute(test: ast.expr) -> ast.expr:
    """Return a condition that holds unless it is known not to."""
    refuted = ask_for(ast.copy_location(ast.UnaryOp(ast.Not(), test), test))
    return ast.fix_missing_locations(ast.copy_location(ast.UnaryOp(ast.Not(), refuted), test))


def ask_for(test: ast.expr) -> ast.expr:
    """Return a call that tells whether a condition holds, as far as it is known."""
    if any(isinstance(each, (ast.NamedExpr, ast.Await, ast.Yield)) for each in ast.walk(test)):
        return test
    call = ast.parse(f"{HOLDS}(lambda: 0)", mode="eval").body
    if isinstance(call, ast.Call) and isinstance(call.args[0], ast.Lambda):
        call.args[0].body = test
    return ast.fix_missing_locations(ast.copy_location(call, test))


def drop_decorators(statement: ast.stmt, names: Mapping[str, Any]) -> ast.stmt:
    """Return a function or a class without decorators of modules that are not installed."""
    decorated = [node for node in ast.walk(statement) if getattr(node, "decorator_list", None)]
    if not decorated:
        return statement
    unknown = {name for name, value in names.items() if isinstance(value, UNKNOWN)}
    if not any(root_names(each) & unknown for node in decorated for each in list_decorators(node)):
        return statement
    new = copy.deepcopy(statement)
    for node in ast.walk(new):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            kept = [each for each in node.decorator_list if not root_names(each) & unknown]
            node.decorator_list = kept
    return new


def list_decorators(node: ast.AST) -> list[ast.expr]:
    """Return the decorators of a function or a class."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return decorators


def is_data_failure(statement: ast.stmt, names: Mapping[str, Any], error: Exception) -> bool:
    """Tell whether a statement failed since data are missing."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
        return False
    if find_cause(error) is not None:
        return True
    effects = find_effects(statement)
    return any(holds_unknown(names.get(name)) for name in effects.reads)


def find_cause(error: BaseException | None) -> BaseException | None:
    """Return the error in a chain that tells that data are missing; None if none does."""
    while error is not None:
        if isinstance(error, DATA_ERRORS) or str(error).startswith(NO_FILE):
            return error
        error = error.__cause__ or error.__context__
    return None


def find_block(statement: ast.stmt, names: dict[str, Any], error: Exception) -> list[ast.stmt]:
    """Return the statements to run in place of a failed one; none if there are none.

    A loop over data runs once: what it carries from round to round is unknown by then. Of a branch
    that only data decide, the first is taken and told. Where a statement inside of another fails,
    that one alone is left out.
    """
    if isinstance(statement, ast.For) and is_asked(statement.iter, names, iter):
        return statement.body
    if isinstance(statement, ast.If) and is_asked(statement.test, names, bool):
        place = describe_line(statement.lineno)
        UnknownData.tell("branch-taken", f"only data decide in {place}: took the first branch")
        return statement.body
    return find_rest(statement, find_line(error, names))


def find_line(error: Exception, names: dict[str, Any]) -> int:
    """Return the line of a module, or of a cell of a notebook, that an error comes from; else 0."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals is names and trace.tb_frame.f_code.co_name == "<module>":
            return trace.tb_lineno
        trace = trace.tb_next
    return 0


def find_rest(statement: ast.stmt, line: int) -> list[ast.stmt]:
    """Return the statements of a branch from the one on that stands in a line.

    Only of what runs once: a part of a loop would run without the rest.
    """
    if not isinstance(statement, (ast.If, ast.Try, ast.With)) or not line:
        return []
    handlers: list[ast.ExceptHandler] = getattr(statement, "handlers", [])
    blocks = [statement.body, *(each.body for each in handlers)]
    blocks += [getattr(statement, name, []) for name in ("orelse", "finalbody")]
    for block in blocks:
        for place, each in enumerate(block):
            first, last = each.lineno, each.end_lineno or each.lineno
            if first % CELL_OFFSET <= line <= last % CELL_OFFSET:
                return block[place:]
    return []


def is_asked(node: ast.expr, names: dict[str, Any], ask: Callable[[Any], Any]) -> bool:
    """Tell whether an expression fails since it, or what is done with it, needs data."""
    try:
        code = compile(ast.Expression(node), "test", "eval")
        ask(eval(code, names))  # noqa: S307  (what reading code is)
    except Exception as error:  # noqa: BLE001  (the user's code may raise anything)
        return find_cause(error) is not None
    return False


def make_unknown(statement: ast.stmt, names: dict[str, Any]) -> list[str]:
    """Make unknown what a statement would have bound; return the models that it would have changed.

    The caller must not use these any more.
    """
    effects: Effects = find_effects(statement)
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        # Some of the names may be known.
        names |= {name: UnknownValue(name) for name in effects.binds if name not in names}
        return []
    for name in effects.binds:
        names[name] = UnknownValue(name)
    lost: list[str] = []
    for name in effects.changes - effects.binds:
        value = names.get(name)
        if isinstance(value, KEPT) or is_unknown(value):
            continue
        if isinstance(value, (list, dict, set, str, int, float)) or value is None:
            names[name] = UnknownValue(name)
        else:
            lost.append(name)
    return lost


def name_results(statement: ast.stmt, names: dict[str, Any]) -> None:
    """Call unknown values as the code calls them."""
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        effects = find_effects(statement)
        for name in effects.binds | effects.changes:
            value = names.get(name)
            if isinstance(value, UnknownValue):
                names[name] = value._net2fig_rename(name)  # noqa: SLF001  (others are names of the code's)
