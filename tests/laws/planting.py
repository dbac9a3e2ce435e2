"""What is planted into a good figure, and what the checks of the laws say of it."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from net2fig.geometry import Point
from net2fig.laws import find_breaches
from net2fig.outline import Outline
from net2fig.scene import Group, Item, Path, Scene, Text, polyline
from tests.laws.scenes import PAGE, Change, find_item, glyph, outline, points_of, scene

INK = "#000000"


def laws(drawing: Scene, shown: Outline | None = None) -> set[str]:
    """Return the laws that a scene breaks."""
    return {breach.law for breach in find_breaches(drawing, shown or outline(), PAGE)}


def messages(drawing: Scene, shown: Outline | None = None) -> str:
    return "\n".join(map(str, find_breaches(drawing, shown or outline(), PAGE)))


def body(change: Callable[[Path], Path]) -> Change:
    """Change the outline of a glyph, and nothing else in it."""

    def within(item: Item) -> Item:
        assert isinstance(item, Group)
        items = tuple(
            change(child) if isinstance(child, Path) and "body" in child.classes else child
            for child in item.items
        )
        return replace(item, items=items)

    return within


def box_of(id: str) -> tuple[float, float, float, float]:
    shape = next(
        child
        for child in getattr(find_item(scene(), glyph(id)), "items", ())
        if isinstance(child, Path)
    )
    points = points_of(shape)
    xs, ys = [p.x for p in points], [p.y for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def line(*places: tuple[float, float], width: float = 0.6) -> Path:
    return Path(polyline([Point(x, y) for x, y in places]), stroke=INK, width=width)


def label(string: str, x: float, y: float) -> Text:
    return Text(Point(x, y), string, 7.0, INK, classes=("label",))
