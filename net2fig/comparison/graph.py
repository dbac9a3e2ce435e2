"""A network for comparison: layers by their place, their inputs and their readers.

Ensures: `ancestry[v]` is equal for two layers if and only if everything before them is equal,
`legacy[v]` if everything after them is; the order of commutative inputs does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from net2fig.comparison.traits import (
    Traits,
    freeze_traits,
    is_named_by_author,
    load_rules,
    read_traits,
)
from net2fig.data.grammar import Grammar
from net2fig.network import Layer, Network

NEVER_HIDDEN = "never"
"""The value of `hide` of a kind that is never hidden."""

MERGE, SCALE = "merge", " with a constant"
"""The kind of layers that join tensors, and the suffix of its kind with a single tensor."""


class ComparedNetwork(Struct, frozen=True):
    """A network prepared for comparison; layers are numbered in their order.

    `into` holds the inputs of each layer in their order, as (layer, tensor); `minor` tells which
    layers figures hide by default.
    """

    network: Network
    layers: tuple[Layer, ...]
    kinds: tuple[str, ...]
    minor: tuple[bool, ...]
    traits: tuple[Traits, ...]
    signatures: tuple[int, ...]
    into: tuple[tuple[tuple[int, int], ...], ...]
    readers: tuple[tuple[int, ...], ...]
    ancestry: tuple[int, ...]
    descent: tuple[int, ...]
    names: tuple[str, ...]
    outputs: tuple[tuple[int, int], ...]


def prepare_network(network: Network, grammar: Grammar) -> ComparedNetwork:
    """Return a network as it is compared."""
    at = {layer.id: number for number, layer in enumerate(network.layers)}
    into: list[list[tuple[int, int]]] = [[] for _ in network.layers]
    readers: list[list[int]] = [[] for _ in network.layers]
    for edge in network.edges:
        into[at[edge.target]].append((at[edge.source], edge.source_port))
        readers[at[edge.source]].append(at[edge.target])
    traits = [
        read_traits(layer, is_input=not into[number]) for number, layer in enumerate(network.layers)
    ]
    signatures = [
        hash((layer.op, freeze_traits(each)))
        for layer, each in zip(network.layers, traits, strict=True)
    ]
    kinds = [grammar.kind(layer.op) for layer in network.layers]
    # A merge of one tensor is arithmetic with a constant, which merges nothing.
    scales = [kind.id == MERGE and len(into[n]) == 1 for n, kind in enumerate(kinds)]
    outputs = tuple((at[port.layer], port.tensor) for port in network.outputs)
    return ComparedNetwork(
        network,
        network.layers,
        tuple(f"{kind.id}{SCALE}" if s else kind.id for kind, s in zip(kinds, scales, strict=True)),
        tuple(s or kind.hide != NEVER_HIDDEN for kind, s in zip(kinds, scales, strict=True)),
        tuple(traits),
        tuple(signatures),
        tuple(map(tuple, into)),
        tuple(map(tuple, readers)),
        tuple(_hash_ancestry(network.layers, signatures, into)),
        tuple(_hash_descent(signatures, readers, [number for number, _ in outputs])),
        tuple(layer.id if is_named_by_author(layer) else "" for layer in network.layers),
        outputs,
    )


def _hash_ancestry(
    layers: Sequence[Layer], signatures: Sequence[int], into: Sequence[Sequence[tuple[int, int]]]
) -> list[int]:
    """Return for each layer a number for it and everything before it."""
    commutative = load_rules().commutative
    hashes: list[int] = []
    for number, layer in enumerate(layers):
        inputs = [(hashes[source], port) for source, port in into[number]]
        if layer.op in commutative:
            inputs.sort()
        hashes.append(hash((signatures[number], tuple(inputs))))
    return hashes


def _hash_descent(
    signatures: Sequence[int], readers: Sequence[Sequence[int]], outputs: Sequence[int]
) -> list[int]:
    """Return for each layer a number for it and everything after it."""
    ends = [
        tuple(place for place, end in enumerate(outputs) if end == n)
        for n in range(len(signatures))
    ]
    hashes = [0] * len(signatures)
    for number in reversed(range(len(signatures))):
        after = sorted(hashes[reader] for reader in readers[number])
        hashes[number] = hash((signatures[number], ends[number], tuple(after)))
    return hashes
