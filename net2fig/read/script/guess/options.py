"""The options of a project's command line, as the file that parses them leaves them behind.

    parser.add_argument("--scale", default="4")
    args = parser.parse_args()
    args.scale = [int(each) for each in args.scale.split("+")]

Requires: the process in which code runs; parsers of `argparse` need no arguments there.
Ensures: only imports and what works on the parser or on its result are run, statement by statement.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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
        found += [(each, path, statements) for each in find_parsed_names(statements)]
    for each, path, statements in sorted(found, key=lambda item: item[0] != name):
        value = run_statements(statements, each, path)
        if value is not None:
            return value, path.name
    return None


def find_parsed_names(statements: Sequence[ast.stmt]) -> list[str]:
    """Return the names to which the statements of a file bind options.

    >>> find_parsed_names(ast.parse("opt = parser.parse_args()").body)
    ['opt']
    """
    return [
        each.targets[0].id
        for each in statements
        if isinstance(each, ast.Assign)
        and isinstance(each.targets[0], ast.Name)
        and isinstance(each.value, ast.Call)
        and isinstance(each.value.func, ast.Attribute)
        and each.value.func.attr in PARSING
    ]


def run_statements(statements: Sequence[ast.stmt], name: str, path: Path) -> Any:
    """Return what a name holds after imports and the statements about the parser ran."""
    held = {name, *find_parsers(statements)}
    names: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    before, argv = list(sys.path), sys.argv
    sys.path.insert(0, str(path.parent))
    sys.argv = [str(path)]
    try:
        for each in statements:
            used = {node.id for node in ast.walk(each) if isinstance(node, ast.Name)}
            if not (isinstance(each, (ast.Import, ast.ImportFrom)) or used & held):
                continue
            try:
                exec(compile(ast.Module([each], []), str(path), "exec"), names)  # noqa: S102
            except (Exception, SystemExit):  # noqa: BLE001, S112  (the user's code)
                continue
    finally:
        sys.path[:], sys.argv = before, argv
    return names.get(name)


def find_parsers(statements: Sequence[ast.stmt]) -> set[str]:
    """Return the names to which the statements of a file bind parsers."""
    return {
        target.id
        for each in statements
        if isinstance(each, ast.Assign) and "ArgumentParser" in ast.unparse(each.value)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
