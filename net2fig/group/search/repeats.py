"""Find what is repeated, over the whole graph, and make groups of it.

Rounds: the repeated blocks that pay, inner before outer; when there are none, the bare leaders of
residual blocks; when there are none, the repeated cone, then larger blocks, and then the repeated
window, that gains most. After each, the graph is contracted and looked at anew, so groups nest.

Requires: a graph of which nothing is folded.
Ensures: a group is met at least twice; figure and legend together never grow.
"""

from __future__ import annotations

from msgspec import Struct, field

from net2fig.group.classes.class_calls import NO_CALLS, ClassCalls
from net2fig.group.graph import Graph, Node, contract
from net2fig.group.search.blocks import blocks, leaders
from net2fig.group.search.cells import family
from net2fig.group.search.cones import LARGEST, cones
from net2fig.group.search.score import Candidate, node_of, nodes_of
from net2fig.group.search.signatures import Classes, labelled_tree
from net2fig.group.search.windows import windows

MOST_GROUPS = 12
"""How many groups a legend may explain; the networks of the tests need 4 at most."""

TAKEN_IN = 24
"""The most glyphs of a block that is one thing for a reader; larger ones may hold cells."""

MOST_ROUNDS = 4 * MOST_GROUPS
"""A bound for networks made to be hard."""


class Search(Struct):
    """What is known between the rounds."""

    classes: Classes = field(default_factory=Classes)
    repeat_keys: list[str] = field(default_factory=list)
    families: dict[str, Candidate] = field(default_factory=dict)
    cones: set[str] = field(default_factory=set)
    calls: ClassCalls = NO_CALLS
    wide: bool = False


def repeats(
    graph: Graph, calls: ClassCalls = NO_CALLS, *, wide: bool = False
) -> tuple[Graph, tuple[str, ...]]:
    """Return the graph with its repeats contracted, and the keys of the groups."""
    search = Search(calls=calls, wide=wide)
    for _ in range(MOST_ROUNDS):
        known = len(search.repeat_keys)
        groups = _round(graph, search)
        if not groups or len(search.repeat_keys) > MOST_GROUPS:
            del search.repeat_keys[known:]
            break
        graph = contract(graph, groups)
    return graph, tuple(search.repeat_keys)


def _round(graph: Graph, search: Search) -> list[Node]:
    """Return the groups to make next."""
    whole = labelled_tree(graph, search.classes, wide=search.wide)
    found = blocks(graph, whole, TAKEN_IN)
    if found:
        return [node for candidate in found for node in _made(graph, candidate, search)]
    led = leaders(graph, whole, search.families, search.classes)
    if led:
        return [node_of(graph, occurrence, repeat_key) for repeat_key, occurrence in led]
    for candidate in cones(graph, whole, search.cones):
        whole_family = family(graph, whole, candidate, search.cones)
        search.cones.add(f"@{len(search.repeat_keys)}")
        return _made(graph, whole_family, search)
    found = blocks(graph, whole, LARGEST) or windows(graph, whole, search.calls)
    return [node for candidate in found for node in _made(graph, candidate, search)]


def _made(graph: Graph, candidate: Candidate, search: Search) -> list[Node]:
    repeat_key = f"@{len(search.repeat_keys)}"
    search.repeat_keys.append(repeat_key)
    if candidate.body:
        search.families[repeat_key] = candidate
    return nodes_of(graph, candidate, repeat_key)
