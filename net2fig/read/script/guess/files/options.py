"""The options of a project's command line, as the file that parses them leaves them behind.

    parser.add_argument("--scale", default="4")
    args = parser.parse_args()
    args.scale = [int(each) for each in args.scale.split("+")]

Requires: the process in which code runs; parsers of `argparse` need no arguments there.
Ensures: only imports and what works on the parser or on its result are run, statement by statement.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

RESULT = "options"
"""The name of the options that a function returns."""

PARSING = ("parse_args", "parse_known_args")
"""The methods that return the options of a command line."""


def find_options(texts: Mapping[Path, str], name: str) -> tuple[Any, str] | None:
    """Return the options that a file of a project binds to a name, and the file; None if none does.

    Options with the same name come before those of another.
    """
    found: list[tuple[str, Path, list[ast.stmt]]] = []
    for path, text in texts.items():
        if not any(word in text for word in PARSING):
            continue
        try:
            statements = ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for body in list_bodies(statements):
            found += [(each, path, body) for each in find_parsed_names(body)]
    for each, path, statements in sorted(found, key=lambda item: item[0] != name):
        value = run_statements(statements, each, path)
        if value is not None:
            return value, path.name
    return None


def list_bodies(statements: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Yield the statements of a file, of its branches and of its functions, as if they ran alone.

    What a file imports and defines comes first. A function that returns options binds them.
    """
    yield [*statements]
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef)
    shared = [each for each in statements if isinstance(each, kinds)]
    for each in statements:
        if isinstance(each, (ast.If, ast.FunctionDef)):
            yield [*shared, *map(bind_result, each.body)]


def bind_result(statement: ast.stmt) -> ast.stmt:
    """Return an assignment in place of `return parser.parse_args()`, else the statement."""
    if not isinstance(statement, ast.Return) or statement.value is None:
        return statement
    bound = ast.Assign([ast.Name(RESULT, ast.Store())], statement.value)
    return ast.fix_missing_locations(ast.copy_location(bound, statement))


def find_parsed_names(statements: Sequence[ast.stmt]) -> list[str]:
    """Return the names to which the statements of a file bind options.

    >>> find_parsed_names(ast.parse("opt = parser.parse_args()").body)
    ['opt']
    """
    names: list[str] = []
    for each in statements:
        target = each.targets[0] if isinstance(each, ast.Assign) else None
        target = target.elts[0] if isinstance(target, ast.Tuple) and target.elts else target
        value = each.value if isinstance(each, ast.Assign) else None
        method = value.func if isinstance(value, ast.Call) else None
        parses = isinstance(method, ast.Attribute) and method.attr in PARSING
        if isinstance(target, ast.Name) and parses:
            names.append(target.id)
    return names


def run_statements(statements: Sequence[ast.stmt], name: str, path: Path) -> Any:
    """Return what a name holds after imports and the statements about the parser ran."""
    held = {name, *find_parsers(statements)}
    names: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    before, argv = list(sys.path), sys.argv
    sys.path.insert(0, str(path.parent))
    sys.argv = [str(path), *find_required_words(statements, path.parent)]
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef)
    try:
        for each in statements:
            used = {node.id for node in ast.walk(each) if isinstance(node, ast.Name)}
            if not (isinstance(each, kinds) or used & held):
                continue
            try:
                exec(compile(ast.Module([each], []), str(path), "exec"), names)  # noqa: S102
            except (Exception, SystemExit):  # noqa: BLE001, S112  (the user's code)
                continue
    finally:
        sys.path[:], sys.argv = before, argv
    value = names.get(name)
    return value[0] if isinstance(value, tuple) and value else value


def find_required_words(statements: Sequence[ast.stmt], folder: Path) -> list[str]:
    """Return the required options of a parser as the project's documentation gives them."""
    required = {
        str(arg.value)
        for each in statements
        for node in ast.walk(each)
        if isinstance(node, ast.Call) and any(word.arg == "required" for word in node.keywords)
        for arg in node.args
        if isinstance(arg, ast.Constant) and str(arg.value).startswith("-")
    }
    found: dict[str, str] = {}
    for path in sorted([*folder.glob("*.md"), *folder.glob("*.sh")]) if required else ():
        text = path.read_text("utf-8", "replace")
        for option in sorted(required - found.keys()):
            match = re.search(rf"{re.escape(option)}[ =]([^\s\\`'\"$]+)", text)
            if match:
                found[option] = match[1]
    return [word for pair in found.items() for word in pair]


def find_parsers(statements: Sequence[ast.stmt]) -> set[str]:
    """Return the names to which the statements of a file bind parsers."""
    return {
        target.id
        for each in statements
        if isinstance(each, ast.Assign) and makes_parser(each.value)
        for target in each.targets
        if isinstance(target, ast.Name)
    }


def makes_parser(node: ast.expr) -> bool:
    """Tell whether an expression makes a parser: its class, or a function that is called so."""
    if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") in PARSING:
        return False
    text = ast.unparse(node)
    return "ArgumentParser" in text or "parser" in text.partition("(")[0]
