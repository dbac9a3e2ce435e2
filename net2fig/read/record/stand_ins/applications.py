"""keras.applications: Keras' own sources, run against the stand-ins; Keras is not imported."""

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

from net2fig.read.record.session import SESSION, facts
from net2fig.read.record.stand_ins.modules import TREE, Find, from_table
from net2fig.read.record.tensors.graph import source_inputs
from net2fig.read.record.unknown import decline

PREFIX = "keras.src.applications"

SEQUENCES = "keras.src.utils.sequence_utils"


@cache
def keras_folder() -> Path | None:
    """Return the folder of the Keras installed, found without importing it."""
    for entry in sys.path:
        folder = Path(entry or ".") / "keras"
        if (folder / "src" / "applications").is_dir():
            return folder
    return None


@cache
def installed_version() -> str | None:
    """Return the version of the Keras installed, as its sources say it."""
    folder = keras_folder()
    file = folder / "src" / "version.py" if folder else None
    text = file.read_text("utf-8") if file and file.is_file() else ""
    _, found, rest = text.partition('__version__ = "')
    return rest.partition('"')[0] if found else None


def other_version() -> str:
    """Return why another Keras than the one installed would answer; empty where it would not."""
    if not any((Path(entry or ".") / "keras").is_dir() for entry in sys.path):
        return ""
    known, found = facts()["keras"], installed_version()
    if found is not None and found.split(".")[:2] == known.split(".")[:2]:
        return ""
    return f"Keras {found or 'of another kind'} (it knows {known})"


def spec_of(name: str) -> importlib.machinery.ModuleSpec:
    """Return where the source of a module of keras.applications lies."""
    folder = keras_folder()
    if folder is None:
        decline(f"{name.replace('.src', '')}, since Keras is not installed")
    file = folder.joinpath(*name.split(".")[1:]).with_suffix(".py")
    if not file.is_file():
        decline(f"import of {name}")
    loader = Source(name, str(file))
    return importlib.machinery.ModuleSpec(name, loader, origin=str(file))


class Source(importlib.machinery.SourceFileLoader):
    """Runs a source of keras.applications, without numpy where nobody has imported it."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the module, then take the weights out of its functions."""
        code = self.get_code(self.name)
        if code is None:
            decline(f"import of {self.name}")
        importer = {**vars(sys.modules["builtins"]), "__import__": frugal_import}
        vars(module)["__builtins__"] = importer
        exec(code, vars(module))  # noqa: S102  (Keras' own source)
        for name, value in public_functions(self.name).items():
            function = vars(module).get(value)
            if inspect.isfunction(function) and "weights" in inspect.signature(function).parameters:
                vars(module)[name] = SESSION.ignore_weights(function)


def public_functions(module: str) -> dict[str, str]:
    """Return the functions of keras.applications that are defined in a module."""
    known = facts()["applications"]
    return {name: name for name, home in known.items() if home == module}


def frugal_import(
    name: str,
    names: Any = None,
    locals_: Any = None,
    fromlist: Sequence[str] = (),
    level: int = 0,
) -> Any:
    """Import a module; numpy, of which only a class is asked, only where it is there already."""
    if name == "numpy" and "numpy" not in sys.modules:
        return Numpy("numpy")
    return __import__(name, names, locals_, fromlist, level)


class Numpy(types.ModuleType):
    """numpy, imported as soon as more than its class is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "ndarray" and "numpy" not in sys.modules:
            return NoArray
        try:
            return getattr(importlib.import_module("numpy"), name)
        except ImportError:
            return decline("numpy, which is not installed")


class NoArray:
    """The class of arrays where there are none."""


def keras_export(*_args: Any, **_kwargs: Any) -> Any:
    """Return a decorator that changes nothing."""
    return lambda item: item


def parts_of_source() -> dict[str, Any]:
    """Return the modules that the sources import, as names of keras.src."""
    return {
        "keras.src.api_export": lambda: from_table({"keras_export": keras_export}),
        "keras.src.utils": lambda: from_table({}),
        "keras.src.utils.file_utils": lambda: from_table({"get_file": SESSION.get_file}),
        "keras.src.ops.operation_utils": operation_utils,
        "keras.src.layers.layer": lambda: from_module("keras.layers", "Layer"),
        "keras.src": lambda: from_table({}),
        "keras.preprocessing": lambda: from_table({}),
        "keras.preprocessing.sequence": of_sequences,
        PREFIX: lambda: lambda name: importlib.import_module(f"{PREFIX}.{name}"),
    }


def of_sequences() -> Find:
    """Return keras.preprocessing.sequence: Keras' own source, which needs numpy alone."""
    return lambda name: getattr(importlib.import_module(SEQUENCES), name)


def operation_utils() -> Find:
    """Return what the sources take from keras.src.ops.operation_utils."""
    return from_table({"get_source_inputs": source_inputs})


def from_module(name: str, *keys: str) -> Find:
    """Return how to find some names of another module."""
    return from_table({key: getattr(importlib.import_module(name), key) for key in keys})


def of_applications(names: dict[str, str]) -> Find:
    """Return functions by the modules that define them."""

    def find(name: str) -> Any:
        home = names[name]
        if not home.startswith(PREFIX):
            raise LookupError(name)
        return getattr(importlib.import_module(home), name)

    return find


def plant_applications() -> None:
    """Name the modules of keras.applications, and those that their sources import."""
    TREE.update(parts_of_source())
    known = facts()["applications"]
    direct = {name: home for name, home in known.items() if isinstance(home, str)}
    TREE["keras.applications"] = partial(of_applications, direct)
    for name, functions in known.items():
        if isinstance(functions, dict):
            TREE[f"keras.applications.{name}"] = partial(of_applications, functions)
    for part in ("layers", "models", "ops", "backend", "initializers", "activations", "random"):
        TREE[f"keras.src.{part}"] = TREE[f"keras.{part}"]
