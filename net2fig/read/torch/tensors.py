"""Tensors inside of values: the arguments of a call, or what it returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def free_name(name: str, taken: Mapping[str, Any]) -> str:
    """Return a name that is not taken: the name itself, or with a number."""
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def iterate_named(value: Any, name: str = "", depth: int = 6) -> Iterator[tuple[str, Any]]:
    """Yield the tensors in a value with the key or the attribute that holds them."""
    import torch

    if isinstance(value, torch.Tensor):
        yield name, value
    elif depth == 0 or isinstance(value, (str, bytes, int, float, type(None), torch.nn.Module)):
        return
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from iterate_named(item, str(key), depth - 1)
    elif isinstance(value, (list, tuple, set)):
        for item in value:
            yield from iterate_named(item, name, depth - 1)
    elif type(value).__module__ not in ("builtins", "types", "functools", "torch"):
        for key, item in getattr(value, "__dict__", {}).items():
            yield from iterate_named(item, str(key), depth - 1)


def iterate_tensors(value: Any) -> Iterator[Any]:
    """Yield the tensors in a value."""
    return (tensor for _, tensor in iterate_named(value))


def iterate_with_words(arguments: tuple[Any, Any]) -> Iterator[tuple[str | None, Any]]:
    """Yield the tensors among arguments with the keyword that each was passed by."""
    args, kwargs = arguments
    for tensor in iterate_tensors(args):
        yield None, tensor
    for word, value in kwargs.items():
        for tensor in iterate_tensors(value):
            yield word, tensor


def replace_tensors(value: Any, change: Any) -> Any:
    """Return a value with other tensors, in the same lists and dictionaries."""
    import torch

    if isinstance(value, torch.Tensor):
        return change(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(replace_tensors(item, change) for item in value))
    if type(value) in (list, tuple):
        return type(value)(replace_tensors(item, change) for item in value)
    if type(value) is dict:
        return {key: replace_tensors(item, change) for key, item in value.items()}
    return value


# Single tensors.


def without_mode() -> Any:
    """Return a context in which functions are not reported."""
    import torch

    return torch._C.DisableTorchFunction()


def make_alias(tensor: Any) -> Any:
    """Return another tensor with the same data."""
    with without_mode():
        return tensor.view_as(tensor)


def storage_of(tensor: Any) -> int:
    """Return the identity of the data of a tensor."""
    try:
        return int(tensor.untyped_storage()._cdata)
    except (NotImplementedError, RuntimeError):
        return id(tensor)
