"""Attention that an author writes as a layer of their own, from projections and products.

A class derived from Keras' own attention is one. So is a class whose name says so, if it holds
projections and nothing that a reader would want to see beside them: no normalization, no attention
of Keras.
"""

from __future__ import annotations

import re
from typing import Any

ATTENTION = "MultiHeadAttention"
"""The operation of such a layer."""

BASES = frozenset({"MultiHeadAttention", "GroupQueryAttention", "GroupedQueryAttention"})
PROJECTIONS = frozenset({"Dense", "EinsumDense", "ReversibleEmbedding"})
BESIDE = frozenset({"Dropout", "Softmax", "Activation", "Identity"})
"""Layers of Keras that may be inside, beside projections."""

FEWEST = 2
"""The fewest projections: one for query, key and value together, and one for what leaves."""

HEADS = ("num_heads", "num_query_heads", "_num_heads", "heads", "n_heads")
"""What authors call the number of heads."""

_SAYS_ATTENTION = re.compile(r"att(?:entio)?n$|mha$|msa$", re.IGNORECASE)


def is_attention(layer: Any) -> bool:
    """Tell whether a layer of the author's own is an attention."""
    if type(layer).__module__.split(".")[0] in ("keras", "tf_keras"):
        return False
    if any(base.__name__ in BASES for base in type(layer).__mro__[1:]):
        return True
    if not _SAYS_ATTENTION.search(type(layer).__name__):
        return False
    inside = getattr(layer, "_layers", None) or ()
    names = [type(each).__name__ for each in inside]
    is_plain = all(_is_plain(each) for each in inside)
    return is_plain and sum(name in PROJECTIONS for name in names) >= FEWEST


def _is_plain(layer: Any) -> bool:
    """Tell whether a layer is a projection, or something without a name for a reader."""
    if type(layer).__name__ in PROJECTIONS | BESIDE:
        return True
    # A layer of the author's own that turns positions, or masks.
    is_own = type(layer).__module__.split(".")[0] not in ("keras", "tf_keras")
    return is_own and not getattr(layer, "_layers", None) and not layer.count_params()


def count_heads(layer: Any) -> dict[str, int]:
    """Return the number of heads by the name that Keras has for it; empty if it is unknown."""
    for name in HEADS:
        value = getattr(layer, name, None)
        if isinstance(value, int) and not isinstance(value, bool):
            return {"num_heads": value}
    return {}
