"""Stand-ins for the modules of `keras` and `tensorflow`, whose names are looked up on demand.

Requires: a separate process, in which neither was imported.
Ensures: an unknown name declines; so does any name that a library asks for, rather than the user's
code.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from net2fig.read.decline import Declined, clear_reasons, decline
from net2fig.read.record.loose import find_unknown, is_loose
from net2fig.read.record.session import load_facts

Lookup = Callable[[str], Any]
"""Returns the value of an attribute by name; raises LookupError for unknown ones."""

RUN_SOURCES = ("keras.src.applications.", "keras.src.utils.sequence_utils")
"""Sources of Keras that are run."""

VERSIONS = {"tensorflow": "2.21.0"}
"""The versions that code sees, besides that of Keras."""

ROOTS = ("keras", "tensorflow", "tf_keras")


class Module(ModuleType):
    """A module whose names are looked up on demand."""

    def __init__(self, name: str, find: Lookup) -> None:
        super().__init__(name)
        self.__dict__["__path__"] = []
        self.__dict__["_find"] = find

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            try:
                return list_names_of(self.__name__, self.__dict__["_find"](name))
            except LookupError:
                return decline(f"from {self.__name__} import *")
        if name == "__version__" and is_loose():
            return VERSIONS.get(self.__name__, load_facts()["keras"])
        if name.startswith("__"):
            return raise_missing_attribute(self, name)
        check_caller(self.__name__, name)
        full = f"{self.__name__}.{name}"
        if full in MODULES or full in ALIASES:
            return get_module(full)
        try:
            return self.__dict__["_find"](name)
        except LookupError:
            if name in load_facts()["others"].get(self.__name__, ()) and not is_loose():
                return UnknownName(full)
            return find_unknown(full)

    def __setattr__(self, name: str, value: Any) -> None:
        # The import system binds a module in its parent.
        if name.startswith("__") or isinstance(value, ModuleType):
            return
        if not is_loose():
            decline(f"{self.__name__}.{name} set by the code")


def list_names_of(owner: str, known: Sequence[str]) -> list[str]:
    """Return the names that `from … import *` binds."""
    return sorted({*known, *load_facts()["others"].get(owner, ())})


class UnknownName:
    """Stands for something unknown in Keras: it may be imported, but not used."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        """Decline."""
        decline(self.__name__)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return decline(f"{self.__name__}.{name}")


def raise_missing_attribute(owner: ModuleType, name: str) -> Any:
    """Raise the error for a missing attribute."""
    raise AttributeError(f"module {owner.__name__!r} has no attribute {name!r}")


def check_caller(owner: str, name: str) -> None:
    """Decline if a library asks for a name: it may do anything with it."""
    frame = sys._getframe(2)
    file = frame.f_code.co_filename
    if "-packages" in file:
        asker = str(frame.f_globals.get("__name__"))
        if not asker.startswith(("net2fig.", *RUN_SOURCES)):
            decline(f"{owner}.{name}, asked for by the library {asker.partition('.')[0]!r}")


def lookup_in_table(table: Mapping[str, Any]) -> Lookup:
    """Return a lookup in a mapping."""
    return table.__getitem__


MODULES: dict[str, Callable[[], Lookup]] = {}
"""Functions that create the lookup of each module, by its full name."""

ALIASES: dict[str, str] = {}
"""Other full names of modules."""


def get_module(name: str) -> Module:
    """Return the stand-in for a module."""
    name = ALIASES.get(name, name)
    module = sys.modules.get(name)
    if not isinstance(module, Module):
        module = sys.modules[name] = Module(name, MODULES[name]())
    return module


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the stand-ins; other modules of these packages are declined.

    `spec_of` finds the sources of Keras that are run.
    """

    def __init__(self, spec_of: Callable[[str], importlib.machinery.ModuleSpec]) -> None:
        self.spec_of = spec_of

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find one of our modules, or a module of keras.applications."""
        if fullname.partition(".")[0] not in ROOTS:
            return None
        if fullname in MODULES or fullname in ALIASES:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        if fullname.startswith(RUN_SOURCES):
            try:
                return self.spec_of(fullname)
            except Declined:
                if not is_loose():
                    raise
                clear_reasons()
        if is_loose():
            MODULES[fullname] = lambda: lookup_in_table({})
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return decline(f"import of {fullname}")

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Return the stand-in."""
        return get_module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: names are looked up on demand."""
