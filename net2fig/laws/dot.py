"""How often Graphviz `dot` lets the lines of a drawing cross: the limit of L5.

`dot` is asked for straight lines through the places that it gives to long edges, which is what its
curves follow; two lines that leave or enter one vertex do not cross there.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from net2fig.geometry import Point
from net2fig.laws.shapes import crossing, segments
from net2fig.laws.sight import Plane


def crossings_of_dot(plane: Plane) -> int:
    """Return the number of crossings in the drawing that `dot` makes of the same graph."""
    import pygraphviz

    graph: Any = pygraphviz.AGraph(directed=True, strict=False)
    graph.graph_attr.update(rankdir="LR", splines="polyline", nodesep="0.3", ranksep="0.5")
    graph.node_attr.update(shape="box", width="0.1", height="0.1", label="", fixedsize="true")
    numbers: dict[str, int] = {}
    for wire in plane.wires:
        ends = [numbers.setdefault(id, len(numbers)) for id in (wire.source, wire.target)]
        graph.add_edge(*ends)
    graph.layout(prog="dot")
    lines = [_line(edge.attr["pos"]) for edge in graph.edges()]
    return sum(
        crossing(a, b, c, d) is not None
        for one, two in combinations(lines, 2)
        for a, b in segments(one)
        for c, d in segments(two)
    )


def _line(position: str) -> tuple[Point, ...]:
    """Return the corners of a line from `dot`'s words: an arrow's head, then triples of points."""
    places = []
    for word in position.replace("\\\n", "").split():
        *marks, x, y = word.split(",")
        if not marks:
            places.append(Point(float(x), float(y)))
    return tuple(places[::3])
