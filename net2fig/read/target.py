"""Parses a target string: a file, or code and the name of the model in it.

- `model.py`, `model.py:name`, `model.py:build(depth=4)`, and the same for `notebook.ipynb`
- `package.module:name`, `package.module:build(depth=4)`
- `model.keras` and other files
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from net2fig.errors import UsageError

_PICK = r"(?P<pick>[^/\\(]*(?:\(.*)?)"
_CODE = rf"(?s)(?P<file>.+?\.(?:py|ipynb)):{_PICK}"
_MODULE = rf"(?s)(?P<module>[A-Za-z_]\w*(?:\.\w+)*):{_PICK}"
"""Patterns, compiled when a target is not a file: most are."""


class Pick(Struct, frozen=True):
    """A name in a module, called with literal arguments where `call` is true.

    `path` leads on from there, as in `gan.combined` and `models[0]`.
    """

    name: str
    call: bool = False
    args: tuple[Any, ...] = ()
    kwargs: tuple[tuple[str, Any], ...] = ()
    path: tuple[str | int, ...] = ()


class Target(Struct, frozen=True):
    """A file or a module, and what to pick from it; `text` is how the user wrote it, shortened."""

    path: Path | None
    module: str | None = None
    pick: Pick | None = None
    text: str = ""


def parse_target(source: str | Path) -> Target:
    """Return the target of a path or a target string.


    >>> parse_target("nets/unet.py:build(depth=4)").pick
    Pick(name='build', call=True, args=(), kwargs=(('depth', 4),))
    """
    text = str(source)
    if isinstance(source, Path) or Path(text).exists():
        return Target(Path(text), text=Path(text).name)
    match = re.fullmatch(_CODE, text)
    if match:
        path = Path(match["file"])
        return Target(path, None, parse_pick(match["pick"], text), f"{path.name}:{match['pick']}")
    match = re.fullmatch(_MODULE, text)
    if match and not text.endswith(".py"):
        return Target(None, match["module"], parse_pick(match["pick"], text), text)
    return Target(Path(text), text=Path(text).name)


def parse_pick(text: str, where: str) -> Pick:
    """Return the name and the arguments after the colon."""
    try:
        node, path = split_path(ast.parse(text.strip(), mode="eval").body)
        if isinstance(node, ast.Name):
            return Pick(node.id, path=path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            args = tuple(map(parse_argument, node.args))
            pairs = tuple((word.arg or "", parse_argument(word.value)) for word in node.keywords)
            if all(key for key, _ in pairs):
                return Pick(node.func.id, True, args, pairs, path)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        pass
    raise UsageError(
        f"invalid target: {text!r} in {where!r} (a name, or a call with literal arguments)",
        hint="for example model.py:build(depth=4)",
    )


CALL = "__call__"
"""The key of the name in an argument that is itself a call, such as `GPT(Config(depth=4))`."""


TUPLE = "__tuple__"
"""The key of the items of a tuple, which JSON does not tell from a list."""


def pick_to_json(pick: Pick) -> dict[str, Any]:
    """Return a pick as values of JSON; `CALL` and `TUPLE` mark what JSON does not have."""

    def encode(value: Any) -> Any:
        if isinstance(value, tuple):
            return {TUPLE: [*map(encode, value)]}
        if isinstance(value, list):
            return [*map(encode, value)]
        if isinstance(value, dict):
            return {key: encode(item) for key, item in value.items()}
        return value

    words = [[word, encode(value)] for word, value in pick.kwargs]
    return {**asdict(pick), "args": [*map(encode, pick.args)], "kwargs": words}


def parse_argument(node: ast.expr) -> Any:
    """Return a literal; a call with literal arguments becomes a dictionary."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        words = {word.arg or "": parse_argument(word.value) for word in node.keywords}
        return {CALL: node.func.id, "args": [*map(parse_argument, node.args)], "kwargs": words}
    return ast.literal_eval(node)


def split_path(node: ast.expr) -> tuple[ast.expr, tuple[str | int, ...]]:
    """Return the beginning of `a(1).b[2]`, and its path of attributes and items."""
    path: list[str | int] = []
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Attribute):
            path.append(f".{node.attr}")
        else:
            path.append(ast.literal_eval(node.slice))
        node = node.value
    return node, tuple(reversed(path))
