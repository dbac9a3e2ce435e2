"""The trunk: the longest path, which stays on one line where lines split and join.

Parallel branches that carry glyphs and meet again lie evenly about the line instead, unless there
are two of them and one is longer.

Requires: nodes in a topological order.
Ensures: edges of one path; no path by main edges has more nodes.
"""

from __future__ import annotations

from net2fig.layout.graph import Edge, Neighbours, Node


def find_trunk(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> frozenset[int]:
    """Return the edges of the longest path that go straight on where they split or join."""
    ends = {end for chain in find_even(nodes, edges) for end in (chain[0], chain[-1])}
    return longest_path(nodes, edges) - ends


def longest_path(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> frozenset[int]:
    """Return the edges of the longest path; of equal ones, the first edge at each node.

    Where a node has a main edge, no path enters it by another.
    """
    near = Neighbours(nodes, edges)
    length = {node.id: 0 for node in nodes}
    through: dict[str, int] = {}
    for node in nodes:
        into = near.into[node.id]
        for index in [index for index in into if edges[index].is_main] or into:
            longer = length[edges[index].source] + 1
            if longer > length[node.id]:
                length[node.id], through[node.id] = longer, index
    here = max(length, key=length.__getitem__, default="")
    path = set()
    while here in through:
        path.add(through[here])
        here = edges[through[here]].source
    return frozenset(path)


def find_even(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> list[list[int]]:
    """Return the branches that lie evenly about their line, each as its edges."""
    near = Neighbours(nodes, edges)
    even: list[list[int]] = []
    for node in nodes:
        starts = near.out_of[node.id]
        if len(starts) < 2:
            continue
        chains = [_chain(start, edges, near) for start in starts]
        carrying = [len(chain) for chain in chains if len(chain) > 1]
        joins = {edges[chain[-1]].target for chain in chains}
        alike = len(starts) > 2 or len(set(carrying)) == 1
        if len(joins) == 1 and len(carrying) > 1 and alike:
            even += chains
    return even


def _chain(start: int, edges: tuple[Edge, ...], near: Neighbours) -> list[int]:
    """Return the edges from one on, through nodes with one edge in and one out."""
    chain = [start]
    while True:
        here = edges[chain[-1]].target
        if len(near.into[here]) != 1 or len(near.out_of[here]) != 1:
            return chain
        chain.append(near.out_of[here][0])
