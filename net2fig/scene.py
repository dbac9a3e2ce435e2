"""The finished drawing: a closed list of four items, at final size, in points.

Renderers read nothing else. Coordinates are absolute: a `Group` gives its items a name and
classes, never a transform.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from net2fig.geometry import Box, Point, Size


class Texture(Struct, frozen=True):
    """A fill of ink on paper, for print without colour; `name` is a file of grammar/textures."""

    name: str
    ink: str
    paper: str


Fill = str | Texture | None
"""A colour "#rrggbb", a texture, or nothing."""


class Move(Struct, frozen=True):
    """Begin a stroke at `to`."""

    to: Point


class Line(Struct, frozen=True):
    """A straight line to `to`."""

    to: Point


class Curve(Struct, frozen=True):
    """A cubic Bézier curve to `to` with the two control points."""

    first: Point
    second: Point
    to: Point


class Close(Struct, frozen=True):
    """Back to where the stroke began."""


Command = Move | Line | Curve | Close


class Path(Struct, frozen=True):
    """Strokes and their fill."""

    commands: tuple[Command, ...]
    fill: Fill = None
    stroke: str | None = None
    width: float = 0.0
    dash: tuple[float, ...] = ()
    classes: tuple[str, ...] = ()


class Text(Struct, frozen=True):
    """One line of text; `at` is on the baseline, at its start, middle or end as `anchor` says.

    `family` is "sans" or "serif" (the fonts that ship with net2fig), or the name of another font.
    `angle` turns the text about `at`, in degrees, clockwise.
    """

    at: Point
    string: str
    size: float
    color: str
    anchor: str = "start"
    bold: bool = False
    italic: bool = False
    family: str = "sans"
    angle: float = 0.0
    classes: tuple[str, ...] = ()


class Image(Struct, frozen=True):
    """A picture (the bytes of a PNG or a JPEG file) in a box."""

    box: Box
    data: bytes
    media_type: str
    classes: tuple[str, ...] = ()


class Group(Struct, frozen=True):
    """Items that belong together, with an id, classes and data for whoever styles the SVG.

    `data` holds pairs such as ("type", "Conv2D"), written as `data-type="Conv2D"`.
    """

    items: tuple[Item, ...]
    id: str | None = None
    classes: tuple[str, ...] = ()
    data: tuple[tuple[str, str], ...] = ()
    title: str | None = None


Item = Group | Path | Text | Image


class Scene(Struct, frozen=True):
    """A drawing of a given size; `title` and `description` are for readers who cannot see it.

    `background` is what lies under it: a colour, "none", or "" for what is usual in a format, white
    under pixels and else nothing.
    """

    size: Size
    items: tuple[Item, ...]
    title: str = ""
    description: str = ""
    background: str = ""
    dpi: float = 300

    @property
    def ground(self) -> Path | None:
        """The background as a path, where it is a colour."""
        if self.background in ("", "none"):
            return None
        width, height = self.size.width, self.size.height
        corners = [Point(0, 0), Point(width, 0), Point(width, height), Point(0, height)]
        return Path(polygon(corners), fill=self.background, classes=("background",))

    def enlarged(self, scale: float) -> Scene:
        """Return the drawing enlarged as a whole."""
        if scale == 1.0:
            return self
        size = Size(self.size.width * scale, self.size.height * scale)
        return replace(self, size=size, items=tuple(transformed(i, scale) for i in self.items))

    def walk(self) -> Iterator[tuple[Item, tuple[Group, ...]]]:
        """Yield every item with the groups around it, outermost first."""
        stack: list[tuple[Item, tuple[Group, ...]]] = [(item, ()) for item in reversed(self.items)]
        while stack:
            item, above = stack.pop()
            yield item, above
            if isinstance(item, Group):
                stack.extend((child, (*above, item)) for child in reversed(item.items))


def transformed(item: Item, scale: float = 1.0, dx: float = 0.0, dy: float = 0.0) -> Item:
    """Return an item enlarged about the origin, then moved; strokes and texts grow with it."""

    def at(point: Point) -> Point:
        return Point(point.x * scale + dx, point.y * scale + dy)

    def step(command: Command) -> Command:
        match command:
            case Move(to):
                return Move(at(to))
            case Line(to):
                return Line(at(to))
            case Curve(first, second, to):
                return Curve(at(first), at(second), at(to))
            case Close():
                return command

    match item:
        case Group():
            items = tuple(transformed(child, scale, dx, dy) for child in item.items)
            return replace(item, items=items)
        case Text():
            return replace(item, at=at(item.at), size=round(item.size * scale, 4))
        case Path():
            return replace(
                item,
                commands=tuple(step(command) for command in item.commands),
                width=item.width * scale,
                dash=tuple(length * scale for length in item.dash),
            )
        case Image():
            corner, box = at(Point(item.box.x, item.box.y)), item.box
            return replace(item, box=Box(corner.x, corner.y, box.width * scale, box.height * scale))


def polygon(points: list[Point]) -> tuple[Command, ...]:
    """Return the commands of a closed figure through the points."""
    return (Move(points[0]), *(Line(point) for point in points[1:]), Close())


def polyline(points: list[Point] | tuple[Point, ...]) -> tuple[Command, ...]:
    """Return the commands of an open line through the points."""
    return (Move(points[0]), *(Line(point) for point in points[1:]))


KAPPA = 0.5522847498
"""How far a cubic Bézier's control points stand from its ends to look like a quarter circle."""


def rounded(box: Box, radius: float) -> tuple[Command, ...]:
    """Return the commands of a box with round corners; a circle where the radius is half a side."""
    r = min(radius, box.width / 2, box.height / 2)
    k = r * (1 - KAPPA)
    x0, y0, x1, y1 = box.x, box.y, box.right, box.bottom
    return (
        Move(Point(x0 + r, y0)),
        Line(Point(x1 - r, y0)),
        Curve(Point(x1 - k, y0), Point(x1, y0 + k), Point(x1, y0 + r)),
        Line(Point(x1, y1 - r)),
        Curve(Point(x1, y1 - k), Point(x1 - k, y1), Point(x1 - r, y1)),
        Line(Point(x0 + r, y1)),
        Curve(Point(x0 + k, y1), Point(x0, y1 - k), Point(x0, y1 - r)),
        Line(Point(x0, y0 + r)),
        Curve(Point(x0, y0 + k), Point(x0 + k, y0), Point(x0 + r, y0)),
        Close(),
    )
