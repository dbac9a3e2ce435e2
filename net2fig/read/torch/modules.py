"""Tells modules of PyTorch from other values, without importing PyTorch."""

from __future__ import annotations

from typing import Any


def is_torch_module(value: Any) -> bool:
    """Tell whether a value is a module of PyTorch, without importing PyTorch."""
    return is_module_class(type(value))


def is_module_class(value: Any) -> bool:
    """Tell whether a value is a class of modules of PyTorch.

    On its backend for PyTorch, the layers of Keras are modules too, and still layers of Keras.
    """
    bases = value.__mro__ if isinstance(value, type) else ()
    names = {(base.__module__.partition(".")[0], base.__name__) for base in bases}
    is_module = any(
        base.__name__ == "Module" and base.__module__ == "torch.nn.modules.module" for base in bases
    )
    return is_module and not names & {("keras", "Layer"), ("tf_keras", "Layer")}
