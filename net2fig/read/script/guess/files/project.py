"""What the other files of a project tell: calls of a function, and settings by their names.

Requires: the path of a file.
Ensures: only Python files and notebooks of its project, parsed and not run, and JSON files.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from net2fig.errors import ModelError
from net2fig.read.script.effects import get_last_name
from net2fig.read.script.guess.configs import count_settings, has_settings
from net2fig.read.script.guess.files.options import find_options
from net2fig.read.script.guess.values import CallSite, FileValues, NotKnown, find_values
from net2fig.read.script.imports import find_project_folders
from net2fig.read.script.sources import read_code_cells, strip_magics

MAX_FILES = 300
"""How many files of a project are looked at."""

MAX_BYTES = 2**18
"""Longer files are skipped."""

MAX_NOTEBOOKS, MAX_NOTEBOOK_BYTES = 12, 2**21
"""How many notebooks are looked at, and how long they may be with their outputs."""

LEAST_TELLING = 3
"""How many names of settings tell a configuration from any other dictionary."""

SKIPPED = frozenset({"node_modules", "site-packages", "venv", "build", "dist", "__pycache__"})
"""Folders whose files are not the author's."""

SETTINGS = ("config", "cfg", "conf", "hparam", "param", "arg", "opt", "option", "setting")
"""The endings of classes, functions and names that hold settings, without the plural."""

TESTS = ("test", "eval", "infer", "predict")
"""Parts of the names of files that use a model otherwise than its training does."""

SWITCHES = {"store_true": False, "store_false": True}
"""What options of the command line hold that nobody gives, by what they do."""

YACS = ("_C", "__C")
"""Names under which files of yacs hold their settings."""


class Project:
    """The files around a file."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.root = [self.path.parent, *find_project_folders(path)][-1]
        self.parsed: dict[Path, FileValues] = {}

    @cached_property
    def texts(self) -> dict[Path, str]:
        """Return the texts of the other files: the nearest first, those that test a model last."""
        paths = sorted(self.find_files(".py"), key=self.rank)[:MAX_FILES]
        texts = {path: read_short(path) for path in paths if path != self.path}
        books = sorted(self.find_files(".ipynb"), key=self.rank)[:MAX_NOTEBOOKS]
        texts |= {path: read_cells(path) for path in books if path != self.path}
        return {path: text for path, text in texts.items() if text}

    def find_files(self, suffix: str) -> list[Path]:
        """Return the files of the project with a suffix, in no other order than that of names."""
        found: list[Path] = []
        for place, folders, files in os.walk(self.root):
            folders[:] = sorted(f for f in folders if f not in SKIPPED and f[:1] != ".")
            found += [Path(place, name) for name in sorted(files) if name.endswith(suffix)]
            if len(found) > MAX_FILES:
                break
        return found

    def rank(self, path: Path) -> tuple[bool, int]:
        """Return a key by which files are sorted."""
        return any(word in path.stem.lower() for word in TESTS), self.distance(path)

    def distance(self, path: Path) -> int:
        """Return how many folders lie between a file and that of the model."""
        common = len(Path(os.path.commonpath([path, self.path.parent])).parts)
        return len(path.parent.parts) + len(self.path.parent.parts) - 2 * common

    def parse(self, path: Path) -> FileValues:
        """Return what a file binds and calls; nothing if it is no Python."""
        if path not in self.parsed:
            try:
                self.parsed[path] = find_values(ast.parse(self.texts[path]).body)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self.parsed[path] = FileValues()
        return self.parsed[path]

    def find_calls(self, name: str) -> Iterator[tuple[CallSite, FileValues, str]]:
        """Yield the calls of a function in other files: what their names hold, and the place."""
        for path, text in self.texts.items():
            if name not in text:
                continue
            values = self.parse(path)
            for key, calls in values.calls.items():
                module, _, last = key.rpartition(".")
                if key == name or (last == name and not module[:1].isupper()):
                    for call in calls:
                        yield call, values, f"{path.name}, line {call.line}"

    def find_setting(self, name: str) -> tuple[Any, str] | None:
        """Return the value that the project gives a setting, and its place; None if it has none."""
        for path, value, line in self.settings.get(name.lower(), ()):
            return value, f"{path.name}, line {line}"
        return None

    def find_stated(self, name: str, wanted: Mapping[str, Any]) -> tuple[Any, str] | None:
        """Return what has the settings that code reads of a name, and where that is stated.

        These are the options of a command line, or a dictionary of a JSON file.
        """
        options = find_options(self.texts, name)
        if options is not None and has_settings(options[0], wanted):
            return options
        return self.find_mapping(wanted)

    def find_mapping(self, wanted: Mapping[str, Any]) -> tuple[dict[str, Any], str] | None:
        """Return the dictionary of a JSON file of the project that has what code reads, and it.

        A file that is called like a part of the code's own comes first.
        """

        def rank(path: Path) -> tuple[bool, tuple[bool, int], str]:
            return path.stem not in self.path.stem, self.rank(path), path.name

        mappings = sorted(self.mappings, key=lambda pair: rank(pair[0]))
        total = count_settings({}, wanted)[1] + sum(map(len, wanted.values()))
        for path, each in mappings if total >= LEAST_TELLING else ():
            if has_settings(each, wanted):
                return each, path.name
        return None

    @cached_property
    def mappings(self) -> list[tuple[Path, dict[str, Any]]]:
        """Return the dictionaries of the files of settings of the project, and the files."""
        found: list[tuple[Path, dict[str, Any]]] = []
        paths = [path for suffix in PARSERS for path in self.find_files(suffix)]
        for path in sorted(paths, key=lambda each: (*self.rank(each), each.name))[:MAX_FILES]:
            found += [(path, each) for each in list_mappings(PARSERS[path.suffix](path))]
        for path, text in self.texts.items():
            if any(word in text.lower() for word in SETTINGS) and path.suffix == ".py":
                found += [(path, each) for each in find_literals(text)]
        return found

    def find_keywords(
        self, needed: Sequence[str], names: Sequence[str]
    ) -> Iterator[tuple[dict[str, Any], str]]:
        """Yield the dictionaries that hold the arguments of a function, and their files.

        They have all that are needed; if these are few, they have nothing else than arguments.
        """
        for path, each in self.mappings:
            known = {word: value for word, value in each.items() if word in names}
            is_call = len(needed) >= LEAST_TELLING or len(known) == len(each) > 1
            if is_call and known and all(word in known for word in needed):
                yield known, path.name

    @cached_property
    def settings(self) -> dict[str, list[tuple[Path, Any, int]]]:
        """Return the settings of all files by their names."""
        settings: dict[str, list[tuple[Path, Any, int]]] = {}
        for path, text in self.texts.items():
            if not any(word in text.lower() for word in SETTINGS):
                continue
            values = self.parse(path)
            try:
                tree = ast.parse(text)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            for name, node in find_settings(tree, every=is_settings_file(path, self.root)):
                try:
                    value = values.evaluate(node)
                except NotKnown:
                    continue
                if value is not None:
                    settings.setdefault(name.lower(), []).append((path, value, node.lineno))
        return settings


def find_literals(text: str) -> Iterator[dict[str, Any]]:
    """Yield the dictionaries of constants that a file binds to names of settings."""
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for each in statements:
        target = each.targets[0] if isinstance(each, ast.Assign) else None
        is_named = isinstance(target, ast.Name) and any(
            map(holds_settings, target.id.lower().split("_"))
        )
        if is_named and isinstance(each, ast.Assign):
            try:
                yield from list_mappings(ast.literal_eval(each.value))
            except (ValueError, TypeError, SyntaxError):
                continue


def parse_json(path: Path) -> Any:
    """Return what a JSON file holds; None if it is none."""
    try:
        return json.loads(read_short(path))
    except (ValueError, RecursionError):
        return None


def parse_yaml(path: Path) -> Any:
    """Return what a YAML file holds; None if it is none, or if nothing reads YAML here."""
    try:
        yaml = importlib.import_module("yaml")
        # A stand-in for it has no such error.
        return yaml.safe_load(read_short(path)) if isinstance(yaml.YAMLError, type) else None
    except Exception:  # noqa: BLE001  (constructors of YAML raise anything)
        return None


PARSERS: Mapping[str, Callable[[Path], Any]] = {
    ".json": parse_json,
    ".yaml": parse_yaml,
    ".yml": parse_yaml,
}
"""The functions that read files of settings, by suffix."""


def read_short(path: Path) -> str:
    """Return the text of a file; empty if it is long or no text."""
    try:
        return path.read_text("utf-8") if path.stat().st_size <= MAX_BYTES else ""
    except (OSError, UnicodeDecodeError):
        return ""


def read_cells(path: Path) -> str:
    """Return the code of a notebook; empty if it is long or no notebook."""
    try:
        if path.stat().st_size > MAX_NOTEBOOK_BYTES:
            return ""
        return "\n".join(strip_magics(text) for _, text in read_code_cells(path))
    except (OSError, ModelError):
        return ""


def list_mappings(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the dictionaries in a structure, the outer ones first."""
    if isinstance(data, dict):
        yield data
    items = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for each in items:
        yield from list_mappings(each)


def holds_settings(name: str) -> bool:
    """Tell whether a class, a function or a name holds settings.

    >>> holds_settings("ModelArgs"), holds_settings("model")
    (True, False)
    """
    return name.lower().rstrip("s_").endswith(SETTINGS) or name in YACS


def is_settings_file(path: Path, root: Path) -> bool:
    """Tell whether a file, or a folder of the project that it is in, is called like settings."""
    return any(holds_settings(Path(part).stem) for part in path.relative_to(root).parts)


def find_settings(tree: ast.AST, *, every: bool = False) -> Iterator[tuple[str, ast.expr]]:
    """Yield settings and their values: options of the command line, and items of configurations.

    With `every`, all attributes that the code sets are settings.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from find_in_call(node)
        elif isinstance(node, ast.ClassDef) and holds_settings(node.name):
            for each in node.body:
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                    yield from [(each.target.id, each.value)] if each.value is not None else []
                elif isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
                    yield each.targets[0].id, each.value
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            target = node.targets[0]
            owners = ast.unparse(target.value).split(".")
            if every or any(map(holds_settings, owners)):
                yield target.attr, node.value


def find_in_call(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """Yield the settings that a call states: `add_argument("--depth", default=3)`, `HParams(…)`."""
    name = get_last_name(node.func)
    words = {word.arg: word.value for word in node.keywords if word.arg}
    action = getattr(words.get("action"), "value", "")
    if name == "add_argument" and action in SWITCHES:
        words.setdefault("default", ast.Constant(SWITCHES[action], lineno=node.lineno))
    if name == "add_argument" and "default" in words:
        for arg in node.args:
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                yield arg.value.lstrip("-").replace("-", "_"), words["default"]
    elif holds_settings(name) or name in ("Namespace", "EasyDict", "AttrDict"):
        yield from words.items()
