"""A merge: a slab with handles in the figure, a circle with its sign where it is drawn small."""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.geometry import Box, Point
from net2fig.glyphs.base import Look, Margins, Shape, draw_body, draw_marks, measure_marks
from net2fig.scene import Item, Path, Text, Texture, polyline, rounded


def measure(look: Look) -> Margins:
    """Return the room for the marks, if there are any."""
    return measure_marks(look)


def draw(shape: Shape, look: Look) -> tuple[Item, ...]:
    """Return the slab, or the circle with its sign."""
    if not look.small:
        return (draw_body(shape, look), *draw_marks(shape, look))
    if isinstance(look.fill, Texture):
        look = replace(look, fill=look.fill.paper, paper=look.fill.ink)
    return (_draw_circle(shape, look), *_draw_sign(shape.middle, shape.width / 2, look))


def _draw_circle(shape: Shape, look: Look) -> Path:
    middle, radius = shape.middle, shape.width / 2 - look.border / 2
    box = Box(middle.x - radius, middle.y - radius, 2 * radius, 2 * radius)
    return Path(
        commands=rounded(box, radius),
        fill=look.fill,
        stroke=look.stroke,
        width=look.border,
        classes=("body",),
    )


def _draw_sign(middle: Point, radius: float, look: Look) -> tuple[Item, ...]:
    """Return the sign: that of a sum or a product as shapes, any other as a character."""
    arm = radius * 0.5
    dot = Box(middle.x - arm * 0.5, middle.y - arm * 0.5, arm, arm)

    def make_stroke(x0: float, y0: float, x1: float, y1: float) -> Path:
        ends = [
            Point(middle.x + x0 * arm, middle.y + y0 * arm),
            Point(middle.x + x1 * arm, middle.y + y1 * arm),
        ]
        return Path(polyline(ends), stroke=look.paper, width=0.9, classes=("sign",))

    strokes = {
        "+": (make_stroke(-1, 0, 1, 0), make_stroke(0, -1, 0, 1)),
        "−": (make_stroke(-1, 0, 1, 0),),
        "×": (make_stroke(-0.75, -0.75, 0.75, 0.75), make_stroke(-0.75, 0.75, 0.75, -0.75)),
        "·": (Path(rounded(dot, arm * 0.5), fill=look.paper, classes=("sign",)),),
        "∠": (make_stroke(-0.8, 0.6, 0.7, -0.7), make_stroke(-0.8, 0.6, 0.9, 0.6)),
        "=": (make_stroke(-0.9, -0.45, 0.9, -0.45), make_stroke(-0.9, 0.45, 0.9, 0.45)),
    }
    if look.sign in strokes:
        return strokes[look.sign]
    size = 6.0
    return (
        Text(
            Point(middle.x, middle.y + size * 0.36),
            look.sign,
            size,
            look.paper,
            anchor="middle",
            bold=True,
            family=look.family,
            classes=("sign",),
        ),
    )
