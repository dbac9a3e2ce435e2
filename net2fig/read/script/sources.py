"""Python files → statements with line numbers.

A notebook is the sequence of its code cells, without lines for the shell or for IPython.
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
from net2fig.read.script.guess.lines import CELL_OFFSET
from net2fig.read.script.sandbox.missing_modules import find_future_flags
from net2fig.read.script.sandbox.python2 import (
    is_python2,
    modernize_python2,
    parse_python2,
)

NOTEBOOK = ".ipynb"

NOTEBOOK_LIMIT = 256 * 2**20
"""Larger notebooks are refused; usually pictures make them large."""

PYTHON2_NOTICE = Notice("python-2", "the code is for Python 2: read as Python 3 has it")

_OTHER_LANGUAGE = re.compile(r"%%(?!capture\b|time\b|timeit\b|prun\b|py(?:thon)?3?\b|debug\b)")
_MAGIC = re.compile(r"\s*+(?:[%!?]|(?:[\w., ]+=\s*[!%]))")
_HELP = re.compile(r"[^\s#?]")
"""What stands in a line that ends with a question mark, which asks IPython for help."""


class Code(Struct, frozen=True):
    """The statements of a file. Line numbers in a notebook include its cells, see `CELL_OFFSET`."""

    path: Path
    statements: tuple[ast.stmt, ...]
    notices: tuple[Notice, ...] = ()

    def compile(self, statement: ast.stmt) -> types.CodeType:
        """Return a statement in compiled form, with its file and line."""
        cell = statement.lineno // CELL_OFFSET
        file = f"{self.path}, cell {cell}" if cell else str(self.path)
        renumbered = ast.increment_lineno(copy.deepcopy(statement), -cell * CELL_OFFSET)
        code: types.CodeType = compile(
            ast.Module([renumbered], []),
            file,
            "exec",
            find_future_flags(self.statements),
            dont_inherit=True,
        )
        return code


def load_code(path: Path) -> Code:
    """Return the statements of a Python file or of a notebook."""
    if path.suffix.lower() == NOTEBOOK:
        return read_notebook(path)
    source = read_source(path)
    tree = parse(source, path.name)
    if isinstance(source, bytes):
        return Code(path, tuple(tree.body))
    return Code(path, tuple(parse_python2(source).body), (PYTHON2_NOTICE,))


def read_source(path: Path) -> bytes | str:
    """Return the text of a file; one of Python 2 as Python 3 has it, as a `str`."""
    source = path.read_bytes()
    try:
        compile_source(source, path.name)
    except ModelError as error:
        if is_python2(error.message):
            return modernize_python2(source.decode("utf-8", "replace").expandtabs(8))
    return source


def parse(source: bytes | str, where: str) -> ast.Module:
    """Return the syntax tree of a text, or raise an error with file and line."""
    compile_source(source, where)
    return ast.parse(source)


def compile_source(source: bytes | str, where: str) -> types.CodeType:
    """Return a text in compiled form; some errors are found only by compiling."""
    try:
        with warnings.catch_warnings():
            # Warnings about the user's code are not of interest here.
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


def read_notebook(path: Path) -> Code:
    """Return the statements of the code cells of a notebook."""
    statements: list[ast.stmt] = []
    notices: list[Notice] = []
    for number, text in read_code_cells(path):
        where = f"{path.name}, cell {number}"
        try:
            body = parse_cell(text, where)
        except ModelError as error:
            # A cell that does not parse did not build the model.
            notices.append(Notice("cell-left-out", f"left out a cell: {error.message}"))
            continue
        statements += [ast.increment_lineno(statement, number * CELL_OFFSET) for statement in body]
    return Code(path, tuple(statements), tuple(notices))


def read_code_cells(path: Path) -> Iterator[tuple[int, str]]:
    """Yield number and text of the code cells of a notebook; all cells count, from 1."""
    if path.stat().st_size > NOTEBOOK_LIMIT:
        size = NOTEBOOK_LIMIT // 2**20
        raise ModelError(f"unsupported notebook: {path.name} (more than {size} MiB)")
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ModelError(f"invalid notebook: {path.name} is not JSON: {error}") from None
    result = False
    for number, cell in enumerate(list_cells(data), start=1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            result = True
            source = cell.get("source", cell.get("input", ""))
            yield number, "".join(map(str, source)) if isinstance(source, list) else str(source)
    if not result:
        raise ModelError(f"invalid notebook: {path.name} has no cell of code")


def list_cells(data: Any) -> Sequence[Any]:
    """Return the cells of a notebook; before version 4 of the format they were in worksheets."""
    data = data if isinstance(data, dict) else {}
    sheets = data.get("worksheets")
    if isinstance(sheets, list):
        return [cell for sheet in sheets for cell in list_cells(sheet)]
    cells = data.get("cells")
    return cells if isinstance(cells, list) else []


def parse_cell(text: str, where: str) -> list[ast.stmt]:
    """Return the statements of a cell; empty if it is in another language."""
    first = text.lstrip()
    if _OTHER_LANGUAGE.match(first):
        return []
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError):
        pass
    text = strip_magics(text)
    try:
        return parse(text, where).body
    except ModelError as error:
        if not is_python2(error.message):
            raise
        parse(modernize_python2(text), where)
        return parse_python2(text).body


def strip_magics(text: str) -> str:
    r"""Return a text with `pass` in place of each line for the shell or for IPython.


    >>> strip_magics("!pip install x\nif a:\n    %matplotlib inline\n    b = 3")
    'pass\nif a:\n    pass\n    b = 3'
    """
    lines: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        asks = line.rstrip().endswith("?") and _HELP.search(line)
        magic = goes_on or _MAGIC.match(line) or asks
        indent = line[: len(line) - len(line.lstrip())]
        lines.append("" if goes_on else f"{indent}pass" if magic else line)
        # A shell command may continue on the next line.
        goes_on = bool(magic) and line.rstrip().endswith("\\")
    return "\n".join(lines)


def is_main_guard(statement: ast.stmt) -> bool:
    """Tell whether a statement is `if __name__ == "__main__":`."""
    if not isinstance(statement, ast.If) or not isinstance(statement.test, ast.Compare):
        return False
    test = statement.test
    sides = [test.left, *test.comparators]
    name = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    main = any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
    return name and main and isinstance(test.ops[0], ast.Eq)


def put_definitions_first(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return the statements with imports and functions first: cells may run in another order."""
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef)
    return sorted(statements, key=lambda each: not isinstance(each, kinds))


def inline_calls(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return the statements with calls such as `main()` replaced by the body of the function.

    A model that is local to a function is then found like a global one. A function stays if one of
    its local names is also a name of the module.
    """
    functions = {each.name: each for each in statements if isinstance(each, ast.FunctionDef)}
    bound = {
        name.id
        for each in statements
        if not isinstance(each, (ast.FunctionDef, ast.ClassDef))
        for name in ast.walk(each)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    } | set(functions)
    result: list[ast.stmt] = []
    for statement in statements:
        call = statement.value if isinstance(statement, ast.Expr) else None
        body = None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and not call.args:
            body = _extract_body(functions.get(call.func.id), bound) if not call.keywords else None
        result += [statement] if body is None else body
    return result


def _extract_body(function: ast.FunctionDef | None, bound: set[str]) -> list[ast.stmt] | None:
    """Return the body of a function without parameters for use outside; None if impossible."""
    if function is None or function.decorator_list or ast.unparse(function.args):
        return None
    body = BodyExtractor().visit(copy.deepcopy(function)).body
    nodes = [node for statement in body for node in ast.walk(statement)]
    if any(isinstance(node, (ast.Yield, ast.YieldFrom, ast.Await)) for node in nodes):
        return None
    stored = (node for node in nodes if isinstance(node, ast.Name))
    assigned = {node.id for node in stored if isinstance(node.ctx, ast.Store)}
    return None if assigned & bound else body


class BodyExtractor(ast.NodeTransformer):
    """Turns statements of a function into statements of a module."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Visit the function itself, but not the functions in it."""
        node.body = [each for each in map(self.visit_nested, node.body) if each is not None]
        return node

    def visit_nested(self, node: ast.stmt) -> Any:
        """Visit a statement unless it defines a function or a class."""
        nested_kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return node if isinstance(node, nested_kinds) else self.visit(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """Leave it unchanged."""
        return node

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        """Replace a return statement by the expression that it returns."""
        expression = ast.Pass() if node.value is None else ast.Expr(node.value)
        return ast.copy_location(expression, node)


def resolve_main_guard(statements: Sequence[ast.stmt], *, inside: bool) -> list[ast.stmt]:
    """Return the statements with the body of the `__main__` guard in its place, or without it."""
    result: list[ast.stmt] = []
    for statement in statements:
        if is_main_guard(statement) and isinstance(statement, ast.If):
            result += statement.body if inside else statement.orelse
        else:
            result.append(statement)
    return result
