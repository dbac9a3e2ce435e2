"""Calls functions as soon as modules have been imported."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

Action = Callable[[ModuleType], None]


class ImportHook(importlib.abc.MetaPathFinder):
    """Calls a function for each of some modules as soon as it has been imported."""

    def __init__(
        self, actions: Mapping[str, Action], before: Callable[[], None] = lambda: None
    ) -> None:
        self.actions = actions
        self.before = before
        self.searching = ""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of the module, with a loader that calls the function."""
        if fullname not in self.actions or self.searching == fullname:
            return None
        self.before()
        # `find_spec` may also be called without an import.
        outer, self.searching = self.searching, fullname
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self.searching = outer
        if spec is not None and spec.loader is not None:
            spec.loader = HookLoader(spec.loader, self.actions[fullname])
        return spec


class HookLoader(importlib.abc.Loader):
    """Loads a module like another loader, then calls a function."""

    def __init__(self, loader: Any, action: Action) -> None:
        self.loader = loader
        self.action = action

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Leave it to the other loader."""
        module: ModuleType | None = self.loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, then call the function."""
        self.loader.exec_module(module)
        self.action(module)
