"""Pins and tints drawn on a scene: discs at glyphs, a list beneath, bars in glyphs, a scale.

Requires: a finished scene, and the network that it shows.
Ensures: nothing that was there is covered or changed; the scene is as much higher as discs at its
top and texts beneath need, and no wider, unless it is too narrow for texts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.fonts.metrics import text_width
from net2fig.geometry import Box, Point, Size
from net2fig.laws.reader_view import SeenGlyph, read_scene
from net2fig.marking.look import load_looks
from net2fig.marking.marks import Marks
from net2fig.marking.places import Ground, find_bar, find_place, index_glyphs, make_ground
from net2fig.network import Network
from net2fig.options.page import Page
from net2fig.pins import Pin, Tint
from net2fig.scene import Group, Item, Path, Scene, Text, rounded, transformed

MARGIN = 1.5
"""Around everything."""

GAP = 5.0
"""Between the figure and the texts beneath."""

LEADING = 1.38
"""From line to line, in sizes of the text."""

PAD = 1.3
"""Between the digits of a pin and its border."""

LEAST_WIDTH = 170.0
"""The texts are as wide as the figure, or as this if the page is."""

MAX_LISTED = 20
"""The most pins that are listed; others are counted."""

BARS = (7.0, 4.0, 2.4, 1.6)
"""The heights of the bar of a tint, the greatest first."""

SCALE = Size(60.0, 4.5)
"""The size of the scale of a tint."""

DECADES = 2.0
"""From so many powers of ten on, the scale is logarithmic."""


class Pen(Struct, frozen=True):
    """The letters of the texts that are added."""

    size: float
    family: str
    zoom: float

    def width(self, text: str) -> float:
        """Return the width of a text."""
        return text_width(text, self.size, family=self.family)

    def write(self, at: Point, text: str, ink: str, anchor: str = "start") -> Text:
        """Return a text."""
        return Text(
            at, text, self.size, ink, anchor=anchor, family=self.family, classes=("label", "note")
        )


def mark_scene(scene: Scene, network: Network, page: Page, marks: Marks) -> Scene:
    """Return the scene with pins and a tint."""
    if not marks:
        return scene
    view = read_scene(scene)
    ground = make_ground(view)
    glyphs = index_glyphs(view, network)
    pen = Pen(page.small * page.zoom, page.family, page.zoom)
    bars = [] if marks.tint is None else list(draw_bars(marks.tint, glyphs, ground, page))
    discs = list(draw_discs(marks.pins, glyphs, ground, pen))
    top = max(0.0, MARGIN - min((box.y for box, _ in discs), default=MARGIN))
    items = [*scene.items, *bars, *(disc for _, disc in discs)]
    width = max(scene.size.width, min(page.width, LEAST_WIDTH * page.zoom))
    right = (width - scene.size.width) / 2
    moved = tuple(transformed(item, dx=right, dy=top) for item in items)
    height = scene.size.height + top
    below: list[Item] = []
    for group, used in draw_below(marks, pen, page, width):
        below.append(transformed(group, dy=height - MARGIN + GAP))
        height += used + GAP
    size = Size(width, height)
    text = " ".join((scene.description, *describe_marks(marks)))
    return replace(scene, size=size, items=(*moved, *below), description=text)


def describe_marks(marks: Marks) -> Iterator[str]:
    """Yield pins and tint as sentences, for readers who cannot see them."""
    for number, pin in enumerate(marks.pins[:MAX_LISTED], start=1):
        yield f"Pin {number}, {load_looks().pin[pin.tier].label}: {pin.text}."
    if marks.tint is not None:
        low, high = marks.tint.range
        yield f"{marks.tint.name} of the layers, from {low:.3g} to {high:.3g}."


# Pins.


def draw_discs(
    pins: Sequence[Pin], glyphs: Mapping[str, SeenGlyph], ground: Ground, pen: Pen
) -> Iterator[tuple[Box, Group]]:
    """Yield the discs of pins that have a place, each with its box."""
    for number, pin in enumerate(pins[:MAX_LISTED], start=1):
        glyph = glyphs.get(pin.place.layer)
        radius = measure_radius(str(number), pen)
        middle = None if glyph is None else find_place(glyph, radius, ground)
        if glyph is not None and middle is not None:
            disc = draw_disc(number, pin, middle, radius, pen, glyph.id)
            yield Box(middle.x - radius, middle.y - radius, 2 * radius, 2 * radius), disc


def measure_radius(text: str, pen: Pen) -> float:
    """Return the radius of the disc around a number."""
    return measure_disc(text, pen.size, pen.family, PAD * pen.zoom)


def measure_disc(text: str, size: float, family: str, pad: float) -> float:
    """Return the radius of a disc around digits of a size."""
    return math.hypot(text_width(text, size, family=family) / 2, 0.36 * size) + pad


def draw_disc(
    number: int, pin: Pin, middle: Point, radius: float, pen: Pen, glyph: str = ""
) -> Group:
    """Return a disc with the number of a pin."""
    look = load_looks().pin[pin.tier]
    inner = radius - look.width * pen.zoom / 2
    box = Box(middle.x - inner, middle.y - inner, 2 * inner, 2 * inner)
    disc = Path(
        rounded(box, inner),
        fill=look.fill,
        stroke=look.stroke,
        width=look.width * pen.zoom,
        classes=("disc",),
    )
    at = Point(middle.x, middle.y + 0.36 * pen.size)
    digits = Text(
        at, str(number), pen.size, look.ink, anchor="middle", family=pen.family, classes=("label",)
    )
    data = (("layer", pin.place.layer), ("code", pin.code), ("tier", pin.tier))
    owner = (("glyph", glyph),) if glyph else ()
    return Group((disc, digits), classes=("pin", "badge"), data=(*data, *owner))


def draw_below(
    marks: Marks, pen: Pen, page: Page, width: float, first: int = 1
) -> Iterator[tuple[Group, float]]:
    """Yield the scale of the tint and the list of pins, each at (0, 0) with its height."""
    if marks.tint is not None:
        yield draw_scale(marks.tint, pen, page, width)
    if marks.pins:
        yield draw_list(marks.pins, pen, width, first)


def draw_list(pins: Sequence[Pin], pen: Pen, width: float, first: int = 1) -> tuple[Group, float]:
    """Return the texts of pins beneath each other, each behind its disc, counted from `first`."""
    items: list[Item] = []
    step = pen.size * LEADING
    column = 2 * measure_radius(str(first - 1 + min(len(pins), MAX_LISTED)), pen)
    left, y = MARGIN + column + 2.5 * pen.zoom, 0.0
    ink = load_looks().pin["error"].stroke
    for number, pin in enumerate(pins[:MAX_LISTED], start=first):
        radius = measure_radius(str(number), pen)
        lines = wrap(write_pin(pin), width - MARGIN - left, pen)
        middle = Point(MARGIN + column / 2, y + radius)
        items.append(draw_disc(number, pin, middle, radius, pen))
        for line in lines:
            baseline = y + radius + 0.36 * pen.size
            items.append(pen.write(Point(left, baseline), line, ink))
            y += step
        y += max(2 * radius + pen.zoom - len(lines) * step, 0.6 * pen.zoom)
    if len(pins) > MAX_LISTED:
        text = f"and {len(pins) - MAX_LISTED} more"
        items.append(pen.write(Point(left, y + pen.size), text, ink))
        y += step
    return Group(tuple(items), classes=("pins",)), y


def write_pin(pin: Pin) -> str:
    """Return the text of a pin, with its line of code."""
    return f"{pin.line}: {pin.text}" if pin.line else pin.text


def wrap(text: str, width: float, pen: Pen) -> list[str]:
    """Return the lines of a text that are no wider than a width; words that are wider are cut."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and pen.width(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(cut(word, width, pen))
    return lines or [""]


def cut(word: str, width: float, pen: Pen) -> str:
    """Return a word, shortened to a width."""
    if pen.width(word) <= width:
        return word
    while len(word) > 1 and pen.width(f"{word}…") > width:
        word = word[:-1]
    return f"{word}…"


# Tints.


def draw_bars(
    tint: Tint, glyphs: Mapping[str, SeenGlyph], ground: Ground, page: Page
) -> Iterator[Group]:
    """Yield a bar in each glyph that has a value: the mean of those of its layers."""
    values: dict[str, list[float]] = {}
    seen: dict[str, SeenGlyph] = {}
    for layer, value in tint.values.items():
        glyph = glyphs.get(layer)
        own = glyph is not None and layer in dict(glyph.group.data).get("layers", "").split(" ")
        if glyph is not None and own:
            values.setdefault(glyph.id, []).append(value)
            seen[glyph.id] = glyph
    for id, every in values.items():
        box = find_bar(seen[id], [page.zoom * height for height in BARS], ground)
        if box is not None:
            mean = sum(every) / len(every)
            fill = choose_color(mean, tint, mono=page.mono)
            bar = Path(rounded(box, 0.0), fill, "#ffffff", 0.4 * page.zoom, classes=("bar",))
            data = (("glyph", id), ("value", f"{mean:.6g}"))
            yield Group((bar,), classes=("tint",), data=data)


def find_share(value: float, tint: Tint) -> float | None:
    """Return where a value is on the scale, from 0 to 1; None for one that is not finite."""
    if not math.isfinite(value):
        return None
    low, high = tint.range
    if is_logarithmic(tint):
        low, high, value = math.log10(low), math.log10(high), math.log10(max(value, low))
    return (value - low) / (high - low) if high > low else 0.5


def is_logarithmic(tint: Tint) -> bool:
    """Tell whether the values reach over several powers of ten."""
    low, high = tint.range
    return low > 0 and math.log10(high / low) >= DECADES


def choose_color(value: float, tint: Tint, *, mono: bool) -> str:
    """Return the colour of a value."""
    ramp, share = load_looks().ramp, find_share(value, tint)
    return ramp.missing if share is None else blend(ramp.grey if mono else ramp.colour, share)


def blend(colors: Sequence[str], share: float) -> str:
    """Return the colour at a share of a scale.

    >>> blend(("#000000", "#ffffff"), 0.5)
    '#808080'
    """
    at = min(max(share, 0.0), 1.0) * (len(colors) - 1)
    first = min(int(at), len(colors) - 2)
    one, two = (
        [int(color[n : n + 2], 16) for n in (1, 3, 5)] for color in colors[first : first + 2]
    )
    mixed = [round(a + (at - first) * (b - a)) for a, b in zip(one, two, strict=True)]
    return "#" + "".join(f"{each:02x}" for each in mixed)


def draw_scale(tint: Tint, pen: Pen, page: Page, width: float) -> tuple[Group, float]:
    """Return the scale of a tint: its name, the least value, the colours, the greatest value."""
    low, high = tint.range
    ink = load_looks().pin["error"].stroke
    long = min(SCALE.width * pen.zoom, width / 4)
    high_bar, baseline = SCALE.height * pen.zoom, 0.9 * pen.size
    ramp = load_looks().ramp
    colors = ramp.grey if page.mono else ramp.colour
    logarithmic = ", logarithmic" if is_logarithmic(tint) else ""
    name, least, most = f"{tint.name}{logarithmic}", f"{low:.3g}", f"{high:.3g}"
    if low == high:
        # One value: its colour alone.
        colors, long, most = (blend(colors, 0.5),) * 2, 2 * high_bar, ""
    gap, x, y = 3 * pen.zoom, MARGIN, baseline
    room = width - 2 * MARGIN - long - pen.width(least + most) - 3 * gap
    items: list[Item] = [pen.write(Point(x, y), cut(name, width - 2 * MARGIN, pen), ink)]
    if pen.width(name) <= room:
        x += pen.width(name) + gap
    else:
        y += LEADING * pen.size
    items.append(pen.write(Point(x, y), least, ink))
    x += pen.width(least) + gap
    count = 4 * len(colors)
    for number in range(count):
        # Each reaches to the end, so that no gap shows between two.
        start = number * long / count
        box = Box(x + start, y - high_bar, long - start, high_bar)
        items.append(Path(rounded(box, 0.0), fill=blend(colors, number / (count - 1))))
    if most:
        items.append(pen.write(Point(x + long + gap, y), most, ink))
    return Group(tuple(items), classes=("scale",)), y + 0.4 * pen.size
