"""Masks, which mark the steps of a sequence that count, propagated as in Keras.

A mask is a tensor, made by operations that Keras counts and keeps in the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from net2fig.read.decline import decline
from net2fig.read.record.session import FLOATS, SESSION
from net2fig.read.record.tensors.graph import Tensor, iterate_tensors, operate
from net2fig.read.script.unknown.values import UnknownData

UNMASKED_LAYERS = frozenset({"Dot", "GlobalAveragePooling1D"})
"""Layers that remove the mask."""

MERGING_LAYERS = frozenset({"Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"})
"""Layers whose output is masked if all their inputs are."""

UNSUPPORTED_LAYERS = frozenset({"Concatenate", "Attention", "AdditiveAttention"})
"""Layers that compute masks in unsupported ways."""

UNMASK_LAYER = "MultiHeadAttention"
"""The layer that removes the masks of its input."""


def get_mask(tensor: Tensor) -> Any:
    """Return the mask of a tensor; None if it has none, or where the recorder is loose."""
    return None if UnknownData.loose else vars(tensor).get("mask")


def get_masks(value: Any) -> list[Any]:
    """Return the masks of the tensors inside a value."""
    return [get_mask(tensor) for tensor in iterate_tensors(value)]


def makes_mask(layer: Any) -> bool:
    """Tell whether the output of a layer has a mask for any input."""
    name = type(layer).__name__
    return name == "Masking" or (name == "Embedding" and bool(layer._config["mask_zero"]))


def add_mask(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the keywords of a call with the mask that Keras adds, if it keeps it."""
    masks = get_masks(list(args))
    if all(mask is None for mask in masks):
        return kwargs
    name = type(layer).__name__
    if name in UNSUPPORTED_LAYERS or type(layer).holds_graph:
        decline(f"a mask that reaches {layer.name!r}")
    if kwargs or "mask" not in layer._facts["call"] or len(masks) > 1:
        return kwargs
    return {**kwargs, "mask": masks[0]} if keeps_mask(layer, args[0]) else kwargs


def keeps_mask(layer: Any, tensor: Tensor) -> bool:
    """Tell whether Keras keeps a mask in the call: it does not if it must look at types first."""
    same: bool = tensor._dtype == layer.compute_dtype
    if tensor._dtype is None or (tensor._dtype in FLOATS and not same):
        decline(f"a mask that reaches {layer.name!r}")
    return same


def propagate_mask(layer: Any, args: Sequence[Any], result: Any, taken: Sequence[Any] = ()) -> None:
    """Set the mask of Keras on the output of a call; `taken` are all its inputs."""
    name = type(layer).__name__
    if UnknownData.loose:
        # No figure shows masks, and what they do is often not known.
        return
    outputs = list(iterate_tensors(result))
    if name == "Embedding":
        mask = operate("not_equal", (args[0], 0)) if layer._config["mask_zero"] else None
    elif name == "Masking":
        unequal = operate("not_equal", (args[0], layer._config["mask_value"]))
        mask = operate("any", (unequal, -1))
    else:
        mask = merge_masks(layer, get_masks(list(args)))
        if mask is not None and layer._config.get("merge_mode", "") is None:
            decline(f"a mask that reaches {layer.name!r}")
    if mask is not None:
        outputs[0].mask = mask
    if name == UNMASK_LAYER and SESSION.tracing:
        for tensor in iterate_tensors(list(taken)):
            tensor.mask = None


def merge_masks(layer: Any, masks: Sequence[Any]) -> Any:
    """Return the mask of the output for the masks of the inputs."""
    name = type(layer).__name__
    if not any(mask is not None for mask in masks) or name in UNMASKED_LAYERS:
        return None
    if name in UNSUPPORTED_LAYERS or type(layer).holds_graph:
        decline(f"a mask that reaches {layer.name!r}")
    if not layer._facts.get("masking"):
        return None
    inner = getattr(type(layer), "whole_sequence", None)
    if inner is not None and not inner(layer):
        return None
    if name in MERGING_LAYERS:
        if any(mask is None for mask in masks):
            return None
        first = masks[0]
        for mask in masks[1:]:
            first = operate("logical_or", (first, mask))
        return first
    return masks[0]
