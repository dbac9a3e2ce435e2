"""Give every node a rank, by network simplex (Gansner, Koutsofios, North and Vo 1993).

Requires: nodes in a topological order.
Ensures: along every edge the rank grows by one at least; the sum of all edge lengths is least
within each piece; the first rank is 0. Where that makes edges cross, other ranks may be better.
"""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.graphs import longest_paths
from net2fig.layout.graph import Edge, Node
from net2fig.layout.pieces import pieces
from net2fig.layout.simplex import Links, solve_ranks


def rank(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> dict[str, int]:
    """Return the rank of every node; pieces of one structure are ranked once."""
    at = {node.id: position for position, node in enumerate(nodes)}
    by_piece: dict[tuple[int, int], list[tuple[int, int]]] = {p: [] for p in pieces(nodes, edges)}
    starts = _piece_of_position(list(by_piece), len(nodes))
    for edge in edges:
        source, target = at[edge.source], at[edge.target]
        by_piece[starts[source]].append((source, target))
    ranks: dict[str, int] = {nodes[0].id: 0} if nodes else {}
    known: dict[tuple[int, Links], list[int]] = {}
    for (first, last), links in by_piece.items():
        local: Links = tuple((source - first, target - first) for source, target in links)
        key = (last - first + 1, local)
        if key not in known:
            known[key] = _rank_piece(*key)
        base = ranks[nodes[first].id] - known[key][0]
        for offset, value in enumerate(known[key]):
            ranks[nodes[first + offset].id] = base + value
    lowest = min(ranks.values(), default=0)
    return _centred(edges, {id: value - lowest for id, value in ranks.items()})


def _centred(edges: tuple[Edge, ...], ranks: dict[str, int]) -> dict[str, int]:
    """Return ranks in which every chain stands in the middle of the ranks that it may have.

    A chain with one edge in and one out is as long wherever it stands. So parallel paths of equal
    length share their ranks.
    """
    into: dict[str, list[str]] = {id: [] for id in ranks}
    out_of: dict[str, list[str]] = {id: [] for id in ranks}
    for edge in edges:
        into[edge.target].append(edge.source)
        out_of[edge.source].append(edge.target)
    links = {id for id in ranks if len(into[id]) == len(out_of[id]) == 1}
    centred = dict(ranks)
    for start in links:
        if into[start][0] in links:
            continue
        chain = [start]
        while out_of[chain[-1]][0] in links:
            chain.append(out_of[chain[-1]][0])
        before, after = ranks[into[start][0]], ranks[out_of[chain[-1]][0]]
        first = before + 1 + (after - before - 1 - len(chain)) // 2
        centred |= {id: first + place for place, id in enumerate(chain)}
    return centred


def earliest(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> dict[str, int]:
    """Return ranks that grow along every edge, each as low as that allows."""
    into: dict[str, list[str]] = {node.id: [] for node in nodes}
    for edge in edges:
        into[edge.target].append(edge.source)
    return {id: length - 1 for id, length in longest_paths(into).items()}


def latest(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> dict[str, int]:
    """Return ranks that grow along every edge, each as high as that allows."""
    turned = tuple(replace(edge, source=edge.target, target=edge.source) for edge in edges)
    ranks = earliest(nodes[::-1], turned[::-1])
    last = max(ranks.values(), default=0)
    return {id: last - value for id, value in ranks.items()}


def _piece_of_position(cut: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """Return for every position the piece that an edge leaving it lies in."""
    return [piece for piece in cut for _ in range(piece[0], piece[1])] + cut[-1:] * min(1, count)


def _rank_piece(count: int, links: Links) -> list[int]:
    """Return the ranks of one piece.

    A chain through all of its nodes needs no solver, whatever skips parts of it: no edge of the
    chain can be shorter than 1, and the ends of the others are as near as the chain lets them be.
    """
    if {(position, position + 1) for position in range(count - 1)} <= set(links):
        return list(range(count))
    return solve_ranks(count, links)


def check_ranks(edges: tuple[Edge, ...], ranks: dict[str, int]) -> None:
    """Raise AssertionError unless ranks grow along every edge and begin at 0."""
    first = min(ranks.values())
    assert first == 0, f"the first rank is {first}"
    for edge in edges:
        assert ranks[edge.target] > ranks[edge.source], f"{edge.source} > {edge.target}"
