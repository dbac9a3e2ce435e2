"""Chooses among modules of PyTorch that a piece of code leaves behind.

Requires: the modules by name.
Ensures: parts of other modules, losses and single layers do not count if there is anything else,
and losses of PyTorch never do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LOSSES = ("Loss", "Criterion", "Metric")
"""The endings of classes that compute a loss."""

LOSS_MODULE = "torch.nn.modules.loss"
"""The module that defines PyTorch's losses."""

LIBRARY = "torch.nn."
"""The beginning of the modules that define PyTorch's layers."""


def find_whole_modules(modules: Mapping[str, Any]) -> dict[str, Any]:
    """Return the modules that are models: no part of another, no loss, of the user's own class."""
    parts: set[int] = set()
    for module in modules.values():
        parts.update(id(each) for each in module.modules() if each is not module)
    found = {name: each for name, each in modules.items() if id(each) not in parts}
    found = {name: each for name, each in found.items() if not is_loss(each)} or {
        name: each for name, each in found.items() if not is_loss_of_torch(each)
    }
    weighted = {name: each for name, each in found.items() if has_weights(each)}
    found = weighted or found
    own = {name: each for name, each in found.items() if not is_single_layer(each)}
    return own or found


def is_loss(module: Any) -> bool:
    """Tell whether a module computes a loss."""
    cls = type(module)
    return is_loss_of_torch(module) or cls.__name__.endswith(LOSSES)


def is_loss_of_torch(module: Any) -> bool:
    """Tell whether a module is a loss of PyTorch's own, which is no model even alone."""
    return type(module).__module__ == LOSS_MODULE


def has_weights(module: Any) -> bool:
    """Tell whether a module has parameters."""
    return next(iter(module.parameters()), None) is not None


def is_single_layer(module: Any) -> bool:
    """Tell whether a module is a layer of PyTorch's own, with no others inside."""
    return type(module).__module__.startswith(LIBRARY) and not any(True for _ in module.children())


def describe_module(module: Any) -> Any:
    """Return a value that is equal for modules of the same class, parts and shapes of weights."""
    parts = [(path, type(each)) for path, each in module.named_modules()]
    return parts, [(name, tuple(each.shape)) for name, each in module.named_parameters()]
