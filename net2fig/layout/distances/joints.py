"""What touches: the columns that keep their distance, and the nodes that hang together.

Requires: edges that say whether they are joined.
Ensures: two nodes touch only where each stands alone in its column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from net2fig.layout.graph import Edge, Node
from net2fig.layout.lanes import Strands


def find_held(
    nodes: tuple[Node, ...], edges: tuple[Edge, ...], at: Mapping[str, int], strands: Strands
) -> dict[int, float]:
    """Return the columns in which something touches the next, with the distance to that."""
    ends = [
        (at[edge.source], at[edge.target])
        for edge in edges
        if edge.joined and _stand_alone(edge, at, strands)
    ]
    return {strands.rank[a]: _measure_joint(nodes[a], nodes[b]) for a, b in ends}


def _stand_alone(edge: Edge, at: Mapping[str, int], strands: Strands) -> bool:
    """Tell whether both ends of an edge stand alone in columns that follow each other."""
    first, last = strands.rank[at[edge.source]], strands.rank[at[edge.target]]
    columns = strands.columns[first], strands.columns[last]
    return last == first + 1 and all(
        sum(sort == "node" for sort, _ in column) == 1 for column in columns
    )


def _measure_joint(source: Node, target: Node) -> float:
    """Return the distance of the middles of two nodes that touch."""
    return (source.width + target.width) / 2 - source.overhangs


def find_chains(nodes: tuple[Node, ...], edges: Sequence[Edge]) -> list[int]:
    """Return for each node the number of the chain in which it is joined to others; else -1."""
    at = {node.id: position for position, node in enumerate(nodes)}
    chains = [-1] * len(nodes)
    for edge in edges:
        if edge.joined:
            source, target = at[edge.source], at[edge.target]
            chains[source] = chains[source] if chains[source] >= 0 else source
            chains[target] = chains[source]
    return chains
