"""Stand-ins for `keras` and `tensorflow` in the modules of Python, made of names as they are asked.

Requires: a process of its own, in which neither was imported.
Ensures: a name that is not known declines; so does a library, not the user's code, that asks.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from net2fig.read.record.session import facts
from net2fig.read.record.unknown import decline

Find = Callable[[str], Any]
"""From the name of an attribute to its value; raises LookupError for what is not known."""

SOURCES = ("keras.src.applications.", "keras.src.utils.sequence_utils")
"""What of Keras' own sources is run."""

ROOTS = ("keras", "tensorflow", "tf_keras")


class Module(ModuleType):
    """A module whose names are found when they are asked for."""

    def __init__(self, name: str, find: Find) -> None:
        super().__init__(name)
        self.__dict__["__path__"] = []
        self.__dict__["_find"] = find

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            try:
                return all_names(self.__name__, self.__dict__["_find"](name))
            except LookupError:
                return decline(f"from {self.__name__} import *")
        if name.startswith("__"):
            return absent(self, name)
        check_asker(self.__name__, name)
        full = f"{self.__name__}.{name}"
        if full in TREE or full in ALIASES:
            return module(full)
        try:
            return self.__dict__["_find"](name)
        except LookupError:
            if name in facts()["others"].get(self.__name__, ()):
                return Unknown(full)
            return decline(full)

    def __setattr__(self, name: str, value: Any) -> None:
        # The import system binds a module in its parent.
        if name.startswith("__") or isinstance(value, ModuleType):
            return
        decline(f"{self.__name__}.{name} set by the code")


def all_names(owner: str, known: Sequence[str]) -> list[str]:
    """Return the names that `from … import *` takes."""
    return sorted({*known, *facts()["others"].get(owner, ())})


class Unknown:
    """What stands for something in Keras that is not known: it may be imported."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        """Decline."""
        decline(self.__name__)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return decline(f"{self.__name__}.{name}")


def absent(owner: ModuleType, name: str) -> Any:
    """Raise the error for an attribute that no module has."""
    raise AttributeError(f"module {owner.__name__!r} has no attribute {name!r}")


def check_asker(owner: str, name: str) -> None:
    """Decline where a library asks: it may do anything with what it gets."""
    frame = sys._getframe(2)
    file = frame.f_code.co_filename
    if "-packages" in file:
        asker = str(frame.f_globals.get("__name__"))
        if not asker.startswith(("net2fig.", *SOURCES)):
            decline(f"{owner}.{name}, asked for by the library {asker.partition('.')[0]!r}")


def from_table(table: Mapping[str, Any]) -> Find:
    """Return how to find names in a mapping."""
    return table.__getitem__


TREE: dict[str, Callable[[], Find]] = {}
"""By the full name of a module, what makes its way of finding names."""

ALIASES: dict[str, str] = {}
"""Other full names of modules."""


def module(name: str) -> Module:
    """Return the stand-in for a module."""
    name = ALIASES.get(name, name)
    found = sys.modules.get(name)
    if not isinstance(found, Module):
        found = sys.modules[name] = Module(name, TREE[name]())
    return found


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the stand-ins; what else lies in these packages is declined.

    `spec_of` says where the sources of Keras lie that are run.
    """

    def __init__(self, spec_of: Callable[[str], importlib.machinery.ModuleSpec]) -> None:
        self.spec_of = spec_of

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find one of our modules, or a module of keras.applications."""
        if fullname.partition(".")[0] not in ROOTS:
            return None
        if fullname in TREE or fullname in ALIASES:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        if fullname.startswith(SOURCES):
            return self.spec_of(fullname)
        return decline(f"import of {fullname}")

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Return the stand-in."""
        return module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: names are found when they are asked for."""
