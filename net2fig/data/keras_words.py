"""Neutral words that follow from what Keras writes of a layer, where they are no key of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Config = Mapping[str, Any]

LAYOUT = {"layout": "Reshape"}
COSINE = {"layout": "CosineSimilarity"}
"""What a reader sees of a layer that puts places in another order and leaves each as it is, and of
a product of vectors of length one."""


def derive_layout(op: str, config: Config) -> Config:
    """Return what a reader sees of a layer whose settings tell more than its class.

    A permutation that leaves the features last, as windows do, is a reshape.

    >>> derive_layout("Permute", {"dims": [2, 1]}), derive_layout("Permute", {"dims": [2, 1, 3]})
    ({}, {'layout': 'Reshape'})
    """
    if op == "Permute" and isinstance(dims := config.get("dims"), list | tuple):
        return LAYOUT if dims and dims[-1] == len(dims) else {}
    if op == "Transpose" and isinstance(axes := config.get("axes"), list | tuple):
        return LAYOUT if axes and axes[-1] == len(axes) - 1 else {}
    return COSINE if op == "Dot" and config.get("normalize") is True else {}
