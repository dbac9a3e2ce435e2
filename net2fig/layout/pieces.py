"""Cut the graph where all data passes one point.

Requires: nodes in a topological order of the edges.
Ensures: every edge lies in exactly one piece; two pieces share at most one node, the last of the
one and the first of the other; pieces follow each other in the order of their nodes.
"""

from __future__ import annotations

from itertools import pairwise

from net2fig.graphs import bottlenecks
from net2fig.layout.graph import Edge, Node


def pieces(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> list[tuple[int, int]]:
    """Return the pieces as pairs of positions in `nodes`: first and last node of each.

    A node is a cut when no edge passes over it. A dead end reaches to the end of
    the graph, a late source from its beginning.
    """
    at = {node.id: position for position, node in enumerate(nodes)}
    last = len(nodes) - 1
    if last < 1:
        return []
    reach = [-1] * len(nodes)
    fed = [False] * len(nodes)
    for edge in edges:
        reach[at[edge.source]] = max(reach[at[edge.source]], at[edge.target])
        fed[at[edge.target]] = True
    reach = [last if far < 0 else far for far in reach]
    final_source = max((p for p in range(len(nodes)) if not fed[p]), default=0)
    inner = [place for place in bottlenecks(range(last), reach, final_source) if place]
    return list(pairwise([0, *inner, last]))


def all_pass(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> set[int]:
    """Return the positions of the nodes that all data passes: cuts, and a lone source or sink."""
    cut = {0} if nodes else set()
    cut.update(position for piece in pieces(nodes, edges) for position in piece)
    fed = {edge.target for edge in edges}
    feeding = {edge.source for edge in edges}
    sources = sum(node.id not in fed for node in nodes)
    sinks = sum(node.id not in feeding for node in nodes)
    if sources > 1:
        cut.discard(0)
    if sinks > 1:
        cut.discard(len(nodes) - 1)
    return cut


def check_pieces(
    nodes: tuple[Node, ...], edges: tuple[Edge, ...], cut: list[tuple[int, int]]
) -> None:
    """Raise AssertionError unless the Ensures of this module holds."""
    at = {node.id: position for position, node in enumerate(nodes)}
    for edge in edges:
        source, target = at[edge.source], at[edge.target]
        around = [piece for piece in cut if piece[0] <= source and target <= piece[1]]
        assert len(around) == 1, f"edge {edge.source} > {edge.target} lies in {around}"
    assert all(one[1] == two[0] for one, two in pairwise(cut))
