"""Take small groups apart again that occur inside of other groups only.

A definition costs its place in the legend. A group that is met once in the body of one other group
or two, and nowhere else, is better shown there, as long as these bodies stay small.

Requires: a graph whose groups are complete.
Ensures: the layers of every group stay the same; a group that remains is met elsewhere too, stands
several times in the one that holds it, or is too large to be shown there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from net2fig.group.assemble import inner_first, occurrences, rewritten, shown
from net2fig.group.graph import GATE, Graph, Node
from net2fig.group.search.score import OVERHEAD

LARGEST = 9
"""How many nodes a body may have when the groups inside of it are taken apart."""

LARGEST_NESTED = 16
"""How many if it stands in a body itself: readers follow one level, hardly two."""


def inline(graph: Graph, tokens: Sequence[str]) -> tuple[Graph, tuple[str, ...]]:
    """Return the graph without the groups that are better shown in another, and what remains."""
    gone: set[str] = set()
    for token in inner_first(occurrences(graph, tokens)):
        met = occurrences(graph, tokens)
        if token in met and _dissolves(graph, token, met):
            gone.add(token)
            graph = rewritten(graph, partial(_without, token))
    return graph, tuple(token for token in tokens if token not in gone)


def _dissolves(graph: Graph, token: str, met: Mapping[str, Sequence[Node]]) -> bool:
    if any(node.token == token for node in graph.nodes.values()):
        return False
    # A gate such as squeeze-and-excite is a thing of its own for readers.
    if shown(met[token]).members[-1].entry == GATE:
        return False
    holders = _holders(token, met)
    size = len(shown(met[token]).members)
    # Shown in every body that holds it, it may cost no more than an entry of its own.
    if not holders or size * len(holders) > size + OVERHEAD + len(holders):
        return False
    # A variant would not show that it is one.
    if any(node.variant for node in met[token]):
        return False
    nested = any(_holders(holder, met) for holder in holders)
    most = LARGEST_NESTED if nested else LARGEST
    return all(_shows_once(token, met[holder], most) for holder in holders)


def _holders(token: str, met: Mapping[str, Sequence[Node]]) -> list[str]:
    """Return the groups in whose occurrences a group stands."""
    return [
        other
        for other, nodes in met.items()
        if any(member.token == token for node in nodes for member in node.members)
    ]


def _shows_once(token: str, nodes: Sequence[Node], most: int) -> bool:
    """Tell whether the body shown of a group holds another once, and stays small with it."""
    if any(sum(member.token == token for member in node.members) > 1 for node in nodes):
        return False
    outer = shown(nodes).members
    inner = next((member for member in outer if member.token == token), None)
    return inner is not None and len(outer) - 1 + len(inner.members) <= most


def _without(token: str, node: Node) -> Node:
    """Return a node with the members of one group in the place of the group."""
    if not any(member.token == token for member in node.members):
        return node
    members: list[Node] = []
    for member in node.members:
        members += member.members if member.token == token else (member,)
    return replace(node, members=tuple(members))
