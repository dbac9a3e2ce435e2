"""Files of Python code → statements, each with the file that its lines are counted in.

A notebook is its code cells, one after the other; lines for the shell or for IPython are left out.
"""

from __future__ import annotations

import ast
import copy
import json
import re
import types
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.errors import ModelError, Notice
from net2fig.read.script.sandbox.missing_modules import future_flags

NOTEBOOK = ".ipynb"

NOTEBOOK_LIMIT = 256 * 2**20
"""Larger notebooks are refused; pictures inside them are what makes them large."""

_OTHER_LANGUAGE = re.compile(r"%%(?!capture\b|time\b|timeit\b|prun\b|py(?:thon)?3?\b|debug\b)")
_MAGIC = re.compile(r"(\s*)(?:[%!?]|(?:[\w., ]+=\s*[!%]))|.*[^\s#?].*\?{1,2}\s*$")


CELL = 1_000_000
"""The lines of cell number n are counted from n times this, while its statements are sorted out."""


class Code(Struct, frozen=True):
    """The statements of a file. Those of a notebook are numbered with their cells, see `CELL`."""

    path: Path
    statements: tuple[ast.stmt, ...]
    notices: tuple[Notice, ...] = ()

    def compiled(self, statement: ast.stmt) -> types.CodeType:
        """Return a statement as Python runs it, by itself, with the place that it came from."""
        cell = statement.lineno // CELL
        file = f"{self.path}, cell {cell}" if cell else str(self.path)
        own = ast.increment_lineno(copy.deepcopy(statement), -cell * CELL)
        code: types.CodeType = compile(
            ast.Module([own], []), file, "exec", future_flags(self.statements), dont_inherit=True
        )
        return code


def code_of(path: Path) -> Code:
    """Return the statements of a Python file or of a notebook."""
    if path.suffix.lower() == NOTEBOOK:
        return notebook(path)
    return Code(path, tuple(parse(path.read_bytes(), path.name).body))


def parse(source: bytes | str, where: str) -> ast.Module:
    """Return the statements of a text, or raise an error with file and line."""
    compiled(source, where)
    return ast.parse(source)


def compiled(source: bytes | str, where: str) -> types.CodeType:
    """Return a text as Python runs it: some errors are found no earlier than here."""
    try:
        with warnings.catch_warnings():
            # What is doubtful in the code is not what was asked.
            warnings.simplefilter("ignore")
            return compile(source, where, "exec", dont_inherit=True)
    except SyntaxError as error:
        place = f"{where}, line {error.lineno}" if error.lineno else where
        line = (error.text or "").strip()
        raise ModelError(
            f"invalid Python: {error.msg} in {place}",
            hint=f"the line reads {line!r}" if line else None,
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ModelError(f"invalid Python: {error} in {where}") from None


def notebook(path: Path) -> Code:
    """Return the statements of the code cells of a notebook."""
    statements: list[ast.stmt] = []
    notices: list[Notice] = []
    for number, text in code_cells(path):
        where = f"{path.name}, cell {number}"
        try:
            body = parsed_cell(text, where)
        except ModelError as error:
            # A cell that nobody could run is not the one that made the model.
            notices.append(Notice("cell-left-out", f"left out a cell: {error.message}"))
            continue
        statements += [ast.increment_lineno(statement, number * CELL) for statement in body]
    return Code(path, tuple(statements), tuple(notices))


def code_cells(path: Path) -> Iterator[tuple[int, str]]:
    """Yield number and text of the code cells of a notebook, counted from 1 over all cells."""
    if path.stat().st_size > NOTEBOOK_LIMIT:
        size = NOTEBOOK_LIMIT // 2**20
        raise ModelError(f"unsupported notebook: {path.name} (more than {size} MiB)")
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ModelError(f"invalid notebook: {path.name} is no JSON: {error}") from None
    found = False
    for number, cell in enumerate(cells_of(data), start=1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            found = True
            source = cell.get("source", cell.get("input", ""))
            yield number, "".join(map(str, source)) if isinstance(source, list) else str(source)
    if not found:
        raise ModelError(f"invalid notebook: {path.name} has no cell of code")


def cells_of(data: Any) -> Sequence[Any]:
    """Return the cells of a notebook; before version 4 of the format they lay in worksheets."""
    data = data if isinstance(data, dict) else {}
    sheets = data.get("worksheets")
    if isinstance(sheets, list):
        return [cell for sheet in sheets for cell in cells_of(sheet)]
    cells = data.get("cells")
    return cells if isinstance(cells, list) else []


def parsed_cell(text: str, where: str) -> list[ast.stmt]:
    """Return the statements of a cell, without what is not Python."""
    first = text.lstrip()
    if _OTHER_LANGUAGE.match(first):
        return []
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError):
        return parse(without_magics(text), where).body


def without_magics(text: str) -> str:
    r"""Return a text with a `pass` in place of each line for the shell or for IPython.

    >>> without_magics("!pip install x\nif a:\n    %matplotlib inline\n    b = 3")
    'pass\nif a:\n    pass\n    b = 3'
    """
    lines: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        magic = goes_on or _MAGIC.match(line)
        indent = line[: len(line) - len(line.lstrip())]
        lines.append("" if goes_on else f"{indent}pass" if magic else line)
        # A command for the shell may go on over several lines.
        goes_on = bool(magic) and line.rstrip().endswith("\\")
    return "\n".join(lines)


def is_guard(statement: ast.stmt) -> bool:
    """Tell whether a statement is `if __name__ == "__main__":`."""
    if not isinstance(statement, ast.If) or not isinstance(statement.test, ast.Compare):
        return False
    test = statement.test
    sides = [test.left, *test.comparators]
    name = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    main = any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
    return name and main and isinstance(test.ops[0], ast.Eq)


def opened(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return the statements with its body in the place of a call of a function: `main()`.

    So a model that a script makes in its function is found like one that it makes outside. What a
    function binds must be no name of the module, or something else would read it.
    """
    functions = {each.name: each for each in statements if isinstance(each, ast.FunctionDef)}
    bound = {
        name.id
        for each in statements
        if not isinstance(each, (ast.FunctionDef, ast.ClassDef))
        for name in ast.walk(each)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    } | set(functions)
    found: list[ast.stmt] = []
    for statement in statements:
        call = statement.value if isinstance(statement, ast.Expr) else None
        body = None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and not call.args:
            body = _body_of(functions.get(call.func.id), bound) if not call.keywords else None
        found += [statement] if body is None else body
    return found


def _body_of(function: ast.FunctionDef | None, bound: set[str]) -> list[ast.stmt] | None:
    """Return the statements of a function that takes nothing, to stand outside of it."""
    if function is None or function.decorator_list or ast.unparse(function.args):
        return None
    body = Outside().visit(copy.deepcopy(function)).body
    nodes = [node for statement in body for node in ast.walk(statement)]
    if any(isinstance(node, (ast.Yield, ast.YieldFrom, ast.Await)) for node in nodes):
        return None
    stored = (node for node in nodes if isinstance(node, ast.Name))
    mine = {node.id for node in stored if isinstance(node.ctx, ast.Store)}
    return None if mine & bound else body


class Outside(ast.NodeTransformer):
    """Turns what only a function may hold into what may stand outside."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Go into the function itself, not into those in it."""
        node.body = [each for each in map(self.visit_in, node.body) if each is not None]
        return node

    def visit_in(self, node: ast.stmt) -> Any:
        """Visit what is no function or class of its own."""
        own = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return node if isinstance(node, own) else self.visit(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """Leave it as it is."""
        return node

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        """Return what is returned as a statement."""
        made = ast.Pass() if node.value is None else ast.Expr(node.value)
        return ast.copy_location(made, node)


def unguarded(statements: Sequence[ast.stmt], *, inside: bool) -> list[ast.stmt]:
    """Return the statements with what a guard holds in its place, or without it."""
    found: list[ast.stmt] = []
    for statement in statements:
        if is_guard(statement) and isinstance(statement, ast.If):
            found += statement.body if inside else statement.orelse
        else:
            found.append(statement)
    return found
