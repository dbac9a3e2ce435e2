"""The available palettes, textures and templates: as a table, and as a picture.

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


def describe_themes() -> str:
    """Return all themes as text, a line each."""
    sections = [
        (
            PALETTES,
            [
                (name, load_palette(id).label + describe_origin(id))
                for name, id in find_themes(PALETTES)
            ],
        ),
        ("textures", [(name, load_texture(name).label) for name in texture_names()]),
        (
            TEMPLATES,
            [
                (name, describe_template(load_template(id)) + describe_origin(id))
                for name, id in find_themes(TEMPLATES)
            ],
        ),
    ]
    lines: list[str] = []
    for title, rows in sections:
        wide = max((len(name) for name, _ in rows), default=0)
        lines += ["", title, *(f"  {name:{wide}}  {label}" for name, label in rows)]
    return "\n".join(lines[1:])


def find_themes(shelf: str) -> list[tuple[str, str]]:
    """Return the palettes or the templates that are found from here: a name, and what loads it."""
    here = FilePath()
    return [
        (name, make_reference(shelf, name, here, (here,))) for name in theme_names(shelf, (here,))
    ]


def describe_origin(id: str) -> str:
    """Return the description of a theme, with the place of one that does not ship."""
    return f", from {id}" if id.endswith(".toml") else ""


def describe_template(template: Template) -> str:
    """Return a description of a template in one line."""
    width = f"{template.width / POINTS_PER_INCH:.3f}".rstrip("0").rstrip(".")
    return f"{template.label} ({width} in, text from {template.minimum:g} pt)"


def draw_themes() -> Scene:
    """Return all themes as a picture, at the width of the base template."""
    sheet = _ThemeSheet(load_template(BASE), load_palette(DEFAULT_PALETTE))
    items: list[Item] = []
    top = sheet.margin
    for draw in (sheet.draw_palettes, sheet.draw_textures, sheet.draw_templates):
        section_items, top = draw(top)
        items += section_items
        top += sheet.template.legend_gap
    size = Size(sheet.template.width, top - sheet.template.legend_gap + sheet.margin)
    return Scene(size, tuple(items), "Themes of net2fig", describe_themes())


DrawnSection = tuple[list[Item], float]
"""Items, and the y beneath them."""


class _ThemeSheet(Struct, frozen=True):
    """Positions on the picture; every length follows from the base template."""

    template: Template
    palette: Palette

    @property
    def margin(self) -> float:
        """The margin of the page."""
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
    def inner_width(self) -> float:
        """The width between the margins."""
        return self.template.width - 2 * self.margin

    def draw_palettes(self, top: float) -> DrawnSection:
        """Draw a row of swatches per palette under the names of the roles."""
        palettes_by_name = [(name, load_palette(id)) for name, id in find_themes(PALETTES)]
        palettes = [palette for _, palette in palettes_by_name]
        roles = [*palettes[0].roles, *(f"accent-{n + 1}" for n in range(len(palettes[0].groups)))]
        first = self.measure_column(name for name, _ in palettes_by_name)
        step = (self.inner_width - first) / len(roles)
        xs = [self.margin + first + step * n for n in range(len(roles))]
        items: list[Item] = [self.make_heading("palettes", top)]
        top += self.line
        # Names of roles are wider than swatches: every other one is a line lower.
        items += [
            self.make_label(role, x, top + self.line * (n % 2 + 1), small=True)
            for n, (role, x) in enumerate(zip(roles, xs, strict=True))
        ]
        top += 2 * self.line + self.template.label_gap * 2
        for name, palette in palettes_by_name:
            items.append(self.make_label(name, self.margin, top + self.height * 0.65))
            colours = [*palette.roles.values(), *palette.groups]
            for x, colour in zip(xs, colours, strict=False):
                box = Box(x, top, step - self.template.lane, self.height)
                items.append(self.draw_swatch(box, colour))
            top += self.height + self.template.lane
        return items, top

    def draw_textures(self, top: float) -> DrawnSection:
        """Draw a grid of textures, each with its name beneath."""
        names = texture_names()
        step = self.measure_column(names)
        columns = max(int(self.inner_width // step), 1)
        items: list[Item] = [self.make_heading("textures", top)]
        top += self.line + self.template.label_gap * 2
        for row in _rows(names, columns):
            for n, name in enumerate(row):
                x = self.margin + n * step
                fill = Texture(name, self.palette.ink["text"], self.palette.ink["paper"])
                box = Box(x, top, step - self.template.lane, self.height)
                items.append(self.draw_swatch(box, fill))
                items.append(self.make_label(name, x, top + self.height + self.line, small=True))
            top += self.height + self.line + self.template.lane
        return items, top

    def draw_templates(self, top: float) -> DrawnSection:
        """Draw a line of text per template."""
        template_names = find_themes(TEMPLATES)
        first = self.measure_column(name for name, _ in template_names)
        items: list[Item] = [self.make_heading("templates", top)]
        top += self.line
        for name, id in template_names:
            top += self.line
            items.append(self.make_label(name, self.margin, top))
            items.append(
                self.make_label(describe_template(load_template(id)), self.margin + first, top)
            )
        return items, top

    def measure_column(self, names: Iterable[str]) -> float:
        """Return the width of a column that holds the names."""
        family, size = self.template.family, self.template.size
        widest = max(text_width(name, size, family=family) for name in names)
        return widest + 2 * self.template.lane

    def make_heading(self, string: str, top: float) -> Text:
        """Return the words above a section."""
        at = Point(self.margin, top + self.template.size)
        ink = self.palette.ink["text"]
        return Text(at, string, self.template.size, ink, bold=True, family=self.template.family)

    def make_label(self, string: str, x: float, y: float, *, small: bool = False) -> Text:
        """Return a name; small ones are muted."""
        size = self.template.small if small else self.template.size
        ink = self.palette.ink["muted" if small else "text"]
        return Text(Point(x, y), string, size, ink, family=self.template.family)

    def draw_swatch(self, box: Box, fill: Fill) -> Path:
        """Return a sample of a fill."""
        shape = rounded(box, self.template.border)
        return Path(shape, fill, self.palette.ink["line"], self.template.line)


def _rows(names: Sequence[str], columns: int) -> Iterator[Sequence[str]]:
    """Yield the names in rows."""
    for start in range(0, len(names), columns):
        yield names[start : start + columns]
