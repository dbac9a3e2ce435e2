"""What the author calls a group, where it is what one of their classes makes.

Requires: the scopes of layers, whose steps name the class of each call around a layer.
Ensures: a class only if most occurrences are all that is drawn of one of its calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from net2fig.group.graph import Graph, Node
from net2fig.network import Network, Step

Scope = tuple[Step, ...]

VAGUE = frozenset(
    {
        *("Functional", "Sequential", "Model", "Module", "Block", "Layer", "Unit", "Cell"),
        *("BasicLayer", "Stage", "Net", "Network", "Wrapper"),
    }
)
"""Classes that say less than a name by what a group holds."""


class ClassNames:
    """The classes of a network whose calls may be groups."""

    def __init__(self, graph: Graph, network: Network | None) -> None:
        self.scopes: dict[str, Scope] = {}
        self.sizes: Counter[Scope] = Counter()
        if network is None or not any(layer.scope for layer in network.layers):
            return
        for node in leaves(graph.nodes.values()):
            scope = network[node.block.layers[0]].scope
            self.scopes[node.key] = scope
            self.sizes.update(scope[: depth + 1] for depth in range(len(scope)))

    def name(self, nodes: Sequence[Node]) -> str:
        """Return the class that makes most of these groups; empty if there is none."""
        if not self.scopes:
            return ""
        found: Counter[str] = Counter()
        for node in nodes:
            found.update(dict.fromkeys(self.find_classes(node), 1))
        best = max(found.values(), default=0)
        if 2 * best <= len(nodes):
            return ""
        name = [word for word, count in found.items() if count == best][-1]
        return name.strip("_")

    def find_classes(self, group: Node) -> Iterator[str]:
        """Yield the classes of the calls that a group is all that is drawn of, outer first."""
        keys = [leaf.key for leaf in leaves([group])]
        scopes = [self.scopes.get(key, ()) for key in keys]
        for depth in range(1, min(map(len, scopes), default=0) + 1):
            scope = scopes[0][:depth]
            if any(other[:depth] != scope for other in scopes):
                return
            name = scope[-1].class_name
            if self.sizes[scope] == len(keys) and name and name not in VAGUE:
                yield name


def leaves(nodes: object) -> Iterator[Node]:
    """Yield the layers that are drawn, of groups those in them."""
    stack = list(nodes)  # type: ignore[call-overload]
    while stack:
        node = stack.pop()
        if node.members:
            stack.extend(node.members)
        else:
            yield node
