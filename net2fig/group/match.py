"""Find what a pattern describes.

A match is grown backwards from its last node: what a node reads tells what must come before it.

Requires: a graph in topological order.
Ensures: a match has one way out, and one way in: either all that it reads from outside is one
node's, or its first node alone reads from outside. Matches share no node; of two that overlap, the
one whose end comes first is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from net2fig.group.graph import Graph, Node, entering
from net2fig.group.pattern import Atom, Paths, Series, accepts

Test = Callable[[Atom, Node], bool]


class Partial(Struct, frozen=True):
    """A part of a match: its nodes, and the one node outside that feeds it, if it is known."""

    keys: frozenset[str]
    fork: str | None = None
    steps: int = 0


MOST_STEPS = 10_000
"""How much is tried from one end before a pattern counts as not matched there."""


def matches(graph: Graph, series: Series, test: Test | None = None) -> list[tuple[Node, ...]]:
    """Return the matches of a pattern, each in topological order, the exit last."""
    place = {key: number for number, key in enumerate(graph.nodes)}
    matcher = _Matcher(graph, test or _test)
    taken: set[str] = set()
    found = []
    for end in graph.nodes:
        for partial in matcher.ending(series, end):
            if not taken & partial.keys and _closed(graph, partial.keys, end):
                taken |= partial.keys
                members = sorted(partial.keys, key=place.__getitem__)
                found.append(tuple(graph.nodes[key] for key in members))
                break
    return found


def _test(atom: Atom, node: Node) -> bool:
    block = node.block
    return accepts(atom, block.type, block.kind, block.name, block.config)


def _closed(graph: Graph, keys: frozenset[str], end: str) -> bool:
    """Tell whether nothing but the end is read from outside, and whether there is one way in."""
    leaving = graph.leaving()
    for key in keys:
        outside = key in leaving or any(reader not in keys for reader in graph.readers(key))
        if outside and key != end:
            return False
    members = [graph.nodes[key] for key in keys]
    fed = [node for node in members if any(source not in keys for source, _ in node.sources)]
    return len({source for source, _ in entering(members)}) == 1 or len(fed) == 1


class _Matcher:
    """Grows matches backwards; remembers how much was tried."""

    def __init__(self, graph: Graph, test: Test) -> None:
        self.graph, self.test, self.steps = graph, test, 0

    def ending(self, series: Series, end: str) -> Iterator[Partial]:
        """Yield the ways in which a pattern may end at a node."""
        self.steps = 0
        yield from self.back(series.items, end, whole=True)

    def back(self, items: tuple[Atom | Paths, ...], key: str, *, whole: bool) -> Iterator[Partial]:
        """Yield the ways to match items that end at a node.

        `whole` tells that the first item begins the pattern: it may read whatever it likes. Else
        what it reads must be one node, the fork.
        """
        self.steps += 1
        if self.steps > MOST_STEPS or key not in self.graph.nodes:
            return
        node, last = self.graph.nodes[key], items[-1]
        if isinstance(last, Paths) or not self.test(last, node):
            return
        before = items[:-1]
        sources = [source for source, _ in node.sources]
        if not before:
            forks = set(sources)
            if whole or len(forks) == 1:
                yield Partial(frozenset((key,)), sources[0] if len(forks) == 1 else None)
        elif isinstance(before[-1], Paths):
            for keys, fork in self.branches(before[-1].branches, sources):
                for rest in self.rest(before[:-1], fork, whole=whole):
                    yield Partial(keys | rest.keys | {key}, rest.fork)
        elif len(set(sources)) == 1:
            for rest in self.back(before, sources[0], whole=whole):
                yield Partial(rest.keys | {key}, rest.fork)

    def rest(self, items: tuple[Atom | Paths, ...], fork: str, *, whole: bool) -> Iterator[Partial]:
        """Yield the ways to match what stands before parallel paths, from the fork backwards."""
        if items:
            yield from self.back(items, fork, whole=whole)
        else:
            yield Partial(frozenset(), fork)

    def branches(
        self, branches: tuple[Series, ...], sources: list[str]
    ) -> Iterator[tuple[frozenset[str], str]]:
        """Yield the ways to give every branch one of the sources, all from one fork."""
        if len(branches) == len(sources):
            yield from self._branches(branches, sources, None, frozenset())

    def _branches(
        self,
        branches: tuple[Series, ...],
        sources: list[str],
        fork: str | None,
        keys: frozenset[str],
    ) -> Iterator[tuple[frozenset[str], str]]:
        if not branches:
            if fork is not None:
                yield keys, fork
            return
        # Paths with layers first: the identity path takes what is the fork of the others.
        chosen = next((number for number, branch in enumerate(branches) if branch.items), 0)
        branch, others = branches[chosen], branches[:chosen] + branches[chosen + 1 :]
        for number, source in enumerate(sources):
            if source in sources[:number]:
                continue
            left = sources[:number] + sources[number + 1 :]
            if not branch.items:
                if fork in (None, source):
                    yield from self._branches(others, left, source, keys)
                continue
            for part in self.back(branch.items, source, whole=False):
                if part.fork is not None and fork in (None, part.fork) and not part.keys & keys:
                    yield from self._branches(others, left, part.fork, keys | part.keys)
