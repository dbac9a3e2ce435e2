"""Fold runs that are joined by nested skips: what leaves the first of one is read by the last of
the other.

    a → a → a → … → b → b → b        becomes    a ×3 → … → b ×3
    │   │   └───────┘   │   │                   └──── ×3 ────┘
    │   └───────────────┘   │
    └───────────────────────┘

Requires: what `fold` requires.
Ensures: what `fold` ensures, but that the units of one run may read the nested outputs of another,
and of others before it. A link from a run stands for one of each of its units.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from net2fig.group.fold import fold, foldable, sort_nodes
from net2fig.group.graph import SIDE, Graph, Node, Tensor


class Nested(Struct, frozen=True):
    """The keys of a run, the place among its sources of the skip, and what each unit reads there.

    `givers` are the ends of what gives the skips, and how many units give one each.
    """

    units: tuple[str, ...]
    skip: int
    read: tuple[Tensor, ...]
    givers: Mapping[str, int]


def fold_nested(graph: Graph) -> Graph:
    """Return the graph with every run of equal neighbours as one node, nested ones as well."""
    found = find_nested(graph)
    folded = fold(_untangled(graph, found))
    while kept := [nested for nested in found if not _is_folded(folded, nested)]:
        found = [nested for nested in found if nested not in kept]
        folded = fold(_untangled(graph, found))
    nodes = dict(folded.nodes)
    for nested in found:
        node = nodes[nested.units[-1]]
        sources = list(node.sources)
        sources[nested.skip : nested.skip + 1] = [
            (key, SIDE if count > 1 else 0) for key, count in nested.givers.items()
        ]
        nodes[node.key] = replace(node, sources=tuple(sources))
    return replace(folded, nodes=sort_nodes(list(nodes.values())))


def _is_folded(folded: Graph, nested: Nested) -> bool:
    """Tell whether the runs of nested skips are nodes, each of as many units as give or read one.

    They are not where there is more to a run.
    """
    counts = {nested.units[-1]: len(nested.units), **nested.givers}
    nodes = folded.nodes
    return all(key in nodes and nodes[key].block.count == n for key, n in counts.items())


def find_nested(graph: Graph) -> list[Nested]:
    """Return the runs whose units read nested skips."""
    place = {key: number for number, key in enumerate(graph.nodes)}
    chains: dict[str, list[Node]] = {}
    for node in graph.nodes.values():
        before = next((chains[key] for key, _ in node.sources if key in chains), None)
        if before and _continues(graph, before[-1], node):
            del chains[before[-1].key]
            chains[node.key] = [*before, node]
        elif node.members and len(node.sources) > 1:
            chains[node.key] = [node]
    return [
        nested
        for chain in chains.values()
        if len(chain) > 1 and (nested := _nest(graph, chain, place))
    ]


def _continues(graph: Graph, last: Node, node: Node) -> bool:
    """Tell whether a group is read by an equal one alone, which reads as many tensors."""
    return (
        graph.readers(last.key) == (node.key,)
        and last.key not in graph.leaving()
        and len(last.sources) == len(node.sources)
        and foldable(graph, last, node, among=True)
    )


def _nest(graph: Graph, chain: Sequence[Node], place: Mapping[str, int]) -> Nested | None:
    """Return how the units of a chain read skips, if all they read beside these is the same."""
    columns = list(zip(*(node.sources for node in chain), strict=True))
    links = [(before.key, 0) for before in chain[:-1]]
    varying = [number for number, column in enumerate(columns) if len(set(column)) > 1]
    skips = [number for number in varying if list(columns[number][1:]) != links]
    if len(varying) != 2 or len(skips) != 1:
        return None
    read = columns[skips[0]]
    order = [place.get(key, -1) for key, _ in read]
    if min(order) < 0 or order != sorted(set(order), reverse=True):
        return None
    givers = dict(_list_givers(graph, list(zip(read, chain, strict=True))))
    return Nested(tuple(node.key for node in chain), skips[0], read, givers)


def _list_givers(graph: Graph, pairs: Sequence[tuple[Tensor, Node]]) -> Iterator[tuple[str, int]]:
    """Yield the ends of the runs that give skips, the latest first, and how many each gives."""
    end, count = pairs[0][0][0], 1
    for (before, _), (tensor, reader) in pairwise(pairs):
        one, two = graph.nodes[tensor[0]], graph.nodes[before[0]]
        follows = (
            tensor[1] == before[1] == 0
            and tensor in two.sources
            and set(graph.readers(one.key)) == {two.key, reader.key}
            and foldable(graph, one, two, among=len(two.sources) > 1)
        )
        if follows:
            count += 1
            continue
        yield end, count
        end, count = one.key, 1
    yield end, count


def _untangled(graph: Graph, found: Sequence[Nested]) -> Graph:
    """Return the graph in which all units of a run read the skip that the first one reads."""
    if not found:
        return graph
    nodes, extents = dict(graph.nodes), dict(graph.extents)
    for nested in found:
        tensor = (nested.read[0][0], SIDE)
        extents |= {(key, SIDE): graph.extents.get((key, 0)) for key in nested.givers}
        for key in nested.units:
            sources = list(nodes[key].sources)
            sources[nested.skip] = tensor
            nodes[key] = replace(nodes[key], sources=tuple(sources))
    return replace(graph, nodes=nodes, extents=extents)
