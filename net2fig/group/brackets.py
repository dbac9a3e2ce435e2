"""Draw equal runs of several blocks once, in a bracket with the number of times that they occur.

    a → b → a → b → a → b   becomes   [a → b] ×3

A bracket needs no entry in the legend, so it is what a run is given that occurs in one place; a
run met in several places is a group (`windows` decides by what costs less).

Requires: a graph of which equal neighbours are folded.
Ensures: the turns of a bracket follow one another directly, hold the same things of the same sizes
and are as short as they can be; brackets do not overlap. What stands for all turns has the keys of
the last, and reads what the first one read.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from net2fig.group.graph import Graph, Node
from net2fig.group.search.signatures import Classes, Line, Part, labelled_tree
from net2fig.outline import Bracket

LONGEST = 12
"""The most blocks of one turn: what is longer is not taken in at a glance."""


LEAST = 2
"""How many glyphs a bracket must save: two pairs read as well without."""


class Run(Struct, frozen=True):
    """Turns of `length` parts in a line, the first of which begins at `start`."""

    start: int
    length: int
    turns: int

    def saved(self) -> int:
        """Return how many parts need not be drawn; the bracket itself costs one."""
        return self.length * (self.turns - 1) - 1


def bracketed(graph: Graph) -> tuple[Graph, tuple[Bracket, ...]]:
    """Return the graph with equal runs contracted into one turn, and the brackets around these."""
    nodes = dict(graph.nodes)
    brackets = []
    for line in labelled_tree(graph, Classes()).lines():
        for run in _runs([_look(graph, part) for part in line.parts]):
            turns = [_keys(line, run, turn) for turn in range(run.turns)]
            if not _alike(graph, turns):
                continue
            nodes |= {node.key: node for node in _turned(graph, turns)}
            for key in (key for turn in turns[:-1] for key in turn):
                del nodes[key]
            brackets.append(Bracket(turns[-1], run.turns))
    if not brackets:
        return graph, ()
    return Graph(nodes, graph.inputs, graph.outputs, graph.extents), tuple(brackets)


def _look(graph: Graph, part: Part) -> Hashable:
    """Return what must be equal of two parts; nothing is equal to what no bracket may hold."""
    if part.open or len(part.keys) > 1:
        return object()
    node = graph.nodes[part.exit]
    extent = graph.output(node.key)
    if extent is None:
        return object()
    block = node.block
    return (
        part.cls,
        node.fold_key,
        extent,
        block.count,
        block.shared,
        node.changes_resolution,
        node.variant,
        node.dilations,
    )


def _runs(looks: Sequence[Hashable]) -> Iterator[Run]:
    """Yield runs that do not overlap, from the left, at each place the one that saves most."""
    ends = {length: _ends(looks, length) for length in range(2, LONGEST + 1)}
    start = 0
    while start < len(looks):
        found = [
            Run(start, length, (end - start) // length)
            for length in ends
            if (end := ends[length][start]) - start >= 2 * length
        ]
        # The shortest turn of those that save as much.
        best = max(found, key=lambda run: (run.saved(), -run.length), default=None)
        if best is None or best.saved() < LEAST:
            start += 1
        else:
            yield best
            start += best.length * best.turns


def _ends(looks: Sequence[Hashable], length: int) -> list[int]:
    """Return for each place how far what follows repeats itself after so many parts."""
    ends = [0] * len(looks)
    for start in range(len(looks) - 1, -1, -1):
        again = start + length < len(looks) and looks[start] == looks[start + length]
        if not again:
            ends[start] = min(start + length, len(looks))
        else:
            ends[start] = ends[start + 1]
    return ends


def _keys(line: Line, run: Run, turn: int) -> tuple[str, ...]:
    first = run.start + turn * run.length
    return tuple(key for part in line.parts[first : first + run.length] for key in part.keys)


def _alike(graph: Graph, turns: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether all turns but the first read the one before and, for the rest, the same."""
    rest = set()
    for before, turn in pairwise(turns):
        sources = {source for key in turn for source, _ in graph.nodes[key].sources}
        rest.add(frozenset(sources - {*turn, *before}))
    first = {source for key in turns[0] for source, _ in graph.nodes[key].sources}
    return len(rest) == 1 and all(shared <= first for shared in rest)


def _turned(graph: Graph, turns: Sequence[tuple[str, ...]]) -> Iterator[Node]:
    """Yield the nodes that stand for all turns, in the places of the last."""
    last = dict(zip(turns[0], turns[-1], strict=True))
    for same in zip(*turns, strict=True):
        nodes = [graph.nodes[key] for key in same]
        first, stays = nodes[0], nodes[-1]
        block = replace(
            first.block,
            id=stays.block.id,
            layers=tuple(id for node in nodes for id in node.block.layers),
            output=stays.block.output,
        )
        sources = tuple((last.get(source, source), port) for source, port in first.sources)
        yield replace(first, key=stays.key, block=block, sources=sources)
