"""What a layer does by the shapes of its tensors, where its class leaves that open.

A slice that keeps a sequence is left out like a reshape. One that takes a single step, the first
token or the last state, is drawn, since all that follows reads that step alone. A dot product that
returns more than numbers is a product of matrices.

Requires: what is known of each layer.
Ensures: a selection has one tensor that comes in, a sequence, and one step of it that goes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from net2fig.data.grammar import Grammar
from net2fig.group.graph import ATTENTION, Known
from net2fig.network import Edge, Network

SLICES = frozenset({"GetItem", "Slice", "Take"})
"""The operations that may take a step."""

TOKEN, STEP = "OneToken", "OneStep"
"""The words of the vocabulary for what is taken, with attention in the network and without."""


PRODUCT, MATRICES = "Dot", "Matmul"
"""The words for a product of vectors, and for one of matrices."""


def find_by_shape(
    network: Network,
    incoming: Mapping[str, list[Edge]],
    known: Mapping[str, Known],
    grammar: Grammar,
) -> dict[str, Known]:
    """Return what is known of the layers whose shapes tell more than their class."""
    attends = any(each.kind == ATTENTION for each in known.values())
    words = dict.fromkeys(_list_selections(network, incoming), TOKEN if attends else STEP)
    words |= dict.fromkeys(_list_products(network), MATRICES)
    return {id: call_by(word, known[id], grammar) for id, word in words.items()}


def call_by(word: str, known: Known, grammar: Grammar) -> Known:
    """Return what is known of a layer that is what a word of the vocabulary says."""
    entry = grammar.entry(word)
    at = replace(known.attributes, derived={"layout": word})
    return replace(known, attributes=at, entry=entry.id, entry_kind=grammar.kinds[entry.kind])


def _list_products(network: Network) -> Iterator[str]:
    for layer in network.layers:
        extents = [network.tensor_extent(layer.id, port) for port in range(len(layer.outputs))]
        if layer.op == PRODUCT and any(extent and extent.spatial for extent in extents):
            yield layer.id


def _list_selections(network: Network, incoming: Mapping[str, list[Edge]]) -> Iterator[str]:
    for layer in network.layers:
        edges = incoming[layer.id] if layer.op in SLICES else []
        if len(edges) != 1 or len(layer.outputs) != 1:
            continue
        before = network.tensor_extent(edges[0].source, edges[0].source_port)
        after = network.tensor_extent(layer.id, 0)
        if before is None or after is None or before.features is None:
            continue
        if len(before.spatial) == 1 and not after.spatial and after.features == before.features:
            yield layer.id
