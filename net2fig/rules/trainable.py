"""How many of a layer's parameters are not trained, by a rule per class.

Requires: a layer as it was read.
Ensures: what Keras counts among `non_trainable_weights`, but for the states of random generators;
None if the number of parameters is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from net2fig.attributes import Attributes, attributes_of
from net2fig.network import Layer

Rule = Callable[[Attributes, int], int]


def count_frozen(layer: Layer) -> int | None:
    """Return how many parameters of a layer are not trained."""
    if layer.params is None:
        return None
    at = attributes_of(layer)
    if at.get("trainable") is False:
        return layer.params
    rule = RULES.get(layer.op)
    return rule(at, layer.params) if rule else 0


def batch_norm(at: Attributes, params: int) -> int:
    """Mean and variance, of two to four numbers for every channel."""
    return params * 2 // (2 + at.flag("scale", True) + at.flag("center", True))


def everything(_at: Attributes, params: int) -> int:
    """All: they are statistics of the data."""
    return params


RULES: Mapping[str, Rule] = {
    "BatchNormalization": batch_norm,
    "Normalization": everything,
}
"""By class."""
