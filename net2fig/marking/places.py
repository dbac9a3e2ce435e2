"""Which glyph a layer is in, and where a disc can stand that touches it.

Requires: a scene as a reader sees it.
Ensures: a disc touches the outline of its glyph from outside and is clear of every text, line,
glyph and other disc; None where no place is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import cos, hypot, pi, sin
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from net2fig.geometry import Box, Point
from net2fig.laws.nearby import Nearby
from net2fig.laws.reader_view import ReaderView, SeenGlyph, SeenPath, measure_paint
from net2fig.laws.shapes import (
    Area,
    is_enclosed,
    list_segments,
    measure_distance,
    measure_to_line,
)
from net2fig.network import Network
from net2fig.scene import Group, Path, rounded

CLEAR = 0.7
"""Between a disc and anything that it does not belong to."""

OVERLAP = 0.15
"""How far a disc reaches over the border of its glyph."""

WIDE = 0.62
"""The width of a bar, as a share of that of its glyph."""

STEP = 1.5
"""Between two places that are tried."""

DIRECTIONS = 24
"""The directions in which a disc may stand from a corner."""

MAX_STEPS = 120


class Ground(Struct):
    """What stands on the page already."""

    view: ReaderView
    areas: list[Area]
    around: list[tuple[Group, ...]]
    nearby: Nearby
    discs: list[tuple[Point, float]] = field(default_factory=list)

    def is_free(self, middle: Point, radius: float, glyph: SeenGlyph) -> bool:
        """Tell whether a disc is clear of all; of the outline of its own glyph, it is outside."""
        reach = radius + CLEAR
        box = Box(middle.x - reach, middle.y - reach, 2 * reach, 2 * reach)
        for number in self.nearby.find_boxes(iter([box])):
            area = self.areas[number]
            # The outline may bend back to the disc.
            is_own = area.chains == glyph.body.chains
            least = radius - 2 * OVERLAP if is_own else reach
            if measure_gap(middle, area, reach) < least:
                return False
        return all(
            hypot(middle.x - other.x, middle.y - other.y) >= reach + size
            for other, size in self.discs
        )

    def is_over(self, number: int, glyph: SeenGlyph) -> bool:
        """Tell whether a bar in a glyph must not cover something: all but the glyph's own shape."""
        around = self.around[number]
        return not (around and around[-1] is glyph.group)


def make_ground(view: ReaderView) -> Ground:
    """Return what stands on the page of a scene."""
    pairs: list[tuple[Area, tuple[Group, ...]]] = [(text.ink, ()) for text in view.texts]
    # A group that is drawn open has room inside.
    pairs += [
        (replace(m.paint, filled=m.paint.filled and not is_open(m)), m.around) for m in view.marks
    ]
    boxes = (Path(rounded(box, 0.0), fill="#000000") for box in view.pictures)
    pairs += [(measure_paint(box), ()) for box in boxes]
    areas = [area for area, _ in pairs]
    return Ground(view, areas, [around for _, around in pairs], Nearby(areas))


def is_open(mark: SeenPath) -> bool:
    """Tell whether a path is the frame of a group that is drawn open."""
    return bool(mark.around) and "open" in mark.around[-1].classes and "body" in mark.path.classes


def list_glyphs(view: ReaderView) -> list[SeenGlyph]:
    """Return the glyphs of the network, also those in groups that are drawn open."""
    return [
        glyph
        for number, drawing in enumerate(view.drawings)
        if number == 0 or drawing.frame
        for glyph in drawing.glyphs
    ]


def index_glyphs(view: ReaderView, network: Network) -> dict[str, SeenGlyph]:
    """Return the glyph of each layer: its own, else that of the nearest layer before or after."""
    found: dict[str, SeenGlyph] = {}
    sizes: dict[str, int] = {}
    for glyph in list_glyphs(view):
        layers = dict(glyph.group.data).get("layers", "").split(" ")
        for layer in [*layers, glyph.id] if glyph.is_placeholder else layers:
            if layer in network and len(layers) <= sizes.get(layer, len(layers)):
                found[layer], sizes[layer] = glyph, len(layers)
    give_to_hidden(network, found)
    return found


def give_to_hidden(network: Network, values: dict[str, Any]) -> None:
    """Give layers without a value that of a layer before them, else of one after them."""
    for edge in network.edges:
        if edge.target not in values and edge.source in values:
            values[edge.target] = values[edge.source]
    for edge in reversed(network.edges):
        if edge.source not in values and edge.target in values:
            values[edge.source] = values[edge.target]


def measure_gap(point: Point, area: Area, enough: float) -> float:
    """Return the distance from a point to an area, 0 inside; what is `enough` may be less exact."""
    box = area.box
    dx = max(box.x - point.x, point.x - box.right, 0.0)
    dy = max(box.y - point.y, point.y - box.bottom, 0.0)
    if hypot(dx, dy) >= enough:
        return hypot(dx, dy)
    if is_enclosed(area, point):
        return 0.0
    return min((measure_to_line(point, chain) for chain in area.chains), default=enough) - area.half


def find_place(glyph: SeenGlyph, radius: float, ground: Ground) -> Point | None:
    """Return the middle of a disc that touches a glyph, nearest to its upper left corner."""
    width = ground.view.size.width
    reach = radius + glyph.body.half - OVERLAP
    corner = Point(glyph.box.x, glyph.box.y)

    def rank(point: Point) -> tuple[bool, float]:
        """Prefer places above the glyph, then those near the corner."""
        return point.y > glyph.box.centre.y, hypot(point.x - corner.x, point.y - corner.y)

    for middle in sorted(list_middles(glyph.body, reach), key=rank):
        if not radius + CLEAR <= middle.x <= width - radius - CLEAR:
            continue
        if ground.is_free(middle, radius, glyph):
            ground.discs.append((middle, radius))
            return middle
    return None


def list_middles(body: Area, reach: float) -> Iterator[Point]:
    """Yield points at a distance from the outline of a body, on both sides of each piece."""
    for chain in body.chains:
        for one, two in list_segments(chain):
            length = hypot(two.x - one.x, two.y - one.y)
            if length < 1e-6:
                continue
            across = Point((two.y - one.y) / length, (one.x - two.x) / length)
            steps = max(1, min(int(length / STEP), MAX_STEPS))
            for step in range(steps + 1):
                share = step / steps
                x = one.x + share * (two.x - one.x)
                y = one.y + share * (two.y - one.y)
                for side in (reach, -reach):
                    yield Point(x + side * across.x, y + side * across.y)
            for turn in range(DIRECTIONS):
                angle = 2 * pi * turn / DIRECTIONS
                yield one.moved(reach * cos(angle), reach * sin(angle))


def find_bar(glyph: SeenGlyph, heights: Sequence[float], ground: Ground) -> Box | None:
    """Return a box inside a glyph that is clear of what stands there; None where no place is."""
    places = list_open_bars if "open" in glyph.group.classes else list_bars
    for box in places(glyph, heights):
        bar = measure_paint(Path(rounded(box, 0.0), fill="#000000"))
        if not all(is_enclosed(glyph.body, point) for point in bar.points):
            continue
        near = (ground.areas[n] for n in ground.nearby.find(bar, CLEAR) if ground.is_over(n, glyph))
        if all(measure_distance(bar, area, CLEAR) >= CLEAR for area in near):
            return box
    return None


def list_bars(glyph: SeenGlyph, heights: Sequence[float]) -> Iterator[Box]:
    """Yield places for a bar: in the middle of a glyph, then below and above its words."""
    outer = glyph.box
    width = WIDE * (outer.width - 2 * glyph.body.half)
    for height in heights:
        for share in (0.5, 0.88, 0.12):
            y = outer.y + share * outer.height - height / 2
            yield Box(outer.centre.x - width / 2, y, width, height)


def list_open_bars(glyph: SeenGlyph, heights: Sequence[float]) -> Iterator[Box]:
    """Yield places for a bar along the upper border of a group that is drawn open."""
    outer, height = glyph.box, heights[-2]
    for wide in (0.3, 0.15):
        for step in range(20):
            x = outer.x + glyph.body.half + CLEAR + step * (1 - wide) * outer.width / 20
            yield Box(x, outer.y + glyph.body.half + 1.5 * CLEAR, wide * outer.width, height)
