"""What page the figure is for: widths, type sizes, gaps. A template states only differences."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from net2fig.data.grammar import load_toml
from net2fig.data.resources import PALETTES, TEMPLATES, data_dir, find, reference, shipped, ships
from net2fig.errors import UsageError, one_of, suggestion

UNITS = {"pt": 1.0, "in": 72.0, "mm": 72.0 / 25.4, "cm": 72.0 / 2.54, "px": 0.75}
"""Points per unit; a px is that of CSS, 1/96 inch."""


BASE = "base"
"""The template that has every key; one that extends none extends this."""

BARE = 50.0
"""A smaller number without a unit was meant in another than points: so narrow is no figure."""


class Range(Struct, frozen=True):
    """From the least to the greatest."""

    least: float
    greatest: float

    def at(self, share: float) -> float:
        """Return the value at a share from 0 to 1."""
        return self.least + (self.greatest - self.least) * share


class Template(Struct, frozen=True):
    """A page, resolved: every length in points."""

    id: str
    label: str
    venue: str
    width: float
    height: float
    aspect: float
    family: str
    size: float
    small: float
    minimum: float
    glyph_height: Range
    glyph_width: Range
    dense_height: Range
    border: float
    group_border: float
    scale: str
    gap: Range
    lane: float
    handle: float
    label_gap: float
    row: float
    legend_gap: float
    line: float
    palette: str
    mono: bool
    legend: bool
    placeholders: str
    zoom: float

    def reduced(self) -> Template:
        """Return the page as the drawing sees it, before it is enlarged by `zoom`."""
        return replace(self, width=self.width / self.zoom, height=self.height / self.zoom)


def length(value: str | float, place: str = "--width") -> float:
    """Return a length in points: "3.25in", "84mm", "234pt", or a bare number of points.

    >>> length("3.25in")
    234.0
    """
    bare = True
    if isinstance(value, int | float):
        points = float(value)
    else:
        match = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(pt|in|mm|cm|px)?\s*", value)
        if not match:
            units = ", ".join(UNITS)
            message = f"invalid length: {value!r} in {place} (a number and one of {units})"
            raise UsageError(message, hint="write a length such as '3.25in', '84mm' or '234pt'")
        points = float(match[1]) * UNITS[match[2] or "pt"]
        bare = not match[2]
    if bare and 0 < points < BARE:
        message = f"ambiguous length: {value!r} in {place} (a number without a unit is of points)"
        units = ", ".join(f"'{points:g}{unit}'" for unit in ("in", "cm", "mm", "pt"))
        raise UsageError(message, hint=f"say the unit: one of {units}")
    if not 0 < points < 20_000:
        message = f"invalid length: {value!r} in {place} (must be greater than 0 and below 20000pt)"
        raise UsageError(message)
    return points


def template_names() -> list[str]:
    """Return the names of the templates that ship with net2fig."""
    return sorted(path.stem for path in data_dir("templates").glob("*.toml"))


def load_template(name: str) -> Template:
    """Return a template that ships by its name, or one from a file that ends in .toml.

    Another name is that of a template in the folder of a user.
    """
    if name.endswith(".toml"):
        return _from_file(name)
    return _shipped_template(name)


@cache
def _shipped_template(name: str) -> Template:
    return _from_file(name)


def _from_file(name: str) -> Template:
    data: dict[str, Any] = {}
    for path, said in reversed(template_chain(name)):
        for key, value in _seen_from_here(path, said).items():
            data[key] = {**data.get(key, {}), **value} if isinstance(value, dict) else value
    return _resolved(name, data)


def with_size(template: Template, width: float | None, height: float | None) -> Template:
    """Return the template with the width and height that the author asked for, where given."""
    return replace(template, width=width or template.width, height=height or template.height)


def template_chain(name: str) -> list[tuple[Path, dict[str, Any]]]:
    """Return the files of a template and of those that it extends, the nearest first."""
    chain: list[tuple[Path, dict[str, Any]]] = []
    path = _path(name)
    while True:
        if any(path.samefile(other) for other, _ in chain):
            steps = " > ".join(
                str(step) for step in (*(other.name for other, _ in chain), path.name)
            )
            message = f"invalid template: {chain[0][0].name!r} extends itself ({steps})"
            raise UsageError(message)
        data = load_toml(path, "template")
        chain.append((path, data))
        if path.stem == BASE and ships(path, TEMPLATES):
            return chain
        path = _extended(path, data.get("extends", BASE))


def _extended(path: Path, name: str) -> Path:
    """Return the file that another extends, by its name or by its path seen from there.

    What ships extends what ships; a file with the name of the one that it extends looks further.
    """
    if ships(path, TEMPLATES):
        return shipped(TEMPLATES) / f"{name}.toml"
    if name.endswith(".toml"):
        return _path(str(path.parent / name))
    found = find(TEMPLATES, name, (path.parent, path.parent.parent), but=path)
    return found or _path(name)


def _path(name: str) -> Path:
    if name.endswith(".toml"):
        path = Path(name)
        if not path.is_file():
            message = f"missing template: {name!r} (no such file)"
            raise UsageError(message)
        return path
    names = template_names()
    if name in names:
        return shipped(TEMPLATES) / f"{name}.toml"
    found = find(TEMPLATES, name, (Path(),))
    if found is None:
        message = f"unknown template: {name!r} {one_of(names)}"
        raise UsageError(message, hint=suggestion(name, names))
    return found


def _seen_from_here(path: Path, said: dict[str, Any]) -> dict[str, Any]:
    """Return what a file says, its palette by what it is loaded from here."""
    show = said.get("show", {})
    if "palette" not in show or ships(path, TEMPLATES):
        return said
    near = (path.parent, path.parent.parent)
    return {
        **said,
        "show": {**show, "palette": reference(PALETTES, show["palette"], path.parent, near)},
    }


def _resolved(name: str, data: dict[str, Any]) -> Template:
    page, text, glyph = data["page"], data["text"], data["glyph"]
    space, show = data["space"], data["show"]
    return Template(
        id=name,
        label=data["label"],
        venue=data.get("venue", ""),
        width=length(page["width"], f"{name}, page.width"),
        height=length(page["height"], f"{name}, page.height"),
        aspect=page["aspect"],
        family=text["family"],
        size=text["size"],
        small=text["small"],
        minimum=text["minimum"],
        glyph_height=Range(*glyph["height"]),
        glyph_width=Range(*glyph["width"]),
        dense_height=Range(*glyph["dense"]),
        border=glyph["border"],
        group_border=glyph["group_border"],
        scale=glyph["scale"],
        gap=Range(*space["gap"]),
        lane=space["lane"],
        handle=space["handle"],
        label_gap=space["label"],
        row=space["row"],
        legend_gap=space["legend"],
        line=data["line"]["width"],
        palette=show["palette"],
        mono=show["mono"],
        legend=show["legend"],
        placeholders=show["placeholders"],
        zoom=page["zoom"],
    )
