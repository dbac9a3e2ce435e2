"""The values of options, from what TOML and Python hold to typed ones.

Each function reports all that is wrong in meaning, and returns the typed value. Those of tolerant
options take also what disagrees with the schema: then they report, and their value is not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from net2fig.data.grammar import load_grammar, load_palette, palette_names, texture_names
from net2fig.data.resources import PALETTES, find_file, make_reference, theme_names
from net2fig.data.schema import bare_or_quoted
from net2fig.data.template import fields_of, length, load_template
from net2fig.errors import Net2figError, UsageError, UsageProblemsError, one_of, suggestion
from net2fig.options.sources import Source
from net2fig.options.types import GroupRule, Style, seconds
from net2fig.pattern import Series, atoms, parse
from net2fig.toml import Place

WHITE = "#ffffff"

TOLERANT = frozenset({"hide", "show", "style", "group", "sample"})
"""Options whose sound parts are checked though other parts of them are not sound."""


class Spot(Struct):
    """One option in one source, and the problems that were found there.

    `agrees` tells whether all of its value agrees with the schema.
    """

    source: Source
    key: str
    agrees: bool = True
    problems: list[Net2figError] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong: only then there are typed values."""
        return self.agrees and not self.problems

    def place(self, path: str = "") -> Place:
        """Return the place of a path below the option."""
        return self.source.place(self.key + path)

    def report(self, error: UsageError) -> None:
        """Note a problem, or each of several."""
        several = error.problems if isinstance(error, UsageProblemsError) else (error,)
        self.problems.extend(several)

    def check(
        self,
        value: str,
        choices: list[str],
        thing: str | None = None,
        path: str = "",
        hint: str | None = None,
    ) -> bool:
        """Tell whether a value is one of the choices; report it where it is not."""
        if value in choices:
            return True
        place = self.place(path)
        message = f"unknown {thing or self.key}: {value!r} in {place} {one_of(choices)}"
        self.report(UsageError(message, hint=hint or suggestion(value, choices), place=place))
        return False


def parse_value(spot: Spot, value: Any) -> Any:
    """Return the typed value of an option; its problems are in the spot."""
    try:
        return PARSERS.get(spot.key, _as_it_is)(spot, value)
    except UsageError as error:
        spot.report(error)
        return None


def _as_it_is(_: Spot, value: Any) -> Any:
    return value


def _length(spot: Spot, value: Any) -> float:
    return length(value, spot.place())


def _page(spot: Spot, value: Any) -> dict[str, Any]:
    def place(key: str) -> Place:
        """Return the place of a key of the template: those of its table `page` stand here."""
        return spot.place(f".{key.removeprefix('page.')}")

    return fields_of(_sections(value), place)


def _sections(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table `page` of a grouping file as the sections of a template."""
    nested = {key: each for key, each in value.items() if isinstance(each, dict)}
    return {**nested, "page": {key: each for key, each in value.items() if key not in nested}}


def _font(spot: Spot, value: str) -> str:
    # Few choose a font: what is drawn without does not wait for the module.
    from net2fig.fonts.find import font_file

    return font_file(value, spot.source.folder, spot.place())


def _input_shape(spot: Spot, value: Any) -> Any:
    from net2fig.options.input_shapes import input_shapes

    place = spot.source.place("input-shape" if spot.source.path == "--" else "input_shape")
    return input_shapes(value, place)


def _theme(spot: Spot, name: str) -> str | None:
    """Return by what a template or a palette is loaded."""
    shelf, source = f"{spot.key}s", spot.source
    known = name.endswith(".toml") or find_file(shelf, name, source.near)
    if not known and not spot.check(name, theme_names(shelf, source.near)):
        return None
    path = make_reference(shelf, name, source.folder, source.near)
    load_palette(path if shelf == PALETTES else load_template(path).palette)
    return path


def _selectors(spot: Spot, value: Any) -> tuple[str, ...]:
    """Return kinds, classes and names; those without a colon may be of layers nobody else knows."""
    for index, item in _items(value):
        _check_kind(spot, item, f"[{index}]")
    return tuple(value) if isinstance(value, list) else ()


def _check_kind(spot: Spot, name: Any, path: str) -> None:
    if isinstance(name, str) and name.startswith(":") and name != ":":
        spot.check(name, _kinds(), "kind", path)


def _kinds() -> list[str]:
    return [f":{kind}" for kind in sorted(load_grammar().kinds)]


def _style(spot: Spot, value: Any) -> dict[str, Style]:
    styles: dict[str, Style] = {}
    for name, look in value.items() if isinstance(value, dict) else ():
        path = f".{bare_or_quoted(name)}"
        _check_kind(spot, name, path)
        _check_look(spot, look, path)
        if spot.sound:
            styles[name] = Style(**look)
    return styles


def _check_look(spot: Spot, look: Any, path: str) -> None:
    """Report a colour and a texture that do not exist."""
    if not isinstance(look, dict):
        return
    color, texture = look.get("color"), look.get("texture")
    if isinstance(color, str) and not is_colour(color):
        choices = _color_names()
        own = "a colour of your own is written '#rrggbb'"
        hint = own if color.startswith("#") else suggestion(color, choices) or own
        spot.check(color, choices, "color", f"{path}.color", hint)
    if isinstance(texture, str):
        spot.check(texture, texture_names(), "texture", f"{path}.texture")


def is_colour(text: str) -> bool:
    """Tell whether a text is "#rrggbb"."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def _color_names() -> list[str]:
    """Return the roles that a colour can be named by, the same in all palettes."""
    palette = load_palette(palette_names()[0])
    return [*palette.roles, *(f"accent-{number + 1}" for number in range(len(palette.groups)))]


def _groups(spot: Spot, value: Any) -> dict[str, GroupRule]:
    """Return the named groups by their names, which must differ."""
    rules: dict[str, GroupRule] = {}
    names: set[str] = set()
    for index, group in _items(value):
        if not isinstance(group, dict):
            continue
        path = f"[{index}]"
        _check_look(spot, group, path)
        name, match = group.get("name"), group.get("match")
        if isinstance(name, str):
            if name in names:
                place = spot.place(f"{path}.name")
                spot.report(UsageError(f"duplicate group: {name!r} in {place}", place=place))
            names.add(name)
        patterns = tuple(_patterns(spot, match, f"{path}.match"))
        if spot.sound:
            fields = {**group, "match": tuple(match) if isinstance(match, list) else match}
            rules[str(name)] = GroupRule(**fields, place=spot.place(path), patterns=patterns)
    return rules


def _patterns(spot: Spot, match: Any, path: str) -> Iterator[Series]:
    """Yield the patterns of a group, parsed; report those that cannot be, and unknown kinds."""
    several = [(f"{path}[{n}]", each) for n, each in _items(match)] or [(path, match)]
    for where, text in several:
        if not isinstance(text, str) or not text.strip():
            continue
        try:
            series = parse(text, spot.place(where))
        except UsageError as error:
            spot.report(error)
            continue
        for atom in atoms(series):
            if atom.kind is not None:
                spot.check(f":{atom.kind}", _kinds(), "kind", where)
        yield series


def _sample(spot: Spot, value: Any) -> dict[str, str]:
    paths: dict[str, str] = {}
    for port, name in value.items() if isinstance(value, dict) else ():
        if not isinstance(name, str):
            continue
        path = spot.source.folder / name
        if not path.is_file():
            place = spot.place(f".{bare_or_quoted(port)}")
            message = f"missing picture: {name!r} in {place} (no such file)"
            spot.report(UsageError(message, place=place))
        paths[port] = str(path)
    return paths


def _items(value: Any) -> list[tuple[int, Any]]:
    """Return the items of a list with their numbers; none where something else stands there."""
    return list(enumerate(value)) if isinstance(value, list) else []


PARSERS: dict[str, Callable[[Spot, Any], Any]] = {
    "template": _theme,
    "width": _length,
    "height": _length,
    "hide": _selectors,
    "show": _selectors,
    "palette": _theme,
    "background": lambda _, value: WHITE if value == "white" else value.lower(),
    "font": _font,
    "input_shape": _input_shape,
    "timeout": lambda _, value: seconds(value),
    "page": _page,
    "style": _style,
    "group": _groups,
    "sample": _sample,
}
"""How a value is parsed; an option without a parser is what it is. Labels become `Labels` when
those of all sources are together."""
