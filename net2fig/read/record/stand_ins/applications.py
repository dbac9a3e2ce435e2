"""keras.applications: Keras' own sources, run against the stand-ins without importing Keras."""

from __future__ import annotations

import importlib
import importlib.machinery
import inspect
import sys
import types
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from net2fig.read.decline import decline
from net2fig.read.record.session import SESSION, load_facts
from net2fig.read.record.stand_ins.modules import MODULES, Lookup, lookup_in_table
from net2fig.read.record.tensors.graph import find_source_inputs

PREFIX = "keras.src.applications"

SEQUENCES = "keras.src.utils.sequence_utils"


@cache
def find_keras_folder() -> Path | None:
    """Return the folder of the installed Keras, without importing it."""
    for entry in sys.path:
        folder = Path(entry or ".") / "keras"
        if (folder / "src" / "applications").is_dir():
            return folder
    return None


@cache
def find_installed_version() -> str | None:
    """Return the version of the installed Keras, from its sources."""
    folder = find_keras_folder()
    file = folder / "src" / "version.py" if folder else None
    text = file.read_text("utf-8") if file and file.is_file() else ""
    _, mark, rest = text.partition('__version__ = "')
    return rest.partition('"')[0] if mark else None


def find_other_version() -> str:
    """Return a reason if another Keras than the installed one would run the code; else empty."""
    folders = [Path(entry or ".") / "keras" for entry in sys.path]
    if not any((folder / "__init__.py").is_file() for folder in folders):
        return ""
    known, installed = load_facts()["keras"], find_installed_version()
    if installed is not None and installed.split(".")[:2] == known.split(".")[:2]:
        return ""
    return f"Keras {installed or 'of another kind'} (it knows {known})"


def make_spec(name: str) -> importlib.machinery.ModuleSpec:
    """Return the spec of a module of keras.applications."""
    folder = find_keras_folder()
    if folder is None:
        decline(f"{name.replace('.src', '')}, since Keras is not installed")
    file = folder.joinpath(*name.split(".")[1:]).with_suffix(".py")
    if not file.is_file():
        decline(f"import of {name}")
    loader = KerasSourceLoader(name, str(file))
    return importlib.machinery.ModuleSpec(name, loader, origin=str(file))


class KerasSourceLoader(importlib.machinery.SourceFileLoader):
    """Runs a source of keras.applications, without importing numpy."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the module, then disable the weights of its functions."""
        code = self.get_code(self.name)
        if code is None:
            decline(f"import of {self.name}")
        importer = {**vars(sys.modules["builtins"]), "__import__": import_sparingly}
        vars(module)["__builtins__"] = importer
        exec(code, vars(module))  # noqa: S102  (Keras' own source)
        for name, value in find_public_functions(self.name).items():
            function = vars(module).get(value)
            if inspect.isfunction(function) and "weights" in inspect.signature(function).parameters:
                vars(module)[name] = SESSION.ignore_weights(function)


def find_public_functions(module: str) -> dict[str, str]:
    """Return the functions of keras.applications that are defined in a module."""
    known = load_facts()["applications"]
    return {name: name for name, home in known.items() if home == module}


def import_sparingly(
    name: str,
    names: Any = None,
    locals_: Any = None,
    fromlist: Sequence[str] = (),
    level: int = 0,
) -> Any:
    """Import a module; numpy only if it is already imported, since only a class of it is needed."""
    if name == "numpy" and "numpy" not in sys.modules:
        return Numpy("numpy")
    return __import__(name, names, locals_, fromlist, level)


class Numpy(types.ModuleType):
    """A stand-in for numpy, which is imported when more than its class is needed."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "ndarray" and "numpy" not in sys.modules:
            return MissingArray
        try:
            return getattr(importlib.import_module("numpy"), name)
        except ImportError:
            return decline("numpy, which is not installed")


class MissingArray:
    """The class of arrays if numpy is not imported."""


def keras_export(*_args: Any, **_kwargs: Any) -> Any:
    """Return a decorator that changes nothing."""
    return lambda item: item


def make_source_modules() -> dict[str, Any]:
    """Return the modules of keras.src that the sources import."""
    return {
        "keras.src.api_export": lambda: lookup_in_table({"keras_export": keras_export}),
        "keras.src.utils": lambda: lookup_in_table({}),
        "keras.src.utils.file_utils": lambda: lookup_in_table({"get_file": SESSION.get_file}),
        "keras.src.ops.operation_utils": make_operation_utils,
        "keras.src.layers.layer": lambda: lookup_in_module("keras.layers", "Layer"),
        "keras.src": lambda: lookup_in_table({}),
        "keras.preprocessing": lambda: lookup_in_table({}),
        "keras.preprocessing.sequence": make_sequences,
        PREFIX: lambda: lambda name: importlib.import_module(f"{PREFIX}.{name}"),
    }


def make_sequences() -> Lookup:
    """Return keras.preprocessing.sequence: Keras' own source, which only needs numpy."""
    return lambda name: getattr(importlib.import_module(SEQUENCES), name)


def make_operation_utils() -> Lookup:
    """Return the part of keras.src.ops.operation_utils that the sources need."""
    return lookup_in_table({"get_source_inputs": find_source_inputs})


def lookup_in_module(name: str, *keys: str) -> Lookup:
    """Return a lookup of some names of another module."""
    return lookup_in_table({key: getattr(importlib.import_module(name), key) for key in keys})


def make_applications(names: dict[str, str]) -> Lookup:
    """Return a lookup of functions by the modules that define them."""

    def find(name: str) -> Any:
        if name == "__all__":
            return [*names]
        home = names[name]
        if find_keras_folder() is None:
            from net2fig.read.record.stand_ins.architectures import find_architecture

            return find_architecture(name)
        if not home.startswith(PREFIX):
            raise LookupError(name)
        return getattr(importlib.import_module(home), name)

    return find


def register_applications() -> None:
    """Register the modules of keras.applications, and those that their sources import."""
    MODULES.update(make_source_modules())
    known = load_facts()["applications"]
    direct = {name: home for name, home in known.items() if isinstance(home, str)}
    MODULES["keras.applications"] = partial(make_applications, direct)
    for name, functions in known.items():
        if isinstance(functions, dict):
            MODULES[f"keras.applications.{name}"] = partial(make_applications, functions)
    for part in ("layers", "models", "ops", "backend", "initializers", "activations", "random"):
        MODULES[f"keras.src.{part}"] = MODULES[f"keras.{part}"]
