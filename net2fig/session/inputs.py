"""The files that a figure is made from: `--watch` watches them, and a build compares them.

Ensures: a file that would be read if it were there counts too, since a figure changes with it.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from net2fig.data.resources import data_dir
from net2fig.data.template import template_chain
from net2fig.errors import UsageError
from net2fig.fonts.metrics import is_font_path
from net2fig.options.sources import Source, list_grouping_files
from net2fig.options.table import Options
from net2fig.read import frozen_path
from net2fig.read.formats import CODE, detect_format
from net2fig.read.target import parse_target

MAX_FILES = 500
"""The most files of code whose imports are followed."""


def find_model_files(source: Any) -> list[Path]:
    """Return the files that a model is read from: for code, those that it imports as well."""
    if not isinstance(source, str | os.PathLike):
        return []
    try:
        target = parse_target(source if isinstance(source, str) else Path(source))
    except UsageError:
        return []
    path = target.path
    if path is None:
        path = _find_module(Path(), (target.module or "").split("."))
    if path is None:
        return []
    if path.is_dir():
        return sorted(each for each in path.rglob("*") if each.is_file())
    if detect_format(path) != "code":
        return [path]
    return [path, frozen_path(path), *_find_imports(path)]


def find_config_files(source: Any, file: Source, options: Options) -> list[Path]:
    """Return the files that say how a model is drawn, those that ship with net2fig left out."""
    files = list_grouping_files(source)
    if file.file:
        own = Path(file.file)
        files = files[: files.index(own) + 1] if own in files else [own]
    if options.template and options.template.endswith(CONFIG_SUFFIX):
        shipped = data_dir("templates")
        chain = [path for path, _ in template_chain(options.template)]
        files += [path for path in chain if path.parent != shipped]
    if options.palette and options.palette.endswith(CONFIG_SUFFIX):
        files.append(Path(options.palette))
    if options.font and is_font_path(options.font):
        files.append(Path(options.font))
    if isinstance(options.pins, str):
        files.append(Path(options.pins))
    if isinstance(options.tint, str):
        files.append(Path(options.tint.rpartition(":")[0]))
    return [*files, *(Path(name) for name in options.sample.values())]


CONFIG_SUFFIX = ".toml"


def _find_imports(path: Path) -> list[Path]:
    """Return the files beside a file of code, or below, that it imports, and what these import."""
    folder = path.parent
    files: dict[Path, None] = {path: None}
    waiting = [path]
    while waiting and len(files) < MAX_FILES:
        current = waiting.pop()
        for module in _parse_imports(current):
            imported = _find_module(current.parent, module) or _find_module(folder, module)
            if imported and imported not in files:
                files[imported] = None
                waiting.append(imported)
    return list(files)[1:]


def _parse_imports(path: Path) -> Iterator[list[str]]:
    """Yield the dotted names that a file imports; a name taken from a module may be one itself."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")
        elif isinstance(node, ast.ImportFrom):
            parents = [".."] * (node.level - 1)
            words = node.module.split(".") if node.module else []
            if words:
                yield parents + words
            for alias in node.names:
                yield [*parents, *words, alias.name]


def _find_module(folder: Path, words: list[str]) -> Path | None:
    """Return the file of a module in a folder, if it is there."""
    base = folder.joinpath(*words)
    for path in (base.with_name(f"{base.name}{CODE}"), base / f"__init__{CODE}"):
        if base.name and path.is_file():
            return Path(os.path.normpath(path))
    return None
