"""The calls of classes, which no window cuts.

A window that takes the end of a call and the begin of the next is out of phase.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from net2fig.group.graph import Graph
from net2fig.network import Network, Step

HOLDERS = frozenset({"Functional", "Sequential", "ModuleList", "Model"})
"""Classes of frameworks that only hold others: an author may fill them by any measure."""


class ClassCalls(Struct, frozen=True):
    """For each layer the layers of each call that it lies in."""

    around: dict[str, tuple[frozenset[str], ...]]

    def are_cut(self, layers: Iterable[str]) -> bool:
        """Tell whether layers are a part of a call, and of more than it."""
        inside = set(layers)
        calls = {call for id in inside for call in self.around.get(id, ())}
        return any(not call <= inside and not inside <= call for call in calls)


NO_CALLS = ClassCalls({})


def find_class_calls(graph: Graph, network: Network | None) -> ClassCalls:
    """Return the calls of classes that are called several times, with the layers of a graph."""
    if network is None or not any(layer.scope for layer in network.layers):
        return NO_CALLS
    present = {id for node in graph.nodes.values() for id in node.block.layers}
    members: dict[tuple[Step, ...], list[str]] = {}
    for layer in network.layers:
        if layer.id in present:
            for depth in range(1, len(layer.scope) + 1):
                members.setdefault(layer.scope[:depth], []).append(layer.id)
    classes = Counter(scope[-1].class_name for scope in members)
    around: dict[str, tuple[frozenset[str], ...]] = {}
    for scope, ids in members.items():
        name = scope[-1].class_name
        if name and name not in HOLDERS and classes[name] > 1:
            call = frozenset(ids)
            around |= {id: (*around.get(id, ()), call) for id in ids}
    return ClassCalls(around)
