"""Repeated cones in rigid parts: what leads to one node and nowhere else.

Where every cell reads the two cells before it, there is no node that all data passes, and there are
no blocks. But a cell still has one way out. Its *cone* is what a fan-out-free walk backwards from
there collects: every node whose readers have all been collected. A cell that feeds nothing but
the next one is swallowed by the cone of that one; so, once a cone has been found elsewhere, it is
looked for as a template too.

Requires: a labelled tree (`labelled_tree`).
Ensures: a cone has one way out and may have several ways in; cones stop at cones found before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from heapq import heappop, heappush

from msgspec import Struct

from net2fig.group.fold import runs
from net2fig.group.graph import CONCATENATE, Graph
from net2fig.group.search.score import Candidate, Occurrence, gain
from net2fig.group.search.signatures import Line

LARGEST = 60
"""The most nodes of a cone: what is larger has swallowed its neighbours."""

LEAST = 3
"""The fewest nodes of a cone."""

TAIL = 3
"""How many parts behind the join of a rigid part may still belong to it."""

OUTSIDE = -1
"""Stands for a source outside of the cone."""

Form = tuple[tuple[str, tuple[int, ...]], ...]
"""A cone described from its exit backwards: each node's repeat key, and which nodes it reads."""


class Region(Struct, frozen=True):
    """A rigid part, in topological order, with the node that joins it."""

    keys: tuple[str, ...]


def cones(graph: Graph, whole: Line, stops: Collection[str]) -> list[Candidate]:
    """Return the repeated cone that gains most, if one gains at all; `stops` are repeat keys."""
    best: list[Candidate] = []
    most = 0
    for region in regions(whole):
        for candidate in _candidates(graph, region, stops):
            if candidate.most() > most:
                value = gain(graph, candidate)
                if value > most:
                    best, most = [candidate], value
    return best


def regions(whole: Line) -> Iterator[Region]:
    """Yield the rigid parts of a tree, each with its join and the layers right behind it.

    Those may belong to the last cell, as they do to the cells before it.
    """
    for line in whole.lines():
        for number, part in enumerate(line.parts):
            inner = [branch.parts[0] for branch in part.branches if len(branch.parts) == 1]
            if part.join and any(branch.rigid for branch in inner):
                tail = line.parts[number + 1 : number + 1 + TAIL]
                yield Region(part.keys + tuple(key for leaf in tail for key in leaf.keys))
            elif part.rigid and line is whole:
                yield Region(part.keys)
            elif part.branches and not part.join:
                yield from (Region(branch.keys) for branch in inner if branch.rigid)


def single(graph: Graph, whole: Line, stops: Collection[str]) -> list[Occurrence]:
    """Return the cones that are left when all repeats are found, none within another."""
    found: list[Occurrence] = []
    # What stands behind the join of one region may be the beginning of the next.
    taken: set[str] = set()
    for region in regions(whole):
        place = {key: number for number, key in enumerate(region.keys)}
        for exit in reversed(region.keys):
            keys = () if exit in taken else cone(graph, place, exit, stops)
            if keys and taken.isdisjoint(keys):
                taken.update(keys)
                found.append(Occurrence(keys, _size(graph, keys)))
    return found


def _candidates(graph: Graph, region: Region, stops: Collection[str]) -> list[Candidate]:
    place = {key: number for number, key in enumerate(region.keys)}
    found: dict[Form, dict[str, tuple[str, ...]]] = {}
    for exit in region.keys:
        keys = cone(graph, place, exit, stops)
        if len(keys) >= LEAST:
            found.setdefault(form(graph, keys), {})[exit] = keys
    candidates = []
    for shape, members in found.items():
        if len(members) > 1:
            _complete(graph, place, shape, members)
            size = _size(graph, next(iter(members.values())))
            ordered = sorted(members.items(), key=lambda item: place[item[0]])
            occurrences = tuple(Occurrence(keys, size) for _, keys in ordered)
            candidates.append(Candidate(occurrences, size))
    return candidates


def _size(graph: Graph, keys: Sequence[str]) -> int:
    return len(runs(graph, [graph.nodes[key] for key in keys]))


def cone(graph: Graph, place: dict[str, int], exit: str, stops: Collection[str]) -> tuple[str, ...]:
    """Return the cone of a node that joins or forks data, in topological order.

    A layer that changes the resolution leads to what follows: it is the end of nothing.
    """
    node = graph.nodes[exit]
    alone = len(node.sources) < 2 and len(graph.readers(exit)) < 2
    if alone or node.repeat_key in stops or (node.changes_resolution and not node.members):
        return ()
    leaving = graph.leaving()
    inside: set[str] = {exit}
    # The latest first: then all readers of a node have been seen before it.
    waiting = [(-place[source], source) for source in _inner(graph, place, exit)]
    waiting.sort()
    while waiting and len(inside) <= LARGEST:
        _, key = heappop(waiting)
        if key in inside or key in leaving or graph.nodes[key].repeat_key in stops:
            continue
        if graph.nodes[key].block.kind == "input":
            continue
        if all(reader in inside for reader in graph.readers(key)):
            inside.add(key)
            for source in _inner(graph, place, key):
                heappush(waiting, (-place[source], source))
    if len(inside) > LARGEST:
        return ()
    return tuple(sorted(inside, key=place.__getitem__))


def _inner(graph: Graph, place: dict[str, int], key: str) -> list[str]:
    return [source for source, _ in graph.nodes[key].sources if source in place]


def form(graph: Graph, keys: Sequence[str]) -> Form:
    """Return the description of a cone; equal descriptions mean equal cones.

    A concatenation of nothing but what is outside counts the same whatever it joins.
    """
    order = ordered(graph, keys)
    number = {key: place for place, key in enumerate(order)}
    return tuple((graph.nodes[key].repeat_key, _reads(graph, key, number)) for key in order)


def ordered(graph: Graph, keys: Sequence[str]) -> list[str]:
    """Return the nodes of a cone in the order of its description, the exit first."""
    inside = set(keys)
    met: dict[str, None] = {}
    waiting = [keys[-1]]
    while waiting:
        key = waiting.pop()
        if key not in met:
            met[key] = None
            sources = [source for source, _ in graph.nodes[key].sources if source in inside]
            waiting.extend(reversed(sources))
    return list(met)


def _reads(graph: Graph, key: str, number: dict[str, int]) -> tuple[int, ...]:
    node = graph.nodes[key]
    read = tuple(number.get(source, OUTSIDE) for source, _ in node.sources)
    if node.entry == CONCATENATE and set(read) == {OUTSIDE}:
        return (OUTSIDE,)
    return read


def _complete(
    graph: Graph,
    place: dict[str, int],
    shape: Form,
    members: dict[str, tuple[str, ...]],
) -> None:
    """Add the places where a form stands although the cone there is larger."""
    taken = {key for keys in members.values() for key in keys}
    for exit in place:
        if exit not in taken and graph.nodes[exit].repeat_key == shape[0][0]:
            keys = match_form(graph, place, shape, exit)
            if keys and not taken.intersection(keys):
                members[exit] = keys
                taken.update(keys)


def match_form(graph: Graph, place: dict[str, int], shape: Form, exit: str) -> tuple[str, ...]:
    """Return the nodes that have a form and end at a node; nothing if there are none."""
    at: dict[int, str] = {0: exit}
    for number, (repeat_key, read) in enumerate(shape):
        key = at.get(number)
        if key is None or graph.nodes[key].repeat_key != repeat_key:
            return ()
        sources = [source for source, _ in graph.nodes[key].sources]
        if read == (OUTSIDE,) and graph.nodes[key].entry == CONCATENATE:
            continue
        if len(sources) != len(read):
            return ()
        for source, wanted in zip(sources, read, strict=True):
            if wanted != OUTSIDE and (
                source not in place or at.setdefault(wanted, source) != source
            ):
                return ()
    inside = set(at.values())
    if inside & graph.leaving() - {exit}:
        return ()
    closed = all(reader in inside for key in inside - {exit} for reader in graph.readers(key))
    keys = tuple(sorted(inside, key=place.__getitem__))
    return keys if closed and form(graph, keys) == shape else ()
