"""The layers inside of a layer, and the sizes of all their weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from typing import Any

from net2fig.read.record.layers.layer import Layer
from net2fig.read.record.tensors.graph import is_open


def find_layers(value: Any) -> Iterator[Layer]:
    """Yield the layers inside a value."""
    if isinstance(value, Layer):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "_inbound_nodes":
                yield from find_layers(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from find_layers(item)


def add_sizes(sizes: Iterable[int | None]) -> int | None:
    """Return the sum of sizes; None if one is not known."""
    every = list(sizes)
    return None if None in every else sum(size or 0 for size in every)


def find_weight_sizes(layer: Layer) -> dict[int, int | None]:
    """Return the sizes of the weights of a layer and of all inside it, each once."""
    weights = vars(layer).get("_weights", ())
    sizes: dict[int, int | None] = {
        id(weight): None if is_open(weight) else prod(weight.shape) for weight in weights
    }
    inner = layer.inner_layers()
    for one in inner:
        sizes |= find_weight_sizes(one)
    if not inner and "_weights" not in vars(layer):
        sizes[id(layer)] = layer.count_params() if layer.built else 0
    return sizes
