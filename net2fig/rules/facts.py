"""Facts about a model in numbers: parameters, layers, depth, multiply–adds, output size.

Requires: a network; numbers that depend on unknown axes of its inputs are unknown.
Ensures: each number is that of Keras, or None; a layer that is called several times has its
parameters once and its multiply–adds each time.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from net2fig.data.grammar import Grammar
from net2fig.graphs import longest_paths
from net2fig.network import Layer, Network, Shape
from net2fig.rules.macs import macs
from net2fig.rules.trainable import count_frozen


class Facts(Struct, frozen=True):
    """The numbers of one model; None for unknown ones."""

    params: int | None
    trainable: int | None
    layers: int
    depth: int
    macs: int | None
    output: str


def compute_facts(network: Network, grammar: Grammar, deep: Collection[str]) -> Facts:
    """Return the numbers of a network; `deep` holds the kinds whose layers make its depth."""
    total, fixed = count_parameters(network)
    return Facts(
        params=total,
        trainable=None if total is None or fixed is None else total - fixed,
        layers=len(network.layers),
        depth=compute_depth(network, grammar, deep),
        macs=count_multiply_adds(network),
        output=_output(network),
    )


def count_parameters(network: Network) -> tuple[int | None, int | None]:
    """Return the number of parameters, and of those that are not trained."""
    total: int | None = 0
    fixed: int | None = 0
    seen: set[str] = set()
    for layer in network.layers:
        if layer.weights_key in seen:
            continue
        seen.add(layer.weights_key)
        still = count_frozen(layer)
        total = None if total is None or layer.params is None else total + layer.params
        fixed = None if fixed is None or still is None else fixed + still
    return total, fixed


def find_unknown_layers(network: Network) -> list[Layer]:
    """Return the layers whose number of parameters is unknown."""
    return [layer for layer in network.layers if layer.params is None]


def compute_depth(network: Network, grammar: Grammar, deep: Collection[str]) -> int:
    """Return the greatest number of layers with weights on a way through the network.

    Counted are layers of some kinds that have parameters: VGG16 has 16, ResNet50 has 50.
    """
    sources: dict[str, list[str]] = {layer.id: [] for layer in network.layers}
    for edge in network.edges:
        sources[edge.target].append(edge.source)
    counts = {layer.id: _counts(layer, grammar, deep) for layer in network.layers}
    return max(longest_paths(sources, counts.__getitem__).values(), default=0)


def _counts(layer: Layer, grammar: Grammar, deep: Collection[str]) -> int:
    return int(grammar.kind(layer.op).id in deep and layer.params != 0)


def count_multiply_adds(network: Network) -> int | None:
    """Return the multiply–adds of one pass; None if those of a layer are unknown."""
    into: dict[str, list[Shape | None]] = {}
    for edge in network.edges:
        into.setdefault(edge.target, []).append(network.shape(edge))
    total = 0
    for layer in network.layers:
        count = macs(layer, into.get(layer.id, []))
        if count is None:
            return None
        total += count
    return total


def _output(network: Network) -> str:
    """Return the size of the first output: "1000", "256×256×1"."""
    if not network.outputs:
        return ""
    port = network.outputs[0]
    shape = network[port.layer].shape(port.tensor)
    return "?" if shape is None else "×".join("?" if n is None else str(n) for n in shape[1:])
