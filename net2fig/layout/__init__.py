"""Boxes and lines for sized glyphs: the list of passes, in their order.

The layout knows nothing of networks. It takes nodes with sizes and edges with heights and gives
back where everything stands. Inside, data flows along `rank`; what is stacked has an `order`.

The drawing is made of straight lanes: an edge keeps one y from the glyph it leaves to the glyph it
enters, and a glyph with several edges on one side opens into as many handles as it needs.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from net2fig.layout.align import align
from net2fig.layout.columns import spread
from net2fig.layout.graph import Edge, Handle, Meeting, Node, Placed, Placement, Spacing
from net2fig.layout.lanes import lanes
from net2fig.layout.levels.plan import LevelPlan, plan_levels
from net2fig.layout.levels.rows import is_clear, spread_levels
from net2fig.layout.levels.tiers import Tiers, find_tiers
from net2fig.layout.order import Orders, order
from net2fig.layout.rank import earliest, latest, rank
from net2fig.layout.rows import (
    Plan,
    breaks_at_crossings,
    breaks_easily,
    find_broken,
    fits_in_one_row,
    plan,
    wrap,
)

__all__ = [
    "Edge",
    "Handle",
    "LevelPlan",
    "Meeting",
    "Node",
    "Placed",
    "Placement",
    "Plan",
    "Spacing",
    "arrange",
    "arrange_tiers",
    "breaks_at_crossings",
    "breaks_easily",
    "find_broken",
    "fits_in_one_row",
    "is_clear",
    "layout",
    "plan_levels",
    "spread",
    "spread_levels",
    "wrap",
]


MOST_SLOTS = 3000
"""How many glyphs and passing lines are too many to order them for several ranks."""


@lru_cache(maxsize=32)
def arrange(nodes: tuple[Node, ...], edges: tuple[Edge, ...], spacing: Spacing) -> Plan:
    """Decide ranks, order, lanes and heights: all that does not depend on the width of the page.

    What was arranged before is asked for again, where levels of detail show the same.
    """
    orders = _ordered(nodes, edges, early=spacing.early)
    strands = lanes(nodes, edges, orders)
    heights = align(nodes, edges, strands, spacing)
    return plan(nodes, edges, strands, heights, spacing)


@lru_cache(maxsize=32)
def arrange_tiers(
    nodes: tuple[Node, ...], edges: tuple[Edge, ...], spacing: Spacing
) -> Plan | None:
    """Decide the same with a line for each resolution; None where these do not run side by side."""
    tiers = find_tiers(nodes, edges)
    if tiers is None:
        return None
    orders = _ordered(nodes, edges, early=spacing.early, tiers=tiers)
    strands = lanes(nodes, edges, orders, tiers)
    heights = align(nodes, edges, strands, spacing, tiers)
    return replace(plan(nodes, edges, strands, heights, spacing), tiered=True)


def _ordered(
    nodes: tuple[Node, ...],
    edges: tuple[Edge, ...],
    *,
    early: bool,
    tiers: Tiers | None = None,
) -> Orders:
    """Return the order of the ranks with the shortest edges, or of others with fewer crossings."""
    first, *others = (earliest, rank, latest) if early else (rank, earliest, latest)
    best = order(nodes, edges, first(nodes, edges), tiers)
    slots = sum(map(len, best.slots))
    for other in others:
        if best.crossings and slots <= MOST_SLOTS:
            best = min(best, order(nodes, edges, other(nodes, edges), tiers), key=_crossings)
    return best


def _crossings(orders: Orders) -> int:
    return orders.crossings


def layout(
    nodes: tuple[Node, ...], edges: tuple[Edge, ...], spacing: Spacing, width: float
) -> Placement:
    """Place everything in a page of the given width, in rows where one is not enough."""
    return spread(arrange(nodes, edges, spacing), width)
