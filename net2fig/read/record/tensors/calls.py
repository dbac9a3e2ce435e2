"""Calls of custom layers: their arguments by name, shapes and masks."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from net2fig.read.decline import decline
from net2fig.read.record.tensors.graph import Tensor, iterate_tensors, map_leaves
from net2fig.read.record.tensors.masks import get_mask, get_masks, keeps_mask

NAMED = (
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.KEYWORD_ONLY,
)


def iterate_leaves(value: Any) -> Iterator[Any]:
    """Yield the leaves of a structure."""
    if isinstance(value, dict):
        for key in sorted(value):
            yield from iterate_leaves(value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from iterate_leaves(item)
    else:
        yield value


def has_tensors(value: Any) -> bool:
    """Tell whether a value is a tensor or a structure of tensors alone."""
    leaves = list(iterate_leaves(value))
    return bool(leaves) and all(isinstance(leaf, Tensor) for leaf in leaves)


def bind_by_name(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call by name."""
    arguments = inspect.signature(layer.call).bind(*args, **kwargs).arguments
    return dict(arguments)


def select_tensors(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments that are tensors or contain tensors."""
    return {
        key: value for key, value in arguments.items() if any(True for _ in iterate_tensors(value))
    }


def find_shape_arguments(
    layer: Any, target: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Return the arguments for `build` or `compute_output_shape`."""
    tensors = select_tensors(bind_by_name(layer, args, kwargs))
    if {"args", "kwargs"} & set(tensors):
        decline(f"the call of a {type(layer).__name__} with arguments of any name")
    shapes = {
        f"{key}_shape": map_leaves(value, lambda leaf: getattr(leaf, "shape", None))
        for key, value in tensors.items()
        if key != "mask"
    }
    parameters = inspect.signature(target).parameters.items()
    names = [key for key, each in parameters if each.kind in NAMED]
    if len(names) == 1:
        return {names[0]: next(iter(shapes.values()), None)}
    if not set(names) <= set(shapes):
        decline(f"{target.__name__} of a {type(layer).__name__}")
    return {key: shapes[key] for key in names}


def get_first(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Return the first argument of a call."""
    return next(iter(bind_by_name(layer, args, kwargs).values()), None)


def add_masks(
    layer: Any, args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[dict[str, Any], Any]:
    """Return the keywords of a call with the masks that Keras adds, and the current mask."""
    if all(mask is None for mask in get_masks([list(args), kwargs])):
        return kwargs, kwargs.get("mask")
    tensors = select_tensors(bind_by_name(layer, args, kwargs))
    names = inspect.signature(layer.call).parameters
    filled = dict(kwargs)
    if len(tensors) == 1:
        if "mask" in names and kwargs.get("mask") is None:
            filled["mask"] = map_leaves(next(iter(tensors.values())), find_mask)
    else:
        for key, value in tensors.items():
            if f"{key}_mask" in names and kwargs.get(f"{key}_mask") is None:
                filled[f"{key}_mask"] = map_leaves(value, find_mask)
    mask = filled.get("mask")
    return filled, map_leaves(get_first(layer, args, kwargs), find_mask) if mask is None else mask


def find_mask(leaf: Any) -> Any:
    """Return the mask of a tensor."""
    return get_mask(leaf) if isinstance(leaf, Tensor) else None


def keep_arguments(
    layer: Any, args: Sequence[Any], kwargs: dict[str, Any], filled: dict[str, Any]
) -> dict[str, Any]:
    """Return the keywords that Keras keeps of a call, with masks that it did not change."""
    one = len(args) == 1 and isinstance(args[0], Tensor)
    if filled is kwargs or kwargs or not one:
        return kwargs
    return filled if keeps_mask(layer, args[0]) else kwargs


def set_masks(layer: Any, args: Sequence[Any], result: Any, previous: Any) -> None:
    """Set the masks that the layer computes on the output of a call."""
    outputs = list(iterate_tensors(result))
    if all(get_mask(tensor) is not None for tensor in outputs):
        return
    masks = layer.compute_mask(args[0] if args else None, previous)
    if masks is None:
        return
    for tensor, mask in zip(outputs, iterate_leaves(masks), strict=False):
        if mask is not None and get_mask(tensor) is None:
            tensor.mask = mask
