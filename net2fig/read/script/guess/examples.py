"""Examples that a project gives in its documentation: what its README and its docstrings write.

    ```python
    config = GPT.get_default_config()
    model = GPT(config)
    ```

Requires: the path of a file, and the names that it left behind.
Ensures: of an example, only what the model needs is run; an example that fails is none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.read.script.effects import get_last_name, imported_name
from net2fig.read.script.imports import find_project_folders
from net2fig.read.script.model_names import assigned_names
from net2fig.read.script.slicing import slice_statements
from net2fig.read.script.strip_training import drop_irrelevant
from net2fig.read.script.unknown.values import unknown_if_loose

README = ("README.md", "readme.md", "Readme.md", "README.rst")
"""The names of files that describe a project."""

FENCE = re.compile(r"(?ms)^[ \t]*```[ \t]*(\w*)[^\n]*\n(.*?)^[ \t]*```")
LANGUAGES = ("", "py", "python", "python3", "pycon")
PROMPT = re.compile(r"^\s*(?:>>>|\.\.\.) ?")

MAX_BYTES = 2**20
"""Longer descriptions are skipped."""

MAX_EXAMPLES = 6
"""How many examples are tried."""


class Example(Struct, frozen=True):
    """Statements of a description, and the place of the first."""

    statements: tuple[ast.stmt, ...]
    place: str


class Built(Struct, frozen=True):
    """What an example builds, the place of the example, and the call in it."""

    value: Any
    place: str
    call: str


def find_examples(path: Path, statements: Sequence[ast.stmt]) -> Iterator[Example]:
    """Yield the examples in docstrings of a file, then in the descriptions of its project."""
    for each in statements:
        if isinstance(each, (ast.ClassDef, ast.FunctionDef)):
            lines = (ast.get_docstring(each) or "").split("\n")
            text = "\n".join(PROMPT.sub("", line) for line in lines if PROMPT.match(line))
            yield from parse_example(text, f"the docstring of {each.name}")
    folder = path.resolve().parent
    for place in (folder, *find_project_folders(path)):
        for file in filter(Path.is_file, (place / name for name in README)):
            yield from find_blocks(file)
            break


def find_blocks(file: Path) -> Iterator[Example]:
    """Yield the blocks of Python in a description."""
    try:
        text = file.read_text("utf-8", "replace") if file.stat().st_size <= MAX_BYTES else ""
    except OSError:
        return
    for block in FENCE.finditer(text):
        if block.group(1).lower() not in LANGUAGES:
            continue
        line = text.count("\n", 0, block.start(2)) + 1
        lines = block.group(2).split("\n")
        if any(PROMPT.match(each) for each in lines):
            lines = [PROMPT.sub("", each) if PROMPT.match(each) else "" for each in lines]
        yield from parse_example("\n".join(lines), f"{file.name}, line {line}")


def parse_example(text: str, place: str) -> Iterator[Example]:
    """Yield a text as an example, if it is Python and not empty."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    if body:
        yield Example(tuple(body), place)


def build_examples(
    examples: Iterator[Example], name: str, names: Mapping[str, Any]
) -> Iterator[Built]:
    """Yield what examples build by a call of a function, or of a method of a class."""
    tried = 0
    for example in examples:
        for place, statement in enumerate(example.statements):
            call = find_call(statement, name)
            if call is None or tried >= MAX_EXAMPLES or is_sketch(call):
                continue
            tried += 1
            target = next(iter(assigned_names(statement)))  # type: ignore[arg-type]
            before = drop_irrelevant(example.statements[: place + 1])
            wanted = slice_statements(before, {target}) or []
            try:
                with unknown_if_loose():
                    value = run_example(wanted, names)[target]
            except Exception:  # noqa: BLE001, S112  (an example may need what is not there)
                continue
            yield Built(value, example.place, ast.unparse(call))


def is_sketch(call: ast.Call) -> bool:
    """Tell whether a call leaves its arguments to the reader: `build(classes=...)`."""
    return any(isinstance(e, ast.Constant) and e.value is Ellipsis for e in ast.walk(call))


def find_call(statement: ast.stmt, name: str) -> ast.Call | None:
    """Return the call of a function, or of a method of a class, whose result a statement binds."""
    if not isinstance(statement, ast.Assign) or len(assigned_names(statement)) != 1:
        return None
    for node in ast.walk(statement.value):
        if isinstance(node, ast.Call):
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            if name in (get_last_name(node.func), get_last_name(owner) if owner else ""):
                return node
    return None


def run_example(statements: Sequence[ast.stmt], names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the names of a file after an example; what it imports of the file is the file's."""
    result = dict(names)
    for statement in statements:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            missing = [each for each in statement.names if imported_name(each) not in names]
            if not missing:
                continue
        code = compile(ast.Module([statement], []), "<example>", "exec")
        exec(code, result)  # noqa: S102  (what reading code is)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            own = {imported_name(each) for each in statement.names} & set(names)
            result |= {name: names[name] for name in own}
    return result
