"""A recurrent layer."""

from __future__ import annotations

import pytest
from hypothesis import given
from msgspec.structs import replace

from net2fig.glyphs import Shape, loop
from net2fig.scene import Curve, Item, Move, Path
from tests.glyphs.shapes import FLAT, LOOK, SHRINKING, points_of, random_shapes, select_class, shape


def the_loop(items: tuple[Item, ...]) -> Path:
    (found,) = select_class(items, "loop")
    assert isinstance(found, Path)
    return found


def highest(path: Path) -> float:
    """Return the y of the highest point of a loop of one curve, sampled."""
    start, curve = path.commands
    assert isinstance(start, Move)
    assert isinstance(curve, Curve)
    ys = (start.to.y, curve.first.y, curve.second.y, curve.to.y)
    shares = [number / 100 for number in range(101)]
    return min(
        (1 - t) ** 3 * ys[0]
        + 3 * (1 - t) ** 2 * t * ys[1]
        + 3 * (1 - t) * t**2 * ys[2]
        + t**3 * ys[3]
        for t in shares
    )


@pytest.mark.parametrize("where", [FLAT, SHRINKING, shape("10-30", "0-40")])
def test_the_loop_begins_and_ends_on_the_upper_edge(where: Shape) -> None:
    points = points_of(the_loop(loop.draw(where, LOOK)))
    start, end = points[0], points[-1]
    assert start.x > end.x, "from the end back to the beginning"
    assert start.y == pytest.approx(where.upper(start.x))
    assert end.y == pytest.approx(where.upper(end.x))
    assert start.x + end.x == pytest.approx(2 * where.x + where.width)


@given(random_shapes())
def test_the_loop_stays_in_its_room(where: Shape) -> None:
    path = the_loop(loop.draw(where, LOOK))
    assert highest(path) - path.width / 2 >= where.top - loop.measure(LOOK).above


def test_the_mark_of_a_shared_layer_stands_over_the_loop() -> None:
    look = replace(LOOK, shared=True)
    items = loop.draw(FLAT, look)
    (mark,) = select_class(items, "tie")
    low = max(point.y for point in points_of(mark))
    high = min(point.y for point in points_of(mark))
    assert low <= highest(the_loop(items)) - loop.STROKE / 2
    assert high >= FLAT.top - loop.measure(look).above


def test_the_loop_has_the_colour_of_the_border() -> None:
    path = the_loop(loop.draw(FLAT, LOOK))
    assert (path.stroke, path.fill) == (LOOK.stroke, None)
