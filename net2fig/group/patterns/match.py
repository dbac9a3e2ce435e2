"""Find what a pattern describes.

A match is grown backwards from its last node: what a node reads tells what must come before it.

Requires: a graph in topological order.
Ensures: a match has one way out, and one way in: either all that it reads from outside is one
node's, or its first node alone reads from outside. Where the pattern names its inputs, each of
them is a tensor of its own, and a match reads nothing else. Matches share no node; of two that
overlap, the one whose end comes first is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from net2fig.group.graph import Graph, Node, Tensor, entering
from net2fig.pattern import Atom, Paths, Series, accepts

Test = Callable[[Atom, Node], bool]


Ways = tuple[tuple[int, Tensor], ...]
"""Which tensors the inputs are that a pattern names, by their numbers."""


class Partial(Struct, frozen=True):
    """A part of a match: its nodes, and the one node outside that feeds it, if it is known.

    `ways` are the inputs at which its paths begin; where all of them do, there is no `fork`.
    """

    keys: frozenset[str]
    fork: Tensor | None = None
    ways: Ways = ()


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
            if not taken & partial.keys and _closed(graph, partial, end):
                taken |= partial.keys
                members = sorted(partial.keys, key=place.__getitem__)
                found.append(tuple(graph.nodes[key] for key in members))
                break
    return found


def _test(atom: Atom, node: Node) -> bool:
    block = node.block
    return accepts(atom, block.words, block.kind, block.attributes)


def _closed(graph: Graph, partial: Partial, end: str) -> bool:
    """Tell whether only the end is read from outside, and the ways in are those asked for."""
    keys, leaving = partial.keys, graph.leaving()
    for key in keys:
        outside = key in leaving or any(reader not in keys for reader in graph.readers(key))
        if outside and key != end:
            return False
    members = [graph.nodes[key] for key in keys]
    if partial.ways:
        return set(entering(members)) == {tensor for _, tensor in partial.ways}
    fed = [node for node in members if any(source not in keys for source, _ in node.sources)]
    return len({source for source, _ in entering(members)}) == 1 or len(fed) == 1


class _Matcher:
    """Grows matches backwards; remembers how much was tried."""

    def __init__(self, graph: Graph, test: Test) -> None:
        self.graph, self.test, self.steps = graph, test, 0

    def ending(self, series: Series, end: str) -> Iterator[Partial]:
        """Yield the ways in which a pattern may end at a node."""
        self.steps = 0
        yield from self.back(series.items, end, whole=True, entry=series.entry)

    def back(
        self, items: tuple[Atom | Paths, ...], key: str, *, whole: bool, entry: int = 0
    ) -> Iterator[Partial]:
        """Yield the ways to match items that end at a node.

        `whole` tells that the first item begins the pattern: it may read whatever it likes. Else
        what it reads must be one node, the fork, or the one tensor that is the input `entry`.
        """
        self.steps += 1
        if self.steps > MOST_STEPS or key not in self.graph.nodes:
            return
        node, last = self.graph.nodes[key], items[-1]
        if isinstance(last, Paths) or not self.test(last, node):
            return
        before = items[:-1]
        sources = list(node.sources)
        one = len({source for source, _ in sources}) == 1
        if not before:
            if entry and len(set(sources)) == 1:
                yield Partial(frozenset((key,)), None, ((entry, sources[0]),))
            elif not entry and (whole or one):
                yield Partial(frozenset((key,)), sources[0] if one else None)
        elif isinstance(before[-1], Paths):
            for part in self.branches(before[-1].branches, sources):
                for rest in self.rest(before[:-1], part.fork, whole=whole, entry=entry):
                    ways = joined(part.ways, rest.ways)
                    if ways is not None:
                        yield Partial(part.keys | rest.keys | {key}, rest.fork, ways)
        elif one:
            for rest in self.back(before, sources[0][0], whole=whole, entry=entry):
                yield Partial(rest.keys | {key}, rest.fork, rest.ways)

    def rest(
        self, items: tuple[Atom | Paths, ...], fork: Tensor | None, *, whole: bool, entry: int
    ) -> Iterator[Partial]:
        """Yield the ways to match what stands before parallel paths, from the fork backwards."""
        if items and fork is not None:
            yield from self.back(items, fork[0], whole=whole, entry=entry)
        elif not items and entry and fork is not None:
            yield Partial(frozenset(), None, ((entry, fork),))
        elif not items:
            yield Partial(frozenset(), fork)

    def branches(self, branches: tuple[Series, ...], sources: list[Tensor]) -> Iterator[Partial]:
        """Yield the ways to give every branch one of the sources, all from one fork."""
        if len(branches) == len(sources):
            yield from self._branches(branches, sources, Partial(frozenset()))

    def _branches(
        self, branches: tuple[Series, ...], sources: list[Tensor], made: Partial
    ) -> Iterator[Partial]:
        if not branches:
            if made.fork is not None or made.ways:
                yield made
            return
        # Paths with layers first: the identity path takes what is the fork of the others.
        chosen = next((number for number, branch in enumerate(branches) if branch.items), 0)
        branch, others = branches[chosen], branches[:chosen] + branches[chosen + 1 :]
        for number, source in enumerate(sources):
            if source[0] in (other for other, _ in sources[:number]) and not branch.entry:
                continue
            left = sources[:number] + sources[number + 1 :]
            for part in self._branch(branch, source):
                both = together(made, part)
                if both is not None:
                    yield from self._branches(others, left, both)

    def _branch(self, branch: Series, source: Tensor) -> Iterator[Partial]:
        """Yield the ways in which one path may end at a tensor."""
        if branch.items:
            for part in self.back(branch.items, source[0], whole=False, entry=branch.entry):
                if part.fork is not None or part.ways:
                    yield part
        elif branch.entry:
            yield Partial(frozenset(), None, ((branch.entry, source),))
        else:
            yield Partial(frozenset(), source)


def together(one: Partial, other: Partial) -> Partial | None:
    """Return two parallel paths as one part; None where they share nodes or begin apart."""
    if one.keys & other.keys:
        return None
    if one.fork and other.fork and one.fork[0] != other.fork[0]:
        return None
    ways = joined(one.ways, other.ways)
    return None if ways is None else Partial(one.keys | other.keys, one.fork or other.fork, ways)


def joined(ways: Ways, others: Ways) -> Ways | None:
    """Return the inputs of two parts; None where one number means two tensors, or the reverse.

    >>> joined(((1, ("a", 0)),), ((2, ("a", 0)),)) is None
    True
    """
    both = dict(ways)
    for number, tensor in others:
        if both.setdefault(number, tensor) != tensor:
            return None
    return tuple(both.items()) if len(set(both.values())) == len(both) else None
