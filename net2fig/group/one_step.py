"""What takes one step out of a sequence: the first token, or the last state.

A slice that keeps a sequence is left out like a reshape. One that takes a single step is drawn,
since all that follows reads that step alone.

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


def find_selections(
    network: Network,
    incoming: Mapping[str, list[Edge]],
    known: Mapping[str, Known],
    grammar: Grammar,
) -> dict[str, Known]:
    """Return what is known of the layers that take one step, as such."""
    attends = any(each.kind == ATTENTION for each in known.values())
    word = TOKEN if attends else STEP
    entry = grammar.entry(word)
    found = {}
    for id in _list_selections(network, incoming):
        at = replace(known[id].attributes, derived={"layout": word})
        kind = grammar.kinds[entry.kind]
        found[id] = replace(known[id], attributes=at, entry=entry.id, entry_kind=kind)
    return found


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
