"""The visual grammar as data: the kind of each class, the look of each kind, the palettes.

Everything is read from `grammar/` and checked against `grammar/schema/` when it is loaded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from net2fig.data.resources import PALETTES, data_dir, find_file, is_ours, is_shipped
from net2fig.data.schema import validate
from net2fig.errors import UsageError, one_of, suggestion
from net2fig.toml import parse_toml

UNKNOWN_ENTRY = "unknown"

DEFAULT_PALETTE = "default"
"""The palette that has every role; palettes extend it by default."""


class Kind(Struct, frozen=True):
    """The purpose of a layer, and how it is drawn."""

    id: str
    glyph: str
    role: str
    texture: str
    hide: str
    features: str
    order: int
    one: str
    many: str
    is_quiet: bool = False

    @property
    def is_left_out(self) -> bool:
        """Whether its layers are hidden except at the level of everything, or if they are shown."""
        return self.hide == "layers"


class Entry(Struct, frozen=True):
    """One line of the catalogue: operations that share a legend entry."""

    id: str
    kind: str
    label: str
    classes: tuple[str, ...]
    tone: int = 0
    sign: str = ""
    short: str = ""
    spoken: str = ""
    noun: str = ""
    is_clear: bool = False
    copies: bool = False
    beside: str = ""


class Palette(Struct, frozen=True):
    """Colours by role; `groups` are taken in turn, one per group."""

    id: str
    label: str
    ink: Mapping[str, str]
    roles: Mapping[str, str]
    groups: tuple[str, ...]


class Names(Struct, frozen=True):
    """The names proposed for groups: (name, pattern) pairs, and words by the entry of the join.

    `beside` holds (group, name, other name): the other name is for a figure that has the group.
    `accents` holds the accent of a name, from 1.
    """

    patterns: tuple[tuple[str, str], ...]
    joins: Mapping[str, Mapping[str, str]]
    beside: tuple[tuple[str, str, str], ...] = ()
    accents: Mapping[str, int] = field(default_factory=dict)


class Grammar(Struct, frozen=True):
    """The catalogue and the kinds."""

    kinds: Mapping[str, Kind]
    entries: Mapping[str, Entry]
    by_class: Mapping[str, Entry]

    def entry(self, op: str) -> Entry:
        """Return the entry of an operation; an unknown operation is a separate entry."""
        return self.by_class.get(op) or Entry(f"{UNKNOWN_ENTRY}-{op}", "other", op, (op,))

    def knows(self, op: str) -> bool:
        """Tell whether the operation is a word of the vocabulary."""
        return op in self.by_class

    def is_thin(self, kind: str) -> bool:
        """Tell whether glyphs of a kind are as thin as any: their features are never news."""
        return kind in self.kinds and self.kinds[kind].is_left_out

    def kind(self, op: str) -> Kind:
        """Return the kind of an operation."""
        return self.kinds[self.entry(op).kind]


def load_toml(path: Path, schema: str) -> dict[str, Any]:
    """Read one data file and check it against a schema of grammar/schema.

    Files that ship are checked by the tests only.
    """
    try:
        data = parse_toml(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"invalid file: {path.name!r} (not TOML: {error})"
        raise UsageError(message) from None
    return data if is_ours(path) else validate(data, schema, path.name)


@cache
def load_grammar() -> Grammar:
    """Return the grammar that ships with net2fig."""
    folder = data_dir("grammar")
    kinds = {
        id: Kind(id=id, is_quiet=fields.pop("quiet", False), **fields)
        for id, fields in load_toml(folder / "kinds.toml", "kinds")["kind"].items()
    }
    ops = vocabulary_data()["ops"]
    entries = {
        id: Entry(id=id, classes=tuple(ops[id]), is_clear=fields.pop("clear", False), **fields)
        for id, fields in load_toml(folder / "catalogue.toml", "catalogue")["entry"].items()
    }
    by_class = {op: entry for entry in entries.values() for op in entry.classes}
    return Grammar(kinds, entries, by_class)


@cache
def vocabulary_data() -> dict[str, Any]:
    """Return the data of grammar/vocabulary.toml."""
    return load_toml(data_dir("grammar") / "vocabulary.toml", "vocabulary")


@cache
def load_names() -> Names:
    """Return the names that are proposed for groups."""
    data = load_toml(data_dir("grammar") / "names.toml", "names")
    pairs = tuple((item["name"], match) for item in data["name"] for match in item["match"])
    beside = tuple((item["group"], item["name"], item["say"]) for item in data["beside"])
    return Names(pairs, data["join"], beside, data["accent"])


def palette_names() -> list[str]:
    """Return the names of the palettes that ship with net2fig."""
    return sorted(path.stem for path in (data_dir("grammar") / "palettes").glob("*.toml"))


def texture_names() -> list[str]:
    """Return the names of the textures that ship with net2fig."""
    return sorted(path.stem for path in (data_dir("grammar") / "textures").glob("*.toml"))


def load_palette(name: str) -> Palette:
    """Return a palette that ships by its name, or one from a file that ends in .toml."""
    if not name.endswith(".toml"):
        return _shipped_palette(name)
    path = Path(name)
    if not path.is_file():
        message = f"missing palette: {name!r} (no such file)"
        raise UsageError(message)
    return _palette(path, name, ())


@cache
def _shipped_palette(name: str) -> Palette:
    names = palette_names()
    if name not in names:
        message = f"unknown palette: {name!r} {one_of(names)}"
        raise UsageError(message, hint=suggestion(name, names))
    return _palette(data_dir("grammar") / PALETTES / f"{name}.toml", name, ())


def _palette(path: Path, name: str, seen: tuple[Path, ...]) -> Palette:
    """Return the palette of a file, with missing roles from the one that it extends."""
    if path.resolve() in seen:
        message = f"invalid palette: {path.name!r} extends itself"
        raise UsageError(message)
    data = load_toml(path, "palette")
    if is_shipped(path, PALETTES):
        parent = None if name == DEFAULT_PALETTE else load_palette(DEFAULT_PALETTE)
    else:
        parent = _extended(path, data.get("extends", DEFAULT_PALETTE), (*seen, path.resolve()))
    own_roles = dict(data.get("role", {}))
    groups = tuple(map(str.lower, own_roles.pop("group", ()))) or (parent.groups if parent else ())
    roles = {**(parent.roles if parent else {}), **_lower(own_roles)}
    ink = {**(parent.ink if parent else {}), **_lower(data.get("ink", {}))}
    return Palette(name, data.get("label", path.stem), ink, roles, groups)


def _lower(colours: Mapping[str, str]) -> dict[str, str]:
    return {name: colour.lower() for name, colour in colours.items()}


def _extended(path: Path, name: str, seen: tuple[Path, ...]) -> Palette:
    """Return the palette that a file extends, by its name or by its path seen from the file."""
    near = (path.parent, path.parent.parent)
    if name.endswith(".toml"):
        return _palette(path.parent / name, name, seen)
    file = find_file(PALETTES, name, near, but=path)
    if file is None or is_shipped(file, PALETTES):
        return load_palette(name)
    return _palette(file, name, seen)
