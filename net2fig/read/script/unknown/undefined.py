"""Names that code reads and nothing binds: those of Keras are Keras', all others only data know.

    model.add(Dense(10))                 Dense, of which the import is missing
    LSTM(50, input_shape=x_train.shape)  x_train, of which the cell or the file is missing

Requires: unknown values are accepted.
Ensures: what stands in is told. A name that some statement of the code binds is left alone.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from net2fig.data.resources import data_dir
from net2fig.read.calls import list_names
from net2fig.read.script.effects import find_effects
from net2fig.read.script.unknown.values import UnknownData, UnknownValue


def find_unbound(statements: Sequence[ast.stmt], names: Mapping[str, Any]) -> set[str]:
    """Return the names that statements read, and that neither they nor anything before binds."""
    effects = [find_effects(each) for each in statements]
    read = {name for each in effects for name in each.reads | each.deferred_reads}
    bound = {name for each in effects for name in each.binds}
    return {name for name in read - bound if name not in names and not hasattr(builtins, name)}


@cache
def load_usual_names() -> dict[str, str]:
    """Return the modules that code usually calls by some names, from grammar/stand_ins.toml."""
    data = tomllib.loads((data_dir("grammar") / "stand_ins.toml").read_text("utf-8"))
    names: dict[str, str] = data["usual_names"]
    return names


def define_unbound(statements: Sequence[ast.stmt], names: dict[str, Any]) -> None:
    """Give the names that nothing binds a value, and tell it."""
    lost: list[str] = []
    for name in sorted(find_unbound(statements, names)):
        old = find_python_name(name)
        if old is not None:
            names[name] = old
            continue
        place = find_usual_place(name)
        value = import_from(place, name) if place else None
        if value is None:
            lost.append(name)
            names[name] = UnknownValue(name)
        else:
            names[name] = value
            UnknownData.tell("undefined-name", f"nothing defines {name}: took that of {place}")
    if lost:
        UnknownData.tell("undefined-name", f"nothing defines {list_names(lost)}: not known")


@cache
def load_python2_names() -> dict[str, str]:
    """Return names of Python 2 with those of Python 3, from grammar/stand_ins.toml."""
    data = tomllib.loads((data_dir("grammar") / "stand_ins.toml").read_text("utf-8"))
    names: dict[str, str] = data["python2_names"]
    return names


def find_python_name(name: str, module: str = "") -> Any:
    """Return what a name of Python 2 names, or one of a module for both; None if it is none."""
    known = load_python2_names()
    if module and module.partition(".")[0] not in known["modules"].split():
        return None
    place, _, last = known.get(name, name if module else "").rpartition(".")
    return getattr(importlib.import_module(place or "builtins"), last, None) if last else None


def is_star_import(statement: ast.stmt) -> bool:
    """Tell whether a statement imports all names of a module."""
    return isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"


def find_usual_place(name: str) -> str:
    """Return the module that holds a name, or that is called by it; empty if none is known."""
    # The recorder imports this module.
    from net2fig.read.record.session import load_facts

    if name in ("Model", "Sequential"):
        return "keras.models"
    if name == "Input" or name in load_facts()["layers"]:
        return "keras.layers"
    return load_usual_names().get(name, "")


def import_from(place: str, name: str) -> Any:
    """Return a name of a module, or the module that is called by it; None without the module."""
    try:
        module = importlib.import_module(place)
    except ImportError:
        return None
    return module if name in load_usual_names() else getattr(module, name, None)
