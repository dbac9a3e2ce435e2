"""Page templates: widths, type sizes, gaps. A template states only differences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from net2fig.data.grammar import load_toml
from net2fig.data.resources import (
    PALETTES,
    TEMPLATES,
    data_dir,
    find_file,
    get_shipped_dir,
    is_file,
    is_shipped,
    make_reference,
)
from net2fig.data.schema import format_value
from net2fig.errors import UsageError, UsageProblemsError, one_of, suggestion
from net2fig.toml import Place

UNITS = {"pt": 1.0, "in": 72.0, "mm": 72.0 / 25.4, "cm": 72.0 / 2.54, "px": 0.75}
"""Points per unit; a px is that of CSS, 1/96 inch."""


BASE = "base"
"""The template that has every key; templates extend it by default."""

LENGTHS = "write a length such as '3.25in', '84mm' or '234pt'"

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


WIDTH = Place("", "--width")
"""The place of a length without a known place."""


def length(value: str | float, place: Place = WIDTH) -> float:
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
            raise UsageError(message, hint=LENGTHS, place=place)
        points = float(match[1]) * UNITS[match[2] or "pt"]
        bare = not match[2]
    if bare and 0 < points < BARE:
        message = f"ambiguous length: {value!r} in {place} (a number without a unit means points)"
        units = ", ".join(f"'{points:g}{unit}'" for unit in ("in", "cm", "mm", "pt"))
        raise UsageError(message, hint=f"add the unit: one of {units}", place=place)
    if not 0 < points < 20_000:
        message = f"invalid length: {value!r} in {place} (must be greater than 0 and below 20000pt)"
        raise UsageError(message, place=place)
    return points


def template_names() -> list[str]:
    """Return the names of the templates that ship with net2fig."""
    return sorted(path.stem for path in data_dir("templates").glob("*.toml"))


Stamp = tuple[tuple[Path, int, int], ...]
"""The files of a template, when each was changed and how large it is."""

_known: dict[tuple[str, str], tuple[Stamp, Template]] = {}
"""The loaded templates by name and folder, with the state of their files at that time."""


def load_template(name: str) -> Template:
    """Return a template that ships by its name, or one from a file that ends in .toml.

    Another name is that of a template in the folder of a user. A template is parsed again only
    where one of its files has changed.
    """
    stamp, known = _known.get(_key(name), ((), None))
    if known is not None and stamp == _stamp(path for path, _, _ in stamp):
        return known
    chain = template_chain(name)
    stamp = _stamp(path for path, _ in chain)
    data: dict[str, Any] = {}
    for path, table in reversed(chain):
        for section, value in _seen_from_here(path, table).items():
            data[section] = {**data.get(section, {}), **value} if _is_table(value) else value
    fields = fields_of(data, lambda path: Place(name, path))
    template = Template(name, data["label"], data.get("venue", ""), **fields)
    _known[_key(name)] = stamp, template
    return template


def _key(name: str) -> tuple[str, str]:
    """Return the cache key of a template: its name, and the folder from which it is seen."""
    return name, str(Path.cwd())


def _stamp(paths: Iterable[Path]) -> Stamp:
    """Return the state of files; of one that is gone, nothing."""
    states = []
    for path in paths:
        if path.is_file():
            state = path.stat()
            states.append((path, state.st_mtime_ns, state.st_size))
    return tuple(states)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


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
        if path.stem == BASE and is_shipped(path, TEMPLATES):
            return chain
        path = _extended(path, data.get("extends", BASE))


def _extended(path: Path, name: str) -> Path:
    """Return the file that another extends, by its name or by its path seen from there.

    What ships extends what ships; a file with the name of the one that it extends looks further.
    """
    if is_shipped(path, TEMPLATES):
        return get_shipped_dir(TEMPLATES) / f"{name}.toml"
    if name.endswith(".toml"):
        return _path(str(path.parent / name))
    file = find_file(TEMPLATES, name, (path.parent, path.parent.parent), but=path)
    return file or _path(name)


def _path(name: str) -> Path:
    if name.endswith(".toml"):
        path = Path(name)
        if not is_file(path):
            message = f"missing template: {name!r} (no such file)"
            raise UsageError(message)
        return path
    names = template_names()
    if name in names:
        return get_shipped_dir(TEMPLATES) / f"{name}.toml"
    file = find_file(TEMPLATES, name, (Path(),))
    if file is None:
        message = f"unknown template: {name!r} {one_of(names)}"
        raise UsageError(message, hint=suggestion(name, names))
    return file


def _seen_from_here(path: Path, data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a file, its palette by what it is loaded from here."""
    show = data.get("show", {})
    if "palette" not in show or is_shipped(path, TEMPLATES):
        return data
    near = (path.parent, path.parent.parent)
    return {
        **data,
        "show": {**show, "palette": make_reference(PALETTES, show["palette"], path.parent, near)},
    }


def _as_it_is(value: Any, _: Place) -> Any:
    return value


def _range(value: list[float], place: Place) -> Range:
    """Return the least and the greatest."""
    if value[0] > value[1]:
        message = f"invalid value: {format_value(value)} in {place} (must not go down)"
        hint = f"first the least, then the greatest: {format_value(value[::-1])}"
        raise UsageError(message, hint=hint, place=place)
    return Range(*value)


FIELDS: dict[str, tuple[str, Callable[[Any, Place], Any]]] = {
    "page.width": ("width", length),
    "page.height": ("height", length),
    "page.zoom": ("zoom", _as_it_is),
    "page.aspect": ("aspect", _as_it_is),
    "text.family": ("family", _as_it_is),
    "text.size": ("size", _as_it_is),
    "text.small": ("small", _as_it_is),
    "text.minimum": ("minimum", _as_it_is),
    "glyph.height": ("glyph_height", _range),
    "glyph.width": ("glyph_width", _range),
    "glyph.dense": ("dense_height", _range),
    "glyph.border": ("border", _as_it_is),
    "glyph.group_border": ("group_border", _as_it_is),
    "glyph.scale": ("scale", _as_it_is),
    "space.gap": ("gap", _range),
    "space.lane": ("lane", _as_it_is),
    "space.handle": ("handle", _as_it_is),
    "space.label": ("label_gap", _as_it_is),
    "space.row": ("row", _as_it_is),
    "space.legend": ("legend_gap", _as_it_is),
    "line.width": ("line", _as_it_is),
    "show.palette": ("palette", _as_it_is),
    "show.mono": ("mono", _as_it_is),
    "show.legend": ("legend", _as_it_is),
    "show.placeholders": ("placeholders", _as_it_is),
}
"""The keys of a template, the field of each, and how its value is parsed."""


def fields_of(data: Mapping[str, Any], place: Callable[[str], Place]) -> dict[str, Any]:
    """Return the fields that the tables of a template, or some of them, hold.

    Ensures: every value that cannot be is in one `UsageProblemsError`, at the place of its key.
    """
    fields: dict[str, Any] = {}
    wrong: list[UsageError] = []
    for key, value in _flat(data):
        name, parse = FIELDS[key]
        try:
            fields[name] = parse(value, place(key))
        except UsageError as error:
            wrong.append(error)
    if wrong:
        raise UsageProblemsError(wrong)
    return fields


def _flat(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the keys of all tables, each with its value."""
    for section, table in data.items():
        if _is_table(table):
            yield from ((f"{section}.{key}", value) for key, value in table.items())
