"""Finds the package and the project of a file, and modernizes imports of earlier Keras.

Requires: the path of a file and its statements.
Ensures: installed modules come before those of the project, except in the file's own folder.
Imports of modules that Keras has removed become imports of their replacements.
"""

from __future__ import annotations

import ast
import copy
import importlib
import sys
import types
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from net2fig.read.keras.moved_modules import (
    KERAS_CORE,
    MODEL_KEYWORDS,
    NEW_MODULES,
    OPTIONAL_PARAMETERS,
    PREFIXES,
    RENAMED_FUNCTIONS,
    find_misplaced,
    modernize_module,
)
from net2fig.read.script.effects import get_last_name

ROOT_FILES = (".git", "pyproject.toml", "setup.py", "setup.cfg")
"""Files that only the root folder of a project has."""

PROJECT_FILES = (*ROOT_FILES, "requirements.txt", "README.md")
"""Files that the root folder of a project usually has."""

MAX_PARENTS = 6
"""How many folders above a file may belong to its project."""


def modernize(statement: ast.stmt) -> list[ast.stmt]:
    """Return the statements that replace a statement in current Keras."""
    if not any(has_moved_import(node) or is_old_syntax(node) for node in ast.walk(statement)):
        return [statement]
    modern = ImportModernizer().visit(copy.deepcopy(statement))
    return modern if isinstance(modern, list) else [modern]


def has_moved_import(node: ast.AST) -> bool:
    """Tell whether a node imports a name that has moved."""
    if isinstance(node, ast.ImportFrom) and not node.level:
        module = node.module or ""
        is_renamed = module.startswith(PREFIXES) and any(
            alias.name in RENAMED_FUNCTIONS for alias in node.names
        )
        is_misplaced = any(alias.name in find_misplaced(module) for alias in node.names)
        return is_renamed or is_misplaced or modernize_module(module) != module
    return isinstance(node, ast.Import) and any(
        modernize_module(a.name) != a.name for a in node.names
    )


def is_old_syntax(node: ast.AST) -> bool:
    """Tell whether a node is `Model(input=…, output=…)`, or what was tried out once."""
    if isinstance(node, ast.Attribute):
        return is_experimental(node) or is_axis_value(node)
    if isinstance(node, ast.FunctionDef):
        return bool(count_optional(node))
    if not isinstance(node, ast.Call) or get_last_name(node.func) != "Model":
        return False
    return {word.arg for word in node.keywords} >= set(MODEL_KEYWORDS)


def count_optional(function: ast.FunctionDef) -> int:
    """Return how many of the last parameters of `call` were filled in by Keras 2.


    >>> count_optional(ast.parse("def call(self, x, training, mask=None): pass").body[0])
    1
    """
    args = function.args
    if function.name != "call" or args.posonlyargs or args.kwonlyargs:
        return 0
    required_parameters = args.args[: len(args.args) - len(args.defaults)]
    number = 0
    while (
        number < len(required_parameters)
        and required_parameters[-1 - number].arg in OPTIONAL_PARAMETERS
    ):
        number += 1
    return number


def is_experimental(node: ast.Attribute) -> bool:
    """Tell whether a node is `layers.experimental.preprocessing`."""
    inner = node.value
    if not isinstance(inner, ast.Attribute) or node.attr != "preprocessing":
        return False
    return inner.attr == "experimental" and get_last_name(inner.value) == "layers"


def is_axis_value(node: ast.Attribute) -> bool:
    """Tell whether a node is `x.shape[1].value`, as in TensorFlow 1.

    >>> is_axis_value(ast.parse("x.get_shape()[1].value", mode="eval").body)
    True
    """
    if node.attr != "value" or not isinstance(node.value, ast.Subscript):
        return False
    inner = node.value.value
    inner = inner.func if isinstance(inner, ast.Call) else inner
    is_shape = isinstance(inner, ast.Attribute) and inner.attr in ("shape", "get_shape")
    return is_shape and not isinstance(node.value.slice, ast.Slice)


class ImportModernizer(ast.NodeTransformer):
    """Replaces outdated imports, keywords and parameters."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Rename the keywords of `Model(input=x, output=y)`."""
        self.generic_visit(node)
        if is_old_syntax(node):
            for word in node.keywords:
                word.arg = MODEL_KEYWORDS.get(word.arg or "", word.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Give the last parameters of `def call(self, x, training)` a default."""
        self.generic_visit(node)
        nones = [ast.Constant(None) for _ in range(count_optional(node))]
        node.args.defaults = [
            *(ast.copy_location(each, node) for each in nones),
            *node.args.defaults,
        ]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Replace `layers.experimental.preprocessing` by `layers`, and `axis.value` by `axis`."""
        self.generic_visit(node)
        if is_axis_value(node):
            return node.value
        if is_experimental(node) and isinstance(node.value, ast.Attribute):
            return node.value.value
        return node

    def visit_Import(self, node: ast.Import) -> ast.Import:
        """Replace the module of `import keras.layers.core as core`."""
        for alias in node.names:
            # Without `as`, the code uses the whole path.
            if alias.asname or alias.name == KERAS_CORE:
                alias.asname = alias.asname or alias.name
                alias.name = modernize_module(alias.name)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom | list[ast.ImportFrom]:
        """Replace the module of `from keras.layers.core import Dense`, separately for each name."""
        if node.level or not has_moved_import(node):
            return node
        module = modernize_module(node.module or "")
        head = "tensorflow." if module.startswith("tensorflow.") else ""
        by_module: dict[str, list[ast.alias]] = {}
        misplaced = find_misplaced(module)
        moved = modernize_module(node.module or "") != node.module
        for alias in node.names:
            home = misplaced.get(alias.name)
            if home is None and (moved or alias.name in RENAMED_FUNCTIONS):
                home = NEW_MODULES.get(alias.name)
            if alias.name in RENAMED_FUNCTIONS:
                alias.asname = alias.asname or alias.name
                alias.name, head = RENAMED_FUNCTIONS[alias.name], ""
            by_module.setdefault(
                module if home is None else f"{head}{home}".rstrip("."), []
            ).append(alias)
        return [
            ast.copy_location(ast.ImportFrom(name, aliases, 0), node)
            for name, aliases in by_module.items()
        ]


# Search paths.


def find_project_folders(path: Path) -> list[Path]:
    """Return the folders above a file that belong to its project, the nearest first.

    Empty if no project is recognized.
    """
    above = list(path.resolve().parents)[1 : MAX_PARENTS + 1]
    folder_of_file = path.resolve().parent
    if any((folder_of_file / mark).exists() for mark in ROOT_FILES):
        return []
    # A folder of examples may have its own requirements and still belong to a project.
    described = any((folder_of_file / mark).exists() for mark in PROJECT_FILES)
    for number, folder in enumerate(above, start=1):
        if any((folder / mark).exists() for mark in (ROOT_FILES if described else PROJECT_FILES)):
            return above[:number]
    return []


def find_relative_levels(statements: Iterable[ast.stmt]) -> Iterator[int]:
    """Yield how many folders up each relative import goes."""
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.ImportFrom) and node.level:
                yield node.level


def find_package(path: Path, statements: Sequence[ast.stmt]) -> tuple[str, Path] | None:
    """Return the name of the package that a file is in, and the folder that contains the package.

    None if the file has no relative imports, and none that name its package.
    """
    folder = path.resolve().parent
    wanted = max(find_relative_levels(statements), default=0)
    wanted = wanted or int(is_package(folder) and imports_from(folder.name, statements))
    if not wanted:
        return None
    names = [folder.name]
    while folder.parent != folder and (len(names) < wanted or is_package(folder.parent)):
        folder = folder.parent
        names.insert(0, folder.name)
    return ".".join(names), folder.parent


def imports_from(package: str, statements: Iterable[ast.stmt]) -> bool:
    """Tell whether statements import a module of a package by its full name."""
    return any(
        isinstance(node, ast.ImportFrom)
        and not node.level
        and (node.module or "").startswith(f"{package}.")
        for statement in statements
        for node in ast.walk(statement)
    )


def hides_package(path: Path, above: Sequence[Path], statements: Iterable[ast.stmt]) -> bool:
    """Tell whether a file has a neighbour with the name of a package of its project that it needs.

    `layers/utils.py` hides `utils/masking.py` from `layers/attention.py`, which runs from above.
    """
    for node in (node for each in statements for node in ast.walk(each)):
        named = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        named += [each.name for each in node.names] if isinstance(node, ast.Import) else []
        for top, _, inner in (name.partition(".") for name in named):
            place = Path(top, *inner.split("."))
            own = (path.parent / f"{top}.py").is_file()
            places = [folder / place for folder in above] if inner and own else []
            if any(each.is_dir() or each.with_suffix(".py").is_file() for each in places):
                return True
    return False


def is_package(folder: Path) -> bool:
    """Tell whether a folder is a package; the root folder of a project is not."""
    marked = any((folder / mark).exists() for mark in ROOT_FILES)
    return (folder / "__init__.py").is_file() and not marked


def enter_package(path: Path, statements: Sequence[ast.stmt]) -> str | None:
    """Import the package of a file, so that its relative imports work; return its name."""
    package = find_package(path, statements)
    if package is None:
        return None
    name, holder = package
    sys.path.append(str(holder))
    try:
        importlib.import_module(name)
    except Exception:  # noqa: BLE001  (the package's own code may raise anything)
        # The names that the package itself defines may not be needed.
        parts = name.split(".")
        for depth in range(1, len(parts) + 1):
            module = types.ModuleType(".".join(parts[:depth]))
            module.__path__ = [str(holder.joinpath(*parts[:depth]))]
            sys.modules[module.__name__] = module
    return name
