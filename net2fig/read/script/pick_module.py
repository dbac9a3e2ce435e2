"""Chooses among modules of PyTorch, and among the classes of a file that may be its model.

Requires: values that a piece of code leaves behind, or its statements.
Ensures: parts of other modules, losses and single layers do not count if there is anything else.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from net2fig.read.script.model_names import find_factories, required_parameters

LOSSES = ("Loss", "Criterion", "Metric")
"""The endings of classes that compute a loss."""

LIBRARY = "torch.nn."
"""The beginning of the modules that define PyTorch's layers."""


def find_whole_modules(modules: Mapping[str, Any]) -> dict[str, Any]:
    """Return the modules that are models: no part of another, no loss, of the user's own class."""
    parts: set[int] = set()
    for module in modules.values():
        parts.update(id(each) for each in module.modules() if each is not module)
    found = {name: each for name, each in modules.items() if id(each) not in parts}
    found = {name: each for name, each in found.items() if not is_loss(each)} or found
    weighted = {name: each for name, each in found.items() if has_weights(each)}
    found = weighted or found
    own = {name: each for name, each in found.items() if not is_single_layer(each)}
    return own or found


def is_loss(module: Any) -> bool:
    """Tell whether a module computes a loss."""
    cls = type(module)
    return cls.__module__ == "torch.nn.modules.loss" or cls.__name__.endswith(LOSSES)


def has_weights(module: Any) -> bool:
    """Tell whether a module has parameters."""
    return next(iter(module.parameters()), None) is not None


def is_single_layer(module: Any) -> bool:
    """Tell whether a module is a layer of PyTorch's own, with no others inside."""
    return type(module).__module__.startswith(LIBRARY) and not any(True for _ in module.children())


def are_same_modules(modules: Sequence[Any]) -> bool:
    """Tell whether modules have the same class, the same parts and weights of the same shapes."""

    def describe(module: Any) -> Any:
        parts = [(path, type(each)) for path, each in module.named_modules()]
        return parts, [(name, tuple(each.shape)) for name, each in module.named_parameters()]

    first, *others = map(describe, modules)
    return all(each == first for each in others)


# Classes, for files that hold no instance.


def find_root_classes(statements: Sequence[ast.stmt], folder: Path | None = None) -> list[str]:
    """Return the module classes of a file that no other class or builder in it uses, in order.

    Those that can be made without arguments are all, if there are any.
    """
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
    roots = [name for name in classes if name not in used and not name.endswith(LOSSES)]
    ready = [name for name in roots if not required_arguments(classes[name], classes)]
    return ready or roots


def required_arguments(cls: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> list[str]:
    """Return the arguments that the constructor of a class needs."""
    seen: set[str] = set()
    while cls.name not in seen:
        seen.add(cls.name)
        for each in cls.body:
            if isinstance(each, ast.FunctionDef) and each.name == "__init__":
                return required_parameters(each)[1:]
        bases = [base.id for base in cls.bases if isinstance(base, ast.Name)]
        cls = next((classes[base] for base in bases if base in classes), cls)
    return []
