"""Combs: equal units in a chain, each with one side output to the same merge.

    x → unit → unit → unit →        the side output s of each unit goes to M
          s└────┬s────┬s─→ M

A group has one way out, and a unit of a comb has two. So while groups are looked for, M does not
read the units, and the point e through which all data of a unit pass after s reads s, as if it
*held* it: then s belongs to the group that ends in e. Afterwards M reads a second tensor of e, its
*side*, where e is a group that holds s, and s itself where it is not.

Requires: nothing is grouped or folded; the ports of tensors are not negative.
Ensures: `attached` undoes `detached`, but for groups that hold what a merge reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.graphs import bottlenecks
from net2fig.group.fold import sort_nodes
from net2fig.group.graph import HOLD, SIDE, Graph, Node, Tensor

LEAST = 3
"""How many units make a comb."""


class Comb(Struct, frozen=True):
    """A merge, and the end of each unit by the tensor of the unit that the merge reads."""

    merge: str
    ends: Mapping[Tensor, str]


def detached(graph: Graph) -> tuple[Graph, tuple[Comb, ...]]:
    """Return the graph with the units of its combs taken off their merges, and the combs."""
    nodes = dict(graph.nodes)
    extents = dict(graph.extents)
    combs: list[Comb] = []
    used: set[str] = set()
    for key, node in graph.nodes.items():
        if node.block.kind != "merge" or len(set(node.sources)) < LEAST or node.members:
            continue
        ends = _ends(graph, node)
        # A unit has one side output.
        if len(ends) < LEAST or used.intersection(ends.values()):
            continue
        used.update(ends.values())
        combs.append(Comb(key, ends))
        kept = tuple(tensor for tensor in node.sources if tensor not in ends)
        # A merge that read nothing would be no part of the network.
        nodes[key] = replace(nodes[key], sources=kept or ((ends[node.sources[-1]], 0),))
        for (source, port), end in ends.items():
            extents[end, SIDE] = extents[source, HOLD] = graph.extents.get((source, port))
            if source != end:
                held = (*nodes[end].sources, (source, HOLD))
                nodes[end] = replace(nodes[end], sources=held)
    if not combs:
        return graph, ()
    ordered = sort_nodes(list(nodes.values()))
    return Graph(ordered, graph.inputs, graph.outputs, extents), tuple(combs)


def _ends(graph: Graph, merge: Node) -> dict[Tensor, str]:
    """Return the end of the unit of each tensor that a merge reads, where there is one."""
    cones = {tensor: _cone(graph, tensor[0], merge.key) for tensor in dict.fromkeys(merge.sources)}
    roots = {tensor: _roots(graph, tensor, cone) for tensor, cone in cones.items()}
    read = {source for source, _ in merge.sources}
    for tensor, found in roots.items():
        # What leads from one source to another is a unit, the last of its chain.
        if cones[tensor] and len(found) == 1 and found[0] in read:
            cones[tensor], roots[tensor] = set(), [tensor[0]]
    # Branches of one fork are no units of a chain.
    if len({frozenset(found) for found in roots.values()}) < LEAST:
        return {}
    # What leads to a merge from several places is more than a side output.
    aside = {key for tensor, cone in cones.items() if len(roots[tensor]) == 1 for key in cone}
    spine = _spine(graph, merge.key, aside)
    ends: dict[Tensor, str] = {}
    for tensor, found in roots.items():
        if len(found) != 1 or tensor[1] or merge.sources.count(tensor) > 1:
            continue
        place = spine.place.get(found[0], -1)
        own = not cones[tensor]
        if not own and place in spine.points:
            # What begins between two units belongs to neither.
            return {}
        after = [each for each in spine.points if each > place or (own and each == place)]
        if place >= 0 and after:
            ends[tensor] = spine.keys[after[0]]
    return ends if len(set(ends.values())) == len(ends) else {}


def _cone(graph: Graph, source: str, merge: str) -> set[str]:
    """Return what leads to one source of a merge and nowhere else."""
    if graph.readers(source) != (merge,) or source in graph.leaving():
        return set()
    cone: set[str] = set()
    waiting = [source]
    while waiting:
        key = waiting.pop()
        if key in cone or key in graph.leaving() or not graph.nodes[key].sources:
            continue
        if key == source or cone.issuperset(graph.readers(key)):
            cone.add(key)
            waiting += [source for source, _ in graph.nodes[key].sources]
    return cone


def _roots(graph: Graph, tensor: Tensor, cone: set[str]) -> list[str]:
    """Return what the cone of a tensor reads; the tensor itself where there is none."""
    if not cone:
        return [tensor[0]]
    read = (source for key in cone for source, _ in graph.nodes[key].sources)
    return list(dict.fromkeys(source for source in read if source not in cone))


class Spine(Struct, frozen=True):
    """What stands before a merge and is no side output, and the places that all data pass."""

    keys: Sequence[str]
    place: Mapping[str, int]
    points: Sequence[int]


def _spine(graph: Graph, merge: str, aside: set[str]) -> Spine:
    before = _reach(merge, lambda key: (source for source, _ in graph.nodes[key].sources))
    trunk = before - aside - {merge}
    last = [merge, *(key for key in graph.nodes if key in trunk)][-1]
    # What goes on behind the last unit need not come to the merge.
    gone = _reach(merge, graph.readers) | aside
    behind = _reach(last, lambda key: (each for each in graph.readers(key) if each not in gone))
    inside = (before | behind) - gone
    keys = [key for key in graph.nodes if key in inside]
    place = {key: number for number, key in enumerate(keys)}
    reach = []
    for number, key in enumerate(keys):
        readers = [place[reader] for reader in graph.readers(key) if reader in place]
        reach.append(max(readers, default=number))
    return Spine(keys, place, bottlenecks(range(len(keys)), reach, 0))


def _reach(start: str, step: Callable[[str], Iterable[str]]) -> set[str]:
    """Return what is met from a node on, itself included."""
    met: set[str] = set()
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key not in met:
            met.add(key)
            waiting += step(key)
    return met


def attached(graph: Graph, original: Graph, combs: Sequence[Comb]) -> Graph | None:
    """Return the graph with its combs put back; None where a group holds a part of a unit."""
    nodes = dict(graph.nodes)
    for comb in combs:
        if comb.merge not in nodes or nodes[comb.merge].members:
            return None
        sources: list[Tensor] = []
        for tensor in original.nodes[comb.merge].sources:
            end = comb.ends.get(tensor)
            if end is None:
                sources.append(tensor)
            elif end in nodes and _holds(nodes[end], tensor[0]):
                sources.append((end, SIDE))
            elif end in nodes and tensor[0] in nodes:
                sources.append(tensor)
            else:
                return None
        nodes[comb.merge] = replace(nodes[comb.merge], sources=tuple(sources))
    return released(
        Graph(sort_nodes(list(nodes.values())), graph.inputs, graph.outputs, graph.extents)
    )


def _holds(group: Node, key: str) -> bool:
    return bool(group.members) and (group.key == key or any(m.key == key for m in group.members))


def released(graph: Graph) -> Graph:
    """Return the graph whose layers hold nothing: each merge reads the side outputs of groups."""
    held = {
        node.key: source
        for node in graph.nodes.values()
        for source, port in node.sources
        if port == HOLD
    }
    nodes = {}
    for key, node in graph.nodes.items():
        sources = [
            (held.get(source, source), 0)
            if port == SIDE and not _is_group(graph, source)
            else (source, port)
            for source, port in node.sources
            if port != HOLD
        ]
        nodes[key] = replace(node, sources=tuple(sources))
    return Graph(sort_nodes(list(nodes.values())), graph.inputs, graph.outputs, graph.extents)


def _is_group(graph: Graph, key: str) -> bool:
    return key in graph.nodes and bool(graph.nodes[key].members)
