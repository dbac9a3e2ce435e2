"""Take a graph apart into what follows one another and what runs side by side.

A node is on the *spine* if all data passes through it. Between two neighbours on the spine, what
hangs together is a branch, and a direct edge is a skip; a branch is taken apart in turn. A branch
without a spine is *rigid*, unless one node gives to so many that all else falls apart without its
edges, as the last block of an encoder gives to each block of a decoder: its *context*. Seen `wide`,
a context may also be what alone feeds its readers, and what is read along skips within skips.

Sweep in topological order: no edge jumps over a node exactly if all data passes through it
(`graphs.bottlenecks`).

Requires: nodes in topological order.
Ensures: every node stands in the tree once; the time is linear in the size of each level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from net2fig.graphs import bottlenecks, components
from net2fig.group.graph import Graph

MANY = 3
"""How many nodes must read a node that is a context."""

AMBIENT = 6
"""How many nodes must read a node that may enter parallel paths anywhere."""

CHAIN = 3
"""A chain in a rigid part is of more nodes: what is shorter repeats nothing."""

LOCAL = 24
"""The most nodes of parallel paths within what is rigid."""

DEEPEST = 100
"""How deep branches may be nested; what is deeper counts as rigid."""


class Leaf(Struct, frozen=True):
    """One node of the spine, directly behind the one before it."""

    key: str


class Parallel(Struct, frozen=True):
    """Branches and skips from one node of the spine to the next, `join`, which belongs to them.

    `join` is empty where the branches end without meeting.
    """

    branches: tuple[Series, ...]
    skips: int
    join: str


class Rigid(Struct, frozen=True):
    """Nodes that hang together and have no spine.

    `blocks` are the parallel paths within, whose data come from one node and leave by their join
    alone: the residual blocks of a backbone from which other branches leave. `chains` are nodes of
    which each alone reads the one before it, where the graph is seen wide.
    """

    keys: tuple[str, ...]
    blocks: tuple[Parallel, ...] = ()
    chains: tuple[tuple[str, ...], ...] = ()


class Series(Struct, frozen=True):
    """What follows one another."""

    items: tuple[Item, ...]


Item = Leaf | Parallel | Rigid


def decompose(graph: Graph, *, wide: bool = False) -> Series:
    """Return the tree of a graph."""
    keys = list(graph.nodes)
    place = {key: number for number, key in enumerate(keys)}
    reads = [
        [place.get(source, -1) for source, _ in node.sources]
        or ([-1] if node.block.kind == "input" else [])
        for node in graph.nodes.values()
    ]
    read_by: list[list[int]] = [[] for _ in keys]
    for number, sources in enumerate(reads):
        for source in sources:
            if source >= 0:
                read_by[source].append(number)
    for key in graph.leaving():
        read_by[place[key]].append(len(keys))
    return _Sweep(keys, reads, read_by, wide=wide).whole()


def keys_of(item: Item | Series) -> Iterator[str]:
    """Yield the keys of the nodes in a part of the tree, the join last."""
    if isinstance(item, Leaf):
        yield item.key
    elif isinstance(item, Rigid):
        yield from item.keys
    elif isinstance(item, Series):
        for part in item.items:
            yield from keys_of(part)
    else:
        for branch in item.branches:
            yield from keys_of(branch)
        if item.join:
            yield item.join


def _holds_rigid(series: Series) -> bool:
    """Tell whether anything between the neighbours on a spine is rigid."""
    branches = (
        branch for item in series.items if isinstance(item, Parallel) for branch in item.branches
    )
    return any(isinstance(item, Rigid) for branch in branches for item in branch.items)


def _is_nested(item: Item) -> bool:
    """Tell whether one node is read along a skip again and again: skip within skip within skip."""
    for _ in range(MANY):
        if not isinstance(item, Parallel) or not item.skips or len(item.branches) != 1:
            return False
        item = item.branches[0].items[0]
    return True


def _is_rigid(item: Item | Series) -> bool:
    """Tell whether anything within a part of the tree is rigid."""
    if isinstance(item, Parallel):
        return any(map(_is_rigid, item.branches))
    return isinstance(item, Rigid) or (isinstance(item, Series) and any(map(_is_rigid, item.items)))


class _Sweep:
    """The sweep over regions: sorted lists of node numbers."""

    def __init__(
        self,
        keys: Sequence[str],
        reads: Sequence[list[int]],
        read_by: Sequence[list[int]],
        *,
        wide: bool,
    ) -> None:
        self.keys, self.reads, self.read_by, self.wide = keys, reads, read_by, wide
        self.place = {key: number for number, key in enumerate(keys)}
        self.least_read = [min(sources, default=node) for node, sources in enumerate(reads)]
        self.last_reader = [max(readers, default=-1) for readers in read_by]
        self.rootless: set[int] = set()
        for node, sources in enumerate(reads):
            if self.rootless.issuperset(sources):
                self.rootless.add(node)

    def whole(self) -> Series:
        """Return the tree of all nodes."""
        region = list(range(len(self.keys)))
        # Where all data passes one node, the graph hangs together.
        parts = [region] if self.spine(region) else self.components(region)
        if len(parts) == 1:
            return self.loose(self.series(region, 0), 0)
        return Series((Parallel(tuple(self.series(part, 1) for part in parts), 0, ""),))

    def components(self, region: Sequence[int]) -> list[list[int]]:
        """Return what hangs together in a region, in order of first nodes."""
        if self.chain(region):
            return [list(region)]
        return components(region, ((s, node) for node in region for s in self.reads[node]))

    def chain(self, region: Sequence[int]) -> bool:
        """Tell whether each node of a region reads the one before it and nothing else."""
        return all(self.reads[node] == [before] for before, node in pairwise(region))

    def spine(self, region: Sequence[int]) -> list[int]:
        """Return the nodes of a region that no edge jumps over.

        What is outside of a region stands before all of it, or behind all of it.
        """
        first, far = region[0], -1
        for node in region:
            # Data from outside jumps over all that stands before the last node that reads it.
            if self.least_read[node] < first:
                far = node
        return bottlenecks(region, self.last_reader, far)

    def series(self, region: Sequence[int], depth: int) -> Series:
        """Return the tree of a region that hangs together."""
        if len(region) == 1:
            return Series((Leaf(self.keys[region[0]]),))
        spine = self.spine(region)
        if not spine or depth > DEEPEST:
            keys = tuple(self.keys[node] for node in region)
            chains = self.chains(region) if self.wide else ()
            return Series((Rigid(keys, self.local_blocks(region, depth), chains),))
        items: list[Item] = []
        place = {node: number for number, node in enumerate(region)}
        last = -1
        for join in spine:
            between = region[last + 1 : place[join]]
            if between:
                items.append(self.parallel(between, join, depth))
            else:
                items.append(Leaf(self.keys[join]))
            last = place[join]
        if last + 1 < len(region):
            parts = self.components(region[last + 1 :])
            branches = tuple(self.series(part, depth + 1) for part in parts)
            items.append(Parallel(branches, 0, ""))
        found = Series(tuple(items))
        if not _holds_rigid(found) and not (self.wide and any(map(_is_nested, found.items))):
            return found
        # What joins the branches in the end may belong to the last of what is equal in one.
        return self.without_context(region, depth) or self.loosened(found, depth)

    def loosened(self, found: Series, depth: int) -> Series:
        """Return a tree with its rigid branches taken apart, where they have a context."""

        def opened(item: Item) -> Item:
            if not isinstance(item, Parallel):
                return item
            branches = tuple(self.loose(branch, depth + 1) for branch in item.branches)
            return Parallel(branches, item.skips, item.join)

        return Series(tuple(map(opened, found.items)))

    def loose(self, branch: Series, depth: int) -> Series:
        """Return a branch taken apart, if it is rigid and has a context."""
        item = branch.items[0]
        if len(branch.items) > 1 or not isinstance(item, Rigid):
            return branch
        region = [self.place[key] for key in item.keys]
        return self.without_context(region, depth) or branch

    def without_context(self, region: Sequence[int], depth: int) -> Series | None:
        """Return the tree of a region of which nothing is rigid but for the node read by most.

        What leads to that node and what follows it are branches, so that no part of the tree holds
        it but as its last.
        """
        inside = set(region)
        readers = {node: [r for r in self.read_by[node] if r in inside] for node in region}
        context = max(region, key=lambda node: len(readers[node]))
        if len(readers[context]) < MANY or depth > DEEPEST:
            return None
        reads, held = self.reads, set(readers[context])
        cut = [
            ([source for source in sources if source != context] or [-1])
            if node in held
            else sources
            for node, sources in enumerate(reads)
        ]
        read_by = [list(found) for found in self.read_by]
        # Whatever its readers are, they are elsewhere: nothing that holds it may go on behind it.
        read_by[context] = [len(reads)]
        sweep = _Sweep(self.keys, cut, read_by, wide=self.wide)
        parts = sweep.components(region)
        apart = [part for part in parts if held.intersection(part)]
        unfed = [part for part in apart if not self.is_fed(part, context)]
        most_unfed = 1 if self.wide else 0
        if len(unfed) > most_unfed or any(context in part for part in apart):
            return None
        if self.wide:
            # What reads the context alone stands where it is read, but for what begins a part.
            entries = {part[0] for part in unfed}
            cut = [[] if s == [-1] and n in held - entries else s for n, s in enumerate(cut)]
            sweep = _Sweep(self.keys, cut, read_by, wide=True)
        branches = tuple(sweep.series(part, depth + 1) for part in parts)
        found = Series((Parallel(branches, 0, ""),))
        # What the context alone feeds, as it feeds queries that are learned, goes on behind it.
        is_open = _holds_rigid(found) or (unfed and any(map(_is_rigid, branches)))
        return None if is_open else found

    def is_fed(self, part: Sequence[int], context: int) -> bool:
        """Tell whether a part is fed by something else than the context."""
        inside = set(part) | {context}
        return any(source not in inside for node in part for source in self.reads[node])

    def chains(self, region: Sequence[int]) -> tuple[tuple[str, ...], ...]:
        """Return the longest chains in a region, of nodes that could be met again."""
        chains: list[list[int]] = []
        ends: dict[int, list[int]] = {}
        for node in region:
            before = self.reads[node]
            chain = ends.pop(before[0], None) if len(before) == 1 else None
            if chain is None or self.read_by[before[0]] != [node]:
                chain = []
                chains.append(chain)
            chain.append(node)
            ends[node] = chain
        return tuple(tuple(self.keys[n] for n in chain) for chain in chains if len(chain) > CHAIN)

    def local_blocks(self, region: Sequence[int], depth: int) -> tuple[Parallel, ...]:
        """Return the parallel paths in a rigid region that nothing enters or leaves in between.

        Seen wide, what very many read, such as the time of a diffusion, may enter them.
        """
        if depth > DEEPEST:
            return ()
        ambient = {node for node in region if len(self.read_by[node]) >= AMBIENT}
        if self.wide and ambient:
            cut = [
                [source for source in sources if source not in ambient] for sources in self.reads
            ]
            read_by = [[len(cut)] if n in ambient else held for n, held in enumerate(self.read_by)]
            rest = [node for node in region if node not in ambient]
            return _Sweep(self.keys, cut, read_by, wide=False).local_blocks(rest, depth)
        found: list[Parallel] = []
        held: set[int] = set()
        inside = set(region)
        for join in reversed(region):
            between = self.between(join) if join not in held else []
            if between and inside.issuperset(between):
                held.update(between)
                found.append(self.parallel(between, join, depth))
        return tuple(reversed(found))

    def between(self, join: int) -> list[int]:
        """Return the nodes on the paths to a join from the one node that all of them pass.

        A walk backwards takes the last node that is not yet taken; where one alone is left, all
        paths pass it. What comes from nowhere is taken at once.
        """
        ahead = set(self.reads[join])
        taken: set[int] = set()
        while len(ahead) > 1 and len(taken) < LOCAL:
            node = max(ahead & self.rootless or ahead)
            ahead.remove(node)
            taken.add(node)
            ahead.update(self.reads[node])
        if len(ahead) != 1 or ahead == {-1}:
            return []
        allowed = taken | {join}
        leaks = any(not allowed.issuperset(self.read_by[node]) for node in taken)
        return [] if leaks else sorted(taken)

    def parallel(self, between: Sequence[int], join: int, depth: int) -> Parallel:
        """Return the branches between two neighbours on the spine, and the join."""
        inside = set(between)
        branches = tuple(self.series(part, depth + 1) for part in self.components(between))
        # What the join reads beside them is the neighbour before it: no edge jumps over that.
        direct = [source for source in self.reads[join] if source not in inside]
        return Parallel(branches, len(direct), self.keys[join])
