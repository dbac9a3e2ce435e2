"""Lets code run on without modules that are not installed.

The import itself does not fail: the name stands for the error, which is raised on use.
"""

from __future__ import annotations

import ast
import copy
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Mapping, Sequence
from inspect import currentframe
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from net2fig.read.decline import Declined, clear_reasons, is_user_file
from net2fig.read.script.effects import find_effects, imported_name
from net2fig.read.script.imports import modernize
from net2fig.read.script.sandbox.decorators import drop_failing, drop_missing
from net2fig.read.script.sandbox.old_torch import drop_version_checks
from net2fig.read.script.sandbox.python2 import is_python2, parse_python2
from net2fig.read.script.strip_training import drop_irrelevant
from net2fig.read.script.unknown.modules import UnknownModule
from net2fig.read.script.unknown.runs import (
    find_block,
    is_data_failure,
    make_unknown,
    name_results,
    prepare_names,
    prepare_statement,
)
from net2fig.read.script.unknown.undefined import find_python_name, find_unbound
from net2fig.read.script.unknown.values import (
    NOT_RECORDED,
    MissingImport,
    UnknownData,
    UnknownDataError,
    UnknownValue,
)

Compile = Callable[[ast.stmt], CodeType]


def run_statements(
    statements: Sequence[ast.stmt],
    names: dict[str, Any],
    compile_one: Compile,
    missing_modules: dict[str, ModuleNotFoundError],
    *,
    lenient: bool = False,
    unknown: bool = False,
) -> None:
    """Run statements one by one; `missing_modules` collects the modules that are not installed.

    With `unknown`, what depends on missing data becomes unknown (`unknown/runs.py`).

    With `lenient`, for files beside the user's, a failure affects only the statements that depend
    on it: few of these have to do with the model. The names that a failed statement would have
    bound or changed fail from then on, so that nothing incomplete is taken for a model.
    """
    for statement in [part for each in statements for part in modernize(each)]:
        try:
            runs = prepare_statement(statement, names) if unknown else statement
            run_definition(runs, names, compile_one)
            if unknown:
                name_results(statement, names)
        except Declined as error:
            if not UnknownData.loose:
                raise
            clear_reasons()
            UnknownData.tell(NOT_RECORDED, f"the recorder does not know {error}")
            leave_out(statement, names, UnknownDataError(str(error)))
        except Exception as error:
            if unknown and is_data_failure(statement, names, error):
                block = leave_out(statement, names, error)
                run_statements(
                    block, names, compile_one, missing_modules, lenient=lenient, unknown=True
                )
                continue
            known = isinstance(error, ImportError) and bool(error.name)
            if not (known and isinstance(statement, (ast.Import, ast.ImportFrom))):
                if not lenient:
                    raise
                mark_as_missing(statement, names, error)
                continue
            if isinstance(error, ModuleNotFoundError) and error.name:
                missing_modules[error.name] = error
            if unknown and statement.names[0].name == "*":
                # It would have bound what nothing else binds.
                names |= {name: UnknownValue(name) for name in find_unbound(statements, names)}
                continue
            if len(statement.names) == 1:
                # What a module for Python 2 and 3 holds, Python has.
                module = getattr(statement, "module", None) or ""
                of_python = find_python_name(statement.names[0].name, module) if module else None
                if of_python is not None:
                    names[imported_name(statement.names[0])] = of_python
                    continue
                stand_in = make_stand_in(statement, error, unknown)
                names.setdefault(imported_name(statement.names[0]), stand_in)
                continue
            # Some of the names may exist.
            alone = split_import(statement)
            run_statements(
                alone, names, compile_one, missing_modules, lenient=lenient, unknown=unknown
            )


def run_definition(statement: ast.stmt, names: dict[str, Any], compile_one: Compile) -> None:
    """Run a statement; a definition whose decorators fail runs without these."""
    if UnknownData.any_module:
        statement = drop_version_checks(drop_missing(statement, names))
    try:
        exec(compile_one(statement), names)  # noqa: S102  (what reading code is)
    except Declined:
        raise
    except Exception:
        bare = drop_failing(statement) if UnknownData.any_module else None
        if bare is None:
            raise
        exec(compile_one(bare), names)  # noqa: S102  (what reading code is)


def make_stand_in(statement: ast.Import | ast.ImportFrom, error: Exception, unknown: bool) -> Any:
    """Return what an import binds that failed: something unknown, or what fails when it is used.

    It is unknown if the module is not installed, or the file is not there.
    """
    name = statement.names[0].name
    module = statement.module or "" if isinstance(statement, ast.ImportFrom) else name
    root = module.partition(".")[0]
    absent = str(getattr(error, "name", ""))
    is_absent = isinstance(error, ModuleNotFoundError) and f"{module}.".startswith(f"{absent}.")
    if not (
        unknown and UnknownData.any_module and is_absent and not getattr(statement, "level", 0)
    ):
        return MissingImport(error)
    state = "not installed" if absent == root else "not there"
    text = f"{absent} is {state}: what the model does not need of it is left out"
    UnknownData.tell("module-stands-in", text)
    if isinstance(statement, ast.ImportFrom):
        return UnknownValue(f"{module}.{name}")
    return UnknownModule(name if statement.names[0].asname else root)


def split_import(statement: ast.Import | ast.ImportFrom) -> list[ast.stmt]:
    """Return an import as one for each of its names."""
    parts: list[ast.stmt] = []
    for alias in statement.names:
        alone = copy.copy(statement)
        alone.names = [alias]
        parts.append(alone)
    return parts


def leave_out(statement: ast.stmt, names: dict[str, Any], error: Exception) -> list[ast.stmt]:
    """Make unknown what a statement binds; a model that it would have changed fails on use.

    Return the statements that run in its place.
    """
    block = find_block(statement, names, error)
    if not block or isinstance(statement, ast.For):
        for name in make_unknown(statement, names):
            names[name] = MissingImport(error)
    return block


def mark_as_missing(statement: ast.stmt, names: dict[str, Any], error: Exception) -> None:
    """Make all names fail that a statement would have bound or changed, except modules."""
    effects = find_effects(statement)
    for name in sorted(effects.reads):
        missing = find_missing(names.get(name))
        if missing is not None:
            # The first error is more useful than those that follow from it.
            error = vars(missing)["error"]
    changed = {name for name in effects.changes if not isinstance(names.get(name), ModuleType)}
    for name in effects.binds | changed:
        names[name] = MissingImport(error)


def find_missing(value: Any) -> MissingImport | None:
    """Return the missing import in a value, a list or a dictionary; None if there is none."""
    if type(value) is MissingImport:
        return value
    if type(value) in (list, tuple, dict):
        items = value.values() if isinstance(value, dict) else value
        return next((item for item in items if type(item) is MissingImport), None)
    return None


class UserModuleFinder(importlib.abc.MetaPathFinder):
    """Finds modules in the user's folder, and loads them leniently."""

    def __init__(self, folder: Path, missing_modules: dict[str, ModuleNotFoundError]) -> None:
        self.folder = folder
        self.missing_modules = missing_modules
        self.foreign: set[str] = set()
        """Packages outside the folder, to skip their modules."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a module as Python does, and use the lenient loader if it is the user's own."""
        top = fullname.partition(".")[0]
        if top in self.foreign or top == "net2fig":
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None and path is None:
            # Python 2 looks in the folder of the file that imports first.
            beside = find_importing_folder()
            spec = importlib.machinery.PathFinder.find_spec(fullname, [beside]) if beside else None
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None
        place = Path(spec.loader.path)
        if self.folder not in place.parents or "site-packages" in place.parts:
            if fullname == top:
                self.foreign.add(top)
            return None
        spec.loader = LenientLoader(fullname, str(place), self.missing_modules)
        return spec


def find_importing_folder() -> str:
    """Return the folder of the file that imports a module; empty if it is no file."""
    frame = currentframe()
    while frame is not None:
        file = frame.f_code.co_filename
        if file != __file__ and not file.startswith("<"):
            return str(Path(file).parent) if is_user_file(file) else ""
        frame = frame.f_back
    return ""


class LenientLoader(importlib.machinery.SourceFileLoader):
    """Loads a file like Python, but continues after a failure."""

    def __init__(
        self, name: str, path: str, missing_modules: dict[str, ModuleNotFoundError]
    ) -> None:
        super().__init__(name, path)
        self.missing_modules = missing_modules

    def exec_module(self, module: ModuleType) -> None:
        """Run the statements of the file one by one."""
        tree = parse_any(self.get_data(self.path))
        flags = find_future_flags(tree.body)

        def compile_one(statement: ast.stmt) -> CodeType:
            effects: CodeType = compile(
                ast.Module([statement], []), self.path, "exec", flags, dont_inherit=True
            )
            return effects

        if UnknownData.accepted:
            prepare_names(vars(module))
        run_statements(
            drop_irrelevant(tree.body),
            vars(module),
            compile_one,
            self.missing_modules,
            lenient=True,
            unknown=UnknownData.accepted,
        )


def parse_any(data: bytes) -> ast.Module:
    """Return the syntax tree of a file, which may be one of Python 2."""
    try:
        return ast.parse(data)
    except SyntaxError as error:
        if not is_python2(str(error)):
            raise
    return parse_python2(data.decode("utf-8", "replace").expandtabs(8))


def find_future_flags(statements: Sequence[ast.stmt]) -> int:
    """Return the compiler flags of `from __future__ import …`."""
    import __future__

    effects = 0
    for statement in statements:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for alias in statement.names:
                effects |= getattr(getattr(__future__, alias.name, None), "compiler_flag", 0)
    return effects


def forget_user_modules() -> None:
    """Forget the user's modules, so that they run again when they are imported."""
    for name, module in list(sys.modules.items()):
        if isinstance(getattr(module, "__loader__", None), LenientLoader):
            del sys.modules[name]
            # A folder without __init__.py keeps what was imported from it.
            package, _, last = name.rpartition(".")
            vars(sys.modules.get(package, module)).pop(last, None)


def install_finder(folder: Path, missing_modules: dict[str, ModuleNotFoundError]) -> None:
    """Import the modules in a folder leniently from now on."""
    sys.meta_path.insert(0, UserModuleFinder(folder, missing_modules))


def first_missing_module(
    missing_modules: Mapping[str, ModuleNotFoundError],
) -> ModuleNotFoundError | None:
    """Return the first error of a missing module; None if there is none."""
    return next(iter(missing_modules.values()), None)
