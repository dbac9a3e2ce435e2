r"""Tiers: each resolution has a line of its own, and data go from left to right on all of them.

   ──A──o──B─────────────(+)──D──      What data pass on to a lower resolution leaves its line at a
        │                 │            point; what comes back joins a line at a point. Each line is
        └──C──o──E──(+)───┘            straight as far as its glyphs let it be.
              └──F───┘

Requires: nodes in a topological order, with levels; 0 is the greatest resolution.
Ensures: tiers only where several resolutions run side by side and meet again; in every rank what
stands on one tier lies above what stands on the next.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from net2fig.layout.graph import Edge, Neighbours, Node
from net2fig.layout.trunk import find_even, longest_path

LEAST = 2
"""How many tiers there are at least."""

FAR = 4
"""A resolution of 1 so far below the next is no tier: global pooling leads to it."""


class Tiers(Struct, frozen=True):
    """The tier of every node by its position and of every edge by its index, from the top."""

    of_node: tuple[int, ...]
    of_edge: tuple[int, ...]
    count: int

    def of(self, slot: tuple[str, int]) -> int:
        """Return the tier of what stands on a rank: a node, or an edge that passes over it."""
        sort, number = slot
        return self.of_node[number] if sort == "node" else self.of_edge[number]


def find_tiers(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> Tiers | None:
    """Return the tiers of a network; None where resolutions do not run side by side.

    A line between two tiers runs on the lower one.
    """
    tier = stand_steps(nodes, edges, tier_by_node(nodes, edges))
    count = max(tier.values(), default=0) + 1
    if count < LEAST or not (_meets(edges, tier) and _has_branches(nodes, edges)):
        return None
    of_node = tuple(tier[node.id] for node in nodes)
    of_edge = tuple(max(tier[edge.source], tier[edge.target]) for edge in edges)
    return Tiers(of_node, of_edge, count)


def tier_by_node(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> dict[str, int]:
    """Return the tier of every node; one without stands with what reads it, or what it reads."""
    level = {node.id: node.level for node in nodes if node.level is not None}
    known = sorted(set(level.values()))
    if len(known) > 1 and known[-1] == -1 and known[-2] < -FAR:
        level = {id: at for id, at in level.items() if at != -1}
    lasting = _lasting_levels(Neighbours(nodes, edges), level)
    tier = {id: sum(other < at for other in lasting) for id, at in level.items()}
    for edge in reversed(edges):
        if edge.target in tier:
            tier.setdefault(edge.source, tier[edge.target])
    for edge in edges:
        if edge.source in tier:
            tier.setdefault(edge.target, tier[edge.source])
    return {node.id: tier.get(node.id, 0) for node in nodes}


def _lasting_levels(near: Neighbours, level: dict[str, int]) -> set[int]:
    """Return the levels on which something goes on while other data go deeper, or joins them."""
    deeper: set[str] = set()
    beside: set[str] = set()
    lasting: set[int] = set()
    for edge in near.edges:
        if edge.source in level and edge.target in level:
            falls = level[edge.target] - level[edge.source]
            if falls < 0 and _is_joined(edge.target, near):
                lasting.add(level[edge.target])
            (deeper if falls > 0 else beside).add(edge.source)
    return lasting | {level[id] for id in deeper & beside}


def _is_joined(id: str, near: Neighbours) -> bool:
    """Tell whether a chain that begins with a node leads to one that reads something else too."""
    while len(near.into[id]) == len(near.out_of[id]) == 1:
        id = near.edges[near.out_of[id][0]].target
    return len(near.into[id]) > 1


def stand_steps(
    nodes: tuple[Node, ...], edges: tuple[Edge, ...], tier: dict[str, int]
) -> dict[str, int]:
    """Return tiers in which what stands alone before a step down, or after a step up, is with it.

    Before, that is what nothing else reads since data forked; after, as long as nothing joins it.
    """
    near = Neighbours(nodes, edges)
    moved = dict(tier)
    for node in nodes:
        into, out_of = near.into[node.id], near.out_of[node.id]
        if len(into) == len(out_of) == 1:
            source = edges[into[0]].source
            moved[node.id] = max(moved[node.id], moved[source])
    for edge in edges:
        if tier[edge.source] < tier[edge.target]:
            alone = _alone_before(edge.source, near)
            moved |= dict.fromkeys(alone, tier[edge.target])
    return moved


def _alone_before(id: str, near: Neighbours) -> list[str]:
    """Return the chain that ends with a node, from where data forked; empty if they did not."""
    chain: list[str] = []
    while len(near.into[id]) == len(near.out_of[id]) == 1:
        chain.append(id)
        id = near.edges[near.into[id][0]].source
    return chain if len(near.out_of[id]) > 1 else []


def _meets(edges: tuple[Edge, ...], tier: dict[str, int]) -> bool:
    """Tell whether something joins its own tier with what comes up from a lower one."""
    below = {edge.target for edge in edges if tier[edge.source] > tier[edge.target]}
    beside = {edge.target for edge in edges if tier[edge.source] == tier[edge.target]}
    return bool(below & beside)


def _has_branches(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> bool:
    """Tell whether glyphs stand beside the longest path; with mere lines there a row is clear."""
    trunk = {id for e in longest_path(nodes, edges) for id in (edges[e].source, edges[e].target)}
    return any(node.id not in trunk for node in nodes)


def forced_bends(
    nodes: tuple[Node, ...], edges: tuple[Edge, ...], ranks: Sequence[int], tiers: Tiers
) -> set[tuple[int, int]]:
    """Return where edges change their tier on the way, as (edge, rank).

    No bend is needed where an edge begins or ends at a point at which several meet.
    """
    near = Neighbours(nodes, edges)
    at = {node.id: position for position, node in enumerate(nodes)}
    bends = set()
    for index, edge in enumerate(edges):
        one, two = at[edge.source], at[edge.target]
        falls = tiers.of_node[two] - tiers.of_node[one]
        if falls > 0 and len(near.out_of[edge.source]) == 1:
            bends.add((index, ranks[one]))
        elif falls < 0 and len(near.into[edge.target]) == 1:
            bends.add((index, ranks[two] - 1))
    return bends


def find_rails(
    nodes: tuple[Node, ...], edges: tuple[Edge, ...], ranks: Sequence[int], tiers: Tiers
) -> list[list[int]]:
    """Return for each tier the edges that lie on its line.

    They are those of its longest path, and of further paths before and after it. Branches that lie
    evenly about the line are none of it.
    """
    rails: list[list[int]] = [[] for _ in range(tiers.count)]
    at = {node.id: position for position, node in enumerate(nodes)}
    ends = [(at[edge.source], at[edge.target]) for edge in edges]
    even = {edge for branch in find_even(nodes, edges) for edge in branch}
    for number, rail in enumerate(rails):
        free = {
            index
            for index, (one, two) in enumerate(ends)
            if index not in even and tiers.of_node[one] == tiers.of_node[two] == number
        }
        used: set[int] = set()
        while path := _longest(free, ends):
            spans = {r for e in path for r in range(ranks[ends[e][0]], ranks[ends[e][1]] + 1)}
            if not spans & used:
                rail.extend(path)
                used |= spans
            free.difference_update(path)
            free = {
                e for e in free if not set(range(ranks[ends[e][0]], ranks[ends[e][1]] + 1)) & used
            }
    return rails


def _longest(free: set[int], ends: Sequence[tuple[int, int]]) -> list[int]:
    """Return the path over most nodes among the free edges."""
    length: dict[int, int] = {}
    through: dict[int, int] = {}
    for index in sorted(free, key=lambda e: (ends[e][1], e)):
        one, two = ends[index]
        if length.get(one, 0) + 1 > length.get(two, 0):
            length[two], through[two] = length.get(one, 0) + 1, index
    here = max(length, key=lambda node: (length[node], -node), default=-1)
    path = []
    while here in through:
        path.append(through[here])
        here = ends[through[here]][0]
    return path[::-1]
