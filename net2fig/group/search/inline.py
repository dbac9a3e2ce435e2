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


def inline(graph: Graph, repeat_keys: Sequence[str]) -> tuple[Graph, tuple[str, ...]]:
    """Return the graph without the groups that are better shown in another, and what remains."""
    gone: set[str] = set()
    for repeat_key in inner_first(occurrences(graph, repeat_keys)):
        met = occurrences(graph, repeat_keys)
        if repeat_key in met and _dissolves(graph, repeat_key, met):
            gone.add(repeat_key)
            graph = rewritten(graph, partial(_without, repeat_key))
    return graph, tuple(repeat_key for repeat_key in repeat_keys if repeat_key not in gone)


def _dissolves(graph: Graph, repeat_key: str, met: Mapping[str, Sequence[Node]]) -> bool:
    if any(node.repeat_key == repeat_key for node in graph.nodes.values()):
        return False
    # A gate such as squeeze-and-excite is a thing of its own for readers.
    if shown(met[repeat_key]).members[-1].entry == GATE:
        return False
    holders = _holders(repeat_key, met)
    size = len(shown(met[repeat_key]).members)
    # Shown in every body that holds it, it may cost no more than an entry of its own.
    if not holders or size * len(holders) > size + OVERHEAD + len(holders):
        return False
    # A variant would not show that it is one.
    if any(node.variant for node in met[repeat_key]):
        return False
    nested = any(_holders(holder, met) for holder in holders)
    most = LARGEST_NESTED if nested else LARGEST
    return all(_shows_once(repeat_key, met[holder], most) for holder in holders)


def _holders(repeat_key: str, met: Mapping[str, Sequence[Node]]) -> list[str]:
    """Return the groups in whose occurrences a group stands."""
    return [
        other
        for other, nodes in met.items()
        if any(member.repeat_key == repeat_key for node in nodes for member in node.members)
    ]


def _shows_once(repeat_key: str, nodes: Sequence[Node], most: int) -> bool:
    """Tell whether the body shown of a group holds another once, and stays small with it."""
    if any(sum(member.repeat_key == repeat_key for member in node.members) > 1 for node in nodes):
        return False
    outer = shown(nodes).members
    inner = next((member for member in outer if member.repeat_key == repeat_key), None)
    return inner is not None and len(outer) - 1 + len(inner.members) <= most


def _without(repeat_key: str, node: Node) -> Node:
    """Return a node with the members of one group in the place of the group."""
    if not any(member.repeat_key == repeat_key for member in node.members):
        return node
    members: list[Node] = []
    core = set(node.core)
    for member in node.members:
        inner = member.members if member.repeat_key == repeat_key else (member,)
        members += inner
        core |= {each.key for each in inner} if member.key in core else set()
    return replace(node, members=tuple(members), core=frozenset(core))
