"""What a placement promises, as checks; test_columns.py plants a breach of each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from net2fig.geometry import Box, Point
from net2fig.layout import Placement
from net2fig.layout.ports import TRACK
from tests.layout.graphs import SPACING, Graph

NEAR = 0.02
"""Heights are rounded to a thousandth of a point."""


def check_placement(drawing: Graph, placement: Placement) -> None:
    """Raise AssertionError unless all that holds of every placement holds of this one."""
    check_flow(drawing, placement)
    check_handles(drawing, placement)
    check_ends(drawing, placement)
    check_apart(drawing, placement)
    check_inside(drawing, placement)
    if not placement.crossings:
        check_straight(drawing, placement)
        check_passing(drawing, placement)
        check_labels(drawing, placement)


def check_flow(drawing: Graph, placement: Placement) -> None:
    """Along an edge the row does not go back, and x grows within a row."""
    for source, target in drawing.pairs:
        one, two = placement.nodes[source], placement.nodes[target]
        assert one.row <= two.row, f"{source} > {target} goes up"
        if one.row == two.row:
            assert one.x + one.width <= two.x + NEAR, f"{source} > {target} goes back"
    for routes in placement.routes:
        for route in routes:
            for before, after in pairwise(route):
                assert before.x <= after.x + NEAR, "a line goes back"


def check_handles(drawing: Graph, placement: Placement) -> None:
    """A side has a handle for each of its edges, of the edge's height, and handles keep apart.

    Where edges meet at a port or along a side, there is one handle, as high as the highest.
    """
    for node in drawing.nodes:
        placed = placement.nodes[node.id]
        into = sorted(edge.entering for edge in drawing.edges if edge.target == node.id)
        out_of = sorted(edge.leaving for edge in drawing.edges if edge.source == node.id)
        assert placed.width == node.width
        for side, wanted, alone, meeting in (
            (placed.left, into, node.left, node.entering),
            (placed.right, out_of, node.right, node.leaving),
        ):
            heights = sorted(handle.height for handle in side)
            wanted = wanted or [alone]
            if node.small:
                wanted = [alone]
            elif meeting != "handles" and len(heights) == 1:
                wanted = [max(wanted)]
            assert heights == wanted, node.id
            for upper, lower in pairwise(side):
                gap = lower.top - upper.bottom
                assert gap >= SPACING.handle - NEAR, f"handles of {node.id} are {gap} apart"


def check_ends(drawing: Graph, placement: Placement) -> None:
    """Every line begins and ends at a handle, in its middle where it has one of its own.

    Only lines from one side meet at one point.
    """
    nodes = {node.id: node for node in drawing.nodes}
    taken: set[tuple[str, str, float]] = set()
    for edge, routes in zip(drawing.edges, placement.routes, strict=True):
        one, two = placement.nodes[edge.source], placement.nodes[edge.target]
        first, last = routes[0][0], routes[-1][-1]
        for id, placed, at, x, side, name in (
            (edge.source, one, first, one.x + one.width, one.right, "right"),
            (edge.target, two, last, two.x, two.left, "left"),
        ):
            node = nodes[id]
            if node.small:
                assert placed.box.grown(NEAR).contains(Box(at.x, at.y, 0, 0)), f"misses {id}"
                continue
            assert abs(at.x - x) <= NEAR, f"{edge.source} > {edge.target} misses {id}"
            meeting = node.leaving if name == "right" else node.entering
            if meeting == "side":
                near = [h for h in side if h.top - NEAR <= at.y <= h.bottom + NEAR]
            else:
                near = [handle for handle in side if abs(handle.y - at.y) <= NEAR]
            assert len(near) == 1, f"{edge.source} > {edge.target} misses the handle of {id}"
            key = (id, name, at.y)
            port = meeting in ("fan", "port") and len(side) == 1
            assert port or key not in taken, f"two lines at one handle of {id}"
            taken.add(key)


def check_apart(drawing: Graph, placement: Placement) -> None:
    """No two glyphs of a row overlap, nor do rows."""
    boxes = [
        (node.id, placement.nodes[node.id].row, placement.nodes[node.id].box)
        for node in drawing.nodes
    ]
    for (one, row, here), (two, other, there) in combinations(boxes, 2):
        if row == other:
            assert not here.grown(-NEAR).overlaps(there), f"{one} and {two} overlap"
        else:
            upper, lower = (here, there) if row < other else (there, here)
            assert upper.bottom < lower.y, f"the rows of {one} and {two} overlap"


def check_inside(drawing: Graph, placement: Placement) -> None:
    """Everything, labels included, lies within the size that is told."""
    page = Box(0.0, 0.0, placement.size.width, placement.size.height).grown(0.51)
    for node in drawing.nodes:
        assert page.contains(placement.nodes[node.id].box), f"{node.id} is outside"
    for name, box in text_boxes(drawing, placement):
        assert page.contains(box), f"the label of {name} is outside"
    for routes in placement.routes:
        for point in (point for route in routes for point in route):
            assert page.contains(Box(point.x, point.y, 0.0, 0.0)), "a line is outside"


def check_straight(drawing: Graph, placement: Placement) -> None:
    """Every line is level, but where it turns at its ends: beside a glyph, or to meet a point."""
    for (source, target), routes in zip(drawing.pairs, placement.routes, strict=True):
        for route in routes:
            turns = [one.x for one, two in pairwise(route) if abs(one.y - two.y) > NEAR]
            first = bool(turns) and turns[0] <= _turn_beside(drawing, placement, source, 1)
            last = len(turns) > int(first) and turns[-1] >= _turn_beside(
                drawing, placement, target, -1
            )
            assert len(turns) <= first + last, f"{source} > {target} bends"
            for one, two in pairwise(route):
                assert one.x == two.x or abs(one.y - two.y) <= NEAR, f"{source} > {target} slants"


def _turn_beside(drawing: Graph, placement: Placement, id: str, away: int) -> float:
    """Return the x up to which lines may turn beside a glyph, to its right or to its left."""
    node = drawing.nodes[drawing.at[id]]
    placed = placement.nodes[id]
    lines = sum(id in pair for pair in drawing.pairs)
    overhang = max((node.label - node.width) / 2, 0.0) + SPACING.label
    far = max(SPACING.fork, overhang) + TRACK * lines
    return placed.x + placed.width / 2 + away * (placed.width / 2 + far)


def check_passing(drawing: Graph, placement: Placement) -> None:
    """No line passes through a glyph that it does not end at."""
    for (source, target), routes in zip(drawing.pairs, placement.routes, strict=True):
        for box in stretches(routes):
            for node in drawing.nodes:
                if node.id not in (source, target):
                    glyph = placement.nodes[node.id].box.grown(-NEAR)
                    assert not glyph.overlaps(box), f"{source} > {target} passes {node.id}"


def check_labels(drawing: Graph, placement: Placement) -> None:
    """No label touches another, a glyph or a line."""
    labels = list(text_boxes(drawing, placement))
    for (one, here), (two, there) in combinations(labels, 2):
        assert not here.overlaps(there), f"the labels of {one} and {two} overlap"
    for name, box in labels:
        for node in drawing.nodes:
            glyph = placement.nodes[node.id].box
            assert not box.overlaps(glyph), f"the label of {name} touches {node.id}"
        for (source, target), routes in zip(drawing.pairs, placement.routes, strict=True):
            for line in stretches(routes):
                touched = box.overlaps(line.grown(0.3))
                assert not touched, f"the label of {name} touches {source} > {target}"


def stretches(routes: tuple[tuple[Point, ...], ...]) -> Iterator[Box]:
    """Yield the box around each stretch of a line."""
    for route in routes:
        for one, two in pairwise(route):
            x, y = min(one.x, two.x), min(one.y, two.y)
            yield Box(x, y, abs(one.x - two.x), abs(one.y - two.y)).grown(1e-3)


def text_boxes(drawing: Graph, placement: Placement) -> Iterator[tuple[str, Box]]:
    """Yield the box of every label: beneath glyphs and over lines."""
    for node in drawing.nodes:
        if node.below and node.label:
            box = placement.nodes[node.id].box
            x = box.centre.x - node.label / 2
            yield node.id, Box(x, box.bottom + SPACING.label, node.label, node.below - 4.0)
    for edge, at in zip(drawing.edges, placement.labels, strict=True):
        assert (edge.label is None) == (at is None)
        if edge.label and at:
            size = edge.label
            box = Box(at.x - size.width / 2, at.y - size.height, size.width, size.height)
            yield f"{edge.source} > {edge.target}", box
