"""How often Graphviz `dot` lets the lines of a drawing cross: the limit of L5.

`dot` is asked for straight lines through the places that it gives to long edges, which is what its
curves follow; two lines that leave or enter one vertex do not cross there.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise
from typing import Any, Final

from net2fig.geometry import Point
from net2fig.laws.reader_view import SeenDrawing

Line = tuple[Point, ...]

TOUCHING: Final = 0.1
"""How near two lines are, in points, when they lie on each other."""


def count_dot_crossings(plane: SeenDrawing) -> int | None:
    """Return the number of crossings in the drawing that `dot` makes of the same graph.

    Without Graphviz, which only this law needs, it is not known.
    """
    try:
        import pygraphviz
    except ImportError:
        return None

    graph: Any = pygraphviz.AGraph(directed=True, strict=False)
    graph.graph_attr.update(rankdir="LR", splines="polyline", nodesep="0.3", ranksep="0.5")
    graph.node_attr.update(shape="box", width="0.1", height="0.1", label="", fixedsize="true")
    graph.edge_attr.update(arrowhead="none")  # lines would end before it, and cross nothing there
    numbers: dict[str, int] = {}
    # `dot` spreads lines with the same ends, and lets them cross each other, which they need not.
    strands = Counter((wire.source, wire.target) for wire in plane.lines)
    for pair, count in strands.items():
        ends = [numbers.setdefault(id, len(numbers)) for id in pair]
        graph.add_edge(*ends, comment=count)
    graph.layout(prog="dot")
    lines = [(_parse_line(e.attr["pos"]), int(e.attr["comment"])) for e in graph.edges()]
    return sum(
        _count_changes(one, two) * strands_of_one * strands_of_two
        for (one, strands_of_one), (two, strands_of_two) in combinations(lines, 2)
    )


def _count_changes(one: Line, two: Line) -> int:
    """Return how often two lines change places on their way to the right.

    `dot` may lay one on the other for a while, so it does not do to look where they intersect.
    """
    first, last = max(one[0].x, two[0].x), min(one[-1].x, two[-1].x)
    places = sorted({first, last, *(p.x for p in (*one, *two) if first < p.x < last)})
    apart = [_find_height(one, x) - _find_height(two, x) for x in places if first < last]
    above = [distance > 0 for distance in apart if abs(distance) > TOUCHING]
    return sum(before != after for before, after in pairwise(above))


def _find_height(line: Line, x: float) -> float:
    """Return where a line is at an x that it comes to."""
    for a, b in pairwise(line):
        if x <= b.x:
            share = (x - a.x) / (b.x - a.x) if b.x > a.x else 1.0
            return a.y + share * (b.y - a.y)
    return line[-1].y


def _parse_line(position: str) -> Line:
    """Return the corners of a line from `dot`'s words: every third point is one."""
    pairs = (word.split(",") for word in position.replace("\\\n", "").split())
    return tuple(Point(float(x), float(y)) for x, y in pairs)[::3]
