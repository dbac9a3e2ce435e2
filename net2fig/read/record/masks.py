"""Which steps of a sequence count: masks, which layers hand on as Keras does.

A mask is a tensor, made by operations that Keras counts and keeps in the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from net2fig.read.record.decline import decline
from net2fig.read.record.graph import Tensor, operate, tensors

ENDING = frozenset({"Dot", "GlobalAveragePooling1D"})
"""Layers after which there is no mask any more."""

JOINING = frozenset({"Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"})
"""Layers whose output is masked where all their inputs are."""

UNFOLLOWED = frozenset({"Concatenate", "MultiHeadAttention", "Attention", "AdditiveAttention"})
"""Layers that make masks of masks in ways of their own."""


def mask_of(tensor: Tensor) -> Any:
    """Return the mask of a tensor, None where it has none."""
    return vars(tensor).get("mask")


def with_mask(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the keywords of a call with the mask that Keras fills in, where it keeps it."""
    found = [mask_of(tensor) for tensor in tensors(list(args))]
    if all(mask is None for mask in found):
        return kwargs
    name = type(layer).__name__
    if name in UNFOLLOWED or hasattr(type(layer), "layers"):
        decline(f"a mask that reaches {layer.name!r}")
    if kwargs:
        return kwargs
    takes = "mask" in layer._facts["call"] and len(found) == 1
    if takes and args[0]._dtype != layer.compute_dtype:
        decline(f"a mask that reaches {layer.name!r}")
    return {**kwargs, "mask": found[0]} if takes else kwargs


def hand_on(layer: Any, args: Sequence[Any], result: Any) -> None:
    """Give what comes out of a call the mask that it has in Keras."""
    name = type(layer).__name__
    outputs = list(tensors(result))
    if name == "Embedding":
        mask = operate("not_equal", (args[0], 0)) if layer._config["mask_zero"] else None
    elif name == "Masking":
        unequal = operate("not_equal", (args[0], layer._config["mask_value"]))
        mask = operate("any", (unequal, -1))
    else:
        found = [mask_of(tensor) for tensor in tensors(list(args))]
        mask = handed(layer, found)
        if mask is not None and layer._config.get("merge_mode", "") is None:
            decline(f"a mask that reaches {layer.name!r}")
    if mask is not None:
        outputs[0].mask = mask


def handed(layer: Any, masks: Sequence[Any]) -> Any:
    """Return the mask that comes out where these come in."""
    name = type(layer).__name__
    if not any(mask is not None for mask in masks) or name in ENDING:
        return None
    if not layer._facts.get("masking"):
        return None
    inner = getattr(type(layer), "whole_sequence", None)
    if inner is not None and not inner(layer):
        return None
    if name in JOINING:
        if any(mask is None for mask in masks):
            return None
        first = masks[0]
        for mask in masks[1:]:
            first = operate("logical_or", (first, mask))
        return first
    return masks[0]
