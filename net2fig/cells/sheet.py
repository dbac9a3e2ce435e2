"""The sheet of a cell: the picture, beneath it the legend, the equations, and notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from net2fig.cells.cell import Cell
from net2fig.cells.draw import Pen, draw_box, draw_cell, draw_circle, draw_formula, find_start
from net2fig.cells.equations import write_equations
from net2fig.cells.mathematics import LARGE, measure_formula
from net2fig.cells.picture import CIRCLE, Picture, make_picture
from net2fig.cells.topology import Part, load_parts
from net2fig.compose.composition import MARGIN
from net2fig.compose.legend.lines import Panel, Piece, fill_lines, place_lines
from net2fig.compose.style.entry import LegendEntry
from net2fig.compose.wording.words import break_lines
from net2fig.fonts.metrics import text_width
from net2fig.geometry import Box, Point, Size
from net2fig.scene import Group, Item, Text, transformed

NARROWEST = 200.0
"""What stands beneath a picture is at least so wide, if the page is."""

SWATCH = Size(13.0, 10.0)
"""The size of a box in the legend."""

WORDS = 4.0
"""Between a swatch and its words."""

EQUATION_GAP = 18.0
"""Between two columns of equations."""

BETWEEN = 7.0
"""Between two parts of a sheet."""


def draw_sheet(cell: Cell, pen: Pen, title: str = "") -> Panel:
    """Return the sheet of a cell, and of what it wraps, under a title."""
    page = pen.page
    width = page.width - 2 * MARGIN
    cells = list(list_inner(cell))
    pictures = [make_picture(each, page, width) for each in cells]
    inner = max(min(width, NARROWEST), *(picture.size.width for picture in pictures))
    parts = draw_title(title, pen) if title else []
    for number, (each, picture) in enumerate(zip(cells, pictures, strict=True)):
        below = replace(pen, prefix=pen.prefix + "inner/" * number)
        parts += draw_title(f"{each.label} =", pen) if number else []
        parts.append(draw_picture(each, picture, below, inner))
    if page.legend:
        parts.append(draw_legend(cells, pen, inner))
    parts += [draw_equations(each, pen, inner) for each in cells]
    parts.append(draw_notes([note for each in cells for note in each.notes], pen, inner))
    return stack_panels([part for part in parts if part.items])


def list_inner(cell: Cell) -> Iterator[Cell]:
    """Yield a cell, and those that its nodes stand for."""
    yield cell
    if cell.inner is not None:
        yield from list_inner(cell.inner)


def stack_panels(panels: Sequence[Panel]) -> Panel:
    """Return panels beneath each other."""
    items: list[Item] = []
    y = 0.0
    for panel in panels:
        items += [transformed(item, dy=y) for item in panel.items]
        y += panel.size.height + BETWEEN
    return Panel(tuple(items), Size(max(p.size.width for p in panels), y - BETWEEN))


def draw_title(title: str, pen: Pen) -> list[Panel]:
    """Return the words above a picture."""
    size = pen.page.size
    text = Text(
        Point(0.0, 0.76 * size),
        title,
        size,
        pen.ink("text"),
        bold=True,
        family=pen.page.family,
        classes=("label", "title"),
    )
    width = text_width(title, size, family=pen.page.family, bold=True)
    return [Panel((text,), Size(width, size))]


def draw_picture(cell: Cell, picture: Picture, pen: Pen, width: float) -> Panel:
    """Return the picture in the middle of a width."""
    dx = (width - picture.size.width) / 2 - picture.corner.x
    drawn = transformed(draw_cell(cell, picture, pen), dx=dx, dy=-picture.corner.y)
    return Panel((drawn,), Size(width, picture.size.height))


# The legend.


def draw_legend(cells: Sequence[Cell], pen: Pen, width: float) -> Panel:
    """Return an entry for each look of the pictures."""
    parts: dict[str, list[tuple[str, Part]]] = {}
    for node in (node for cell in cells for node in cell.topology.node):
        part = load_parts()[node.op]
        if part.shape != "point":
            parts.setdefault(part.label, []).append((node.op, part))
    pieces = [draw_entry(label, looks, pen) for label, looks in parts.items()]
    panel = place_lines(fill_lines(pieces, width))
    name = "cell-legend" if pen.is_part else "legend"
    return Panel((Group(panel.items, classes=(name,)),), panel.size)


def draw_entry(label: str, looks: Sequence[tuple[str, Part]], pen: Pen) -> Piece:
    """Return an entry: each of its looks once, and its words."""
    items: list[Item] = []
    x, circle = 0.0, CIRCLE * pen.page.size / 7.0
    shown: list[tuple[str, str, str]] = []
    for _, part in looks:
        key = (part.shape, part.role, part.text if part.shape == "circle" else "")
        if key in shown:
            continue
        shown.append(key)
        if part.shape == "circle":
            drawn = draw_circle(part, Box(x, -circle / 2, circle, circle), pen)
            items.append(Group(drawn, classes=("swatch",)))
            x += circle + WORDS / 2
        else:
            box = Box(x, -SWATCH.height / 2, SWATCH.width, SWATCH.height)
            items += draw_box(part, "", box, pen)
            x += SWATCH.width + WORDS / 2
    x += WORDS / 2
    page = pen.page
    text = Text(
        Point(x, 0.36 * page.size),
        label,
        page.size,
        pen.ink("text"),
        family=page.family,
        classes=("label", "name"),
    )
    ops = tuple(dict.fromkeys(op for op, _ in looks))
    half = max(SWATCH.height, circle) / 2
    reach = x + text_width(label, page.size, family=page.family)
    return Piece(reach, half, half, (*items, text), make_entry(label, ops))


def make_entry(label: str, ops: tuple[str, ...]) -> LegendEntry | None:
    """Return what tells a reader of the file which operations an entry explains."""
    from net2fig.glyphs import Look

    look = Look(None, "", 0.0, "", "")
    return LegendEntry(("cell", label), label, "cell", "box", look, 0, ops)


# The equations.


def draw_equations(cell: Cell, pen: Pen, width: float) -> Panel:
    """Return the equations, those of a column beneath each other at their signs "="."""
    texts = [equation.text for equation in write_equations(cell)]
    small = pen.page.small
    step = LARGE * small * 1.5
    for count in range(min(3, len(texts)), 0, -1):
        high = -(-len(texts) // count)
        columns = [texts[start : start + high] for start in range(0, len(texts), high)]
        widths = [measure_column(column, small) for column in columns]
        if sum(widths) + EQUATION_GAP * (len(columns) - 1) <= width or count == 1:
            break
    items: list[Item] = []
    x = 0.0
    for column, reach in zip(columns, widths, strict=True):
        left = max(find_start(text, small) for text in column)
        for number, text in enumerate(column):
            at = Point(x + left - find_start(text, small), number * step + 0.8 * LARGE * small)
            items.append(draw_formula(text, at, pen, "equation"))
        x += reach + EQUATION_GAP
    height = (high - 1) * step + 1.15 * LARGE * small
    group = Group(tuple(items), classes=("equations",))
    return Panel((group,), Size(x - EQUATION_GAP, height))


def measure_column(texts: Sequence[str], small: float) -> float:
    """Return the width of equations that are aligned at their signs "="."""
    starts = [find_start(text, small) for text in texts]
    rests = [
        measure_formula(text, small) - start for text, start in zip(texts, starts, strict=True)
    ]
    return max(starts) + max(rests)


def draw_notes(notes: Sequence[str], pen: Pen, width: float) -> Panel:
    """Return the sentences on the configuration."""
    page = pen.page
    if not notes:
        return Panel((), Size(0.0, 0.0))

    def measure(line: str) -> float:
        return text_width(line, page.small, family=page.family)

    lines = break_lines(" ".join(notes), lambda line: measure(line) <= width)
    step = page.small * 1.3
    texts = tuple(
        Text(
            Point(0.0, number * step + 0.76 * page.small),
            line,
            page.small,
            pen.ink("muted"),
            family=page.family,
            classes=("label", "note"),
        )
        for number, line in enumerate(lines)
    )
    return Panel(texts, Size(max(map(measure, lines)), len(lines) * step - 0.3 * page.small))
