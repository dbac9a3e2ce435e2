"""Callouts: the body of a group beneath its first glyph, with rays, in place of its legend entry.

        ┌─┐                         A callout stands as high as what is above it lets it. It gives
    ────┤ ├────                     way to the legend where it has no room on the page, or where
        └─┘                         its rays would touch anything.
       ╱   ╲
      ╱     ╲
    ┌─────────────┐
    │ Block = ▯▯▯ │
    └─────────────┘

Ensures: nothing that is drawn touches a callout or its rays; each stands within the width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from net2fig.compose.annotations.canvas import list_points, measure_item
from net2fig.compose.diagram import DrawContext
from net2fig.compose.legend.body import make_body_diagram
from net2fig.compose.legend.entries import draw_group_beneath, fit_label
from net2fig.compose.legend.lines import Piece
from net2fig.compose.style.entry import LegendEntry
from net2fig.compose.style.style_book import find_used_groups
from net2fig.geometry import Box, Point, Size
from net2fig.outline import Outline
from net2fig.scene import Group, Item, Path, Text, polyline, rounded, transformed

PAD = 5.0
"""Between a body and the frame around it."""

ROUND = 3.0
"""The radius of the corners of a frame."""

APART = 8.0
"""Between two frames, and between a frame and what is above it."""

RISE = 12.0
"""The least height of rays."""

DASH = (1.6, 1.6)
"""The dashes of rays and frames."""


class Callouts(Struct, frozen=True):
    """The callouts of a figure, which is moved by `dx`; `names` are those of their groups."""

    items: tuple[Item, ...] = ()
    names: tuple[str, ...] = ()
    size: Size = Size(0.0, 0.0)
    dx: float = 0.0
    frames: tuple[Box, ...] = ()


def measure_ink(items: Sequence[Item]) -> list[Box]:
    """Return the boxes of all that is painted: of lines, those of their pieces."""
    return [box for item in items for box in _measure(item)]


def _measure(item: Item) -> Iterator[Box]:
    if isinstance(item, Group):
        for each in item.items:
            yield from _measure(each)
    elif isinstance(item, Path) and item.fill is None:
        points = list(list_points(item))
        for one, two in pairwise(points):
            box = Box(min(one.x, two.x), min(one.y, two.y), abs(one.x - two.x), abs(one.y - two.y))
            yield box.grown(item.width / 2)
    else:
        yield measure_item(item)


def set_callouts(
    outline: Outline, items: Sequence[Item], figure: Size, context: DrawContext, width: float
) -> Callouts:
    """Return the callouts of a figure whose upper left corner is at (0, 0)."""
    wide = max(figure.width, width)
    dx = (wide - figure.width) / 2
    ink = [box.moved(dx, 0.0) for box in measure_ink(items)]
    glyphs = {item.id: item for item in _list_groups(items) if "glyph" in item.classes}
    used = {definition.name: definition for definition in find_used_groups(outline)}
    drawn: list[Item] = []
    names: list[str] = []
    frames: list[Box] = []
    for block in outline.blocks:
        glyph, entry = glyphs.get(block.id), _find_entry(block.type, context)
        is_new = block.is_group and block.type in used and block.type not in names
        if glyph is None or entry is None or not is_new:
            continue
        body = make_body_diagram(used[block.type], context)
        fitted = fit_label(entry, context, wide)
        piece = draw_group_beneath(fitted, body, context, wide - 2 * PAD)
        placed = _place(piece, transformed(glyph, dx=dx), ink, frames, wide)
        if placed is not None:
            frame, rays = placed
            frames.append(frame)
            names.append(block.type)
            drawn += [*_draw_frame(frame, rays, context), _put(piece, frame)]
    if not names:
        return Callouts()
    bottom = max(figure.height, *(frame.bottom for frame in frames))
    return Callouts(tuple(drawn), tuple(names), Size(wide, bottom), dx, tuple(frames))


def _find_entry(name: str, context: DrawContext) -> LegendEntry | None:
    """Return the entry of a group, if the author wants its body as a callout."""
    wanted = context.options.callouts
    if not (wanted is True or name in (wanted or ())):
        return None
    entries = context.style_book.entries
    return next((each for each in entries if each.key == ("group", name)), None)


def _list_groups(items: Sequence[Item]) -> Iterator[Group]:
    for item in items:
        if isinstance(item, Group):
            yield item
            yield from _list_groups(item.items)


Ray = tuple[Point, Point]


def _place(
    piece: Piece, glyph: Item, ink: Sequence[Box], frames: Sequence[Box], width: float
) -> tuple[Box, tuple[Ray, Ray]] | None:
    """Return the frame of a callout and its rays; None where it has no room."""
    assert isinstance(glyph, Group)
    bodies = [measure_item(each) for each in glyph.items if not isinstance(each, Text)]
    all_of_it = measure_item(glyph)
    body = Box(min(b.x for b in bodies), 0.0, 0.0, 0.0)
    left, right = body.x, max(b.right for b in bodies)
    size = Size(piece.width + 2 * PAD, piece.height + 2 * PAD)
    after = max((frame.right + APART for frame in frames), default=0.0)
    x = max(min((left + right - size.width) / 2, width - size.width), after)
    if x + size.width > width + 0.01:
        return None
    start = all_of_it.bottom + 1.5
    beneath = [b for b in (*ink, *frames) if b.x < x + size.width + APART and b.right > x - APART]
    top = max([start + RISE, *(b.bottom + APART for b in beneath)])
    frame = Box(x, top, size.width, size.height)
    rays = (Point(left, start), Point(x, top)), (Point(right, start), Point(frame.right, top))
    near = [box.grown(1.2) for box in (*ink, *frames)]
    if any(_crosses(ray, box) for ray in rays for box in near):
        return None
    return frame, rays


def _crosses(ray: Ray, box: Box) -> bool:
    """Tell whether a line from above to below meets a box."""
    (one, two) = ray
    low, high = max(one.y, box.y), min(two.y, box.bottom)
    if low > high:
        return False
    slope = (two.x - one.x) / (two.y - one.y)
    ends = sorted(one.x + slope * (y - one.y) for y in (low, high))
    return ends[0] <= box.right and ends[1] >= box.x


def _draw_frame(frame: Box, rays: Sequence[Ray], context: DrawContext) -> list[Item]:
    """Return the frame and the rays."""
    ink = context.style_book.palette.ink["muted"]
    style = {"stroke": ink, "width": 0.5, "dash": DASH}
    return [
        Group(
            (
                Path(rounded(frame, ROUND), classes=("callout",), **style),  # type: ignore[arg-type]
                *(Path(polyline(ray), classes=("ray",), **style) for ray in rays),  # type: ignore[arg-type]
            ),
            classes=("callout",),
        )
    ]


def _put(piece: Piece, frame: Box) -> Item:
    return piece.at(frame.x + PAD, frame.y + PAD + piece.above)
