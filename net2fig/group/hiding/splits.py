"""Hidden splits that a figure needs, since what follows reads parts of a tensor.

    dense → split → × → dense       Without the split, a gate would weigh a tensor by itself, and
              └─ dense ─┘           the layer on its way would read all of it.

Ensures: no split that only gives an attention its queries, keys and values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from net2fig.group.graph import SPLIT, Known
from net2fig.group.hiding.regroup import PRODUCT
from net2fig.network import Edge, Network

READING = frozenset({"conv", "dense", "recurrent", "pool", "merge", "up", "separable"})
"""Kinds of layers that make something else of a part than of the whole."""


def find_splits(network: Network, known: Mapping[str, Known], gone: Collection[str]) -> list[str]:
    """Return the hidden splits of which several parts are read, one by more than an attention."""
    leaving: dict[str, list[Edge]] = {}
    for edge in network.edges:
        leaving.setdefault(edge.source, []).append(edge)
    found = []
    for id in gone:
        if known[id].entry != SPLIT:
            continue
        parts = {edge.source_port for edge in leaving.get(id, [])}
        readers = [known[reader] for reader in _readers(id, leaving, gone)]
        reads = any(each.kind in READING and each.entry != PRODUCT for each in readers)
        if len(parts) > 1 and reads:
            found.append(id)
    return found


def _readers(id: str, leaving: Mapping[str, list[Edge]], gone: Collection[str]) -> Iterator[str]:
    """Yield the layers that are drawn and read what leaves a hidden layer."""
    waiting, met = [id], {id}
    while waiting:
        for edge in leaving.get(waiting.pop(), []):
            if edge.target not in gone:
                yield edge.target
            elif edge.target not in met:
                met.add(edge.target)
                waiting.append(edge.target)
