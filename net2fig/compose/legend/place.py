"""Where the legend stands: beneath the figure, beside it, or in a corner of it that is free.

Ensures: the legend touches nothing of the figure; both together are no wider than the page, unless
one of them is. Where there is no room beside the figure, or the page would be higher, the legend
stands beneath it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from net2fig.compose.legend.legend import Legend
from net2fig.geometry import Box, Point, Size

BELOW, LEFT, RIGHT, CORNER = SIDES = ("below", "left", "right", "corner")

COLUMN = 0.3
"""The share of the page that a legend beside the figure has."""

NARROWEST = 100.0
"""The least width of a legend beside the figure, in points."""

SHARES = (0.28, 0.34, 0.4, 0.5, 0.6)
"""The shares of the page that a legend in a corner may have."""

Draw = Callable[[float], Legend]
"""Returns the legend in lines no longer than a width."""


class Setting(Struct, frozen=True):
    """A legend, and where it and the figure stand in a page of a size without margins."""

    legend: Legend
    figure_at: Point
    legend_at: Point
    size: Size


def measure_room(side: str, width: float, gap: float) -> float:
    """Return how much of a width a legend beside the figure takes."""
    column = _find_column(side, width)
    return column + gap if column else 0.0


def _find_column(side: str, width: float) -> float:
    """Return the width of a legend beside the figure; 0 where there is none."""
    is_beside = side in (LEFT, RIGHT) and width * COLUMN >= NARROWEST
    return COLUMN * width if is_beside else 0.0


def set_legend(
    side: str, figure: Size, ink: Sequence[Box], draw: Draw, width: float, gap: float
) -> Setting:
    """Return where the legend stands on a page; `ink` is what the figure paints."""
    beneath = _set_beneath(figure, draw(width), gap)
    if column := _find_column(side, width):
        beside = _set_beside(side, figure, draw(column), gap)
        has_room = beside.legend.size.width <= column + 0.01
        return beside if has_room and beside.size.height <= beneath.size.height else beneath
    if side != CORNER:
        return beneath
    return min([beneath, *_set_in_corners(figure, ink, draw, width, gap)], key=_measure_height)


def _measure_height(setting: Setting) -> float:
    return round(setting.size.height, 2)


def _set_beneath(figure: Size, legend: Legend, gap: float) -> Setting:
    inner = max(figure.width, legend.size.width)
    at = Point((inner - figure.width) / 2, 0.0)
    if not legend.items:
        return Setting(legend, at, at, Size(inner, figure.height))
    height = figure.height + gap + legend.size.height
    return Setting(legend, at, Point(0.0, figure.height + gap), Size(inner, height))


def _set_beside(side: str, figure: Size, legend: Legend, gap: float) -> Setting:
    """Return the two side by side, their middles on one line."""
    height = max(figure.height, legend.size.height)
    first, second = (legend.size, figure) if side == LEFT else (figure, legend.size)
    places = (
        Point(0.0, (height - first.height) / 2),
        Point(first.width + gap, (height - second.height) / 2),
    )
    legend_at, figure_at = places if side == LEFT else places[::-1]
    return Setting(legend, figure_at, legend_at, Size(first.width + gap + second.width, height))


def _set_in_corners(
    figure: Size, ink: Sequence[Box], draw: Draw, width: float, gap: float
) -> Iterator[Setting]:
    """Yield the legend in each corner, in lines of several lengths."""
    for share in SHARES:
        legend = draw(share * width)
        inner = max(figure.width, legend.size.width)
        at = Point((inner - figure.width) / 2, 0.0)
        for x in (inner - legend.size.width, 0.0):
            reach = Box(x - gap, 0.0, legend.size.width + 2 * gap, figure.height)
            near = [
                box for box in (each.moved(at.x, 0.0) for each in ink) if _meets_upright(box, reach)
            ]
            bottom = max((box.bottom for box in near), default=-gap)
            top = min((box.y for box in near), default=figure.height)
            y = 0.0 if legend.size.height + gap <= top else bottom + gap
            height = max(figure.height, y + legend.size.height)
            yield Setting(legend, at, Point(x, y), Size(inner, height))


def _meets_upright(box: Box, other: Box) -> bool:
    """Tell whether two boxes stand above each other in part."""
    return box.x < other.right and other.x < box.right
