"""Modules that are not installed stop only what uses them.

A file of the user's that imports one at its top goes on; the name stands for the error, which is
raised where it is used.
"""

from __future__ import annotations

import ast
import copy
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from net2fig.read.script.effects import bound_by, effects
from net2fig.read.script.imports import modern
from net2fig.read.script.strip_training import without_silent

Compile = Callable[[ast.stmt], CodeType]


class Missing:
    """What a module that is not installed, or has changed, would have given."""

    def __init__(self, error: Exception) -> None:
        self.__dict__["error"] = error

    def fail(self, *_args: Any, **_kwargs: Any) -> Any:
        """Raise the error of the import."""
        raise self.__dict__["error"]

    __call__ = __getitem__ = __iter__ = __enter__ = __mro_entries__ = fail

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self.fail()


def run(
    statements: Sequence[ast.stmt],
    names: dict[str, Any],
    code_of: Compile,
    missed: dict[str, ModuleNotFoundError],
    *,
    beside: bool = False,
) -> None:
    """Run statements one after the other; `missed` is told of the modules that are not there.

    In files that lie beside the user's, `beside`, what fails stops only what uses it, whatever the
    reason: few of their statements have to do with the model. What such a statement would have
    bound or changed fails from then on, so that nothing half made is taken for a model.
    """
    for statement in [part for each in statements for part in modern(each)]:
        try:
            exec(code_of(statement), names)  # noqa: S102  (what reading code is)
        except Exception as error:
            imports = isinstance(error, ImportError) and bool(error.name)
            if not (imports and isinstance(statement, (ast.Import, ast.ImportFrom))):
                if not beside:
                    raise
                spoil(statement, names, error)
                continue
            if isinstance(error, ModuleNotFoundError) and error.name:
                missed[error.name] = error
            for alias in statement.names:
                if len(statement.names) == 1:
                    names.setdefault(bound_by(alias), Missing(error))
                else:
                    # Of several names some may be there.
                    alone = copy.copy(statement)
                    alone.names = [alias]
                    run([alone], names, code_of, missed, beside=beside)


def spoil(statement: ast.stmt, names: dict[str, Any], error: Exception) -> None:
    """Let everything fail that a statement was to bind or to change; modules stay as they are."""
    found = effects(statement)
    for name in sorted(found.reads):
        lost = missing_in(names.get(name))
        if lost is not None:
            # What went wrong first says more than what came of it.
            error = vars(lost)["error"]
    changed = {name for name in found.changes if not isinstance(names.get(name), ModuleType)}
    for name in found.binds | changed:
        names[name] = Missing(error)


def missing_in(value: Any) -> Missing | None:
    """Return what is missing in a value, or in a list or a dictionary; None where nothing is."""
    if type(value) is Missing:
        return value
    if type(value) in (list, tuple, dict):
        items = value.values() if isinstance(value, dict) else value
        return next((item for item in items if type(item) is Missing), None)
    return None


class Neighbours(importlib.abc.MetaPathFinder):
    """Finds the modules that lie in the user's folder, and runs them in this lenient way."""

    def __init__(self, folder: Path, missed: dict[str, ModuleNotFoundError]) -> None:
        self.folder = folder
        self.missed = missed
        self.foreign: set[str] = set()
        """Packages that lie elsewhere: what is in them need not be looked for twice."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a module as Python does, and take it where it is the user's own."""
        top = fullname.partition(".")[0]
        if top in self.foreign or top == "net2fig":
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None
        place = Path(spec.loader.path)
        if self.folder not in place.parents or "site-packages" in place.parts:
            if fullname == top:
                self.foreign.add(top)
            return None
        spec.loader = LenientLoader(fullname, str(place), self.missed)
        return spec


class LenientLoader(importlib.machinery.SourceFileLoader):
    """Loads a file as Python does, but goes on after an import of what is not installed."""

    def __init__(self, name: str, path: str, missed: dict[str, ModuleNotFoundError]) -> None:
        super().__init__(name, path)
        self.missed = missed

    def exec_module(self, module: ModuleType) -> None:
        """Run the statements of the file one after the other."""
        tree = ast.parse(self.get_data(self.path))
        flags = future_flags(tree.body)

        def code_of(statement: ast.stmt) -> CodeType:
            found: CodeType = compile(
                ast.Module([statement], []), self.path, "exec", flags, dont_inherit=True
            )
            return found

        run(without_silent(tree.body), vars(module), code_of, self.missed, beside=True)


def future_flags(statements: Sequence[ast.stmt]) -> int:
    """Return what `from __future__ import …` asks of the compiler, for every statement."""
    import __future__

    found = 0
    for statement in statements:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for alias in statement.names:
                found |= getattr(getattr(__future__, alias.name, None), "compiler_flag", 0)
    return found


def watch(folder: Path, missed: dict[str, ModuleNotFoundError]) -> None:
    """Import the modules in a folder leniently from now on."""
    sys.meta_path.insert(0, Neighbours(folder, missed))


def first_missed(missed: Mapping[str, ModuleNotFoundError]) -> ModuleNotFoundError | None:
    """Return the first error of an import that was passed over."""
    return next(iter(missed.values()), None)
