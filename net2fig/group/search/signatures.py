"""Label every part of the tree of a graph with what it is, so that equal parts are found.

Requires: the tree of a graph (`decompose`).
Ensures: two parts of one class look alike up to the order of their branches, the sizes of their
kernels beyond "pointwise or not", strides and features. The labels are numbers that stay the same
for as long as one `Classes` is used.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from msgspec import Struct

from net2fig.group.fold import foldable
from net2fig.group.graph import Graph
from net2fig.group.search.decompose import Item, Leaf, Parallel, Rigid, Series, decompose


class Classes:
    """Numbers for structures, given out in the order in which they are first met."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def number(self, structure: Hashable) -> int:
        """Return the number of a structure."""
        return self._numbers.setdefault(structure, len(self._numbers))


class Part(Struct, frozen=True):
    """One item of a line: what it is, which nodes it holds, how many glyphs it would take.

    `keys` are in topological order, the exit last. `branches` are the lines within; those of a
    rigid part are its local blocks. `open` tells that it cannot stand alone: it has several exits,
    or holds an input.
    """

    cls: int
    keys: tuple[str, ...]
    size: int
    open: bool = False
    join: str = ""
    skips: int = 0
    branches: tuple[Line, ...] = ()
    rigid: bool = False

    @property
    def exit(self) -> str:
        """The key of the node whose tensors leave it."""
        return self.keys[-1]


class Line(Struct, frozen=True):
    """Parts that follow one another, at a depth of nesting."""

    cls: int
    parts: tuple[Part, ...]
    depth: int
    size: int

    def held(self) -> Iterator[str]:
        """Yield the keys of all nodes of the line."""
        for part in self.parts:
            yield from part.keys

    def lines(self) -> Iterator[Line]:
        """Yield the line and all lines within it, outer before inner."""
        waiting = [self]
        while waiting:
            line = waiting.pop()
            yield line
            inner = [branch for part in line.parts for branch in part.branches]
            waiting.extend(reversed(inner))


def labelled_tree(graph: Graph, classes: Classes, *, wide: bool = False) -> Line:
    """Return the labelled tree of a graph; `wide` is of `decompose`."""
    place = {key: number for number, key in enumerate(graph.nodes)}
    return _Labeller(graph, classes, place).line(decompose(graph, wide=wide), 0)


class _Labeller:
    def __init__(self, graph: Graph, classes: Classes, place: dict[str, int]) -> None:
        self.graph, self.classes, self.place = graph, classes, place

    def line(self, series: Series, depth: int) -> Line:
        parts = tuple(self.part(item, depth) for item in series.items)
        structure = tuple(part.cls for part in parts)
        cls = structure[0] if len(structure) == 1 else self.classes.number(("series", *structure))
        return Line(cls, parts, depth, self.folded(parts))

    def folded(self, parts: tuple[Part, ...]) -> int:
        """Return how many glyphs parts take that follow one another."""
        total = 0
        for number, part in enumerate(parts):
            before = parts[number - 1] if number else None
            if before is None or not folds(self.graph, before, part):
                total += part.size
        return total

    def part(self, item: Item, depth: int) -> Part:
        if isinstance(item, Leaf):
            node = self.graph.nodes[item.key]
            return Part(
                self.classes.number(node.repeat_key),
                (item.key,),
                1,
                open=node.block.kind == "input",
            )
        if isinstance(item, Rigid):
            return self.rigid(item, depth)
        return self.parallel(item, depth)

    def parallel(self, item: Parallel, depth: int) -> Part:
        # Branches that end without meeting are drawn in the figure as any line is.
        inner = depth + 1 if item.join else depth
        branches = tuple(self.line(branch, inner) for branch in item.branches)
        keys = [key for branch in branches for key in branch.held()]
        if item.join:
            keys.append(item.join)
        join = self.graph.nodes[item.join].repeat_key if item.join else ""
        structure = ("parallel", *sorted(branch.cls for branch in branches), item.skips, join)
        holds_input = any(self.graph.nodes[key].block.kind == "input" for key in keys)
        return Part(
            cls=self.classes.number(structure),
            keys=tuple(sorted(keys, key=self.place.__getitem__)),
            size=sum(branch.size for branch in branches) + bool(item.join),
            open=not item.join or holds_input,
            join=item.join,
            skips=item.skips,
            branches=branches,
        )

    def rigid(self, item: Rigid, depth: int) -> Part:
        blocks = self.whole(item, depth)
        chains = [self.line(Series(tuple(map(Leaf, keys))), depth) for keys in item.chains]
        return Part(
            cls=self.classes.number(("rigid", *shape_of(self.graph, item.keys))),
            keys=item.keys,
            size=len(item.keys),
            open=True,
            branches=(*(Line(part.cls, (part,), depth + 1, part.size) for part in blocks), *chains),
            rigid=True,
        )

    def whole(self, item: Rigid, depth: int) -> list[Part]:
        """Return the blocks within what is rigid that stand for themselves.

        They follow an equal one or are followed by one, or hold a block: they are the stages of a
        backbone or a neck. So are those that are equal to such a block. Others are parts of cells,
        which are found as cones.
        """
        parts = {block.join: self.parallel(block, depth) for block in item.blocks}
        entries = {join: self.entry(part) for join, part in parts.items()}
        pairs = [
            (entry, join)
            for join, entry in entries.items()
            if entry in parts and parts[entry].cls == parts[join].cls
        ]
        equal = {join for pair in pairs for join in pair}
        # The head of a stage differs from the blocks beside it by its shortcut.
        chained = equal | {join for join, entry in entries.items() if entry in equal}
        chained |= {entry for join, entry in entries.items() if join in equal and entry in parts}
        chained |= {join for join, part in parts.items() if self.holds_block(part)}
        classes = {parts[join].cls for join in chained}
        chained |= {join for join, part in parts.items() if part.cls in classes}
        return [part for join, part in parts.items() if join in chained]

    def holds_block(self, part: Part) -> bool:
        """Tell whether parallel paths, or a group of them, begin within a branch of others."""
        inner = [inner for branch in part.branches for inner in branch.parts[1:]]
        return any(one.join or self.graph.nodes[one.exit].members for one in inner)

    def entry(self, part: Part) -> str:
        """Return the node from which the data of a part come; what many read stands far before."""
        inside = set(part.keys)
        sources = (source for key in part.keys for source, _ in self.graph.nodes[key].sources)
        return max(set(sources) - inside, key=self.place.__getitem__)


def folds(graph: Graph, before: Part, part: Part) -> bool:
    """Tell whether two neighbours in a line are single nodes that fold."""
    if before.cls != part.cls or len(part.keys) != 1:
        return False
    return foldable(graph, graph.nodes[before.exit], graph.nodes[part.exit])


def shape_of(graph: Graph, keys: tuple[str, ...]) -> tuple[Hashable, ...]:
    """Return a description of nodes and their edges from which they could be drawn again.

    Equal descriptions mean equal parts, since every edge stands in it; the nodes are put in an
    order that depends on their surroundings, so equal parts seldom differ in their descriptions.
    """
    inside = {key: number for number, key in enumerate(keys)}
    labels: dict[str, Hashable] = {}
    numbers: dict[Hashable, int] = {}
    for key in keys:
        node = graph.nodes[key]
        read = sorted(
            numbers[labels[source]] if source in inside else -1 for source, _ in node.sources
        )
        labels[key] = (node.repeat_key, *read)
        numbers.setdefault(labels[key], len(numbers))
    order = sorted(keys, key=lambda key: (numbers[labels[key]], inside[key]))
    place = {key: number for number, key in enumerate(order)}
    return tuple(
        (
            graph.nodes[key].repeat_key,
            *sorted(place.get(source, -1) for source, _ in graph.nodes[key].sources),
        )
        for key in order
    )
