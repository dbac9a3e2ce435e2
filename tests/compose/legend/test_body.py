"""The body of a group as the legend shows it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from net2fig.compose.diagram import Diagram
from net2fig.compose.legend.body import CIRCLE, SWATCH_WIDTH, make_body_diagram, place_body
from net2fig.figure import draw
from net2fig.layout import Placement
from net2fig.network import Extent
from net2fig.outline import ENTRY, EXIT, Block, Definition, Link, Outline
from net2fig.scene import Text
from tests.compose.figures import linked, make_context, of_kind
from tests.group.nets import Builder
from tests.laws.scenes import block, residual


def body(*blocks: Block, links: str) -> Outline:
    """Return a body; "in", "in1" and "out" stand for what is outside."""
    names = {"in": ENTRY, "in1": ENTRY, "out": EXIT}
    pairs = [pair.split() for pair in links.split(",")]
    extent = Extent((8, 8), 4)
    return Outline(
        blocks,
        tuple(Link(names.get(s, s), names.get(t, t), extent, int(s == "in1")) for s, t in pairs),
    )


SEQUENCE = body(
    of_kind("a", "conv", 8, 8, 4), of_kind("b", "conv", 8, 8, 4), links="in a,a b,b out"
)
DENSE_BLOCK = body(
    of_kind("a", "conv", 8, 8, 4),
    block("cat", "Concatenate", "merge", 8, 8, 8),
    links="in a,in cat,a cat,cat out",
)
BRANCHES = body(
    *(of_kind(id, "conv", 8, 8, 4) for id in "abcd"),
    links=",".join(f"in {id},{id} out" for id in "abcd"),
)
GATE = body(
    of_kind("a", "conv", 8, 8, 4),
    of_kind("b", "conv", 8, 8, 4),
    block("mul", "Multiply", "merge", 8, 8, 4),
    links="in a,a b,a mul,b mul,mul out",
)
ATTENTION_GATE = body(
    of_kind("a", "conv", 8, 8, 4),
    of_kind("b", "conv", 8, 8, 4),
    block("sum", "Add", "merge", 8, 8, 4),
    block("mul", "Multiply", "merge", 8, 8, 4),
    links="in a,in1 b,a sum,b sum,in mul,sum mul,mul out",
)
BODIES = {
    "sequence": SEQUENCE,
    "residual": residual().body,
    "dense": DENSE_BLOCK,
    "branches": BRANCHES,
    "gate": GATE,
    "attention gate": ATTENTION_GATE,
}


def small(made: Outline) -> Diagram:
    whole = linked(*made.blocks)
    return make_body_diagram(Definition("g", made, 2, len(made.blocks)), make_context(whole))


def place(made: Outline, width: float = 400.0) -> tuple[Diagram, Placement]:
    found = small(made)
    return found, place_body(found, width)


@pytest.mark.parametrize("name", BODIES)
def test_every_block_is_drawn_between_where_data_comes_and_goes(name: str) -> None:
    made = BODIES[name]
    found, placement = place(made)
    assert list(found.glyphs) == [one.id for one in made.blocks]
    xs = [node.x for node in placement.nodes.values()]
    assert placement.nodes[ENTRY].x == min(xs)
    assert placement.nodes[EXIT].x == max(xs)
    assert placement.crossings == 0


@pytest.mark.parametrize("name", BODIES)
def test_nodes_stand_in_a_topological_order(name: str) -> None:
    found = small(BODIES[name])
    at = {node.id: place for place, node in enumerate(found.nodes)}
    assert all(at[edge.source] < at[edge.target] for edge in found.edges)


@pytest.mark.parametrize("name", BODIES)
def test_lines_turn_at_right_angles(name: str) -> None:
    _, placement = place(BODIES[name])
    for routes in placement.routes:
        for route in routes:
            for one, two in pairwise(route):
                assert one.x == two.x or abs(one.y - two.y) < 0.02


def test_data_forks_and_joins_at_points() -> None:
    found = small(BRANCHES)
    points = [node.id for node in found.nodes if node.small]
    assert points == [ENTRY, f"{ENTRY}@fork", f"{EXIT}@join", EXIT]


def test_a_merge_with_a_sign_is_a_circle() -> None:
    found = small(residual().body)
    (circle,) = (node for node in found.nodes if node.id == "sum")
    assert (circle.width, circle.left, circle.small) == (CIRCLE, CIRCLE, True)
    assert found.glyphs["sum"].look.sign == "+"
    assert "sum@join" not in [node.id for node in found.nodes]


def test_all_other_glyphs_are_of_one_size() -> None:
    found = small(residual().body)
    slabs = [node for node in found.nodes if not node.small]
    assert {(node.width, node.left, node.right) for node in slabs} == {
        (SWATCH_WIDTH, slabs[0].left, slabs[0].left)
    }


def test_many_branches_are_flatter() -> None:
    high = next(node.left for node in small(SEQUENCE).nodes if node.id == "a")
    flat = next(node.left for node in small(BRANCHES).nodes if node.id == "a")
    assert flat < high


def test_a_layer_tells_its_window_and_how_often_it_is_repeated() -> None:
    conv = of_kind("a", "conv", 8, 8, 4, count=2, kernel_size=[3, 3], strides=[2, 2])
    found = small(body(conv, links="in a,a out"))
    caption = found.glyphs["a"].caption
    assert caption is not None
    assert (caption.text, caption.badge, caption.more) == ("3×3 /2", "×2", ())
    assert caption.muted


def test_a_group_within_a_group_tells_no_window() -> None:
    inner = block("g", "Residual block", "group", 8, 8, 4, kernel_size=[3, 3])
    style = make_context(linked(inner, groups=(residual(),)))
    outer = Definition("outer", body(inner, links="in g,g out"), 1, 1)
    assert make_body_diagram(outer, style).glyphs["g"].caption is None


def test_the_way_around_lies_above() -> None:
    _, placement = place(residual().body)
    main = placement.nodes["a"].centre.y
    assert placement.nodes["sum"].centre.y == pytest.approx(main)
    top = min(point.y for routes in placement.routes for route in routes for point in route)
    assert top < main


def test_a_long_body_breaks_into_rows() -> None:
    many = [of_kind(f"c{n}", "conv", 8, 8, 4) for n in range(20)]
    links = ",".join(f"{a.id} {b.id}" for a, b in pairwise(many))
    made = body(*many, links=f"in c0,{links},c19 out")
    _, placement = place(made, 120.0)
    assert placement.rows > 1
    assert placement.size.width <= 120.0


def test_each_input_has_a_line_of_its_own() -> None:
    found, placement = place(ATTENTION_GATE)
    begins = {
        line.link.begin: routes[0][0]
        for line, routes in zip(found.lines, placement.routes, strict=True)
        if line.link.source == ENTRY
    }
    first, second = begins[ENTRY], begins[f"{ENTRY}1"]
    assert first.x == second.x == 0.0
    assert abs(first.y - second.y) > 4.0
    assert [node.id for node in found.nodes if "@fork" in node.id] == [f"{ENTRY}@fork"]


def test_a_window_that_the_entry_tells_is_not_told_in_a_body() -> None:
    for kernel, told in ((3, False), (5, True)):
        net = Builder()
        x = net.conv(net.input(16, 16, 8), 8)
        for _ in range(3):
            x = net.merge("Add", x, net.conv(net.conv(x, 8), 8, kernel))
            x = net.pool(x)
        figure = draw(net.network(x), detail="blocks")
        texts = [item.string for item, _ in figure.scene.walk() if isinstance(item, Text)]
        assert ("5×5" in texts) == told, texts
        assert "3×3" not in texts
