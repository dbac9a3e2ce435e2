"""A private copy of a module whose tensors have no data, or small ones.

Requires: an `nn.Module`.
Ensures: the module and its tensors are not changed; the copy shares no tensor with it. Hooks are
copied too, and run as for any call. Each tensor of the copy stands for one of the module.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

MakeTensor = Callable[[Any], Any]
"""Makes the tensor of the copy for a tensor of the module."""


def unwrap(module: Any) -> Any:
    """Return the module inside of wrappers for several devices, or of a compiled one."""
    for name, wrapped in (("DataParallel", "module"), ("DistributedDataParallel", "module")):
        while type(module).__name__ == name and hasattr(module, wrapped):
            module = getattr(module, wrapped)
    while type(module).__name__ == "OptimizedModule" and hasattr(module, "_orig_mod"):
        module = module._orig_mod
    return module


def copy_module(module: Any, make_tensor: MakeTensor) -> tuple[Any, dict[int, Any]]:
    """Return a copy of a module, and its tensors by the identity of the module's tensors."""
    memo: dict[int, Any] = {}
    tensors: dict[int, Any] = {}
    for tensor in list_tensors(module):
        if is_lazy(tensor):
            continue
        tensors[id(tensor)] = memo[id(tensor)] = make_tensor(tensor)
    try:
        # The copy keeps what it has copied alive in the memo.
        return copy.deepcopy(module, dict(memo)), tensors
    except Exception:  # noqa: BLE001  (an attribute may refuse to be copied in its own way)
        return copy_structure(module, tensors, {}), tensors


def list_tensors(module: Any) -> Iterator[Any]:
    """Yield the tensors of a module: its parameters, its buffers and other attributes."""
    import torch

    for each in module.modules():
        state = vars(each)
        for group in (state.get("_parameters"), state.get("_buffers"), state):
            for value in list((group or {}).values()):
                yield from find_tensors_in(value, torch.Tensor)


def find_tensors_in(value: Any, kind: type, depth: int = 2) -> Iterator[Any]:
    """Yield the tensors in a value, and in lists and dictionaries."""
    if isinstance(value, kind):
        yield value
    elif depth and type(value) in (list, tuple, dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from find_tensors_in(item, kind, depth - 1)


def copy_structure(module: Any, tensors: dict[int, Any], done: dict[int, Any]) -> Any:
    """Return a copy of a module that shares all but modules and tensors with it."""
    if id(module) in done:
        return done[id(module)]
    new = done[id(module)] = object.__new__(type(module))
    state = dict(vars(module))
    for name in ("_parameters", "_buffers"):
        state[name] = {
            key: tensors.get(id(value), value) for key, value in (state.get(name) or {}).items()
        }
    state["_modules"] = {
        key: None if value is None else copy_structure(value, tensors, done)
        for key, value in (state.get("_modules") or {}).items()
    }
    vars(new).update(
        {key: tensors.get(id(value), value) for key, value in state.items()},
    )
    for key, value in vars(new).items():
        if isinstance(value, list):
            vars(new)[key] = [done.get(id(item), item) for item in value]
    return new


def make_meta(tensor: Any) -> Any:
    """Return a tensor without data like a tensor."""
    import torch

    with torch.no_grad():
        new = torch.empty_like(tensor, device="meta")
    if isinstance(tensor, torch.nn.Parameter):
        return torch.nn.Parameter(new, requires_grad=tensor.requires_grad)
    return new


def make_small(tensor: Any) -> Any:
    """Return a tensor with the data of a tensor, or with zeros if it has none."""
    import torch

    with torch.no_grad():
        if tensor.is_meta:
            new = torch.zeros(tensor.shape, dtype=tensor.dtype)
        else:
            new = tensor.detach().to("cpu", copy=True)
    if isinstance(tensor, torch.nn.Parameter):
        return torch.nn.Parameter(new, requires_grad=tensor.requires_grad)
    return new


def is_lazy(tensor: Any) -> bool:
    """Tell whether the shape of a tensor is known only after the first call."""
    import torch

    return isinstance(tensor, torch.nn.parameter.UninitializedTensorMixin)
