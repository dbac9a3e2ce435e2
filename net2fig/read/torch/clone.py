"""A private copy of a module whose tensors have no data, or small ones.

Requires: an `nn.Module`.
Ensures: the module and its tensors are not changed; the copy shares no tensor with it. Hooks are
copied too, and run as for any call. Each tensor of the copy stands for one of the module.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from types import CellType, FunctionType
from typing import Any

MakeTensor = Callable[[Any], Any]
"""Makes the tensor of the copy for a tensor of the module."""

MAX_DEPTH = 3
"""How deep functions in the outer variables of functions are followed."""


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
        copies = dict(memo)
        new = copy.deepcopy(module, copies)
    except Exception:  # noqa: BLE001  (an attribute may refuse to be copied in its own way)
        copies = dict(tensors)
        new = copy_structure(module, tensors, copies)
    rebind_functions(new, copies)
    return new, tensors


def rebind_functions(module: Any, copies: dict[int, Any]) -> None:
    """Make the functions in attributes of a copy, as `lambda x: m(x)`, use the copied modules.

    A copy of a function would otherwise still call the modules of the original.
    """
    for each in module.modules():
        for key, value in list(vars(each).items()):
            if isinstance(value, FunctionType):
                vars(each)[key] = rebind(value, copies)
            elif type(value) is list:
                vars(each)[key] = [rebind(item, copies) for item in value]
            elif isinstance(value, dict) and key not in ("_modules", "_parameters", "_buffers"):
                for name, item in list(value.items()):
                    value[name] = rebind(item, copies)


def rebind(value: Any, copies: dict[int, Any], depth: int = MAX_DEPTH) -> Any:
    """Return a function whose outer variables and defaults are copies where there are copies."""
    if not isinstance(value, FunctionType) or not depth:
        return value

    def replace(item: Any) -> Any:
        return copies.get(id(item), rebind(item, copies, depth - 1))

    cells = [cell for cell in value.__closure__ or () if holds_value(cell)]
    contents = [cell.cell_contents for cell in cells]
    defaults = value.__defaults__ or ()
    new = [*map(replace, contents)]
    new_defaults = tuple(map(replace, defaults))
    if all(map(is_same, (*contents, *defaults), (*new, *new_defaults))):
        return value
    by_cell = {id(cell): CellType(item) for cell, item in zip(cells, new, strict=True)}
    closure = tuple(by_cell.get(id(cell), cell) for cell in value.__closure__ or ())
    result = FunctionType(
        value.__code__, value.__globals__, value.__name__, new_defaults or None, closure
    )
    result.__kwdefaults__ = value.__kwdefaults__
    return result


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two values are one object."""
    return one is other


def holds_value(cell: CellType) -> bool:
    """Tell whether an outer variable is bound."""
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


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
