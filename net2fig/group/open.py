"""Open groups that were made: the inverse of contracting them.

A group has the key of its last member, and whoever read the group reads that key; so the members
can take the place of the group without anybody being rewritten.

Requires: nothing is folded yet.
Ensures: the nodes are in a topological order.
"""

from __future__ import annotations

from collections.abc import Sequence

from net2fig.group.comb import released
from net2fig.group.graph import Graph, Node


def opened(graph: Graph, ids: Sequence[str]) -> Graph:
    """Return the graph with, for each id of a layer in turn, the group that holds it opened.

    An id that no group holds opens nothing; the same id twice opens a group and then the one in it.
    """
    for id in ids:
        nodes: dict[str, Node] = {}
        for key, node in graph.nodes.items():
            if node.members and id in node.block.layers:
                nodes.update((member.key, member) for member in node.members)
            else:
                nodes[key] = node
        graph = released(Graph(nodes, graph.inputs, graph.outputs, graph.extents))
    return graph
