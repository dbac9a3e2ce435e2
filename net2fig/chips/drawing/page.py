"""One chip as a scene: the strip, and its legend below."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from net2fig.chips.drawing.legend import (
    DrawnLegend,
    describe_hidden,
    describe_scale,
    draw_legend,
    find_entries,
    find_label,
)
from net2fig.chips.drawing.lines import break_strip, flatten, stack_lines
from net2fig.chips.drawing.marks import ChipGrammar, ChipSizes
from net2fig.chips.drawing.paint import Brush, paint
from net2fig.chips.drawing.place import ChipSpacing, place_strip
from net2fig.chips.drawing.placed import PlacedStrip
from net2fig.chips.drawing.scale import ValueScale
from net2fig.chips.drawing.vertical import turn_down
from net2fig.chips.strip.alt import describe_strip
from net2fig.chips.strip.model import ChipModel
from net2fig.chips.strip.strip import Strip
from net2fig.data.grammar import Grammar, Palette
from net2fig.geometry import Point, Size
from net2fig.marking import Marks
from net2fig.marking.look import load_looks
from net2fig.marking.mark import Pen, draw_below, write_pin
from net2fig.options.page import Page
from net2fig.pins import Tint
from net2fig.scene import Group, Item, Scene, transformed

MARGIN = 1.0
"""The margin of the page, in points."""


TORN = "A torn end: the size is unknown."
OPEN = "An axis that the input leaves open counts as {}."
"""Notes about cells whose length has no meaning."""

SHARED = "Lozenge: the same weights, used again."
"""The note about the mark over shared layers."""

MIN_LIST = 168.0
"""Texts of pins are as wide as the chip, or as this."""

MARKS_GAP = 4.0
"""Above the scale of a tint and above the texts of pins."""

LEADING = 0.6
"""Between two lines of a chip, in lanes of the template."""


class ChipStyle(Struct, frozen=True):
    """Settings that all chips of a page share; `names` tells whether proposed names are shown."""

    grammar: Grammar
    chips: ChipGrammar
    page: Page
    palette: Palette
    scale: ValueScale
    sizes: ChipSizes
    vertical: bool = False
    names: bool = True
    tint: Tint | None = None

    @property
    def brush(self) -> Brush:
        """The brush for cells and numbers."""
        return Brush(
            self.grammar,
            self.chips,
            self.palette,
            self.sizes,
            self.page.small,
            self.page.family,
            self.tint,
            self.page.mono,
        )

    @property
    def spacing(self) -> ChipSpacing:
        """What lengths follow from."""
        text, family = self.page.small, self.page.family
        return ChipSpacing(
            *(self.sizes, self.scale, text, family, self.vertical, self.names),
            tinted=self.tint is not None,
        )


def place_chip(strip: Strip, style: ChipStyle, room: float) -> PlacedStrip:
    """Return a placed chip, broken into lines if it is too wide."""
    if style.vertical:
        return turn_down(place_strip(flatten(strip), style.spacing), style.spacing.digits)
    return stack_lines(break_strip(strip, style.spacing, room), style.page.lane * LEADING)


def draw_chip(placed: PlacedStrip, name: str, style: ChipStyle) -> Group:
    """Return a chip that is placed."""
    items = tuple(paint(placed, style.brush))
    return Group(items, classes=("chip",), data=(("model", name),))


def draw_single_chip(model: ChipModel, style: ChipStyle, *, with_legend: bool, title: str) -> Scene:
    """Return the scene of one chip."""
    placed = place_chip(model.strip, style, style.page.width - 2 * MARGIN)
    base = MARGIN + placed.above
    items: list[Item] = [draw_chip(placed.moved(MARGIN, base), model.name, style)]
    width, height = placed.width, base + placed.below
    if with_legend:
        width = max(width, style.page.width - 2 * MARGIN)
        lines = write_small_print([model], style)
        drawn_legend = draw_legend(
            find_entries([model.strip], style.brush),
            lines,
            style.brush,
            Point(MARGIN, height + style.page.legend_gap / 2),
            width,
        )
        items.extend(drawn_legend.items)
        height += style.page.legend_gap / 2 + drawn_legend.height
    marks = draw_marks([model], style, Point(0.0, height), max(width, MIN_LIST) + 2 * MARGIN)
    items.extend(marks.items)
    if marks.items:
        width, height = max(width, MIN_LIST), height + marks.height
    size = Size(width + 2 * MARGIN, height + MARGIN)
    text = " ".join((describe_chips([model], style), *describe_pins([model])))
    return Scene(size, tuple(items), title, text, style.page.background)


def draw_marks(
    models: Sequence[ChipModel], style: ChipStyle, at: Point, width: float
) -> DrawnLegend:
    """Return the scale of the tint and the texts of the pins of some models, from a point on."""
    tinted = any(cell.measured for model in models for cell in model.strip.cells())
    pen, page = Pen(style.page.small, style.page.family, 1.0), style.page
    parts: list[tuple[Marks, int]] = []
    if tinted and style.tint is not None:
        parts.append((Marks((), style.tint), 1))
    parts += [
        (Marks(tuple(pin for _, pin in model.pins)), model.pins[0][0])
        for model in models
        if model.pins
    ]
    items: list[Item] = []
    y = at.y
    for marks, first in parts:
        for group, used in draw_below(marks, pen, page, width, first):
            items.append(transformed(group, dx=at.x, dy=y + MARKS_GAP))
            y += used + MARKS_GAP
    return DrawnLegend(tuple(items), y - at.y)


def write_small_print(models: Sequence[ChipModel], style: ChipStyle) -> list[str]:
    """Return the lines below the legend: the scale, and the layers that are not shown."""
    cells = [cell for model in models for cell in model.strip.cells()]
    unknown = any(cell.values is None for cell in cells)
    shared = any(cell.shared for cell in cells) and style.sizes.tie > 0
    clamped = any(cell.values is not None and cell.values < 10**style.scale.low for cell in cells)
    hidden = [each for model in models for each in model.outline.left_out]
    side = "Width" if style.vertical else "Height"
    lines = [
        describe_scale(side, style.scale, style.chips.unit, clamped=clamped, many=len(models) > 1),
        OPEN.format(style.chips.open) if any(cell.is_open for cell in cells) else "",
        TORN if unknown else "",
        SHARED if shared else "",
        describe_hidden(hidden, style.grammar),
    ]
    return [line for line in lines if line]


def describe_pins(models: Sequence[ChipModel]) -> list[str]:
    """Return the pins of some models in words, one sentence each."""
    return [
        f"Pin {number}, {load_looks().pin[pin.tier].label}: {write_pin(pin)}."
        for model in models
        for number, pin in model.pins
    ]


def describe_tint(style: ChipStyle) -> list[str]:
    """Return the sentence about the bars under the cells, for formats without their scale."""
    if style.tint is None:
        return []
    low, high = style.tint.range
    return [f"Bars: {style.tint.name}, from {low:.3g} (light) to {high:.3g} (dark)."]


def describe_chips(models: Sequence[ChipModel], style: ChipStyle) -> str:
    """Return a description of the chips."""
    return " ".join(f"{model.name}: {describe_chip(model, style)}" for model in models)


def describe_chip(model: ChipModel, style: ChipStyle) -> str:
    """Return one chip in words."""
    brush = style.brush
    return describe_strip(model.strip, lambda cell: find_label([cell], brush))
