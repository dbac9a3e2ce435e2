"""Builds a module of PyTorch where a file holds only classes and functions.

1. What a function of the file, such as `test`, builds and feeds.
2. The only class that no other uses. Arguments that it needs are guessed by their names.

Requires: the statements of a file, and its names after they ran.
Ensures: what was guessed is told.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from net2fig.read.script.effects import get_last_name
from net2fig.read.script.guess.arguments import CONFIGS, Guesser
from net2fig.read.script.guess.builders import CallBuilder, make_models
from net2fig.read.script.guess.files.project import holds_settings
from net2fig.read.script.guess.parameters import is_needed, list_parameters
from net2fig.read.script.model_names import find_assigned_names, find_builders, find_factories
from net2fig.read.script.several import MAX_PARTS, AddNotice, drop_copies, too_many
from net2fig.read.script.torch.feeds import FeedFinder
from net2fig.read.script.torch.pick_module import LOSSES, find_whole_modules
from net2fig.read.torch.modules import is_module_class, is_torch_module

if TYPE_CHECKING:
    from net2fig.read.script.sources import Code


def build_module(
    code: Code,
    names: Mapping[str, Any],
    where: str,
    add_notice: AddNotice,
    call: CallBuilder,
) -> dict[str, Any] | None:
    """Return the modules that a file with only classes and functions holds; None without any."""
    fed = drop_copies(find_whole_modules(build_fed_modules(code, names)))
    if 0 < len(fed) <= MAX_PARTS:
        return fed
    roots = find_root_classes(code.statements, code.path.parent)
    found = [name for name in roots if is_module_class(names.get(name))]
    parts = find_names_in_classes(code.statements)
    builders = [
        name
        for name in find_builders(code.statements, code.path.parent)
        if callable(names.get(name)) and name not in parts
    ]
    found = [name for name in found if has_layers(names[name])] or ([] if builders else found)
    if not found and not builders:
        # The classes may derive from one of another file.
        found = [name for name, value in names.items() if is_own_class(value, names)]
    guesser = Guesser(names, code, features_first=True)
    several = builders if found and len(builders) > 1 and needs_arguments(names[found[0]]) else []
    several = several or [name for name in found if can_make(name, guesser)]
    several = several or [name for name in builders if can_make(name, guesser)] or found
    if len(several) > MAX_PARTS:
        thing = "functions that build one" if several is builders else "classes"
        raise too_many(several, where, thing)
    if not several:
        return None
    made = make_models(several, guesser, where, add_notice, call)
    return drop_copies(find_whole_modules(made), add_notice)


def has_layers(cls: Any) -> bool:
    """Tell whether a class of modules makes anything: one that only computes makes no layers."""
    return any("__init__" in vars(each) for each in cls.__mro__ if is_user_class(each))


def is_user_class(cls: Any) -> bool:
    """Tell whether a class is none of PyTorch itself or of Python."""
    return cls.__module__.partition(".")[0] not in ("torch", "builtins", "abc", "typing")


def can_make(name: str, guesser: Guesser) -> bool:
    """Tell whether a value is known for every argument that a class needs."""
    function = guesser.names[name]
    built = not needs_arguments(function) or next(guesser.run_examples(function, name), None)
    return bool(built) or guesser.guess_all(function, name) is not None


def find_names_in_classes(statements: Sequence[ast.stmt]) -> set[str]:
    """Return the names that the classes of a file use: what those build is part of a module."""
    return {
        node.id
        for each in statements
        if isinstance(each, ast.ClassDef)
        for node in ast.walk(each)
        if isinstance(node, ast.Name)
    }


def is_own_class(value: Any, names: Mapping[str, Any]) -> bool:
    """Tell whether a value is a class of modules that the file itself defines."""
    return is_module_class(value) and value.__module__ == names.get("__name__")


def build_fed_modules(code: Code, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the modules that functions of a file build and feed, as `test` does."""
    fed: dict[str, Any] = {}
    for expression in FeedFinder(code.statements).find_builders():
        if not isinstance(expression.func, ast.Name) or expression.func.id not in names:
            continue
        try:
            text = compile(ast.Expression(expression), str(code.path), "eval")
            built = eval(text, dict(names))  # noqa: S307  (what reading code is)
        except Exception:  # noqa: BLE001, S112  (the arguments may be local to the function)
            continue
        if is_torch_module(built):
            fed[ast.unparse(expression)] = built
    return fed


def needs_arguments(function: Any) -> bool:
    """Tell whether a class needs arguments."""
    return any(map(is_needed, list_parameters(function)))


# Classes, without running anything.


def find_root_classes(statements: Sequence[ast.stmt], folder: Path | None = None) -> list[str]:
    """Return the module classes of a file that no other class or builder in it uses, in order."""
    factories = find_factories(statements, folder)
    classes = {
        each.name: each
        for each in statements
        if isinstance(each, ast.ClassDef) and each.name in factories.classes
    }
    used = {
        node.id
        for name, each in classes.items()
        for node in ast.walk(each)
        if isinstance(node, ast.Name) and node.id != name
    }
    # A class that is passed to another, as in `ResNet(Bottleneck, [3, 4, 6, 3])`.
    used |= {
        arg.id
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and get_last_name(node.func) in factories.names
        for arg in (*node.args, *(word.value for word in node.keywords))
        if isinstance(arg, ast.Name)
    }
    return [name for name in classes if name not in used and not name.endswith(LOSSES)]


def find_config_names(statements: Sequence[ast.stmt]) -> set[str]:
    """Return the names of a file that may hold a configuration, and the classes of arguments."""
    classes = {
        each.name
        for each in statements
        if isinstance(each, ast.ClassDef) and each.name.lower().endswith(CONFIGS)
    }
    values = {name for name in find_assigned_names(statements) if holds_settings(name)}
    annotations = {
        name
        for statement in statements
        if isinstance(statement, ast.ClassDef)
        for node in ast.walk(statement)
        if isinstance(node, ast.arg) and node.annotation is not None
        for name in list_annotation(node.annotation)
    }
    return classes | values | annotations & {getattr(each, "name", "") for each in statements}


def list_annotation(node: ast.expr) -> set[str]:
    """Return the names in an annotation, which may be a text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
