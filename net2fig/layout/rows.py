"""From heights to columns: what stands in each column, how close columns may come, where rows end.

Requires: strands with heights.
Ensures: a plan from which `spread` needs nothing but the width of the page; rows break between
columns, where a single line passes if there is such a place that costs no row, and are about
equally long.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import accumulate

from msgspec import Struct

from net2fig.layout.align import Heights
from net2fig.layout.bends import Bends, Item, make_bends, order_bends
from net2fig.layout.graph import Edge, Handle, Neighbours, Node, Spacing
from net2fig.layout.lanes import Strands
from net2fig.layout.ports import TRACK, Side, make_side
from net2fig.layout.trunk import longest_path

WINDOW = 5
"""How many columns on a wide label may reach."""


ROW, LINE, SLACK = 4.0, 1.0, 3.0
"""What a row costs, each line but one that passes on to the next, and all of a row left empty."""

APART = 6.0
"""What each of these lines costs where resolutions run side by side: they are kept together."""

EASY = 1
"""How many lines that go on in the next row are followed easily."""

MANY = 10
"""More lines than so many are a crowd like another."""


class Apart(Struct, frozen=True):
    """Columns `left` and `right` keep `fixed` points between their middles, and `gaps` gaps."""

    left: int
    right: int
    fixed: float
    gaps: float


class Plan(Struct, frozen=True, eq=False):
    """All that is known before the width of the page is. A plan equals itself only.

    `tiered` tells that each resolution has a line of its own.
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
    sides = tuple(
        _sides(position, node, edges, near, strands, heights, spacing)
        for position, node in enumerate(nodes)
    )
    count = len(strands.columns)
    columns: list[list[Item]] = [[] for _ in range(count)]
    for position, node in enumerate(nodes):
        columns[strands.rank[position]].extend(
            _items(position, node, sides[position], strands, heights, spacing)
        )
    orders = order_bends(strands.hops, heights.strand)
    bends = {
        column: make_bends(column, order, columns, strands.hops, heights.strand)
        for column, order in orders.items()
    }
    apart = _between_columns(columns, bends, spacing)
    passing, stubs = [0] * count, [spacing.stub] * count
    at = {node.id: position for position, node in enumerate(nodes)}
    far = [(left.far, right.far) for left, right in sides]
    for edge in edges:
        source, target = at[edge.source], at[edge.target]
        first, last = strands.rank[source], strands.rank[target]
        halves = (nodes[source].width + nodes[target].width) / 2
        apart[last].append(Apart(first, last, halves, 1.0))
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
        tuple(tuple(_needed(column)) for column in apart),
        tuple(passing),
        tuple(stubs),
        tuple(max(item.half for item in column) for column in columns),
        tuple(
            max((item.half for item in column if not item.text), default=0.0) for column in columns
        ),
        bends,
    )


class _Shelf:
    """The items of a column, to be found by their height."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.order = sorted(range(len(items)), key=lambda n: (items[n].top, n))
        self.tops = [items[n].top for n in self.order]
        # No item up to each place reaches further down than this.
        self.bottoms = list(accumulate((items[n].bottom for n in self.order), max))

    def near(self, item: Item, reach: float) -> list[Item]:
        """Return all items that may be beside another, in the order of the column."""
        first = bisect_left(self.bottoms, item.top - reach)
        last = bisect_right(self.tops, item.bottom + reach)
        return [self.items[n] for n in sorted(self.order[first:last])]


def _between_columns(
    columns: list[list[Item]], bends: Mapping[int, Bends], spacing: Spacing
) -> list[list[Apart]]:
    """Return the distances that columns keep for their items, and for the lines that bend there."""
    count = len(columns)
    apart: list[list[Apart]] = [[] for _ in range(count)]
    shelves = [_Shelf(column) for column in columns]
    reach = max(0.8, spacing.lane / 2)
    for column in range(count):
        for other in range(column + 1, min(count, column + 1 + WINDOW)):
            for one in columns[column]:
                for two in shelves[other].near(one, reach):
                    need = _need(one, two, spacing)
                    if need is not None:
                        apart[other].append(Apart(column, other, need[0], need[1]))
        if column:
            apart[column].append(Apart(column - 1, column, 0.0, 0.5))
    for column, crowd in bends.items():
        wide = crowd.before + crowd.after + TRACK * (len(crowd.edges) + 1)
        apart[column].append(Apart(column - 1, column, wide, 0.25))
    return apart


def _needed(rules: list[Apart]) -> Iterator[Apart]:
    """Yield the rules that no other makes idle: of the same column, and no less in both numbers."""
    by_left: dict[int, list[Apart]] = {}
    for rule in rules:
        by_left.setdefault(rule.left, []).append(rule)
    for same in by_left.values():
        gaps = -1.0
        for rule in sorted(same, key=lambda one: (-one.fixed, -one.gaps)):
            if rule.gaps > gaps:
                gaps = rule.gaps
                yield rule


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
) -> list[Item]:
    """Return the glyph, the label beneath it, and the lines that turn beside it."""
    both = (*sides[0].handles, *sides[1].handles)
    top = min(handle.top for handle in both) - node.above
    bottom = max(handle.bottom for handle in both)
    items = [Item(node.width / 2, top, bottom)]
    if node.crown > node.width:
        items.append(Item(node.crown / 2, top, top + node.above, True))
    if node.below and node.label:
        items.append(Item(node.label / 2, bottom + spacing.label / 2, bottom + node.below, True))
    for side, ends in zip(sides, (strands.into, strands.out_of), strict=True):
        if side.far or node.small:
            ys = [heights.strand[strand] for _, strand in ends.get(position, ())]
            ys += side.meets or (side.handles[0].y,)
            far = node.width / 2 + side.far if side.far else 0.5
            items.append(Item(far, min(ys), max(ys)))
    return items


def _need(one: Item, two: Item, spacing: Spacing) -> tuple[float, float] | None:
    """Return the distance that two items of different columns keep, as (points, gaps)."""
    margin = 0.8 if one.text or two.text else spacing.lane / 2
    if one.bottom + margin <= two.top or two.bottom + margin <= one.top:
        return None
    if one.text and two.text:
        return one.half + two.half + 2 * spacing.label, 0.0
    if one.text or two.text:
        return one.half + two.half + 0.75 * spacing.label, 0.0
    return one.half + two.half, 1.0


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
        reach, glyphs = max(reach, left + half), max(glyphs, left + glyph_half)
        stub = max(gap / 2 + plan.spacing.stub, plan.stubs[column])
        widths.append(max(reach, glyphs + stub) if plan.passing[column] else reach)
        if left + glyph_half > limit:
            break
    return x, widths


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
            lines = min(max(plan.passing[last], 1), MANY) - 1 if last < final else 0
            slack = max(0.0, 1 - wide / width)
            cost = (
                costs[first]
                + ROW
                + (APART if plan.tiered else LINE) * lines
                + SLACK * slack * slack
            )
            if cost < costs[last + 1]:
                costs[last + 1], begins[last + 1] = cost, first
    rows: list[tuple[int, int]] = []
    end = final + 1
    while end:
        rows.append((begins[end], end - 1))
        end = begins[end]
    return tuple(rows[::-1])
