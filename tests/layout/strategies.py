"""Random graphs for the laws of the layout."""

from __future__ import annotations

from hypothesis import strategies as st

from net2fig.geometry import Size
from net2fig.layout import Edge, Node
from tests.layout.graphs import Graph, made

HEIGHTS = st.sampled_from([6.0, 12.5, 20.0, 44.0])
WIDTHS = st.sampled_from([4.0, 10.0, 30.0])
MEETINGS = st.sampled_from(["handles", "fan", "port", "side"])
LABELS = st.sampled_from([None, None, Size(12.0, 5.0), Size(26.0, 5.0)])


@st.composite
def pairs(draw: st.DrawFn, most: int = 14, inputs: int = 3) -> list[tuple[int, int]]:
    """Draw the edges of a graph whose nodes read mostly from those shortly before them."""
    count = draw(st.integers(2, most))
    found = []
    for target in range(1, count):
        near = st.integers(max(0, target - 4), target - 1)
        sources = draw(st.lists(near | st.integers(0, target - 1), min_size=1, max_size=inputs))
        found += [(source, target) for source in sources]
    return found


@st.composite
def graphs(draw: st.DrawFn, most: int = 14, *, sized: bool = True) -> Graph:
    """Draw a graph; of equal glyphs, or with sizes and labels of its own."""
    ends = draw(pairs(most))
    count = max(max(pair) for pair in ends) + 1
    ids = [f"n{number}" for number in range(count)]
    plain = made(ids, [(ids[source], ids[target]) for source, target in ends])
    return draw(dressed(plain)) if sized else plain


@st.composite
def dressed(draw: st.DrawFn, plain: Graph) -> Graph:
    """Draw sizes for a graph: what leaves a glyph is as high on every line, as in a network."""
    nodes = []
    for node in plain.nodes:
        height = draw(HEIGHTS)
        label = draw(st.sampled_from([0.0, 8.0, 36.0]))
        below = 9.5 if label else 0.0
        nodes.append(
            Node(
                node.id,
                draw(WIDTHS),
                height,
                draw(HEIGHTS),
                0.0,
                below,
                label,
                entering=draw(MEETINGS),
                leaving=draw(MEETINGS),
            )
        )
    right = {node.id: node.right for node in nodes}
    edges = tuple(
        Edge(edge.source, edge.target, right[edge.source], right[edge.source], draw(LABELS))
        for edge in plain.edges
    )
    return Graph(tuple(nodes), edges)


def series_parallel() -> st.SearchStrategy[Graph]:
    """Draw a graph made of single steps by putting graphs after and beside each other."""
    return _trees().map(_unfolded)


Tree = tuple[str, list["Tree"]]


def _trees() -> st.SearchStrategy[Tree]:
    def larger(children: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        several = st.lists(children, min_size=2, max_size=4)
        return st.tuples(st.sampled_from(["after", "beside"]), several)

    leaf: st.SearchStrategy[Tree] = st.just(("step", []))
    return st.recursive(leaf, larger, max_leaves=12)


def _unfolded(tree: Tree) -> Graph:
    ends: list[tuple[int, int]] = []
    count = 2

    def unfold(part: Tree, source: int, target: int) -> None:
        nonlocal count
        sort, parts = part
        if sort == "step":
            ends.append((source, target))
        elif sort == "beside":
            for each in parts:
                unfold(each, source, target)
        else:
            between = list(range(count, count + len(parts) - 1))
            count += len(between)
            for each, one, two in zip(parts, [source, *between], [*between, target], strict=True):
                unfold(each, one, two)

    unfold(tree, 0, 1)
    return _sorted(count, ends)


def _sorted(count: int, ends: list[tuple[int, int]]) -> Graph:
    """Return the graph with its nodes in a topological order: by their depth."""
    depth = [0] * count
    for _ in range(count):
        for source, target in ends:
            depth[target] = max(depth[target], depth[source] + 1)
    order = sorted(range(count), key=lambda node: (depth[node], node))
    return made([f"n{n}" for n in order], [(f"n{s}", f"n{t}") for s, t in ends])
