"""Modules that only feed data, plot, log or train, and are not installed.

Requires: a separate process, in which imports change.
Ensures: the user's code can import them; what they return is unknown. Libraries see no such module.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from inspect import currentframe
from pathlib import Path
from types import ModuleType
from typing import Any

from net2fig.data.resources import data_dir
from net2fig.read.script.sandbox.layer_modules import LayerModule, load_layer_modules
from net2fig.read.script.unknown.undefined import find_python_name
from net2fig.read.script.unknown.values import UnknownValue

NET2FIG = str(Path(__file__).parents[2])
"""The folder of the code that reads."""

LIBRARIES = ("-packages", "/lib/python3")
"""Parts of the paths of files that are not the user's."""


@cache
def load_data_modules() -> frozenset[str]:
    """Return the names of modules that a figure never needs, from grammar/stand_ins.toml."""
    data = tomllib.loads((data_dir("grammar") / "stand_ins.toml").read_text("utf-8"))
    return frozenset(data["modules"]["data"].split())


class UnknownModule(ModuleType):
    """A module that is not installed: all its names are unknown."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        if name == "__all__":
            return []
        # What a module for Python 2 and 3 holds, Python has.
        known = find_python_name(name, self.__name__)
        return UnknownValue(f"{self.__name__}.{name}") if known is None else known


class UnknownModuleFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules that are not installed, for the user's code alone; tells which."""

    def __init__(
        self, tell: Callable[[str], None], makers: Mapping[str, Callable[[], ModuleType]]
    ) -> None:
        self.tell = tell
        self.makers = makers

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a module that only feeds data."""
        root = fullname.partition(".")[0]
        makes_layers = root in load_layer_modules()["modules"]
        if not (makes_layers or root in load_data_modules()) or not is_user_import():
            return None
        if not makes_layers:
            self.tell(root)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Return the stand-in."""
        if spec.name.partition(".")[0] in load_layer_modules()["modules"]:
            return LayerModule(spec.name)
        return self.makers[spec.name]() if spec.name in self.makers else UnknownModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing."""


def is_user_import() -> bool:
    """Tell whether the user's code imports a module, and not a library."""
    frame = currentframe()
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith("<frozen") and file != __file__:
            return not any(part in file for part in (*LIBRARIES, NET2FIG))
        frame = frame.f_back
    return False


def install_unknown_modules(
    tell: Callable[[str], None], makers: Mapping[str, Callable[[], ModuleType]]
) -> None:
    """Let the user's code import what is not installed from now on; `makers` make some of it."""
    if not any(isinstance(each, UnknownModuleFinder) for each in sys.meta_path):
        sys.meta_path.append(UnknownModuleFinder(tell, makers))


def forget_unknown_modules() -> None:
    """Forget the stand-ins, so that an attempt without them fails as before."""
    sys.meta_path[:] = [e for e in sys.meta_path if not isinstance(e, UnknownModuleFinder)]
    for name, module in list(sys.modules.items()):
        if isinstance(module, (UnknownModule, LayerModule)):
            del sys.modules[name]
