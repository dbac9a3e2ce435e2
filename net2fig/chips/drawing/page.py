"""One chip as a scene: the strip, and beneath it what it means."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from net2fig.chips.drawing.legend import hidden_line, label_of, legend, scale_line, signs
from net2fig.chips.drawing.lines import flattened, lines_of, stacked
from net2fig.chips.drawing.marks import ChipGrammar, Sizes
from net2fig.chips.drawing.paint import Brush, paint
from net2fig.chips.drawing.place import Spacing, place
from net2fig.chips.drawing.placed import Placed
from net2fig.chips.drawing.scale import Scale
from net2fig.chips.drawing.vertical import turned
from net2fig.chips.strip.alt import sentence
from net2fig.chips.strip.model import ChipModel
from net2fig.chips.strip.strip import Strip
from net2fig.data.grammar import Grammar, Palette
from net2fig.geometry import Point, Size
from net2fig.options.page import Page
from net2fig.scene import Group, Item, Scene

MARGIN = 1.0
"""Between the edge of the page and what is on it, in points."""


TORN = "A torn end: the size is unknown."
OPEN = "An axis that the input leaves open counts as {}."
"""What the small print says of cells whose length says nothing."""

SHARED = "Lozenge: the same weights, used again."
"""What the small print says of the mark over layers that are shared."""

LEADING = 0.6
"""Between two lines of a chip, in lanes of the template."""


class Style(Struct, frozen=True):
    """What all chips of a page share; `names` tells whether groups that were found bear theirs."""

    grammar: Grammar
    chips: ChipGrammar
    page: Page
    palette: Palette
    scale: Scale
    sizes: Sizes
    vertical: bool = False
    names: bool = True

    @property
    def brush(self) -> Brush:
        """What cells and numbers are painted with."""
        return Brush(
            self.grammar,
            self.chips,
            self.palette,
            self.sizes,
            self.page.small,
            self.page.family,
        )

    @property
    def spacing(self) -> Spacing:
        """What lengths follow from."""
        text, family = self.page.small, self.page.family
        return Spacing(self.sizes, self.scale, text, family, self.vertical, self.names)


def broken(strip: Strip, style: Style, room: float) -> Placed:
    """Return a chip with everything in its place, broken into lines where it is too wide."""
    if style.vertical:
        return turned(place(flattened(strip), style.spacing), style.spacing.digits)
    return stacked(lines_of(strip, style.spacing, room), style.page.lane * LEADING)


def items_of(made: Placed, name: str, style: Style) -> Group:
    """Return a chip that stands in its place."""
    items = tuple(paint(made, style.brush))
    return Group(items, classes=("chip",), data=(("model", name),))


def single(model: ChipModel, style: Style, *, with_legend: bool, title: str) -> Scene:
    """Return the scene of one chip."""
    made = broken(model.strip, style, style.page.width - 2 * MARGIN)
    base = MARGIN + made.above
    items: list[Item] = [items_of(made.moved(MARGIN, base), model.name, style)]
    width, height = made.width, base + made.below
    if with_legend:
        width = max(width, style.page.width - 2 * MARGIN)
        lines = small_print([model], style)
        drawn = legend(
            signs([model.strip], style.brush),
            lines,
            style.brush,
            Point(MARGIN, height + style.page.legend_gap / 2),
            width,
        )
        items.extend(drawn.items)
        height += style.page.legend_gap / 2 + drawn.height
    size = Size(width + 2 * MARGIN, height + MARGIN)
    return Scene(size, tuple(items), title, described([model], style), style.page.background)


def small_print(models: Sequence[ChipModel], style: Style) -> list[str]:
    """Return the lines beneath the legend: the scale, and what is not shown."""
    cells = [cell for model in models for cell in model.strip.cells()]
    unknown = any(cell.values is None for cell in cells)
    shared = any(cell.shared for cell in cells) and style.sizes.tie > 0
    clamped = any(cell.values is not None and cell.values < 10**style.scale.low for cell in cells)
    hidden = dict.fromkeys(name for model in models for name, _ in model.outline.hidden)
    side = "Width" if style.vertical else "Height"
    lines = [
        scale_line(side, style.scale, style.chips.unit, clamped=clamped, many=len(models) > 1),
        OPEN.format(style.chips.open) if any(cell.is_open for cell in cells) else "",
        TORN if unknown else "",
        SHARED if shared else "",
        hidden_line(hidden, style.grammar),
    ]
    return [line for line in lines if line]


def described(models: Sequence[ChipModel], style: Style) -> str:
    """Return the chips in prose."""
    return " ".join(f"{model.name}: {said(model, style)}" for model in models)


def said(model: ChipModel, style: Style) -> str:
    """Return one chip in words."""
    brush = style.brush
    return sentence(model.strip, lambda cell: label_of([cell], brush))
