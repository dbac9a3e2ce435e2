"""How many of a layer's parameters are not trained, by a rule per class.

Requires: a layer as it was read.
Ensures: what Keras counts among `non_trainable_weights`, but for the states of random generators;
None where the number of parameters itself is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from net2fig.network import Layer

Config = Mapping[str, Any]
Rule = Callable[[Config, int], int]


def frozen(layer: Layer) -> int | None:
    """Return how many parameters of a layer are not trained."""
    return _frozen(layer.class_name, layer.config, layer.params)


def _frozen(class_name: str, config: Config, params: int | None) -> int | None:
    if params is None:
        return None
    if config.get("trainable") is False:
        return params
    rule = RULES.get(class_name)
    return rule(config, params) if rule else 0


def batch_norm(config: Config, params: int) -> int:
    """Mean and variance, of two to four numbers for every channel."""
    own = bool(config.get("scale", True)) + bool(config.get("center", True))
    return params * 2 // (2 + own)


def everything(_config: Config, params: int) -> int:
    """All: they are statistics of the data."""
    return params


RULES: Mapping[str, Rule] = {
    "BatchNormalization": batch_norm,
    "Normalization": everything,
}
"""By class."""
