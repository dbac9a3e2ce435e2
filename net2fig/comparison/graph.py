"""A network as it is compared: layers by their place, what they read, what reads them.

Ensures: `ancestry[v]` is equal for two layers just if all that leads to them is equal, `legacy[v]`
just if all that they lead to is; layers that may change places do not change it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from net2fig.comparison.traits import Traits, frozen_traits, load_rules, named_by_author, traits
from net2fig.data.grammar import Grammar
from net2fig.network import Layer, Network

SHOWN = "never"
"""What a kind says of when it is hidden, if it never is."""

MERGE, SCALE = "merge", " with a constant"
"""The kind of layers that join several tensors, and what it becomes where they join one alone."""


class Compared(Struct, frozen=True):
    """A network with what is asked of it again and again; layers are numbered in their order.

    `into` holds the inputs of each layer in their order, as (layer, tensor); `minor` tells which
    layers figures leave out by themselves.
    """

    network: Network
    layers: tuple[Layer, ...]
    kinds: tuple[str, ...]
    minor: tuple[bool, ...]
    traits: tuple[Traits, ...]
    own: tuple[int, ...]
    into: tuple[tuple[tuple[int, int], ...], ...]
    readers: tuple[tuple[int, ...], ...]
    ancestry: tuple[int, ...]
    legacy: tuple[int, ...]
    names: tuple[str, ...]
    outputs: tuple[tuple[int, int], ...]


def compared(network: Network, grammar: Grammar) -> Compared:
    """Return a network as it is compared."""
    at = {layer.id: number for number, layer in enumerate(network.layers)}
    into: list[list[tuple[int, int]]] = [[] for _ in network.layers]
    readers: list[list[int]] = [[] for _ in network.layers]
    for edge in network.edges:
        into[at[edge.target]].append((at[edge.source], edge.source_port))
        readers[at[edge.source]].append(at[edge.target])
    found = [
        traits(layer, is_input=not into[number]) for number, layer in enumerate(network.layers)
    ]
    own = [
        hash((layer.op, frozen_traits(each)))
        for layer, each in zip(network.layers, found, strict=True)
    ]
    kinds = [grammar.kind(layer.op) for layer in network.layers]
    # A merge of one tensor is arithmetic with a constant, which merges nothing.
    scales = [kind.id == MERGE and len(into[n]) == 1 for n, kind in enumerate(kinds)]
    outputs = tuple((at[port.layer], port.tensor) for port in network.outputs)
    return Compared(
        network,
        network.layers,
        tuple(f"{kind.id}{SCALE}" if s else kind.id for kind, s in zip(kinds, scales, strict=True)),
        tuple(s or kind.hide != SHOWN for kind, s in zip(kinds, scales, strict=True)),
        tuple(found),
        tuple(own),
        tuple(map(tuple, into)),
        tuple(map(tuple, readers)),
        tuple(_ancestry(network.layers, own, into)),
        tuple(_legacy(own, readers, [number for number, _ in outputs])),
        tuple(layer.id if named_by_author(layer) else "" for layer in network.layers),
        outputs,
    )


def _ancestry(
    layers: Sequence[Layer], own: Sequence[int], into: Sequence[Sequence[tuple[int, int]]]
) -> list[int]:
    """Return for each layer a number that stands for it and all that leads to it."""
    commutative = load_rules().commutative
    found: list[int] = []
    for number, layer in enumerate(layers):
        given = [(found[source], port) for source, port in into[number]]
        if layer.op in commutative:
            given.sort()
        found.append(hash((own[number], tuple(given))))
    return found


def _legacy(
    own: Sequence[int], readers: Sequence[Sequence[int]], outputs: Sequence[int]
) -> list[int]:
    """Return for each layer a number that stands for it and all that it leads to."""
    ends = [tuple(place for place, end in enumerate(outputs) if end == n) for n in range(len(own))]
    found = [0] * len(own)
    for number in reversed(range(len(own))):
        after = sorted(found[reader] for reader in readers[number])
        found[number] = hash((own[number], ends[number], tuple(after)))
    return found
