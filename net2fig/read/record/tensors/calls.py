"""How a layer of the user's own is called: its arguments by their names, shapes and masks."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from net2fig.read.record.tensors.graph import Tensor, mapped, tensors
from net2fig.read.record.tensors.masks import keeps_mask, mask_of, masks_of
from net2fig.read.record.unknown import decline

NAMED = (
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.KEYWORD_ONLY,
)


def leaves(value: Any) -> Iterator[Any]:
    """Yield what a structure holds."""
    if isinstance(value, dict):
        for key in sorted(value):
            yield from leaves(value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def has_tensors(value: Any) -> bool:
    """Tell whether a value is a tensor or a structure of tensors alone."""
    found = list(leaves(value))
    return bool(found) and all(isinstance(leaf, Tensor) for leaf in found)


def by_name(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call by the names that they have there."""
    found = inspect.signature(layer.call).bind(*args, **kwargs).arguments
    return dict(found)


def of_tensors(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments that are tensors, or hold them."""
    return {key: value for key, value in arguments.items() if any(True for _ in tensors(value))}


def shapes_for(
    layer: Any, target: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Return what `build` or `compute_output_shape` is called with."""
    given = of_tensors(by_name(layer, args, kwargs))
    if {"args", "kwargs"} & set(given):
        decline(f"the call of a {type(layer).__name__} with arguments of any name")
    shapes = {
        f"{key}_shape": mapped(value, lambda leaf: getattr(leaf, "shape", None))
        for key, value in given.items()
        if key != "mask"
    }
    parameters = inspect.signature(target).parameters.items()
    names = [key for key, each in parameters if each.kind in NAMED]
    if len(names) == 1:
        return {names[0]: next(iter(shapes.values()), None)}
    if not set(names) <= set(shapes):
        decline(f"{target.__name__} of a {type(layer).__name__}")
    return {key: shapes[key] for key in names}


def first_of(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Return the first argument of a call."""
    return next(iter(by_name(layer, args, kwargs).values()), None)


def masked(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Return the keywords of a call with the masks that Keras fills in, and the mask so far."""
    if all(mask is None for mask in masks_of([list(args), kwargs])):
        return kwargs, kwargs.get("mask")
    given = of_tensors(by_name(layer, args, kwargs))
    names = inspect.signature(layer.call).parameters
    filled = dict(kwargs)
    if len(given) == 1:
        if "mask" in names and kwargs.get("mask") is None:
            filled["mask"] = mapped(next(iter(given.values())), mask_if_any)
    else:
        for key, value in given.items():
            if f"{key}_mask" in names and kwargs.get(f"{key}_mask") is None:
                filled[f"{key}_mask"] = mapped(value, mask_if_any)
    mask = filled.get("mask")
    return filled, mapped(first_of(layer, args, kwargs), mask_if_any) if mask is None else mask


def mask_if_any(leaf: Any) -> Any:
    """Return the mask of a tensor."""
    return mask_of(leaf) if isinstance(leaf, Tensor) else None


def kept(
    layer: Any, args: Sequence[Any], kwargs: dict[str, Any], filled: dict[str, Any]
) -> dict[str, Any]:
    """Return the keywords that Keras keeps of a call, with masks where it had nothing to change."""
    one = len(args) == 1 and isinstance(args[0], Tensor)
    if filled is kwargs or kwargs or not one:
        return kwargs
    return filled if keeps_mask(layer, args[0]) else kwargs


def set_masks(layer: Any, args: Sequence[Any], result: Any, previous: Any) -> None:
    """Give what comes out of a call the masks that the layer computes."""
    outputs = list(tensors(result))
    if all(mask_of(tensor) is not None for tensor in outputs):
        return
    found = layer.compute_mask(args[0] if args else None, previous)
    if found is None:
        return
    for tensor, mask in zip(outputs, leaves(found), strict=False):
        if mask is not None and mask_of(tensor) is None:
            tensor.mask = mask
