"""Tells modules of PyTorch from other values, without importing PyTorch."""

from __future__ import annotations

from typing import Any


def is_torch_module(value: Any) -> bool:
    """Tell whether a value is a module of PyTorch, without importing PyTorch."""
    return any(
        base.__name__ == "Module" and base.__module__ == "torch.nn.modules.module"
        for base in type(value).__mro__
    )
