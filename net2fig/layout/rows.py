"""From heights to columns: what stands in each column, how close columns may come, where rows end.

Requires: strands with heights.
Ensures: a plan from which `spread` needs nothing but the width of the page; rows break between
columns, where a single line passes if there is such a place that costs no row, and are about
equally long.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from net2fig.layout.align import Heights
from net2fig.layout.bends import Bends, Item, make_bends, order_bends
from net2fig.layout.distances.apart import Apart, find_distances, list_needed
from net2fig.layout.distances.joints import find_chains, find_held
from net2fig.layout.graph import Edge, Handle, Neighbours, Node, Spacing
from net2fig.layout.lanes import Strands
from net2fig.layout.ports import Side, make_side
from net2fig.layout.trunk import longest_path

ROW, LINE, SLACK = 4.0, 1.0, 3.0
"""What a row costs, each line but one that passes on to the next, and all of a row left empty."""

APART = 6.0
"""What each of these lines costs where resolutions run side by side: they are kept together."""

HELD = 100.0
"""What a break between two that are joined costs."""

EASY = 1
"""How many lines that go on in the next row are followed easily."""

MANY = 10
"""More lines than so many are a crowd like another."""


class Plan(Struct, frozen=True, eq=False):
    """All that is known before the width of the page is. A plan equals itself only.

    `tiered` tells that each resolution has a line of its own. A column that is `held` keeps its
    distance to the next, to which something in it is joined; no row should end there.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    strands: Strands
    heights: Heights
    spacing: Spacing
    sides: tuple[tuple[Side, Side], ...]
    columns: tuple[tuple[Item, ...], ...]
    apart: tuple[tuple[Apart, ...], ...]
    passing: tuple[int, ...]
    stubs: tuple[float, ...]
    halves: tuple[float, ...]
    glyph_halves: tuple[float, ...]
    bends: Mapping[int, Bends] = {}
    tiered: bool = False
    held: Mapping[int, float] = {}

    def glyph_half(self, column: int) -> float:
        """Return half the width of the widest glyph of a column."""
        return self.glyph_halves[column]

    def passing_into(self, column: int) -> int:
        """Return how many lines come from the column before."""
        return self.passing[column - 1] if column else 0


def plan(
    nodes: tuple[Node, ...],
    edges: tuple[Edge, ...],
    strands: Strands,
    heights: Heights,
    spacing: Spacing,
) -> Plan:
    """Return the columns and the distances between them."""
    near = Neighbours(nodes, edges)
    at = {node.id: position for position, node in enumerate(nodes)}
    sides = tuple(
        _sides(position, node, edges, near, strands, heights, spacing)
        for position, node in enumerate(nodes)
    )
    count = len(strands.columns)
    columns: list[list[Item]] = [[] for _ in range(count)]
    held = find_held(nodes, edges, at, strands)
    chains = find_chains(nodes, [e for e in edges if strands.rank[at[e.source]] in held])
    for position, node in enumerate(nodes):
        columns[strands.rank[position]].extend(
            _items(position, node, sides[position], strands, heights, spacing, chains[position])
        )
    orders = order_bends(strands.hops, heights.strand)
    bends = {
        column: make_bends(column, order, columns, strands.hops, heights.strand)
        for column, order in orders.items()
    }
    apart = find_distances(columns, bends, spacing, held)
    passing, stubs = [0] * count, [spacing.stub] * count
    far = [(left.far, right.far) for left, right in sides]
    for edge in edges:
        source, target = at[edge.source], at[edge.target]
        first, last = strands.rank[source], strands.rank[target]
        halves = (nodes[source].width + nodes[target].width) / 2
        is_joined = edge.joined and first in held
        halves = held[first] if is_joined else halves
        apart[last].append(Apart(first, last, halves, 0.0 if is_joined else 1.0))
        turns = far[source][1] + far[target][0]
        if edge.label:
            room = halves + turns + edge.label.width + 2 * spacing.label
            apart[last].append(Apart(first, last, room, 0.25))
        for column in range(first, last):
            passing[column] += 1
        if edge.label and last == first + 1:
            stubs[first] = max(stubs[first], edge.label.width + 2 * spacing.label)
    return Plan(
        nodes,
        edges,
        strands,
        heights,
        spacing,
        sides,
        tuple(tuple(column) for column in columns),
        tuple(tuple(list_needed(column)) for column in apart),
        tuple(passing),
        tuple(stubs),
        tuple(max(item.half for item in column) for column in columns),
        tuple(
            max((item.half for item in column if not item.text), default=0.0) for column in columns
        ),
        bends,
        held=held,
    )


def _sides(
    position: int,
    node: Node,
    edges: tuple[Edge, ...],
    near: Neighbours,
    strands: Strands,
    heights: Heights,
    spacing: Spacing,
) -> tuple[Side, Side]:
    """Return the left and the right side of a node."""
    if position in strands.of_node:
        y = heights.strand[strands.of_node[position]]
        left, right = near.side_heights(node)
        return Side((Handle(y, left),)), Side((Handle(y, right),))
    line = heights.junction[position]
    others = near.side_heights(node)[::-1]
    sides = []
    for leaving, ends in ((False, strands.into[position]), (True, strands.out_of[position])):
        port = (position, leaving) in heights.ports
        if not ends or (node.small and not port):
            sides.append(Side((Handle(line, node.right if leaving else node.left),)))
            continue
        sizes = [edges[e].leaving if leaving else edges[e].entering for e, _ in ends]
        lanes = [heights.strand[strand] for _, strand in ends]
        meeting = node.leaving if leaving else node.entering
        overhangs = (node.crown - node.width) / 2, (node.label - node.width) / 2
        sides.append(
            make_side(lanes, sizes, line, others[leaving], spacing, meeting, overhangs, port=port)
        )
    return sides[0], sides[1]


def _items(
    position: int,
    node: Node,
    sides: tuple[Side, Side],
    strands: Strands,
    heights: Heights,
    spacing: Spacing,
    chain: int,
) -> list[Item]:
    """Return the glyph, the label beneath it, and the lines that turn beside it."""
    both = (*sides[0].handles, *sides[1].handles)
    top = min(handle.top for handle in both) - node.above
    bottom = max(handle.bottom for handle in both)
    items = [Item(node.width / 2, top, bottom, chain=chain)]
    if node.crown > node.width:
        items.append(Item(node.crown / 2, top, top + node.above, True, chain))
    if node.below and node.label:
        low = bottom + spacing.label / 2
        items.append(Item(node.label / 2, low, bottom + node.below, True, chain))
    for side, ends in zip(sides, (strands.into, strands.out_of), strict=True):
        if side.far or node.small:
            ys = [heights.strand[strand] for _, strand in ends.get(position, ())]
            ys += side.meets or (side.handles[0].y,)
            far = node.width / 2 + side.far if side.far else 0.5
            items.append(Item(far, min(ys), max(ys), chain=chain))
        if side.top:
            ys = [heights.strand[strand] for _, strand in ends.get(position, ())]
            items.append(Item(0.5, min(ys), side.handles[0].top, chain=chain))
    return items


class Row(Struct, frozen=True):
    """Columns `first` to `last`, and the x of the middle of each."""

    first: int
    last: int
    x: tuple[float, ...]
    width: float


def fits_in_one_row(plan: Plan, width: float) -> bool:
    """Tell whether a page has room for the plan in a single row."""
    final = len(plan.columns) - 1
    if final < 0:
        return False
    _, widths = lined_up(plan, 0, final, plan.spacing.gap[0], width)
    return len(widths) == final + 1 and widths[-1] <= width


def breaks_easily(plan: Plan, width: float) -> bool:
    """Tell whether every row but the last ends with a single line."""
    return all(plan.passing[last] <= EASY for _, last in wrap(plan, width)[:-1])


def breaks_at_crossings(plan: Plan, width: float) -> bool:
    """Tell whether lines change places where a row ends: nobody can follow them then."""
    ends = (last for _, last in wrap(plan, width)[:-1])
    return any(last + 1 in plan.bends and plan.passing[last] > EASY for last in ends)


def find_broken(plan: Plan, width: float) -> set[tuple[str, str]]:
    """Return the ends of the lines that would go on in another row, beside the trunk.

    Only where rows end with more than one line: that one is followed easily. A glyph on such a line
    stays with the glyph before it.
    """
    near = Neighbours(plan.nodes, plan.edges)
    at = {node.id: plan.strands.rank[position] for position, node in enumerate(plan.nodes)}
    trunk = longest_path(plan.nodes, plan.edges)
    ends = [last for _, last in wrap(plan, width)[:-1] if plan.passing[last] > EASY]
    broken = {
        index
        for index, edge in enumerate(plan.edges)
        if index not in trunk
        and bisect_left(ends, at[edge.source]) < bisect_left(ends, at[edge.target])
    }
    held = {
        index
        for index in broken
        if len(near.into[plan.edges[index].target]) == 1
        and broken.intersection(near.out_of[plan.edges[index].target])
    }
    return {(plan.edges[index].source, plan.edges[index].target) for index in broken - held}


def place(plan: Plan, first: int, last: int, gap: float) -> Row:
    """Return the columns of one row as far left as they may stand.

    The left end of the row is at 0. A row that does not begin or end the figure has stubs there.
    """
    x, widths = lined_up(plan, first, last, gap, float("inf"))
    return Row(first, last, tuple(x), widths[-1])


def lined_up(
    plan: Plan, first: int, last: int, gap: float, limit: float
) -> tuple[list[float], list[float]]:
    """Return the x of columns from `first` on, and how wide a row is that ends at each of them.

    The last is `last`, or the first with a glyph beyond the limit.
    """
    x: list[float] = []
    widths: list[float] = []
    least = plan.spacing.stub + gap / 2 if plan.passing_into(first) else 0.0
    reach = glyphs = 0.0
    for column in range(first, last + 1):
        half, glyph_half = plan.halves[column], plan.glyph_halves[column]
        left = least + half if column == first else half
        for rule in plan.apart[column]:
            if rule.left >= first:
                after = x[rule.left - first] + rule.fixed + rule.gaps * gap
                left = max(left, after)
        x.append(left)
        _draw_near(plan, x, first)
        reach, glyphs = max(reach, left + half), max(glyphs, left + glyph_half)
        stub = max(gap / 2 + plan.spacing.stub, plan.stubs[column])
        widths.append(max(reach, glyphs + stub) if plan.passing[column] else reach)
        if left + glyph_half > limit:
            break
    return x, widths


def _draw_near(plan: Plan, x: list[float], first: int) -> None:
    """Move columns to the right that would not touch the last one otherwise, though joined to it.

    All else keeps a least distance to what stands to the right of it, which may be greater.
    """
    for place in range(len(x) - 1, 0, -1):
        column = first + place - 1
        if column not in plan.held:
            break
        x[place - 1] = max(x[place - 1], x[place] - plan.held[column])


@lru_cache(maxsize=32)
def wrap(plan: Plan, width: float) -> tuple[tuple[int, int], ...]:
    """Return the rows for a page: few, broken where few lines pass, about equally long.

    They are broken as a paragraph is broken into lines (Knuth, Plass 1981): of all ways to break,
    the one that costs least is found from the costs of what begins alike. The rows of one plan are
    asked for again, to compare plans and to spread them.
    """
    final = len(plan.columns) - 1
    if fits_in_one_row(plan, width):
        return ((0, final),)  # a second row costs more than all that it could save
    costs = [0.0, *[float("inf")] * (final + 1)]
    begins = [0] * (final + 2)
    for first in range(final + 1):
        _, widths = lined_up(plan, first, final, plan.spacing.gap[0], width)
        for last, wide in enumerate(widths, first):
            if wide > width and last > first:
                continue
            held = HELD if last in plan.held else 0.0
            lines = min(max(plan.passing[last], 1), MANY) - 1 if last < final else 0
            slack = max(0.0, 1 - wide / width)
            cost = (
                costs[first]
                + ROW
                + (APART if plan.tiered else LINE) * lines
                + SLACK * slack * slack
                + held
            )
            if cost < costs[last + 1]:
                costs[last + 1], begins[last + 1] = cost, first
    rows: list[tuple[int, int]] = []
    end = final + 1
    while end:
        rows.append((begins[end], end - 1))
        end = begins[end]
    return tuple(rows[::-1])
