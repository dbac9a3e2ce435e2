"""The palettes, textures and templates that can be asked for: as a table, and as a picture.

The picture is a `Scene` in the type and the inks of the base template, one row per palette, a grid
of textures, one row per template.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path as FilePath

from msgspec import Struct

from net2fig.data.grammar import Palette, load_palette, texture_names
from net2fig.data.resources import PALETTES, TEMPLATES, make_reference, theme_names
from net2fig.data.template import Template, load_template
from net2fig.fonts.metrics import text_width
from net2fig.geometry import Box, Point, Size
from net2fig.render.textures import load_texture
from net2fig.scene import Fill, Item, Path, Scene, Text, Texture, rounded

BASE = "base"
DEFAULT_PALETTE = "default"
POINTS_PER_INCH = 72


def described() -> str:
    """Return all themes as text, a line each."""
    sections = [
        (PALETTES, [(name, load_palette(id).label + of(id)) for name, id in found(PALETTES)]),
        ("textures", [(name, load_texture(name).label) for name in texture_names()]),
        (TEMPLATES, [(name, page(load_template(id)) + of(id)) for name, id in found(TEMPLATES)]),
    ]
    lines: list[str] = []
    for title, rows in sections:
        wide = max((len(name) for name, _ in rows), default=0)
        lines += ["", title, *(f"  {name:{wide}}  {label}" for name, label in rows)]
    return "\n".join(lines[1:])


def found(shelf: str) -> list[tuple[str, str]]:
    """Return the palettes or the templates that are found from here: a name, and what loads it."""
    here = FilePath()
    return [
        (name, make_reference(shelf, name, here, (here,))) for name in theme_names(shelf, (here,))
    ]


def of(id: str) -> str:
    """Return where a theme is that does not ship, behind what it is."""
    return f", from {id}" if id.endswith(".toml") else ""


def page(template: Template) -> str:
    """Return what a template says, in a line."""
    width = f"{template.width / POINTS_PER_INCH:.3f}".rstrip("0").rstrip(".")
    return f"{template.label} ({width} in, text from {template.minimum:g} pt)"


def pictured() -> Scene:
    """Return all themes as a picture, at the width of the base template."""
    sheet = _Sheet(load_template(BASE), load_palette(DEFAULT_PALETTE))
    items: list[Item] = []
    top = sheet.margin
    for draw in (sheet.palettes, sheet.textures, sheet.templates):
        drawn, top = draw(top)
        items += drawn
        top += sheet.template.legend_gap
    size = Size(sheet.template.width, top - sheet.template.legend_gap + sheet.margin)
    return Scene(size, tuple(items), "Themes of net2fig", described())


Drawn = tuple[list[Item], float]
"""Items, and the y beneath them."""


class _Sheet(Struct, frozen=True):
    """Where things stand on the picture; every length follows from the base template."""

    template: Template
    palette: Palette

    @property
    def margin(self) -> float:
        """Between the edge of the page and what is on it."""
        return self.template.size

    @property
    def line(self) -> float:
        """From one line of text to the next."""
        return self.template.size * 1.4

    @property
    def height(self) -> float:
        """The height of a swatch."""
        return self.template.size * 2

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.template.width - 2 * self.margin

    def palettes(self, top: float) -> Drawn:
        """Draw a row of swatches per palette under the names of the roles."""
        named = [(name, load_palette(id)) for name, id in found(PALETTES)]
        palettes = [palette for _, palette in named]
        roles = [*palettes[0].roles, *(f"accent-{n + 1}" for n in range(len(palettes[0].groups)))]
        first = self.column(name for name, _ in named)
        step = (self.inner - first) / len(roles)
        xs = [self.margin + first + step * n for n in range(len(roles))]
        items: list[Item] = [self.heading("palettes", top)]
        top += self.line
        # Names of roles are wider than swatches: every other one stands a line lower.
        items += [
            self.label(role, x, top + self.line * (n % 2 + 1), small=True)
            for n, (role, x) in enumerate(zip(roles, xs, strict=True))
        ]
        top += 2 * self.line + self.template.label_gap * 2
        for name, palette in named:
            items.append(self.label(name, self.margin, top + self.height * 0.65))
            colours = [*palette.roles.values(), *palette.groups]
            for x, colour in zip(xs, colours, strict=False):
                box = Box(x, top, step - self.template.lane, self.height)
                items.append(self.swatch(box, colour))
            top += self.height + self.template.lane
        return items, top

    def textures(self, top: float) -> Drawn:
        """Draw a grid of textures, each with its name beneath."""
        names = texture_names()
        step = self.column(names)
        columns = max(int(self.inner // step), 1)
        items: list[Item] = [self.heading("textures", top)]
        top += self.line + self.template.label_gap * 2
        for row in _rows(names, columns):
            for n, name in enumerate(row):
                x = self.margin + n * step
                fill = Texture(name, self.palette.ink["text"], self.palette.ink["paper"])
                box = Box(x, top, step - self.template.lane, self.height)
                items.append(self.swatch(box, fill))
                items.append(self.label(name, x, top + self.height + self.line, small=True))
            top += self.height + self.line + self.template.lane
        return items, top

    def templates(self, top: float) -> Drawn:
        """Draw a line of text per template."""
        named = found(TEMPLATES)
        first = self.column(name for name, _ in named)
        items: list[Item] = [self.heading("templates", top)]
        top += self.line
        for name, id in named:
            top += self.line
            items.append(self.label(name, self.margin, top))
            items.append(self.label(page(load_template(id)), self.margin + first, top))
        return items, top

    def column(self, names: Iterable[str]) -> float:
        """Return the width of a column that holds the names."""
        family, size = self.template.family, self.template.size
        widest = max(text_width(name, size, family=family) for name in names)
        return widest + 2 * self.template.lane

    def heading(self, string: str, top: float) -> Text:
        """Return the words above a section."""
        at = Point(self.margin, top + self.template.size)
        ink = self.palette.ink["text"]
        return Text(at, string, self.template.size, ink, bold=True, family=self.template.family)

    def label(self, string: str, x: float, y: float, *, small: bool = False) -> Text:
        """Return a name; small ones are muted."""
        size = self.template.small if small else self.template.size
        ink = self.palette.ink["muted" if small else "text"]
        return Text(Point(x, y), string, size, ink, family=self.template.family)

    def swatch(self, box: Box, fill: Fill) -> Path:
        """Return a sample of a fill."""
        shape = rounded(box, self.template.border)
        return Path(shape, fill, self.palette.ink["line"], self.template.line)


def _rows(names: Sequence[str], columns: int) -> Iterator[Sequence[str]]:
    """Yield the names in rows."""
    for start in range(0, len(names), columns):
        yield names[start : start + columns]
