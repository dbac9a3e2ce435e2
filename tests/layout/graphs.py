"""Small graphs in a line each, and the sizes that they are drawn with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from msgspec.structs import replace

from net2fig.geometry import Size
from net2fig.layout import Edge, Node, Spacing

SPACING = Spacing(gap=(6.0, 26.0), lane=5.0, handle=2.4, label=2.4, row=14.0)


@dataclass(frozen=True, slots=True)
class Graph:
    """What the layout is given."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def at(self) -> dict[str, int]:
        """The position of every node."""
        return {node.id: position for position, node in enumerate(self.nodes)}

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The ends of every edge."""
        return [(edge.source, edge.target) for edge in self.edges]


def graph(paths: str, *, small: str = "") -> Graph:
    """Return the graph of some paths, "a b c, a c"; nodes named in `small` are points.

    Nodes stand in the order of their mention, as far as the edges allow.
    """
    steps = [path.split() for path in paths.split(",")]
    waiting = list(dict.fromkeys(id for path in steps for id in path))
    pairs = [pair for path in steps for pair in pairwise(path)]
    ids: list[str] = []
    while waiting:
        ready = (id for id in waiting if not any(s in waiting for s, t in pairs if t == id))
        ids.append(next(ready))
        waiting.remove(ids[-1])
    return made(ids, pairs, small.split())


def made(ids: list[str], pairs: list[tuple[str, str]], small: list[str] | None = None) -> Graph:
    """Return a graph in which every glyph and every handle has the same size."""
    points = set(small or ())
    nodes = tuple(
        Node(id, 0.0, 0.0, 0.0, small=True) if id in points else Node(id, 10.0, 20.0, 20.0)
        for id in ids
    )
    at = {id: position for position, id in enumerate(ids)}
    assert all(at[source] < at[target] for source, target in pairs), "not topological"
    edges = tuple(
        Edge(s, t, 0.0 if s in points else 20.0, 0.0 if t in points else 20.0) for s, t in pairs
    )
    return Graph(nodes, edges)


def labelled(drawing: Graph, width: float = 24.0) -> Graph:
    """Return the graph with a label on every line and one beneath every glyph."""
    return Graph(
        tuple(
            node if node.small else replace(node, below=10.0, label=width) for node in drawing.nodes
        ),
        tuple(replace(edge, label=Size(width, 5.0)) for edge in drawing.edges),
    )


def pointed(drawing: Graph) -> Graph:
    """Return the graph with a point wherever data forks or joins."""
    pairs = drawing.pairs
    sources, targets = Counter(s for s, _ in pairs), Counter(t for _, t in pairs)
    ids = [node.id for node in drawing.nodes]
    return made(ids, pairs, [id for id in ids if sources[id] != 1 or targets[id] != 1])


def skips(count: int) -> Graph:
    """Return a chain with a way around every second and third node, as a residual network has."""
    ids = [f"n{number}" for number in range(count)]
    around = [(ids[start], ids[start + 3]) for start in range(0, count - 3, 3)]
    return made(ids, [*pairwise(ids), *around])


BRANCHES = [f"b{number}" for number in range(10)]
INPUTS = [f"i{number}" for number in range(20)]

CASES: dict[str, Graph] = {
    "chain": graph("a b c d e"),
    "residual": graph("a b c d e, b d"),
    "u": graph("a b c d e f g, c e, b f, a g"),
    "inception": graph("a b z, a c d z, a e f z, a g h z, z y"),
    "two inputs": graph("a c, b c, c d"),
    "two outputs": graph("a b, b c, b d"),
    "both sides": graph("a c, b c, c d, c e, d f, e f"),
    "ten branches": made(
        ["s", *BRANCHES, "t"], [("s", b) for b in BRANCHES] + [(b, "t") for b in BRANCHES]
    ),
    "twenty inputs": made([*INPUTS, "sum"], [(i, "sum") for i in INPUTS]),
    "twice the same": graph("a b c, a b"),
    "dense block": graph("a b c d e, a c, a d, a e, b d, b e, c e"),
    "must cross": made(list("abcxyz"), [(s, t) for s in "abc" for t in "xyz"]),
    "apart": graph("a b c, x y"),
    "alone": graph("a"),
    "points": graph("a p b c q d, p q", small="p q"),
    "points, many": graph("a p b q z, p c d q, p e f q, p q", small="p q"),
}
PLANAR = [name for name in CASES if name not in ("dense block", "must cross")]
